package embedded_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/migrations"
)

// firstVersion is a lake as the first version of the schema has it: a committed batch with a rejected record, one that
// retries that record, two planned ones and a lease.
const firstVersion = `
INSERT INTO lake_tables VALUES ('aws_elb', 'Requests', 1, 1);
INSERT INTO lake_columns VALUES ('aws_elb', 0, 'timestamp', '@timestamp', 'time', '', '', FALSE);
INSERT INTO batches VALUES ('b1', 'aws_elb', '1', 'committed', 1000, 2000, 4);
INSERT INTO batches VALUES ('b2', 'aws_elb', '1', 'planned', 3000, 0, 0);
INSERT INTO batches VALUES ('b3', 'aws_elb', '1', 'planned', 5000, 0, 0);
INSERT INTO batches VALUES ('b4', 'aws_elb', '1', 'planned', 4000, 0, 0);
INSERT INTO objects VALUES ('k1', 'e1', 'b1', 10, 1, 'aws_elb', 'sha', 100, 6, 4, 1, 1, '');
INSERT INTO objects VALUES ('k3', 'e3', 'b3', 10, 1, '', '', 0, 0, 0, 0, 0, '');
INSERT INTO objects VALUES ('k4', 'e4', 'b4', 10, 1, '', '', 0, 0, 0, 0, 0, '');
INSERT INTO staged_paths VALUES ('b4', 'p4');
INSERT INTO partitions VALUES ('aws_elb', '1970-01-01', 1, 1, 4, 40, 1, 1000, 2000);
INSERT INTO files VALUES ('p1', 'aws_elb', '1970-01-01', 1, 'b1', 4, 40, 'sha', 1000, 2000);
INSERT INTO quarantine VALUES ('q1', 'b1', 'aws_elb', 'k1', 7, 3, 'not JSON', 'quarantine/q', 'held', 2000, 'b2', FALSE);
INSERT INTO leases VALUES ('batch/b4', 'old', 7, 1);
`

func TestALakeOfTheFirstVersionIsUpgradedInPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, db, goose.DialectSQLite3)
	checkUpgrade(t, func() *embedded.Store {
		s, err := openStore(path, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

func TestALakeOfTheFirstVersionIsUpgradedInPlaceOnPostgreSQL(t *testing.T) {
	at := newSchema(t)
	fill(t, connect(t, at), goose.DialectPostgres)
	checkUpgrade(t, func() *embedded.Store {
		s, err := embedded.OpenURL(t.Context(), at, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

// fill makes the first version of the schema, and the lake in it.
func fill(t *testing.T, db *sql.DB, dialect goose.Dialect) {
	t.Helper()
	defer func() { _ = db.Close() }()
	p, err := goose.NewProvider(dialect, db, migrations.Files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	for statement := range strings.Lines(strings.TrimSpace(firstVersion)) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// checkUpgrade opens the lake in several processes at once, and works with it.
func checkUpgrade(t *testing.T, open func() *embedded.Store) {
	t.Helper()
	ctx := t.Context()
	stores := make([]*embedded.Store, 4)
	var wg sync.WaitGroup
	for i := range stores {
		wg.Go(func() { stores[i] = open() })
	}
	wg.Wait()
	for _, s := range stores {
		t.Cleanup(func() { _ = s.Close() })
	}
	s := stores[0]
	if findings, err := s.Audit(ctx); err != nil || len(findings) > 0 {
		t.Errorf("found %v, %v", findings, err)
	}
	p, err := s.Partition(ctx, "aws_elb", "1970-01-01")
	want := catalog.Partition{Table: "aws_elb", Day: "1970-01-01", Generation: 1, Version: 1, Rows: 4, Bytes: 40, Files: 1,
		MinTime: time.UnixMilli(1000).UTC(), MaxTime: time.UnixMilli(2000).UTC()}
	if diff := cmp.Diff(want, p); diff != "" || err != nil {
		t.Error(diff, err)
	}
	retry, err := s.Batch(ctx, "b2")
	if diff := cmp.Diff([]string{"q1"}, retry.Retry); diff != "" || err != nil {
		t.Error(diff, err)
	}
	claimAll(ctx, t, s)
	if err := s.Expire(ctx, catalog.Expiry{Seen: p}); err != nil {
		t.Fatal(err)
	}
	if err := s.Restore(ctx, "aws_elb", "1970-01-01"); err != nil {
		t.Fatal(err)
	}
	if files, err := s.Files(ctx, catalog.FileQuery{}); err != nil || len(files) != 1 || files[0].SHA256 != "sha" {
		t.Errorf("files %v, %v", files, err)
	}
}

// claimAll claims the batches that do not retry anything, the older first, whose lease was somebody's once.
func claimAll(ctx context.Context, t *testing.T, s *embedded.Store) {
	t.Helper()
	object := catalog.Object{Key: "k4", ETag: "e4", Size: 10, ModTime: time.UnixMilli(1).UTC()}
	want := catalog.Batch{ID: "b4", Table: "aws_elb", MappingVersion: "1", PlannedAt: time.UnixMilli(4000).UTC(),
		State: catalog.Planned, Objects: []catalog.Object{object}, Staged: []string{"p4"}}
	got, lease, err := s.Claim(ctx, "me", time.Minute)
	if diff := cmp.Diff(want, got); diff != "" || err != nil || lease.Token != 8 {
		t.Errorf("claimed %+v, %v: %s", lease, err, diff)
	}
	if got, _, err := s.Claim(ctx, "me", time.Minute); err != nil || got.ID != "b3" {
		t.Errorf("claimed %s, %v", got.ID, err)
	}
	if got, _, err := s.Claim(ctx, "me", time.Minute); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("claimed %s, %v", got.ID, err)
	}
}

// newSchema is the URL of an empty schema on the server that HINDCAST_TEST_POSTGRES names, if it does.
func newSchema(t testing.TB) string {
	t.Helper()
	server := os.Getenv("HINDCAST_TEST_POSTGRES")
	if server == "" {
		t.Skip("HINDCAST_TEST_POSTGRES names no database")
	}
	return schemaOn(t, server)
}
