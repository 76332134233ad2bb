package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hindcast/hindcast/api/timerange"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
)

type compactCommand struct {
	lakeFlags
	sourceFlags
	storeFlags
	enrichFlags
	observeFlags
	limitFlags
	queueFlags
	Raw    location      `placeholder:"DIR" help:"Folder of the raw logs, with the keys of the bucket as paths; or s3://BUCKET/PREFIX."`
	Source []string      `placeholder:"NAME" help:"Only this source; may be given again. With one source, objects whose key tells nothing are taken to be of it."`
	Since  string        `placeholder:"TIME" help:"Only objects delivered since then: RFC 3339, a date, or -7d."`
	List   listing       `placeholder:"FILE" help:"Only the keys in this file: output of \"aws s3 ls --recursive\", an S3 Inventory as CSV, or a key a line; may be gzip. Or those of an S3 Inventory where it was delivered: s3://BUCKET/…/manifest.json."`
	Order  string        `enum:"found,newest,oldest" default:"found" placeholder:"ORDER" help:"Which days come first: newest or oldest; or found, as they are listed (${default})."`
	Rate   string        `placeholder:"BYTES" help:"Read at most so many stored bytes a second, 50MB for example."`
	Every  time.Duration `placeholder:"DURATION" help:"Go on, with a run so often (15m), until SIGINT or SIGTERM."`
	DryRun bool          `help:"Say what would be loaded, and do nothing."`

	Renormalise bool `help:"Load nothing: rebuild the days whose rows an earlier version of their source's mapping has made, from the raw logs."`

	Workers int  `placeholder:"N" help:"Batches that are converted at a time; one for each processor if not given."`
	JSON    bool `name:"json" help:"Print the report as JSON; with --every, one on a line for each run."`
}

func (*compactCommand) Help() string {
	return `New objects below --raw are converted to ECS, sorted into Parquet files by day, read back, and made visible in the
lake at --dir. What is done is in the lake's ledger: run it again and it does what is new since, or nothing. A run that was
killed is finished by the next. Records that cannot be read go to the quarantine (hindcast quarantine), and exit status is 3.
An object that has changed since it was loaded is read again, where its records can be told from those that are new.
Symbolic links below --raw are not followed. Where nothing lies below it, that is a warning and no failure: a scheduled run
may come before the first logs. A bucket or folder that does not exist is a failure.

Once, for cron, EventBridge or a Lambda function; or --every 15m, as a service. Each run then starts up to a tenth of the
interval late, so that many hosts do not start at once; one that takes longer than the interval delays the next; one that
fails is logged and tried again after 10 s, 20 s, 40 s and so on, at most after an hour, or the interval if that is longer.
At SIGTERM batches in work are given back, and exit status is 0. Several may work on one lake: they share the batches.

Years that wait are loaded from a list of keys, newest days first, at a rate that leaves the line to others. Stop it
whenever you like: the same command goes on where it was, and asks the ledger, not the bucket, for what is done.

When a new version of Hindcast, or of a definition, maps a source in another way, rows that are there stay as they are until
--renormalise reads their raw objects again: each row is replaced by what its record is today, a day at a time. A day has as
many rows afterwards as before; those whose raw object is gone or has changed, and whose record is rejected now or falls on
another day, stay and are counted. What is in quarantine is for "hindcast quarantine retry".

` + queueHelp + `

  hindcast compact --raw ./bucket --dir ./lake
  hindcast compact --raw ./bucket --dir ./lake --source aws_cloudtrail --since -7d
  hindcast compact --raw ./bucket --dir ./lake --definition httpd.yaml --dry-run
  hindcast compact --raw ./bucket --dir ./lake --every 15m --metrics 127.0.0.1:9464
  hindcast compact --raw ./bucket --dir ./lake --geo-city GeoLite2-City.mmdb --threat-list botnets=botnets.csv,confidence=80
  hindcast compact --raw ./bucket --dir ./lake --list inventory.csv.gz --order newest --rate 50MB
  hindcast compact --raw ./bucket --dir ./lake --renormalise --source aws_cloudtrail --since -90d --dry-run
  hindcast compact --queue sqs://hindcast-logs --lake s3://security-lake/hindcast --catalog postgres://hindcast@db/lake
  hindcast compact --queue sqs://hindcast-logs --dir ./lake --queue-empty`
}

