package server_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hindcast/hindcast/api/answer"
	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/table"
)

// The lake of these tests: two tables of 40 events an hour apart from noon of the first day on. Every fourth event of
// either has the attacker's address. The flow logs lack the second day.
const (
	attacker   = "198.51.100.7"
	bystander  = "192.0.2.33"
	perTable   = 40
	attacks    = 2*(perTable/4) - missedDay
	missedDay  = 6 // of the attacker's flows fall on the day that is not there
	firstDay   = "2026-01-10"
	absentDay  = "2026-01-11"
	trailTable = "aws_cloudtrail"
	flowTable  = "aws_vpcflow"
)

var noon = time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)

type lake struct {
	dir   string
	store *embedded.Store
}

func newLake(t *testing.T) lake {
	t.Helper()
	dir := t.TempDir()
	store, err := embedded.Open(context.Background(), filepath.Join(dir, "catalog.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	l := lake{dir: dir, store: store}
	l.fill(t, trailTable, "")
	l.fill(t, flowTable, absentDay)
	return l
}

// correlator answers from the lake with the real engine.
func (l lake) correlator(t *testing.T) *answer.Correlator {
	t.Helper()
	e, err := duckdb.Open(l.dir, duckdb.Options{Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return answer.New(correlate.NewPlanner(l.store), correlate.NewRunner(e, time.Now), "duckdb")
}

func (l lake) fill(t *testing.T, name, without string) {
	t.Helper()
	ctx := context.Background()
	schema, err := ecs.NewSchema(ecs.Common()...)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.store.EnsureTable(ctx, catalog.TableOf(name, "events of "+name, schema)); err != nil {
		t.Fatal(err)
	}
	byDay := map[string]*ecs.Batch{}
	for i := range perTable {
		at := noon.Add(time.Duration(i) * time.Hour)
		if day := catalog.Day(at); day != without {
			if byDay[day] == nil {
				byDay[day] = ecs.NewBatch(schema)
			}
			addEvent(byDay[day], name, i, at)
		}
	}
	for day, batch := range byDay {
		l.commit(t, name, day, batch)
	}
}

func addEvent(b *ecs.Batch, name string, i int, at time.Time) {
	s := b.Schema()
	text := func(field, value string) { b.SetString(s.Col(field), []byte(value)) }
	ip := bystander
	if i%4 == 0 {
		ip = attacker
	}
	b.SetTime(s.Col("@timestamp"), at.UnixMilli())
	b.SetTime(s.Col("event.ingested"), noon.UnixMilli())
	text("event.id", fmt.Sprintf("%s-%03d", name, i))
	text("event.kind", "event")
	text("event.action", []string{"ListBuckets", "GetObject", "RunInstances"}[i%3])
	text("event.outcome", "success")
	text("event.provider", "s3.amazonaws.com")
	text("user.name", "mallory")
	text("source.ip", ip)
	text("cloud.account.id", "111122223333")
	text("cloud.region", "eu-central-1")
	text("log.file.path", "AWSLogs/"+name+".json.gz")
	b.SetInt(s.Col("log.offset"), int64(i*1000))
	b.Append(s.Col("related.ip"), []byte(ip))
	b.Append(s.Col("related.user"), []byte("mallory"))
	b.Commit()
}

func (l lake) commit(t *testing.T, name, day string, b *ecs.Batch) {
	t.Helper()
	ctx := context.Background()
	id := name + day
	rows := make([]int32, b.Rows())
	for i := range rows {
		rows[i] = int32(i)
	}
	var file bytes.Buffer
	info, err := table.Write(&file, b, rows, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	path := fmt.Sprintf("tables/%s/day=%s/g000001/%s-0.parquet", name, day, id)
	if err := os.MkdirAll(filepath.Dir(filepath.Join(l.dir, path)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(l.dir, path), file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	object := catalog.Object{Key: id, Size: 1, ETag: "x"}
	if err := l.store.Plan(ctx, catalog.Batch{ID: id, Table: name, MappingVersion: "1", PlannedAt: noon, Objects: []catalog.Object{object}}); err != nil {
		t.Fatal(err)
	}
	seen, err := l.store.Partition(ctx, name, day)
	if err != nil {
		t.Fatal(err)
	}
	err = l.store.Commit(ctx, catalog.Commit{
		Batch: id, Expect: []catalog.Partition{seen},
		Files: []catalog.File{{
			Table: name, Day: day, Generation: 1, Path: path, Batch: id, Rows: info.Rows, Bytes: info.Bytes, SHA256: info.SHA256,
			MinTime: time.UnixMilli(info.MinTime).UTC(), MaxTime: time.UnixMilli(info.MaxTime).UTC(),
		}},
		Objects: []catalog.ObjectResult{{Object: object, Source: name, Counts: catalog.Counts{RecordsIn: info.Rows, EventsOut: info.Rows}}},
	})
	if err != nil {
		t.Fatal(err)
	}
}
