// Package catalogtest checks that a store keeps the contract of package catalog.
package catalogtest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
)

// Database makes an empty database and returns what opens a store on it. Opening it again opens the same database, as
// another process would. It cleans up by t.
type Database func(t *testing.T) (open func(clock func() time.Time) catalog.Store)

// Run checks a store. Every case gets a database of its own.
func Run(t *testing.T, database Database) {
	t.Helper()
	RunPublished(t, database)
	runGroups(t, database, []group{{"publications", publicationCases}})
}

// RunPublished checks a store that publishes the lake by itself: it keeps all of the contract but for the part by which
// it does so.
func RunPublished(t *testing.T, database Database) {
	t.Helper()
	runGroups(t, database, []group{
		{"tables", tableCases}, {"ledger", ledgerCases}, {"commit", commitCases}, {"files", fileCases}, {"sizes", sizeCases},
		{"books", bookCases}, {"quarantine", quarantineCases}, {"leases", leaseCases}, {"workers", workerCases},
		{"trash", trashCases}, {"merges", mergeCases},
		{"policies", policyCases}, {"expiry", expiryCases}, {"work", workCases}, {"claims", claimCases}, {"spending", spendingCases},
	})
}

// group is sentences about one part of the contract.
type group struct {
	name  string
	cases []sentence
}

func runGroups(t *testing.T, database Database, groups []group) {
	t.Helper()
	for _, group := range groups {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.cases {
				t.Run(c.says, func(t *testing.T) {
					clock := &Clock{now: start}
					open := database(t)
					c.holds(&lake{T: t, ctx: t.Context(), clock: clock, open: open, Store: open(clock.Now)})
				})
			}
		})
	}
}

// sentence is a behaviour and the check that it holds.
type sentence struct {
	says  string
	holds func(*lake)
}

var start = time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)

// Clock is a clock that stands still until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move moves the clock.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// lake is a case's store and what makes commits for it.
type lake struct {
	*testing.T
	catalog.Store
	ctx   context.Context
	clock *Clock
	open  func(clock func() time.Time) catalog.Store
}

// reopen opens the database again, as another process would.
func (l *lake) reopen() *lake {
	again := *l
	again.Store = l.open(l.clock.Now)
	return &again
}

func (l *lake) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func (l *lake) same(what string, got, want any) {
	l.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		l.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// table is the table that all cases write to.
const table = "aws_cloudtrail"

func (l *lake) withTable() *lake {
	l.Helper()
	l.must(l.EnsureTable(l.ctx, tableOf(table)))
	return l
}

func tableOf(name string) catalog.Table {
	return catalog.Table{Name: name, Doc: "events", Columns: []catalog.Column{
		{Name: "timestamp", ECS: "@timestamp", Type: ecs.Time, Doc: "when it happened"},
		{Name: "source_ip", ECS: "source.ip", Type: ecs.String, Kind: ecs.IP},
	}}
}

func batchOf(id string, keys ...string) catalog.Batch {
	b := catalog.Batch{ID: id, Table: table, MappingVersion: "1", PlannedAt: start}
	for _, k := range keys {
		b.Objects = append(b.Objects, objectOf(k))
	}
	return b
}

func objectOf(key string) catalog.Object {
	return catalog.Object{Key: key, Size: 100, ModTime: start.Add(-time.Hour), ETag: "etag-" + key}
}

// commitOf commits the batch with a file of ten rows a day, from the partitions as they are now. The first object
// gave all events; each object has a duplicate besides.
func (l *lake) commitOf(b catalog.Batch, days ...string) catalog.Commit {
	l.Helper()
	c := catalog.Commit{Batch: b.ID}
	for _, day := range days {
		p, err := l.Partition(l.ctx, b.Table, day)
		l.must(err)
		c.Expect = append(c.Expect, p)
		c.Files = append(c.Files, fileOf(b, p, 10))
	}
	for i, o := range b.Objects {
		r := catalog.ObjectResult{Object: o, Source: b.Table, SHA256: "sha-" + o.Key, RawBytes: 1000}
		r.Counts = catalog.Counts{RecordsIn: 1, Duplicates: 1}
		if i == 0 {
			r.EventsOut = int64(10 * len(days))
			r.RecordsIn += r.EventsOut
		}
		c.Objects = append(c.Objects, r)
	}
	return c
}

// fileOf is the file of a batch in a partition. Its events are between 10:00 and 11:00.
func fileOf(b catalog.Batch, p catalog.Partition, rows int) catalog.File {
	day, _ := time.Parse(time.DateOnly, p.Day)
	return catalog.File{
		Table: p.Table, Day: p.Day, Generation: p.Generation, Batch: b.ID,
		Path: fmt.Sprintf("tables/%s/day=%s/g%06d/%s-1.parquet", p.Table, p.Day, p.Generation, b.ID),
		Rows: int64(rows), Bytes: int64(100 * rows), SHA256: "sha-" + b.ID,
		MinTime: day.Add(10 * time.Hour), MaxTime: day.Add(11 * time.Hour),
	}
}

// convert plans a batch and commits it.
func (l *lake) convert(b catalog.Batch, days ...string) {
	l.Helper()
	l.must(l.Plan(l.ctx, b))
	l.must(l.Commit(l.ctx, l.commitOf(b, days...)))
}

// paths are the paths of all files of the lake.
func (l *lake) paths() (paths []string) {
	l.Helper()
	files, err := l.Files(l.ctx, catalog.FileQuery{})
	l.must(err)
	for _, f := range files {
		paths = append(paths, f.Path)
	}
	return paths
}

// unfinished are the ids of the unfinished batches.
func (l *lake) unfinished() []string {
	l.Helper()
	batches, err := l.Unfinished(l.ctx)
	l.must(err)
	ids := make([]string, 0, len(batches))
	for _, b := range batches {
		ids = append(ids, b.ID)
	}
	return ids
}

// balanced makes sure that the books balance.
func (l *lake) balanced() {
	l.Helper()
	findings, err := l.Audit(l.ctx)
	l.must(err)
	if len(findings) > 0 {
		l.Fatalf("the books do not balance: %v", findings)
	}
}

// rows is how many rows all files have.
func (l *lake) rows() (n int64) {
	l.Helper()
	files, err := l.Files(l.ctx, catalog.FileQuery{})
	l.must(err)
	for _, f := range files {
		n += f.Rows
	}
	return n
}

func keysOf(objects map[string]catalog.ObjectResult) []string {
	keys := make([]string, 0, len(objects))
	for k := range objects {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
