package compact_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

// testLake is a lake in a folder, beside the folder of the raw objects that it is made from.
type testLake struct {
	testing.TB
	raw, files *raw.Folder
	store      *embedded.Store
	dir        string
	clock      time.Time
	puts       int // of raw objects: each is written a minute after the one before

	// What a run works with, for tests to replace.
	rawBucket raw.Bucket
	lakeStore raw.Store
	catalog   compact.Catalog
	sources   []*source.Source
	workers   int
	batch     int64
	buffer    int64
	owner     string
}

// planned is the time that the clock shows when a test begins: the event.ingested of all rows.
var planned = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

// newLake makes an empty lake. A batch takes one object, unless the test says otherwise.
func newLake(t testing.TB) *testLake {
	t.Helper()
	return lakeOver(t, openFolder(t, t.TempDir()))
}

// lakeOver makes an empty lake for raw objects that are there.
func lakeOver(t testing.TB, rawFolder *raw.Folder) *testLake {
	t.Helper()
	return openLake(t, rawFolder, t.TempDir())
}

// openLake opens the lake in a folder.
func openLake(t testing.TB, rawFolder *raw.Folder, dir string) *testLake {
	t.Helper()
	l := &testLake{TB: t, raw: rawFolder, dir: dir, clock: planned, sources: []*source.Source{logins("1"), visits("1")}, workers: 1, batch: 1, owner: "test"}
	l.files = openFolder(t, l.dir)
	store, err := embedded.Open(t.Context(), filepath.Join(l.dir, "catalog.db"), func() time.Time { return l.clock })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	l.store = store
	l.heal()
	return l
}

// heal makes the lake work without faults.
func (l *testLake) heal() { l.rawBucket, l.lakeStore, l.catalog = l.raw, l.files, l.store }

