package correlate

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
)

// Explanation is a plan for people and programs to read.
type Explanation struct {
	Indicators []string         `json:"indicators"`
	Match      Match            `json:"match"`
	From       time.Time        `json:"from"`
	To         time.Time        `json:"to"`
	FirstDay   string           `json:"first_day"`
	LastDay    string           `json:"last_day"`
	Limit      int              `json:"limit"`
	Oldest     bool             `json:"oldest_first,omitempty"`
	Filters    []string         `json:"filters,omitempty"`
	Tables     []ExplainedTable `json:"tables"`
	Files      int              `json:"files"`
	Rows       int64            `json:"rows"`
	Bytes      int64            `json:"bytes"`
	BytesBasis string           `json:"bytes_basis"`
	MicroUSD   int64            `json:"price_micro_usd,omitempty"`
	PriceBasis string           `json:"price_basis,omitempty"`
	Statements []ExplainedSQL   `json:"statements"`
	Warnings   []string         `json:"warnings,omitempty"`
}

// ExplainedTable is a table that was asked for.
type ExplainedTable struct {
	Table       string                `json:"table"`
	Searched    bool                  `json:"searched"`
	Reason      string                `json:"reason,omitempty"` // why it is not searched
	Columns     map[ecs.Kind][]string `json:"columns,omitempty"`
	Days        int                   `json:"days"`
	DaysMissing int                   `json:"days_missing"`
	Missing     []DayRange            `json:"missing,omitempty"`
	FirstDay    string                `json:"first_day,omitempty"`
	LastDay     string                `json:"last_day,omitempty"`
	Files       []string              `json:"files,omitempty"`
	Rows        int64                 `json:"rows"`
	Bytes       int64                 `json:"bytes"`
	KeepDays    int                   `json:"keep_days,omitempty"`
	KeptFrom    string                `json:"kept_from,omitempty"`
	DaysPast    int                   `json:"days_past,omitempty"`
	Held        []DayRange            `json:"held,omitempty"`
}

// ExplainedSQL is a statement that would be run.
type ExplainedSQL struct {
	Purpose string `json:"purpose"`
	Athena  string `json:"athena"`
	DuckDB  string `json:"duckdb"`
	Bytes   int64  `json:"bytes"` // the most that it would read
}

// Explain says what the plan would do.
func (p *Plan) Explain() Explanation {
	e := Explanation{
		Match: p.Request.Match, From: p.Request.From, To: p.Request.To, FirstDay: p.FirstDay, LastDay: p.LastDay,
		Limit: p.Request.Limit, Oldest: p.Request.Oldest, Filters: p.Request.filterTexts(), Files: p.Estimate.Files, Rows: p.Estimate.Rows, Bytes: p.Estimate.Bytes,
		BytesBasis: p.Estimate.Basis, MicroUSD: p.Estimate.MicroUSD, PriceBasis: p.Estimate.PriceBasis, Warnings: p.Warnings,
	}
	for _, i := range p.Request.Indicators {
		e.Indicators = append(e.Indicators, i.String())
	}
	for _, c := range p.Coverage {
		e.Tables = append(e.Tables, p.explainTable(c))
	}
	for _, q := range p.queries() {
		e.Statements = append(e.Statements, ExplainedSQL{Purpose: q.Purpose, Athena: q.Athena, DuckDB: q.DuckDB, Bytes: q.Bytes})
	}
	return e
}

func (p *Plan) explainTable(c TableCoverage) ExplainedTable {
	t := ExplainedTable{
		Table: c.Table, Searched: c.Searched, Reason: c.Reason, Days: c.Days, DaysMissing: c.DaysMissing,
		Missing: c.Missing, FirstDay: c.FirstDay, LastDay: c.LastDay,
		KeepDays: c.KeepDays, KeptFrom: c.KeptFrom, DaysPast: c.DaysPast, Held: c.Held,
	}
	for _, planned := range p.Tables {
		if planned.Table.Name != c.Table {
			continue
		}
		t.Columns = planned.Columns
		for _, f := range planned.Files {
			t.Files = append(t.Files, f.Path)
			t.Rows += f.Rows
			t.Bytes += f.Bytes
		}
	}
	return t
}

// Text writes the explanation for people; files lists the names of all files.
func (e Explanation) Text(w io.Writer, files bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Looks for %s of:\n", e.Match)
	for i, ind := range e.Indicators {
		if i == maxShown {
			fmt.Fprintf(&b, "  and %d more\n", len(e.Indicators)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", ind)
	}
	first := "newest"
	if e.Oldest {
		first = "oldest"
	}
	fmt.Fprintf(&b, "from %s to %s (days %s to %s), the %s %d events.\n",
		e.From.Format(time.RFC3339), e.To.Format(time.RFC3339), e.FirstDay, e.LastDay, first, e.Limit)
	for _, f := range e.Filters {
		fmt.Fprintf(&b, "Filter: %s.\n", f)
	}
	fmt.Fprintf(&b, "\nWould read at most %s of %s files, %s rows, %s days with data (%s).\n",
		humanize.IBytes(uint64(e.Bytes)), humanize.Comma(int64(e.Files)), humanize.Comma(e.Rows), humanize.Comma(e.days()), e.BytesBasis)
	if e.PriceBasis != "" {
		fmt.Fprintf(&b, "Would cost at most %s (%s).\n", engine.USD(e.MicroUSD), e.PriceBasis)
	}
	e.textSQL(&b)
	b.WriteString("\n")
	e.textTables(&b)
	for _, warning := range e.Warnings {
		fmt.Fprintf(&b, "\nNote: %s.\n", warning)
	}
	if files {
		e.textFiles(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// days are the most days of which a table is read.
func (e Explanation) days() (n int64) {
	for _, t := range e.Tables {
		if t.Searched {
			n = max(n, int64(t.Days))
		}
	}
	return n
}

// maxShown is how many indicators are listed.
const maxShown = 20

func (e Explanation) textTables(b *strings.Builder) {
	t := tabwriter.NewWriter(b, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "TABLE\tDAYS\tMISSING\tFILES\tROWS\tBYTES\tLOOKS IN")
	for _, x := range e.Tables {
		where := "not searched: " + x.Reason
		switch {
		case x.Searched && len(x.Files) == 0:
			where = "no file with events of this time"
		case x.Searched:
			where = columnsText(x.Columns)
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\t%s\t%s\n", x.Table, x.Days, x.DaysMissing, len(x.Files),
			humanize.Comma(x.Rows), humanize.IBytes(uint64(x.Bytes)), where)
	}
	t.Flush()
}

func (e Explanation) textFiles(b *strings.Builder) {
	b.WriteString("\n")
	for _, x := range e.Tables {
		for _, f := range x.Files {
			fmt.Fprintf(b, "  %s\n", f)
		}
	}
}

func columnsText(columns map[ecs.Kind][]string) string {
	var all []string
	for _, k := range slices.Sorted(maps.Keys(columns)) {
		all = append(all, columns[k]...)
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ", ")
}

func (e Explanation) textSQL(b *strings.Builder) {
	if len(e.Statements) == 0 {
		b.WriteString("No statement would be run.\n")
	}
	for _, s := range e.Statements {
		when := ""
		if s.Purpose == "statistics" {
			when = ", run only when the timeline is cut off by its limit"
		}
		fmt.Fprintf(b, "\n-- %s in Athena%s\n%s;\n\n-- %s in DuckDB%s\n%s;\n", s.Purpose, when, s.Athena, s.Purpose, when, s.DuckDB)
	}
}
