package publish_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/catalog/embedded/embeddedtest"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/catalog/glue/gluefake"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/publish"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
	"github.com/hindcast/hindcast/lake/view"
)

const (
	root     = "s3://bucket/lake"
	database = "hindcast"
	table    = "aws_elb"
)

// world is a lake, and a Glue that it may be published to.
type world struct {
	testing.TB
	files  *s3http.Memory
	store  *embedded.Store
	fake   *gluefake.Server
	client *sdk.Client
	cfg    aws.Config

	mu      sync.Mutex
	clock   time.Time
	batches int
	before  func(operation string) error // of each call of Glue
	lose    func(operation string) bool  // tells whether an answer of Glue is lost
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, clock: time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)}
	w.files = s3http.NewMemory(w.now)
	w.store = embeddedtest.Open(t, filepath.Join(t.TempDir(), "catalog.db"), w.now)
	w.fake = gluefake.New(gluefake.Options{Now: w.now, PageSize: 50, Before: func(_ context.Context, operation string) error {
		if w.before == nil {
			return nil
		}
		return w.before(operation)
	}})
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.lose != nil && w.lose(r.Header.Get("X-Amz-Target")) {
			w.fake.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		w.fake.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w.cfg = aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}
	w.client = sdk.NewFromConfig(w.cfg)
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) move(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) glue() *glue.Catalog {
	w.Helper()
	c, err := glue.New(w.cfg, glue.Options{Database: database, Root: root, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }})
	w.must(err)
	return c
}

// publisher is that of a process of its own, as the configuration is after the changes.
func (w *world) publisher(change ...func(*publish.Config)) *publish.Publisher {
	w.Helper()
	c := publish.Config{Ledger: w.store, Lake: w.files, Glue: w.glue(), Root: root, Owner: "me", Now: w.now, Delay: time.Hour,
		Sleep: func(ctx context.Context, d time.Duration) error { w.move(d); return ctx.Err() }}
	for _, f := range change {
		f(&c)
	}
	return publish.New(c)
}

func tableOf(name string, columns ...string) catalog.Table {
	t := catalog.Table{Name: name, Doc: "Events of " + name, Columns: []catalog.Column{{Name: "timestamp", ECS: "@timestamp", Type: ecs.Time, Doc: "when"},
		{Name: "source_ip", ECS: "source.ip", Type: ecs.String}}}
	for _, c := range columns {
		t.Columns = append(t.Columns, catalog.Column{Name: c, ECS: c, Type: ecs.String})
	}
	return t
}

// commit adds a file to each of the days of a table.
func (w *world) commit(s catalog.Store, name string, days ...string) {
	w.Helper()
	ctx := context.Background()
	w.batches++
	b := catalog.Batch{ID: fmt.Sprintf("b%03d", w.batches), Table: name, PlannedAt: w.now(), Objects: []catalog.Object{{Key: fmt.Sprint("k", w.batches)}}}
	c := catalog.Commit{Batch: b.ID, Objects: []catalog.ObjectResult{{Object: b.Objects[0],
		Counts: catalog.Counts{RecordsIn: int64(len(days)), EventsOut: int64(len(days))}}}}
	for _, day := range days {
		p, err := w.store.Partition(ctx, name, day)
		w.must(err)
		c.Expect = append(c.Expect, p)
		c.Files = append(c.Files, fileOf(b.ID, p))
	}
	w.must(s.EnsureTable(ctx, tableOf(name)))
	w.must(s.Plan(ctx, b))
	w.must(s.Commit(ctx, c))
}

func fileOf(id string, p catalog.Partition) catalog.File {
	day, _ := time.Parse(time.DateOnly, p.Day)
	return catalog.File{Table: p.Table, Day: p.Day, Generation: p.Generation, Batch: id, Rows: 1, Bytes: 10, MinTime: day, MaxTime: day,
		Path: fmt.Sprintf("tables/%s/day=%s/g%06d/%s-1.parquet", p.Table, p.Day, p.Generation, id)}
}

