package embedded_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
)

// closedCatalog is a catalog with a table, as a program leaves it.
func closedCatalog(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "catalog.db")
	s, err := openStore(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.EnsureTable(t.Context(), catalog.Table{Name: "aws_elb"}), s.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkReadOnly reads a store, and finds that it cannot be changed.
func checkReadOnly(t *testing.T, s *embedded.Store) {
	t.Helper()
	if tables, err := s.Tables(t.Context()); err != nil || len(tables) != 1 || !s.ReadOnly() {
		t.Errorf("read-only %v, tables %v, error %v", s.ReadOnly(), tables, err)
	}
	_, err := s.AcquireLease(t.Context(), "compact", "me", time.Minute)
	_, _, noClaim := s.Claim(t.Context(), "me", time.Minute)
	_, noTrash := s.Collect(t.Context(), 1)
	seen := catalog.Partition{Table: "aws_elb", Day: "2026-01-31", Generation: 1}
	for what, err := range map[string]error{
		"a table": s.EnsureTable(t.Context(), catalog.Table{Name: "aws_waf"}), "a lease": err,
		"a claim": noClaim, "a collection": noTrash, "waste": s.Throw(t.Context(), []catalog.Waste{{Path: "p"}}),
		"an expiry": s.Expire(t.Context(), catalog.Expiry{Seen: seen}), "a restoration": s.Restore(t.Context(), "aws_elb", "2026-01-31"),
		"a policy": s.SetPolicy(t.Context(), catalog.Policy{Keep: 1}), "a hold": s.AddHold(t.Context(), catalog.Hold{ID: "h"}),
		"a hold's end": s.DropHold(t.Context(), "h"), "a swap": s.Swap(t.Context(), oneRow(seen)),
	} {
		if !errors.Is(err, embedded.ErrReadOnly) {
			t.Errorf("%s: %v", what, err)
		}
	}
	held, errHeld := s.Held(t.Context(), "")
	policies, errPolicies := s.Policies(t.Context())
	trash, errTrash := s.Wasted(t.Context())
	if err := errors.Join(errHeld, errPolicies, errTrash); err != nil || len(held)+len(policies)+len(trash) > 0 {
		t.Errorf("read %v, %v, %v, %v", held, policies, trash, err)
	}
	if err := s.ReleaseLease(t.Context(), catalog.Lease{Name: "compact"}); err == nil {
		t.Error("a lease was released")
	}
}

func oneRow(seen catalog.Partition) catalog.Swap {
	at := time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)
	seen.Rows = 1
	return catalog.Swap{ID: "m", Seen: seen, Files: []catalog.File{{Table: seen.Table, Day: seen.Day, Generation: 2, Path: "p",
		Batch: "m", Rows: 1, Bytes: 1, MinTime: at, MaxTime: at}}}
}

func TestACatalogIsOpenedForReading(t *testing.T) {
	path := closedCatalog(t)
	s, err := embedded.OpenReadOnly(t.Context(), path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	checkReadOnly(t, s)
}

func TestAReaderSeesWhatIsCommittedMeanwhile(t *testing.T) {
	path := closedCatalog(t)
	writer, err := openStore(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if err := writer.EnsureTable(t.Context(), catalog.Table{Name: "aws_waf"}); err != nil {
		t.Fatal(err)
	}
	reader, err := embedded.OpenReadOnly(t.Context(), path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if tables, err := reader.Tables(t.Context()); err != nil || len(tables) != 2 {
		t.Errorf("tables %v, error %v", tables, err)
	}
}

func TestACatalogThatMayNotBeWrittenIsOpenedForReading(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	for name, modes := range map[string][2]os.FileMode{
		"neither file nor folder": {0o444, 0o555}, "not the file": {0o444, 0o755}, "not the folder": {0o644, 0o555},
	} {
		t.Run(name, func(t *testing.T) {
			path := closedCatalog(t)
			if err := errors.Join(os.Chmod(path, modes[0]), os.Chmod(filepath.Dir(path), modes[1])); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Chmod(filepath.Dir(path), 0o755) })
			s, err := openStore(path, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if tables, err := s.Tables(t.Context()); err != nil || len(tables) != 1 {
				t.Errorf("tables %v, error %v", tables, err)
			}
			if err := s.EnsureTable(t.Context(), catalog.Table{Name: "aws_waf"}); err == nil && modes[0] == 0o444 {
				t.Error("it was written")
			}
		})
	}
}

func TestACatalogOfAnEarlierVersionThatMayNotBeWrittenSaysSo(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	path := closedCatalog(t)
	downgrade(t, path)
	if err := errors.Join(os.Chmod(path, 0o444), os.Chmod(filepath.Dir(path), 0o555)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(filepath.Dir(path), 0o755) })
	if s, err := openStore(path, time.Now); err == nil || !strings.Contains(err.Error(), "open the lake once where it can be written to") {
		t.Errorf("got %v, %v", s, err)
	}
}

func TestACatalogWithoutItsSchemaIsNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.db")
	downgrade(t, path)
	if s, err := embedded.OpenReadOnly(t.Context(), path, time.Now); err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("got %v, %v", s, err)
	}
	missing := filepath.Join(t.TempDir(), "catalog.db")
	if s, err := embedded.OpenReadOnly(t.Context(), missing, time.Now); err == nil {
		t.Errorf("made %v", s)
	}
}