func openFolder(t testing.TB, dir string) *raw.Folder {
	t.Helper()
	f, err := raw.CreateFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// config is what a run works with. Whoever has held the lease before is dead.
func (l *testLake) config() compact.Config {
	l.Helper()
	return compact.Config{
		Raw: l.rawBucket, Lake: l.lakeStore, Catalog: l.catalog, Sources: l.set(), Work: filepath.Join(l.dir, "work"),
		Owner: l.owner, Now: func() time.Time { return l.clock }, Alive: func(string) bool { return false },
		Workers: l.workers, BatchBytes: l.batch, BufferBytes: l.buffer,
	}
}

func (l *testLake) set() *source.Set {
	l.Helper()
	set, err := source.NewSet(l.sources...)
	if err != nil {
		l.Fatal(err)
	}
	return set
}

// put stores a raw object, packed if its key says so.
func (l *testLake) put(key, text string) {
	l.Helper()
	body := []byte(text)
	if strings.HasSuffix(key, ".gz") {
		body = pack(l, text)
	}
	l.putBytes(key, body)
}

func (l *testLake) putBytes(key string, body []byte) {
	l.Helper()
	if _, err := l.raw.Put(l.Context(), key, bytes.NewReader(body)); err != nil {
		l.Fatal(err)
	}
	l.puts++
	written := day1.AddDate(0, 0, 2).Add(time.Duration(l.puts)*time.Minute + 123_456_789) // as finely as folders keep it
	if err := os.Chtimes(l.raw.Path(key), written, written); err != nil {
		l.Fatal(err)
	}
}

func pack(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// run compacts all that is new, which must succeed, and checks the lake.
func (l *testLake) run() *compact.Report {
	l.Helper()
	return l.selected(compact.Selection{})
}

func (l *testLake) selected(sel compact.Selection) *compact.Report {
	l.Helper()
	report, err := compact.Run(l.Context(), l.config(), sel)
	if err != nil {
		l.Fatalf("run: %v", err)
	}
	l.check()
	return report
}

// broken compacts with faults that must make the run fail.
func (l *testLake) broken() error {
	l.Helper()
	_, err := compact.Run(l.Context(), l.config(), compact.Selection{})
	if err == nil {
		l.Fatal("the run succeeded, in spite of its faults")
	}
	return err
}

// check makes sure that a lake at rest is whole: the books balance, the catalog's files are the lake's, their rows are
// as many as is said and lie on their day, and nothing is left over.
func (l *testLake) check() {
	l.Helper()
	ctx := context.WithoutCancel(l.Context())
	found, err := l.store.Audit(ctx)
	if err != nil {
		l.Fatal(err)
	}
	for _, f := range found {
		l.Errorf("audit: %s %s %s %s: %s", f.Table, f.Batch, f.Object, f.Day, f.Text)
	}
	unfinished, err := l.store.Unfinished(ctx)
	if err != nil || len(unfinished) > 0 {
		l.Errorf("%d batches are unfinished (%v)", len(unfinished), err)
	}
	if diff := cmp.Diff(l.known(ctx), l.stored(ctx)); diff != "" {
		l.Errorf("files that the catalog knows (-) and that the lake has (+):\n%s", diff)
	}
	left, err := os.ReadDir(filepath.Join(l.dir, "work"))
	if err != nil && !os.IsNotExist(err) {
		l.Fatal(err)
	}
	for _, e := range left {
		l.Errorf("work/%s is left over", e.Name())
	}
	l.checkRows(ctx)
}

// known are the paths that the catalog refers to.
func (l *testLake) known(ctx context.Context) []string {
	l.Helper()
	var paths []string
	for _, f := range l.catalogFiles(ctx) {
		paths = append(paths, f.Path)
	}
	rejected, err := l.store.Quarantined(ctx, catalog.QuarantineFilter{})
	if err != nil {
		l.Fatal(err)
	}
	for _, q := range rejected {
		paths = append(paths, q.Path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

func (l *testLake) catalogFiles(ctx context.Context) []catalog.File {
	l.Helper()
	files, err := l.store.Files(ctx, catalog.FileQuery{})
	if err != nil {
		l.Fatal(err)
	}
	return files
}

// stored are the keys of the files in the lake.
func (l *testLake) stored(ctx context.Context) []string {
	l.Helper()
	var keys []string
	for _, prefix := range []string{"quarantine/", "tables/"} {
		for o, err := range l.files.List(ctx, prefix) {
			if err != nil {
				l.Fatal(err)
			}
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// checkRows compares the files with what the catalog says of them.
func (l *testLake) checkRows(ctx context.Context) {
	l.Helper()
	files := l.catalogFiles(ctx)
	if len(files) == 0 {
		return
	}
	type counted struct {
		Rows int64
		Days string
	}
	want, got := map[string]counted{}, map[string]counted{}
	for _, f := range files {
		sum, err := raw.Checksum(ctx, l.files, f.Path)
		if err != nil || sum != f.SHA256 {
			l.Errorf("%s has the checksum %s instead of %s (%v)", f.Path, sum, f.SHA256, err)
		}
		want[f.Path] = counted{f.Rows, f.Day + " " + f.Day}
	}
	rows := l.query(`SELECT filename, count(*), strftime(min(timestamp), '%Y-%m-%d ') || strftime(max(timestamp), '%Y-%m-%d')
		FROM read_parquet(` + l.list(files) + `, filename=true, union_by_name=true) GROUP BY ALL`)
	for _, r := range rows {
		path, err := filepath.Rel(l.dir, r[0].(string))
		if err != nil {
			l.Fatal(err)
		}
		got[filepath.ToSlash(path)] = counted{r[1].(int64), r[2].(string)}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		l.Errorf("rows of files as the catalog has them (-) and as DuckDB reads them (+):\n%s", diff)
	}
}

// list is files as a list of DuckDB's.
func (l *testLake) list(files []catalog.File) string {
	quoted := make([]string, len(files))
	for i, f := range files {
		quoted[i] = "'" + strings.ReplaceAll(l.files.Path(f.Path), "'", "''") + "'"
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// from is a table's files for a query, all of whose columns there are; empty when there are none.
func (l *testLake) from(name string) string {
	l.Helper()
	files, err := l.store.Files(context.WithoutCancel(l.Context()), catalog.FileQuery{Tables: []string{name}})
	if err != nil {
		l.Fatal(err)
	}
	if len(files) == 0 {
		return ""
	}
	return " FROM read_parquet(" + l.list(files) + ", union_by_name=true, hive_partitioning=true) t "
}

// table reads columns of a table's rows, sorted by them.
func (l *testLake) table(name, columns string) [][]any {
	l.Helper()
	from := l.from(name)
	if from == "" {
		return nil
	}
	return l.query("SELECT " + columns + from + "ORDER BY ALL")
}

// whole is the columns that tell rows apart; events leaves out which of several equal records a row was made from.
const (
	whole  = "CAST(to_json(t) AS VARCHAR)"
	events = "CAST(to_json(struct_pack(a := COLUMNS(t.* EXCLUDE (log_file_path, log_offset)))) AS VARCHAR)"
)

// rows are tables as text, sorted: equal texts are equal lakes, however their rows are divided into files.
func (l *testLake) rows(columns string) map[string][]string {
	l.Helper()
	tables, err := l.store.Tables(context.WithoutCancel(l.Context()))
	if err != nil {
		l.Fatal(err)
	}
	all := map[string][]string{}
	for _, t := range tables {
		for _, r := range l.table(t.Name, columns) {
			all[t.Name] = append(all[t.Name], r[0].(string))
		}
	}
	return all
}

var duck = sync.OnceValues(func() (*sql.DB, error) { return sql.Open("duckdb", "") })

func (l *testLake) query(text string) (all [][]any) {
	l.Helper()
	db, err := duck()
	if err != nil {
		l.Fatal(err)
	}
	rows, err := db.QueryContext(context.WithoutCancel(l.Context()), text)
	if err != nil {
		l.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		l.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			l.Fatal(err)
		}
		all = append(all, values)
	}
	if err := rows.Err(); err != nil {
		l.Fatal(err)
	}
	return all
}

// objects are the ledger's entries of all raw objects, by key.
func (l *testLake) objects() map[string]catalog.ObjectResult {
	l.Helper()
	ctx := context.WithoutCancel(l.Context())
	var keys []string
	for o, err := range l.raw.List(ctx, "") {
		if err != nil {
			l.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	seen, err := l.store.Seen(ctx, keys)
	if err != nil {
		l.Fatal(err)
	}
	return seen
}

// counts are what became of the records of one object.
func (l *testLake) counts(key string) catalog.Counts {
	l.Helper()
	o, ok := l.objects()[key]
	if !ok {
		l.Fatalf("the ledger does not know %s", key)
	}
	return o.Counts
}

// state is what a lake holds and knows, without the names of batches.
type state struct {
	Files      []string // with their checksums: equal files need not be read
	Objects    map[string]catalog.Counts
	Quarantine []string
	rows       map[string]func() map[string][]string // by columns
}

// state must be called when the lake is whole; rows are read when they are asked for.
func (l *testLake) state() state {
	l.Helper()
	ctx := context.WithoutCancel(l.Context())
	s := state{Objects: map[string]catalog.Counts{}, rows: map[string]func() map[string][]string{}}
	for _, f := range l.catalogFiles(ctx) {
		s.Files = append(s.Files, f.Path+" "+f.SHA256)
	}
	for key, o := range l.objects() {
		s.Objects[key] = o.Counts
	}
	rejected, err := l.store.Quarantined(ctx, catalog.QuarantineFilter{})
	if err != nil {
		l.Fatal(err)
	}
	for _, q := range rejected {
		s.Quarantine = append(s.Quarantine, fmt.Sprintf("%s: %s at %d of %s: %s", q.Table, q.State, q.Offset, q.Object, q.Reason))
	}
	slices.Sort(s.Quarantine)
	for _, columns := range []string{whole, events} {
		s.rows[columns] = sync.OnceValue(func() map[string][]string { return l.rows(columns) })
	}
	return s
}

// sameState compares a lake with one that nothing has disturbed. Where batches went on after one failed, another of
// several equal records may have been kept: the events are compared then.
func (l *testLake) sameState(want state, columns string) {
	l.Helper()
	got := l.state()
	if columns == events {
		want.Objects, got.Objects = sum(want.Objects), sum(got.Objects)
	}
	if !slices.Equal(want.Files, got.Files) {
		l.sameRows(want.rows[columns](), got.rows[columns]())
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(state{}, "Files", "rows")); diff != "" {
		l.Errorf("a lake that nothing has disturbed (-), and this one (+):\n%s", diff)
	}
}

func sum(objects map[string]catalog.Counts) map[string]catalog.Counts {
	var all catalog.Counts
	for _, c := range objects {
		all = all.Add(c)
	}
	return map[string]catalog.Counts{"all": all}
}

// sameRows compares tables, and shows some of the rows that differ.
func (l *testLake) sameRows(want, got map[string][]string) {
	l.Helper()
	for name := range want {
		missing, more := less(want[name], got[name]), less(got[name], want[name])
		if len(missing)+len(more) > 0 || len(want[name]) != len(got[name]) {
			l.Errorf("table %s has %d rows instead of %d; %d are missing and %d are more, such as\n%.600q\n%.600q",
				name, len(got[name]), len(want[name]), len(missing), len(more), first(missing), first(more))
		}
	}
}

// less are the texts of a that b has not, or not as often.
func less(a, b []string) (rest []string) {
	count := map[string]int{}
	for _, s := range b {
		count[s]++
	}
	for _, s := range a {
		if count[s]--; count[s] < 0 {
			rest = append(rest, s)
		}
	}
	return rest
}

func first(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}
