package web_test

import (
	"fmt"
	"testing"

	"github.com/hindcast/hindcast/lake/raw/envelope"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
	"github.com/hindcast/hindcast/lake/source/web"
)

func TestNginxAccess(t *testing.T) {
	const tail = ` - - [15/Jan/2026:13:55:36 +0000] "GET /a HTTP/1.1" 200 5 "-" "agent"`
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"a list is private, and the client behind it is not", "10.0.0.1, 10.0.0.2 203.0.113.5" + tail, map[string]any{
			"source.ip": "203.0.113.5", "nginx.access.remote_ip_list": sourcetest.List("10.0.0.1", "10.0.0.2", "203.0.113.5")}},
		{"a list of names", "a.example.com, b.example.com" + tail, map[string]any{"source.address": "a.example.com", "source.domain": "a.example.com", "source.ip": nil}},
		{"a host that is an address", "192.0.2.1 203.0.113.5" + tail, map[string]any{"destination.ip": "192.0.2.1", "destination.domain": nil, "url.domain": nil}},
		{"an IPv6 client", "2001:DB8::5" + tail, map[string]any{"source.ip": "2001:db8::5", "source.address": "2001:DB8::5"}},
		{"a list of X-Forwarded-For that is private", "203.0.113.5" + tail + ` "10.0.0.1, 10.0.0.2:99"`, map[string]any{
			"client.ip": nil, "network.forwarded_ip": "10.0.0.1", "nginx.access.forwarded_for": sourcetest.List("10.0.0.1", "10.0.0.2")}},
		{"the fields of an ingress controller are kept", "203.0.113.5" + tail + ` 120 0.001 [default-web-80] [] 10.0.0.9:80 5 0.001 200 abc`, map[string]any{
			"unmapped.rest": "120 0.001 [default-web-80] [] 10.0.0.9:80 5 0.001 200 abc", "user_agent.original": "agent"}},
		{"a URL with a host", `203.0.113.5 - - [15/Jan/2026:13:55:36 +0000] "GET http://x.example.com:81/a.js?b#c HTTP/1.1" 200 5 "-" "agent"`, map[string]any{
			"url.domain": "x.example.com", "url.port": 81.0, "url.extension": "js", "url.fragment": "c"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, web.NginxAccess(), "k").Document(c.record), c.want)
		})
	}
}

func TestErrorLogs(t *testing.T) {
	const nginx, apache = "2026/01/15 14:49:34 [error] 5#6: *1 ", "[Thu Jan 15 10:42:29 2026] [core:error] [pid 7:tid 8] "
	for _, c := range []struct {
		name   string
		source *source.Source
		record string
		want   map[string]any
	}{
		{"a request without a version", web.NginxError(), nginx + `client sent invalid request, client: 203.0.113.7, server: s, request: "quit"`, map[string]any{
			"nginx.error.request": "quit", "http.request.method": nil, "source.ip": "203.0.113.7"}},
		{"a path that imitates a tail", web.NginxError(), nginx + `open() "/x", client: 192.0.2.1, server: y" failed (2: No), client: 203.0.113.7, server: s`, map[string]any{
			"source.ip": nil, "tags": sourcetest.List("ambiguous-client"), "related.ip": sourcetest.List("192.0.2.1", "203.0.113.7")}},
		{"a path that imitates only the beginning of a tail", web.NginxError(), nginx + `open() "/x", client: y" failed (2: No), client: 203.0.113.7, server: s`, map[string]any{
			"source.ip": "203.0.113.7", "tags": nil}},
		{"a host that closes the request's quotes", web.NginxError(), nginx + `x, client: 203.0.113.7, server: s, request: "GET /", host: "y HTTP/1.1", host: "h"`, map[string]any{
			"url.domain": "h", "url.original": `/", host: "y`}},
		{"no tail", web.NginxError(), nginx + "bind() to 0.0.0.0:80 failed (98: Address already in use)", map[string]any{
			"error.code": "98", "error.message": "Address already in use", "source.ip": nil}},
		{"no connection", web.NginxError(), "2026/01/15 14:49:34 [emerg] 5#6: x", map[string]any{"nginx.error.connection_id": nil, "message": "x", "log.level": "emerg"}},
		{"a client of 2.2 has no port", web.ApacheError(), "[Thu Jan 15 10:42:29 2026] [warn] [client 2001:db8::1:443] x", map[string]any{"source.ip": "2001:db8::1:443", "source.port": nil, "event.type": sourcetest.List("error")}},
		{"a client of 2.4 has one", web.ApacheError(), apache + "[client 2001:db8::1:443] x", map[string]any{"source.ip": "2001:db8::1", "source.port": 443.0}},
		{"a system error before the client", web.ApacheError(), apache + "(13)Permission denied: [client 192.0.2.1:5] AH00035: access to /x denied", map[string]any{
			"error.message": "Permission denied", "error.code": "AH00035", "apache.error.status": 13.0, "source.ip": "192.0.2.1"}},
		{"brackets that begin a message", web.ApacheError(), apache + "[not a client] x", map[string]any{"message": "[not a client] x", "source.address": nil}},
		{"addresses within a message", web.ApacheError(), apache + "AH00957: HTTP: attempt to connect to 10.0.0.5:8080 (*) failed", map[string]any{"related.ip": sourcetest.List("10.0.0.5")}},
		{"a referer with a comma", web.ApacheError(), apache + "x, referer: https://a/?b, c", map[string]any{"http.request.referrer": "https://a/?b, c"}},
		{"a path with a comma", web.ApacheError(), apache + "File does not exist: /a, b", map[string]any{"file.path": "/a, b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, c.source, "k").Document(c.record), c.want)
		})
	}
}

