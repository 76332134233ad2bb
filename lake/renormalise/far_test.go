package renormalise_test

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
	"github.com/hindcast/hindcast/lake/renormalise"
)

func TestAPlanReadsTheFootersOfFilesInS3(t *testing.T) {
	const files, rows, footer = 4, 600, 70 << 10
	objects := folder(t, t.TempDir())
	noise, text := rand.NewChaCha8([32]byte{}), make([]byte, 1000)
	for i := range files {
		records := make([]string, rows)
		for j := range records {
			_, _ = noise.Read(text)
			records[j] = fmt.Sprintf(`{"at":%q,"id":"%d-%d","user":"alice","text":%q}`, noon.Format(time.RFC3339), i, j, hex.EncodeToString(text))
		}
		put(t, objects, fmt.Sprint(i), records...)
	}
	l := newLake(t, objects)
	l.compact(logins("1", true))
	all, err := l.store.Files(t.Context(), catalog.FileQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	for _, f := range all {
		size += f.Bytes
	}
	bucket := s3test.Open(t, l.files)
	for _, c := range []struct {
		name        string
		of          raw.Store
		version     string
		calls       int64
		least, most int64 // bytes
	}{
		{"a store that gives parts of objects", bucket, "1", files, files * 60 << 10, files * footer},
		{"one that gives objects alone", bucket.Whole(), "1", files, size, size},
		{"a day that is old by its first file", bucket, "2", 1, 60 << 10, footer},
	} {
		t.Run(c.name, func(t *testing.T) {
			l.lakeStore = retrying.New(c.of, retrying.Options{})
			report, err := renormalise.Run(t.Context(), l.config(logins(c.version, true)), renormalise.Selection{DryRun: true})
			if err != nil || len(report.Days) != int(c.version[0]-'1') {
				t.Fatalf("%v, %d days", err, len(report.Days))
			}
			read := bucket.Reset()
			t.Logf("%d calls of GetObject for %d bytes, of %d files of %d bytes", read.Calls.Load(), read.Bytes.Load(), len(all), size)
			if n, bytes := read.Calls.Load(), read.Bytes.Load(); n != c.calls || bytes < c.least || bytes > c.most {
				t.Errorf("%d calls for %d bytes; want %d for %d to %d", n, bytes, c.calls, c.least, c.most)
			}
		})
	}
}
