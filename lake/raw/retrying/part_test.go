package retrying_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/faulty"
	"github.com/hindcast/hindcast/lake/raw/retrying"
)

// parted is a store that gives parts of its objects.
type parted struct{ raw.Store }

func (s parted) ReadPart(ctx context.Context, key string, p []byte, off int64, _ string) (catalog.Object, error) {
	o, err := s.Stat(ctx, key)
	if err != nil {
		return o, err
	}
	body, err := s.Open(ctx, key)
	if err != nil {
		return o, err
	}
	defer body.Close()
	if _, err := io.CopyN(io.Discard, body, off); err != nil {
		return o, err
	}
	_, err = io.ReadFull(body, p)
	return o, err
}

func TestAPartIsReadAgainWhenItsErrorIsOfTheMoment(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(*faulty.Fault)
		want  error
		calls int
	}{
		"fails":                        {func(f *faulty.Fault) { f.Fail(errMoment) }, nil, 4},
		"is throttled":                 {func(f *faulty.Fault) { f.Throttle(5 * time.Second) }, nil, 4},
		"breaks off":                   {func(f *faulty.Fault) { f.Partial(3, errMoment) }, nil, 4},
		"ends early":                   {func(f *faulty.Fault) { f.Partial(3, io.EOF) }, nil, 4},
		"is of another object":         {func(f *faulty.Fault) { f.Fail(raw.ErrChanged) }, raw.ErrChanged, 1},
		"cannot be read in parts":      {func(f *faulty.Fault) { f.Fail(errors.ErrUnsupported) }, errors.ErrUnsupported, 1},
		"is longer than what is asked": {func(f *faulty.Fault) { f.Partial(500, errMoment) }, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, folder, clock := bucket(t)
			b := faulty.Wrap(parted{folder})
			s := retrying.New(b, retrying.Options{Attempts: 4, Patience: patience, AfterFunc: clock.after})
			c.fault(b.On(faulty.Open).Times(3))
			p := make([]byte, 100)
			o, err := s.ReadPart(t.Context(), "c", p, 1000, "")
			if !errors.Is(err, c.want) || b.Calls(faulty.Open) != c.calls {
				t.Errorf("%v after %d calls", err, b.Calls(faulty.Open))
			}
			if err == nil && (o.Size != int64(len(content("c"))) || string(p) != content("c")[1000:1100]) {
				t.Errorf("%q of %+v", p, o)
			}
		})
	}
}

func TestAPartThatGivesNothingIsEndedAndReadAgain(t *testing.T) {
	_, folder, _ := bucket(t)
	b := faulty.Wrap(parted{folder})
	s := retrying.New(b, retrying.Options{First: time.Microsecond, Most: time.Microsecond, Patience: 50 * time.Millisecond})
	b.On(faulty.Open).Hang()
	b.On(faulty.Open).Stall(3)
	p := make([]byte, 100)
	if _, err := s.ReadPart(t.Context(), "c", p, 1000, ""); err != nil || string(p) != content("c")[1000:1100] {
		t.Errorf("%q, %v", p, err)
	}
}

func TestAStoreThatGivesNoPartsIsSaidTo(t *testing.T) {
	s, b, _ := bucket(t)
	if _, err := s.ReadPart(t.Context(), "c", make([]byte, 1), 0, ""); !errors.Is(err, errors.ErrUnsupported) || b.Calls(faulty.Open) > 0 {
		t.Errorf("%v after %d calls", err, b.Calls(faulty.Open))
	}
}
