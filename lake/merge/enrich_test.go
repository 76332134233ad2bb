package merge_test

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/enrich/config"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/table"
)

// TestALakeFromBeforeTheEnrichmentTakesItsColumns has a first mapping that holds values where fields of places and threats
// have names below, so that its table has none of their columns, as tables had none before there was enrichment.
func TestALakeFromBeforeTheEnrichmentTakesItsColumns(t *testing.T) {
	l := newLake(t)
	older := source.Mapping{From: "text"}
	for _, to := range []string{"source.geo", "source.as", "threat.indicator", "threat.feed"} {
		m := older
		m.To = to
		l.sources[0].Map = append(l.sources[0].Map, m)
	}
	l.deliver("before", day1, 200, time.Second)
	if cols := l.columns("logins"); slices.Contains(cols, "source_geo_city_name") || slices.Contains(cols, "threat_feed_name") {
		t.Fatalf("the older table has the columns of the enrichment: %q", cols)
	}
	before := l.columns("logins")

	l.sources = []*source.Source{logins("2")}
	set, err := config.Config{Geo: []string{"../simulate/testdata/city.mmdb"}}.Open(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	l.enrich = set
	l.deliver("since", day1.Add(time.Hour), 200, time.Second)
	after := l.columns("logins")
	if diff := cmp.Diff(before, after[:len(before)]); diff != "" {
		t.Errorf("the columns that there were have changed:\n%s", diff)
	}
	if !slices.Contains(after[len(before):], "source_geo_city_name") || !slices.Contains(after[len(before):], "threat_feed_name") {
		t.Errorf("the columns added are %q", after[len(before):])
	}
	kept := l.rows()
	l.merge(merge.Selection{})
	l.check()
	l.same(kept)
	got := l.query("SELECT source_geo_city_name, count(*), count(source_geo) FROM " + l.from("logins") + " GROUP BY ALL ORDER BY 1 NULLS FIRST")
	want := [][]any{{nil, int64(200), int64(200)}, {"Berlin", int64(128), int64(0)}, {"Stockholm", int64(72), int64(0)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	files := l.catalogFiles("logins")
	if len(files) != 1 {
		t.Fatalf("%d files after the merge", len(files))
	}
	if v := l.enrichedBy(files[0].Path); len(v) != 1 || v[0].Name != "GeoLite2-City" {
		t.Errorf("the merged file says of its enrichment %+v", v)
	}
}

func (l *testLake) columns(name string) (names []string) {
	l.Helper()
	t, err := l.store.Table(context.WithoutCancel(l.Context()), name)
	if err != nil {
		l.Fatal(err)
	}
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

// enrichedBy is what a file says that its rows were enriched by.
func (l *testLake) enrichedBy(path string) []enrich.Version {
	l.Helper()
	f, err := os.Open(l.files.Path(path))
	if err != nil {
		l.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		l.Fatal(err)
	}
	shape, err := table.ShapeOf(f, info.Size())
	if err != nil {
		l.Fatal(err)
	}
	versions, err := enrich.ReadMeta(shape.Meta)
	if err != nil {
		l.Fatal(err)
	}
	return versions
}
