package simulate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

// small is an estate that has everything, in little.
func small() Estate { return Estate{Seed: 7, Days: 3, Scale: 0.1} }

// object is what put was given, unpacked.
type object struct {
	key  string
	size int
	body []byte
}

func generate(t *testing.T, e Estate) ([]object, Summary) {
	t.Helper()
	var all []object
	sum, err := e.Generate(t.Context(), collect(t, &all))
	if err != nil {
		t.Fatal(err)
	}
	return all, sum
}

func collect(t *testing.T, all *[]object) Put {
	return func(key string, body []byte) error {
		raw := slices.Clone(body)
		if strings.HasSuffix(key, ".gz") {
			r, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				return err
			}
			if raw, err = io.ReadAll(r); err != nil {
				return err
			}
		}
		*all = append(*all, object{key, len(body), raw})
		return nil
	}
}

// digestFile stands for the digests of CloudTrail among the layouts.
const digestFile = "digest"

// layouts are the keys under which each source is delivered.
var layouts = func() map[string]*regexp.Regexp {
	const aws = `^AWSLogs/(\d{12})/`
	const day = `/([a-z]{2}-[a-z]+-\d)/20\d\d/[01]\d/[0-3]\d/`
	return map[string]*regexp.Regexp{
		CloudTrailSource: regexp.MustCompile(aws + `(CloudTrail(?:-Insight)?)` + day + `\d{12}_CloudTrail(?:-Insight)?_[a-z0-9-]+_20\d{6}T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$`),
		VPCFlowSource:    regexp.MustCompile(aws + `vpcflowlogs` + day + `\d{12}_vpcflowlogs_[a-z0-9-]+_fl-[0-9a-f]{17}_20\d{6}T\d{4}Z_[0-9a-f]{8}\.log\.gz$`),
		ELBSource: regexp.MustCompile(aws + `elasticloadbalancing` + day + `\d{12}_elasticloadbalancing_[a-z0-9-]+_(?:` +
			`app\.[a-z-]+\.[0-9a-f]{16}_20\d{6}T\d{4}Z_\d+\.\d+\.\d+\.\d+_[a-z0-9]{8}\.log\.gz|` +
			`net\.[a-z-]+\.[0-9a-f]{16}_20\d{6}T\d{4}Z_[0-9a-f]{8}\.log\.gz|` +
			`[a-z-]+_20\d{6}T\d{4}Z_\d+\.\d+\.\d+\.\d+_[a-z0-9]{8}\.log)$`),
		S3AccessSource:  regexp.MustCompile(`^s3-access-logs/[a-z-]+/20\d\d-[01]\d-[0-3]\d-\d\d-\d\d-\d\d-[0-9A-F]{16}$`),
		GuardDutySource: regexp.MustCompile(aws + `GuardDuty` + day + `[0-9a-f-]{36}\.jsonl\.gz$`),
		ApacheSource:    regexp.MustCompile(`^UserLogs/apache/httpd/20\d\d/[01]\d/[0-3]\d/\d\d/apache-access-logs-1-20\d\d-[01]\d-[0-3]\d-\d\d-\d\d-\d\d-[0-9a-f-]{36}(\.gz)?$`),
		digestFile:      regexp.MustCompile(aws + `CloudTrail-Digest` + day + `\d{12}_CloudTrail-Digest_[a-z0-9-]+_org-trail_[a-z0-9-]+_20\d{6}T\d{6}Z\.json\.gz$`),
	}
}()

func sourceOf(t *testing.T, key string) string {
	t.Helper()
	for source, layout := range layouts {
		if layout.MatchString(key) {
			return source
		}
	}
	t.Fatalf("no source delivers under %s", key)
	return ""
}

// records cuts an object into its records; those of CloudTrail must be JSON but for the one that is spoilt on purpose.
func records(t *testing.T, o object) (all [][]byte, malformed int) {
	t.Helper()
	switch sourceOf(t, o.key) {
	case CloudTrailSource:
		var file struct{ Records []json.RawMessage }
		spoilt := bytes.Count(o.body, []byte(`"eventTime":,`))
		body := bytes.ReplaceAll(o.body, []byte(`"eventTime":,`), []byte(`"eventTime":null,`))
		if err := json.Unmarshal(body, &file); err != nil {
			t.Fatalf("%s: %v", o.key, err)
		}
		for _, r := range file.Records {
			all = append(all, r)
		}
		return all, spoilt
	case digestFile:
		if !json.Valid(o.body) {
			t.Fatalf("%s is not JSON", o.key)
		}
		return [][]byte{o.body}, 0
	}
	lines := bytes.Split(bytes.TrimSuffix(o.body, []byte("\n")), []byte("\n"))
	if bytes.HasPrefix(o.body, []byte("version ")) {
		lines = lines[1:]
	}
	return lines, 0
}

