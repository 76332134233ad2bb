package trinotest_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/engine/trinotest"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

// busy is a day of CloudTrail in a lake, as a compaction leaves it, or a merge.
type busy struct {
	testing.TB
	dir   string
	files *raw.Folder
	store *embedded.Store
	now   time.Time
}

const (
	busyEvents = 200_000
	busyTarget = 5 << 20
	busyGroup  = 12 << 20 // memory of a row group's rows: a merged day is several of them
)

func newBusy(t testing.TB) *busy {
	t.Helper()
	b := &busy{TB: t, dir: t.TempDir(), now: simulate.DefaultEnd().AddDate(0, 0, 3)}
	from := b.folder(t.TempDir())
	_, err := simulate.CloudTrail(t.Context(), busyEvents, 1, func(key string, body []byte) error {
		_, err := from.Put(t.Context(), key, bytes.NewReader(body))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b.files = b.folder(b.dir)
	if b.store, err = embedded.Open(t.Context(), filepath.Join(t.TempDir(), "catalog.db"), b.clock); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	set, err := source.NewSet(builtin.Sources()...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := compact.Run(t.Context(), compact.Config{
		Raw: from, Lake: b.files, Catalog: b.store, Sources: set, Work: t.TempDir(), Owner: "test", Now: b.clock, Workers: 2, BatchBytes: 4 << 20,
	}, compact.Selection{}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *busy) folder(dir string) *raw.Folder {
	b.Helper()
	f, err := raw.OpenFolder(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	return f
}

func (b *busy) clock() time.Time { return b.now }

func (b *busy) merge() {
	b.Helper()
	b.now = b.now.Add(24 * time.Hour)
	if _, err := merge.Run(b.Context(), merge.Config{
		Lake: b.files, Catalog: b.store, Work: b.TempDir(), Owner: "test", Now: b.clock, GroupBytes: busyGroup, TargetBytes: busyTarget,
	}, merge.Selection{}); err != nil {
		b.Fatal(err)
	}
}

// Tables and Files are those that a lake shows.
func (b *busy) Tables(ctx context.Context) ([]catalog.Table, error) { return b.store.Tables(ctx) }

func (b *busy) Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error) {
	return b.store.Files(ctx, q)
}

// pruning is one way to ask for little of a day.
type pruning struct {
	name, where string
	off         string // the session property that turns off what prunes, and its value; "" for none
}

const (
	busyDay     = "day = '2026-01-31'"
	busyColumns = "SELECT count(*), count(event_action), count(user_name), count(unmapped) FROM aws_cloudtrail WHERE " + busyDay
)

func TestTrinoPrunes(t *testing.T) {
	b := newBusy(t)
	w := show(t, b, b.dir)
	var out strings.Builder
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "files\tpredicate\twithout\trows read\tMB, says Trino\tMB fetched\tGETs\tsplits")
	w.prune(t, table, trinotest.Glue, "as compacted")
	b.merge()
	w.refresh(t, b)
	w.prune(t, table, trinotest.Glue, "merged")
	w.Describe(t, w.all, w.files)
	w.prune(t, table, trinotest.Plain, "merged, by folder")
	if err := table.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d events of a day in files of %s\n%s", busyEvents, sizes(w.files), out.String())
}

func sizes(files []catalog.File) string {
	var each []string
	for _, f := range files {
		each = append(each, fmt.Sprintf("%.1f MB", mb(f.Bytes)))
	}
	return strings.Join(each, ", ")
}

func (w *shown) prune(t *testing.T, table *tabwriter.Writer, in, layout string) {
	t.Helper()
	id := w.ask(t, "SELECT max_by(event_id, timestamp) FROM aws_cloudtrail WHERE "+busyDay)[0][0].(string)
	ip := w.ask(t, "SELECT min_by(source_ip, n) FROM (SELECT source_ip, count(*) AS n FROM aws_cloudtrail WHERE "+busyDay+
		" AND source_ip IS NOT NULL GROUP BY source_ip)")[0][0].(string)
	file := w.files[0]
	cases := []pruning{
		{name: "the day alone"},
		{name: "event_id is one of them", where: " AND event_id = '" + id + "'", off: "parquet_use_bloom_filter=false"},
		{name: "event_id is another", where: " AND event_id = '7e57ab1e-0000-4000-8000-000000000000'", off: "parquet_use_bloom_filter=false"},
		{name: "source_ip is a rare one", where: " AND source_ip = '" + ip + "'"},
		{name: "related_ip has it", where: " AND contains(related_ip, '" + ip + "')"},
		{name: "an hour", off: "parquet_ignore_statistics=true",
			where: " AND timestamp >= TIMESTAMP '2026-01-31 10:00:00' AND timestamp < TIMESTAMP '2026-01-31 11:00:00'"},
		{name: `"$path" is one of the files`, where: ` AND "$path" = 's3://` + trinotest.Bucket + "/" + file.Path + "'"},
	}
	if in == trinotest.Plain { // which is there to be compared
		cases = []pruning{cases[0], cases[2], cases[5], cases[6]}
	}
	for _, p := range cases {
		rows := w.compare(t, table, layout, in, p)
		if strings.Contains(p.where, "$path") && rows != file.Rows {
			t.Errorf("%s: %d rows are read of one file, which has %d", layout, rows, file.Rows)
		}
	}
}

// compare runs a statement with and without what prunes: the answer is the same.
func (w *shown) compare(t *testing.T, table *tabwriter.Writer, layout, in string, p pruning) (rows int64) {
	t.Helper()
	on := w.measured(t, table, layout, in, p, nil)
	if p.off == "" {
		return on.Stats.Rows
	}
	name, value, _ := strings.Cut(p.off, "=")
	off := w.measured(t, table, layout, in, p, map[string]string{in + "." + name: value})
	if diff := cmp.Diff(off.Rows, on.Rows); diff != "" {
		t.Errorf("%s, %s: pruning changes the answer (-off +on)\n%s", layout, p.name, diff)
	}
	if on.Stats.Rows >= off.Stats.Rows {
		t.Errorf("%s, %s: %d rows are read of %d without %s", layout, p.name, on.Stats.Rows, off.Stats.Rows, name)
	}
	return on.Stats.Rows
}

func (w *shown) measured(t *testing.T, table *tabwriter.Writer, layout, in string, p pruning, session map[string]string) *trinotest.Answer {
	t.Helper()
	w.Fetched()
	a, err := w.Run(t.Context(), trinotest.Ask{SQL: busyColumns + p.where, Catalog: in, Session: session})
	if err != nil {
		t.Fatalf("%s: %v", p.where, err)
	}
	f, without := w.Fetched(), ""
	if session != nil {
		without = map[string]string{
			"parquet_use_bloom_filter=false": "bloom filters", "parquet_ignore_statistics=true": "statistics",
		}[p.off]
	}
	fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%.2f\t%.2f\t%d\t%d\n", layout, p.name, without, a.Stats.Rows, mb(a.Stats.Bytes), mb(f.Bytes), f.Gets, a.Stats.Splits)
	return a
}

func mb(bytes int64) float64 { return float64(bytes) / 1e6 }
