package retrying_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/faulty"
	"github.com/hindcast/hindcast/lake/raw/retrying"
)

var errMoment = errors.New("connection reset by peer")

// clock runs timers when the test says so, or at once.
type clock struct {
	mu     sync.Mutex
	pauses []time.Duration // what was waited for
}

const patience = time.Hour // no pause is as long

// after lets pauses pass at once; a call's patience never ends.
func (c *clock) after(d time.Duration, f func()) func() bool {
	if d >= patience {
		return func() bool { return true }
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pauses = append(c.pauses, d)
	go f()
	return func() bool { return false }
}

// bucket is a store that repeats, over one with faults that holds objects a to e.
func bucket(t *testing.T) (*retrying.Store, *faulty.Bucket, *clock) {
	t.Helper()
	folder, err := raw.CreateFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	for _, key := range []string{"a", "b", "c", "d", "e"} {
		if _, err := folder.Put(t.Context(), key, strings.NewReader(content(key))); err != nil {
			t.Fatal(err)
		}
	}
	b, c := faulty.Wrap(folder), &clock{}
	return retrying.New(b, retrying.Options{
		Attempts: 4, First: time.Second, Most: 3 * time.Second, Patience: patience, AfterFunc: c.after, Random: func() float64 { return 1 },
	}), b, c
}

func content(key string) string { return strings.Repeat(key+" holds this. ", 1000) }

func read(ctx context.Context, s raw.Bucket, key string) (string, error) {
	body, err := s.Open(ctx, key)
	if err != nil {
		return "", err
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	return string(text), err
}

func list(ctx context.Context, s raw.Bucket) (keys string, err error) {
	for o, err := range s.List(ctx, "") {
		if err != nil {
			return keys, err
		}
		keys += o.Key
	}
	return keys, nil
}

// calls are those of a store, each answering what it should.
var calls = map[faulty.Op]func(t *testing.T, s *retrying.Store) error{
	faulty.List: func(t *testing.T, s *retrying.Store) error {
		keys, err := list(t.Context(), s)
		if err == nil && keys != "abcde" {
			t.Errorf("listed %q", keys)
		}
		return err
	},
	faulty.Open: func(t *testing.T, s *retrying.Store) error {
		text, err := read(t.Context(), s, "c")
		if err == nil && text != content("c") {
			t.Errorf("read %d bytes, %.40q", len(text), text)
		}
		return err
	},
	faulty.Stat: func(t *testing.T, s *retrying.Store) error {
		o, err := s.Stat(t.Context(), "c")
		if err == nil && o.Size != int64(len(content("c"))) {
			t.Errorf("%+v", o)
		}
		return err
	},
	faulty.Put: func(t *testing.T, s *retrying.Store) error {
		body := strings.NewReader("skipped " + content("f"))
		if _, err := body.Seek(8, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Put(t.Context(), "f", body); err != nil {
			return err
		}
		text, err := read(t.Context(), s, "f")
		if text != content("f") {
			t.Errorf("put %d bytes, %.40q", len(text), text)
		}
		return err
	},
	faulty.Delete: func(t *testing.T, s *retrying.Store) error {
		if err := s.Delete(t.Context(), "c"); err != nil {
			return err
		}
		if _, err := s.Stat(t.Context(), "c"); !errors.Is(err, raw.ErrNotFound) {
			t.Errorf("it is there: %v", err)
		}
		return nil
	},
}

func TestEveryCallIsRepeatedWhenItsErrorIsOfTheMoment(t *testing.T) {
	for op, call := range calls {
		for name, fault := range map[string]func(*faulty.Fault){
			"fails":                     func(f *faulty.Fault) { f.Fail(errMoment) },
			"is throttled":              func(f *faulty.Fault) { f.Throttle(5 * time.Second) },
			"is done and loses answers": func(f *faulty.Fault) { f.LoseAnswer(errMoment) },
			"breaks off":                func(f *faulty.Fault) { f.Partial(3, errMoment) },
			"ends early":                func(f *faulty.Fault) { f.Partial(3, io.ErrUnexpectedEOF) },
			"gives little at a time":    func(f *faulty.Fault) { f.Short(7) },
		} {
			t.Run(string(op)+" "+name, func(t *testing.T) {
				s, b, _ := bucket(t)
				fault(b.On(op).Times(3))
				if err := call(t, s); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestPausesGrowAndAreNotShorterThanABucketAsks(t *testing.T) {
	s, b, c := bucket(t)
	b.On(faulty.Stat).Times(3).Fail(errMoment)
	if _, err := s.Stat(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	b.On(faulty.Stat).Throttle(time.Minute)
	if _, err := s.Stat(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	want := []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, time.Minute}
	if diff := cmp.Diff(want, c.pauses); diff != "" {
		t.Error(diff)
	}
}

func TestHalfOfAPauseIsLeftToChance(t *testing.T) {
	_, b, c := bucket(t)
	s := retrying.New(b, retrying.Options{First: time.Second, AfterFunc: c.after, Patience: patience, Random: func() float64 { return 0 }})
	b.On(faulty.Stat).Fail(errMoment)
	if _, err := s.Stat(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]time.Duration{time.Second / 2}, c.pauses); diff != "" {
		t.Error(diff)
	}
}

func TestAnErrorThatStaysIsGivenInTheEnd(t *testing.T) {
	for op, call := range calls {
		s, b, c := bucket(t)
		b.On(op).Times(faulty.Forever).Fail(errMoment)
		if err := call(t, s); !errors.Is(err, errMoment) || b.Calls(op) != 4 || len(c.pauses) != 3 {
			t.Errorf("%s: %v after %d calls and %d pauses", op, err, b.Calls(op), len(c.pauses))
		}
	}
}

func TestAnErrorThatLastsIsNotTriedAgain(t *testing.T) {
	for _, lasting := range []error{raw.ErrNotFound, raw.ErrChanged, raw.ErrInvalidKey} {
		s, b, c := bucket(t)
		b.On(faulty.Open).Fail(lasting)
		if _, err := read(t.Context(), s, "a"); !errors.Is(err, lasting) || len(c.pauses) != 0 {
			t.Errorf("%v after %d pauses", err, len(c.pauses))
		}
	}
}

func TestABodyThatEndsEarlyGoesOn(t *testing.T) {
	s, b, _ := bucket(t)
	b.On(faulty.Open).Times(3).Partial(1234, io.EOF)
	if text, err := read(t.Context(), s, "a"); text != content("a") || err != nil {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

func TestABodyIsNotGoneOnWithByAnotherObject(t *testing.T) {
	for name, other := range map[string]string{
		"other bytes":        strings.ToUpper(content("a")),
		"a shorter object":   "short",
		"the same, and more": content("a") + "more",
	} {
		t.Run(name, func(t *testing.T) {
			s, b, _ := bucket(t)
			b.On(faulty.Open).Partial(1234, errMoment)
			body, err := s.Open(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			defer body.Close()
			begin := make([]byte, 1000)
			if _, err := io.ReadFull(body, begin); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Put(t.Context(), "a", strings.NewReader(other)); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(body)
			if strings.HasPrefix(other, content("a")) {
				if err != nil || string(begin)+string(rest) != other {
					t.Errorf("%d bytes, %v", len(rest), err)
				}
			} else if !errors.Is(err, raw.ErrChanged) {
				t.Errorf("%v, want that the object has changed", err)
			}
		})
	}
}

// impatient ends every call's patience at once, once the call hangs.
func TestASilentCallIsEndedAndRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		op   faulty.Op
		hang func(*faulty.Fault)
	}{
		"a list":                 {faulty.List, (*faulty.Fault).Hang},
		"an open":                {faulty.Open, (*faulty.Fault).Hang},
		"a body after 100 bytes": {faulty.Open, func(f *faulty.Fault) { f.Stall(100) }},
		"a put":                  {faulty.Put, (*faulty.Fault).Hang},
		"a deletion":             {faulty.Delete, (*faulty.Fault).Hang},
		"a stat":                 {faulty.Stat, (*faulty.Fault).Hang},
	} {
		t.Run(name, func(t *testing.T) {
			_, b, _ := bucket(t)
			s := retrying.New(b, retrying.Options{First: time.Microsecond, Most: time.Microsecond, Patience: 50 * time.Millisecond})
			c.hang(b.On(c.op).Times(2))
			if err := calls[c.op](t, s); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhoeverGivesUpIsNotKeptWaiting(t *testing.T) {
	_, b, _ := bucket(t)
	began := make(chan struct{}, 1)
	s := retrying.New(b, retrying.Options{Patience: patience, AfterFunc: func(d time.Duration, _ func()) func() bool {
		if d < patience { // a pause, which never ends
			began <- struct{}{}
		}
		return func() bool { return true }
	}})
	b.On(faulty.Stat).Fail(errMoment)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-began; cancel() }()
	if _, err := s.Stat(ctx, "a"); !errors.Is(err, context.Canceled) || !errors.Is(err, errMoment) {
		t.Errorf("%v", err)
	}
}

func TestABodyThatCannotBeReadAgainIsPutOnce(t *testing.T) {
	s, b, _ := bucket(t)
	b.On(faulty.Put).Partial(2, errMoment)
	if _, err := s.Put(t.Context(), "f", io.MultiReader(strings.NewReader("once"))); !errors.Is(err, errMoment) || b.Calls(faulty.Put) != 1 {
		t.Errorf("%v after %d calls", err, b.Calls(faulty.Put))
	}
}

func TestALakesFileIsStillReadAtAnyPlace(t *testing.T) {
	folder, err := raw.CreateFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	if _, err := folder.Put(t.Context(), "a", bytes.NewReader([]byte("0123456789"))); err != nil {
		t.Fatal(err)
	}
	at, err := raw.OpenRandom(t.Context(), retrying.New(folder, retrying.Options{}), "a", 10, "/nowhere") // where no copy can be made
	if err != nil {
		t.Fatal(err)
	}
	defer at.Close()
	p := make([]byte, 3)
	if _, err := at.ReadAt(p, 4); string(p) != "456" || err != nil {
		t.Errorf("%q, %v", p, err)
	}
}
