package compact_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

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
	for _, columns := range []string{whole, events, timeless} {
		s.rows[columns] = sync.OnceValue(func() map[string][]string { return l.rows(columns) })
	}
	return s
}

// sameState compares a lake with one that nothing has disturbed. Where batches went on after one failed, another of
// several equal records may have been kept: the events are compared then.
func (l *testLake) sameState(want state, columns string) {
	l.Helper()
	got := l.state()
	if columns != whole {
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
