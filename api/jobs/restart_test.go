package jobs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// crashed copies the folder as a crash at this moment would leave it.
func crashed(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestResultsAndTokensOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	m := open(t, dir, gives(20), options(newClock()))
	create(t, m, "one", "192.0.2.1")
	waitEnd(t, m, "one")
	_, token, err := m.Events("one", "", 5)
	if err != nil {
		t.Fatal(err)
	}
	closeNow(t, m)
	m = open(t, dir, gives(0), options(newClock()))
	got := waitEnd(t, m, "one")
	wantState(t, got, "succeeded", "")
	rest, next, err := m.Events("one", token, 1000)
	if err != nil || len(rest) != 15 || next != "" || rest[0].GetEventId() != event(5).GetEventId() {
		t.Errorf("%d events, next %q, error %v", len(rest), next, err)
	}
	if _, err := m.Summary("one"); err != nil {
		t.Error(err)
	}
	if again := create(t, m, "one", "192.0.2.1"); again.GetEvents() != 20 {
		t.Errorf("an equal request after the restart: %v", again)
	}
}

func TestWhatHadNotEndedIsRunAgainAtTheNextStart(t *testing.T) {
	dir := t.TempDir()
	h := newHeld(flushEvery + 5)
	m := open(t, dir, h, options(newClock()))
	create(t, m, "ran", "192.0.2.1")
	h.waitStarted(t)
	create(t, m, "waited", "192.0.2.2")
	_, token, err := m.Events("ran", "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	later := open(t, crashed(t, dir), gives(3), options(newClock()))
	for _, id := range []string{"ran", "waited"} {
		got := waitEnd(t, later, id)
		wantState(t, got, "succeeded", "")
		if ids := allEvents(t, later, id, 100); !slices.Equal(ids, wantIDs(3)) || got.GetEvents() != 3 {
			t.Errorf("%s: %v, %d are told", id, ids, got.GetEvents())
		}
	}
	if _, _, err := later.Events("ran", token, 1000); !errors.Is(err, ErrRunAnew) {
		t.Errorf("the token of a page of the run before: %v", err)
	}
}

func TestWhatEndsItsServerAgainAndAgainFails(t *testing.T) {
	dir := t.TempDir()
	for n := range maxLost {
		h := newHeld(3)
		m := open(t, dir, h, options(newClock()))
		if n == 0 {
			create(t, m, "deadly", "192.0.2.1")
		}
		h.waitStarted(t)
		dir = crashed(t, dir)
	}
	got := waitEnd(t, open(t, dir, gives(3), options(newClock())), "deadly")
	wantState(t, got, "failed", "its server ended 3 times while it ran: ask again, for a shorter range or fewer sources")
}

func TestWhatACrashLeftHalfMadeIsCleanedUp(t *testing.T) {
	dir := t.TempDir()
	m := open(t, dir, gives(1), options(newClock()))
	create(t, m, "good", "192.0.2.1")
	waitEnd(t, m, "good")
	closeNow(t, m)
	for _, name := range []string{newPrefix + "x", trashPrefix + "y", "broken", "empty"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "broken", jobFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	m = open(t, dir, gives(1), options(newClock()))
	if got := listed(t, m); got != "good" {
		t.Errorf("listed %s", got)
	}
	for name, want := range map[string]bool{newPrefix + "x": false, trashPrefix + "y": false, "broken": false, brokenPrefix + "broken": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s is there: %v", name, err == nil)
		}
	}
	create(t, m, "broken", "192.0.2.1") // its id is free again
	wantState(t, waitEnd(t, m, "broken"), "succeeded", "")
}

func TestClosingLetsRunningQueriesEnd(t *testing.T) {
	h := newHeld(1)
	dir := t.TempDir()
	m := open(t, dir, h, options(newClock()))
	create(t, m, "runs", "192.0.2.1")
	h.waitStarted(t)
	create(t, m, "waits", "192.0.2.2")
	closed := make(chan error, 1)
	go func() { closed <- m.Close(context.Background()) }()
	<-m.closing
	if _, err := m.Create("late", query("192.0.2.3")); !errors.Is(err, ErrClosing) {
		t.Errorf("a correlation after the close: %v", err)
	}
	close(h.letGo)
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	wantState(t, waitEnd(t, m, "runs"), "succeeded", "")
	next := open(t, dir, gives(4), options(newClock()))
	wantState(t, waitEnd(t, next, "waits"), "succeeded", "")
	if _, err := next.Get("late"); !errors.Is(err, ErrNotFound) {
		t.Errorf("the refused one is there: %v", err)
	}
}

func TestQueriesThatOutlastTheGraceTimeAreRunAtTheNextStart(t *testing.T) {
	h := newHeld(3)
	dir := t.TempDir()
	m := open(t, dir, h, options(newClock()))
	create(t, m, "runs", "192.0.2.1")
	h.waitStarted(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if err := m.Close(ctx); err != nil {
		t.Fatal(err)
	}
	for range maxLost { // which the server's end is not
		h = newHeld(3)
		m = open(t, dir, h, options(newClock()))
		h.waitStarted(t)
		closeNow(t, m)
	}
	next := open(t, dir, gives(2), options(newClock()))
	wantState(t, waitEnd(t, next, "runs"), "succeeded", "")
	if ids := allEvents(t, next, "runs", 10); len(ids) != 2 {
		t.Errorf("events %v", ids)
	}
}

func TestAnEngineThatCannotBeInterruptedDoesNotHoldTheServer(t *testing.T) {
	o := options(newClock())
	o.KillWait = time.Millisecond
	stuck := newHeld(0)
	release := make(chan struct{})
	m, err := Open(t.TempDir(), deaf{stuck, release}, o)
	if err != nil {
		t.Fatal(err)
	}
	create(t, m, "runs", "192.0.2.1")
	stuck.waitStarted(t)
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if err := m.Close(gone); err == nil {
		t.Error("the close does not tell of a query that goes on")
	}
	close(release)
	m.work.Wait()
}
