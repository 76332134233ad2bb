package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/throttle"
	"github.com/hindcast/hindcast/lake/schedule"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/trash"
)

// lakeOf opens the lake and makes it if need be. A dry run makes none: where there is no lake, it looks at an empty one.
func (c *compactCommand) lakeOf(ctx context.Context) (l *lake, done func(), err error) {
	at, remove := c.lakeFlags, func() {}
	if c.DryRun {
		exists, err := at.exists(ctx)
		if err != nil {
			return nil, nil, err
		}
		if !exists {
			at.Catalog, at.Lake = "", ""
			if at.Dir, err = os.MkdirTemp("", "hindcast-dry-run-"); err != nil {
				return nil, nil, err
			}
			remove = func() { os.RemoveAll(at.Dir) }
		}
	}
	if l, err = at.create(ctx); err != nil {
		remove()
		return nil, nil, err
	}
	return l, func() { l.Close(); remove() }, nil
}

// compaction is all that runs of a compaction need.
type compaction struct {
	*compactCommand
	observer
	t      *terminal
	set    *source.Set
	enrich *enrich.Set
	bucket raw.Bucket
	bounds raw.Limits // of its objects
	lake   *lake
	keys   int64    // of the list
	ends   []func() // in the order they were made
}

// prepare opens what the runs need.
func (c *compactCommand) prepare(ctx context.Context, t *terminal) (_ *compaction, err error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	j := &compaction{compactCommand: c, t: t}
	defer func() {
		if err != nil {
			j.close()
		}
	}()
	if _, err := c.selection(); err != nil {
		return nil, err
	}
	if j.bounds, err = c.limits(); err != nil {
		return nil, err
	}
	if j.set, err = c.sourceFlags.set(); err != nil {
		return nil, err
	}
	for _, name := range c.Source {
		if _, err := j.set.ByName(name); err != nil {
			return nil, &exitError{exitUsage, err}
		}
	}
	if j.enrich, err = c.enrichFlags.enrichers(t, &c.storeFlags); err != nil {
		return nil, err
	}
	if c.List != "" && !c.List.inventory() {
		if j.keys, err = checkKeys(string(c.List)); err != nil {
			return nil, usageError("--list %s: %w", c.List, err)
		}
	}
	at, err := c.site()
	if err != nil {
		return nil, err
	}
	if c.Queue == "" {
		if err := apart(c.Raw, at); err != nil {
			return nil, err
		}
	}
	if err := j.openBucket(ctx); err != nil {
		return nil, err
	}
	j.observer, err = c.observe(ctx, t, "compact")
	j.ends = append(j.ends, func() { j.observer.close() })
	if err != nil {
		return nil, err
	}
	l, done, err := c.lakeOf(ctx)
	if err != nil {
		return nil, err
	}
	j.lake, j.ends = l, append(j.ends, done)
	limitMemory(c.Workers)
	return j, nil
}

func (j *compaction) openBucket(ctx context.Context) (err error) {
	done := func() {}
	if j.Queue != "" {
		j.bucket, err = j.rawBuckets(ctx)
	} else {
		j.bucket, done, err = j.Raw.open(ctx, j.awsFlags)
	}
	if err != nil {
		return err
	}
	j.ends = append(j.ends, done)
	if j.Rate == "" {
		return nil
	}
	bytes, err := humanize.ParseBytes(j.Rate)
	if err != nil || bytes == 0 {
		return usageError("--rate: %q is not a number of bytes a second, like 50MB", j.Rate)
	}
	j.bucket = throttle.New(j.bucket, float64(bytes), schedule.Wall{Time: time.Now})
	return nil
}

func (j *compaction) close() {
	for _, end := range slices.Backward(j.ends) {
		end()
	}
}

// once compacts what there is to compact now.
func (j *compaction) once(ctx context.Context) (*compact.Report, error) {
	sel, err := j.selection()
	if err != nil {
		return nil, err
	}
	if j.List.inventory() {
		lists, err := j.rawBuckets(ctx)
		if err != nil {
			return nil, err
		}
		sel.Keys = j.Raw.keys(raw.ReadInventory(ctx, lists, string(j.List), ""))
	}
	return j.loadSelected(ctx, sel)
}

// empty deletes what is due. What cannot be deleted is told, and keeps nobody from loading.
func (j *compaction) empty(ctx context.Context) error {
	if j.DryRun {
		return nil
	}
	if _, err := trash.Empty(ctx, j.lake.ledger(), j.lake.store()); err != nil {
		return fmt.Errorf("delete files that have been replaced or have expired: %w", err)
	}
	return nil
}

// loadSelected compacts what is selected.
func (j *compaction) loadSelected(ctx context.Context, sel compact.Selection) (*compact.Report, error) {
	show := newProgress(j.t.err)
	show.keys = j.keys
	defer show.done()
	report, err := compact.Run(ctx, compact.Config{
		Raw: j.bucket, Lake: j.lake.store(), Catalog: j.lake.ledger(), Sources: j.storeFlags.of(j.set), Enrich: j.enrich, Work: j.lake.workIn("compact"),
		Owner: owner(), Alive: alive, Now: time.Now, Workers: j.Workers, Limits: j.bounds, Watch: show.compaction, Observe: j.recorder,
	}, sel)
	if err == nil && !j.DryRun {
		err = j.lake.show(ctx)
	}
	return report, err
}

// limitMemory has the garbage collector work to stay below what so many workers need, 0 being one for each processor;
// GOMEMLIMIT says otherwise.
func limitMemory(workers int) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory(cmp.Or(workers, runtime.GOMAXPROCS(0))))
	}
}

// softMemory is 400 MB, and as much for every two workers, who hold 48 MB of rows each: a limit that is always met would
// leave half of the processors to the collector.
func softMemory(workers int) int64 { return max(2, int64(workers)) * 200 << 20 }
