package compact

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
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

	mu     sync.Mutex
	tables map[string]bool // that are known to exist
	held   catalog.Lease
}

func newRun(cfg Config, sel Selection) *run {
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	r := &run{cfg: cfg, sel: sel, report: newReport(cfg.Watch), tables: map[string]bool{}}
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

func (r *run) worker() *worker { return &worker{run: r, rows: map[string]*ecs.Batch{}} }

const (
	leaseName = "compaction"
	leaseTTL  = time.Minute
)

// lease makes sure that one compaction runs on a lake at a time. Its context ends when the lease is lost, and no
// commit is accepted from then on.
func (r *run) lease(ctx context.Context) (context.Context, func(), error) {
	l, err := r.acquire(ctx)
	if err != nil {
		return ctx, nil, err
	}
	r.held = l
	if err := r.sweep(ctx); err != nil {
		return ctx, nil, errors.Join(err, r.cfg.Catalog.ReleaseLease(ctx, l))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.renew(ctx, cancel)
	}()
	return ctx, func() {
		cancel(nil)
		<-done
		// A lease that is not given back expires by itself.
		_ = r.cfg.Catalog.ReleaseLease(context.WithoutCancel(ctx), r.currentLease())
	}, nil
}

// sweeper is a lake that can be rid of files whose writing was broken off.
type sweeper interface {
	Sweep(ctx context.Context, before time.Time) (int, error)
}

// unfinishedAge is how old a file in writing must be to be taken for one that nobody writes any more.
const unfinishedAge = 10 * leaseTTL

// sweep removes what runs that died have left: their work, and files in writing.
func (r *run) sweep(ctx context.Context) error {
	if err := errors.Join(os.RemoveAll(r.cfg.Work), os.MkdirAll(r.cfg.Work, 0o755)); err != nil {
		return fmt.Errorf("clear the work folder: %w", err)
	}
	if s, ok := r.cfg.Lake.(sweeper); ok {
		if _, err := s.Sweep(ctx, r.cfg.Now().Add(-unfinishedAge)); err != nil {
			return err
		}
	}
	return nil
}

// acquire takes the lease, also from an owner that is known to be dead.
func (r *run) acquire(ctx context.Context) (catalog.Lease, error) {
	l, err := r.cfg.Catalog.AcquireLease(ctx, leaseName, r.cfg.Owner, leaseTTL)
	var held *catalog.HeldError
	if !errors.As(err, &held) {
		return l, err
	}
	if r.cfg.Alive == nil || r.cfg.Alive(held.Lease.Owner) {
		return l, fmt.Errorf("another compaction runs on this lake: %w", err)
	}
	if err := r.cfg.Catalog.ReleaseLease(ctx, held.Lease); err != nil {
		return l, fmt.Errorf("take over from %s: %w", held.Lease.Owner, err)
	}
	return r.cfg.Catalog.AcquireLease(ctx, leaseName, r.cfg.Owner, leaseTTL)
}

func (r *run) renew(ctx context.Context, lost context.CancelCauseFunc) {
	tick := time.NewTicker(leaseTTL / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		l, err := r.cfg.Catalog.RenewLease(ctx, r.currentLease(), leaseTTL)
		if errors.Is(err, catalog.ErrLeaseLost) {
			lost(err)
			return
		}
		if err == nil {
			r.mu.Lock()
			r.held = l
			r.mu.Unlock()
		}
	}
}

func (r *run) currentLease() catalog.Lease {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held
}

// dryRun reports what a run would do.
func (r *run) dryRun(ctx context.Context) error {
	for wave, err := range r.find(ctx) {
		if err != nil {
			return err
		}
		for _, b := range plan(wave, r.cfg.batchBytes(), r.cfg.Workers, r.cfg.Now()) {
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

func (l *errorList) add(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, err)
}

func (l *errorList) join() error { return errors.Join(l.all...) }
