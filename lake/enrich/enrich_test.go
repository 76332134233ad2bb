package enrich_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
)

// namer calls every account by its number, and counts how often it was asked.
type namer struct {
	asked *int
	stale error
}

func (n namer) Refresh() error { return n.stale }

func (n namer) Fills(field string) bool { return field == "cloud.account.name" }

func (n namer) For(s *ecs.Schema) (enrich.Filler, bool) {
	f := naming{namer: n, from: s.Col("cloud.account.id"), to: s.Col("cloud.account.name")}
	return f, f.from >= 0 && f.to >= 0
}

type naming struct {
	namer
	from, to int
}

func (n naming) Versions() []enrich.Version {
	return []enrich.Version{{Kind: "accounts", Name: "test"}}
}

func (n naming) Fill(b *ecs.Batch) {
	names := make([]uint32, b.Distinct(n.from)+1)
	for id := 1; id < len(names); id++ {
		*n.asked++
		names[id] = b.ID(n.to, append([]byte("account "), b.Value(n.from, uint32(id))...))
	}
	b.Derive(n.to, b.Keys(n.from), names)
}

func accounts(t *testing.T, rows int) *ecs.Batch {
	t.Helper()
	id, _ := ecs.Lookup("cloud.account.id")
	fields := []ecs.Field{id}
	s, err := ecs.NewSchema(append(fields, ecs.Derived(fields)...)...)
	if err != nil {
		t.Fatal(err)
	}
	b := ecs.NewBatch(s)
	for i := range rows {
		b.SetString(0, fmt.Appendf(nil, "11112222333%d", i%2))
		b.Commit()
	}
	return b
}

func TestAValueIsLookedUpOnceHoweverManyRowsHaveIt(t *testing.T) {
	asked := 0
	b := accounts(t, 1000)
	enrich.NewSet(nil, namer{asked: &asked}).Begin(b.Schema()).Fill(b)
	if asked != 2 {
		t.Errorf("2 accounts were looked up %d times", asked)
	}
	if got := string(b.Str(1, 999)); got != "account 111122223331" {
		t.Errorf("the last row's account is %q", got)
	}
}

func TestWithoutEnrichersNothingIsDone(t *testing.T) {
	b := accounts(t, 1)
	var none *enrich.Set
	f := none.Begin(b.Schema())
	f.Fill(b)
	if !b.Null(1, 0) || enrich.Meta(f.Versions()) != nil {
		t.Error("a row was enriched by nothing")
	}
}

func TestWhatCannotBeRefreshedIsToldAndTheRestGoesOn(t *testing.T) {
	var told []error
	asked, stale := 0, errors.New("damaged")
	b := accounts(t, 1)
	enrich.NewSet(func(err error) { told = append(told, err) }, namer{&asked, stale}).Begin(b.Schema()).Fill(b)
	if len(told) != 1 || !errors.Is(told[0], stale) {
		t.Errorf("told %v", told)
	}
	if b.Null(1, 0) {
		t.Error("the rows were not enriched")
	}
}

func TestAFilesMetadataSaysWhatItsRowsWereEnrichedBy(t *testing.T) {
	one := enrich.Version{Kind: "geo", Name: "city.mmdb", Date: "2026-01-01T00:00:00Z", Entries: 3, SHA256: "0011223344556677"}
	two := enrich.Version{Kind: "threat", Name: "feed"}
	meta, err := enrich.MergeMeta(enrich.Meta([]enrich.Version{one}), nil, enrich.Meta([]enrich.Version{one, two}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := enrich.ReadMeta(meta)
	if diff := cmp.Diff([]enrich.Version{one, two}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if text, want := one.String(), "geo city.mmdb of 2026-01-01T00:00:00Z, 3 entries, 0011223344556677"; text != want {
		t.Errorf("shown as %q", text)
	}
	if _, err := enrich.ReadMeta(map[string]string{"hindcast.enrichment": "{"}); err == nil {
		t.Error("metadata that are no JSON are read")
	}
}

func TestAFieldIsFilledByTheEnrichersThatThereAre(t *testing.T) {
	var none *enrich.Set
	some := enrich.NewSet(nil, namer{asked: new(int)})
	if none.Fills("cloud.account.name") || !some.Fills("cloud.account.name") || some.Fills("user_agent.name") {
		t.Errorf("none fills %v, some fills %v and %v", none.Fills("cloud.account.name"), some.Fills("cloud.account.name"), some.Fills("user_agent.name"))
	}
}
