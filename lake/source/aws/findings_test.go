package aws_test

import (
	"encoding/json"
	"testing"

	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func TestSecurityHub(t *testing.T) {
	finding := func(rest string) string { return `{"Id":"f","CreatedAt":"2026-01-15T10:00:00.000Z",` + rest + `}` }
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"an update has the time of the finding, and its own beside it", finding(`"UpdatedAt":"2026-01-16T10:00:00Z"`),
			map[string]any{"@timestamp": "2026-01-15T10:00:00.000Z", "aws.securityhub_findings.updated_at": "2026-01-16T10:00:00.000Z", "event.id": "f"}},
		{"a severity that has only a label", finding(`"Severity":{"Label":"CRITICAL"}`), map[string]any{"event.severity": 90.0}},
		{"a severity that is normalised", finding(`"Severity":{"Label":"HIGH","Normalized":75}`), map[string]any{"event.severity": 75.0}},
		{"a control that was passed", finding(`"Compliance":{"Status":"PASSED"}`), map[string]any{"event.outcome": "success", "result.evaluation": "passed"}},
		{"a control that says nothing", finding(`"Compliance":{"Status":"WARNING"}`), map[string]any{"event.outcome": "unknown", "result.evaluation": "unknown"}},
		{"the last of several vulnerabilities", finding(`"Vulnerabilities":[{"Id":"CVE-1","Cvss":[{"BaseScore":1,"Version":"2"}]},{"Id":"GHSA-2","ReferenceUrls":["u","v"]}]`),
			map[string]any{"vulnerability.id": "GHSA-2", "vulnerability.score.base": 1.0, "vulnerability.score.version": "2", "vulnerability.reference": sourcetest.List("u", "v"), "event.category": sourcetest.List("vulnerability")}},
		{"addresses, hosts, users, keys and hashes of any type of resource", finding(`"Resources":[{"Id":"arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0","Type":"AwsEc2Instance","Region":"eu-west-1","Details":{` +
			`"AwsWonder":{"A":[{"PrivateIpAddress":"10.0.0.1"},"2001:DB8::1"],"Cidr":"10.0.0.0/8","One":"192.0.2.1/32","EngineVersion":"5.7.0.1","PublicDnsName":"a.example.com","UserName":"eve",` +
			`"K":"AKIAIOSFODNN7EXAMPLE","ImageDigest":"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","OwnerId":"444455556666"}}}]`),
			map[string]any{"related.ip": sourcetest.List("10.0.0.1", "2001:db8::1", "192.0.2.1"), "related.user": sourcetest.List("eve"),
				"related.hosts": sourcetest.List("i-0123456789abcdef0", "a.example.com"), "related.hash": sourcetest.List("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
				"aws.securityhub_findings.named_access_key_ids": sourcetest.List("AKIAIOSFODNN7EXAMPLE"),
				"aws.securityhub_findings.named_account_ids":    sourcetest.List("444455556666", "111122223333"),
				"cloud.instance.id":                             "i-0123456789abcdef0", "cloud.region": "eu-west-1", "cloud.service.name": "ec2"}},
		{"a connection outward goes from the instance", finding(`"Action":{"NetworkConnectionAction":{"ConnectionDirection":"OUTBOUND","RemoteIpDetails":{"IpAddressV4":"192.0.2.1"},"RemotePortDetails":{"Port":443},"LocalPortDetails":{"Port":5}}},` +
			`"Resources":[{"Details":{"AwsEc2Instance":{"IpV4Addresses":["10.0.0.1","192.0.2.9"]}}}]`),
			map[string]any{"source.ip": "10.0.0.1", "source.port": 5.0, "destination.ip": "192.0.2.1", "destination.port": 443.0, "network.direction": "outbound", "host.ip": sourcetest.List("10.0.0.1", "192.0.2.9")}},
		{"a call comes from its caller", finding(`"Action":{"AwsApiCallAction":{"RemoteIpDetails":{"IpAddressV4":"192.0.2.1"}}}`), map[string]any{"source.ip": "192.0.2.1", "destination.ip": nil}},
		{"product fields are flat", finding(`"ProductFields":{"aws/guardduty/service/action/networkConnectionAction/remoteIpDetails/ipAddressV4":"192.0.2.1","aws/guardduty/resource/accessKeyDetails/userName":"eve"}`),
			map[string]any{"related.ip": sourcetest.List("192.0.2.1"), "related.user": sourcetest.List("eve")}},
		{"a hardware address that is none is kept aside", finding(`"Network":{"SourceMac":"gg:00"}`), map[string]any{"source.mac": nil, "unmapped.Network.SourceMac": "gg:00"}},
		{"a finding of version 2 has a number for its time", `{"class_uid":2004,"time":1768469700000,"finding_info":{"uid":"u","title":"t"},"severity_id":5}`,
			map[string]any{"@timestamp": "2026-01-15T09:35:00.000Z", "event.id": "u", "rule.name": "t", "event.severity": 5.0}},
		{"a member that nobody knows is kept", finding(`"Wonder":[1]`), map[string]any{"unmapped.Wonder": sourcetest.List(1.0)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.SecurityHub(), "k").Document(c.record), c.want)
		})
	}
}