func TestEqualEstatesGiveEqualBytes(t *testing.T) {
	sum := func(e Estate) [32]byte {
		h := sha256.New()
		if _, err := e.Generate(t.Context(), func(key string, body []byte) error {
			h.Write([]byte(key))
			h.Write(body)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return [32]byte(h.Sum(nil))
	}
	if first, again := sum(small()), sum(small()); first != again {
		t.Error("the same estate gave other bytes the second time")
	}
	other := small()
	other.Seed++
	if sum(small()) == sum(other) {
		t.Error("another seed gave the same bytes")
	}
}

func TestSummaryCountsEveryRecord(t *testing.T) {
	objects, sum := generate(t, small())
	got := map[string]Counts{}
	var digests int64
	for _, o := range objects {
		source := sourceOf(t, o.key)
		if source == digestFile {
			digests++
			source = CloudTrailSource
		}
		all, _ := records(t, o)
		c := got[source]
		c.Objects++
		c.Records += int64(len(all))
		c.Bytes += int64(o.size)
		c.RawBytes += int64(len(o.body))
		got[source] = c
	}
	if digests == 0 || digests != sum.Digests || len(objects) != sum.Objects {
		t.Errorf("%d objects, %d of them digests; the summary says %d and %d", len(objects), digests, sum.Objects, sum.Digests)
	}
	for source, want := range sum.Sources {
		g := got[source]
		if g.Records != want.Records || g.Objects != want.Objects || g.Bytes != want.Bytes || g.RawBytes != want.RawBytes {
			t.Errorf("%s: put was given %+v, the summary says %+v", source, g, want)
		}
		var days int64
		for _, n := range want.Days {
			days += n
		}
		if days != want.Events() {
			t.Errorf("%s: %d events by day, %d in all", source, days, want.Events())
		}
	}
}

func TestDaysAreThoseOfTheEvents(t *testing.T) {
	objects, sum := generate(t, small())
	got, seen := map[string]int64{}, map[string]bool{}
	otherDay := 0
	for _, o := range objects {
		if s := sourceOf(t, o.key); s != CloudTrailSource && s != digestFile {
			continue
		}
		all, _ := records(t, o)
		for _, r := range all {
			var event struct {
				EventTime     *time.Time `json:"eventTime"`
				EventID       string     `json:"eventID"`
				DigestEndTime *time.Time `json:"digestEndTime"`
			}
			if err := json.Unmarshal(r, &event); err != nil {
				t.Fatal(err)
			}
			if event.DigestEndTime != nil {
				event.EventTime, event.EventID = event.DigestEndTime, o.key
			}
			if event.EventTime != nil && !seen[event.EventID] {
				seen[event.EventID] = true
				got[event.EventTime.Format(time.DateOnly)]++
				if !strings.Contains(o.key, event.EventTime.Format("/2006/01/02/")) {
					otherDay++
				}
			}
		}
	}
	if otherDay == 0 {
		t.Error("every event was delivered on its own day")
	}
	want := sum.Sources[CloudTrailSource].Days
	for day, n := range want {
		if got[day] != n {
			t.Errorf("%s: %d events, the summary says %d", day, got[day], n)
		}
	}
	if len(got) != len(want) {
		t.Errorf("events of %d days, the summary says %d", len(got), len(want))
	}
}

func TestFaultsAreThereAndCounted(t *testing.T) {
	_, sum := generate(t, small())
	trail, elb := sum.Sources[CloudTrailSource], sum.Sources[ELBSource]
	if trail.Duplicates == 0 || trail.Malformed != 1 || elb.Malformed != 1 {
		t.Errorf("%d duplicates and %d malformed records in CloudTrail, %d in load balancers", trail.Duplicates, trail.Malformed, elb.Malformed)
	}
	clean := small()
	clean.Clean = true
	_, sum = generate(t, clean)
	if all := sum.Total(); all.Duplicates != 0 || all.Malformed != 0 {
		t.Errorf("a clean estate has %d duplicates and %d malformed records", all.Duplicates, all.Malformed)
	}
}

func TestADoubledObjectHasTheSameEventsUnderAnotherKey(t *testing.T) {
	objects, sum := generate(t, small())
	first := map[string]string{}
	var again []object
	for _, o := range objects {
		if key, ok := first[string(o.body)]; ok && key != o.key {
			again = append(again, o)
		}
		first[string(o.body)] = o.key
	}
	if len(again) != 1 {
		t.Fatalf("%d objects were delivered twice, want 1", len(again))
	}
	if all, _ := records(t, again[0]); int64(len(all)) != sum.Sources[CloudTrailSource].Duplicates {
		t.Errorf("it has %d records, the summary says %d duplicates", len(all), sum.Sources[CloudTrailSource].Duplicates)
	}
}

func TestTheDefaultEstateIsThirtyDaysOfTwoHundredThousandEvents(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a hundred megabytes")
	}
	sum, err := Estate{}.Generate(t.Context(), func(string, []byte) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	all := sum.Total()
	if n := all.Events(); n < 190_000 || n > 210_000 {
		t.Errorf("%d events", n)
	}
	if n := len(all.Days); n != 30 {
		t.Errorf("events of %d days", n)
	}
	if sum.Bytes > 60e6 {
		t.Errorf("%d bytes", sum.Bytes)
	}
	if sum.Late == 0 {
		t.Error("no object came late")
	}
}

func TestGenerateStopsAtTheFirstError(t *testing.T) {
	full := errors.New("disk full")
	calls := 0
	_, err := small().Generate(t.Context(), func(string, []byte) error { calls++; return full })
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("%d calls, error %v", calls, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := small().Generate(ctx, func(string, []byte) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled, but the error is %v", err)
	}
}
