package aws

import (
	"bytes"
	"errors"
	"math"

	"github.com/hindcast/hindcast/lake/source"
)

var escapedSpace = []byte("%20")

var errCloudFrontTime = errors.New("the record's date and time are none")

func finishCloudFront(b *source.Binding) func(*source.Event) error {
	var (
		date, clock, epoch = b.In("date"), b.In("time"), b.In("timestamp")
		version, protocol  = b.In("cs-protocol-version"), b.In("ssl-protocol")
		forwarded          = b.In("x-forwarded-for")
		at                 = b.Out("@timestamp")
		taken, duration    = b.Out("aws.cloudfront.time_taken"), b.Out("event.duration")
		status, outcome    = b.Out("http.response.status_code"), b.Out("event.outcome")
		number             = b.Out("http.version")
		tlsName, tlsNumber = b.Out("tls.version_protocol"), b.Out("tls.version")
		address, kind      = b.Out("source.ip"), b.Out("network.type")
		client, ips        = b.Out("network.forwarded_ip"), b.Out("related.ip")
		request            = bindCFRequest(b)
		stamp              [20]byte
	)
	return func(e *source.Event) error {
		if !e.Filled(at) {
			ms, ok := cloudFrontTime(e.Text(date), e.Text(clock), e.Text(epoch), stamp[:])
			if !ok {
				return errCloudFrontTime
			}
			e.SetTime(at, ms)
		}
		if code, ok := e.Int(status); ok {
			e.SetText(outcome, cloudFrontOutcome(code))
		}
		if bits, ok := e.Int(taken); ok {
			e.SetInt(duration, nanoseconds(math.Float64frombits(uint64(bits))))
		}
		if _, v, ok := bytes.Cut(e.Text(version), slash); ok {
			e.Set(number, v)
		} else if e.Has(version) {
			e.Set(number, e.Text(version))
		}
		e.SetTLS(e.Text(protocol), tlsName, tlsNumber)
		if ip := e.Get(address); len(ip) > 0 {
			e.SetLike(kind, address, ipVersion(ip))
		}
		setForwardedFor(e, e.Text(forwarded), client, ips)
		request.set(e)
		return nil
	}
}

// cloudFrontTime puts a date and a time of day together, or reads the seconds since 1970 of real-time logs.
func cloudFrontTime(date, clock, epoch, room []byte) (int64, bool) {
	if len(date) == 0 {
		ms, err := source.ParseTime(epoch, source.Epoch)
		return ms, err == nil && len(epoch) > 0
	}
	if len(date) != 10 || len(clock) != 8 {
		return 0, false
	}
	text := append(append(append(room[:0], date...), 'T'), clock...)
	ms, err := source.ParseTime(append(text, 'Z'), source.Verbatim)
	return ms, err == nil
}

// cloudFrontOutcome is by the HTTP status, which is 0 when the viewer closed the connection before there was one.
func cloudFrontOutcome(status int64) string {
	if status == 0 || status >= 400 {
		return "failure"
	}
	return "success"
}

func nanoseconds(seconds float64) int64 {
	if !(seconds >= 0 && seconds < 1e9) {
		return 0
	}
	return int64(math.Round(seconds * 1e9))
}

// setForwardedFor takes the addresses of a client and of the proxies before this one, with ports or without.
func setForwardedFor(e *source.Event, list []byte, client, ips source.Out) {
	for len(list) > 0 {
		var item []byte
		item, list, _ = bytes.Cut(list, comma)
		address, _ := source.CutPort(bytes.TrimSpace(bytes.TrimPrefix(item, escapedSpace)))
		if string(address) == "localhost" {
			address = []byte("127.0.0.1")
		}
		e.SetNew(client, address)
		e.Set(ips, address)
	}
}

// cfRequest is what a record tells of the URL and the user agent.
type cfRequest struct {
	scheme, viewerHost, host, stem, query, agent source.In

	full, toAgent, domain, ips source.Out
	url                        source.URL
	text                       []byte
}

func bindCFRequest(b *source.Binding) cfRequest {
	return cfRequest{
		scheme: b.In("cs-protocol"), viewerHost: b.In("x-host-header"), host: b.In("cs-host"), stem: b.In("cs-uri-stem"), query: b.In("cs-uri-query"),
		agent: b.In("cs-user-agent"), full: b.Out("url.full"), toAgent: b.Out("user_agent.original"), domain: b.Out("destination.domain"), ips: b.Out("related.ip"), url: b.URL(),
	}
}

func (r *cfRequest) set(e *source.Event) {
	e.Set(r.toAgent, unescapeAgent(e, e.Text(r.agent)))
	scheme, host := e.Text(r.scheme), e.First(r.viewerHost, r.host)
	domain, _ := source.CutPort(host)
	e.Set(r.domain, domain)
	e.Set(r.ips, domain)
	text := r.text[:0]
	whole := len(scheme) > 0 && len(host) > 0
	if whole {
		text = append(append(append(text, scheme...), "://"...), host...)
	}
	stem := e.Text(r.stem)
	text = append(text, stem...)
	if query := e.Text(r.query); len(query) > 0 && bytes.IndexByte(stem, '?') < 0 { // which real-time logs have in both
		text = append(append(text, '?'), query...)
	}
	r.text = text
	if whole {
		e.Set(r.full, text)
	}
	e.SetURL(&r.url, source.CutURL(text))
	if !whole {
		e.SetNew(r.url.Domain, domain)
		e.SetNew(r.url.Scheme, scheme)
	}
}

// unescapeAgent resolves the percent escapes of a user agent, twice if it was escaped twice: no agent has an escaped
// space and none that is not.
func unescapeAgent(e *source.Event, agent []byte) []byte {
	agent = e.Unpercent(agent)
	if bytes.Contains(agent, escapedSpace) && bytes.IndexByte(agent, ' ') < 0 {
		agent = e.Unpercent(agent)
	}
	return agent
}
