package retain_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/catalog/embedded/embeddedtest"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/retain"
	"github.com/hindcast/hindcast/lake/table"
	"github.com/hindcast/hindcast/lake/trash"
)

// start is what the clock of a lake shows when a test begins.
var start = time.Date(2026, 4, 1, 6, 30, 0, 0, time.UTC)

// Accounts of the events.
const (
	ours, theirs, nobodys = "111122223333", "444455556666", "999999999999"
)

// testLake is a lake in a folder: its catalog is SQLite, its files are Parquet.
type testLake struct {
	testing.TB
	dir   string
	store *embedded.Store
	files *raw.Folder
	clock time.Time
	began time.Time // from when on the clock goes on by itself; never if zero
	batch int

	// What an apply works with, for tests to replace.
	catalog retain.Store
	bucket  raw.Store
	classes retain.Classes
	delay   time.Duration
}

func newLake(t testing.TB, tables ...string) *testLake {
	t.Helper()
	l := openLake(t, t.TempDir())
	for _, name := range tables {
		l.must(l.store.EnsureTable(t.Context(), catalog.TableOf(name, name, schema(t))))
	}
	return l
}

// lakeIn is a copy of the lake in a folder.
func lakeIn(t testing.TB, dir string) *testLake {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return openLake(t, to)
}

func openLake(t testing.TB, dir string) *testLake {
	t.Helper()
	l := &testLake{TB: t, dir: dir, clock: start, delay: retain.DefaultDelay}
	var err error
	if l.files, err = raw.OpenFolder(l.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.files.Close() })
	l.store = embeddedtest.Open(t, filepath.Join(l.dir, "catalog.db"), l.now)
	l.heal()
	return l
}

// heal makes the lake work without faults.
func (l *testLake) heal() { l.catalog, l.bucket = l.store, l.files }

func (l *testLake) now() time.Time {
	if l.began.IsZero() {
		return l.clock
	}
	return l.clock.Add(time.Since(l.began))
}

