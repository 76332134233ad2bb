package faulty

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

var errBusy = errors.New("slow down")

// bucket wraps a folder with objects a/1 and a/2.
func bucket(t *testing.T) *Bucket {
	t.Helper()
	f, err := raw.CreateFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	b := Wrap(f)
	for _, key := range []string{"a/1", "a/2"} {
		if _, err := b.Put(context.Background(), key, strings.NewReader("content of "+key)); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func read(b *Bucket, key string) (string, error) {
	r, err := b.Open(context.Background(), key)
	if err != nil {
		return "", err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	return string(data), err
}

func list(b *Bucket) (keys []string, err error) {
	for o, err := range b.List(context.Background(), "") {
		if err != nil {
			return keys, err
		}
		keys = append(keys, o.Key)
	}
	return keys, nil
}

func TestCallsFailAsOftenAsTold(t *testing.T) {
	b := bucket(t)
	b.On(Open).Key("a/1").After(1).Times(2).Fail(errBusy)
	var got []bool
	for range 4 {
		_, err := read(b, "a/1")
		got = append(got, errors.Is(err, errBusy))
	}
	if diff := cmp.Diff([]bool{false, true, true, false}, got); diff != "" {
		t.Error(diff)
	}
	if text, err := read(b, "a/2"); text != "content of a/2" || err != nil {
		t.Errorf("another key: %q, %v", text, err)
	}
	if n, met := b.Calls(Open), b.Met(); n != 5 || met != 2 {
		t.Errorf("%d calls, of which %d met a fault; want 5 and 2", n, met)
	}
}

func TestEveryMethodFails(t *testing.T) {
	calls := map[Op]func(*Bucket) error{
		List: func(b *Bucket) error { _, err := list(b); return err },
		Open: func(b *Bucket) error { _, err := read(b, "a/1"); return err },
		Stat: func(b *Bucket) error { _, err := b.Stat(context.Background(), "a/1"); return err },
		Put: func(b *Bucket) error {
			_, err := b.Put(context.Background(), "a/3", strings.NewReader("x"))
			return err
		},
		Delete: func(b *Bucket) error { return b.Delete(context.Background(), "a/1") },
	}
	for op, call := range calls {
		b := bucket(t)
		b.On(op).Fail(errBusy)
		if err := call(b); !errors.Is(err, errBusy) {
			t.Errorf("%s: %v, want %v", op, err, errBusy)
		}
		if keys, err := list(b); len(keys) != 2 || err != nil {
			t.Errorf("after a failed %s: %q, %v", op, keys, err)
		}
		if err := call(b); err != nil {
			t.Errorf("%s again: %v", op, err)
		}
	}
}

func TestBodiesBreakOff(t *testing.T) {
	b := bucket(t)
	b.On(Open).Partial(7, errBusy)
	b.On(Open).Partial(7, io.EOF)
	b.On(Open).Short(1)
	if text, err := read(b, "a/1"); text != "content" || !errors.Is(err, errBusy) {
		t.Errorf("%q, %v", text, err)
	}
	if text, err := read(b, "a/1"); text != "content" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if text, err := read(b, "a/1"); text != "content of a/1" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	b.On(Put).Partial(2, errBusy)
	if _, err := b.Put(context.Background(), "a/1", strings.NewReader("other")); !errors.Is(err, errBusy) {
		t.Errorf("put: %v", err)
	}
	if text, err := read(b, "a/1"); text != "content of a/1" || err != nil {
		t.Errorf("after a put that broke off: %q, %v", text, err)
	}
}

func TestListsBreakOff(t *testing.T) {
	b := bucket(t)
	b.On(List).Partial(1, errBusy)
	keys, err := list(b)
	if diff := cmp.Diff([]string{"a/1"}, keys); diff != "" || !errors.Is(err, errBusy) {
		t.Errorf("%v %s", err, diff)
	}
}

func TestHangingCallsEndWithTheirContext(t *testing.T) {
	b := bucket(t)
	b.On(Stat).Times(Forever).Hang()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := b.Stat(ctx, "a/1")
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestLostAnswersAreOfThingsDone(t *testing.T) {
	b := bucket(t)
	ctx := context.Background()
	b.On(Put).LoseAnswer(errBusy)
	b.On(Delete).LoseAnswer(errBusy)
	if _, err := b.Put(ctx, "a/3", strings.NewReader("x")); !errors.Is(err, errBusy) {
		t.Errorf("put: %v", err)
	}
	if err := b.Delete(ctx, "a/1"); !errors.Is(err, errBusy) {
		t.Errorf("delete: %v", err)
	}
	keys, err := list(b)
	if diff := cmp.Diff([]string{"a/2", "a/3"}, keys); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

func TestNewObjectsAreListedLate(t *testing.T) {
	b := bucket(t)
	b.ListLate(2)
	o, err := b.Put(context.Background(), "a/3", strings.NewReader("x"))
	if err != nil || o.Size != 1 {
		t.Fatalf("%+v, %v", o, err)
	}
	var seen []int
	for range 3 {
		keys, err := list(b)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, len(keys))
		if text, err := read(b, "a/3"); text != "x" || err != nil {
			t.Errorf("%q, %v", text, err)
		}
	}
	if diff := cmp.Diff([]int{2, 2, 3}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestHangingCallsGoOnOnceTheyAreLetGo(t *testing.T) {
	b := bucket(t)
	b.On(Open).Key("a/1").Hang()
	b.On(Open).Key("a/2").Stall(7)
	got := make(chan string)
	for _, key := range []string{"a/1", "a/2"} {
		go func() {
			text, err := read(b, key)
			got <- fmt.Sprint(text, err)
		}()
	}
	for b.Calls(Open) < 2 { // both have met their fault, or are about to
		runtime.Gosched()
	}
	select {
	case text := <-got:
		t.Errorf("%s, though nobody let it go", text)
	default:
	}
	b.LetGo()
	if diff := cmp.Diff([]string{"content of a/1<nil>", "content of a/2<nil>"}, slices.Sorted(slices.Values([]string{<-got, <-got}))); diff != "" {
		t.Error(diff)
	}
}

func TestStallingBodiesEndWithTheirContext(t *testing.T) {
	b := bucket(t)
	b.On(Open).Stall(7)
	ctx, cancel := context.WithCancel(context.Background())
	r, err := b.Open(ctx, "a/1")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if text, err := io.ReadAll(io.LimitReader(r, 7)); string(text) != "content" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	cancel()
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestThrottlingSaysHowLongToWait(t *testing.T) {
	b := bucket(t)
	b.On(Stat).Throttle(time.Second)
	_, err := b.Stat(context.Background(), "a/1")
	var throttled *raw.ThrottledError
	if !errors.As(err, &throttled) || throttled.After != time.Second || !raw.Transient(err) {
		t.Errorf("%v", err)
	}
}

func TestChanceDecidesCallByCall(t *testing.T) {
	b := bucket(t)
	falls := []bool{false, true, false, true}
	b.On(Stat).Times(Forever).Chance(func() bool { fall := falls[0]; falls = falls[1:]; return fall }).Fail(errBusy)
	var got []bool
	for range 4 {
		_, err := b.Stat(context.Background(), "a/1")
		got = append(got, err != nil)
	}
	if diff := cmp.Diff([]bool{false, true, false, true}, got); diff != "" {
		t.Error(diff)
	}
	b.Heal()
	if _, err := b.Stat(context.Background(), "a/1"); err != nil {
		t.Errorf("once healed: %v", err)
	}
}

func TestWhatWasDeletedIsStillListed(t *testing.T) {
	b := bucket(t)
	b.ListLate(1)
	if err := b.Delete(context.Background(), "a/1"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Stat(context.Background(), "a/1"); !errors.Is(err, raw.ErrNotFound) {
		t.Errorf("stat: %v", err)
	}
	for _, want := range [][]string{{"a/1", "a/2"}, {"a/2"}} {
		keys, err := list(b)
		if diff := cmp.Diff(want, keys); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
	}
}

func TestFaultsOfABodyReachTheReaderOfRecords(t *testing.T) {
	b := bucket(t)
	b.On(Open).Partial(7, errBusy)
	b.On(Open).Partial(7, io.EOF)
	o, err := b.Stat(context.Background(), "a/1")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []error{errBusy, raw.ErrChanged, nil} {
		if err := drain(b, o); !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
	}
}

func drain(b *Bucket, o catalog.Object) error {
	r, err := raw.Open(context.Background(), b, o, raw.Framing{Kind: raw.Lines}, raw.Limits{})
	if err != nil {
		return err
	}
	defer r.Close()
	for {
		if _, err := r.Next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
