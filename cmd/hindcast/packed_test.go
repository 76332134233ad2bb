package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// packedLogs is a folder of Apache's access log in a zip, of a trail in Parquet, and of a line that is mostly zeros.
func packedLogs(t *testing.T) string {
	t.Helper()
	const line = `192.0.2.%d - - [31/Jan/2026:10:00:00 +0000] "GET /%d HTTP/1.1" 200 12` + "\n"
	dir := t.TempDir()
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for i := range 3 {
		e, err := z.Create("access_log." + strconv.Itoa(i))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.TrimSpace(strings.ReplaceAll(line, "%d", strconv.Itoa(i))) // without a line end
		if _, err := e.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	type event struct {
		EventVersion string `parquet:"eventVersion"`
		EventID      string `parquet:"eventID"`
		EventTime    string `parquet:"eventTime"`
		EventName    string `parquet:"eventName"`
		EventSource  string `parquet:"eventSource"`
	}
	var table bytes.Buffer
	w := parquet.NewGenericWriter[event](&table)
	if _, err := w.Write([]event{
		{"1.11", "e1", "2026-01-31T10:00:00Z", "GetObject", "s3.amazonaws.com"}, {"1.11", "e2", "2026-01-31T10:00:01Z", "PutObject", "s3.amazonaws.com"},
	}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	g := gzip.NewWriter(&bomb)
	for range 80 {
		if _, err := g.Write(append(bytes.Repeat([]byte("0"), 1<<20-1), '\n')); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	for key, data := range map[string][]byte{
		"web/access_log": archive.Bytes(), "AWSLogs/111122223333/CloudTrail/eu-central-1/2026/01/31/trail.json.gz": table.Bytes(), "web/access_log.bomb": bomb.Bytes(),
	} {
		path := filepath.Join(dir, filepath.FromSlash(key))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWhatIsPackedInAnyWayLeadsBackToItsRecords(t *testing.T) {
	dir := packedLogs(t)
	for _, c := range []struct {
		source, key string
		records     []string // by offset
	}{
		{"apache_access", "web/access_log", []string{`"192.0.2.0"`, `"192.0.2.1"`, `"192.0.2.2"`}},
		{"aws_cloudtrail", "AWSLogs/111122223333/CloudTrail/eu-central-1/2026/01/31/trail.json.gz", []string{`"e1"`, `"e2"`}},
	} {
		got := hindcast(t, "normalize", "--source", c.source, filepath.Join(dir, filepath.FromSlash(c.key))).want(t, exitDone)
		docs := lined(t, got.out)
		if len(docs) != len(c.records) {
			t.Fatalf("%s: %d documents: %s%s", c.key, len(docs), got.out, got.err)
		}
		says(t, got.out, c.records...)
		for i, doc := range docs {
			offset := strconv.FormatInt(int64(field(doc, "log.offset").(float64)), 10)
			record := hindcast(t, "record", "--raw", dir, c.key, offset).want(t, exitDone).out
			says(t, record, strings.Trim(c.records[i], `"`))
		}
	}
}

func TestABombIsReadAsFarAsItMayUnpack(t *testing.T) {
	path := filepath.Join(packedLogs(t), "web", "access_log.bomb")
	says(t, hindcast(t, "normalize", "--source", "apache_access", path).want(t, exitRejected).err, "over 250 times as many")
	if got := hindcast(t, "normalize", "--source", "apache_access", "--max-ratio", "2000", path).want(t, exitRejected); strings.Contains(got.err, "times as many") {
		t.Errorf("a higher ratio does not help: %.300s", got.err)
	}
	says(t, hindcast(t, "normalize", "--source", "apache_access", "--max-ratio", "0", path).want(t, exitUsage).err, "--max-ratio")
}
