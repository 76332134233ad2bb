package ocsf_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source/ocsf"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

// event is a record of a class with some attributes more.
func event(class, rest string) string {
	return `{"metadata":{"version":"1.1.0","product":{"name":"p","vendor_name":"V"}},"time":1768468500123,"class_uid":` + class + `,` + rest + `}`
}

func TestSecurityLake(t *testing.T) {
	list := sourcetest.List
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"the number of a time comes before its text", event("4001", `"time_dt":"2020-01-01T00:00:00Z","start_time_dt":"2026-01-15T09:00:00.123456Z"`),
			map[string]any{"@timestamp": "2026-01-15T09:15:00.123Z", "event.start": "2026-01-15T09:00:00.123Z"}},
		{"a time may be text alone", `{"class_uid":4001,"time_dt":"2026-01-15 09:15:00.5+01:00"}`, map[string]any{"@timestamp": "2026-01-15T08:15:00.500Z"}},
		{"a time in seconds", `{"class_uid":4001,"time":1768468500}`, map[string]any{"@timestamp": "2026-01-15T09:15:00.000Z"}},
		{"a time in microseconds", `{"class_uid":4001,"time":1768468500123456}`, map[string]any{"@timestamp": "2026-01-15T09:15:00.123Z"}},
		{"a time in nanoseconds", `{"class_uid":4001,"time":"1768468500123456789"}`, map[string]any{"@timestamp": "2026-01-15T09:15:00.123Z"}},
		{"an activity is an action and a type", event("4006", `"activity_name":"File Create"`),
			map[string]any{"event.action": "file-create", "event.category": list("api", "file"), "event.type": list("info", "creation"), "event.kind": "event"}},
		{"an activity of another class is no type", event("4009", `"activity_name":"Create"`), map[string]any{"event.type": list("info")}},
		{"a call before 1.0 had the id of another class", event("3005", `"class_name":"API Activity"`), map[string]any{"event.category": list("web"), "event.type": list("info")}},
		{"that class is of users and groups", event("3005", `"class_name":"User Access Management"`), map[string]any{"event.category": list("iam"), "event.type": list("info", "group")}},
		{"a finding is an alert of what it is of", event("2001", `"malware":[{"name":"x"}],"vulnerabilities":[{"cve":{"uid":"CVE-1"}}]`),
			map[string]any{"event.kind": "alert", "event.category": list("malware", "vulnerability"), "vulnerability.id": list("CVE-1")}},
		{"a detection is of an intrusion", event("2004", `"severity_id":5`), map[string]any{"event.kind": "alert", "event.category": list("intrusion_detection"), "event.severity": 5.0}},
		{"a class of tomorrow is told by its category", event("4999", `"category_uid":4,"wonder":{"a":1}`),
			map[string]any{"event.category": list("network"), "event.type": list("info"), "unmapped.wonder.a": 1.0}},
		{"a class of an extension is told by its id", event("203002", `"x":1`), map[string]any{"event.category": list("iam")}},
		{"a class of no category is an event", event("9999", `"x":1`), map[string]any{"event.kind": "event", "event.category": nil}},
		{"a status without an id", event("6003", `"status":"Failure"`), map[string]any{"event.outcome": "failure"}},
		{"another status says nothing", event("6003", `"status_id":99,"status":"Success"`), map[string]any{"event.outcome": nil}},
		{"milliseconds are nanoseconds", event("6003", `"duration":"3"`), map[string]any{"event.duration": 3e6}},
		{"a duration that is too long is kept as it is", event("6003", `"duration":9223372036854775807`), map[string]any{"event.duration": nil}},
		{"the provider is who made the product, if no other is named", event("6003", `"a":1`), map[string]any{"event.provider": "V"}},
		{"an older name of the account", event("6003", `"cloud":{"account_uid":"111122223333","provider":"AWS"}`), map[string]any{"cloud.account.id": "111122223333", "cloud.provider": "aws"}},
		{"a process that is acted on comes before the one that acts", event("1007", `"process":{"name":"a","euid":0,"user":{"uid":"7"}},"actor":{"process":{"name":"b","pid":2,"file":{"name":"f"}}}`),
			map[string]any{"process.name": "a", "process.pid": 2.0, "process.user.id": list("0", "7"), "related.user": list("7", "0"), "file.name": "f"}},
		{"a file is one file", event("1001", `"file":{"name":"a"},"actor":{"process":{"file":{"path":"/b","hashes":[{"algorithm":"MD5","value":"x"}]}}}`),
			map[string]any{"file.name": "a", "file.path": nil, "file.hash.md5": nil, "related.hash": list("x"), "process.executable": "/b"}},
		{"hashes are told by their algorithm, several of one too", event("1001", `"file":{"hashes":[{"algorithm":"SHA-1","value":"a"},{"algorithm_id":2,"value":"b"},{"algorithm":"CTPH","value":"c"},{"algorithm":"magic","algorithm_id":1,"value":"d"}]}`),
			map[string]any{"file.hash.sha1": list("a", "b"), "file.hash.ssdeep": list("c"), "file.hash.md5": nil, "related.hash": list("a", "b", "c", "d")}},
		{"processes above the parent are apart", event("1007", `"process":{"parent_process":{"user":{"name":"p"},"parent_process":{"user":{"name":"g"},"file":{"hashes":[{"value":"h"}]}}}}`),
			map[string]any{"related.user": list("p"), "ocsf.ancestors.users": list("g"), "ocsf.ancestors.hashes": list("h"), "related.hash": nil}},
		{"a name may have escapes", event("3002", `"user":{"name":"J\u00f6rg \"x\"","owner":{"name":"o"}}`), map[string]any{"user.target.name": `Jörg "x"`, "related.user": list(`Jörg "x"`, "o")}},
		{"a domain and a host name are both the end's", event("4001", `"dst_endpoint":{"domain":"d.example","hostname":"h.example","svc_name":"SSH","mac":"0a:0b.0c"},"src_endpoint":{"svc_name":"-"}`),
			map[string]any{"destination.domain": list("d.example", "h.example"), "network.application": list("ssh"), "destination.mac": "0A-0B-0C"}},
		{"a boundary and a direction", event("4001", `"connection_info":{"boundary":"Internal","direction":"Outbound","protocol_name":"TCP","protocol_num":6}`),
			map[string]any{"network.direction": list("internal", "outbound"), "network.transport": "tcp", "network.iana_number": "6"}},
		{"coordinates have the longitude first", event("4001", `"src_endpoint":{"location":{"coordinates":[ -71.9, 25.1 ]}}`), map[string]any{"source.geo.location": "25.1,-71.9"}},
		{"coordinates that are none are kept", event("4001", `"src_endpoint":{"location":{"coordinates":[1]}}`), map[string]any{"source.geo.location": nil, "unmapped.src_endpoint.location.coordinates": "[1]"}},
		{"answers of a query", event("4003", `"answers":[{"rdata":"203.0.113.9","flags":["Authoritative Answer","x"]},{"rdata":"a.example"}],"query":{"packet_uid":7}`),
			map[string]any{"dns.answers.data": list("203.0.113.9", "a.example"), "dns.resolved_ip": list("203.0.113.9"), "dns.header_flags": list("AA"), "dns.id": list("7")}},
		{"what evidence names is in related", event("2004", `"evidences":[{"src_endpoint":{"ip":"203.0.113.1","domain":"x.example"},"actor":{"user":{"name":"root","credential_uid":"AKIAIOSFODNN7EXAMPLE"}},"file":{"hashes":[{"value":"h"}]}}]`),
			map[string]any{"related.ip": list("203.0.113.1"), "related.hosts": list("x.example"), "related.user": list("root"), "related.hash": list("h"), "ocsf.access_key_ids": list("AKIAIOSFODNN7EXAMPLE")}},
		{"what observables name is in related", event("6003", `"observables":[{"type_id":2,"value":"203.0.113.1"},{"type_id":2,"value":"no address"},{"type_id":4,"value":"eve"},{"type_id":8,"value":"h"},{"type_id":6,"value":"https://x.example/a"},{"type_id":10,"value":"arn:aws:s3:::b"},{"type_id":1}]`),
			map[string]any{"related.ip": list("203.0.113.1"), "related.user": list("eve"), "related.hash": list("h"), "related.hosts": list("x.example"), "ocsf.resource_arns": list("arn:aws:s3:::b")}},
		{"what is unmapped is told by its form", event("6003", `"unmapped":{"requestParameters.ip":"203.0.113.1","engineVersion":"5.7.0.1","x":"i-0123456789abcdef0","k":"AKIAIOSFODNN7EXAMPLE"},"api":{"request":{"data":"{\"bucket\":\"arn:aws:s3:::b\",\"ip\":\"2001:DB8::1\"}"}}`),
			map[string]any{"related.ip": list("203.0.113.1", "2001:db8::1"), "related.hosts": list("i-0123456789abcdef0"), "ocsf.access_key_ids": list("AKIAIOSFODNN7EXAMPLE"), "ocsf.resource_arns": list("arn:aws:s3:::b")}},
		{"a hash in capitals is found in small letters too", event("1001", `"file":{"hashes":[{"algorithm":"MD5","value":"AB"},{"value":"cd"}]}`),
			map[string]any{"file.hash.md5": list("AB"), "related.hash": list("AB", "cd"), "ocsf.hashes": list("ab")}},
		{"the page about a finding is its URL", event("2001", `"finding":{"src_url":"https://x.example:8443/f?id=1"}`),
			map[string]any{"event.reference": "https://x.example:8443/f?id=1", "url.original": "https://x.example:8443/f?id=1", "url.domain": "x.example", "url.port": 8443.0, "url.path": "/f", "url.query": "id=1"}},
		{"a request's URL is taken apart where its parts are not given", event("4002", `"http_request":{"url":{"url_string":"https://x.example/a","hostname":"y.example"}}`),
			map[string]any{"url.domain": "y.example", "url.path": "/a", "url.scheme": "https"}},
		{"an entity need not be a user", event("3004", `"entity":{"name":"policy-1"}`), map[string]any{"ocsf.entity.name": "policy-1", "related.user": nil}},
		{"a score or several", event("2002", `"vulnerabilities":[{"cve":{"cvss":{"base_score":1.5,"version":"2"}}},{"cve":{"cvss":[{"base_score":9.8,"version":"3.1"}]}}]`),
			map[string]any{"vulnerability.score.base": list("1.5", "9.8"), "vulnerability.score.version": list("2", "3.1")}},
		{"tactics and techniques", event("1004", `"attacks":[{"tactics":[{"uid":"TA1"},{"uid":"TA2"}],"technique":{"uid":"T1"}},{"tactic":{"uid":"TA3"}}]`),
			map[string]any{"threat.tactic.id": list("TA1", "TA2", "TA3"), "threat.technique.id": list("T1"), "threat.framework": "MITRE ATT&CK"}},
		{"objects where texts were, and texts where objects were, are kept", event("4001", `"src_endpoint":"x","message":{"a":1},"actor":7,"severity_id":"high"`),
			map[string]any{"unmapped.src_endpoint": "x", "message": `{"a":1}`, "ocsf.raw.actor": 7.0, "unmapped.severity_id": "high"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, ocsf.SecurityLake(), "k").Document(c.record), c.want)
		})
	}
}

