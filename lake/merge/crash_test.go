package merge_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/table"
	"github.com/hindcast/hindcast/lake/trash"
)

// fuse ends a run, or makes one call fail, at its n-th call of the catalog or the lake's store.
type fuse struct {
	mu    sync.Mutex
	calls int
	at    int
	how   disturbance
	blown bool
}

type disturbance string

const (
	killed   disturbance = "is killed at"
	fails    disturbance = "goes on when there fails"
	loses    disturbance = "goes on when the answer is lost of"
	cutShort disturbance = "goes on when there breaks off"
)

var (
	errMoment = errors.New("an error of the moment")
	errShort  = errors.New("the line broke")
)

func (f *fuse) call(faulty.Call) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.blown && f.how == killed {
		return faulty.ErrKilled
	}
	if f.calls != f.at {
		return nil
	}
	f.blown = true
	return map[disturbance]error{killed: faulty.ErrKilled, fails: errMoment, loses: faulty.ErrLost, cutShort: errShort}[f.how]
}

// fusedStore is a lake's store behind a fuse.
type fusedStore struct {
	raw.Store
	*fuse
}

func (s fusedStore) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := s.call(""); err != nil {
		return nil, err
	}
	return s.Store.Open(ctx, key)
}

func (s fusedStore) PutNew(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	err := s.call("")
	switch {
	case errors.Is(err, errShort):
		body = io.MultiReader(io.LimitReader(body, 100), broken{})
	case errors.Is(err, faulty.ErrLost):
		_, e := s.Store.PutNew(ctx, key, body)
		return catalog.Object{}, errors.Join(err, e)
	case err != nil:
		return catalog.Object{}, err
	}
	return s.Store.PutNew(ctx, key, body)
}

func (s fusedStore) Delete(ctx context.Context, key string) error {
	err := s.call("")
	if err == nil || errors.Is(err, faulty.ErrLost) {
		err = errors.Join(err, s.Store.Delete(ctx, key))
	}
	return err
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errShort }

// light makes the next run burn a fuse.
func (l *testLake) light(f *fuse) {
	l.catalog = faulty.New(l.store).Moody(f.call).Store()
	l.lakeStore = fusedStore{l.files, f}
}

// contents are what tables hold, whatever their files.
func (l *testLake) contents() map[string]table.Content {
	l.Helper()
	all := map[string]table.Content{}
	var h table.Hasher
	for _, f := range l.catalogFiles("") {
		file, err := os.Open(l.files.Path(f.Path))
		if err != nil {
			l.Fatal(err)
		}
		c, err := h.File(file, f.Bytes)
		if err := errors.Join(err, file.Close()); err != nil {
			l.Fatal(err)
		}
		all[f.Table] = all[f.Table].Add(c)
	}
	return all
}

// swept makes sure that nothing but the catalog's files is left once the trash was emptied.
func (l *testLake) swept() {
	l.Helper()
	l.pass(26 * time.Hour)
	if _, err := trash.Empty(context.WithoutCancel(l.Context()), l.store, l.files); err != nil {
		l.Fatal(err)
	}
	known := map[string]bool{}
	for _, f := range l.catalogFiles("") {
		known[f.Path] = true
	}
	for o, err := range l.files.List(context.WithoutCancel(l.Context()), "tables/") {
		if err != nil {
			l.Fatal(err)
		}
		if !known[o.Key] {
			l.Errorf("%s is left over", o.Key)
		}
	}
}

// twoDays is a lake of which two days gain by a merge; one was merged before and has got late data since.
func twoDays(t testing.TB) *testLake {
	l := newLake(t)
	for i := range 3 {
		l.deliver(fmt.Sprint("o", i), day1.Add(time.Duration(i)*time.Hour), 40, time.Minute)
	}
	l.merge(merge.Selection{})
	l.pass(2 * time.Hour)
	l.deliver("late", day1.Add(time.Minute), 10, time.Minute)
	l.deliver("n1", day1.AddDate(0, 0, 1), 30, time.Minute)
	l.deliver("n2", day1.AddDate(0, 0, 1), 30, time.Minute)
	l.target, l.group = 8<<10, 1
	return l
}

// Wherever a merge dies or meets an error, readers see what they saw, the next merge does all of it, and nothing is left.
func TestAMergeMayBeDisturbedAtEveryCall(t *testing.T) {
	template := twoDays(t)
	want := template.contents()
	quiet, f := template.fork(t), &fuse{}
	quiet.light(f)
	if _, err := merge.Run(t.Context(), quiet.config(), merge.Selection{}); err != nil {
		t.Fatal(err)
	}
	if f.calls < 30 {
		t.Fatalf("a merge of two days makes %d calls", f.calls)
	}
	for _, how := range []disturbance{killed, fails, loses, cutShort} {
		for at := 1; at <= f.calls; at++ {
			t.Run(fmt.Sprintf("%s call %d", how, at), func(t *testing.T) {
				t.Parallel()
				template.fork(t).disturbed(how, at, want)
			})
		}
	}
}

func (l *testLake) disturbed(how disturbance, at int, want map[string]table.Content) {
	f := &fuse{at: at, how: how}
	l.light(f)
	_, err := merge.Run(l.Context(), l.config(), merge.Selection{})
	if !f.blown {
		l.Skip("this run made fewer calls")
	}
	if how == killed && f.calls > at && err == nil {
		l.Error("the run succeeded, though it was killed")
	}
	l.hold(want)
	l.heal()
	if _, err := merge.Run(l.Context(), l.config(), merge.Selection{}); err != nil {
		l.Fatalf("the run after: %v", err)
	}
	l.hold(want)
	l.check()
	for _, p := range l.partitions() {
		if p.Generation < 2 || p.Day == "2026-01-30" && p.Generation < 3 {
			l.Errorf("%s is of generation %d", p.Day, p.Generation)
		}
	}
	if again, err := merge.Run(l.Context(), l.config(), merge.Selection{}); err != nil || again.Merged > 0 {
		l.Errorf("another run merged %d days (%v)", again.Merged, err)
	}
	l.swept()
	l.hold(want)
}

// hold makes sure that the tables hold what they should.
func (l *testLake) hold(want map[string]table.Content) {
	l.Helper()
	for name, got := range l.contents() {
		if got != want[name] {
			l.Errorf("table %s has %s instead of %s", name, got, want[name])
		}
	}
}
