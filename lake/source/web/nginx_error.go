package web

import (
	"bytes"
	"fmt"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// NginxError is the error log of nginx.
func NginxError() *source.Source {
	return &source.Source{
		Name:    "nginx_error",
		Title:   "nginx error log",
		Version: "1",
		Docs: []string{
			"https://nginx.org/en/docs/ngx_core_module.html#error_log",
			"https://docs.nginx.com/nginx/admin-guide/monitoring/logging/",
		},
		Keys: []string{`(?i)nginx.*error`},
		Looks: func(head []byte) bool {
			line, _, _ := bytes.Cut(head, []byte("\n"))
			var l nginxError
			return l.parse(line) == nil
		},
		Notes: "The log's times have no zone and are taken as UTC. Lines without a time go on from the line before. An error whose text could " +
			"hold two tails (client, server, request …), since a path may imitate one, has its addresses in related.ip alone and the tag ambiguous-client.",

		Framing: frame.Framing{Kind: frame.Multiline, First: startsNginxError},
		Divide:  nginxErrorLog,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "web", "event.type", "error",
			"event.module", "nginx", "event.dataset", "nginx.error",
		),
		Map: []source.Mapping{
			{To: "log.level", From: "level"},
			{To: "process.pid", From: "pid"},
			{To: "process.thread.id", From: "tid"},
			{To: "nginx.error.connection_id", From: "connection", Type: ecs.Int},
			{To: "message", From: "message"},
			{To: "tags", From: "tag"},
			{To: "source.address", From: "client"},
			{To: "source.ip", From: "client"},
			{To: "source.port", From: "client_port"},
			{To: "related.ip", From: "mentioned"},
			{To: "nginx.error.server", From: "server", Doc: "name of the server's configuration"},
			{To: "nginx.error.request", From: "request", Doc: "the request line"},
			{To: "nginx.error.subrequest", From: "subrequest"},
			{To: "nginx.error.upstream", From: "upstream", Doc: "the server that the request was passed to"},
			{To: "destination.address", From: "upstream_host"},
			{To: "destination.ip", From: "upstream_host"},
			{To: "destination.domain", From: "upstream_name"},
			{To: "destination.port", From: "upstream_port"},
			{To: "http.request.method", From: "method"},
			{To: "http.version", From: "version"},
			{To: "url.original", From: "url"},
			{To: "http.request.referrer", From: "referrer"},
			{To: "user.name", From: "login"},
			{To: "file.path", From: "path"},
			{To: "error.code", From: "errno", Doc: "the operating system's number of the error"},
			{To: "error.message", From: "error"},
		},
		Extra:  source.URLFields(),
		Finish: finishNginxError,
	}
}

func finishNginxError(b *source.Binding) func(*source.Event) error {
	var (
		date, clock  = b.In("date"), b.In("clock")
		target, host = b.In("url"), b.In("host")
		time         = b.Out("@timestamp")
		urls         = b.URL()
	)
	return func(e *source.Event) error {
		ms, ok := dateTime(e.Text(date), e.Text(clock))
		if !ok {
			return fmt.Errorf("no time: %.40q", e.Text(date))
		}
		e.SetTime(time, ms)
		u := source.CutURL(e.Text(target))
		if len(u.Domain) == 0 {
			u.Domain, u.Port = source.CutPort(e.Text(host))
		}
		e.SetURL(&urls, u)
		return nil
	}
}

// dateTime reads 2026/01/31 and 10:00:00.
func dateTime(date, clock []byte) (int64, bool) {
	if len(date) != 10 {
		return 0, false
	}
	year, ok0 := source.Digits(date[:4])
	month, ok1 := source.Digits(date[5:7])
	day, ok2 := source.Digits(date[8:])
	midnight, ok3 := source.UnixMilli(year, month, day, 0, 0, 0)
	since, n := source.ParseClock(clock)
	return midnight + since, ok0 && ok1 && ok2 && ok3 && n == len(clock)
}
