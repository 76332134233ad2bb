package embedded_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// BenchmarkLedger plans, looks up and commits batches of many small objects, and looks up as many keys that are new.
func BenchmarkLedger(b *testing.B) {
	const objects = 50_000
	s := openBench(b)
	if err := s.EnsureTable(b.Context(), catalog.Table{Name: "aws_elb"}); err != nil {
		b.Fatal(err)
	}
	for n := 0; b.Loop(); n++ {
		keys := make([]string, objects)
		batch := catalog.Batch{ID: fmt.Sprint(n), Table: "aws_elb"}
		commit := catalog.Commit{Batch: batch.ID}
		for i := range keys {
			keys[i] = fmt.Sprintf("AWSLogs/111122223333/elasticloadbalancing/eu-central-1/2026/01/31/%d/%d.log.gz", n, i)
			o := catalog.Object{Key: keys[i], ETag: "d41d8cd98f00b204e9800998ecf8427e", Size: 1000}
			batch.Objects = append(batch.Objects, o)
			commit.Objects = append(commit.Objects, catalog.ObjectResult{Object: o, Source: "aws_elb"})
		}
		for _, step := range []struct {
			name string
			run  func() error
		}{
			{"seen-new", func() error { _, err := s.Seen(b.Context(), keys); return err }},
			{"plan", func() error { return s.Plan(b.Context(), batch) }},
			{"seen-known", func() error { _, err := s.Seen(b.Context(), keys); return err }},
			{"commit", func() error { return s.Commit(b.Context(), commit) }},
		} {
			began := time.Now()
			if err := step.run(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(time.Since(began).Nanoseconds())/objects, step.name+"-ns/object")
		}
	}
}

func openBench(b *testing.B) catalog.Store {
	b.Helper()
	s, err := openStore(filepath.Join(b.TempDir(), "catalog.db"), time.Now)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}
