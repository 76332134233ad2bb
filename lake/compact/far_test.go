package compact_test

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/retrying"
	"github.com/hindcast/hindcast/lake/raw/s3/s3test"
)

// longLogins are logins of a whole day with 2 kB of noise each, which no compression makes less than half of.
func longLogins(name string, n int) []string {
	noise, text := rand.NewChaCha8([32]byte([]byte(fmt.Sprintf("%-32s", name)))), make([]byte, 1000)
	all := make([]string, n)
	for i := range all {
		_, _ = noise.Read(text)
		at := day1.Add(time.Duration(i) * 24 * time.Hour / time.Duration(n))
		all[i] = fmt.Sprintf(`{"at":%q,"id":"%s-%d","user":"user-%d","ip":"198.51.100.7","text":%q}`, at.Format(time.RFC3339), name, i, i%7, hex.EncodeToString(text))
	}
	return all
}

// A day has three files already. A batch whose rows are written out in several goes holds events of the whole day, of which
// some are in those files, and looks for each go's in each of them.
func TestDuplicatesAreLookedForInPartsOfFilesThatLieInS3(t *testing.T) {
	const files, rows, twice = 3, 1100, 40
	for _, c := range []struct {
		name        string
		of          func(*s3test.Store) raw.Store
		calls       int64
		least, most float64 // of what the files have
	}{
		{"a store that gives parts of objects", func(s *s3test.Store) raw.Store { return s }, 2 * files, 0, 0.6},
		{"one that gives objects alone, which are read as often as they are looked into", (*s3test.Store).Whole, 4 * files, 4, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			for i := range files {
				l.put(loginKey(day1, fmt.Sprint(i)), delivery(longLogins(fmt.Sprint(i), rows)...))
			}
			l.run()
			before, err := l.store.Files(t.Context(), catalog.FileQuery{})
			if err != nil {
				t.Fatal(err)
			}
			var size int64
			for _, f := range before {
				size += f.Bytes
			}
			l.batch, l.buffer = 0, 1
			for i := range 3 {
				l.put(loginKey(day1, fmt.Sprintf("later-%d", i)), delivery(append(longLogins(fmt.Sprintf("later-%d", i), rows), longLogins(fmt.Sprint(i), rows)[:twice]...)...))
			}
			bucket := s3test.Open(t, l.files)
			l.lakeStore = retrying.New(c.of(bucket), retrying.Options{})
			report := l.run()
			if report.Duplicates != files*twice || report.Files != 4 {
				t.Errorf("%d duplicates, and %d files", report.Duplicates, report.Files)
			}
			read := bucket.Reset()
			t.Logf("%d calls of GetObject for %d bytes, of files of %d bytes in which %d goes were looked for", read.Calls.Load(), read.Bytes.Load(), size, report.Files)
			if share := float64(read.Bytes.Load()) / float64(size); share < c.least || share > c.most {
				t.Errorf("%d bytes were read of %d", read.Bytes.Load(), size)
			}
			if n := read.Calls.Load(); n != c.calls {
				t.Errorf("%d calls, want %d", n, c.calls)
			}
			l.distinct(2 * files * rows)
		})
	}
}
