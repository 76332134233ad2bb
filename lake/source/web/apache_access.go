package web

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// ApacheAccess is the access log of the Apache HTTP Server, and of what writes the same formats.
func ApacheAccess() *source.Source {
	return &source.Source{
		Name:    "apache_access",
		Title:   "Apache HTTP Server access log",
		Version: "2",
		Docs: []string{
			"https://httpd.apache.org/docs/2.4/logs.html#accesslog",
			"https://httpd.apache.org/docs/2.4/mod/mod_log_config.html",
		},
		Keys:  []string{`(?i)(apache|httpd).*(access|ssl_request)`, `UserLogs/apache/httpd/`},
		Looks: source.LooksLikeAccess,
		Notes: "Common, combined, with a virtual host before them, with X-Forwarded-For behind them, and ssl_request_log.",

		Framing: frame.Framing{Kind: frame.Lines},
		Divide:  source.AccessLog,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "web", "event.type", "access",
			"event.module", "apache", "event.dataset", "apache.access",
		),
		Map: []source.Mapping{
			{To: "@timestamp", From: "time", As: source.CommonLog},
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
		Extra: append(source.URLFields(), []ecs.Field{
			{Name: "event.outcome"}, {Name: "source.domain"}, {Name: "client.ip"}, {Name: "network.forwarded_ip"}, {Name: "tls.version"}, {Name: "tls.version_protocol"},
			{Name: "apache.access.remote_addresses", Type: ecs.Strings, Kind: ecs.IP, IP: true, Related: "related.ip", Doc: "the addresses that the request was forwarded for, then the client's"},
		}...),
		Finish: finishApacheAccess,
	}
}

func finishApacheAccess(b *source.Binding) func(*source.Event) error {
	var (
		client, vhost, protocol = b.In("client"), b.In("vhost"), b.In("tls_protocol")
		forwarded, method       = b.In("forwarded_for"), b.In("method")
		target                  = b.In("url")
		ip, domain              = b.Out("source.ip"), b.Out("source.domain")
		status, outcome         = b.Out("http.response.status_code"), b.Out("event.outcome")
		urls, chain             = b.URL(), bindForwarded(b)
		name, version           = b.Out("tls.version_protocol"), b.Out("tls.version")
	)
	return func(e *source.Event) error {
		if host := e.Text(client); len(host) > 0 && !e.Filled(ip) && source.IsHostName(host) {
			e.Set(domain, host)
		}
		if code, ok := e.Int(status); ok {
			e.SetOutcome(outcome, code)
		}
		if whole := e.Text(target); string(e.Text(method)) == "CONNECT" {
			u := source.URLParts{}
			u.Authority(whole)
			e.SetURL(&urls, u)
		} else if len(whole) > 0 {
			e.SetURL(&urls, source.CutURL(whole))
		}
		e.SetNew(urls.Domain, e.Text(vhost))
		if list := e.Text(forwarded); len(list) > 0 {
			setForwarded(e, &chain, list, e.Get(ip))
		}
		e.SetTLS(e.Text(protocol), name, version)
		switch string(e.Get(version)) {
		case "1":
			e.SetText(version, "1.0")
		case "3":
			e.SetText(version, "3.0")
		}
		return nil
	}
}

// forwardedOut is where the addresses go that a request was forwarded for.
type forwardedOut struct{ client, first, all source.Out }

func bindForwarded(b *source.Binding) forwardedOut {
	return forwardedOut{b.Out("client.ip"), b.Out("network.forwarded_ip"), b.Out("apache.access.remote_addresses")}
}

// setForwarded reads a list of addresses. The client is the first that is not private, else the first.
func setForwarded(e *source.Event, o *forwardedOut, list, peer []byte) {
	odd, public := false, false
	for rest := list; len(rest) > 0; {
		var item []byte
		item, rest, _ = bytes.Cut(rest, []byte(","))
		if item = bytes.Trim(item, ` "`); len(item) == 0 {
			continue
		}
		if !source.IsAddress(item) {
			odd = true
			continue
		}
		item, _ = source.CutPort(item)
		e.Set(o.all, item)
		e.SetNew(o.first, item)
		if !public && !source.IsPrivate(item) {
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
