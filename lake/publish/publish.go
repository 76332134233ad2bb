// Package publish makes Glue's catalog a mirror of the lake's own, so that Athena sees what is committed and nothing else.
//
//	ledger ──► outbox: partitions whose current version is not published
//	             ├─ manifest: the committed files, a line each, under a name of its own
//	             ├─ Glue: the partition's location becomes the manifest's folder, at once
//	             └─ ledger: the version is published; the manifest before it goes to the trash
//
// An object in S3 is seen by Athena as soon as it is put, but only where a manifest names it: tables are read through
// lists of files, https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-athena-query.html. So commits,
// merges, expiries and restores are seen at once and as a whole, and files that nobody committed never.
//
// Whoever publishes does it under a lease, and may die anywhere: what is not recorded as published is published again.
// Files that a manifest may still name are not deleted before, which the ledger sees to.
package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/lease"
	"github.com/hindcast/hindcast/lake/observe"
	"github.com/hindcast/hindcast/lake/schedule"
)

// Ledger is what is asked of the lake's catalog.
type Ledger interface {
	catalog.Leases
	catalog.Publications
	Tables(ctx context.Context) ([]catalog.Table, error)
	Table(ctx context.Context, name string) (catalog.Table, error)
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
	Throw(ctx context.Context, waste []catalog.Waste) error
}

// Lake is where manifests are put.
type Lake interface {
	Put(ctx context.Context, key string, body io.Reader) (catalog.Object, error)
}

// Glue is the catalog that is published to.
type Glue interface {
	Target() string
	CheckLake(ctx context.Context) error
	EnsureDatabase(ctx context.Context) error
	EnsureTable(ctx context.Context, t catalog.Table) (glue.Evolution, error)
	EnsureView(ctx context.Context, v glue.View) (glue.Evolution, error)
	Show(ctx context.Context, t catalog.Table, days []glue.Day) error
	Hide(ctx context.Context, table string, days []string) error
}

// Config is what a publisher works with.
type Config struct {
	Ledger Ledger
	Lake   Lake
	Glue   Glue
	Root   string // URI of the lake, without a slash at its end, as manifests name files: s3://bucket/prefix

	Owner string                                           // names this process in a lease
	Alive func(owner string) bool                          // whether another may still run; nil is for never known
	Now   func() time.Time                                 // the clock
	Sleep func(ctx context.Context, d time.Duration) error // waits for another publisher; nil waits by the system's clock
	Delay time.Duration                                    // how long what is shown no more stays for queries that have begun

	Observe *observe.Recorder
	Report  func(error) // is told when a commit could not be published, which is tried again; nil is for nobody
}

// Publisher publishes a lake. It is safe for use by many goroutines.
type Publisher struct {
	Config

	mu    sync.Mutex
	ready bool              // the database is there and the lake is published to it
	known map[string]string // what was last ensured: a table's fingerprint, by name
	view  string            // the same of the view
	stale bool              // tables may have changed
	quiet time.Time         // until when no commit tries to publish, after one has failed
}

// New makes a publisher. Nothing is called yet.
func New(c Config) *Publisher {
	if c.Sleep == nil {
		c.Sleep = schedule.Wall{}.Wait
	}
	return &Publisher{Config: c, known: map[string]string{}, stale: true}
}

// Report is what was published.
type Report struct {
	Tables int    `json:"tables"`         // that were made or changed, the view among them
	Shown  int    `json:"shown"`          // days
	Hidden int    `json:"hidden"`         // days
	Busy   string `json:"busy,omitempty"` // who publishes instead, and goes on with what was there
}

// leaseName is that of the lease that a lake is published under.
const leaseName = "publish"

// Publish shows in Glue what the ledger has. When another is at it, that one does it: it looks again before it ends.
// What could not be published stays in the outbox, and keeps nothing else from being published.
func (p *Publisher) Publish(ctx context.Context) (r Report, err error) {
	ctx, timer := p.Observe.Start(ctx, observe.Publish)
	defer func() { err = timer.End(err) }()
	if err := p.prepare(ctx); err != nil {
		return r, err
	}
	for {
		held, err := lease.Take(ctx, p.Ledger, p.Now, leaseName, p.Owner, p.Alive)
		var busy *catalog.HeldError
		if errors.As(err, &busy) {
			r.Busy = busy.Lease.Owner
			return r, nil
		}
		if err != nil {
			return r, fmt.Errorf("publish: %w", err)
		}
		err = p.drain(held, &r)
		held.Release()
		if err != nil {
			return r, err
		}
		// Who has committed meanwhile, and has found the lease taken, relies on us.
		if due, err := p.due(ctx); err != nil || !due {
			return r, err
		}
	}
}

// prepare makes sure, once, that the lake is a published one and its database is there, and shows no other lake.
func (p *Publisher) prepare(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ready {
		return nil
	}
	if err := p.Glue.CheckLake(ctx); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := p.Ledger.PublishTo(ctx, p.Glue.Target()); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := p.Glue.EnsureDatabase(ctx); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	p.ready = true
	return nil
}

// due tells whether there is something to publish.
func (p *Publisher) due(ctx context.Context) (bool, error) {
	p.mu.Lock()
	stale := p.stale
	p.mu.Unlock()
	if stale {
		return true, nil
	}
	todo, err := p.Ledger.Unpublished(ctx, 1)
	if err != nil {
		return false, fmt.Errorf("publish: %w", err)
	}
	return len(todo) > 0, nil
}

// patience is how long to wait between looks whether another publisher is done.
const patience = time.Second

// Flush publishes until nothing is left, also what another publisher was at.
func (p *Publisher) Flush(ctx context.Context) (all Report, err error) {
	for {
		r, err := p.Publish(ctx)
		all.Tables, all.Shown, all.Hidden = all.Tables+r.Tables, all.Shown+r.Shown, all.Hidden+r.Hidden
		if err != nil || r.Busy == "" {
			return all, err
		}
		if due, err := p.due(ctx); err != nil || !due {
			return all, err
		}
		if err := p.Sleep(ctx, patience); err != nil {
			return all, fmt.Errorf("wait for %s, who publishes: %w", r.Busy, err)
		}
	}
}

// Alone does something while nobody publishes, under the lease. It waits for whoever does.
func (p *Publisher) Alone(ctx context.Context, do func(context.Context) error) error {
	for {
		held, err := lease.Take(ctx, p.Ledger, p.Now, leaseName, p.Owner, p.Alive)
		var busy *catalog.HeldError
		if errors.As(err, &busy) {
			if err = p.Sleep(ctx, patience); err == nil {
				continue
			}
		}
		if err != nil {
			return fmt.Errorf("keep others from publishing: %w", err)
		}
		defer held.Release()
		return do(held.Context())
	}
}

// pause is how long commits leave publishing alone after it has failed.
const pause = 30 * time.Second

// Try is Publish for somebody who has committed: it reports a failure and answers nothing. The next try comes with a
// commit after some time.
func (p *Publisher) Try(ctx context.Context) {
	p.mu.Lock()
	quiet := p.Now().Before(p.quiet)
	p.mu.Unlock()
	if quiet {
		return
	}
	_, err := p.Publish(ctx)
	if err == nil {
		return
	}
	p.mu.Lock()
	p.quiet = p.Now().Add(pause)
	p.mu.Unlock()
	if p.Report != nil {
		p.Report(err)
	}
}
