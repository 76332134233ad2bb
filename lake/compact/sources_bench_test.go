package compact_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

// BenchmarkBySource compacts logs of every built-in source, the whole way from gzip to committed files that were read
// back, and reports MB of raw text per CPU-second. The logs are the records in testdata over and over, each time with
// other addresses, ids and times.
//
//	go test ./lake/compact -run - -bench BySource -benchtime 3x -timeout 1h
func BenchmarkBySource(b *testing.B) {
	for _, s := range builtin.Sources() {
		b.Run(s.Name, func(b *testing.B) {
			dir := b.TempDir()
			logs := fixtures(b, s)
			mb := 0.0
			for i, records := range logs {
				mb += float64(replicate(b, records, filepath.Join(dir, fmt.Sprintf("%d.gz", i)), int64(32e6**benchScale)/int64(len(logs)))) / 1e6
			}
			var all []float64
			for b.Loop() {
				all = append(all, mb/cpu(b, func() {
					report, err := compactFolder(b.Context(), s, dir, b.TempDir(), *benchWorkers, nil)
					if err != nil {
						b.Fatal(err)
					}
					if report.Rejected > 0 {
						b.Skip("records of testdata that stand alone cannot stand one behind the other")
					}
				}))
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(all), "MB/CPU-s")
		})
	}
}

// replicate writes records over and over into an object of about so many bytes, and tells how many there are.
func replicate(b *testing.B, records []fixture, path string, size int64) (written int64) {
	b.Helper()
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := gzip.NewWriter(file)
	for n := 0; written < size; n++ {
		for _, record := range records {
			text := record.text
			if record.varies {
				text = vary(text, n)
			}
			k, err := io.WriteString(w, text)
			if err != nil {
				b.Fatal(err)
			}
			written += int64(k)
		}
	}
	if err := errors.Join(w.Close(), file.Close()); err != nil {
		b.Fatal(err)
	}
	return written
}

// fixture is a record, or a header.
type fixture struct {
	text   string
	varies bool // whether it is still a record with other numbers
}

// fixtures are the source's records in testdata that become events, by their files, with the headers among them.
func fixtures(b *testing.B, s *source.Source) (logs [][]fixture) {
	b.Helper()
	c, err := s.Compile()
	if err != nil {
		b.Fatal(err)
	}
	rows := ecs.NewBatch(c.Schema())
	norm, err := c.New(rows)
	if err != nil {
		b.Fatal(err)
	}
	folder, err := raw.OpenFolder(filepath.Join("..", "..", "testdata", "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer folder.Close()
	for o, err := range folder.List(b.Context(), s.Name+"/") {
		if err != nil {
			b.Fatal(err)
		}
		if strings.HasSuffix(o.Key, ".expected.ndjson") {
			continue
		}
		reader, err := raw.Open(b.Context(), folder, o, s.Framing, raw.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		norm.Begin(source.Origin{Key: o.Key, Ingested: time.Unix(1.7e9, 0)})
		var records []fixture
		for err == nil {
			var rec raw.Record
			rec, err = reader.Next()
			var bad *raw.RecordError
			if errors.As(err, &bad) {
				err = nil
				continue
			}
			if err != nil || rec.Envelope != nil {
				continue // lines of one object would stand in another's envelope
			}
			text := string(rec.Data)
			if e := norm.Add(rec.Data, 0, 0); e == nil || errors.Is(e, source.ErrNoRecord) {
				records = append(records, fixture{text + "\n", norm.Add([]byte(vary(text, 123)), 0, 0) == nil})
			}
		}
		if err := reader.Close(); err != nil {
			b.Fatal(err)
		}
		if rows.Rows() > 0 {
			logs = append(logs, records)
		}
		rows.Reset()
	}
	if len(logs) == 0 {
		b.Skip("testdata has no record of the source that stands bare")
	}
	return logs
}

// varied are what differs from record to record: addresses, and the digits of ids and of times in seconds and less.
var varied = regexp.MustCompile(`\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b|\b[0-9a-fA-F]{9,}\b`)

// vary writes other numbers into a record. Accounts stay, of which an estate has few.
func vary(record string, n int) string {
	return varied.ReplaceAllStringFunc(record, func(text string) string {
		dot := strings.LastIndexByte(text, '.')
		switch digits := strings.Trim(text, "0123456789") == ""; {
		case dot > 0:
			return fmt.Sprintf("%s.%d", text[:dot], n%250)
		case digits && len(text) == 12:
			return text
		case digits:
			return text[:len(text)-3] + fmt.Sprintf("%03d", n%1000)
		}
		return text[:len(text)-5] + fmt.Sprintf("%05x", n&0xfffff)
	})
}
