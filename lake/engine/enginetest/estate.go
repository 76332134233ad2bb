package enginetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Estate is a lake in which something has happened: from 203.0.113.9, alice's access key is used, and bob's page is
// found. It covers 1 to 4 January 2026 in five tables; one has no data, and each lacks something that others have.
func Estate(t testing.TB) *Lake {
	t.Helper()
	l := New(t)
	l.cloudTrail(t)
	l.flows(t)
	l.apache(t)
	l.findings(t)
	l.Create(t, "aws_route53", append(common(t), Fields(t, "dns.question.name", "related.hosts")...)...)
	l.doors(t)
	return l
}

// common are the fields of every source of ours.
func common(t testing.TB, more ...string) []ecs.Field {
	return Fields(t, append([]string{
		"@timestamp", "event.id", "log.file.path", "log.offset", "event.kind", "event.category", "event.action",
		"event.outcome", "cloud.account.id", "cloud.region", "source.ip", "user.name", "related.ip", "related.user",
	}, more...)...)
}

// at is a time of the estate: a day of January 2026 and a time of that day.
func at(day int, clock string) time.Time {
	d, err := time.Parse(time.TimeOnly, clock)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 1, day, d.Hour(), d.Minute(), d.Second(), 0, time.UTC)
}

// with is a row of the table's n-th record, with the fields.
func with(source string, n int, when time.Time, fields Row) Row {
	r := Row{
		"@timestamp": when, "event.id": fmt.Sprintf("%s-%02d", source, n), "event.kind": "event",
		"log.file.path": fmt.Sprintf("logs/%s/%s.gz", source, when.Format("2006/01/02")), "log.offset": n * 100,
	}
	for name, v := range fields {
		r[name] = v
	}
	return r
}

func (l *Lake) cloudTrail(t testing.TB) {
	t.Helper()
	own := []ecs.Field{
		{Name: "aws.cloudtrail.user_identity.access_key_id", Kind: ecs.AccessKey},
		{Name: "aws.cloudtrail.user_identity.arn", Kind: ecs.ARN},
		{Name: "aws.cloudtrail.request_parameters", JSON: true},
		{Name: "aws.cloudtrail.recipient_account_id", Kind: ecs.Account},
		{Name: "aws.cloudtrail.target"},
		{Name: "aws.cloudtrail.read_only", Type: ecs.Bool},
	}
	base := common(t, "event.provider", "user.id", "user_agent.original", "error.code", "cloud.instance.id", "related.hosts")
	l.Create(t, "aws_cloudtrail", append(base[:len(base):len(base)], own...)...)
	call := func(n int, when time.Time, action, user, ip string, more Row) Row {
		r := with("aws_cloudtrail", n, when, Row{
			"event.action": action, "event.provider": "iam.amazonaws.com", "event.outcome": "success",
			"event.category": []string{"iam"}, "user.name": user, "user.id": "AIDA" + user, "source.ip": ip,
			"related.ip": []string{ip}, "related.user": []string{user}, "cloud.account.id": "000123456789",
			"cloud.region": "eu-central-1", "aws.cloudtrail.recipient_account_id": "000123456789",
			"aws.cloudtrail.user_identity.access_key_id": "AKIA" + user + "EXAMPLE0",
			"aws.cloudtrail.user_identity.arn":           "arn:aws:iam::000123456789:user/" + user,
			"user_agent.original":                        "aws-cli/2.15",
		})
		for name, v := range more {
			r[name] = v
		}
		return r
	}
	role := Row{
		"aws.cloudtrail.user_identity.arn":           "arn:aws:sts::000123456789:assumed-role/Admin/carol",
		"aws.cloudtrail.user_identity.access_key_id": "ASIACAROLEXAMPLE0000",
		"related.user": []string{"Admin", "carol"}, "aws.cloudtrail.target": "reports/2025.csv", "aws.cloudtrail.read_only": true,
	}
	l.Add(t, "aws_cloudtrail", append(base[:len(base):len(base)], own...),
		call(1, at(1, "08:00:00"), "ListUsers", "ALICE", "198.51.100.7", Row{"aws.cloudtrail.read_only": true}),
		call(2, at(2, "03:10:00"), "ConsoleLogin", "ALICE", "203.0.113.9", Row{"event.outcome": "failure", "error.code": "Failed authentication"}),
		call(3, at(2, "03:11:00"), "ConsoleLogin", "ALICE", "203.0.113.9", Row{"event.category": []string{"authentication"}}),
		call(4, at(2, "03:15:00"), "CreateAccessKey", "ALICE", "203.0.113.9", Row{
			"aws.cloudtrail.request_parameters": `{"userName":"it's \"bob\""}`, "related.user": []string{"ALICE", "bob"},
			"aws.cloudtrail.target": "bob", "aws.cloudtrail.read_only": false}),
		call(5, at(2, "03:20:00"), "AuthorizeSecurityGroupIngress", "ALICE", "203.0.113.9", Row{
			"event.provider": "ec2.amazonaws.com", "cloud.instance.id": "i-0123456789abcdef0",
			"related.hosts": []string{"i-0123456789abcdef0"}, "related.ip": []string{"203.0.113.9", "10.0.0.5"}}),
		call(6, at(3, "00:00:00"), "GetObject", "Admin", "10.16.0.1", role),
	)
	// An older file, which knows nothing of the columns that came later.
	l.Add(t, "aws_cloudtrail", base, with("aws_cloudtrail", 7, at(1, "23:59:59"), Row{
		"event.action": "AssumeRole", "user.name": "bob", "source.ip": "2001:db8::1", "related.ip": []string{"2001:db8::1"},
		"related.user": []string{"bob"}, "cloud.account.id": "210987654321", "event.outcome": "success"}))
}

