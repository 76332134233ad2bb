package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/api/indicator"
	"github.com/hindcast/hindcast/lake/ecs"
)

// printer prints an answer: its events as they come, or all at the end, and then its summary.
type printer interface {
	event(correlate.Event) error
	summary(*correlate.Summary) error
}

func (c *correlateCommand) printer(t *terminal, plan *correlate.Plan) printer {
	switch {
	case c.JSON:
		return &jsonPrinter{out: t.out}
	case c.Format == "ndjson":
		return &lines{terminal: t, plan: plan}
	case c.Format == "csv":
		return &csvPrinter{terminal: t, plan: plan, csv: csv.NewWriter(t.out)}
	}
	return &tablePrinter{terminal: t, each: c.Each, plan: plan}
}

// stamp is how a time is shown.
const stamp = "2006-01-02 15:04:05.000"

// tablePrinter is for people.
type tablePrinter struct {
	*terminal
	each   bool // a line an event
	plan   *correlate.Plan
	events []correlate.Event
}

func (p *tablePrinter) event(e correlate.Event) error {
	p.events = append(p.events, e)
	return nil
}

func (p *tablePrinter) summary(s *correlate.Summary) error {
	cut := int64(s.Returned) < s.Matched
	if err := columns(p.out, func(w io.Writer) { p.timeline(w, cut) }); err != nil {
		return err
	}
	if len(p.events) > 0 {
		fmt.Fprintln(p.out)
	}
	fmt.Fprintln(p.out, headline(p.plan, s))
	if s.Matched > 0 {
		fmt.Fprintln(p.out)
		if err := columns(p.out, func(w io.Writer) { histogram(w, s.Histogram) }); err != nil {
			return err
		}
		printTop(p.out, s.Top)
	}
	fmt.Fprintln(p.out)
	if err := columns(p.out, func(w io.Writer) { coverage(w, s.Coverage) }); err != nil {
		return err
	}
	notes(p.out, s)
	fmt.Fprintf(p.out, "Read %s in %.2f s%s.\n", size(s.BytesRead), s.Elapsed.Seconds(), costs(s.Executions...))
	return nil
}

// notes prints what an answer warns of.
func notes(w io.Writer, s *correlate.Summary) {
	for _, text := range s.Warnings {
		fmt.Fprintf(w, "Note: %s.\n", text)
	}
}

// timeline prints the events, those that are alike on one line.
func (p *tablePrinter) timeline(w io.Writer, cut bool) {
	if len(p.events) == 0 {
		return
	}
	head := ""
	if slices.ContainsFunc(p.events, func(e correlate.Event) bool { return tactics(e) != "" }) {
		head = "tactics\t"
	}
	fmt.Fprintf(w, "time (UTC)\tsource\taccount\t%swhat happened\t\n", head)
	for _, g := range group(p.events, p.each, cut) {
		e := g.first
		account, _ := e.Fields["cloud.account.id"].(string)
		fmt.Fprintf(w, "%s\t%s\t%s\t", e.Time.UTC().Format(stamp), e.Source, printable(account))
		if head != "" {
			fmt.Fprintf(w, "%s\t", printable(tactics(e)))
		}
		fmt.Fprintf(w, "%s%s\t\n", printable(e.Summary), g.others(p.plan.Request.Oldest))
	}
}

// tactics are those of MITRE ATT&CK that an event is part of.
func tactics(e correlate.Event) string {
	names, _ := e.Fields["threat.tactic.name"].([]string)
	return strings.Join(names, ", ")
}

// printable keeps what a log says from moving the cursor or the columns, and from hiding or turning around what it says:
// all that shows nothing of its own becomes a dot.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return '·'
		}
		return r
	}, text)
}

