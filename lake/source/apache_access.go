package source

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
)

// ApacheAccess is the access log of the Apache HTTP Server, and of what writes the same formats.
func ApacheAccess() *Source {
	return &Source{
		Name:    "apache_access",
		Title:   "Apache HTTP Server access log",
		Version: "1",
		Docs: []string{
			"https://httpd.apache.org/docs/2.4/logs.html#accesslog",
			"https://httpd.apache.org/docs/2.4/mod/mod_log_config.html",
		},
		Keys:  []string{`(?i)(apache|httpd).*(access|ssl_request)`, `UserLogs/apache/httpd/`},
		Looks: looksLikeAccess,
		Notes: "Common, combined, with a virtual host before them, with X-Forwarded-For behind them, and ssl_request_log.",

		Framing: frame.Framing{Kind: frame.Lines},
		Divide:  AccessLog,
		Static: []Static{
			{"event.kind", "event"}, {"event.category", "web"}, {"event.type", "access"},
			{"event.module", "apache"}, {"event.dataset", "apache.access"},
		},
		Map: []Mapping{
			{To: "@timestamp", From: "time", As: CommonLog},
			{To: "source.address", From: "client"},
			{To: "source.ip", From: "client"},
			{To: "source.port", From: "client_port"},
			{To: "destination.domain", From: "vhost"},
			{To: "destination.ip", From: "vhost"},
			{To: "destination.port", From: "vhost_port"},
			{To: "apache.access.identity", From: "ident", Doc: "the client's identity as identd tells it"},
			{To: "user.name", From: "user"},
			{To: "http.request.method", From: "method"},
			{To: "url.original", From: "url"},
			{To: "http.version", From: "version"},
			{To: "apache.access.tls_handshake.error", From: "not_http", Doc: "a request that is not HTTP"},
			{To: "apache.access.http.request_headers", From: "no_method", Doc: "what stands in the place of the method without being one"},
			{To: "http.response.status_code", From: "status"},
			{To: "http.response.body.bytes", From: "bytes"},
			{To: "apache.access.response_time", From: "duration", Type: ecs.Int, Doc: "time to serve the request, in the unit of the log's format"},
			{To: "http.request.referrer", From: "referrer"},
			{To: "user_agent.original", From: "user_agent"},
			{To: "apache.access.ssl.protocol", From: "tls_protocol"},
			{To: "apache.access.ssl.cipher", From: "tls_cipher"},
			{To: "tls.cipher", From: "tls_cipher"},
		},
		Extra: append(URLFields(), []ecs.Field{
			{Name: "event.outcome"}, {Name: "source.domain"}, {Name: "client.ip"}, {Name: "network.forwarded_ip"}, {Name: "tls.version"}, {Name: "tls.version_protocol"},
			{Name: "apache.access.remote_addresses", Type: ecs.Strings, Kind: ecs.IP, IP: true, Related: "related.ip", Doc: "the addresses that the request was forwarded for, then the client's"},
		}...),
		Finish: finishApacheAccess,
	}
}

func finishApacheAccess(b *Binding) func(*Event) error {
	var (
		client, vhost, protocol = b.In("client"), b.In("vhost"), b.In("tls_protocol")
		forwarded, method       = b.In("forwarded_for"), b.In("method")
		target                  = b.In("url")
		ip, domain              = b.Out("source.ip"), b.Out("source.domain")
		status, outcome         = b.Out("http.response.status_code"), b.Out("event.outcome")
		urls, chain             = b.url(), b.chain()
		name, version           = b.Out("tls.version_protocol"), b.Out("tls.version")
	)
	return func(e *Event) error {
		if host := e.Text(client); len(host) > 0 && !e.Filled(ip) && isHostName(host) {
			e.Set(domain, host)
		}
		if code, ok := e.Int(status); ok {
			e.setOutcome(outcome, code)
		}
		if whole := e.Text(target); string(e.Text(method)) == "CONNECT" {
			u := urlParts{}
			u.authority(whole)
			e.setURL(&urls, u)
		} else if len(whole) > 0 {
			e.setURL(&urls, cutURL(whole))
		}
		e.setNew(urls.domain, e.Text(vhost))
		if list := e.Text(forwarded); len(list) > 0 {
			e.setForwarded(&chain, list, e.Get(ip))
		}
		e.setTLS(e.Text(protocol), name, version)
		switch string(e.Get(version)) {
		case "1":
			e.SetText(version, "1.0")
		case "3":
			e.SetText(version, "3.0")
		}
		return nil
	}
}

// setOutcome tells by an HTTP status whether a request succeeded.
func (e *Event) setOutcome(outcome Out, status int64) {
	if status < 400 {
		e.SetText(outcome, "success")
	} else {
		e.SetText(outcome, "failure")
	}
}

// OutcomeByStatus is a Finish function that tells by an HTTP status, which a field holds, whether a request succeeded.
func OutcomeByStatus(field string) func(*Binding) func(*Event) error {
	return func(b *Binding) func(*Event) error {
		status, outcome := b.Out(field), b.Out("event.outcome")
		return func(e *Event) error {
			if code, ok := e.Int(status); ok {
				e.setOutcome(outcome, code)
			}
			return nil
		}
	}
}

// forwardedOut is where the addresses go that a request was forwarded for.
type forwardedOut struct{ client, first, all Out }

func (b *Binding) chain() forwardedOut {
	return forwardedOut{b.Out("client.ip"), b.Out("network.forwarded_ip"), b.Out("apache.access.remote_addresses")}
}

// setForwarded reads a list of addresses. The client is the first that is not private, else the first.
func (e *Event) setForwarded(o *forwardedOut, list, peer []byte) {
	odd, public := false, false
	for rest := list; len(rest) > 0; {
		var item []byte
		item, rest, _ = bytes.Cut(rest, []byte(","))
		if item = bytes.Trim(item, ` "`); len(item) == 0 {
			continue
		}
		if !isAddress(item) {
			odd = true
			continue
		}
		item, _ = cutPort(item)
		e.Set(o.all, item)
		e.setNew(o.first, item)
		if !public && !isPrivate(item) {
			public = true
			e.Set(o.client, item)
		}
	}
	if !public {
		e.Set(o.client, e.Get(o.first))
	}
	e.Set(o.all, peer)
	if odd {
		e.Rest("forwarded_for", list)
	}
}

// isPrivate tells whether an address is of RFC 1918.
func isPrivate(ip []byte) bool {
	if bytes.HasPrefix(ip, []byte("10.")) || bytes.HasPrefix(ip, []byte("192.168.")) {
		return true
	}
	if !bytes.HasPrefix(ip, []byte("172.")) {
		return false
	}
	second, _, _ := bytes.Cut(ip[4:], []byte("."))
	n, ok := digits(second)
	return ok && n >= 16 && n <= 31
}

func isHostName(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return len(b) > 0 && len(b) < 256 && b[0] != '-' && b[0] != '.'
}

// looksLikeAccess tells whether the first line has a time in brackets before a quote.
func looksLikeAccess(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	var l accessLine
	return l.parse(line) == nil
}
