package s3

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

// distant is a server that is reached without a network, and takes its time.
type distant struct {
	http.Handler
	delay time.Duration
	calls atomic.Int64
}

func (d *distant) Do(r *http.Request) (*http.Response, error) {
	d.calls.Add(1)
	time.Sleep(d.delay)
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	res := w.Result()
	res.Request = r
	return res, r.Context().Err()
}

// shapes are ways in which a number of keys may lie.
var shapes = map[string]func(i, n int) string{
	"a trail: accounts, regions and days": func(i, n int) string {
		per := max(1, n/(5*4*30))
		day := i / per
		return fmt.Sprintf("AWSLogs/%012d/CloudTrail/r-%d/2026/01/%02d/x_2026%08dT%04dZ_%x.json.gz", 111122220000+day/120, day/30%4, day%30+1, i%per, i%per, i*7919)
	},
	"small folders":         func(i, _ int) string { return fmt.Sprintf("in/%06d/%d", i/3, i%3) },
	"one folder, by number": func(i, _ int) string { return fmt.Sprintf("in/part-%08d", i) },
	"one folder, by time": func(i, _ int) string {
		return "in/" + time.Unix(1767225600+int64(i)*7, 0).UTC().Format("2006-01-02-15-04-05") + fmt.Sprintf("-%08X", uint32(i)*2654435761)
	},
	"one folder, by a hash":  func(i, _ int) string { return fmt.Sprintf("in/%08x%08x", uint32(i)*2654435761, i) },
	"few objects in folders": func(i, n int) string { return fmt.Sprintf("in/%d/%d", i*4/n, i) },
}

var long = flag.Bool("long", false, "list a million keys")

// TestLongLists lists in a world whose clock moves when everybody waits, so that what is measured is how many calls
// wait for each other. A page takes a tenth of a second; one pager asks for a page after the other. Of a million keys:
//
//	go test ./lake/raw/s3 -run LongLists -v -timeout 1h -args -long
func TestLongLists(t *testing.T) {
	n, less := 10_000, 0.8
	if *long {
		n, less = 1_000_000, 0.2
	}
	for name, key := range shapes {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { listLong(t, n, less, key) })
		})
	}
}

// listLong lists keys, in less than a part of the time that one pager takes.
func listLong(t *testing.T, n int, less float64, key func(i, n int) string) {
	const delay = 100 * time.Millisecond
	memory := s3http.NewMemory(time.Now)
	for i := range n {
		if _, err := memory.Put(t.Context(), key(i, n), strings.NewReader("")); err != nil {
			t.Fatal(err)
		}
	}
	s, far := reach(t, memory, delay)
	begin, got, last := time.Now(), 0, ""
	for o, err := range s.List(t.Context(), "") {
		if err != nil || o.Key <= last {
			t.Fatalf("%q behind %q: %v", o.Key, last, err)
		}
		got, last = got+1, o.Key
	}
	took, one := time.Since(begin), time.Duration(n/1000)*delay
	t.Logf("%v, where one pager takes %v; %d calls, where it makes %d", took, one, far.calls.Load(), n/1000)
	if got != n || took.Seconds() > less*one.Seconds() {
		t.Errorf("%d keys of %d in %v", got, n, took)
	}
	if calls := far.calls.Load(); calls > int64(n/1000)*3+100 {
		t.Errorf("%d calls", calls)
	}
}

// reach opens a store in memory as if it were far away.
func reach(t *testing.T, memory raw.Store, delay time.Duration) (*Store, *distant) {
	t.Helper()
	server, err := s3http.New(s3http.Options{Now: time.Now, Buckets: map[string]raw.Store{"logs": memory}})
	if err != nil {
		t.Fatal(err)
	}
	far := &distant{Handler: server, delay: delay}
	cfg := config("http://127.0.0.1")
	cfg.HTTPClient = far
	s, err := OpenStore(cfg, "s3://logs", options())
	if err != nil {
		t.Fatal(err)
	}
	return s, far
}

// Pages of a few keys, so that lists divide in all ways, are compared with what was put.
func TestListsInSmallPages(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	parts := []string{"a", "b", "0", "1", "9", "ab", "é", "a b", "-", "2026-01-31", "ff", "~", "Z", "+%2F"}
	for round := range 20 {
		var want []string
		memory := s3http.NewMemory(time.Now)
		for range random.IntN(120) {
			var key []string
			for range 1 + random.IntN(4) {
				key = append(key, parts[random.IntN(len(parts))])
			}
			want = append(want, strings.Join(key, "/"))
		}
		for _, key := range want {
			if _, err := memory.Put(t.Context(), key, strings.NewReader(key)); err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(want)
		want = slices.Compact(want)
		pageSize := fmt.Sprint(1 + random.IntN(6))
		endpoint := serve(t, s3http.Options{Buckets: map[string]raw.Store{"logs": memory}, Before: func(_ context.Context, c *s3http.Call) *s3http.Fault {
			c.Query.Set("max-keys", pageSize)
			return nil
		}})
		for _, prefix := range []string{"", "a", "a/", "0/1", "é"} {
			var got []string
			for o, err := range openStore(t, endpoint, "s3://logs", options()).List(t.Context(), prefix) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, o.Key)
			}
			wanted := slices.DeleteFunc(slices.Clone(want), func(key string) bool { return !strings.HasPrefix(key, prefix) })
			if diff := cmp.Diff(wanted, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("round %d, prefix %q, %s a page: %s", round, prefix, pageSize, diff)
			}
		}
	}
}