// headline is the answer in a line.
func headline(plan *correlate.Plan, s *correlate.Summary) string {
	switch {
	case s.Outcome == correlate.NoData:
		return "No data: no table that could hold a match has events in this range of time."
	case s.Outcome == correlate.NoMatch:
		return noMatchOf(plan.Request)
	case int64(s.Returned) < s.Matched:
		which := "newest"
		if plan.Request.Oldest {
			which = "oldest"
		}
		return fmt.Sprintf("%s events match; the %s %s are shown (--limit).", count(s.Matched), which, count(int64(s.Returned)))
	}
	if s.Matched == 1 {
		return "1 event matches."
	}
	return fmt.Sprintf("%s events match.", count(s.Matched))
}

// noMatchOf says what was not found, and what that leaves open.
func noMatchOf(r correlate.Request) string {
	named := func(i indicator.Indicator) bool { return i.Kind == ecs.User || i.Kind == ecs.ARN }
	if len(r.Actions) == 0 && !slices.ContainsFunc(r.Indicators, named) {
		return noMatch + freeText
	}
	return noMatch + exactly + freeText
}

const (
	noMatch = `No match in the columns searched: of requests and responses, only what was extracted from them into columns is searched.
`
	exactly = `Users, ARNs and actions are matched exactly, capitals too: Alice is not alice, and a * stands for itself.
`
	freeText = `Free text: hindcast query --dir LAKE "SELECT * FROM aws_cloudtrail WHERE day = '…' AND aws_cloudtrail_request_parameters LIKE '%…%'"`
)

// histogram prints counts by source and day, a row a day; or a row a source, where that is narrower.
func histogram(w io.Writer, buckets []correlate.Bucket) {
	var sources, days []string
	counts := map[[2]string]int64{}
	for _, b := range buckets {
		sources, days = append(sources, b.Source), append(days, b.Day)
		counts[[2]string{b.Source, b.Day}] += b.Count
	}
	slices.Sort(sources)
	slices.Sort(days)
	sources, days = slices.Compact(sources), slices.Compact(days)
	if len(sources) > len(days) {
		matrix(w, "source", sources, days, func(source, day string) int64 { return counts[[2]string{source, day}] })
		return
	}
	matrix(w, "day", days, sources, func(day, source string) int64 { return counts[[2]string{source, day}] })
}

// matrix prints a count for each row and column.
func matrix(w io.Writer, corner string, rows, columns []string, at func(row, column string) int64) {
	fmt.Fprintf(w, "%s\t%s\t\n", corner, strings.Join(columns, "\t"))
	for _, row := range rows {
		fmt.Fprintf(w, "%s\t", row)
		for _, column := range columns {
			fmt.Fprintf(w, "%s\t", count(at(row, column)))
		}
		fmt.Fprintln(w)
	}
}

func printTop(w io.Writer, top []correlate.TopValues) {
	const shown = 5
	for _, t := range top {
		var parts []string
		for _, v := range t.Values[:min(shown, len(t.Values))] {
			parts = append(parts, fmt.Sprintf("%s (%s)", shorten(printable(v.Value)), count(v.Count)))
		}
		if len(parts) > 0 {
			fmt.Fprintf(w, "%s: %s\n", t.Field, strings.Join(parts, ", "))
		}
	}
}

// shorten cuts a long value off.
func shorten(text string) string {
	const longest = 110
	if r := []rune(text); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return text
}

// coverage prints what was searched.
func coverage(w io.Writer, tables []correlate.TableCoverage) {
	fmt.Fprintln(w, "searched\tdays with data\tdays without\trows\tdata reaches\t")
	slices.SortFunc(tables, func(a, b correlate.TableCoverage) int { return cmp.Compare(a.Table, b.Table) })
	for _, c := range tables {
		reaches := "no data at all"
		if c.FirstDay != "" {
			reaches = c.FirstDay + " to " + c.LastDay
		}
		name := c.Table
		if !c.Searched {
			name += " (no: " + c.Reason + ")"
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t\n", name, c.Days, c.DaysMissing, count(c.Rows), reaches)
	}
}
