package compact_test

import (
	"errors"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/faulty"
	"github.com/hindcast/hindcast/lake/compact"
)

// hold takes the lease of compactions for somebody else.
func (l *testLake) hold(owner string) catalog.Lease {
	l.Helper()
	lease, err := l.store.AcquireLease(l.Context(), "compaction", owner, time.Minute)
	if err != nil {
		l.Fatal(err)
	}
	return lease
}

func TestASecondRunAtTheSameTimeIsRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(cfg compact.Config) error
	}{
		{"a compaction", func(cfg compact.Config) error {
			_, err := compact.Run(t.Context(), cfg, compact.Selection{})
			return err
		}},
		{"a retry", func(cfg compact.Config) error {
			_, err := compact.Retry(t.Context(), cfg, catalog.QuarantineFilter{})
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			threeObjects(l)
			second := l.config()
			second.Owner, second.Alive = "second", func(owner string) bool { return owner == l.owner }
			l.catalog = faulty.New(l.store).Meanwhile(faulty.Commit, func() {
				var held *catalog.HeldError
				if err := c.run(second); !errors.As(err, &held) || held.Lease.Owner != l.owner {
					t.Errorf("the second run ended with %v", err)
				}
			}).Store()
			l.run()
			l.heal()
			if err := c.run(second); err != nil {
				t.Errorf("once the first has ended, the second: %v", err)
			}
		})
	}
}

func TestTheLeaseOfTheDeadIsTakenOver(t *testing.T) {
	for _, c := range []struct {
		name  string
		alive func(string) bool
		later time.Duration
		want  bool
	}{
		{"the owner is known to be dead", func(owner string) bool { return owner != "other" }, 0, true},
		{"the owner is alive", func(string) bool { return true }, 0, false},
		{"nobody knows of the owner", nil, 0, false},
		{"nobody knows of the owner, but its lease has expired", nil, 2 * time.Minute, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			threeObjects(l)
			l.hold("other")
			l.clock = l.clock.Add(c.later)
			cfg := l.config()
			cfg.Alive = c.alive
			report, err := compact.Run(t.Context(), cfg, compact.Selection{})
			if (err == nil) != c.want || (report.Objects == 3) != c.want {
				t.Errorf("%d objects were loaded: %v", report.Objects, err)
			}
		})
	}
}

// A run that was suspended for so long that another took its lease cannot commit any more.
func TestARunThatLostItsLeaseCannotCommit(t *testing.T) {
	l := newLake(t)
	threeObjects(l)
	l.catalog = faulty.New(l.store).Meanwhile(faulty.Commit, func() {
		l.clock = l.clock.Add(time.Hour)
		l.hold("other")
	}).Store()
	if err := l.broken(); !errors.Is(err, catalog.ErrLeaseLost) {
		t.Errorf("the run ended with %v", err)
	}
	if files := l.catalogFiles(t.Context()); len(files) > 0 {
		t.Errorf("%d files were committed", len(files))
	}
	l.heal()
	if report := l.run(); report.Objects != 3 {
		t.Errorf("the next run loaded %d objects", report.Objects)
	}
}

func TestTheLeaseIsGivenBack(t *testing.T) {
	l := newLake(t)
	l.run()
	l.hold("other")
}
