package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/hindcast/hindcast/lake/compact"
)

// printJSON prints a value as indented JSON.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// columns prints rows under each other, without blanks at their ends; each row ends its cells with tabs.
func columns(w io.Writer, rows func(w io.Writer)) error {
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	rows(t)
	if err := t.Flush(); err != nil {
		return err
	}
	var trimmed bytes.Buffer
	for line := range bytes.Lines(b.Bytes()) {
		trimmed.Write(bytes.TrimRight(line, " \n"))
		trimmed.WriteByte('\n')
	}
	_, err := w.Write(trimmed.Bytes())
	return err
}

// count writes a number with its thousands apart: 12,345.
func count(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// size writes a number of bytes in decimal units.
func size(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB", "PB"}
	v, u := float64(n), 0
	for v >= 999.5 && u < len(units)-1 {
		v /= 1000
		u++
	}
	if u == 0 || v >= 99.5 {
		return fmt.Sprintf("%.0f %s", v, units[u])
	}
	return fmt.Sprintf("%.1f %s", v, units[u])
}

// printReport prints what a compaction did until it failed, if it did, or would do.
func printReport(t *terminal, r *compact.Report, failed error, asJSON, dryRun bool) error {
	if asJSON {
		return printJSON(t.out, r)
	}
	if r.Objects == 0 {
		fmt.Fprintln(t.out, nothing(r, failed))
	} else if err := columns(t.out, func(w io.Writer) { reportRows(w, r, dryRun) }); err != nil {
		return err
	}
	switch {
	case r.Objects == 0:
	case dryRun:
		fmt.Fprintf(t.out, "Would convert %s objects (%s) in %d batches.\n", count(r.Objects), size(r.BytesIn), r.Batches)
	default:
		fmt.Fprintf(t.out, "%.1f s, %.0f MB/s of raw logs; %s unpacked became %s of Parquet.\n", r.Seconds, r.MBPerS, size(r.BytesRaw), size(r.BytesOut))
	}
	printAside(t.err, r)
	return nil
}

// nothing is what is said of a run that loaded nothing.
func nothing(r *compact.Report, failed error) string {
	switch {
	case failed != nil || r.Failed > 0 || r.Unknown > 0 || r.Changed > 0:
		return "Nothing was loaded."
	case r.Listed == 0:
		return "There is no object to look at."
	}
	return "Nothing is new."
}

func reportRows(w io.Writer, r *compact.Report, dryRun bool) {
	if dryRun {
		fmt.Fprintln(w, "source\tobjects\tbytes in\t")
		for _, name := range slices.Sorted(maps.Keys(r.Sources)) {
			s := r.Sources[name]
			fmt.Fprintf(w, "%s\t%s\t%s\t\n", name, count(s.Objects), size(s.BytesIn))
		}
		return
	}
	fmt.Fprintln(w, "source\tobjects\trecords in\tevents out\tduplicates\trejected\tpartitions\tfiles\tbytes in\tbytes out\t")
	row := func(name string, s *compact.Totals) {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", name, count(s.Objects), count(s.RecordsIn), count(s.EventsOut),
			count(s.Duplicates), count(s.Rejected), count(s.Partitions), count(s.Files), size(s.BytesIn), size(s.BytesOut))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Sources)) {
		row(name, r.Sources[name])
	}
	row("all", &r.Totals)
}

// printAside prints what was not loaded.
func printAside(w io.Writer, r *compact.Report) {
	if r.Passed > 0 {
		fmt.Fprintf(w, "Passed over %s objects that are empty or hold no log.\n", count(r.Passed))
		for _, reason := range slices.Sorted(maps.Keys(r.Because)) {
			fmt.Fprintf(w, "  %s: %s\n", count(r.Because[reason]), reason)
		}
	}
	if r.Silent > 0 {
		fmt.Fprintf(w, "Passed over %s control messages and test events among the records.\n", count(r.Silent))
	}
	if r.Misfiled > 0 {
		fmt.Fprintf(w, "%s objects are of another source than their keys say, and were loaded as of that.\n", count(r.Misfiled))
	}
	const shown = 10
	for i, p := range r.Problems {
		if i == shown {
			fmt.Fprintf(w, "… and %d more; --json lists them.\n", len(r.Problems)-shown)
			break
		}
		fmt.Fprintf(w, "%s: %s\n", p.Object, p.Reason)
	}
	if r.Rejected > 0 {
		fmt.Fprintf(w, "Records rejected: %s; see \"hindcast quarantine list\".\n", count(r.Rejected))
	}
}
