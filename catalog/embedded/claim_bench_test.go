package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
)

// BenchmarkClaim claims batches of a backlog of a hundred thousand, after as many were committed, and commits them.
func BenchmarkClaim(b *testing.B) {
	for name, open := range map[string]func(*testing.B) *embedded.Store{
		"SQLite": func(b *testing.B) *embedded.Store {
			s, err := openStore(filepath.Join(b.TempDir(), "catalog.db"), time.Now)
			if err != nil {
				b.Fatal(err)
			}
			return s
		},
		"PostgreSQL": func(b *testing.B) *embedded.Store {
			s, err := embedded.OpenURL(context.Background(), newSchema(b), time.Now)
			if err != nil {
				b.Fatal(err)
			}
			return s
		},
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			b.Cleanup(func() { _ = s.Close() })
			backlog(b, s, 100_000)
			for b.Loop() {
				claimAndCommit(b, s)
			}
		})
	}
}

// backlog plans batches, after it has committed some.
func backlog(b *testing.B, s *embedded.Store, n int) {
	b.Helper()
	if err := s.EnsureTable(b.Context(), catalog.Table{Name: "aws_elb"}); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		batch := catalog.Batch{ID: fmt.Sprintf("b%06d", i), Table: "aws_elb", PlannedAt: time.UnixMilli(int64(i)),
			Objects: []catalog.Object{{Key: fmt.Sprintf("k%06d", i)}}}
		if err := s.Plan(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		if i < n/50 {
			claimAndCommit(b, s)
		}
	}
}

func claimAndCommit(b *testing.B, s *embedded.Store) {
	b.Helper()
	batch, lease, err := s.Claim(b.Context(), "me", time.Minute)
	if err != nil {
		b.Fatal(err)
	}
	err = s.Commit(b.Context(), catalog.Commit{Batch: batch.ID, Lease: lease, Objects: []catalog.ObjectResult{{Object: batch.Objects[0]}}})
	if err := errors.Join(err, s.ReleaseLease(b.Context(), lease)); err != nil {
		b.Fatal(err)
	}
}
