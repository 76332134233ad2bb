package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/hindcast/hindcast/api/timerange"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
)

type compactCommand struct {
	lakeFlags
	sourceFlags
	Raw     string   `required:"" type:"existingdir" placeholder:"DIR" help:"Folder of the raw logs, with the keys of the bucket as paths."`
	Source  []string `placeholder:"NAME" help:"Only this source; may be given again. With one source, objects whose key tells nothing are taken to be of it."`
	Since   string   `placeholder:"TIME" help:"Only objects delivered since then: RFC 3339, a date, or -7d."`
	List    string   `type:"existingfile" placeholder:"FILE" help:"Only the keys in this file: output of \"aws s3 ls --recursive\", or a key a line."`
	DryRun  bool     `help:"Say what would be loaded, and do nothing."`
	Workers int      `placeholder:"N" help:"Batches that are converted at a time; one for each processor if not given."`
	JSON    bool     `name:"json" help:"Print the report as JSON."`
}

func (*compactCommand) Help() string {
	return `New objects below --raw are converted to ECS, sorted into Parquet files by day, read back, and made visible in the
lake at --dir. What is done is in the lake's ledger: run it again and it does what is new since, or nothing. A run that was
killed is finished by the next. Records that cannot be read go to the quarantine (hindcast quarantine), and exit status is 3.
An object that has changed since it was loaded is read again, where its records can be told from those that are new.
Symbolic links below --raw are not followed.

  hindcast compact --raw ./bucket --dir ./lake
  hindcast compact --raw ./bucket --dir ./lake --source aws_cloudtrail --since -7d
  hindcast compact --raw ./bucket --dir ./lake --definition httpd.yaml --dry-run`
}

func (c *compactCommand) Run(ctx context.Context, t *terminal) error {
	sel, err := c.selection()
	if err != nil {
		return err
	}
	report, err := c.compact(ctx, t, sel)
	if report != nil {
		if e := printReport(t, report, c.JSON, c.DryRun); err == nil {
			err = e
		}
	}
	if err == nil && report.Failed > 0 {
		err = fmt.Errorf("%d objects could not be read; the next run tries them again", report.Failed)
	}
	if err == nil && (report.Rejected > 0 || report.Changed > 0) {
		return &exitError{exitRejected, nil}
	}
	return err
}

// selection reads the flags that say what to load.
func (c *compactCommand) selection() (sel compact.Selection, err error) {
	sel = compact.Selection{Sources: c.Source, DryRun: c.DryRun}
	if c.Workers < 0 {
		return sel, usageError("--workers: %d is not a number of workers", c.Workers)
	}
	if c.Since != "" {
		if sel.Since, err = timerange.Parse(c.Since, time.Now()); err != nil {
			return sel, usageError("--since: %w", err)
		}
	}
	if c.List == "" {
		return sel, nil
	}
	if sel.Keys, err = readKeys(c.List); err != nil {
		return sel, usageError("--list %s: %w", c.List, err)
	}
	return sel, nil
}

// apart makes sure that neither folder is in the other: a lake would take its own files for logs.
func apart(rawDir, lakeDir string) error {
	from, err := filepath.EvalSymlinks(rawDir)
	if err != nil {
		return usageError("--raw: %w", err)
	}
	to := lakeDir
	for rest := ""; ; { // of a lake that is still to be made, the part that exists
		if real, err := filepath.EvalSymlinks(to); err == nil {
			to = filepath.Join(real, rest)
			break
		}
		to, rest = filepath.Dir(to), filepath.Join(filepath.Base(to), rest)
	}
	if from, err = filepath.Abs(from); err != nil {
		return err
	}
	if inside(from, to) || inside(to, from) {
		return usageError("--raw %s and --dir %s must not lie in each other: the lake would take its own files for logs", rawDir, lakeDir)
	}
	return nil
}

func inside(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// readKeys reads a list of keys; all its wrong lines are told at once.
func readKeys(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	keys, wrong := []string{}, []error{}
	for o, err := range raw.ReadKeys(f) {
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		keys = append(keys, o.Key)
	}
	return keys, errors.Join(wrong...)
}

// lake opens the lake and makes it if need be. A dry run makes none: where there is no lake, it looks at an empty one.
func (c *compactCommand) lake(ctx context.Context) (l *lake, done func(), err error) {
	at, remove := c.lakeFlags, func() {}
	if c.DryRun {
		exists, err := at.exists(ctx)
		if err != nil {
			return nil, nil, err
		}
		if !exists {
			at.Catalog = ""
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

func (c *compactCommand) compact(ctx context.Context, t *terminal, sel compact.Selection) (*compact.Report, error) {
	set, err := c.set()
	if err != nil {
		return nil, err
	}
	for _, name := range c.Source {
		if _, err := set.ByName(name); err != nil {
			return nil, &exitError{exitUsage, err}
		}
	}
	if err := apart(c.Raw, c.Dir); err != nil {
		return nil, err
	}
	bucket, err := raw.OpenFolder(c.Raw)
	if err != nil {
		return nil, err
	}
	defer bucket.Close()
	l, done, err := c.lake(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	show := newProgress(t.err)
	defer show.done()
	limitMemory()
	return compact.Run(ctx, compact.Config{
		Raw: bucket, Lake: l.files, Catalog: l.catalog, Sources: set, Work: filepath.Join(l.dir, "work", "compact"),
		Owner: owner(), Alive: alive, Now: time.Now, Workers: c.Workers, Watch: show.compaction,
	}, sel)
}

// softMemory is what the garbage collector works to stay below; GOMEMLIMIT says otherwise.
const softMemory = 400 << 20

func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softMemory)
	}
}