func (l *testLake) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func schema(t testing.TB) *ecs.Schema {
	t.Helper()
	s, err := ecs.NewSchema(append(ecs.Common(), ecs.Field{Name: "named.accounts", Type: ecs.Strings, Kind: ecs.Account})...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// event is a row of a test: the minute of its day, and whose it is.
type event struct {
	minute  int
	account string
	named   []string
}

// events are so many of one account, a minute apart.
func events(n int, account string) []event {
	all := make([]event, n)
	for i := range all {
		all[i] = event{minute: i, account: account}
	}
	return all
}

// add writes a file of events and commits it, made from one raw object.
func (l *testLake) add(name, day string, rows ...event) catalog.File {
	l.Helper()
	l.batch++
	return l.addFrom(name, day, catalog.Object{Key: fmt.Sprintf("%s/%s/%d.log", name, day, l.batch), Size: 1000, ModTime: l.clock}, rows...)
}

func (l *testLake) addFrom(name, day string, from catalog.Object, rows ...event) catalog.File {
	l.Helper()
	l.batch++
	ctx, id := context.Background(), fmt.Sprintf("b%06d", l.batch)
	p, err := l.store.Partition(ctx, name, day)
	l.must(err)
	f := l.write(p, id, rows)
	l.must(l.store.Plan(ctx, catalog.Batch{ID: id, Table: name, MappingVersion: "1", PlannedAt: l.clock, Objects: []catalog.Object{from}}))
	n := int64(len(rows))
	l.must(l.store.Commit(ctx, catalog.Commit{
		Batch: id, Expect: []catalog.Partition{p}, Files: []catalog.File{f},
		Objects: []catalog.ObjectResult{{Object: from, Source: name, RawBytes: 10 * from.Size, Counts: catalog.Counts{RecordsIn: n, EventsOut: n}}},
	}))
	return f
}

func (l *testLake) write(p catalog.Partition, id string, rows []event) catalog.File {
	l.Helper()
	s := schema(l)
	b := ecs.NewBatch(s)
	midnight, err := time.Parse(time.DateOnly, p.Day)
	l.must(err)
	order := make([]int32, len(rows))
	for i, e := range rows {
		order[i] = int32(i)
		b.SetTime(s.Col("@timestamp"), midnight.Add(time.Duration(e.minute)*time.Minute).UnixMilli())
		b.SetString(s.Col("event.id"), fmt.Appendf(nil, "%s-%d", id, i))
		if e.account != "" {
			b.SetString(s.Col("cloud.account.id"), []byte(e.account))
		}
		for _, named := range e.named {
			b.Append(s.Col("named.accounts"), []byte(named))
		}
		b.Commit()
	}
	slices.SortStableFunc(order, func(a, b int32) int { return rows[a].minute - rows[b].minute })
	var file bytes.Buffer
	info, err := table.Write(&file, b, order, table.Options{})
	l.must(err)
	key := path.Join("tables", p.Table, "day="+p.Day, fmt.Sprintf("g%06d", p.Generation), id+"-0.parquet")
	_, err = l.files.Put(context.Background(), key, &file)
	l.must(err)
	return catalog.File{
		Table: p.Table, Day: p.Day, Generation: p.Generation, Path: key, Batch: id, Rows: info.Rows, Bytes: info.Bytes, SHA256: info.SHA256,
		MinTime: time.UnixMilli(info.MinTime).UTC(), MaxTime: time.UnixMilli(info.MaxTime).UTC(),
	}
}

func (l *testLake) keeper() *retain.Keeper {
	return retain.NewKeeper(l.catalog, l.bucket, "", l.now)
}

// keep sets a policy.
func (l *testLake) keep(name string, days int) {
	l.Helper()
	l.must(l.store.SetPolicy(context.Background(), catalog.Policy{Table: name, Keep: days}))
}

// hold adds a hold.
func (l *testLake) hold(h catalog.Hold) []retain.Awaiting {
	l.Helper()
	back, err := l.keeper().AddHold(context.Background(), l.catalog, h)
	l.must(err)
	return back
}

func (l *testLake) tryApply() (*retain.Applied, error) {
	return l.keeper().Apply(context.Background(), retain.Config{
		Store: l.catalog, Owner: "test", Delay: l.delay, Classes: l.classes,
		Empty: func(ctx context.Context) (retain.Deleted, error) {
			if c, ok := l.catalog.(trash.Catalog); ok {
				r, err := trash.Empty(ctx, c, l.bucket)
				return retain.Deleted{Files: r.Files, Bytes: r.Bytes}, err
			}
			return retain.Deleted{}, fmt.Errorf("%T has no trash", l.catalog)
		},
	})
}

func (l *testLake) apply() *retain.Applied {
	l.Helper()
	a, err := l.tryApply()
	l.must(err)
	l.balanced()
	return a
}

func (l *testLake) plan() *retain.Plan {
	l.Helper()
	p, err := l.keeper().Plan(context.Background(), l.store, l.prices())
	l.must(err)
	return p
}

func (l *testLake) prices() retain.Prices {
	l.Helper()
	p, err := retain.PricesOf("us-east-1")
	l.must(err)
	return p
}

// balanced fails the test unless the books balance and the catalog's files are there.
func (l *testLake) balanced() {
	l.Helper()
	found, err := l.store.Audit(context.Background())
	l.must(err)
	for _, f := range found {
		l.Errorf("the books do not balance: %+v", f)
	}
	files, err := l.store.Files(context.Background(), catalog.FileQuery{})
	l.must(err)
	for _, f := range files {
		if o, err := l.files.Stat(context.Background(), f.Path); err != nil || o.Size != f.Bytes {
			l.Errorf("%s: %v, %v", f.Path, o, err)
		}
	}
}

// days are the days of a table that have rows, with how many.
func (l *testLake) days(name string) map[string]int64 {
	l.Helper()
	partitions, err := l.store.Partitions(context.Background(), name, "", "")
	l.must(err)
	rows := map[string]int64{}
	for _, p := range partitions {
		rows[p.Day] = p.Rows
	}
	return rows
}

// stored are the keys of the files in the lake.
func (l *testLake) stored() (keys []string) {
	l.Helper()
	for o, err := range l.files.List(context.Background(), "tables/") {
		l.must(err)
		keys = append(keys, o.Key)
	}
	return keys
}

func dayNames(days []retain.Day) (names []string) {
	for _, d := range days {
		names = append(names, d.Table+" "+d.Day)
	}
	return names
}

// dice are the same in every run.
func dice() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
