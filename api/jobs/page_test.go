package jobs

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPagesOfARunningCorrelationCanBeFollowed(t *testing.T) {
	h := newHeld(flushEvery + 10)
	m := open(t, t.TempDir(), h, options(newClock()))
	create(t, m, "one", "192.0.2.1")
	h.waitStarted(t)
	first, token, err := m.Events("one", "", 1000)
	if err != nil || len(first) != flushEvery || token == "" {
		t.Fatalf("while it runs: %d events, token %q, error %v", len(first), token, err)
	}
	none, token, err := m.Events("one", token, 1000)
	if err != nil || len(none) != 0 || token == "" {
		t.Fatalf("at the end of what is there: %d events, token %q, error %v", len(none), token, err)
	}
	close(h.letGo)
	waitEnd(t, m, "one")
	rest, token, err := m.Events("one", token, 1000)
	if err != nil || len(rest) != 10 || token != "" {
		t.Fatalf("after its end: %d events, token %q, error %v", len(rest), token, err)
	}
	if rest[0].GetEventId() != event(flushEvery).GetEventId() {
		t.Errorf("goes on with %s", rest[0].GetEventId())
	}
}

func TestTwoClientsPagingAtOnceSeeTheSameOrder(t *testing.T) {
	m := open(t, t.TempDir(), gives(40), options(newClock()))
	create(t, m, "one", "192.0.2.1")
	waitEnd(t, m, "one")
	results := make(chan []string, 2)
	for _, size := range []int{3, 11} {
		go func() { results <- allEvents(t, m, "one", size) }()
	}
	if a, b := <-results, <-results; !slices.Equal(a, b) || !slices.Equal(a, wantIDs(40)) {
		t.Errorf("one sees %v, the other %v", a, b)
	}
}

func TestAPageEndsBeforeItGrowsTooLarge(t *testing.T) {
	o := options(newClock())
	o.PageBytes = 200
	m := open(t, t.TempDir(), gives(20), o)
	create(t, m, "one", "192.0.2.1")
	waitEnd(t, m, "one")
	page, token, err := m.Events("one", "", 1000)
	if err != nil || token == "" || len(page) == 0 || len(page) > 5 {
		t.Errorf("%d events, token %q, error %v", len(page), token, err)
	}
	o.PageBytes = 1
	small := open(t, t.TempDir(), gives(5), o)
	create(t, small, "one", "192.0.2.1")
	waitEnd(t, small, "one")
	if ids := allEvents(t, small, "one", 1000); !slices.Equal(ids, wantIDs(5)) {
		t.Errorf("with room for no event at all: %v", ids)
	}
}

func TestListsAreNewestFirstAndSurviveNewcomers(t *testing.T) {
	c := newClock()
	m := open(t, t.TempDir(), gives(0), options(c))
	for _, id := range []string{"a", "b", "d", "c"} { // c and d at the same time
		create(t, m, id, id)
		waitEnd(t, m, id)
		if id != "d" {
			c.pass(time.Second)
		}
	}
	var got strings.Builder
	for token, n := "", 0; ; n++ {
		page, next, err := m.List(token, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page {
			got.WriteString(c.GetCorrelationId())
		}
		if next == "" {
			break
		}
		token = next
		create(t, m, "new", "new") // it comes before what was seen
		waitEnd(t, m, "new")
	}
	if got.String() != "dcba" {
		t.Errorf("listed %s", got.String())
	}
}

func TestTokensOfAnotherListAreRefused(t *testing.T) {
	m := open(t, t.TempDir(), gives(10), options(newClock()))
	for _, id := range []string{"one", "two"} {
		create(t, m, id, id)
		waitEnd(t, m, id)
	}
	_, ofOne, err := m.Events("one", "", 3)
	if err != nil {
		t.Fatal(err)
	}
	_, ofList, err := m.List("", 1)
	if err != nil {
		t.Fatal(err)
	}
	altered := []byte(ofOne)
	altered[len(altered)-2] ^= 1
	for name, token := range map[string]string{
		"another correlation's": ofOne, "the list of correlations'": ofList,
		"altered": string(altered), "cut": ofOne[:10], "made up": "AAAA", "not base64": "???",
	} {
		if _, _, err := m.Events("two", token, 3); !errors.Is(err, ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := m.List(ofOne, 3); !errors.Is(err, ErrToken) {
		t.Errorf("the list takes a token of events: %v", err)
	}
}
