package mirror_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/glue"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/catalog/embedded/embeddedtest"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/catalog/glue/gluefake"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/mirror"
	"github.com/hindcast/hindcast/lake/publish"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

const (
	root     = "s3://bucket/lake"
	database = "hindcast"
	table    = "aws_elb"
)

var today = []string{"2026-01-29", "2026-01-30", "2026-01-31"}

// world is a lake with three days of a table, of which the first has expired, published to Glue.
type world struct {
	*testing.T
	files  *s3http.Memory
	store  *embedded.Store
	client *sdk.Client
	glue   *glue.Catalog
	clock  time.Time
	n      int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, clock: time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)}
	w.files = s3http.NewMemory(w.now)
	w.store = embeddedtest.Open(t, filepath.Join(t.TempDir(), "catalog.db"), w.now)
	server := httptest.NewServer(gluefake.New(gluefake.Options{Now: w.now}))
	t.Cleanup(server.Close)
	cfg := aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}
	w.client = sdk.NewFromConfig(cfg)
	var err error
	w.glue, err = glue.New(cfg, glue.Options{Database: database, Root: root, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }})
	w.must(err)
	w.commit(table, today...)
	p, err := w.store.Partition(t.Context(), table, today[0])
	w.must(err)
	w.must(w.store.Expire(t.Context(), catalog.Expiry{Seen: p, Due: w.clock.Add(1000 * time.Hour)}))
	return w
}

// published is the world once it has been published.
func published(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.publish()
	return w
}

func (w *world) now() time.Time { return w.clock }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) publisher() *publish.Publisher {
	return publish.New(publish.Config{Ledger: w.store, Lake: w.files, Glue: w.glue, Root: root, Owner: "me", Now: w.now, Delay: time.Hour,
		Sleep: func(_ context.Context, d time.Duration) error { w.clock = w.clock.Add(d); return nil }})
}

func (w *world) publish() {
	w.Helper()
	_, err := w.publisher().Flush(w.Context())
	w.must(err)
}

func (w *world) config() mirror.Config {
	return mirror.Config{Ledger: w.store, Lake: w.files, Glue: w.glue, Now: w.now}
}

func tableOf(name string) catalog.Table {
	return catalog.Table{Name: name, Doc: name, Columns: []catalog.Column{{Name: "timestamp", Type: ecs.Time}, {Name: "source_ip", Type: ecs.String}}}
}

// commit puts a file into each of the days.
func (w *world) commit(name string, days ...string) {
	w.Helper()
	ctx := w.Context()
	w.n++
	b := catalog.Batch{ID: fmt.Sprint("b", w.n), Table: name, PlannedAt: w.clock, Objects: []catalog.Object{{Key: fmt.Sprint("k", w.n)}}}
	c := catalog.Commit{Batch: b.ID, Objects: []catalog.ObjectResult{{Object: b.Objects[0], Counts: catalog.Counts{RecordsIn: int64(len(days)), EventsOut: int64(len(days))}}}}
	for _, d := range days {
		p, err := w.store.Partition(ctx, name, d)
		w.must(err)
		at, err := time.Parse(time.DateOnly, d)
		w.must(err)
		f := catalog.File{Table: name, Day: d, Generation: p.Generation, Batch: b.ID, Rows: 1, Bytes: 4, MinTime: at, MaxTime: at,
			Path: fmt.Sprintf("tables/%s/day=%s/g%06d/%s-1.parquet", name, d, p.Generation, b.ID)}
		w.put(f.Path)
		c.Expect, c.Files = append(c.Expect, p), append(c.Files, f)
	}
	w.must(w.store.EnsureTable(ctx, tableOf(name)))
	w.must(w.store.Plan(ctx, b))
	w.must(w.store.Commit(ctx, c))
}

func (w *world) put(key string) {
	w.Helper()
	_, err := w.files.Put(w.Context(), key, strings.NewReader("rows"))
	w.must(err)
}

// manifestOf is the manifest of a day.
func (w *world) manifestOf(d string) string {
	w.Helper()
	all, err := w.store.Publications(w.Context())
	w.must(err)
	for _, p := range all {
		if p.Day == d {
			return p.Manifest
		}
	}
	w.Fatalf("%s is not published", d)
	return ""
}
