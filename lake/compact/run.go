package compact

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// run is one run of a compaction.
type run struct {
	cfg    Config
	sel    Selection
	only   *source.Compiled // the one source selected, if it is one
	report *Report
	known  func(catalog.Object, catalog.ObjectResult) // of a survey: is told what the ledger knows

	started  time.Time
	nearby   *nearby // while it works
	workers  []*worker
	planned  int         // batches
	again    atomic.Bool // whether objects may be new that were not when the run looked
	failures errorList

	noting sync.RWMutex // read-held from when a lease is asked for until it is in held
	mu     sync.Mutex
	tables map[string]bool // that are known to exist
	held   map[*held]bool
}

func newRun(cfg Config, sel Selection) *run {
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	r := &run{cfg: cfg, sel: sel, report: newReport(cfg.Watch, cfg.Observe), started: cfg.Now(), tables: map[string]bool{}, held: map[*held]bool{}}
	r.report.left = sel.Left
	for range cfg.Workers {
		r.workers = append(r.workers, &worker{run: r, rows: map[string]*ecs.Batch{}})
	}
	if len(sel.Sources) == 1 {
		r.only, _ = cfg.Sources.ByName(sel.Sources[0])
	}
	return r
}

func (c Config) batchBytes() int64 {
	if c.BatchBytes > 0 {
		return c.BatchBytes
	}
	return defaultBatchBytes
}

func (c Config) bufferBytes() int64 {
	if c.BufferBytes > 0 {
		return c.BufferBytes
	}
	return defaultBufferBytes
}

// begin makes ready for work. end gives back all that the run holds.
func (r *run) begin(ctx context.Context) (end func() error, err error) {
	if err := r.space(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	r.nearby = newNearby(ctx, r.cfg)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.renew(ctx)
	}()
	return func() error {
		cancel()
		<-done
		for _, h := range r.leases() {
			h.release()
		}
		return errors.Join(r.nearby.close(), os.RemoveAll(r.cfg.Work))
	}, nil
}

func (r *run) wait(ctx context.Context, d time.Duration) error {
	if r.cfg.Wait != nil {
		return r.cfg.Wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// dryRun reports what a run would do.
func (r *run) dryRun(ctx context.Context) error {
	for wave, err := range r.find(ctx) {
		if err != nil {
			return err
		}
		for _, b := range plan(wave, r.cfg.batchBytes(), r.cfg.Workers, r.sel.Order, r.cfg.Now()) {
			r.report.plan(b)
		}
	}
	return nil
}

// errorList collects the failures of workers.
type errorList struct {
	mu  sync.Mutex
	all []error
}

// add tells how many there are.
func (l *errorList) add(err error) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, err)
	return len(l.all)
}

func (l *errorList) join() error { return errors.Join(l.all...) }
