package main

import (
	"context"
	"fmt"

	"github.com/hindcast/hindcast/lake/verify"
)

type verifyCommand struct {
	lakeFlags
	Deep bool `help:"Read every file: checksum, order and statistics."`
	JSON bool `name:"json" help:"Print the findings as JSON."`
}

func (*verifyCommand) Help() string {
	return `Checks the lake from the outside and says in one line whether it is whole: every file of the catalog is there with its
size, no file is there that the catalog does not know, and for every raw object records in = events out + duplicates +
rejected. With --deep every file is read as well. Exit status is 1 when something is wrong.`
}

func (c *verifyCommand) Run(ctx context.Context, t *terminal) error {
	l, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	show := newProgress(t.err)
	report, err := verify.Run(ctx, l.catalog, l.files, c.Deep, func(r *verify.Report) {
		show.line("%s files, %s rows, %s", count(r.Files), count(r.Rows), size(r.Bytes))
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

func printFindings(t *terminal, r *verify.Report) {
	for _, f := range r.Findings {
		fmt.Fprintf(t.out, "%s: %s\n", f.Path, printable(f.Text))
	}
	state := "The lake is whole"
	if !r.Whole() {
		state = fmt.Sprintf("The lake is not whole (%d findings)", len(r.Findings))
	}
	how := "sizes and books checked; --deep reads the files"
	if r.Deep {
		how = "every file read"
	}
	fmt.Fprintf(t.out, "%s: %s files, %s rows, %s; %s.\n", state, count(r.Files), count(r.Rows), size(r.Bytes), how)
	if r.Leftover > 0 {
		fmt.Fprintf(t.out, "%s files are of batches that are not finished; nobody reads them, and the next compaction finishes them.\n", count(r.Leftover))
	}
}
