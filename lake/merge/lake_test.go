package merge_test

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

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/catalog/embedded/embeddedtest"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

// testLake is a lake in a folder that is compacted, and then merged.
type testLake struct {
	testing.TB
	raw, files *raw.Folder
	store      *embedded.Store
	dir        string
	sources    []*source.Source
	enrich     *enrich.Set
	batch      int64

	mu    sync.Mutex
	clock time.Time

	// What a merge works with, for tests to replace.
	lakeStore raw.Store
	catalog   merge.Catalog
	target    int64
	input     int64
	group     int64
}

var day1 = time.Date(2026, 1, 30, 0, 0, 0, 0, time.UTC)

func newLake(t testing.TB) *testLake {
	t.Helper()
	l := &testLake{TB: t, dir: t.TempDir(), clock: day1.AddDate(0, 0, 5), sources: []*source.Source{logins("1")}, batch: 1}
	l.raw = openFolder(t, t.TempDir())
	l.open()
	return l
}

// open opens the folder and the catalog.
func (l *testLake) open() {
	l.Helper()
	l.files = openFolder(l, l.dir)
	l.store = embeddedtest.Open(l, filepath.Join(l.dir, "catalog.db"), l.now)
	l.heal()
}

func openFolder(t testing.TB, dir string) *raw.Folder {
	t.Helper()
	f, err := raw.CreateFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func (l *testLake) now() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock
}

func (l *testLake) pass(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.clock = l.clock.Add(d)
}

// heal makes the lake work without faults.
func (l *testLake) heal() { l.lakeStore, l.catalog = l.files, l.store }

// logins is a log with few columns.
func logins(version string, more ...source.Mapping) *source.Source {
	return &source.Source{
		Name: "logins", Title: "Logins", Version: version, Keys: []string{`^logins/`}, OwnID: true,
		Framing: raw.Framing{Kind: raw.JSON, Arrays: []string{"logins"}}, Divide: source.JSON,
		Map: append([]source.Mapping{
			{To: "@timestamp", From: "at"}, {To: "event.id", From: "id"}, {To: "user.name", From: "user"}, {To: "source.ip", From: "ip"},
			{To: "message", From: "text"},
		}, more...),
	}
}

// deliver puts an object of n logins, some seconds apart, and compacts it into a file of its own.
func (l *testLake) deliver(name string, from time.Time, n int, each time.Duration) {
	l.Helper()
	var records []string
	for i := range n {
		at := from.Add(time.Duration(i) * each)
		records = append(records, fmt.Sprintf(`{"at":%q,"id":"%s-%d","user":"user-%d","ip":"198.51.100.%d","text":"from %s","code":%d}`,
			at.Format(time.RFC3339Nano), name, i, i%7, i%200, name, i%5))
	}
	if _, err := l.raw.Put(l.Context(), "logins/"+name+".json", strings.NewReader(`{"logins":[`+strings.Join(records, ",")+`]}`)); err != nil {
		l.Fatal(err)
	}
	l.compact()
}

// compact loads what is new.
func (l *testLake) compact() {
	l.Helper()
	set, err := source.NewSet(l.sources...)
	if err != nil {
		l.Fatal(err)
	}
	report, err := compact.Run(context.WithoutCancel(l.Context()), compact.Config{
		Raw: l.raw, Lake: l.files, Catalog: l.store, Sources: set, Enrich: l.enrich, Work: filepath.Join(l.dir, "work", "compact"),
		Owner: "compaction", Now: l.now, Alive: func(string) bool { return false }, Workers: 1, BatchBytes: l.batch,
	}, compact.Selection{})
	if err != nil || report.Failed > 0 {
		l.Fatalf("compact: %v, %d failed", err, report.Failed)
	}
}

func (l *testLake) config() merge.Config {
	return merge.Config{
		Lake: l.lakeStore, Catalog: l.catalog, Work: filepath.Join(l.dir, "work", "merge"), Owner: "merge", Now: l.now,
		Alive: func(string) bool { return false }, Grace: 6 * time.Hour, Delay: time.Hour,
		TargetBytes: l.target, InputBytes: l.input, GroupBytes: l.group,
	}
}

// merge merges what gains, which must succeed and keep the rows, and checks the lake.
func (l *testLake) merge(sel merge.Selection) *merge.Report {
	l.Helper()
	before := l.rows()
	report, err := merge.Run(l.Context(), l.config(), sel)
	if err != nil {
		l.Fatal(err)
	}
	l.same(before)
	l.check()
	return report
}

