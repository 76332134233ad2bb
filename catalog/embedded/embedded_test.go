package embedded_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/catalogtest"
	"github.com/hindcast/hindcast/catalog/embedded"
)

func TestSQLiteKeepsTheContract(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) func(func() time.Time) catalog.Store {
		path := filepath.Join(t.TempDir(), "catalog.db")
		return func(clock func() time.Time) catalog.Store { return open(t, path, clock) }
	})
}

func open(t *testing.T, path string, clock func() time.Time) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(context.Background(), path, clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
