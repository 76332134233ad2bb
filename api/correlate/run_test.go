package correlate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/api/indicator"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
)

func ask(t testing.TB, lake *enginetest.Lake, r Request) ([]Event, *Summary) {
	t.Helper()
	p, err := NewPlanner(lake).Plan(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	var events []Event
	s, err := NewRunner(open(t, lake), clock).Run(t.Context(), p, func(e Event) error {
		events = append(events, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return events, s
}

func TestALimitChangesNoCount(t *testing.T) {
	lake := enginetest.Estate(t)
	all, whole := ask(t, lake, january(t))
	for _, limit := range []int{1, 5, len(all) - 1, len(all)} {
		for _, full := range []bool{false, true} {
			events, cut := ask(t, lake, january(t, func(r *Request) { r.Limit, r.Full = limit, full }))
			if diff := cmp.Diff([]any{whole.Matched, whole.Histogram, whole.Top}, []any{cut.Matched, cut.Histogram, cut.Top}); diff != "" {
				t.Errorf("limit %d (-all +cut)\n%s", limit, diff)
			}
			if cut.Returned != limit || len(events) != limit {
				t.Errorf("%d events of %d were returned", len(events), limit)
			}
			for i, e := range events {
				if e.ID != all[i].ID {
					t.Errorf("event %d of limit %d is %s, not %s", i, limit, e.ID, all[i].ID)
				}
			}
		}
	}
}

func TestASecondScanIsMadeOnlyWhenTheTimelineIsCut(t *testing.T) {
	lake := enginetest.Estate(t)
	if _, s := ask(t, lake, january(t)); len(s.SQL) != 1 || s.BytesRead == 0 {
		t.Errorf("%d statements, %d bytes", len(s.SQL), s.BytesRead)
	}
	if _, s := ask(t, lake, january(t, func(r *Request) { r.Limit = 1 })); len(s.SQL) != 2 {
		t.Errorf("%d statements", len(s.SQL))
	}
}

func TestRunsThatEndEarly(t *testing.T) {
	lake := enginetest.Estate(t)
	p, err := NewPlanner(lake).Plan(t.Context(), january(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("the caller has had enough", func(t *testing.T) {
		enough := errors.New("enough")
		n := 0
		_, err := NewRunner(open(t, lake), clock).Run(t.Context(), p, func(Event) error { n++; return enough })
		if !errors.Is(err, enough) || n != 1 {
			t.Errorf("after %d events: %v", n, err)
		}
	})
	t.Run("the caller is gone", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := NewRunner(open(t, lake), clock).Run(ctx, p, func(Event) error { return nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a file is gone", func(t *testing.T) {
		if err := os.Remove(filepath.Join(lake.Dir, filepath.FromSlash(p.Tables[0].Files[0].Path))); err != nil {
			t.Fatal(err)
		}
		_, err := NewRunner(open(t, lake), clock).Run(t.Context(), p, func(Event) error { return nil })
		if !errors.Is(err, engine.ErrDamaged) {
			t.Errorf("got %v", err)
		}
	})
}

// The values that the random rows and requests below are drawn from.
var (
	somePrefixes = []string{"10.0.0.0/8", "10.128.0.0/9", "10.0.0.0/30", "2001:db8::/32", "2001:db8:0:1::/64", "::/0", "0.0.0.0/0", "10.0.0.1"}
	someIPs      = []string{"10.0.0.1", "10.0.0.4", "10.200.0.1", "11.0.0.1", "2001:db8::1", "2001:db8:0:1::", "fe80::1"}
	someDomains  = []string{"example.com", "a.example.com", "badexample.com", "b.a.example.com", "com", "ex_mple.com"}
	someUsers    = []string{"alice", "Alice", "bob's", "Admin", `back\slash`, "100%"}
)

// randomLake has n rows whose columns hold any of the values.
func randomLake(t testing.TB, r *rand.Rand, n int) (*enginetest.Lake, []enginetest.Row) {
	lake := enginetest.New(t)
	fields := enginetest.Fields(t, "@timestamp", "event.id", "log.file.path", "log.offset", "user.id",
		"related.ip", "related.user", "related.hosts")
	fields = append(fields, ecs.Field{Name: "seen.domains", Type: ecs.Strings, Kind: ecs.Domain}, ecs.Field{Name: "vendor.host", Kind: ecs.Domain})
	lake.Create(t, "random", fields...)
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	rows := make([]enginetest.Row, n)
	for i := range rows {
		row := enginetest.Row{"@timestamp": now.Add(-time.Duration(r.IntN(200)) * time.Hour), "event.id": fmt.Sprint(i), "log.file.path": "f", "log.offset": i}
		for name, values := range map[string][]string{"related.ip": someIPs, "related.user": someUsers, "related.hosts": someDomains, "seen.domains": someDomains} {
			var list []string
			for range r.IntN(3) {
				list = append(list, pick(values))
			}
			if len(list) > 0 {
				row[name] = list
			}
		}
		if r.IntN(2) == 0 {
			row["user.id"], row["vendor.host"] = pick(someUsers), pick(someDomains)
		}
		rows[i] = row
	}
	lake.Add(t, "random", fields, rows...)
	return lake, rows
}

// columnsOf says, for the test, which fields of the random rows hold which kind.
var columnsOf = map[ecs.Kind][]string{
	ecs.IP: {"related.ip"}, ecs.User: {"related.user", "user.id"}, ecs.Domain: {"related.hosts", "vendor.host", "seen.domains"},
}

func matches(row enginetest.Row, i indicator.Indicator) bool {
	for _, term := range i.Terms() {
		for _, name := range columnsOf[term.Kind] {
			values, _ := row[name].([]string)
			if s, ok := row[name].(string); ok {
				values = []string{s}
			}
			if slices.ContainsFunc(values, term.Matches) {
				return true
			}
		}
	}
	return false
}

func TestStatementsMatchAsGoDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	lake, rows := randomLake(t, r, 400)
	for n := range 25 {
		request := Request{From: now.Add(-150 * time.Hour), To: now.Add(-10 * time.Hour), Match: []Match{Any, All}[n%2], Limit: 1000}
		for range 1 + r.IntN(3) {
			switch r.IntN(4) {
			case 0:
				request.Indicators = append(request.Indicators, parse(t, ecs.IP, somePrefixes[r.IntN(len(somePrefixes))]))
			case 1:
				request.Indicators = append(request.Indicators, parse(t, ecs.User, someUsers[r.IntN(len(someUsers))]))
			case 2:
				request.Indicators = append(request.Indicators, parse(t, ecs.Domain, someDomains[r.IntN(len(someDomains))]))
			case 3:
				request.Indicators = append(request.Indicators, parse(t, ecs.Domain, "*."+someDomains[r.IntN(len(someDomains))]))
			}
		}
		if n%5 == 0 && request.Match == Any { // so many that they are joined
			for i := range 150 {
				request.Indicators = append(request.Indicators, parse(t, ecs.Domain, fmt.Sprintf("d%d.example.org", i)), parse(t, ecs.User, fmt.Sprintf("u%d", i)))
			}
		}
		request.Indicators = distinct(request.Indicators)
		t.Run(fmt.Sprintf("%d: %s of %v", n, request.Match, request.Indicators[:min(3, len(request.Indicators))]), func(t *testing.T) {
			events, _ := ask(t, lake, request)
			got := map[string][]int{}
			for _, e := range events {
				got[e.ID] = e.Matched
			}
			if diff := cmp.Diff(expected(rows, request), got); diff != "" {
				t.Errorf("(-Go +SQL)\n%s", diff)
			}
		})
	}
}

// expected are the rows that match the request, with its indicators that they match.
func expected(rows []enginetest.Row, r Request) map[string][]int {
	want := map[string][]int{}
	for _, row := range rows {
		at := row["@timestamp"].(time.Time)
		if at.Before(r.From) || !at.Before(r.To) {
			continue
		}
		var hit []int
		for i, ind := range r.Indicators {
			if matches(row, ind) {
				hit = append(hit, i)
			}
		}
		if len(hit) == len(r.Indicators) || r.Match == Any && len(hit) > 0 {
			want[row["event.id"].(string)] = hit
		}
	}
	return want
}

func TestEventsCarryWhatLeadsBack(t *testing.T) {
	events, _ := ask(t, enginetest.Estate(t), january(t, func(r *Request) { r.Sources = []string{"aws_cloudtrail"} }))
	e := events[len(events)-1]
	if e.LogFilePath != "logs/aws_cloudtrail/2026/01/02.gz" || e.LogOffset != 200 || e.Source != "aws_cloudtrail" ||
		catalog.Day(e.Time) != "2026-01-02" || e.ID != "aws_cloudtrail-02" {
		t.Errorf("got %+v", e)
	}
}
