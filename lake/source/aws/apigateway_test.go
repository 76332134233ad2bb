package aws_test

import (
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func TestAPIGateway(t *testing.T) {
	const at = "15/Jan/2026:09:23:01 +0000"
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"milliseconds come before seconds", `{"requestTime":"` + at + `","requestTimeEpoch":1768468981186}`, map[string]any{"@timestamp": "2026-01-15T09:23:01.186Z", "aws.apigateway.request_time": "2026-01-15T09:23:01.000Z"}},
		{"a route tells method and path", `{"requestTime":"` + at + `","routeKey":"GET /a/{b}"}`, map[string]any{"http.request.method": "GET", "url.path": "/a/{b}"}},
		{"a route of a WebSocket tells neither", `{"requestTime":"` + at + `","routeKey":"$connect"}`, map[string]any{"http.request.method": nil, "url.path": nil}},
		{"usual names of members", `{"request_time":"` + at + `","sourceIp":"192.0.2.1","statusCode":"502","user_agent":"curl"}`, map[string]any{"source.ip": "192.0.2.1", "event.outcome": "failure", "user_agent.original": "curl"}},
		{"variables as objects", `{"requestTime":"` + at + `","identity":{"sourceIp":"192.0.2.1","userArn":"arn:aws:iam::111122223333:user/ops/alice"},"integration":{"latency":7}}`,
			map[string]any{"source.ip": "192.0.2.1", "user.name": "alice", "aws.apigateway.integration.latency": 7.0}},
		{"CLF of a WebSocket has no length", `192.0.2.1 - - [` + at + `] "CONNECT $connect c=" 200 Iq9gwFDNoAMFo1A=`, map[string]any{"aws.apigateway.event_type": "CONNECT", "aws.apigateway.connection_id": "c=", "http.request.id": "Iq9gwFDNoAMFo1A=", "http.response.body.bytes": nil}},
		{"CLF without a length", `192.0.2.1 - - [` + at + `] "GET /a HTTP/1.1" 200 - Iq9gwFDNoAMFo1A=`, map[string]any{"http.response.body.bytes": nil, "http.request.id": "Iq9gwFDNoAMFo1A=", "url.path": "/a"}},
		{"CSV", `192.0.2.1,-,-,` + at + `,GET,/a,HTTP/1.1,404,9,48752d0f-c99d-4cfa-a5a7-f3c6834d19e5,x=,more`, map[string]any{"http.response.status_code": 404.0, "aws.apigateway.extended_request_id": "x=", "unmapped.field_12": "more"}},
		{"XML without values", `<request id="r"><ip>192.0.2.1</ip><caller></caller><requestTime>` + at + `</requestTime></request>`, map[string]any{"source.ip": "192.0.2.1", "aws.apigateway.caller": nil, "http.request.id": "r"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.APIGateway(), "k").Document(c.record), c.want)
		})
	}
}

func TestAPIGatewayRejects(t *testing.T) {
	for record, reason := range map[string]string{
		"":               "empty",
		"a b c":          "none of the formats",
		"( x":            "none of the formats",
		"(a b) x":        "none of the formats",
		"(r) no time":    "no time",
		`<a id="x">`:     "none of the formats",
		`<request id="`:  "none of the formats",
		"a,b,c,d,e":      "none of the formats",
		`{"status":"x"}`: "no time",
		`<request id="r"><ip>1</caller></request>`:  "ends within",
		`192.0.2.1 - - [15/Jan/2026:09:23:01 +0000`: "ends within",
	} {
		if err := sourcetest.New(t, aws.APIGateway(), "k").Add(record); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: got %v, want a reason with %q", record, err, reason)
		}
	}
}
