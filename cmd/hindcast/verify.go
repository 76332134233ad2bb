package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/verify"
)

type verifyCommand struct {
	lakeFlags
	sourceFlags
	Deep bool `help:"Read every file: checksum, order, statistics, bloom filters, events that stand twice."`
	JSON bool `name:"json" help:"Print the findings as JSON."`
}

func (*verifyCommand) Help() string {
	return `Checks the lake from the outside and says in one line whether it is whole, after a line for each thing that is wrong.

The books: for every raw object records in = events out + duplicates + rejected; what came of raw objects is in the
tables or has expired; partitions are the sum of their files. The files: every file of the catalog is there with its
size, none is there that nobody knows. Files that wait in the trash, or are of batches that the next compaction
finishes, are fine and counted apart. With --deep every file is read by a Parquet library that neither writes nor
merges them: checksum, order by time, statistics, page indexes and bloom filters against the values, and events that
stand twice in a day, where events have ids of their own.

Exit status is 1 when something is wrong.

  hindcast verify --dir ./lake
  hindcast verify --dir ./lake --deep --json`
}

func (c *verifyCommand) Run(ctx context.Context, t *terminal) error {
	set, err := c.set()
	if err != nil {
		return err
	}
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	show := newProgress(t.err)
	report, err := verify.Run(ctx, verify.Config{
		Catalog: l.catalog, Lake: l.files, Now: time.Now, Deep: c.Deep, OwnIDs: ownIDs(set),
		Watch: func(r *verify.Report) {
			show.line("%s of %s files read", count(r.Read), count(r.Files))
		},
	})
	show.done()
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(t.out, report)
	} else {
		printFindings(t, report)
	}
	if err == nil && !report.Whole() {
		return &exitError{exitFailed, nil}
	}
	return err
}

// ownIDs tells whether a table's events have ids of their own.
func ownIDs(set *source.Set) func(table string) bool {
	return func(table string) bool {
		s, err := set.ByName(table)
		return err == nil && s.OwnID
	}
}

func printFindings(t *terminal, r *verify.Report) {
	for _, f := range r.Findings {
		if f.Path == "" {
			fmt.Fprintln(t.out, printable(f.Text))
			continue
		}
		fmt.Fprintf(t.out, "%s: %s\n", printable(f.Path), printable(f.Text))
	}
	state := "The lake is whole"
	if !r.Whole() {
		state = fmt.Sprintf("The lake is not whole (%s findings)", count(int64(len(r.Findings))))
	}
	how := "sizes and books checked; --deep reads the files"
	if r.Deep {
		how = "every file read"
	}
	fmt.Fprintf(t.out, "%s: %s files, %s rows, %s; %s%s.\n", state, count(r.Files), count(r.Rows), size(r.Bytes), how, apartFrom(r))
}

// apartFrom says which files are there that no table shows.
func apartFrom(r *verify.Report) string {
	var parts []string
	if r.Staged.Files > 0 {
		parts = append(parts, fmt.Sprintf("%s files of batches that the next compaction finishes", count(r.Staged.Files)))
	}
	for _, why := range slices.Sorted(maps.Keys(r.Trash)) {
		parts = append(parts, fmt.Sprintf("%s files in the trash (%s)", count(r.Trash[why].Files), why))
	}
	if r.Rejected.Files > 0 {
		parts = append(parts, fmt.Sprintf("%s files of rejected records", count(r.Rejected.Files)))
	}
	if r.Manifest.Files > 0 {
		parts = append(parts, fmt.Sprintf("%s manifests for Athena", count(r.Manifest.Files)))
	}
	if len(parts) == 0 {
		return ""
	}
	return "; apart from them " + strings.Join(parts, ", ")
}
