package trinotest_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/catalog/glue/gluefake"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/engine/trinotest"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/publish"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
	"github.com/hindcast/hindcast/lake/view"
)

// From raw objects to rows at somebody's console: compacted, committed, published to Glue, read by Trino by the view over
// all tables; then merged and published again.
func TestTrinoSeesWhatIsPublished(t *testing.T) {
	b := &busy{TB: t, dir: t.TempDir(), now: simulate.DefaultEnd().AddDate(0, 0, 3)}
	from := b.folder(t.TempDir())
	if _, err := (simulate.Estate{Seed: 5, Days: 2, Scale: 0.02}).Generate(t.Context(), func(key string, body []byte) error {
		_, err := from.Put(t.Context(), key, bytes.NewReader(body))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var err error
	b.files = b.folder(b.dir)
	if b.store, err = embedded.Open(t.Context(), filepath.Join(t.TempDir(), "catalog.db"), b.clock); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	set, err := source.NewSet(builtin.Sources()...)
	if err != nil {
		t.Fatal(err)
	}
	server, publisher := b.published()
	if _, err := compact.Run(t.Context(), compact.Config{
		Raw: from, Lake: b.files, Catalog: b.store, Sources: set, Work: t.TempDir(), Owner: "test", Now: b.clock, Workers: 2, BatchBytes: 20 << 10,
	}, compact.Selection{}); err != nil {
		t.Fatal(err)
	}
	b.sameInTheView(server, publisher)
	before := b.filesOf()
	b.now = b.now.Add(24 * time.Hour)
	if _, err := merge.Run(t.Context(), merge.Config{
		Lake: b.files, Catalog: b.store, Work: t.TempDir(), Owner: "test", Now: b.clock,
	}, merge.Selection{}); err != nil {
		t.Fatal(err)
	}
	if after := b.filesOf(); after >= before {
		t.Fatalf("a merge made %d files of %d", after, before)
	}
	b.sameInTheView(server, publisher)
}

// published publishes the lake to a Glue that a Trino server reads.
func (b *busy) published() (*trinotest.Server, *publish.Publisher) {
	b.Helper()
	fake := gluefake.New(gluefake.Options{Now: b.clock})
	endpoint := httptest.NewServer(fake)
	b.Cleanup(endpoint.Close)
	const root = "s3://" + trinotest.Bucket
	catalog, err := glue.New(aws.Config{
		Region: "us-east-1", BaseEndpoint: &endpoint.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}, glue.Options{Database: trinotest.Schema, Root: root})
	if err != nil {
		b.Fatal(err)
	}
	return trinotest.Open(b.TB, b.dir, fake), publish.New(publish.Config{
		Ledger: b.store, Lake: b.files, Glue: catalog, Root: root, Owner: "test", Now: b.clock, Delay: time.Hour,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
}

func (b *busy) filesOf() (n int64) {
	b.Helper()
	partitions, err := b.store.Coverage(b.Context(), nil, "", "")
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range partitions {
		n += p.Files
	}
	return n
}

// sameInTheView publishes, and compares what the view has of each day with the ledger.
func (b *busy) sameInTheView(server *trinotest.Server, publisher *publish.Publisher) {
	b.Helper()
	if _, err := publisher.Publish(b.Context()); err != nil {
		b.Fatal(err)
	}
	partitions, err := b.store.Coverage(b.Context(), nil, "", "")
	if err != nil {
		b.Fatal(err)
	}
	var want [][]any
	for _, p := range partitions {
		want = append(want, []any{p.Table, p.Day, p.Rows})
	}
	a, err := server.Run(b.Context(), trinotest.Ask{Catalog: trinotest.Glue,
		SQL: `SELECT dataset, day, count(*) FROM ` + view.Name + ` GROUP BY dataset, day ORDER BY dataset, day`})
	if err != nil {
		b.Fatal(err)
	}
	if diff := cmp.Diff(want, a.Rows); diff != "" || len(want) < 10 {
		b.Errorf("%d days (-ledger +the view on Trino)\n%s", len(want), diff)
	}
	everything, err := server.Run(b.Context(), trinotest.Ask{Catalog: trinotest.Glue,
		SQL: `SELECT * FROM ` + view.Name + ` WHERE day = '2026-01-31' ORDER BY timestamp LIMIT 100`})
	if err != nil {
		b.Fatal(err)
	}
	if len(everything.Rows) != 100 || len(everything.Columns) < 20 {
		b.Errorf("the view gives %d rows of %d columns", len(everything.Rows), len(everything.Columns))
	}
}
