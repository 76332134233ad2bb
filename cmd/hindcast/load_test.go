package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

var long = flag.Bool("long", false, "load for ten minutes")

// A mid-sized estate: 50 accounts in four regions deliver CloudTrail every five minutes or so, 3 objects a second with
// the busy ones; 60 buckets deliver their access logs, which come in many small objects, 17 a second. That is 20
// objects and 300 kB a second as stored, 1.7 million objects and 26 GB a day.
const (
	usualRate = 20               // objects a second
	loadRate  = 10 * usualRate   // of the test
	inPulse   = 20               // objects that are delivered at once, so many times a second that the rate comes out
	trails    = 3                // of so many
	trailSize = 25               // records of an object of CloudTrail
	linesSize = 40               // lines of an object of access logs
	hurry     = 30 * time.Second // within which the backlog must clear, once no more comes than usual
)

// arrivals is a writer of raw logs that numbers its records.
type arrivals struct {
	*testing.T
	dir                   string
	objects, trail, lines int64 // written
	body                  bytes.Buffer
	packer                *gzip.Writer
	start                 time.Time
}

// deliver writes one object as AWS does: whole or not at all.
func (l *arrivals) deliver() {
	l.Helper()
	l.body.Reset()
	at := l.start.Add(time.Duration(l.objects) * time.Second)
	var key string
	if l.objects%inPulse < trails {
		account := 111122220000 + l.objects/inPulse%50
		key = fmt.Sprintf("AWSLogs/%d/CloudTrail/us-east-1/%s/%d_CloudTrail_us-east-1_%s_%016d.json.gz", account, at.Format("2006/01/02"), account, at.Format("20060102T1504Z"), l.objects)
		l.packer.Reset(&l.body)
		l.records(at, account)
		if err := l.packer.Close(); err != nil {
			l.Fatal(err)
		}
	} else {
		key = fmt.Sprintf("s3-access-logs/bucket-%d/%s-%016X", l.objects%60, at.Format("2006-01-02-15-04-05"), l.objects)
		l.accesses(at)
	}
	l.put(key)
	l.objects++
}

func (l *arrivals) put(key string) {
	l.Helper()
	path := filepath.Join(l.dir, filepath.FromSlash(key))
	err := os.WriteFile(path+".tmp", l.body.Bytes(), 0o644)
	if errors.Is(err, os.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil {
			err = os.WriteFile(path+".tmp", l.body.Bytes(), 0o644)
		}
	}
	if err = errors.Join(err, os.Rename(path+".tmp", path)); err != nil {
		l.Fatal(err)
	}
}

// records are an object of CloudTrail.
func (l *arrivals) records(at time.Time, account int64) {
	for i := range trailSize {
		before := ","
		if i == 0 {
			before = `{"Records":[`
		}
		fmt.Fprintf(l.packer, `%s{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDA%d","arn":"arn:aws:iam::%d:user/alice","accountId":"%d",`+
			`"accessKeyId":"AKIAIOSFODNN7EXAMPLE","userName":"alice"},"eventTime":"%s","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1",`+
			`"sourceIPAddress":"203.0.113.%d","userAgent":"aws-cli/2.24","requestParameters":{"bucketName":"exports","key":"2026/%d.csv"},"responseElements":null,`+
			`"requestID":"%016X","eventID":"00000000-0000-4000-8000-%012x","readOnly":true,"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"%d","eventCategory":"Data"}`,
			before, account, account, account, at.Format(time.RFC3339), l.trail%250, l.trail, l.trail, l.trail, account)
		l.trail++
	}
	fmt.Fprint(l.packer, "]}")
}

// accesses are an object of access logs.
func (l *arrivals) accesses(at time.Time) {
	for range linesSize {
		fmt.Fprintf(&l.body, `79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be example-bucket [%s] 192.0.2.%d arn:aws:iam::111122223333:user/alice %016X REST.GET.OBJECT `+
			`exports/%d.csv "GET /exports/%d.csv HTTP/1.1" 200 - 2662992 3462992 70 10 "-" "aws-cli/2.24.20" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkF= SigV4 `+
			`ECDHE-RSA-AES128-GCM-SHA256 AuthHeader example-bucket.s3.us-west-1.amazonaws.com TLSv1.2 - -`+"\n", at.Format("02/Jan/2006:15:04:05 -0700"), l.lines%250, l.lines, l.lines, l.lines)
		l.lines++
	}
}