func TestIDs(t *testing.T) {
	r := sourcetest.New(t, ocsf.SecurityLake(), "k")
	var ids []any
	for offset, record := range []string{event("6003", `"a":1`), event("6003", `"a":1`), strings.Replace(event("6003", `"a":1`), `"version"`, `"uid":"u","version"`, 1)} {
		if err := r.Norm.Add([]byte(record), int64(offset), 0); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.Last()["event.id"])
	}
	if ids[0] == ids[1] || ids[2] != "u" {
		t.Errorf("got %v, want two places and the event's own id", ids)
	}
	c, err := ocsf.SecurityLake().Compile()
	if err != nil {
		t.Fatal(err)
	}
	if !c.TellsAgain() {
		t.Error("an object that is read again is not told")
	}
}

func TestKeyNamesTheAccount(t *testing.T) {
	r := sourcetest.New(t, ocsf.SecurityLake(), "ext/edr/1.0/region=eu-west-1/accountId=111122223333/eventDay=20260115/x.parquet")
	sourcetest.Check(t, r.Document(event("6003", `"a":1`)), map[string]any{"cloud.account.id": "111122223333", "cloud.region": "eu-west-1"})
}

func TestLooks(t *testing.T) {
	for head, want := range map[string]bool{
		`{"class_uid":4001,"category_uid":4,`:                                                                       true,
		`{"metadata":{"version":"1.1.0"},"class_uid":4001`:                                                          true,
		`{"detail-type":"Findings Imported V2","source":"aws.securityhub","detail":{"metadata":{},"class_uid":2004`: false,
		`{"class_uid":1}`:          false,
		`{"metadata":{"uid":"x"}}`: false,
	} {
		if got := ocsf.SecurityLake().Looks([]byte(head)); got != want {
			t.Errorf("%s: got %v", head, got)
		}
	}
}

