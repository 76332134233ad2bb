package faulty_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/catalogtest"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/catalog/faulty"
)

func TestACatalogWithoutFaultsKeepsTheContract(t *testing.T) {
	catalogtest.Run(t, func(t *testing.T) func(func() time.Time) catalog.Store {
		path := filepath.Join(t.TempDir(), "catalog.db")
		return func(clock func() time.Time) catalog.Store { return faulty.New(open(t, path, clock)).Store() }
	})
}

var errDown = errors.New("down")

func TestFaultsStrikeInTheOrderTheyWereTold(t *testing.T) {
	inner := open(t, filepath.Join(t.TempDir(), "catalog.db"), time.Now)
	meanwhile := 0
	s := faulty.New(inner).
		Fail(faulty.Plan, 2, errDown).
		Meanwhile(faulty.Plan, func() { meanwhile++ }).
		Lose(faulty.Plan, 1).
		Pass(faulty.Undo, 1).
		KillAfter(faulty.Undo).
		Store()
	for i, step := range []struct {
		call    func(context.Context) error
		want    error
		planned string
	}{
		{plan(s, "b1"), errDown, ""},
		{plan(s, "b1"), errDown, ""},
		{plan(s, "b1"), nil, "b1"},
		{plan(s, "b2"), faulty.ErrLost, "b1 b2"},
		{plan(s, "b3"), nil, "b1 b2 b3"},
		{undo(s, "b1"), nil, "b2 b3"},
		{undo(s, "b2"), faulty.ErrKilled, "b3"},
		{undo(s, "b3"), faulty.ErrKilled, "b3"},
		{plan(s, "b4"), faulty.ErrKilled, "b3"},
	} {
		if err := step.call(t.Context()); !errors.Is(err, step.want) {
			t.Errorf("step %d: got %v, want %v", i, err, step.want)
		}
		if got := planned(t, inner); got != step.planned {
			t.Errorf("step %d: planned are %q, want %q", i, got, step.planned)
		}
	}
	if meanwhile != 1 {
		t.Errorf("what happens meanwhile happened %d times", meanwhile)
	}
	want := []faulty.Call{"Plan", "Plan", "Plan", "Plan", "Plan", "Undo", "Undo", "Undo", "Plan"}
	if diff := cmp.Diff(want, s.Calls()); diff != "" {
		t.Error(diff)
	}
}

func TestNothingHappensAfterAKillBeforeACall(t *testing.T) {
	inner := open(t, filepath.Join(t.TempDir(), "catalog.db"), time.Now)
	s := faulty.New(inner).KillBefore(faulty.Commit).Store()
	if err := plan(s, "b1")(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), catalog.Commit{Batch: "b1"}); !errors.Is(err, faulty.ErrKilled) {
		t.Errorf("commit: got %v", err)
	}
	if found, err := s.Unfinished(t.Context()); !errors.Is(err, faulty.ErrKilled) || found != nil {
		t.Errorf("unfinished: got %v, %v", found, err)
	}
	if got := planned(t, inner); got != "b1" {
		t.Errorf("planned are %q", got)
	}
}

func plan(s catalog.Ledger, id string) func(context.Context) error {
	return func(ctx context.Context) error {
		return s.Plan(ctx, catalog.Batch{ID: id, Table: "aws_elb"})
	}
}

func undo(s catalog.Ledger, id string) func(context.Context) error {
	return func(ctx context.Context) error { return s.Undo(ctx, id) }
}

func planned(t *testing.T, s catalog.Ledger) (ids string) {
	t.Helper()
	batches, err := s.Unfinished(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range batches {
		if i > 0 {
			ids += " "
		}
		ids += b.ID
	}
	return ids
}

func open(t *testing.T, path string, clock func() time.Time) catalog.Store {
	t.Helper()
	s, err := embedded.Open(context.Background(), path, clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestAHangingCallEndsWithItsContext(t *testing.T) {
	inner := open(t, filepath.Join(t.TempDir(), "catalog.db"), time.Now)
	s := faulty.New(inner).Hang(faulty.Plan, 1).Store()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	if err := plan(s, "b1")(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := planned(t, inner); got != "" {
		t.Errorf("planned are %q", got)
	}
	if err := plan(s, "b1")(t.Context()); err != nil {
		t.Errorf("the next call: %v", err)
	}
}

func TestAMoodDecidesWhatNothingElseWasToldOf(t *testing.T) {
	inner := open(t, filepath.Join(t.TempDir(), "catalog.db"), time.Now)
	moods := []error{nil, errDown, faulty.ErrLost}
	after := 0
	s := faulty.New(inner).
		Afterwards(faulty.Plan, func() { after = len(planned(t, inner)) }).
		Moody(func(faulty.Call) error { m := moods[0]; moods = moods[1:]; return m }).
		Store()
	for i, step := range []struct {
		batch   string
		want    error
		planned string
	}{
		{"b1", nil, "b1"}, // told: the mood is not asked
		{"b2", nil, "b1 b2"},
		{"b3", errDown, "b1 b2"},
		{"b4", faulty.ErrLost, "b1 b2 b4"},
	} {
		if err := plan(s, step.batch)(t.Context()); !errors.Is(err, step.want) {
			t.Errorf("step %d: got %v, want %v", i, err, step.want)
		}
		if got := planned(t, inner); got != step.planned {
			t.Errorf("step %d: planned are %q, want %q", i, got, step.planned)
		}
	}
	if after != len("b1") {
		t.Errorf("after the first plan there was planned %d", after)
	}
}
