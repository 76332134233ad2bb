package crashtest

import (
	"errors"
	"testing"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/faulty"
)

// A retry finds records that another has tried, and which become events before it looks what became of that.
func TestARetryThatEndsWhileAnotherBeginsIsNotUndone(t *testing.T) {
	t.Parallel()
	p := begin(t, "")
	first := p.session("first")
	defer first.close()
	for len(p.odd(first)) == 0 {
		p.arrive(2)
		p.must(first.compact(t.Context(), nil))
	}
	p.must(p.mend())
	first, second := p.session("first"), p.session("second")
	defer first.close()
	defer second.close()
	found, done, ended := make(chan bool), make(chan bool), make(chan error, 1)
	second.catalog = faulty.New(second.catalog).Meanwhile(faulty.AcquireLease, func() { close(found); <-done }).Store()
	why := errors.New("no record became an event")
	first.catalog = faulty.New(first.catalog).Meanwhile(faulty.Commit, func() {
		go func() { ended <- second.retry(t.Context(), nil) }()
		select {
		case <-found:
			why = nil
		case err := <-ended:
			why = errors.Join(errors.New("the second retry ended before it took a lease"), err)
		}
	}).Store()
	err := first.retry(t.Context(), nil)
	close(done)
	p.must(errors.Join(err, why))
	p.must(<-ended)
	p.settle()
}

// odd are the rejected records that become events once the sources are mended.
func (p *play) odd(s *session) []catalog.QuarantineRow {
	p.Helper()
	rows, err := s.catalog.Quarantined(p.Context(), catalog.QuarantineFilter{State: catalog.Held, Reason: errOdd.Error()})
	p.must(err)
	return rows
}
