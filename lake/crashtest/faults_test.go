package crashtest

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/faulty"
	"github.com/hindcast/hindcast/lake/raw/retrying"
)

var errMoment = errors.New("connection reset by peer")

// patient repeats calls as the commands do, but waits less.
func patient(s raw.Store) *retrying.Store {
	return retrying.New(s, retrying.Options{First: time.Microsecond, Most: time.Millisecond, Patience: 100 * time.Millisecond})
}

// Of each kind of fault so many, to a run that repeats what goes wrong for the moment.
var faults = map[string]func(b *faulty.Bucket){
	"opens fail": func(b *faulty.Bucket) { b.On(faulty.Open).Times(5).Fail(errMoment) },
	"lists fail": func(b *faulty.Bucket) { b.On(faulty.List).Times(3).Fail(errMoment) },
	"puts fail":  func(b *faulty.Bucket) { b.On(faulty.Put).Times(5).Fail(errMoment) },
	"deletions fail": func(b *faulty.Bucket) {
		b.On(faulty.Delete).Times(5).Fail(errMoment)
	},
	"everything is throttled, half of the time": func(b *faulty.Bucket) {
		for _, op := range []faulty.Op{faulty.List, faulty.Open, faulty.Stat, faulty.Put, faulty.Delete} {
			n := 0
			b.On(op).Times(faulty.Forever).Chance(func() bool { n++; return n%2 == 1 }).Throttle(3 * time.Millisecond)
		}
	},
	"opens hang":                   func(b *faulty.Bucket) { b.On(faulty.Open).Times(2).Hang() },
	"lists hang":                   func(b *faulty.Bucket) { b.On(faulty.List).Hang() },
	"puts hang":                    func(b *faulty.Bucket) { b.On(faulty.Put).Times(2).Hang() },
	"bodies stall":                 func(b *faulty.Bucket) { b.On(faulty.Open).Times(3).Stall(30) },
	"bodies break off":             func(b *faulty.Bucket) { b.On(faulty.Open).Times(6).Partial(25, errMoment) },
	"bodies end early":             func(b *faulty.Bucket) { b.On(faulty.Open).Times(6).Partial(25, io.EOF) },
	"bodies give little at a time": func(b *faulty.Bucket) { b.On(faulty.Open).Times(faulty.Forever).Short(3) },
	"lists break off":              func(b *faulty.Bucket) { b.On(faulty.List).Times(3).Partial(2, errMoment) },
	"puts break off":               func(b *faulty.Bucket) { b.On(faulty.Put).Times(5).Partial(100, errMoment) },
	"answers to puts are lost":     func(b *faulty.Bucket) { b.On(faulty.Put).Times(5).LoseAnswer(errMoment) },
	"answers to deletions are lost": func(b *faulty.Bucket) {
		b.On(faulty.Delete).Times(5).LoseAnswer(errMoment)
	},
}

// The outcome of a run is the same as without faults: no object is left out, and nothing is left for the next.
func TestARunOverAFaultyBucketIsAsOneWithoutFaults(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := begin(t, "")
			p.arrive(6)
			s := p.session("faulty")
			defer s.close()
			under, lake := faulty.Wrap(p.raw), faulty.Wrap(s.lake)
			fault(under)
			fault(lake)
			s.raw, s.lake = patient(under), patient(lake)
			for range 10 { // the dice may give days that nothing is merged or deleted of
				p.everything(s)
				if under.Met()+lake.Met() > 0 {
					break
				}
				p.arrive(6)
			}
			if under.Met()+lake.Met() == 0 {
				t.Error("no call met the fault")
			}
			p.settle()
		})
	}
}

// everything is done once, and again when files may be deleted, and must succeed.
func (p *play) everything(s *session) {
	p.Helper()
	for range 2 {
		for _, do := range []func(*session) error{
			func(s *session) error { return s.compact(p.Context(), nil) },
			func(s *session) error { return s.merge(p.Context(), nil) },
			func(s *session) error { return s.expire(p.Context(), nil) },
		} {
			p.must(do(s))
		}
		p.compared(s)
		p.must(p.pass(time.Hour))
	}
}

// compared makes sure that all that can be read without a mended source is there.
func (p *play) compared(s *session) {
	p.Helper()
	totals, err := s.catalog.Totals(p.Context())
	p.must(err)
	objects := int64(0)
	for _, t := range totals {
		objects += t.Objects
	}
	if objects != int64(p.logs.made) {
		p.Errorf("%d of %d raw objects were loaded", objects, p.logs.made)
	}
	p.whole(s)
}

// What is listed late is loaded by a later run; what is still listed after it was deleted is left out, and told.
func TestObjectsThatAreListedLateAreLoadedOnce(t *testing.T) {
	t.Parallel()
	p := begin(t, "")
	s := p.session("late")
	defer s.close()
	under, lake := faulty.Wrap(p.raw), faulty.Wrap(s.lake)
	s.raw, s.lake = patient(under), patient(lake)
	under.ListLate(2)
	lake.ListLate(2)
	put := func() string {
		key, body := p.logs.object()
		_, err := under.Put(t.Context(), key, bytes.NewReader(body))
		p.must(err)
		return key
	}
	for range 4 {
		put()
		put()
		p.must(s.compact(t.Context(), nil))
		p.must(s.merge(t.Context(), nil))
		p.must(p.pass(time.Hour))
	}
	for range 2 {
		p.must(under.Delete(t.Context(), put()))
	}
	report, err := compact.Run(t.Context(), s.config(), compact.Selection{})
	p.must(err)
	if report.Failed != 2 || report.Objects == 0 {
		t.Errorf("of what was deleted %d objects failed; %d others were loaded", report.Failed, report.Objects)
	}
	p.settle()
}
