package aws_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func TestWAF(t *testing.T) {
	record := func(rest string) string { return `{"timestamp":1768468981186,"action":"BLOCK",` + rest + `}` }
	headers := func(headers string) string {
		return record(`"httpRequest":{"clientIp":"192.0.2.1","headers":` + headers + `}`)
	}
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"the ARN of a web ACL tells account, region and scope", record(`"webaclId":"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1"`),
			map[string]any{"cloud.account.id": "111122223333", "cloud.region": "eu-west-1", "cloud.service.name": "wafv2", "aws.waf.id": "regional/webacl/shop/1",
				"aws.waf.scope": "regional", "aws.waf.web_acl.name": "shop", "event.type": sourcetest.List("access", "denied")}},
		{"an ARN that breaks off tells what it can", record(`"webaclId":"arn:aws:wafv2:eu-west-1"`), map[string]any{"cloud.region": "eu-west-1", "cloud.account.id": nil, "aws.waf.id": nil}},
		{"the account of a classic ACL is that of the balancer", record(`"webaclId":"385c","httpSourceId":"111122223333-app/x/1"`), map[string]any{"cloud.account.id": "111122223333", "aws.waf.arn": "385c"}},
		{"a distribution has no account in its name", record(`"webaclId":"385c","httpSourceId":"E2EXAMPLE"`), map[string]any{"cloud.account.id": nil}},
		{"credentials are not kept", headers(`[{"name":"AUTHORIZATION","value":"Basic x"},{"name":"Cookie","value":"a=b"},{"name":"accept","value":"*/*"}]`),
			map[string]any{"aws.waf.request.headers.AUTHORIZATION": "REDACTED", "aws.waf.request.headers.Cookie": "REDACTED", "aws.waf.request.headers.accept": "*/*"}},
		{"headers tell host, agent and referrer", headers(`[{"name":"hOST","value":"a.example.com:8080"},{"name":"user-agent","value":"a \"b\" \u00e9"},{"value":"http://r/","name":"Referer"}]`),
			map[string]any{"url.domain": "a.example.com", "url.port": 8080.0, "user_agent.original": `a "b" é`, "http.request.referrer": "http://r/", "related.hosts": sourcetest.List("a.example.com")}},
		{"a host that is an IPv6 address", headers(`[{"name":"Host","value":"[2001:DB8::1]:443"}]`),
			map[string]any{"url.domain": "2001:DB8::1", "url.port": 443.0, "related.ip": sourcetest.List("192.0.2.1", "2001:db8::1")}},
		{"clients behind proxies are related", headers(`[{"name":"X-Forwarded-For","value":"unknown, 203.0.113.9:1234,,2001:db8::9 "}]`),
			map[string]any{"network.forwarded_ip": "203.0.113.9", "related.ip": sourcetest.List("192.0.2.1", "203.0.113.9", "2001:db8::9")}},
		{"the second of two hosts does not count", headers(`[{"name":"Host","value":"a"},{"name":"Host","value":"b"}]`), map[string]any{"url.domain": "a"}},
		{"headers that are no list are kept aside", headers(`{"Host":"a"}`), map[string]any{"url.domain": nil, "aws.waf.request.headers": nil, "unmapped.httpRequest.headers": `{"Host":"a"}`}},
		{"a header name of 60 KB", headers(`[{"name":"` + strings.Repeat("x", 60<<10) + `","value":"y"},{"name":"Host","value":"a"}]`), map[string]any{"url.domain": "a"}},
		{"a puzzle solved, in seconds and in milliseconds", record(`"captchaResponse":{"responseCode":0,"solveTimestamp":1768460000},"challengeResponse":{"solveTimestamp":"1768460000123"}`),
			map[string]any{"aws.waf.captcha_response.solve_timestamp": "2026-01-15T06:53:20.000Z", "aws.waf.challenge_response.solve_timestamp": "2026-01-15T06:53:20.123Z", "aws.waf.captcha_response.response_code": 0.0}},
		{"a puzzle solved at no time", record(`"captchaResponse":{"solveTimestamp":"soon"}`), map[string]any{"aws.waf.captcha_response.solve_timestamp": nil, "unmapped.captchaResponse.solveTimestamp": "soon"}},
		{"dashes and empty lists say nothing", record(`"httpSourceName":"-","labels":[],"ruleGroupList":[],"httpRequest":{"country":"-"}`),
			map[string]any{"aws.waf.source.name": nil, "aws.waf.labels": nil, "aws.waf.rule_group_list": nil, "source.geo.country_iso_code": nil}},
		{"a protocol that is not HTTP", record(`"httpRequest":{"httpVersion":"GRPC/1"}`), map[string]any{"network.protocol": "grpc", "http.version": "1", "network.transport": nil}},
		{"a member that nobody knows is kept", record(`"newThing":{"a":1}`), map[string]any{"unmapped.newThing.a": 1.0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.WAF(), "k").Document(c.record), c.want)
		})
	}
}

// fixtureLines are the records of a file of testdata that are lines.
func fixtureLines(tb testing.TB, path string) []string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "raw", filepath.FromSlash(path)))
	if err != nil {
		tb.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}
