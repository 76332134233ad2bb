package drift_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/drift"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
)

func at(day int) time.Time { return time.Date(2026, 1, day, 12, 0, 0, 0, time.UTC) }

// shop is a table in which some events have a rest.
func shop(t *testing.T) (*enginetest.Lake, *duckdb.Engine) {
	t.Helper()
	l := enginetest.New(t)
	fields := ecs.Common()
	l.Create(t, "shop", fields...)
	l.Create(t, "empty", fields...)
	l.Add(t, "shop", fields,
		enginetest.Row{"@timestamp": at(1), "unmapped": `{"old":1,"it's \"odd\"":{"a":[1,2]}}`},
		enginetest.Row{"@timestamp": at(1)},
		enginetest.Row{"@timestamp": at(2), "unmapped": `{"old":2}`},
		enginetest.Row{"@timestamp": at(3), "unmapped": `{"new":"x","old":3}`},
	)
	e, err := duckdb.Open(l.Dir, duckdb.Options{Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return l, e
}

func TestFieldsThatNoColumnTakesAreCounted(t *testing.T) {
	l, e := shop(t)
	got, err := drift.Fields(t.Context(), l, e, drift.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	want := []drift.Field{
		{Table: "shop", Field: "new", Events: 1, Share: 0.25, FirstDay: "2026-01-03", LastDay: "2026-01-03", New: true, Sample: `"x"`, EventsAll: 4},
		{Table: "shop", Field: "old", Events: 3, Share: 0.75, FirstDay: "2026-01-01", LastDay: "2026-01-03", Sample: "1", EventsAll: 4},
		{Table: "shop", Field: `it's "odd"`, Events: 1, Share: 0.25, FirstDay: "2026-01-01", LastDay: "2026-01-01", Sample: `{"a":[1,2]}`, EventsAll: 4},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestOnlyTheDaysAskedForAreLookedAt(t *testing.T) {
	l, e := shop(t)
	got, err := drift.Fields(t.Context(), l, e, drift.Selection{Tables: []string{"shop"}, FromDay: "2026-01-02", ToDay: "2026-01-02"})
	if err != nil {
		t.Fatal(err)
	}
	want := []drift.Field{{Table: "shop", Field: "old", Events: 1, Share: 1, FirstDay: "2026-01-02", LastDay: "2026-01-02", Sample: "2", EventsAll: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestATableThatIsNotThereIsSaid(t *testing.T) {
	l, e := shop(t)
	if _, err := drift.Fields(t.Context(), l, e, drift.Selection{Tables: []string{"none"}}); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("the error is %v", err)
	}
}
