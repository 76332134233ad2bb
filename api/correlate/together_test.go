package correlate

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
)

// meeting lets no statement go on before as many have started as are to run together.
type meeting struct {
	engine.Engine
	all  sync.WaitGroup
	fail error
}

func (m *meeting) Query(ctx context.Context, s engine.Statement) (engine.Rows, error) {
	m.all.Done()
	m.all.Wait()
	if m.fail != nil {
		return nil, m.fail
	}
	return m.Engine.Query(ctx, s)
}

func wholeDocuments(r *Request) { r.Full = true }

func TestStatementsThatRunElsewhereRunTogether(t *testing.T) {
	lake := enginetest.Estate(t)
	p, err := NewPlanner(lake).Plan(t.Context(), january(t, wholeDocuments))
	if err != nil || len(p.Timeline) < 2 {
		t.Fatalf("%d statements: %v", len(p.Timeline), err)
	}
	var alone, together []Event
	want, err := NewRunner(open(t, lake), clock).Run(t.Context(), p, func(e Event) error { alone = append(alone, e); return nil })
	if err != nil {
		t.Fatal(err)
	}
	m := &meeting{Engine: open(t, lake)}
	m.all.Add(len(p.Timeline))
	got, err := NewRunner(m, clock).Together(len(p.Timeline)).Run(t.Context(), p, func(e Event) error { together = append(together, e); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if len(alone) == 0 || len(together) != len(alone) || got.Matched != want.Matched || got.BytesRead != want.BytesRead {
		t.Errorf("%d events of %d, %d bytes together; %d of %d, %d alone", len(together), got.Matched, got.BytesRead, len(alone), want.Matched, want.BytesRead)
	}
	for i := range got.SQL {
		if got.SQL[i] != want.SQL[i] {
			t.Errorf("statement %d is in another place", i)
		}
	}
}

func TestStatementsThatFailTogetherGiveTheirError(t *testing.T) {
	lake := enginetest.Estate(t)
	p, err := NewPlanner(lake).Plan(t.Context(), january(t, wholeDocuments))
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	m := &meeting{Engine: open(t, lake), fail: broken}
	m.all.Add(len(p.Timeline))
	if _, err := NewRunner(m, clock).Together(len(p.Timeline)).Run(t.Context(), p, func(Event) error { return nil }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}