// loaded is how many objects the service has compacted, as its metrics say.
func loaded(t *testing.T, metrics string) (n int64) {
	t.Helper()
	for line := range strings.Lines(get(t, metrics)) {
		if strings.HasPrefix(line, "hindcast_compaction_objects_total{") {
			_, value, _ := strings.Cut(strings.TrimSpace(line), "} ")
			v, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatal(err)
			}
			n += int64(v)
		}
	}
	return n
}

// TestTenTimesTheUsualRateIsCompactedAsItArrives loads for a few seconds, or for ten minutes with -args -long, while a
// service compacts. It needs the time that it takes: this is about the pace.
func TestTenTimesTheUsualRateIsCompactedAsItArrives(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 10 seconds")
	}
	lasts, every := 8*time.Second, "2s"
	if *long {
		lasts, every = 10*time.Minute, "15s"
	}
	l := &arrivals{T: t, dir: t.TempDir(), packer: gzip.NewWriter(nil), start: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	p := startProgramFor(t, lasts+processTime, "compact", "--raw", l.dir, "--dir", dir, "--every", every, "--metrics", "127.0.0.1:0")
	metrics := "http://" + p.until(`metrics=(127\.0\.0\.1:\d+)`)[1] + "/metrics"
	go p.drain()
	most, cleared := l.rush(metrics, lasts)
	t.Logf("%d objects, %d and %d records, in %s, %d a second: at most %d objects waited, none %s after the end",
		l.objects, l.trail, l.lines, lasts, loadRate, most, cleared.Round(time.Millisecond))
	if cleared > max(hurry, lasts/10) {
		t.Errorf("the backlog cleared only %s after the end of the load", cleared)
	}
	if status := p.terminate(); status != exitDone {
		t.Errorf("exit status %d", status)
	}
	l.compare(dir)
}

// rush delivers at the rate, and answers how many objects waited at most, and how long it took until none did.
func (l *arrivals) rush(metrics string, lasts time.Duration) (most int64, cleared time.Duration) {
	l.Helper()
	began := time.Now()
	pulse := time.NewTicker(time.Second * inPulse / loadRate)
	defer pulse.Stop()
	for n := 0; time.Since(began) < lasts; n++ {
		<-pulse.C
		for due := int64(time.Since(began).Seconds() * loadRate); l.objects < due || l.objects%inPulse != 0; { // what a busy machine was late with, too
			l.deliver()
		}
		if n%10 == 0 {
			most = max(most, l.objects-loaded(l.T, metrics))
		}
	}
	ended := time.Now()
	for loaded(l.T, metrics) < l.objects {
		if time.Since(ended) > processTime {
			l.Fatalf("%d of %d objects are compacted %s after the end", loaded(l.T, metrics), l.objects, processTime)
		}
		<-pulse.C
	}
	return most, time.Since(ended)
}

// compare holds the tables against what was written: as many records, as many ids, from the first to the last.
func (l *arrivals) compare(dir string) {
	l.Helper()
	hindcast(l.T, "verify", "--dir", dir).want(l.T, exitDone)
	for _, c := range []struct {
		table, first, last string
		records            int64
	}{
		{"aws_cloudtrail", "00000000-0000-4000-8000-000000000000", fmt.Sprintf("00000000-0000-4000-8000-%012x", l.trail-1), l.trail},
		{"aws_s3access", "0000000000000000", fmt.Sprintf("%016X", l.lines-1), l.lines},
	} {
		got := lined(l.T, hindcast(l.T, "query", "--dir", dir, "--json",
			"SELECT count(*) AS n, count(DISTINCT event_id) AS ids, min(event_id) AS first, max(event_id) AS last FROM "+c.table).want(l.T, exitDone).out)[0]
		want := map[string]any{"n": float64(c.records), "ids": float64(c.records), "first": c.first, "last": c.last}
		for name := range want {
			if got[name] != want[name] {
				l.Errorf("%s: %s is %v, want %v", c.table, name, got[name], want[name])
			}
		}
	}
}
