package web

import (
	"bytes"
	"strconv"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// NginxAccess is the access log of nginx.
func NginxAccess() *source.Source {
	return &source.Source{
		Name:    "nginx_access",
		Title:   "nginx access log",
		Version: "1",
		Docs: []string{
			"https://nginx.org/en/docs/http/ngx_http_log_module.html",
			"https://docs.nginx.com/nginx/admin-guide/monitoring/logging/",
		},
		Keys:  []string{`(?i)nginx.*access`},
		Looks: source.LooksLikeNginx,
		Notes: "The formats combined and main, with a host or a list of addresses before the client, the time to serve behind the bytes, and " +
			"X-Forwarded-For behind the user agent. The format combined is Apache's too: only the key tells that an object of it is nginx's. " +
			"Of a list before the client the source is the first address that is not private.",

		Framing: frame.Framing{Kind: frame.Lines},
		Divide:  source.AccessLog,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "web", "event.type", "access",
			"event.module", "nginx", "event.dataset", "nginx.access",
		),
		Map: []source.Mapping{
			{To: "@timestamp", From: "time", As: source.CommonLog},
			{To: "source.port", From: "client_port"},
			{To: "destination.ip", From: "vhost"},
			{To: "destination.port", From: "vhost_port"},
			{To: "nginx.access.identity", From: "ident", Doc: "what stands between the client and the user"},
			{To: "user.name", From: "user"},
			{To: "http.request.method", From: "method"},
			{To: "url.original", From: "url"},
			{To: "http.version", From: "version"},
			{To: "nginx.access.info", From: "not_http", Doc: "a request that is not HTTP"},
			{To: "nginx.access.method", From: "no_method", Doc: "what stands in the place of the method without being one"},
			{To: "http.response.status_code", From: "status"},
			{To: "http.response.body.bytes", From: "bytes"},
			{To: "http.request.referrer", From: "referrer"},
			{To: "user_agent.original", From: "user_agent"},
		},
		Extra: append(source.URLFields(), []ecs.Field{
			{Name: "event.outcome"}, {Name: "destination.domain"}, {Name: "source.address"}, {Name: "source.ip"}, {Name: "source.domain"}, {Name: "client.ip"}, {Name: "network.forwarded_ip"},
			{Name: "nginx.access.response_time", Type: ecs.Int, Doc: "milliseconds to serve the request"},
			{Name: "nginx.access.remote_ip_list", Type: ecs.Strings, Kind: ecs.IP, IP: true, Related: "related.ip", Doc: "the addresses before the client, and the client's"},
			{Name: "nginx.access.forwarded_for", Type: ecs.Strings, Kind: ecs.IP, IP: true, Related: "related.ip", Doc: "the addresses that the request was forwarded for, as its header says"},
		}...),
		Finish: finishNginxAccess,
	}
}

func finishNginxAccess(b *source.Binding) func(*source.Event) error {
	var (
		vhost, target   = b.In("vhost"), b.In("url")
		rest, duration  = b.In("rest"), b.In("duration")
		status, outcome = b.Out("http.response.status_code"), b.Out("event.outcome")
		ip, domain      = b.Out("destination.ip"), b.Out("destination.domain")
		milliseconds    = b.Out("nginx.access.response_time")
		ends            = bindNginxClient(b)
		urls            = b.URL()
	)
	return func(e *source.Event) error {
		ends.set(e)
		if code, ok := e.Int(status); ok {
			e.SetOutcome(outcome, code)
		}
		if whole := e.Text(target); len(whole) > 0 {
			e.SetURL(&urls, source.CutURL(whole))
		}
		if name := e.Text(vhost); len(name) > 0 && !e.Filled(ip) {
			e.Set(domain, name)
			e.SetNew(urls.Domain, name)
		}
		if text := e.Text(duration); len(text) > 0 {
			if seconds, err := strconv.ParseFloat(string(text), 64); err == nil && seconds < 1e12 {
				e.SetInt(milliseconds, int64(seconds*1000))
			}
		}
		if tail := e.Text(rest); len(tail) > 0 {
			ends.forwarded(e, tail)
		}
		return nil
	}
}

// nginxClient is where the addresses of a request's client go.
type nginxClient struct {
	client, list              source.In
	address, ip, domain       source.Out
	remote, real, first, each source.Out
}

func bindNginxClient(b *source.Binding) *nginxClient {
	return &nginxClient{
		client: b.In("client"), list: b.In("forwarded_for"),
		address: b.Out("source.address"), ip: b.Out("source.ip"), domain: b.Out("source.domain"),
		remote: b.Out("nginx.access.remote_ip_list"), real: b.Out("client.ip"), first: b.Out("network.forwarded_ip"), each: b.Out("nginx.access.forwarded_for"),
	}
}

// set fills the source: the first address of the list before the client that is not private, else the first of it, else
// the client itself.
func (c *nginxClient) set(e *source.Event) {
	var best []byte
	public := false
	for rest := e.Text(c.list); len(rest) > 0; {
		var item []byte
		item, rest, _ = bytes.Cut(rest, []byte(","))
		item, _ = source.CutPort(bytes.Trim(item, ` "`))
		if len(item) == 0 {
			continue
		}
		e.Set(c.remote, item)
		if found := source.IsAddress(item) && !isLocal(item); best == nil || found && !public {
			best, public = item, found
		}
	}
	client := e.Text(c.client)
	if best != nil {
		e.Set(c.remote, client)
	}
	if best == nil || !public && len(client) > 0 && source.IsAddress(client) && !isLocal(client) {
		best = client
	}
	e.Set(c.address, best)
	if e.Set(c.ip, best); !e.Filled(c.ip) && source.IsHostName(best) {
		e.Set(c.domain, best)
	}
}

// isLocal tells whether an address is private or the host's own.
func isLocal(ip []byte) bool { return source.IsPrivate(ip) || bytes.HasPrefix(ip, []byte("127.")) }

// forwarded reads "ADDRESS, ADDRESS" behind the user agent, as the format main has it; anything else is kept as it is.
func (c *nginxClient) forwarded(e *source.Event, tail []byte) {
	list, behind, ok := bytes.Cut(bytes.TrimPrefix(tail, []byte(`"`)), []byte(`"`))
	if tail[0] != '"' || !ok {
		e.Rest("rest", tail)
		return
	}
	odd := len(bytes.TrimSpace(behind)) > 0
	public := false
	for rest := list; len(rest) > 0; {
		var item []byte
		item, rest, _ = bytes.Cut(rest, []byte(","))
		if item = bytes.TrimSpace(item); len(item) == 0 || string(item) == "-" {
			continue
		}
		if !source.IsAddress(item) {
			odd = true
			continue
		}
		item, _ = source.CutPort(item)
		e.Set(c.each, item)
		e.SetNew(c.first, item)
		if !public && !isLocal(item) {
			public = true
			e.Set(c.real, item)
		}
	}
	if odd {
		e.Rest("rest", tail)
	}
}
