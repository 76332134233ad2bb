package aws_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func TestCloudFront(t *testing.T) {
	const some = "#Fields: date time c-ip sc-status cs-protocol x-host-header cs-uri-stem cs(User-Agent)"
	line := func(fields ...string) string { return strings.Join(fields, "\t") }
	get := func(host, stem, agent string) string {
		return line("2026-01-15", "09:23:01", "192.0.2.1", "200", "https", host, stem, agent)
	}
	realtime := strings.Fields("1768468981.186 192.0.2.1 0.002 200 1045 GET https www.example.com /a?x=1 231 AMS54-C1 rt1")
	for _, c := range []struct {
		name, key, headers, record string
		want                       map[string]any
	}{
		{"the header names the fields", "k", some, get("a.example.com", "/a", "-"),
			map[string]any{"@timestamp": "2026-01-15T09:23:01.000Z", "url.full": "https://a.example.com/a", "event.outcome": "success", "user_agent.original": nil}},
		{"spaces between fields, as configured", "k", some, strings.ReplaceAll(get("a", "/a", "x%20y"), "\t", " "), map[string]any{"url.domain": "a", "user_agent.original": "x y"}},
		{"commas between fields, as configured", "k", some, strings.ReplaceAll(get("a", "/a", "x"), "\t", ","), map[string]any{"url.path": "/a"}},
		{"a later header takes the place of the first", "k", some + "\n#Fields: sc-status timestamp(ms)", line("404", "1768468981186"),
			map[string]any{"@timestamp": "2026-01-15T09:23:01.186Z", "http.response.status_code": 404.0, "event.outcome": "failure"}},
		{"an agent is unescaped once", "k", some, get("a", "/", "a%20b%2520c+d"), map[string]any{"user_agent.original": "a b%20c+d"}},
		{"an agent that was escaped twice is unescaped twice", "k", some, get("a", "/", "a%2520b%2520%2528"), map[string]any{"user_agent.original": "a b ("}},
		{"a host with a port", "k", some, get("[2001:db8::9]:8443", "/", "-"),
			map[string]any{"url.domain": "2001:db8::9", "url.port": 8443.0, "destination.domain": "2001:db8::9", "related.ip": sourcetest.List("192.0.2.1", "2001:db8::9")}},
		{"no host leaves a path", "k", some, get("-", "/a?b", "-"), map[string]any{"url.full": nil, "url.path": "/a", "url.query": "b", "url.scheme": "https"}},
		{"two fields missing at the end", "k", some + " a b", get("a", "/", "x"), map[string]any{"url.domain": "a"}},
		{"the distribution is that of the key", "p/E2EXAMPLE0ABCD.2026-01-15-09.0a1b2c3d.gz", some, get("a", "/", "x"), map[string]any{"aws.cloudfront.distribution_id": "E2EXAMPLE0ABCD"}},
		{"standard fields are told without a header", "k", "", line(strings.Fields("2026-01-15 09:23:01 AMS54-C1 1045 192.0.2.1 GET d1.cloudfront.net /a 200 - curl - - Hit r www.example.com https 1 0.001")...),
			map[string]any{"http.request.id": "r", "event.duration": 1e6}},
		{"real-time fields are told without a header", "k", "", line(realtime...),
			map[string]any{"@timestamp": "2026-01-15T09:23:01.186Z", "http.request.id": "rt1", "url.full": "https://www.example.com/a?x=1", "url.query": "x=1"}},
		{"a tab at the end of a real-time record is no field", "k", "", line(realtime...) + "\t", map[string]any{"http.request.id": "rt1"}},
		{"real-time fields with the server's address", "k", "", strings.Replace(line(realtime...), "192.0.2.1", "192.0.2.1\t203.0.113.5", 1),
			map[string]any{"server.ip": "203.0.113.5", "http.request.id": "rt1"}},
		{"JSON with the names of the log", "k", "", `{"date":"2026-01-15","time":"09:23:01","c-ip":"192.0.2.1","cs(User-Agent)":"a%20b","cs(Referer)":"-","sc-status":"000"}`,
			map[string]any{"source.ip": "192.0.2.1", "user_agent.original": "a b", "http.request.referrer": nil, "event.outcome": "failure"}},
		{"rows of Parquet with underscores and numbers", "k", "", `{"timestamp_ms":1768468981186,"c_ip":"192.0.2.1","sc_status":200,"time_taken":0.25,"cs_host":"a"}`,
			map[string]any{"@timestamp": "2026-01-15T09:23:01.186Z", "http.response.status_code": 200.0, "event.duration": 2.5e8, "aws.cloudfront.domain": "a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sourcetest.New(t, aws.CloudFront(), c.key)
			for header := range strings.Lines(c.headers) {
				if err := r.Add(strings.TrimSpace(header)); !errors.Is(err, source.ErrNoRecord) {
					t.Fatalf("header: %v", err)
				}
			}
			sourcetest.Check(t, r.Document(c.record), c.want)
		})
	}
}

func TestCloudFrontRejects(t *testing.T) {
	for _, c := range []struct {
		name, header, record, reason string
	}{
		{"more fields than the header names", "#Fields: date time", "2026-01-15\t09:23:01\tx", "has 3 fields, the header of its object names 2"},
		{"far fewer fields than the header names", "#Fields: date time c-ip sc-status cs-method cs-uri-stem", "2026-01-15", "has 1 fields"},
		{"a record that is shifted and short", "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer)", "2026-01-15\t09:23:01\tAMS\t1\tGET\th\t/\t200\t-", "has 9 fields"},
		{"a date that is none", "#Fields: date time", "2026-13-15\t09:23:01", "date and time are none"},
		{"no header, and no known format", "", "a\tb\tc", "no header names the record's 3 fields"},
		{"nothing", "", "", "empty"},
		{"JSON without a time", "", `{"c-ip":"192.0.2.1"}`, "date and time are none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sourcetest.New(t, aws.CloudFront(), "k")
			if c.header != "" {
				if err := r.Add(c.header); !errors.Is(err, source.ErrNoRecord) {
					t.Fatal(err)
				}
			}
			if err := r.Add(c.record); err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("got %v, want a reason with %q", err, c.reason)
			}
		})
	}
}
