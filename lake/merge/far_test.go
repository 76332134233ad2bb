package merge_test

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/retrying"
	"github.com/hindcast/hindcast/lake/raw/s3/s3test"
)

// deliverLong puts an object of n logins over a day with 2 kB of noise each, and compacts it into a file of its own.
func (l *testLake) deliverLong(name string, n int) {
	l.Helper()
	noise, text := rand.NewChaCha8([32]byte([]byte(fmt.Sprintf("%-32s", name)))), make([]byte, 1000)
	records := make([]string, n)
	for i := range records {
		_, _ = noise.Read(text)
		at := day1.Add(time.Duration(i) * 24 * time.Hour / time.Duration(n))
		records[i] = fmt.Sprintf(`{"at":%q,"id":"%s-%d","user":"user-%d","text":%q}`, at.Format(time.RFC3339), name, i, i%7, hex.EncodeToString(text))
	}
	l.put("logins/"+name+".json", []byte(`{"logins":[`+strings.Join(records, ",")+`]}`))
	l.compact()
}

func TestAMergeInS3ReadsEachFileOnceBesideItsFooter(t *testing.T) {
	const files, rows, footer = 4, 600, 70 << 10
	l := newLake(t)
	for i := range files {
		l.deliverLong(fmt.Sprint(i), rows)
	}
	var size int64
	for _, f := range l.catalogFiles("logins") {
		size += f.Bytes
	}
	for _, c := range []struct {
		name        string
		of          func(*s3test.Store) raw.Store
		dry         bool
		calls       int64
		least, most int64 // bytes
	}{
		{"what a merge would do is told by footers", func(s *s3test.Store) raw.Store { return s }, true, files, files * 60 << 10, files * footer},
		{"a merge", func(s *s3test.Store) raw.Store { return s }, false, 2 * files, size + files*60<<10, size + files*footer},
		{"a merge in a store that gives objects alone", (*s3test.Store).Whole, false, 2 * files, 2 * size, 2 * size},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.fork(t)
			bucket := s3test.Open(t, l.files)
			l.lakeStore = retrying.New(c.of(bucket), retrying.Options{})
			report := l.merge(merge.Selection{DryRun: c.dry})
			if len(report.Days) != 1 {
				t.Errorf("%d days", len(report.Days))
			}
			read := bucket.Reset()
			t.Logf("%d calls of GetObject for %d bytes, of %d files of %d bytes", read.Calls.Load(), read.Bytes.Load(), files, size)
			if n, bytes := read.Calls.Load(), read.Bytes.Load(); n != c.calls || bytes < c.least || bytes > c.most {
				t.Errorf("%d calls for %d bytes; want %d for %d to %d", n, bytes, c.calls, c.least, c.most)
			}
		})
	}
}