func TestAMessageBeforeTheLogHasTheTimeOfItsDelivery(t *testing.T) {
	for text, want := range map[string]string{"1769853600000": "2026-01-31T10:00:00.000Z", "2026-01-31T10:00:00Z": "2026-01-31T10:00:00.000Z", "": "2026-02-01T00:00:00.000Z"} {
		r := sourcetest.New(t, web.ApacheError(), "k")
		r.Norm.Delivered(&envelope.Info{Time: []byte(text)})
		sourcetest.Check(t, r.Document("AH00558: httpd: x"), map[string]any{"@timestamp": want, "tags": sourcetest.List("time-of-delivery"), "process.name": "httpd"})
	}
}

func TestHostileRecords(t *testing.T) {
	for _, s := range web.Sources() {
		sourcetest.Hostile(t, s)
	}
}

func FuzzSources(f *testing.F) {
	sourcetest.Fuzz(f, web.Sources(),
		`"10.0.0.1, 203.0.113.5" 10.2.1.185 - - [15/Jan/2026:13:55:36 +0000] "GET /a\x22 HTTP/1.1" 200 5 0.1 "-" "agent" "10.0.0.1, x"`,
		`2026/01/15 14:49:34 [error] 5#6: *1 open() "/x", client: 192.0.2.1, server: "y" failed (2: No), client: 203.0.113.7, server: s, request: "GET / HTTP/1.1", upstream: "http://[::1]:5/", host: "h", referrer: "r"`,
		`[Thu Jan 15 10:42:29.902022 2026] [core:error] [pid 7:tid 8] mod_x.c(1): (13)No: [client ::1:5] AH00035: ModSecurity: [id "1"] [uri "/"], referer: x`,
		"AH00558: httpd: x",
	)
}

func TestLinesMakeNoGarbage(t *testing.T) {
	for name, c := range map[string]struct {
		source *source.Source
		line   string
	}{
		"an access":          {web.NginxAccess(), `10.0.0.1, 203.0.113.5 - - [15/Jan/2026:13:55:36 +0000] "GET /a HTTP/1.1" 200 5 0.253 "-" "agent" "10.0.0.1, 203.0.113.9"`},
		"an error of nginx":  {web.NginxError(), `2026/01/15 14:49:34 [error] 5#6: *1 open() "/x" failed (2: No), client: 203.0.113.7, server: s, request: "GET / HTTP/1.1", upstream: "http://10.0.0.1:5/", host: "h"`},
		"an error of Apache": {web.ApacheError(), `[Thu Jan 15 10:42:29.902022 2026] [core:error] [pid 7:tid 8] (13)No: [client 192.0.2.1:5] AH00035: File does not exist: /x, referer: y`},
	} {
		t.Run(name, func(t *testing.T) { sourcetest.NoGarbage(t, c.source, c.line) })
	}
}

func BenchmarkNginxAccess(b *testing.B) {
	sourcetest.Bench(b, web.NginxAccess(), func(n int) string {
		return fmt.Sprintf(`198.51.%d.%d - - [15/Jan/2026:13:%02d:%02d +0000] "GET /shop/items/%d.html?page=%d HTTP/1.1" %d %d "https://www.example.com/shop/items/%d.html" "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/%d.0" "-"`,
			n%7, n%251, n/60%60, n%60, n%970, n%9, []int{200, 200, 304, 404}[n%4], 1000+n%5000, n%890, 100+n%30)
	})
}

func BenchmarkNginxError(b *testing.B) {
	sourcetest.Bench(b, web.NginxError(), func(n int) string {
		return fmt.Sprintf(`2026/01/15 14:%02d:%02d [error] 31#32: *%d open() "/usr/share/nginx/html/%d.ico" failed (2: No such file or directory), client: 203.0.113.%d, server: shop.example.com, request: "GET /%d.ico HTTP/1.1", host: "shop.example.com", referrer: "https://shop.example.com/"`,
			n/60%60, n%60, n, n%500, n%250, n%500)
	})
}

func BenchmarkApacheError(b *testing.B) {
	sourcetest.Bench(b, web.ApacheError(), func(n int) string {
		return fmt.Sprintf(`[Thu Jan 15 10:%02d:%02d.%06d 2026] [authz_core:error] [pid 35708:tid %d] [client 203.0.113.%d:%d] AH01630: client denied by server configuration: /srv/www/private/%d, referer: https://www.example.com/a`,
			n/60%60, n%60, n%1000000, 140413273032448+n%64, n%250, 1024+n*31%60000, n%500)
	})
}