// check makes sure that a lake at rest is whole.
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
	var known, stored []string
	for _, f := range l.catalogFiles("") {
		known = append(known, f.Path)
		if sum, err := raw.Checksum(ctx, l.files, f.Path); err != nil || sum != f.SHA256 {
			l.Errorf("%s has the checksum %s instead of %s (%v)", f.Path, sum, f.SHA256, err)
		}
	}
	wasted, err := l.store.Wasted(ctx)
	if err != nil {
		l.Fatal(err)
	}
	for _, w := range wasted {
		known = append(known, w.Path)
	}
	for o, err := range l.files.List(ctx, "tables/") {
		if err != nil {
			l.Fatal(err)
		}
		stored = append(stored, o.Key)
	}
	slices.Sort(known)
	for _, path := range stored {
		if _, ok := slices.BinarySearch(known, path); !ok {
			l.Errorf("neither the catalog nor the trash knows %s", path)
		}
	}
	for _, f := range l.catalogFiles("") {
		if _, ok := slices.BinarySearch(stored, f.Path); !ok {
			l.Errorf("%s is gone", f.Path)
		}
	}
	left, err := filepath.Glob(filepath.Join(l.dir, "work", "merge", "*"))
	if err != nil || len(left) > 0 {
		l.Errorf("%q are left over (%v)", left, err)
	}
}

func (l *testLake) catalogFiles(table string) []catalog.File {
	l.Helper()
	var q catalog.FileQuery
	if table != "" {
		q.Tables = []string{table}
	}
	files, err := l.store.Files(context.WithoutCancel(l.Context()), q)
	if err != nil {
		l.Fatal(err)
	}
	return files
}

// kept is copies of the files of tables, to be compared with what becomes of them.
type kept struct {
	dir    string
	tables map[string]bool
}

// rows keeps all tables as they are.
func (l *testLake) rows() kept {
	l.Helper()
	k := kept{l.TempDir(), map[string]bool{}}
	for i, f := range l.catalogFiles("") {
		data, err := os.ReadFile(l.files.Path(f.Path))
		if err != nil {
			l.Fatal(err)
		}
		k.tables[f.Table] = true
		if err := os.WriteFile(filepath.Join(k.dir, fmt.Sprintf("%s-%05d.parquet", f.Table, i)), data, 0o600); err != nil {
			l.Fatal(err)
		}
	}
	return k
}

// same makes sure that tables hold the rows that were kept, each as often.
func (l *testLake) same(k kept) {
	l.Helper()
	now := map[string]bool{}
	for _, f := range l.catalogFiles("") {
		now[f.Table] = true
	}
	if diff := cmp.Diff(k.tables, now); diff != "" {
		l.Fatalf("tables (-before +now):\n%s", diff)
	}
	for name := range k.tables {
		after := "SELECT * FROM " + l.from(name)
		before := fmt.Sprintf("(%s LIMIT 0) UNION ALL BY NAME SELECT * FROM read_parquet('%s/%s-*.parquet', union_by_name=true)", after, k.dir, name)
		for what, text := range map[string]string{
			"are missing": fmt.Sprintf("SELECT count(*) FROM ((%s) EXCEPT ALL (%s))", before, after),
			"are more":    fmt.Sprintf("SELECT count(*) FROM ((%s) EXCEPT ALL (%s))", after, before),
		} {
			if n := l.query(text)[0][0]; n != int64(0) {
				l.Errorf("of table %s %v rows %s", name, n, what)
			}
		}
	}
}

// from is a table's files for DuckDB.
func (l *testLake) from(table string) string {
	l.Helper()
	var paths []string
	for _, f := range l.catalogFiles(table) {
		paths = append(paths, "'"+l.files.Path(f.Path)+"'")
	}
	return "read_parquet([" + strings.Join(paths, ", ") + "], union_by_name=true, hive_partitioning=false)"
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
		l.Fatalf("%.300s: %v", text, err)
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

// put stores a raw object.
func (l *testLake) put(key string, body []byte) {
	l.Helper()
	if _, err := l.raw.Put(context.WithoutCancel(l.Context()), key, bytes.NewReader(body)); err != nil {
		l.Fatal(err)
	}
}

func (l *testLake) partitions() []catalog.Partition {
	l.Helper()
	all, err := l.store.Coverage(context.WithoutCancel(l.Context()), nil, "", "")
	if err != nil {
		l.Fatal(err)
	}
	return all
}

// fork is a lake of its own that is as this one is.
func (l *testLake) fork(t testing.TB) *testLake {
	t.Helper()
	f := &testLake{TB: t, raw: l.raw, dir: t.TempDir(), clock: l.now(), sources: l.sources, batch: l.batch, target: l.target, input: l.input, group: l.group}
	if err := os.CopyFS(filepath.Join(f.dir, "tables"), os.DirFS(filepath.Join(l.dir, "tables"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"catalog.db", "catalog.db-wal"} {
		data, err := os.ReadFile(filepath.Join(l.dir, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(f.dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f.open()
	return f
}