func TestHostileRecords(t *testing.T) {
	sourcetest.Hostile(t, ocsf.SecurityLake())
	deep := event("1007", `"process":`+strings.Repeat(`{"parent_process":`, 400)+`{"user":{"name":"x"}}`+strings.Repeat("}", 400))
	sourcetest.Check(t, sourcetest.New(t, ocsf.SecurityLake(), "k").Document(deep), map[string]any{"ocsf.ancestors.users": sourcetest.List("x")})
}

// TestNothingIsLost looks for every text of the fixtures in what becomes of them.
func TestNothingIsLost(t *testing.T) {
	for _, name := range []string{"cloudtrail.ndjson", "network.ndjson", "system.ndjson", "others.ndjson"} {
		for _, record := range fixture(t, name) {
			var raw map[string]any
			if err := json.Unmarshal([]byte(record), &raw); err != nil {
				t.Fatal(err)
			}
			r := sourcetest.New(t, ocsf.SecurityLake(), "k")
			if err := r.Add(record); err != nil {
				t.Fatal(err)
			}
			document := strings.ToLower(string(ecs.NewDocuments(r.Batch).Append(nil, 0)))
			eachLeaf("", raw, func(path, leaf string) {
				if !strings.Contains(document, strings.ToLower(leaf)) {
					t.Errorf("%s: %s of %s is nowhere in %s", name, leaf, path, document)
				}
			})
		}
	}
}

