package engine

import (
	"testing"

	"github.com/hindcast/hindcast/catalog"
)

func TestAStatementIsNamedByItsWorkItsTextAndItsDays(t *testing.T) {
	file := func(day, path string) catalog.File {
		return catalog.File{Table: "t", Day: day, Path: path}
	}
	s := Statement{SQL: "SELECT 1", Scans: []Scan{{Files: []catalog.File{file("2026-01-02", "b"), file("2026-01-01", "a"), file("2026-01-01", "c")}}}}
	ctx := ForWork(t.Context(), "one")
	name, ok := s.InWork(ctx)
	if !ok || len(name) != 64 {
		t.Fatalf("it is named %q, %t", name, ok)
	}
	merged := Statement{SQL: "SELECT 1", Scans: []Scan{{Files: []catalog.File{file("2026-01-01", "d"), file("2026-01-02", "e")}}}}
	if got, _ := merged.InWork(ctx); got != name {
		t.Error("other files of the same days give another name")
	}
	seen := map[string]string{name: "the first"}
	for what, other := range map[string]func() (string, bool){
		"other work":      func() (string, bool) { return s.InWork(ForWork(t.Context(), "two")) },
		"the second time": func() (string, bool) { return s.InWork(Anew(ctx, 2)) },
		"another text":    func() (string, bool) { return Statement{SQL: "SELECT 2", Scans: s.Scans}.InWork(ctx) },
		"a day fewer":     func() (string, bool) { return Statement{SQL: "SELECT 1"}.InWork(ctx) },
		"the first time":  func() (string, bool) { return s.InWork(Anew(ctx, 1)) },
	} {
		got, ok := other()
		if seen[got] != "" || !ok {
			t.Errorf("%s has the name of %s", what, seen[got])
		}
		seen[got] = what
	}
	if got, ok := s.InWork(Anew(t.Context(), 2)); ok || got != "" {
		t.Errorf("without a piece of work it is named %q", got)
	}
}
