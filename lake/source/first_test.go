package source

import (
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
)

func TestOfAnArrayNothingIsLost(t *testing.T) {
	s := &Source{
		Name: "x", Divide: JSON,
		Map: []Mapping{{To: "@timestamp", From: "at"}, {To: "x.one", From: "one[]"}, {To: "x.all", From: "all[]", Type: ecs.Strings}, {To: "x.read", From: "read[]"}},
		Finish: func(b *Binding) func(*Event) error {
			b.In("read[]")
			return func(*Event) error { return nil }
		},
	}
	c, err := s.Compile()
	if err != nil {
		t.Fatal(err)
	}
	rows := ecs.NewBatch(c.Schema())
	n, err := c.New(rows)
	if err != nil {
		t.Fatal(err)
	}
	n.Begin(Origin{Key: "k", Ingested: time.Unix(0, 0)})
	if err := n.Add([]byte(`{"at":"2026-01-15T09:00:00Z","one":["a","b\"",{"c":1},4],"all":["a","b"],"read":["a","b"]}`), 0, 0); err != nil {
		t.Fatal(err)
	}
	if got, want := string(rows.Str(c.Schema().Col("unmapped"), 0)), `{"one[]":["b\"",{"c":1},4]}`; got != want {
		t.Errorf("unmapped is %s, want %s", got, want)
	}
}