func (c *compactCommand) Run(ctx context.Context, t *terminal) error {
	j, err := c.prepare(ctx, t)
	if err != nil {
		return err
	}
	defer j.close()
	switch {
	case c.Renormalise:
		return j.renormalise(ctx)
	case c.Every > 0:
		return c.repeat(ctx, j)
	case c.Queue != "":
		return j.fromQueue(ctx)
	}
	undeleted := j.empty(ctx)
	report, err := j.once(ctx)
	if report != nil {
		if e := printReport(t, report, err, c.JSON, c.DryRun); err == nil {
			err = e
		}
	}
	if err == nil && c.bare(report) {
		t.warn(fmt.Errorf("nothing lies below %s: if logs should be there, check its spelling", c.Raw))
	}
	if err == nil && report.Failed > 0 {
		err = fmt.Errorf("%d objects could not be read; the next run tries them again", report.Failed)
	}
	err = errors.Join(err, undeleted)
	j.ran(err)
	if err == nil && (report.Rejected > 0 || report.Changed > 0) {
		return &exitError{exitRejected, nil}
	}
	return err
}

// bare tells whether nothing at all lies where the logs are said to be. Before the first ones come that is as it should be.
func (c *compactCommand) bare(r *compact.Report) bool {
	return r.Listed == 0 && c.List == "" && c.Queue == ""
}

// maxWorkers is more than any machine has use for. Many more do nothing but wait for the catalog, and hold memory.
const maxWorkers = 256

// check finds flags that do not go together.
func (c *compactCommand) check() error {
	switch {
	case c.Workers < 0 || c.Workers > maxWorkers:
		return usageError("--workers: %d is not a number of workers between 1 and %d", c.Workers, maxWorkers)
	case c.Every < 0:
		return usageError("--every: %s is not an interval", c.Every)
	case c.Renormalise && (c.Every > 0 || c.List != "" || c.Order != "found"):
		return usageError("--renormalise goes through the days of the lake once: leave --every, --list and --order")
	case c.Every > 0 && c.DryRun:
		return usageError("--every and --dry-run: a dry run is done once")
	case c.Every > 0 && c.List != "":
		return usageError("--every and --list: a list of keys is gone through once")
	case !c.goesOn() && c.Metrics != "":
		return usageError("--metrics: a run that ends has nothing to be asked; --metrics-file FILE leaves its metrics there")
	}
	return c.checkQueue()
}

// selection reads the flags that say what to load. Times like -7d are seen from now.
func (c *compactCommand) selection() (sel compact.Selection, err error) {
	sel = compact.Selection{Sources: c.Source, DryRun: c.DryRun}
	if c.Order != "found" {
		sel.Order = compact.Order(c.Order)
	}
	if c.Since != "" {
		if sel.Since, err = timerange.Parse(c.Since, time.Now()); err != nil {
			return sel, usageError("--since: %w", err)
		}
	}
	if c.List != "" && !c.List.inventory() {
		sel.Keys = c.Raw.keys(listedKeys(string(c.List)))
	}
	return sel, nil
}

// apart makes sure that neither folder is in the other: a lake would take its own files for logs.
func apart(logs location, lake site) error {
	rawDir, lakeDir := string(logs), lake.dir
	switch {
	case inS3(rawDir) && lake.remote():
		return apartInS3(rawDir, lake.url)
	case inS3(rawDir) || lake.remote():
		return nil
	}
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

// apartInS3 makes sure that neither prefix begins with the other.
func apartInS3(rawURL, lakeURL string) error {
	from, to := strings.TrimRight(rawURL, "/")+"/", strings.TrimRight(lakeURL, "/")+"/"
	if strings.HasPrefix(from, to) || strings.HasPrefix(to, from) {
		return usageError("--raw %s and --lake %s must not lie in each other: the lake would take its own files for logs", rawURL, lakeURL)
	}
	return nil
}

func inside(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// checkKeys goes through a list of keys and tells how many there are. Its wrong lines are told at once, the first of
// them at least.
func checkKeys(path string) (n int64, err error) {
	var wrong []error
	for _, err := range listedKeys(path) {
		if err == nil {
			n++
			continue
		}
		const shown = 20
		if wrong = append(wrong, err); len(wrong) == shown {
			wrong = append(wrong, errors.New("and perhaps more"))
			break
		}
	}
	return n, errors.Join(wrong...)
}

// listedKeys are the keys in a file, one after the other.
func listedKeys(path string) iter.Seq2[raw.Named, error] {
	return func(yield func(raw.Named, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(raw.Named{}, err)
			return
		}
		defer f.Close()
		raw.ReadKeys(f)(yield)
	}
}