// benchRecords measures a source by records that come again and again.
func benchRecords(b *testing.B, s *source.Source, records []string) {
	b.Helper()
	sourcetest.Bench(b, s, func(n int) string { return records[n%len(records)] })
}

func BenchmarkSecurityHub(b *testing.B) {
	var findings struct{ Findings []json.RawMessage }
	if err := json.Unmarshal([]byte(fixtureLines(b, "aws_securityhub/findings.json")[0]), &findings); err != nil {
		b.Fatal(err)
	}
	records := make([]string, len(findings.Findings))
	for i, finding := range findings.Findings {
		records[i] = string(finding)
	}
	benchRecords(b, aws.SecurityHub(), records)
}

// details are the details of the events of EventBridge in a file.
func details(t testing.TB, file string) (records []string) {
	t.Helper()
	for _, line := range fixtureLines(t, file) {
		var event struct{ Detail json.RawMessage }
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatal(err)
		}
		records = append(records, string(event.Detail))
	}
	return records
}

// members are the records in an array of an object.
func members(t testing.TB, file, array string) (records []string) {
	t.Helper()
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(fixtureLines(t, file)[0]), &object); err != nil {
		t.Fatal(err)
	}
	var all []json.RawMessage
	if err := json.Unmarshal(object[array], &all); err != nil {
		t.Fatal(err)
	}
	for _, record := range all {
		records = append(records, string(record))
	}
	return records
}

func BenchmarkInspector(b *testing.B) {
	benchRecords(b, aws.Inspector(), members(b, "aws_inspector/report.json", "findings"))
}

func BenchmarkMacie(b *testing.B) {
	benchRecords(b, aws.Macie(), members(b, "aws_macie/findings.json", "findings"))
}

func BenchmarkConfig(b *testing.B) {
	benchRecords(b, aws.Config(), members(b, "aws_config/111122223333_Config_us-east-1_ConfigSnapshot_20260131T090507Z_0a1b2c3d-0000-1111-2222-333344445555.json", "configurationItems"))
}

func BenchmarkTrustedAdvisor(b *testing.B) {
	benchRecords(b, aws.TrustedAdvisor(), fixtureLines(b, "aws_trustedadvisor/items.json"))
}

func BenchmarkWorkSpaces(b *testing.B) {
	benchRecords(b, aws.WorkSpaces(), details(b, "aws_workspaces/access.json"))
}

func FuzzFindings(f *testing.F) {
	seeds := members(f, "aws_securityhub/findings.json", "Findings")[:4]
	seeds = append(seeds, members(f, "aws_inspector/report.json", "findings")...)
	seeds = append(seeds, members(f, "aws_macie/findings.json", "findings")...)
	seeds = append(seeds, details(f, "aws_config/eventbridge.json")...)
	seeds = append(seeds, details(f, "aws_trustedadvisor/eventbridge.json")...)
	seeds = append(seeds, fixtureLines(f, "aws_trustedadvisor/items.json")...)
	seeds = append(seeds, details(f, "aws_workspaces/access.json")...)
	sourcetest.Fuzz(f, []*source.Source{aws.SecurityHub(), aws.Inspector(), aws.Macie(), aws.Config(), aws.TrustedAdvisor(), aws.WorkSpaces()}, seeds...)
}
