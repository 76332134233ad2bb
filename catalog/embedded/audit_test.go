package embedded

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

func TestAuditFindsWhatDoesNotBalance(t *testing.T) {
	for _, c := range []struct{ says, spoil, want string }{
		{"an object with a record too many", "UPDATE objects SET records_in = records_in + 1",
			"aws_elb b1 k1 : 8 records in are not 4 events out + 2 duplicates + 1 rejected"},
		{"an object that gave another number of events than its batch wrote", "UPDATE objects SET events_out = 5, duplicates = 1",
			"aws_elb b1  : 4 rows in the batch's files are not the 5 events of its objects and retried records"},
		{"a partition that lost a file", "DELETE FROM files WHERE path = 'p2'",
			"aws_elb   2026-01-31: the partition's 4 rows are not the 1 of its files"},
		{"an expired partition whose files in the trash lost a row", "INSERT INTO expirations VALUES ('aws_elb', '2026-01-30', 1, 1, 4, 2, 1, 0, 0, FALSE); " +
			"UPDATE batches SET events_out = 8; UPDATE objects SET events_out = 8, records_in = 11; " +
			"INSERT INTO trash VALUES ('p3', 'aws_elb', '2026-01-30', 1, 'b0', 3, 1, '', 0, 0, 'expired', 0, 0, FALSE, 1, 0, NULL)",
			"aws_elb   2026-01-30: the 4 rows of the expired partition are not the 3 of its files in the trash"},
		{"a file in use that is in the trash", "INSERT INTO trash VALUES ('p2', 'aws_elb', '2026-01-31', 1, 'b1', 3, 1, '', 0, 0, 'merged', 0, 0, FALSE, 0, 0, NULL)",
			"aws_elb   2026-01-31: file p2 is in use and in the trash"},
		{"a published manifest that is in the trash", "UPDATE partitions SET manifest = 'm1', published_version = 1; " +
			"INSERT INTO trash VALUES ('m1', 'aws_elb', '2026-01-31', 0, '', 0, 1, '', 0, 0, 'manifest', 0, 0, FALSE, 0, 0, NULL)",
			"aws_elb   2026-01-31: file m1 is in use and in the trash"},
		{"a partition of which a version is published that never was", "UPDATE partitions SET published_version = 2",
			"aws_elb   2026-01-31: version 2 of the partition is published, which is of version 1"},
		{"a table that lost a partition", "DELETE FROM files; DELETE FROM partitions",
			"aws_elb   : 0 rows in the table's partitions, with those that have expired, are not the 4 that its batches wrote"},
	} {
		t.Run(c.says, func(t *testing.T) {
			s := withCommit(t)
			if _, err := s.db.Exec(c.spoil); err != nil {
				t.Fatal(err)
			}
			found, err := s.Audit(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range found {
				got = append(got, f.Table+" "+f.Batch+" "+f.Object+" "+f.Day+": "+f.Text)
			}
			if strings.Join(got, "\n") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// withCommit is a store with one committed batch of one object and two files.
func withCommit(t *testing.T) *Store {
	t.Helper()
	ctx := context.Background()
	at := time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)
	s, err := Open(ctx, filepath.Join(t.TempDir(), "catalog.db"), func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	day := catalog.Partition{Table: "aws_elb", Day: "2026-01-31", Generation: 1}
	file := catalog.File{Table: "aws_elb", Day: day.Day, Generation: 1, Batch: "b1", Bytes: 1, MinTime: at, MaxTime: at}
	one, three := file, file
	one.Path, one.Rows, three.Path, three.Rows = "p1", 1, "p2", 3
	object := catalog.Object{Key: "k1", ETag: "e1"}
	for _, err := range []error{
		s.EnsureTable(ctx, catalog.Table{Name: "aws_elb"}),
		s.Plan(ctx, catalog.Batch{ID: "b1", Table: "aws_elb", PlannedAt: at, Objects: []catalog.Object{object}}),
		s.Commit(ctx, catalog.Commit{Batch: "b1", Expect: []catalog.Partition{day}, Files: []catalog.File{one, three},
			Objects: []catalog.ObjectResult{{Object: object, Counts: catalog.Counts{RecordsIn: 7, EventsOut: 4, Duplicates: 2, Rejected: 1}}}}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}