// eachLeaf yields texts as JSON writes them, but those that are written in another way: times, dashes, addresses.
func eachLeaf(path string, value any, f func(path, leaf string)) {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			eachLeaf(path+"."+name, member, f)
		}
	case []any:
		for _, element := range v {
			eachLeaf(path, element, f)
		}
	case string:
		if leaf := strings.Trim(string(ecs.AppendQuoted(nil, []byte(v))), `"`); !strings.HasSuffix(path, "_dt") && !strings.HasSuffix(path, "mac") && leaf != "-" && !strings.Contains(leaf, "::") {
			f(path, leaf)
		}
	}
}

func fixture(t testing.TB, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "raw", "aws_security_lake", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func FuzzSources(f *testing.F) {
	var seeds []string
	for _, name := range []string{"cloudtrail.ndjson", "network.ndjson", "system.ndjson", "others.ndjson", "odd.ndjson"} {
		seeds = append(seeds, fixture(f, name)...)
	}
	sourcetest.Fuzz(f, ocsf.Sources(), seeds...)
}

func BenchmarkSecurityLake(b *testing.B) {
	records := append(fixture(b, "cloudtrail.ndjson"), fixture(b, "network.ndjson")...)
	sourcetest.Bench(b, ocsf.SecurityLake(), func(n int) string {
		return strings.Replace(records[n%len(records)], "1768468500123", "17684685"+string(rune('0'+n%6))+string(rune('0'+n%10))+"123", 1)
	})
}
