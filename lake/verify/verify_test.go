package verify_test

import (
	"context"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/verify"
)

func TestALakeThatWasJustMadeIsWhole(t *testing.T) {
	l := build(t)
	r := l.check(t, true)
	files, err := l.catalog.Files(t.Context(), catalog.FileQuery{})
	fail(t, err)
	if !r.Whole() || r.Files != int64(len(files)) || r.Read != r.Files || r.Rows == 0 || r.Rejected.Files == 0 {
		t.Errorf("%+v", r)
	}
}

// paged is a catalog that gives the rows of the quarantine one by one.
type paged struct {
	*embedded.Store
	t     *testing.T
	pages int
}

func (p *paged) Quarantined(ctx context.Context, f catalog.QuarantineFilter) ([]catalog.QuarantineRow, error) {
	p.pages++
	if f.Limit < 1 || f.Limit > 100_000 {
		p.t.Errorf("asks for %d rows at once", f.Limit)
	}
	f.Limit = 1
	return p.Store.Quarantined(ctx, f)
}

func TestAQuarantineOfManyRecordsIsNotHeldInMemory(t *testing.T) {
	l := build(t)
	want := l.check(t, false).Rejected
	catalog := &paged{Store: l.catalog, t: t}
	r, err := verify.Run(t.Context(), verify.Config{Catalog: catalog, Lake: l.files, Now: clock})
	fail(t, err)
	if !r.Whole() || r.Rejected != want || catalog.pages < 3 {
		t.Errorf("%+v of %+v in %d pages: %+v", r.Rejected, want, catalog.pages, r.Findings)
	}
}

func TestManifestsOfPublishedDaysAreKnown(t *testing.T) {
	l := build(t)
	l.publish(t)
	if r := l.check(t, false); !r.Whole() || r.Manifest.Files != 1 || len(r.Trash) != 0 {
		t.Errorf("%+v", r)
	}
}

// publish publishes a day, and answers its manifest.
func (l lake) publish(t *testing.T) string {
	t.Helper()
	f := l.file(t)
	p, err := l.catalog.Partition(t.Context(), f.Table, f.Day)
	fail(t, err)
	key := fmt.Sprintf("manifests/%s/day=%s/000001-000001-%08x/files.txt", f.Table, f.Day, crc32.ChecksumIEEE([]byte("strange"))) // as put writes it
	l.put(t, key)
	fail(t, l.catalog.PublishTo(t.Context(), "glue:x"))
	fail(t, l.catalog.Throw(t.Context(), []catalog.Waste{{Path: key, Table: f.Table, Day: f.Day, Why: catalog.WasteUnfinished, Due: now}}))
	shown := []catalog.Publication{{Table: f.Table, Day: f.Day, Version: p.Version, Manifest: key}}
	fail(t, l.catalog.MarkPublished(t.Context(), catalog.Publishing{Shown: shown, Due: now}))
	return key
}

// harm is something that is done to a lake that was whole.
type harm struct {
	do   func(t *testing.T, l lake)
	want string // in a finding
	also bool   // others are found as well
}

var harms = map[string]harm{
	"a file is gone": {do: func(t *testing.T, l lake) { fail(t, os.Remove(l.files.Path(l.file(t).Path))) }, want: "the file is gone"},
	"a file has grown": {do: func(t *testing.T, l lake) {
		l.rewrite(t, l.file(t).Path, func(b []byte) []byte { return append(b, 'x') })
	}, want: "bytes instead of"},
	"a file that nobody knows": {do: func(t *testing.T, l lake) {
		l.put(t, filepath.ToSlash(filepath.Dir(l.file(t).Path))+"/stranger.parquet")
	}, want: "does not know"},
	"a file that nobody knows, of another table": {do: func(t *testing.T, l lake) { l.put(t, "tables/other/x") }, want: "does not know"},
	"a file of rejected records is gone": {do: func(t *testing.T, l lake) {
		fail(t, os.Remove(l.files.Path(l.quarantined(t))))
	}, want: "rejected records is gone"},
	"a file of rejected records that nobody knows": {do: func(t *testing.T, l lake) { l.put(t, "quarantine/x/y.ndjson.gz") }, want: "does not know"},
	"the manifest of a published day is gone": {do: func(t *testing.T, l lake) {
		fail(t, l.files.Delete(t.Context(), l.publish(t)))
	}, want: "Athena sees nothing of the day"},
	"a manifest that nobody knows": {do: func(t *testing.T, l lake) { l.put(t, "manifests/aws_elb/day=2026-01-01/000001-x/files.txt") }, want: "does not know"},
	"a file in a table is in the trash": {do: func(t *testing.T, l lake) {
		l.trash(t, l.file(t).Path, catalog.WasteMerged, now.Add(time.Hour))
	}, want: "in the trash as merged", also: true},
	"a file in the trash is gone too soon": {do: func(t *testing.T, l lake) {
		l.trash(t, "tables/aws_elb/day=2026-01-01/g000001/gone.parquet", catalog.WasteExpired, now.Add(time.Hour))
	}, want: "gone before it was due"},
	"a partition has more rows than its files": {do: func(t *testing.T, l lake) {
		l.sql(t, "UPDATE partitions SET row_count = row_count + 1 WHERE table_name = 'aws_cloudtrail'")
	}, want: "are not its files'", also: true},
	"a partition is of another size than its files": {do: func(t *testing.T, l lake) {
		l.sql(t, "UPDATE partitions SET size_bytes = size_bytes + 1 WHERE table_name = 'aws_cloudtrail'")
	}, want: "are not its files'", also: true},
	"a partition is of another generation than its files": {do: func(t *testing.T, l lake) {
		l.sql(t, "UPDATE partitions SET generation = 7 WHERE table_name = 'aws_cloudtrail'")
	}, want: "of generations 1 to 1, the partition of 7", also: true},
	"a partition's bounds leave events out": {do: func(t *testing.T, l lake) {
		l.sql(t, "UPDATE partitions SET max_time = max_time - 1 WHERE table_name = 'aws_cloudtrail'")
	}, want: "outside of its bounds", also: true},
	"an object gave more events than it had records": {do: func(t *testing.T, l lake) {
		l.sql(t, "UPDATE objects SET events_out = events_out + 1 WHERE source = 'aws_guardduty'")
	}, want: "are not", also: true},
	"an object's records are not accounted for": {do: func(t *testing.T, l lake) {
		l.sql(t, "UPDATE objects SET records_in = records_in + 1 WHERE source = 'aws_guardduty'")
	}, want: "records in are not", also: true},
	"a file that the catalog has forgotten": {do: func(t *testing.T, l lake) {
		l.sql(t, "DELETE FROM files WHERE path = ?", l.file(t).Path)
	}, want: "does not know", also: true},
	"a file is in the folder of another generation": {do: func(t *testing.T, l lake) {
		from := l.file(t).Path
		to := strings.Replace(from, "g000001", "g000009", 1)
		fail(t, os.MkdirAll(filepath.Dir(l.files.Path(to)), 0o755))
		fail(t, os.Rename(l.files.Path(from), l.files.Path(to)))
		l.sql(t, "UPDATE files SET path = ? WHERE path = ?", to, from)
	}, want: "where the catalog says that it belongs"},
}

