package compact_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

// A worker looks at its memory every thousand records and every few megabytes, whatever objects they are of, and
// writes its rows out when they are too many: a file each time.
func TestRowsAreWrittenOutBeforeTheyAreTooMany(t *testing.T) {
	for _, c := range []struct {
		name             string
		objects, records int
		text             string
		files            int64
	}{
		{"of one large object", 1, 3000, "", 3},
		{"of many small objects", 60, 50, "", 3},
		{"of few long records", 1, 5, strings.Repeat("long ", 1_000_000), 3},
		{"of many objects of one long record", 5, 1, strings.Repeat("long ", 1_000_000), 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			l.batch, l.buffer = 0, 1
			for i := range c.objects {
				var records []string
				for j := range c.records {
					at := day1.Add(time.Duration(i*c.records+j) * time.Second)
					records = append(records, fmt.Sprintf(`{"at":%q,"id":"%d-%d","text":%q}`, at.Format(time.RFC3339), i, j, c.text))
				}
				l.put(strings.TrimSuffix(loginKey(day1, fmt.Sprint(i)), ".gz"), delivery(records...))
			}
			if report := l.run(); report.Files < c.files || report.EventsOut != int64(c.objects*c.records) {
				t.Errorf("%d events in %d files, want at least %d", report.EventsOut, report.Files, c.files)
			}
		})
	}
}

// The resident memory of a process of its own is measured, as the kernel counts it: on one object of some hundred
// megabytes unpacked, and on two whose records are nearly as long as a record may be. The process asks the garbage
// collector to stay below 400 MB, as the command does.
func TestMemoryDoesNotGrowWithTheObjects(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	t.Parallel()
	const limit = 512 << 20
	dir := t.TempDir()
	unpacked := packTo(t, dir, "large", writeCalls)
	for _, name := range []string{"long-1", "long-2"} {
		unpacked += packTo(t, dir, name, writeLongCalls)
	}
	lake := t.TempDir()
	cmd := start(t, dir, lake, 0)
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Skip("the system does not tell what a process took")
	}
	if peak := usage.Maxrss << 10; peak > limit { // Linux counts in KiB
		t.Errorf("%d MB were resident while %d MB were read, want at most %d", peak>>20, unpacked>>20, limit>>20)
	} else {
		t.Logf("%d MB were resident while %d MB were read", peak>>20, unpacked>>20)
	}
	l := openLake(t, openFolder(t, dir), lake)
	l.check()
	if got := l.query("SELECT count(*), count(DISTINCT event_id)" + l.from("aws_cloudtrail")); got[0][0] != int64(manyCalls()+2*longCalls) || got[0][1] != got[0][0] {
		t.Errorf("the table has %v rows, %v of which differ; want %d", got[0][0], got[0][1], manyCalls()+2*longCalls)
	}
}

// manyCalls take more than a hundred megabytes, and in a long test more than two thousand.
func manyCalls() int {
	if *long {
		return 3_000_000
	}
	return 150_000
}

const longCalls = 6 // of 15 MB each

// packTo writes an object of CloudTrail's and says how long it is unpacked.
func packTo(t *testing.T, dir, name string, write func(w io.Writer, name string) (int64, error)) int64 {
	t.Helper()
	path := filepath.Join(dir, "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/30", name+".json.gz")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	n, err := write(w, name)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return n
}

// writeCalls writes very many events of CloudTrail.
func writeCalls(w io.Writer, name string) (int64, error) {
	dice := rand.New(rand.NewPCG(7, 8))
	var total int64
	line := []byte(`{"Records":[`)
	n := manyCalls()
	for i := range n {
		user := dice.IntN(50)
		line = fmt.Appendf(line, `{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDA%012d","arn":"arn:aws:iam::111122223333:user/user-%d",`+
			`"accountId":"111122223333","accessKeyId":"AKIA%012d","userName":"user-%d"},"eventTime":"2026-01-30T%02d:%02d:%02dZ","eventSource":"s3.amazonaws.com",`+
			`"eventName":"GetObject","awsRegion":"us-east-1","sourceIPAddress":"198.51.%d.%d","userAgent":"aws-cli/2.15","requestParameters":{"bucketName":"b","key":"k/%016x"},`+
			`"responseElements":null,"additionalEventData":{"bytesTransferredOut":%d,"x-amz-id-2":"%016x%016x"},"requestID":"%016X","eventID":"%s-%d-%016x","readOnly":true,`+
			`"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data"},`,
			user, user, user, user, i*24/n, dice.IntN(60), dice.IntN(60), dice.IntN(256), dice.IntN(256), dice.Uint64(),
			dice.IntN(1<<20), dice.Uint64(), dice.Uint64(), dice.Uint64(), name, i, dice.Uint64())
		if i == n-1 {
			line = append(line[:len(line)-1], "]}"...)
		}
		if _, err := w.Write(line); err != nil {
			return 0, err
		}
		total, line = total+int64(len(line)), line[:0]
	}
	return total, nil
}

// writeLongCalls writes some events that are nearly as long as a record may be.
func writeLongCalls(w io.Writer, name string) (int64, error) {
	dice := rand.New(rand.NewPCG(9, 10))
	var block []byte // which does not pack so well that it is taken for a bomb
	for len(block) < 1<<20 {
		block = fmt.Appendf(block, "%016x", dice.Uint64())
	}
	text := strings.Repeat(string(block), 15)
	var total int64
	for i := range longCalls {
		opens, closes := "", ""
		if i == 0 {
			opens = `{"Records":[`
		}
		if closes = ","; i == longCalls-1 {
			closes = "]}"
		}
		n, err := fmt.Fprintf(w, `%s{"eventVersion":"1.11","eventTime":"2026-01-30T12:00:%02dZ","eventID":"%s-%d","requestParameters":{"text":"%s"}}%s`, opens, i, name, i, text, closes)
		if err != nil {
			return 0, err
		}
		total += int64(n)
	}
	return total, nil
}
