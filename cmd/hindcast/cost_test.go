package main

import (
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
)

func TestWhatExecutionsCost(t *testing.T) {
	ran := engine.Execution{ID: "x1", MicroUSD: 1_200_000, Queue: time.Second, Planning: 250 * time.Millisecond, Run: 2 * time.Second}
	reused := engine.Execution{ID: "x2", Reused: true}
	for name, c := range map[string]struct {
		all  []engine.Execution
		want string
	}{
		"an engine in this process costs nothing that is shown": {[]engine.Execution{{}}, ""},
		"nothing was run": {nil, ""},
		"one that was run and one that was not": {[]engine.Execution{ran, reused},
			" for 1.20 USD: execution x1 (queued 1.00 s, planned 0.25 s, ran 2.00 s), x2, an earlier result (queued 0.00 s, planned 0.00 s, ran 0.00 s)"},
	} {
		if got := costs(c.all...); got != c.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
}
