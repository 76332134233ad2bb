package web

import (
	"fmt"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// ApacheError is the error log of the Apache HTTP Server.
func ApacheError() *source.Source {
	return &source.Source{
		Name:    "apache_error",
		Title:   "Apache HTTP Server error log",
		Version: "1",
		Docs: []string{
			"https://httpd.apache.org/docs/2.4/logs.html#errorlog",
			"https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat",
		},
		Keys:  []string{`(?i)(apache|httpd).*error`},
		Looks: looksLikeApacheError,
		Notes: "The formats of Apache 2.2 and 2.4. The log's times have no zone and are taken as UTC. What the server says before it has a log has no " +
			"time: it has that of its delivery or ingestion, and the tag time-of-delivery. Lines without a time go on from the line before.",

		Framing: frame.Framing{Kind: frame.Multiline, First: startsApacheError},
		Divide:  apacheErrorLog,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "web", "event.module", "apache", "event.dataset", "apache.error",
		),
		Map: []source.Mapping{
			{To: "log.level", From: "level"},
			{To: "apache.error.module", From: "module"},
			{To: "process.pid", From: "pid"},
			{To: "process.thread.id", From: "tid"},
			{To: "process.name", From: "program"},
			{To: "message", From: "message"},
			{To: "error.code", From: "code", Doc: "number of the message: AH00128"},
			{To: "error.message", From: "cause", Doc: "the system's own words for the error"},
			{To: "apache.error.status", From: "status", Type: ecs.Int, Doc: "APR's number of the error"},
			{To: "log.origin.file.name", From: "file"},
			{To: "log.origin.file.line", From: "line"},
			{To: "source.address", From: "client"},
			{To: "source.ip", From: "client"},
			{To: "source.domain", From: "client_name"},
			{To: "related.ip", From: "mentioned"},
			{To: "source.port", From: "client_port"},
			{To: "file.path", From: "path"},
			{To: "http.request.referrer", From: "referrer"},
			{To: "rule.id", From: "rule", Doc: "ModSecurity's rule"},
			{To: "rule.name", From: "rule_message"},
			{To: "rule.ruleset", From: "rule_file"},
			{To: "url.domain", From: "host"},
			{To: "url.path", From: "uri"},
			{To: "http.request.id", From: "unique_id"},
		},
		Extra:  []ecs.Field{{Name: "event.type"}},
		Finish: finishApacheError,
	}
}

func finishApacheError(b *source.Binding) func(*source.Event) error {
	var (
		stamp, level = b.In("time"), b.In("level")
		time, tags   = b.Out("@timestamp"), b.Out("tags")
		kind         = b.Out("event.type")
	)
	return func(e *source.Event) error {
		if text := e.Text(stamp); len(text) > 0 {
			ms, ok := weekdayTime(text)
			if !ok {
				return fmt.Errorf("no time as Fri Sep 09 10:42:29.902022 2011: %.40q", text)
			}
			e.SetTime(time, ms)
		} else {
			e.SetTime(time, delivered(e))
			e.SetText(tags, "time-of-delivery")
		}
		switch string(e.Text(level)) {
		case "emerg", "alert", "crit", "error", "warn":
			e.SetText(kind, "error")
		case "":
		default:
			e.SetText(kind, "info")
		}
		return nil
	}
}

// delivered is when an envelope says that the record was written, else when it was ingested.
func delivered(e *source.Event) int64 {
	if ms, ok := e.Sent(); ok {
		return ms
	}
	return e.Ingested()
}

// weekdayTime reads Fri Sep 09 10:42:29.902022 2011.
func weekdayTime(b []byte) (int64, bool) {
	if len(b) < 24 || b[3] != ' ' || b[7] != ' ' || b[10] != ' ' {
		return 0, false
	}
	day := b[8:10]
	if day[0] == ' ' {
		day = day[1:]
	}
	number, ok0 := source.Digits(day)
	since, n := source.ParseClock(b[11:])
	rest := b[11+n:]
	if n == 0 || len(rest) != 5 || rest[0] != ' ' {
		return 0, false
	}
	year, ok1 := source.Digits(rest[1:])
	midnight, ok2 := source.UnixMilli(year, source.Month(b[4:7]), number, 0, 0, 0)
	return midnight + since, ok0 && ok1 && ok2
}
