package publish_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/publish"
)

// death ends a process at one of its calls, be it of the ledger, of the lake or of Glue.
type death struct {
	at    int   // the number of the call
	how   error // ErrKilled: it did not happen; ErrLost: it did
	calls int
}

// next is what becomes of the next call.
func (d *death) next() error {
	d.calls++
	switch {
	case d.calls-1 < d.at:
		return nil
	case d.calls-1 == d.at:
		return d.how
	}
	return faulty.ErrKilled
}

// dying is a publisher of a process that dies.
func (w *world) dying(d *death) *publish.Publisher {
	w.lose = func(string) bool {
		err := d.next()
		if errors.Is(err, faulty.ErrKilled) {
			w.before = func(string) error { return err }
		}
		return errors.Is(err, faulty.ErrLost)
	}
	return w.publisher(func(c *publish.Config) {
		c.Owner = "dying"
		c.Ledger = faulty.New(w.store).Moody(func(faulty.Call) error { return d.next() }).Store()
		c.Lake = dyingLake{w, d}
		g, err := glue.New(w.cfg, glue.Options{Database: database, Root: root, Tries: 1})
		w.must(err)
		c.Glue = g
	})
}

// revive lets Glue be called again, by others.
func (w *world) revive() { w.lose, w.before = nil, nil }

type dyingLake struct {
	*world
	d *death
}

func (l dyingLake) Put(ctx context.Context, key string, body io.Reader) (o catalog.Object, err error) {
	how := l.d.next()
	if how == nil || errors.Is(how, faulty.ErrLost) {
		o, err = l.files.Put(ctx, key, body)
	}
	return o, errors.Join(err, how)
}

// changed is a lake that was published, and has changed in every way since.
func changed(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.commit(w.store, table, days(4)...)
	_, err := w.publisher().Publish(t.Context())
	w.must(err)
	w.commit(w.store, table, days(4)[2:]...)
	w.merge(w.store, days(4)[2])
	w.expire(w.store, days(4)[0])
	w.must(w.store.EnsureTable(t.Context(), tableOf(table, "message")))
	w.commit(w.store, "aws_vpcflow", days(1)...)
	return w
}

func TestAPublisherMayDieAnywhere(t *testing.T) {
	whole := &death{at: 1 << 30}
	w := changed(t)
	if _, err := w.dying(whole).Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if whole.calls < 25 {
		t.Fatalf("%d calls", whole.calls)
	}
	for at := range whole.calls {
		for _, how := range []error{faulty.ErrKilled, faulty.ErrLost} {
			t.Run(fmt.Sprintf("%v at call %d", how, at), func(t *testing.T) {
				w := changed(t)
				_, _ = w.dying(&death{at: at, how: how}).Publish(t.Context())
				w.revive()
				w.readable()
				w.move(48 * time.Hour)
				w.readable()
				// Another process changes the lake again, and publishes all of it.
				w.merge(w.store, days(1)[0])
				w.move(48 * time.Hour)
				w.readable()
				_, err := w.publisher().Publish(t.Context())
				w.must(err)
				w.mirrors()
				w.readable()
				w.move(48 * time.Hour)
				w.readable()
				if left, err := w.store.Wasted(t.Context()); err != nil || len(left) > 0 {
					t.Errorf("the trash has %v, %v", left, err)
				}
				w.known()
			})
		}
	}
}

// readable deletes what is due, and makes sure that all that Glue shows is there: a day's manifest, and the files in it.
func (w *world) readable() {
	w.Helper()
	ctx := context.Background()
	due, err := w.store.Collect(ctx, 1000)
	w.must(err)
	var paths []string
	gone := map[string]bool{}
	for _, d := range due {
		w.must(w.files.Delete(ctx, d.Path))
		paths = append(paths, d.Path)
		gone[root+"/"+d.Path] = true
	}
	shown := map[string]string{}
	read(w, w.client, w.files, shown)
	for what, text := range shown {
		if !strings.Contains(what, " ") { // a table or the view
			continue
		}
		if text == "" {
			w.Errorf("the manifest of %s is gone", what)
		}
		for line := range strings.Lines(text) {
			if gone[strings.TrimSpace(line)] {
				w.Errorf("%s names %s, which is deleted", what, line)
			}
		}
	}
	w.must(w.store.Forget(ctx, paths))
}

// known makes sure that the ledger knows every manifest in the lake.
func (w *world) known() {
	w.Helper()
	ctx := context.Background()
	all, err := w.store.Publications(ctx)
	w.must(err)
	knows := map[string]bool{}
	for _, p := range all {
		knows[p.Manifest] = true
	}
	for o, err := range w.files.List(ctx, "") {
		w.must(err)
		if !knows[o.Key] {
			w.Errorf("nobody knows %s", o.Key)
		}
	}
}