func (l *Lake) flows(t testing.TB) {
	t.Helper()
	fields := common(t, "source.port", "destination.ip", "destination.port", "network.transport", "network.bytes", "cloud.instance.id", "related.hosts")
	l.Create(t, "aws_vpcflow", fields...)
	var rows []Row
	for i := range 12 {
		outcome := []string{"success", "failure"}[i%2]
		rows = append(rows, with("aws_vpcflow", i, at(2, fmt.Sprintf("03:%02d:00", 21+i)), Row{
			"event.action": []string{"accept", "reject"}[i%2], "event.outcome": outcome, "event.category": []string{"network"},
			"cloud.account.id": "000123456789", "cloud.region": "eu-central-1", "source.ip": "203.0.113.9", "source.port": 40000 + i,
			"destination.ip": "10.0.0.5", "destination.port": 22, "network.transport": "tcp", "network.bytes": 40 * i,
			"cloud.instance.id": "i-0123456789abcdef0", "related.hosts": []string{"i-0123456789abcdef0"},
			"related.ip": []string{"203.0.113.9", "10.0.0.5"},
		}))
	}
	rows = append(rows, with("aws_vpcflow", 12, at(4, "12:00:00"), Row{
		"event.action": "accept", "event.outcome": "success", "source.ip": "2001:db8:0:1::5", "source.port": 1,
		"destination.ip": "2001:db8::1", "destination.port": 443, "network.transport": "tcp",
		"related.ip": []string{"2001:db8:0:1::5", "2001:db8::1"}, "cloud.account.id": "210987654321"}))
	l.Add(t, "aws_vpcflow", fields, rows...)
}

func (l *Lake) apache(t testing.TB) {
	t.Helper()
	fields := common(t, "http.request.method", "http.response.status_code", "url.original", "url.path", "url.domain", "user_agent.original", "related.hosts")
	l.Create(t, "apache_access", fields...)
	l.Add(t, "apache_access", fields,
		with("apache_access", 1, at(2, "03:40:00"), Row{
			"event.outcome": "success", "event.category": []string{"web"}, "http.request.method": "GET", "http.response.status_code": 200,
			"url.original": "/~bob/?q='x'", "url.path": "/~bob/", "url.domain": "www.example.com", "user_agent.original": "curl/8.5",
			"source.ip": "203.0.113.9", "related.ip": []string{"203.0.113.9"}, "related.hosts": []string{"www.example.com"}}),
		with("apache_access", 2, at(2, "03:40:00"), Row{
			"event.outcome": "failure", "event.category": []string{"web"}, "http.request.method": "POST", "http.response.status_code": 403,
			"url.original": "/login", "url.path": "/login", "url.domain": "badexample.com", "user.name": "bob", "user_agent.original": "curl/8.5",
			"source.ip": "192.0.2.1", "related.ip": []string{"192.0.2.1"}, "related.user": []string{"bob"}, "related.hosts": []string{"badexample.com"}}),
	)
}

func (l *Lake) findings(t testing.TB) {
	t.Helper()
	fields := common(t, "rule.name", "file.hash.sha256", "related.hash", "message")
	l.Create(t, "aws_guardduty", fields...)
	l.Add(t, "aws_guardduty", fields, with("aws_guardduty", 1, at(3, "04:00:00"), Row{
		"event.kind": "alert", "event.action": "UnauthorizedAccess:IAMUser/ConsoleLogin", "rule.name": "Console login from an unusual place",
		"message": "alice signed in from 203.0.113.9", "user.name": "ALICE", "related.user": []string{"ALICE"},
		"cloud.account.id": "000123456789", "source.ip": "203.0.113.9", "related.ip": []string{"203.0.113.9"},
		"file.hash.sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"related.hash":     []string{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}))
}

// doors is a custom source: it has no related lists, and a port that is a text.
func (l *Lake) doors(t testing.TB) {
	t.Helper()
	fields := append(Fields(t, "@timestamp", "event.id", "log.file.path", "log.offset", "message", "user.name", "source.ip"),
		ecs.Field{Name: "source.port"}, ecs.Field{Name: "door.badges", Type: ecs.Strings, Kind: ecs.User})
	l.Create(t, "doors", fields...)
	l.Add(t, "doors", fields,
		Row{"@timestamp": at(2, "03:00:00"), "event.id": "doors-01", "log.file.path": "doors.log", "log.offset": 0,
			"message": "door 7\topened", "user.name": "bob", "source.ip": "10.0.0.5", "source.port": "seven", "door.badges": []string{"ALICE", "bob"}})
}
