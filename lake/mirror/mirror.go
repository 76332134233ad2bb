// Package mirror compares what a lake's bucket holds, what its catalog knows and what Glue shows, and mends Glue.
//
//	bucket ─ ledger ── lake/verify: files that nobody knows, files that are gone
//	ledger ─ Glue ──── tables, their columns and format; days, by their manifests; the view over all tables
//
// The ledger is right: what differs in Glue is made as the ledger has it. Files are never deleted here; those that nobody
// knows can be thrown into the trash, from which a later run deletes them.
package mirror

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/publish"
	"github.com/hindcast/hindcast/lake/verify"
)

// Ledger is what is asked of the lake's catalog.
type Ledger interface {
	publish.Ledger
	verify.Catalog
	Partition(ctx context.Context, table, day string) (catalog.Partition, error)
}

// Glue is what is asked of Glue.
type Glue interface {
	publish.Glue
	CompareTable(ctx context.Context, t catalog.Table) (glue.Evolution, error)
	CompareView(ctx context.Context, v glue.View) (glue.Evolution, error)
	Tables(ctx context.Context) ([]string, error)
	Partitions(ctx context.Context, table string) ([]glue.Shown, error)
	Location(manifest string) string
}

// Config is what a comparison works with.
type Config struct {
	Ledger Ledger
	Lake   verify.Lake
	Glue   Glue
	Now    func() time.Time // the clock

	Orphans bool // throw files that nobody knows into the trash
}

// Kind is what a difference is about.
type Kind string

// The kinds.
const (
	OfLake  Kind = "lake"  // whether, and where, it is published
	OfFile  Kind = "file"  // the bucket against the ledger
	OfTable Kind = "table" // a definition
	OfDay   Kind = "day"   // a partition
	OfView  Kind = "view"
)

// Difference is something that is not the same everywhere.
type Difference struct {
	Kind  Kind   `json:"kind"`
	Table string `json:"table,omitempty"`
	Day   string `json:"day,omitempty"`
	Path  string `json:"path,omitempty"` // of a file of the lake
	Text  string `json:"text"`
	Mend  string `json:"mend,omitempty"` // what mends it here; empty when nothing does
}

// Report is what a comparison has found.
type Report struct {
	Tables      int          `json:"tables"` // of the ledger
	Days        int          `json:"days"`   // of the ledger, with files
	Files       int64        `json:"files"`  // in tables
	Differences []Difference `json:"differences"`
	Mended      int          `json:"mended"` // of the differences
}

// Left is how many differences there still are.
func (r *Report) Left() int { return len(r.Differences) - r.Mended }

// comparison is one under way.
type comparison struct {
	Config
	report *Report

	withdraw  []catalog.Publication // days that are shown wrongly, to be published again
	strangers map[string][]string   // days by table that Glue shows and the ledger does not know
	orphans   []catalog.Waste
}

// Compare finds what differs, and changes nothing. ErrPublished when the lake is published to another target;
// glue.ErrOtherLake when the database shows another lake.
func Compare(ctx context.Context, cfg Config) (*Report, error) {
	c, err := compare(ctx, cfg)
	return c.report, err
}

func compare(ctx context.Context, cfg Config) (*comparison, error) {
	c := &comparison{Config: cfg, report: &Report{Differences: []Difference{}}, strangers: map[string][]string{}}
	for _, step := range []func(context.Context) error{c.lake, c.files, c.tables} {
		if err := step(ctx); err != nil {
			return c, err
		}
	}
	return c, nil
}

// add notes a difference.
func (c *comparison) add(d Difference) { c.report.Differences = append(c.report.Differences, d) }

// lake looks where the lake is published.
func (c *comparison) lake(ctx context.Context) error {
	if err := c.Glue.CheckLake(ctx); err != nil {
		return err
	}
	target, err := c.Ledger.Target(ctx)
	switch {
	case errors.Is(err, catalog.ErrNotFound):
		c.add(Difference{Kind: OfLake, Text: "the lake is not published", Mend: "it is published to " + c.Glue.Target() + " from now on"})
	case err != nil:
		return err
	case target != c.Glue.Target():
		return fmt.Errorf("the lake is published to %s, not to %s: %w: \"hindcast catalog stop\" ends that", target, c.Glue.Target(), catalog.ErrPublished)
	}
	return nil
}

// files holds the bucket against the ledger.
func (c *comparison) files(ctx context.Context) error {
	report, err := verify.Run(ctx, verify.Config{Catalog: c.Ledger, Lake: c.Lake, Now: c.Now})
	if err != nil {
		return fmt.Errorf("compare the bucket with the ledger: %w", err)
	}
	c.report.Files = report.Files
	for _, f := range report.Findings {
		d := Difference{Kind: OfFile, Path: f.Path, Text: f.Text}
		if f.Shown.Manifest != "" {
			d.Mend = "the day is published with a new one"
			c.withdraw = append(c.withdraw, f.Shown)
		}
		if f.Unknown && c.Orphans {
			if d.Mend, err = c.orphan(ctx, f.Path); err != nil {
				return err
			}
		}
		c.add(d)
	}
	return nil
}

// old is how long nobody must have known a file before it is thrown, and how long it stays in the trash: whoever is
// writing it, unknown to this catalog, is long done by then.
const old = 24 * time.Hour

// orphan notes a file to throw, if it is old enough, and says so.
func (c *comparison) orphan(ctx context.Context, path string) (mend string, err error) {
	for o, err := range c.Lake.List(ctx, path) {
		if err != nil {
			return "", fmt.Errorf("look at %s: %w", path, err)
		}
		if o.Key == path && c.Now().Sub(o.ModTime) >= old {
			c.orphans = append(c.orphans, catalog.Waste{Path: path, Bytes: o.Size, Why: catalog.WasteUnfinished, Due: c.Now().Add(old)})
			return fmt.Sprintf("it is thrown into the trash, and deleted after %v", old), nil
		}
	}
	return "", nil
}