func TestWhatIsWrongIsFound(t *testing.T) {
	for name, h := range harms {
		t.Run(name, func(t *testing.T) { h.isFound(t, false) })
	}
}

func (h harm) isFound(t *testing.T, deep bool) {
	l := build(t)
	h.do(t, l)
	r, found := l.check(t, deep), 0
	for _, f := range r.Findings {
		if strings.Contains(f.Text, h.want) {
			found++
		}
	}
	if found == 0 || len(r.Findings) > 1 && !h.also {
		t.Errorf("want only %q, found %+v", h.want, r.Findings)
	}
	if deep {
		if quick := l.check(t, false); !quick.Whole() {
			t.Errorf("a quick check finds it too: %+v", quick.Findings)
		}
	}
}

// trash records a file as waste.
func (l lake) trash(t *testing.T, path string, why catalog.WasteReason, due time.Time) {
	t.Helper()
	l.sql(t, `INSERT INTO trash (path, table_name, day, generation, batch_id, row_count, size_bytes, sha256, min_time, max_time, why, since, due, collected, expired_from)
		VALUES (?, 'aws_elb', '2026-01-01', 1, 'b', 1, 1, '', 0, 0, ?, 0, ?, FALSE, 0)`, path, string(why), due.UnixMilli())
}

func TestFilesThatWaitAreFineAndCounted(t *testing.T) {
	l := build(t)
	put := func(name string) string {
		path := "tables/aws_elb/day=2026-01-01/g000001/" + name + ".parquet"
		l.put(t, path)
		return path
	}
	l.trash(t, put("merged"), catalog.WasteMerged, now.Add(time.Hour))
	l.trash(t, put("overdue"), catalog.WasteMerged, now.Add(-time.Hour))
	l.trash(t, put("expired"), catalog.WasteExpired, now.Add(time.Hour))
	l.trash(t, "tables/aws_elb/day=2026-01-01/g000001/deleted.parquet", catalog.WasteMerged, now.Add(-time.Hour))
	l.trash(t, "tables/aws_elb/day=2026-01-01/g000002/not-put-yet.parquet", catalog.WasteUnfinished, now.Add(time.Hour))
	fail(t, l.catalog.Plan(t.Context(), catalog.Batch{ID: "b7", Table: "aws_elb", PlannedAt: now, Objects: []catalog.Object{{Key: "k", Size: 1}}}))
	fail(t, l.catalog.Stage(t.Context(), "b7", []string{put("staged"), "tables/aws_elb/day=2026-01-01/g000001/b7-1.parquet"}))
	r := l.check(t, true)
	if !r.Whole() || r.Staged.Files != 1 || r.Trash[catalog.WasteMerged].Files != 2 || r.Trash[catalog.WasteExpired].Files != 1 || r.Trash[catalog.WasteExpired].Bytes == 0 {
		t.Errorf("%+v", r)
	}
}

func TestADayThatWasRestoredIsFine(t *testing.T) {
	l := build(t)
	f := l.file(t)
	seen, err := l.catalog.Partition(t.Context(), f.Table, f.Day)
	fail(t, err)
	fail(t, l.catalog.Expire(t.Context(), catalog.Expiry{Seen: seen, Due: now.Add(time.Hour)}))
	expired := l.check(t, true)
	if trash := expired.Trash[catalog.WasteExpired]; !expired.Whole() || trash.Files != seen.Files || trash.Bytes != seen.Bytes {
		t.Errorf("expired: %+v", expired)
	}
	fail(t, l.catalog.Restore(t.Context(), f.Table, f.Day))
	if r := l.check(t, true); !r.Whole() || r.Rows != expired.Rows+seen.Rows {
		t.Errorf("restored: %+v", r)
	}
}
