package simulate

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

func TestNoSlotIsLeftInACloudTrailEvent(t *testing.T) {
	objects, _ := generate(t, small())
	slot := regexp.MustCompile(`<[a-z]+>`)
	for _, o := range objects {
		if m := slot.Find(o.body); m != nil {
			t.Fatalf("%s has %s", o.key, m)
		}
	}
}

func TestCloudTrailHasAllKindsOfCallersAndVersions(t *testing.T) {
	objects, _ := generate(t, Estate{Seed: 3, Days: 10, Scale: 0.3})
	want := map[string]bool{}
	for _, s := range []string{
		"IAMUser", "AssumedRole", "AWSService", "Root", "AWSAccount", "1.08", "1.09", "1.10", "1.11",
		"Management", "Data", "Insight", "AwsConsoleSignIn", "sharedEventID", "vpcEndpointId", "tlsDetails", "errorCode", "sessionCredentialFromConsole",
	} {
		want[s] = true
	}
	for _, o := range objects {
		if sourceOf(t, o.key) != CloudTrailSource {
			continue
		}
		all, _ := records(t, o)
		for _, r := range all {
			var e map[string]any
			if err := json.Unmarshal(r, &e); err != nil {
				t.Fatal(err)
			}
			for name, value := range e {
				delete(want, name)
				if s, ok := value.(string); ok {
					delete(want, s)
				}
			}
			if who, ok := e["userIdentity"].(map[string]any); ok {
				delete(want, who["type"].(string))
			}
		}
	}
	for s := range want {
		t.Errorf("nowhere is %s", s)
	}
}

func TestFlowRecordsHaveAValueForEachFieldOfTheirHeader(t *testing.T) {
	objects, _ := generate(t, small())
	statuses, headers := map[string]bool{}, map[string]bool{}
	for _, o := range objects {
		if sourceOf(t, o.key) != VPCFlowSource {
			continue
		}
		header, _, _ := bytes.Cut(o.body, []byte("\n"))
		headers[string(header)] = true
		status := -1
		for i, name := range strings.Fields(string(header)) {
			if name == "log-status" {
				status = i
			}
		}
		all, _ := records(t, o)
		for _, r := range all {
			f := strings.Fields(string(r))
			if len(f) != len(bytes.Fields(header)) {
				t.Fatalf("%s: %d values for %d fields: %s", o.key, len(f), len(bytes.Fields(header)), r)
			}
			statuses[f[status]] = true
		}
	}
	if len(headers) != 3 || !statuses["OK"] || !statuses["NODATA"] {
		t.Errorf("headers %v, statuses %v", headers, statuses)
	}
}

// field is one field of a log line: in quotes, in brackets or bare.
var field = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^ ]+`)

func TestLinesHaveAsManyFieldsAsAWSDocuments(t *testing.T) {
	cases := map[string]struct {
		key    string
		fields []int
	}{
		"application load balancers": {"_app.", []int{33}},
		"network load balancers":     {"_net.", []int{22}},
		"classic load balancers":     {"-clb_", []int{15}},
		"S3 access logs":             {"s3-access-logs/", []int{26}},
		"Apache access logs":         {"UserLogs/apache", []int{9}},
	}
	clean := small()
	clean.Clean = true
	objects, _ := generate(t, clean)
	for name, c := range cases {
		lines := 0
		for _, o := range objects {
			if !strings.Contains(o.key, c.key) {
				continue
			}
			all, _ := records(t, o)
			for _, r := range all {
				lines++
				// The list of protocols of a network load balancer is two quoted words with a comma, and one field.
				line := strings.ReplaceAll(string(r), `"h2","http/1.1"`, `"h2,http/1.1"`)
				if got := len(field.FindAllString(line, -1)); got != c.fields[0] {
					t.Fatalf("%s: %d fields, want %d: %s", name, got, c.fields[0], r)
				}
			}
		}
		if lines == 0 {
			t.Errorf("%s: no line", name)
		}
	}
}

func TestAFindingIsExportedAgainWithAHigherCount(t *testing.T) {
	objects, sum := generate(t, small())
	var counts []int
	for _, o := range objects {
		if sourceOf(t, o.key) != GuardDutySource {
			continue
		}
		all, _ := records(t, o)
		for _, r := range all {
			var f struct {
				ID      string
				Service struct{ Count int }
			}
			if err := json.Unmarshal(r, &f); err != nil {
				t.Fatalf("%v: %s", err, r)
			}
			if f.ID == sum.Incident.FindingID {
				counts = append(counts, f.Service.Count)
			}
		}
	}
	if len(counts) != 3 || counts[0] >= counts[1] || counts[1] >= counts[2] {
		t.Errorf("counts %v", counts)
	}
}

func TestBulkWritesExactlyWhatWasAskedFor(t *testing.T) {
	cases := map[string]struct {
		write    func(put Put) (Summary, error)
		source   string
		n        int64
		min, max float64 // bytes a record
	}{
		"CloudTrail":                 {func(p Put) (Summary, error) { return CloudTrail(t.Context(), 6001, 1, p) }, CloudTrailSource, 6001, 1200, 1300},
		"VPC flow logs":              {func(p Put) (Summary, error) { return VPCFlow(t.Context(), 50_003, 1, p) }, VPCFlowSource, 50_003, 105, 120},
		"application load balancers": {func(p Put) (Summary, error) { return ALB(t.Context(), 20_001, 1, p) }, ELBSource, 20_001, 580, 680},
	}
	for name, c := range cases {
		var objects []object
		sum, err := c.write(collect(t, &objects))
		if err != nil {
			t.Fatal(err)
		}
		var n int64
		for _, o := range objects {
			all, _ := records(t, o)
			n += int64(len(all))
		}
		got := sum.Sources[c.source]
		if n != c.n || got.Records != c.n || got.Events() != c.n || len(objects) != 2 {
			t.Errorf("%s: %d records in %d objects, the summary says %d; want %d", name, n, len(objects), got.Records, c.n)
		}
		if size := float64(got.RawBytes) / float64(c.n); size < c.min || size > c.max {
			t.Errorf("%s: %.0f bytes a record", name, size)
		}
	}
}
