package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/api/correlate"
)

// printer prints an answer: its events as they come, or all at the end, and then its summary.
type printer interface {
	event(correlate.Event) error
	summary(*correlate.Summary) error
}

func (c *correlateCommand) printer(t *terminal, plan *correlate.Plan) printer {
	switch {
	case c.JSON:
		return &jsonPrinter{out: t.out, plan: plan}
	case c.Format == "ndjson":
		return &lines{t}
	case c.Format == "csv":
		return &csvPrinter{terminal: t, csv: csv.NewWriter(t.out)}
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
	if err := columns(p.out, p.timeline); err != nil {
		return err
	}
	if len(p.events) > 0 {
		fmt.Fprintln(p.out)
	}
	fmt.Fprintln(p.out, headline(s))
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
	for _, text := range p.plan.Warnings {
		fmt.Fprintln(p.out, "Note:", text)
	}
	fmt.Fprintf(p.out, "Read %s in %.2f s.\n", size(s.BytesRead), s.Elapsed.Seconds())
	return nil
}

// timeline prints the events, those that are alike on one line.
func (p *tablePrinter) timeline(w io.Writer) {
	if len(p.events) == 0 {
		return
	}
	fmt.Fprintln(w, "time (UTC)\tsource\taccount\twhat happened\t")
	for _, g := range group(p.events, p.each) {
		e := g.newest
		account, _ := e.Fields["cloud.account.id"].(string)
		fmt.Fprintf(w, "%s\t%s\t%s\t%s", e.Time.UTC().Format(stamp), e.Source, account, printable(e.Summary))
		if g.count > 1 {
			fmt.Fprintf(w, " (and %s like it since %s)", count(g.count-1), g.oldest.UTC().Format(time.TimeOnly))
		}
		fmt.Fprint(w, "\t\n")
	}
}

// printable keeps what a log says from moving the cursor or the columns.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '·'
		}
		return r
	}, text)
}

// headline is the answer in a line.
func headline(s *correlate.Summary) string {
	switch {
	case s.Outcome == correlate.NoData:
		return "No data: no table that could hold a match has events in this range of time."
	case s.Outcome == correlate.NoMatch:
		return "No match: the days below were searched, and nothing in them matches."
	case int64(s.Returned) < s.Matched:
		return fmt.Sprintf("%s events match; the newest %s are shown (--limit).", count(s.Matched), count(int64(s.Returned)))
	}
	return fmt.Sprintf("%s events match.", count(s.Matched))
}

// histogram prints counts by source and day, a row a day.
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
	fmt.Fprintf(w, "day\t%s\t\n", strings.Join(sources, "\t"))
	for _, day := range days {
		fmt.Fprintf(w, "%s\t", day)
		for _, source := range sources {
			fmt.Fprintf(w, "%s\t", count(counts[[2]string{source, day}]))
		}
		fmt.Fprintln(w)
	}
}

func printTop(w io.Writer, top []correlate.TopValues) {
	const shown = 5
	for _, t := range top {
		var parts []string
		for _, v := range t.Values[:min(shown, len(t.Values))] {
			parts = append(parts, fmt.Sprintf("%s (%s)", printable(v.Value), count(v.Count)))
		}
		if len(parts) > 0 {
			fmt.Fprintf(w, "%s: %s\n", t.Field, strings.Join(parts, ", "))
		}
	}
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

// lines prints each event's document.
type lines struct{ *terminal }

func (p *lines) event(e correlate.Event) error {
	doc, err := e.Document()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s\n", doc)
	return err
}

func (p *lines) summary(s *correlate.Summary) error {
	fmt.Fprintln(p.err, headline(s))
	return nil
}

// csvFields are the fields of an event that a CSV file has.
var csvFields = []string{
	"event.action", "event.outcome", "user.name", "source.ip", "destination.ip", "cloud.account.id", "cloud.region",
	"event.id", "log.file.path",
}

type csvPrinter struct {
	*terminal
	csv    *csv.Writer
	headed bool
}

func (p *csvPrinter) head() error {
	if p.headed {
		return nil
	}
	p.headed = true
	return p.csv.Write(append([]string{"time", "source", "summary"}, append(slices.Clone(csvFields), "log.offset")...))
}

func (p *csvPrinter) event(e correlate.Event) error {
	if err := p.head(); err != nil {
		return err
	}
	row := []string{e.Time.UTC().Format(stamp), e.Source, e.Summary}
	for _, name := range csvFields {
		text := ""
		if v, ok := e.Fields[name]; ok {
			text = fmt.Sprint(v)
		}
		row = append(row, text)
	}
	return p.csv.Write(append(row, strconv.FormatInt(e.LogOffset, 10)))
}

func (p *csvPrinter) summary(s *correlate.Summary) error {
	if err := p.head(); err != nil {
		return err
	}
	p.csv.Flush()
	fmt.Fprintln(p.err, headline(s))
	return p.csv.Error()
}

// jsonPrinter prints one document.
type jsonPrinter struct {
	out    io.Writer
	plan   *correlate.Plan
	events []json.RawMessage
}

func (p *jsonPrinter) event(e correlate.Event) error {
	doc, err := e.Document()
	if err != nil {
		return err
	}
	entry, err := json.Marshal(map[string]any{"time": e.Time, "source": e.Source, "summary": e.Summary, "matched": e.Matched, "document": json.RawMessage(doc)})
	p.events = append(p.events, entry)
	return err
}

func (p *jsonPrinter) summary(s *correlate.Summary) error {
	if p.events == nil {
		p.events = []json.RawMessage{}
	}
	return printJSON(p.out, map[string]any{"events": p.events, "summary": s, "warnings": p.plan.Warnings})
}
