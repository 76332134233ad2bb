package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// cloud is a bucket with a lake, whose puts can be made to fail.
type cloud struct {
	raw.Store
	clock   *clock
	down    atomic.Bool
	refuses bool
}

var errDown = errors.New("the bucket is down")

func (c *cloud) Put(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	if c.down.Load() {
		return catalog.Object{}, errDown
	}
	return c.Store.Put(ctx, key, body)
}

func (c *cloud) PutNew(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	if c.refuses {
		return catalog.Object{}, fmt.Errorf("put %s: %w", key, raw.ErrRefused)
	}
	return c.Store.PutNew(ctx, key, body)
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{clock: newClock()}
	server, err := s3http.New(s3http.Options{Now: time.Now, Buckets: map[string]raw.Store{"bucket": s3http.NewMemory(c.clock.now)}})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(server)
	t.Cleanup(func() {
		listener.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &listener.URL, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	if c.Store, err = s3.OpenStore(cfg, "s3://bucket/lake", s3.Options{PathStyle: true, Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	return c
}

// server opens a manager with this archive, in a folder of its own.
func (c *cloud) server(t *testing.T, e Engine) *Manager {
	t.Helper()
	return open(t, t.TempDir(), e, c.options())
}

func (c *cloud) options() Options {
	o := options(c.clock)
	o.Archive, o.ResultBytes = c, 64<<20
	return o
}

// keys are what the bucket holds of correlations.
func (c *cloud) keys(t *testing.T) (keys []string) {
	t.Helper()
	for o, err := range c.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if o.Key != archiveKey {
			keys = append(keys, strings.TrimPrefix(o.Key, archiveRoot))
		}
	}
	return keys
}

// finished makes a correlation, and waits until it has ended and is archived.
func finished(t *testing.T, m *Manager, id string) {
	t.Helper()
	create(t, m, id, "192.0.2.1")
	waitEnd(t, m, id)
	m.work.Wait()
}

func TestAServerWithoutADiskFindsWhatTheLastOneFound(t *testing.T) {
	c := newCloud(t)
	m := c.server(t, gives(20))
	finished(t, m, "one")
	_, token, err := m.Events("one", "", 5)
	if err != nil {
		t.Fatal(err)
	}
	closeNow(t, m)
	m = c.server(t, gives(0))
	if got := listed(t, m); got != "one" {
		t.Errorf("listed %s", got)
	}
	wantState(t, waitEnd(t, m, "one"), "succeeded", "")
	rest, next, err := m.Events("one", token, 1000)
	if err != nil || len(rest) != 15 || next != "" || rest[0].GetEventId() != event(5).GetEventId() {
		t.Errorf("%d events, next %q, error %v", len(rest), next, err)
	}
	if sum, err := m.Summary("one"); err != nil || sum.GetStatistics().GetMatched() != 20 {
		t.Error(sum, err)
	}
	if again := create(t, m, "one", "192.0.2.1"); again.GetEvents() != 20 {
		t.Errorf("an equal request: %v", again)
	}
	if _, err := m.Create("one", query("192.0.2.2")); !errors.Is(err, ErrTaken) {
		t.Errorf("another request of that id: %v", err)
	}
	if c, err := m.Cancel("one"); err != nil || c.GetEvents() != 20 {
		t.Errorf("cancelled when it had ended: %v, %v", c, err)
	}
}

func TestServersFindEachOthersCorrelations(t *testing.T) {
	c := newCloud(t)
	one, two := c.server(t, gives(3)), c.server(t, gives(4))
	finished(t, one, "a")
	finished(t, two, "b")
	for name, m := range map[string]*Manager{"one": one, "two": two} {
		for id, n := range map[string]int{"a": 3, "b": 4} {
			if ids := allEvents(t, m, id, 2); !slices.Equal(ids, wantIDs(n)) {
				t.Errorf("%s has %v of %s", name, ids, id)
			}
		}
		if got := listed(t, m); got != "ba" {
			t.Errorf("%s lists %s", name, got)
		}
		if _, err := m.Get("c"); !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
	}
	_, token, err := one.Events("b", "", 1)
	if err != nil {
		t.Fatal(err)
	}
	if rest, _, err := two.Events("b", token, 10); err != nil || len(rest) != 3 {
		t.Errorf("by the other's token: %d events, %v", len(rest), err)
	}
}

func TestALongTimelineIsReadByParts(t *testing.T) {
	const n = 9_000
	c := newCloud(t)
	long := engineFunc(func(_ context.Context, _ *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
		for i := range n {
			e := event(i)
			e.Source = strings.Repeat("x", 1_000)
			if i == n/2 {
				e.Source = strings.Repeat("y", partBytes)
			}
			if err := emit(e); err != nil {
				return nil, err
			}
		}
		return &hindcastv1.Summary{}, nil
	})
	m := c.server(t, long)
	finished(t, m, "long")
	closeNow(t, m)
	m = c.server(t, gives(0))
	if ids := allEvents(t, m, "long", 1000); !slices.Equal(ids, wantIDs(n)) {
		t.Errorf("%d events of %d", len(ids), n)
	}
	parts := 0
	for _, key := range c.keys(t) {
		if strings.HasPrefix(key, "events/long/") {
			parts++
		}
	}
	if parts < 4 || parts > 6 {
		t.Errorf("%d parts", parts)
	}
}

func TestFailedAndEmptyCorrelationsAreArchivedToo(t *testing.T) {
	c := newCloud(t)
	m := c.server(t, engineFunc(func(context.Context, *hindcastv1.Query, func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
		return nil, errors.New("no such luck")
	}))
	finished(t, m, "failed")
	closeNow(t, m)
	m = c.server(t, gives(0))
	wantState(t, waitEnd(t, m, "failed"), "failed", "no such luck")
	if _, err := m.Summary("failed"); !errors.Is(err, ErrNotDone) {
		t.Error(err)
	}
	finished(t, m, "empty")
	closeNow(t, m)
	if ids := allEvents(t, c.server(t, gives(1)), "empty", 10); len(ids) > 0 {
		t.Error(ids)
	}
}

func TestWhatHasExpiredIsRemovedFromTheArchive(t *testing.T) {
	c := newCloud(t)
	one := c.server(t, gives(3))
	finished(t, one, "old")
	two := c.server(t, gives(1))
	c.clock.pass(25 * time.Hour)
	finished(t, two, "new")
	if want := []string{"events/new/0000000000000000.ndjson", "jobs/new.json", "summaries/new.json"}; !slices.Equal(c.keys(t), want) {
		t.Errorf("the bucket holds %v", c.keys(t))
	}
	if got := listed(t, two); got != "new" {
		t.Errorf("listed %s", got)
	}
	if _, err := two.Get("old"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

func TestWhatAnotherServerRemovedIsNotThere(t *testing.T) {
	c := newCloud(t)
	one, two := c.server(t, gives(3)), c.server(t, gives(3))
	finished(t, one, "a")
	if _, err := two.Get("a"); err != nil {
		t.Fatal(err)
	}
	if err := one.archive.remove(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := two.Events("a", "", 10); !errors.Is(err, ErrNotFound) {
		t.Errorf("its events: %v", err)
	}
	if got := listed(t, two); got != "" {
		t.Errorf("listed %s", got)
	}
	finished(t, two, "a") // its id is free again
	if ids := allEvents(t, two, "a", 10); len(ids) != 3 {
		t.Error(ids)
	}
}

func TestWhatCouldNotBeArchivedIsWhenTheServerStarts(t *testing.T) {
	c, dir := newCloud(t), t.TempDir()
	m := open(t, dir, gives(3), c.options())
	c.down.Store(true)
	finished(t, m, "a")
	if ids := allEvents(t, m, "a", 10); len(ids) != 3 || !slices.Equal(c.keys(t), []string{"running/a/000001.json"}) {
		t.Errorf("events %v, the bucket holds %v", ids, c.keys(t))
	}
	closeNow(t, m)
	c.down.Store(false)
	closeNow(t, open(t, dir, gives(0), c.options()))
	if want := []string{"events/a/0000000000000000.ndjson", "jobs/a.json", "summaries/a.json"}; !slices.Equal(c.keys(t), want) {
		t.Errorf("the bucket holds %v", c.keys(t))
	}
	if ids := allEvents(t, c.server(t, gives(0)), "a", 10); len(ids) != 3 {
		t.Errorf("events %v, the bucket holds %v", ids, c.keys(t))
	}
}

func TestWhatAServerLeftHalfArchivedIsDeletedADayLater(t *testing.T) {
	c := newCloud(t)
	m := c.server(t, gives(1))
	finished(t, m, "whole")
	for _, key := range []string{partKey("half", 1, 0), summaryKey("half", 1), jobKey("broken")} {
		if _, err := c.Put(t.Context(), key, strings.NewReader("{")); err != nil {
			t.Fatal(err)
		}
	}
	c.clock.pass(time.Hour)
	if err := (archive{c}).put(t.Context(), record{Correlation: &hindcastv1.Correlation{CorrelationId: "whole"}, progress: progress{Run: 1}}); err != nil {
		t.Fatal(err)
	}
	if got := listed(t, c.server(t, gives(1))); got != "whole" || len(c.keys(t)) != 6 {
		t.Errorf("listed %s, the bucket holds %v", got, c.keys(t))
	}
	c.clock.pass(24 * time.Hour)
	c.server(t, gives(1))
	for _, key := range c.keys(t) {
		if strings.Contains(key, "half") || strings.Contains(key, "whole") { // which has expired
			t.Errorf("%s is still there", key)
		}
	}
}

func TestWhoeverMayOnlyReadALakeCanAskOfIt(t *testing.T) {
	c, dir := newCloud(t), t.TempDir()
	c.refuses = true
	o := c.options()
	var log strings.Builder
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	m := open(t, dir, gives(3), o)
	finished(t, m, "a")
	closeNow(t, m)
	if !strings.Contains(log.String(), "on this server's disk alone") || len(c.keys(t)) > 0 {
		t.Errorf("the bucket holds %v: %s", c.keys(t), log.String())
	}
	if ids := allEvents(t, open(t, dir, gives(0), o), "a", 10); len(ids) != 3 {
		t.Error(ids)
	}
}

func TestTheKeyOfTokensIsThatOfWhoeverCameFirst(t *testing.T) {
	c := newCloud(t)
	first, err := archive{c}.key(t.Context(), 32)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := (archive{c}).key(t.Context(), 32); err != nil || !slices.Equal(first, second) {
		t.Error(err)
	}
	if _, err := (archive{c}).key(t.Context(), 16); err == nil || !strings.Contains(fmt.Sprint(err), "delete it") {
		t.Error(err)
	}
}