// merge replaces the files of a day by one.
func (w *world) merge(s catalog.Store, day string) {
	w.Helper()
	ctx := context.Background()
	w.batches++
	p, err := w.store.Partition(ctx, table, day)
	w.must(err)
	next := p
	next.Generation++
	f := fileOf(fmt.Sprintf("m%03d", w.batches), next)
	f.Rows = p.Rows
	w.must(s.Throw(ctx, []catalog.Waste{{Path: f.Path, Table: table, Day: day, Why: catalog.WasteUnfinished, Due: w.now().Add(time.Hour)}}))
	w.must(s.Swap(ctx, catalog.Swap{ID: f.Batch, Seen: p, Files: []catalog.File{f}, Due: w.now().Add(time.Hour)}))
}

func (w *world) expire(s catalog.Store, day string) {
	w.Helper()
	p, err := w.store.Partition(context.Background(), table, day)
	w.must(err)
	w.must(s.Expire(context.Background(), catalog.Expiry{Seen: p, Due: w.now().Add(time.Hour)}))
}

// mirrors makes sure that Glue shows what the ledger has, and nothing else.
func (w *world) mirrors() {
	w.Helper()
	mirrors(w, w.store, w.client, w.files)
}

func mirrors(t testing.TB, ledger catalog.Store, client *sdk.Client, lake raw.Bucket) {
	t.Helper()
	ctx := context.Background()
	tables, err := ledger.Tables(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want, got := map[string]string{}, map[string]string{}
	for _, table := range tables {
		want[table.Name] = columnsOf(table)
	}
	if v, err := view.Of(tables); err == nil {
		text, err := v.Text(glue.AthenaCatalog, database)
		if err != nil {
			t.Fatal(err)
		}
		want[v.Name] = text
	}
	files, err := ledger.Files(ctx, catalog.FileQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		want[f.Table+" "+f.Day] += root + "/" + f.Path + "\n"
	}
	if len(want) == 0 {
		return // nothing was published, not even the database
	}
	read(t, client, lake, got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("Glue does not mirror the ledger (-ledger +Glue):\n%s", diff)
	}
	if findings, err := ledger.Audit(ctx); err != nil || len(findings) > 0 {
		t.Fatalf("the books: %v, %v", findings, err)
	}
}

func columnsOf(t catalog.Table) (text string) {
	for _, c := range t.Columns {
		text += c.Name + " " + c.Type.Athena() + "\n"
	}
	return text
}

// read reads Glue as Athena does: tables, partitions, and through their manifests the files.
func read(t testing.TB, client *sdk.Client, lake raw.Bucket, into map[string]string) {
	t.Helper()
	ctx := context.Background()
	pages := sdk.NewGetTablesPaginator(client, &sdk.GetTablesInput{DatabaseName: aws.String(database)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range page.TableList {
			if aws.ToString(g.TableType) == "VIRTUAL_VIEW" {
				into[*g.Name] = *g.ViewOriginalText
				continue
			}
			for _, c := range g.StorageDescriptor.Columns {
				into[*g.Name] += *c.Name + " " + *c.Type + "\n"
			}
			readDays(t, client, lake, *g.Name, into)
		}
	}
}

func readDays(t testing.TB, client *sdk.Client, lake raw.Bucket, name string, into map[string]string) {
	t.Helper()
	ctx := context.Background()
	pages := sdk.NewGetPartitionsPaginator(client, &sdk.GetPartitionsInput{DatabaseName: aws.String(database), TableName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Partitions {
			into[name+" "+p.Values[0]] = readManifest(t, lake, p)
		}
	}
}

func readManifest(t testing.TB, lake raw.Bucket, p types.Partition) (text string) {
	t.Helper()
	folder, ours := strings.CutPrefix(*p.StorageDescriptor.Location, root+"/")
	if !ours || !strings.HasSuffix(folder, "/") {
		t.Fatalf("partition %v is at %s", p.Values, *p.StorageDescriptor.Location)
	}
	for o, err := range lake.List(context.Background(), folder) {
		if err != nil {
			t.Fatal(err)
		}
		r, err := lake.Open(context.Background(), o.Key)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		_ = r.Close()
		if err != nil {
			t.Fatal(err)
		}
		text += string(data)
	}
	lines := strings.SplitAfter(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// days are n days that end before the world's clock.
func days(n int) (all []string) {
	day := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	for i := range n {
		all = append(all, day.AddDate(0, 0, i+1-n).Format(time.DateOnly))
	}
	return all
}
