package correlate

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		name   string
		fields map[string]any
		want   string
	}{
		{"a call", map[string]any{"event.action": "ConsoleLogin", "user.name": "alice", "source.ip": "203.0.113.9", "event.outcome": "failure"},
			"ConsoleLogin by alice from 203.0.113.9: failure"},
		{"a call that acts on something", map[string]any{"event.action": "PutBucketPolicy", "aws.cloudtrail.target": "my-bucket", "aws.s3.bucket.name": "other",
			"user.name": "bert-jan", "source.ip": "10.8.8.10", "event.outcome": "success"}, "PutBucketPolicy on my-bucket by bert-jan from 10.8.8.10: success"},
		{"a call of an older table", map[string]any{"event.action": "GetObject", "aws.s3.bucket.name": "b", "aws.s3.object.key": "k/1"}, "GetObject on b/k/1"},
		{"a call on a user", map[string]any{"event.action": "DeleteUser", "user.target.name": "bob"}, "DeleteUser on bob"},
		{"a call on what has a long name", map[string]any{"event.action": "GetObject", "aws.cloudtrail.target": strings.Repeat("x", 500), "event.outcome": "failure"},
			"GetObject on " + strings.Repeat("x", 97) + "...: failure"},
		{"a request that names its bucket in the host", map[string]any{"http.request.method": "GET", "url.original": "/k", "aws.s3.bucket.name": "b-1"}, "GET /k on b-1"},
		{"a request that names its bucket", map[string]any{"http.request.method": "GET", "url.original": "/b-1/k", "aws.s3.bucket.name": "b-1"}, "GET /b-1/k"},
		{"a call with an error", map[string]any{"event.action": "GetObject", "event.outcome": "failure", "error.code": "AccessDenied"},
			"GetObject: failure (AccessDenied)"},
		{"a flow", map[string]any{"event.action": "accept", "source.ip": "203.0.113.9", "source.port": int64(40000), "destination.ip": "2001:db8::1",
			"destination.port": int64(22), "network.transport": "tcp", "network.bytes": int64(120)},
			"accept from 203.0.113.9:40000 to [2001:db8::1]:22 over tcp, 120 bytes"},
		{"a call from a country, by an address of a threat list", map[string]any{"event.action": "ConsoleLogin", "source.ip": "203.0.113.9",
			"source.geo.country_iso_code": "NZ", "threat.feed.name": "botnets", "threat.indicator.ip": "203.0.113.9"},
			"ConsoleLogin from 203.0.113.9 (NZ, botnets)"},
		{"a call that holds a domain of a threat list", map[string]any{"event.action": "x", "source.ip": "203.0.113.9", "threat.feed.name": "botnets",
			"threat.indicator.name": "evil.example"}, "[botnets: evil.example] x from 203.0.113.9"},
		{"a request", map[string]any{"http.request.method": "GET", "url.path": "/a", "url.original": "/a?b", "source.ip": "203.0.113.9",
			"http.response.status_code": int64(404)}, "GET /a?b from 203.0.113.9: 404"},
		{"a request without a status", map[string]any{"http.request.method": "PUT", "url.path": "/a", "event.outcome": "success"}, "PUT /a: success"},
		{"an alert", map[string]any{"event.kind": "alert", "rule.name": "Port scan", "source.ip": "203.0.113.9"}, "alert: Port scan from 203.0.113.9"},
		{"a detection", map[string]any{"event.kind": "event", "event.category": []string{"intrusion_detection"}, "event.action": "PORT_PROBE", "rule.name": "Recon:EC2/PortProbe"},
			"alert: Recon:EC2/PortProbe"},
		{"a rule that only let pass", map[string]any{"event.action": "accept", "rule.name": "default", "source.ip": "203.0.113.9"}, "accept from 203.0.113.9"},
		{"a request that a firewall stopped", map[string]any{"http.request.method": "GET", "url.path": "/a", "source.ip": "203.0.113.9", "event.action": "BLOCK"}, "GET /a from 203.0.113.9: BLOCK"},
		{"a request that went wrong", map[string]any{"http.request.method": "GET", "url.path": "/a", "message": "password mismatch"}, "GET /a: password mismatch"},
		{"a name that was asked for", map[string]any{"dns.question.name": "evil.example", "source.ip": "10.0.0.5", "event.outcome": "success"}, "DNS query on evil.example from 10.0.0.5: success"},
		{"a name that was not answered", map[string]any{"event.action": "block", "dns.question.name": "evil.example"}, "block on evil.example"},
		{"a command in a pod", map[string]any{"event.action": "create", "orchestrator.resource.type": "pods", "orchestrator.resource.name": "web-0",
			"kubernetes.audit.objectRef.subresource": "exec", "user.name": "ann"}, "create on pods/web-0/exec by ann"},
		{"a state of a resource", map[string]any{"event.kind": "state", "resource.type": []string{"AWS::EC2::SecurityGroup"}, "resource.id": []string{"sg-1"}}, "state on AWS::EC2::SecurityGroup sg-1"},
		{"a process on a host", map[string]any{"event.action": "created-process", "process.command_line": "curl  x", "user.name": "ann", "host.name": "dc1"}, "created-process: curl x by ann at dc1"},
		{"a statement", map[string]any{"mysql.slowlog.query": "select 1", "user.name": "ann"}, "event: select 1 by ann"},
		{"a session of a user", map[string]any{"event.action": "logged-on", "user.effective.name": "ann", "host.hostname": "web-1"}, "logged-on on ann at web-1"},
		{"a user that is made by who is not named", map[string]any{"event.action": "user-created", "user.name": "eve", "user.target.name": "eve"}, "user-created on eve"},
		{"a message of a host", map[string]any{"message": "door 7", "host.hostname": "web-1"}, "door 7 at web-1"},
		{"a message alone", map[string]any{"message": "door 7\n opened"}, "door 7 opened"},
		{"nothing", map[string]any{}, "event"},
		{"an unknown outcome", map[string]any{"event.action": "x", "event.outcome": "unknown"}, "x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := sentence(Event{Fields: c.fields}); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
	long := sentence(Event{Fields: map[string]any{"message": strings.Repeat("日本 ", 500)}})
	if len(long) > longestSentence || !utf8.ValidString(long) {
		t.Errorf("%d bytes: %q", len(long), long)
	}
}

func TestDocuments(t *testing.T) {
	e := Event{Fields: map[string]any{
		"@timestamp": time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC), "source.ip": "203.0.113.9", "source.port": int64(22),
		"event.category": []string{"iam"}, "aws.cloudtrail.request_parameters": json.RawMessage(`{"a":[1]}`), "tls.established": true,
	}}
	got, err := e.Document()
	want := `{"@timestamp":"2026-01-02T03:04:05.006Z","aws":{"cloudtrail":{"request_parameters":{"a":[1]}}},"event":{"category":["iam"]},` +
		`"source":{"ip":"203.0.113.9","port":22},"tls":{"established":true}}`
	if string(got) != want || err != nil {
		t.Errorf("got %s: %v", got, err)
	}
	for _, clash := range []map[string]any{{"a": "x", "a.b": "y"}, {"a.b.c": "x", "a.b": "y"}} {
		if got, err := (Event{Fields: clash}).Document(); err == nil {
			t.Errorf("%v became %s", clash, got)
		}
	}
}
