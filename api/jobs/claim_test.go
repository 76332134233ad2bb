package jobs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/raw"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

func TestACancellationIsHeardByTheServerThatHasTheCorrelation(t *testing.T) {
	inEach(t, func(t *testing.T, c *cloud) {
		h := newHeld(3)
		one, two := c.server(t, h), c.server(t, gives(0))
		create(t, one, "runs", "192.0.2.1")
		h.waitStarted(t)
		got, err := two.Cancel("runs")
		if err != nil {
			t.Fatal(err)
		}
		wantState(t, got, "running", "")
		one.beat()
		one.work.Wait()
		wantGet(t, two, "runs", "cancelled", "cancelled on request")
		if ids := allEvents(t, two, "runs", 10); len(ids) != 3 {
			t.Errorf("events %v", ids)
		}
		if _, err := two.Cancel("none"); !errors.Is(err, ErrNotFound) {
			t.Errorf("cancelling what is not there: %v", err)
		}
	})
}

func TestACancellationOutlivesTheServerThatHadTheCorrelation(t *testing.T) {
	inEach(t, func(t *testing.T, c *cloud) {
		h := newHeld(3)
		one, way := c.linked(t, t.TempDir(), h)
		create(t, one, "asked", "192.0.2.1")
		h.waitStarted(t)
		create(t, one, "late", "192.0.2.1")
		two := c.server(t, newHeld(0))
		if _, err := two.Cancel("asked"); err != nil {
			t.Fatal(err)
		}
		cut(way, 0)
		c.clock.pass(beatsGone)
		wantState(t, waitEnd(t, two, "asked"), "cancelled", "cancelled on request")
		if _, err := two.Cancel("late"); err != nil { // which takes it over first
			t.Fatal(err)
		}
		wantState(t, waitEnd(t, two, "late"), "cancelled", "cancelled on request")
		two.work.Wait()
	})
}

func TestWhatEndsEveryServerThatHasItFails(t *testing.T) {
	c := newCloud(t)
	for n := range maxLost {
		h := newHeld(1)
		m, way := c.linked(t, t.TempDir(), h)
		if n == 0 {
			create(t, m, "deadly", "192.0.2.1")
		}
		h.waitStarted(t)
		cut(way, 0)
		c.clock.pass(beatsGone)
	}
	m := c.server(t, gives(3))
	wantState(t, waitEnd(t, m, "deadly"), "failed", "its server ended 3 times while it ran: ask again, for a shorter range or fewer sources")
	m.work.Wait()
	wantGet(t, c.server(t, gives(3)), "deadly", "failed", "its server ended 3 times while it ran: ask again, for a shorter range or fewer sources")
}

func TestAServerThatStartsAgainInItsFolderTakesItsOwnUpAtOnce(t *testing.T) {
	inEach(t, func(t *testing.T, c *cloud) {
		dir, h := t.TempDir(), newHeld(3)
		one, way := c.linked(t, dir, h)
		create(t, one, "a", "192.0.2.1")
		h.waitStarted(t)
		image := crashed(t, dir)
		cut(way, 0)
		again, _ := c.linked(t, image, gives(4))
		if got := waitEnd(t, again, "a"); got.GetEvents() != 4 {
			t.Errorf("got %v", got)
		}
	})
}

func TestAServerThatStartsAgainLeavesToOthersWhatTheyHave(t *testing.T) {
	inEach(t, func(t *testing.T, c *cloud) {
		dir, h := t.TempDir(), newHeld(3)
		one, way := c.linked(t, dir, h)
		create(t, one, "a", "192.0.2.1")
		h.waitStarted(t)
		image := crashed(t, dir)
		cut(way, 0)
		c.clock.pass(beatsGone)
		other := newHeld(5)
		two := c.server(t, other)
		other.waitStarted(t)
		again, _ := c.linked(t, image, gives(4))
		wantGet(t, again, "a", "running", "")
		close(other.letGo)
		two.work.Wait()
		if ids := allEvents(t, again, "a", 10); len(ids) != 5 {
			t.Errorf("events %v", ids)
		}
		again, _ = c.linked(t, crashed(t, image), gives(4))
		wantGet(t, again, "a", "succeeded", "")
	})
}

func TestATokenOfARunThatIsOverIsRefused(t *testing.T) {
	c := newCloud(t)
	h := newHeld(flushEvery)
	one, way := c.linked(t, t.TempDir(), h)
	create(t, one, "a", "192.0.2.1")
	h.waitStarted(t)
	_, token, err := one.Events("a", "", 10)
	if err != nil {
		t.Fatal(err)
	}
	cut(way, 0)
	c.clock.pass(beatsGone)
	two := c.server(t, gives(20))
	waitEnd(t, two, "a")
	if _, _, err := two.Events("a", token, 10); !errors.Is(err, ErrRunAnew) {
		t.Errorf("got %v", err)
	}
	if ids := allEvents(t, two, "a", 3); !slices.Equal(ids, wantIDs(20)) {
		t.Errorf("events %v", ids)
	}
}

func TestWhoeverMayOnlyReadALakeThatOthersWriteRunsAlone(t *testing.T) {
	c := newCloud(t)
	closeNow(t, c.server(t, gives(0))) // makes the key of tokens
	c.refuses = true
	m := c.server(t, gives(3))
	create(t, m, "a", "192.0.2.1")
	wantState(t, waitEnd(t, m, "a"), "succeeded", "")
	if keys := c.keys(t); slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, "running/") }) {
		t.Errorf("the bucket holds %v", keys)
	}
}

func TestAClaimWhoseAnswerWasLostIsOnesOwn(t *testing.T) {
	c := newCloud(t)
	a := archive{c}
	rec := record{&hindcastv1.Correlation{CorrelationId: "a"}, progress{Run: 1, Owner: "me"}}
	for range 2 {
		if err := a.claim(t.Context(), rec); err != nil {
			t.Fatal(err)
		}
	}
	rec.Owner = "another"
	if err := a.claim(t.Context(), rec); !errors.Is(err, raw.ErrExists) {
		t.Errorf("another's claim: %v", err)
	}
	if _, err := c.Put(t.Context(), jobKey("b"), strings.NewReader("{}")); err != nil {
		t.Fatal(err)
	}
	rec.Correlation.CorrelationId = "b"
	if err := a.claim(t.Context(), rec); !errors.Is(err, raw.ErrExists) {
		t.Errorf("a claim of what has ended: %v", err)
	}
	if got := fmt.Sprint(c.keys(t)); got != "[jobs/b.json running/a/000001.json]" {
		t.Errorf("the bucket holds %s", got)
	}
}
