package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNormalizePrintsADocumentOfEachRecord(t *testing.T) {
	for _, c := range []struct {
		source, file string
		docs         int
		status       int
		holds        string // a field that every document has
	}{
		{"aws_cloudtrail", "management.json", 5, exitDone, "event.provider"},
		{"aws_cloudtrail", "data.json", 2, exitDone, "event.provider"},
		{"aws_cloudtrail", "odd.json", 2, exitRejected, "event.provider"},
		{"aws_cloudtrail", "empty.json", 0, exitDone, ""},
		{"aws_vpcflow", "custom.log", 3, exitDone, "event.start"},
		{"aws_elb", "alb.log", 8, exitRejected, "source.ip"},
		{"aws_elb", "nlb.log", 3, exitDone, "source.ip"},
		{"aws_elb", "clb.log", 5, exitDone, "source.ip"},
		{"aws_s3access", "mixed.log", 7, exitRejected, "event.action"},
		{"aws_guardduty", "findings.jsonl", 6, exitDone, "rule.name"},
		{"apache_access", "combined.log", 6, exitRejected, "event.outcome"},
	} {
		t.Run(c.source+" "+c.file, func(t *testing.T) {
			path := testdata(t, "raw", c.source, c.file)
			got := hindcast(t, "normalize", "--source", c.source, path).want(t, c.status)
			docs := lined(t, got.out)
			if len(docs) != c.docs {
				t.Fatalf("%d documents, want %d\n%s", len(docs), c.docs, got.err)
			}
			for _, doc := range docs {
				if field(doc, "log.file.path") != path || field(doc, "log.offset") == nil || field(doc, "@timestamp") == nil || field(doc, c.holds) == nil {
					t.Errorf("without its place, its time or %s: %v", c.holds, doc)
				}
			}
			if c.status == exitRejected {
				says(t, got.err, path, "offset", "rejected:")
			}
		})
	}
}

func TestJSONInEveryShapeGivesTheSameDocuments(t *testing.T) {
	one := `{"eventVersion":"1.09","userIdentity":{"type":"Root"},"eventTime":"2026-01-31T10:00:00Z","eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.9","eventID":"00000000-0000-4000-8000-000000000001","eventType":"AwsApiCall","recipientAccountId":"111122223333"}`
	two := strings.Replace(strings.Replace(one, "000000001\"", "000000002\"", 1), "ListBuckets", "GetBucketAcl", 1)
	for name, text := range map[string]string{
		"bare":                one + two,
		"a record a line":     one + "\n" + two + "\n",
		"an array":            "[" + one + "," + two + "]",
		"Records":             `{"Records":[` + one + "," + two + "]}",
		"Records, twice":      `{"Records":[` + one + `]}{"Records": [` + two + "]}\n",
		"spread over lines":   "[\n  " + one + ",\n  " + two + "\n]\n",
		"after a byte mark":   "\ufeff" + one + "\n" + two,
		"Records, at the end": `{"more":{"Records":1},"Records":[` + one + "," + two + "]}",
	} {
		t.Run(name, func(t *testing.T) {
			docs := lined(t, hindcastWith(t, text, "normalize", "--source", "aws_cloudtrail", "-").want(t, exitDone).out)
			if len(docs) != 2 {
				t.Fatalf("%d documents, want 2: %v", len(docs), docs)
			}
			for i, action := range []string{"ListBuckets", "GetBucketAcl"} {
				offset, _ := field(docs[i], "log.offset").(float64)
				if field(docs[i], "event.action") != action || !strings.HasPrefix(text[int(offset):], `{"eventVersion"`) {
					t.Errorf("document %d at %v is of %v", i, offset, field(docs[i], "event.action"))
				}
			}
		})
	}
}

func TestTheSourceIsToldByThePathOrTheContents(t *testing.T) {
	trail, err := os.ReadFile(testdata(t, "raw", "aws_cloudtrail", "management.json"))
	if err != nil {
		t.Fatal(err)
	}
	path := place(t, t.TempDir(), "whatever.log", string(trail))
	docs := lined(t, hindcast(t, "normalize", path).want(t, exitDone).out)
	if len(docs) != 5 || field(docs[0], "event.provider") == nil {
		t.Errorf("%d documents: %v", len(docs), docs)
	}
	strange := place(t, t.TempDir(), "strange.log", "nothing that anybody knows\n")
	says(t, hindcast(t, "normalize", strange).want(t, exitUsage).err, "strange.log", "--source")
	says(t, hindcast(t, "normalize", "-").want(t, exitUsage).err, "--source")
}

func TestADefinitionIsTriedOutWithoutALake(t *testing.T) {
	docs := lined(t, hindcastWith(t, apacheLine, "normalize", "--definition", testdata(t, "definitions", "apache_httpd.yaml"), "-").want(t, exitDone).out)
	if len(docs) != 1 {
		t.Fatalf("%d documents", len(docs))
	}
	for name, want := range map[string]any{
		"@timestamp": "2026-01-31T23:59:59.000Z", "source.ip": "203.0.113.9", "user.name": "alice", "http.request.method": "GET", "url.path": "/index.html",
		"http.version": "1.1", "http.response.status_code": 200.0, "http.response.bytes": 512.0, "user_agent.original": "curl/8.5.0", "event.outcome": "success",
	} {
		if got := field(docs[0], name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func TestAMistakeInADefinitionIsReportedWithItsLineAndWhatIsRight(t *testing.T) {
	text, err := os.ReadFile(testdata(t, "definitions", "apache_httpd.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ right, wrong, line string }{
		{"framing: lines", "framing: line", ":6:"},
		{"parse: combined", "parse: combind", ":7:"},
		{"source.ip: client", "source.ip: cleint", ":10:"},
		{"http.response.bytes: bytes", "http.response.byte: bytes", ":16:"},
		{"outcome: http.response.status_code", "outcom: http.response.status_code", ":23:"},
	} {
		t.Run(c.wrong, func(t *testing.T) {
			if !strings.Contains(string(text), c.right) {
				t.Fatalf("the definition has no %q", c.right)
			}
			path := place(t, t.TempDir(), "httpd.yaml", strings.Replace(string(text), c.right, c.wrong, 1))
			got := hindcastWith(t, apacheLine, "normalize", "--definition", path, "-").want(t, exitUsage)
			says(t, got.err, "httpd.yaml"+c.line, "right would be")
		})
	}
}

func TestNormalizeOfWhatIsNotThereFails(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.log")
	says(t, hindcast(t, "normalize", "--source", "aws_elb", missing).want(t, exitFailed).err, "missing.log")
	says(t, hindcast(t, "normalize", "--source", "aws_elbs", missing).want(t, exitUsage).err, "aws_elbs", "aws_elb")
	says(t, hindcast(t, "normalize", "--source", "aws_elb").want(t, exitUsage).err, "file")
}
