package embedded_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/catalogtest"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/migrations"
)

func TestSQLiteKeepsTheContract(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) func(func() time.Time) catalog.Store {
		path := filepath.Join(t.TempDir(), "catalog.db")
		return func(clock func() time.Time) catalog.Store {
			s, err := openStore(path, clock)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			return s
		}
	})
}

func TestSeveralProcessesMayOpenACatalogAtOnce(t *testing.T) {
	for _, c := range []struct {
		says    string
		prepare func(t *testing.T, path string)
	}{
		{"that is new", func(*testing.T, string) {}},
		{"whose schema is older", downgrade},
	} {
		t.Run(c.says, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "catalog.db")
			c.prepare(t, path)
			errs := make([]error, 6)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() {
					s, err := openStore(path, time.Now)
					if err == nil {
						_, err = s.Tables(t.Context())
						_ = s.Close()
					}
					errs[i] = err
				})
			}
			wg.Wait()
			if err := errors.Join(errs...); err != nil {
				t.Error(err)
			}
		})
	}
}

// downgrade makes a catalog without any migration.
func downgrade(t *testing.T, path string) {
	t.Helper()
	s, err := openStore(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.Files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
}

func TestAPathMayHaveAnyCharacters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?mode=memory#c%20d&e.db")
	for range 2 {
		s, err := openStore(path, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.EnsureTable(t.Context(), catalog.Table{Name: "aws_elb"}); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.db")); err != nil || len(found) != 1 || found[0] != path {
		t.Errorf("made %q, %v", found, err)
	}
}

func TestACatalogOfALaterVersionIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.db")
	s, err := openStore(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)"); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	if _, err := openStore(path, time.Now); err == nil || !strings.Contains(err.Error(), "the schema is of version 999") {
		t.Errorf("got %v", err)
	}
}

func TestADirectoryThatIsNotThereIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nothing", "catalog.db")
	if _, err := openStore(path, time.Now); err == nil || !strings.Contains(err.Error(), "open catalog "+path) {
		t.Errorf("got %v", err)
	}
}

func openStore(path string, clock func() time.Time) (*embedded.Store, error) {
	return embedded.Open(context.Background(), path, clock)
}
