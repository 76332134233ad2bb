// Package trinosql translates queries from Trino's SQL, which Athena's engine version 3 speaks, to DuckDB's.
//
// A translation gives what Trino would give, or there is none: what DuckDB cannot be made to answer alike is refused by
// its name and place. Two functions are approximations in Trino and exact here: approx_distinct and approx_percentile.
// Some answers need functions that DuckDB has not; they are in package trinofn, and the engine that runs a translation
// must have them.
//
// The dialect is Athena's: session time zone UTC, timestamps of milliseconds. See
// https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html and https://trino.io/docs/current/language.html.
package trinosql

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Column is a column of a table or of a result.
type Column struct {
	Name string
	Type string // Trino's: varchar, bigint, timestamp(3), array(varchar)
	Zone string // of a timestamp with time zone: the zone that all its values are in
}

// Schema knows the tables of the current database.
type Schema interface {
	// Columns are a table's, its keys among them; the name is in lower case. Those whose names begin with $ are not in *.
	Columns(table string) ([]Column, bool)
	// View is the query of a view over tables, by its name in lower case. What is a view is no table.
	View(name string) (query string, ok bool)
	// Tables are all tables and views, by name, for information_schema.
	Tables() []Listed
}

// Options are what a query is seen from.
type Options struct {
	Catalog, Database string    // may stand before a table's name
	Parameters        []string  // SQL literals, one for each ?
	Now               time.Time // what now() gives; zero means when DuckDB runs the statement
}

// Translated is a query in DuckDB's SQL.
type Translated struct {
	SQL     string
	Columns []Column // of its result
	Reads   []Read   // all tables that it names, by name
	Paths   bool     // it names the column "$path"
}

// Read is what a query may read of a table: what its conditions leave.
type Read struct {
	Table    string
	From, To string   // days, both included; an empty one is open
	Paths    []string // URIs of files, as "$path" gives them; nil means all
	None     bool     // no row can be in the answer
}

// Has tells whether a day is read.
func (r Read) Has(day string) bool { return !r.None && day >= r.From && (r.To == "" || day <= r.To) }

// and is what both read.
func (r Read) and(s Read) Read {
	switch {
	case s.None:
		return r
	case r.None:
		return s
	case r.To == "" || s.To == "":
		r.To = ""
	default:
		r.To = max(r.To, s.To)
	}
	r.From = min(r.From, s.From)
	if r.Paths != nil && s.Paths != nil {
		r.Paths = slices.Concat(r.Paths, s.Paths)
	} else {
		r.Paths = nil
	}
	return r
}

// Translate turns one query into DuckDB's SQL. The error is an [*Error].
func Translate(sql string, s Schema, o Options) (*Translated, error) {
	out, err := translate(sql, s, o)
	if err != nil {
		return nil, located(err, sql)
	}
	return out, nil
}

// located fills in where the error is.
func located(err error, sql string) error {
	var e *Error
	if errors.As(err, &e) {
		return placed(e, sql)
	}
	return err
}

func translate(sql string, s Schema, o Options) (*Translated, error) {
	if len(sql) > dialect.AthenaMaxBytes {
		return nil, fail(0, SyntaxError, "the statement has %d bytes, and %d are allowed", len(sql), dialect.AthenaMaxBytes)
	}
	p, err := newParser(sql)
	if err != nil {
		return nil, err
	}
	if p.parameters, err = parameters(o.Parameters); err != nil {
		return nil, err
	}
	q, err := p.statement()
	if err != nil {
		return nil, err
	}
	t := &translator{schema: s, options: o, names: map[string]bool{}, library: known()}
	r, err := t.query(q, nil)
	if err != nil {
		return nil, err
	}
	return t.result(r)
}

// parameters reads literals that stand for ?. Anything but an expression of literals is refused, as Athena does.
func parameters(texts []string) ([]expr, error) {
	var out []expr
	for i, text := range texts {
		p, err := newParser(text)
		if err != nil {
			return nil, fail(0, WrongParameters, "parameter %d: %s", i+1, reasonOf(err))
		}
		x, err := p.expression()
		if err == nil && p.peek().kind != endToken {
			err = p.mismatch("<EOF>")
		}
		if err != nil {
			return nil, fail(0, WrongParameters, "parameter %d: %s", i+1, reasonOf(err))
		}
		out = append(out, x)
	}
	return out, nil
}

func reasonOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return err.Error()
}

// result checks the types of what comes out, and brings the scans of each table together.
func (t *translator) result(r *result) (*Translated, error) {
	out := &Translated{}
	if err := t.readable(r); err != nil {
		return nil, err
	}
	out.SQL, out.Paths = r.sql, strings.Contains(r.sql, ident(dialect.PathColumn))
	for i, c := range r.columns {
		of := c.typ
		if of.name == "interval day to second" || of.name == "interval year to month" {
			return nil, refuse(int(c.at), "a column of the type "+of.name)
		}
		out.Columns = append(out.Columns, Column{Name: cmp.Or(c.name, "_col"+strconv.Itoa(i)), Type: unbounded(of).String(), Zone: of.zone})
	}
	reads := map[string]Read{}
	for _, s := range t.scans {
		read := Read{s.table, s.from, s.to, s.paths, s.none}
		if before, known := reads[s.table]; known {
			read = before.and(read)
		}
		reads[s.table] = read
	}
	for _, name := range slices.Sorted(maps.Keys(reads)) {
		out.Reads = append(out.Reads, reads[name])
	}
	return out, nil
}

// unbounded is the type without the lengths of its texts.
func unbounded(t typ) typ {
	if t.isText() {
		return tVarchar
	}
	args := make([]typ, len(t.args))
	for i, a := range t.args {
		args[i] = unbounded(a)
	}
	t.args = args
	return t
}

// readable makes addresses texts, which inside of a statement are digits.
func (t *translator) readable(r *result) error {
	alias, names := ident(t.unique("_")), outputs(r.columns)
	texts, found := make([]string, len(names)), false
	for i, n := range names {
		texts[i] = alias + "." + ident(n)
		switch of := r.columns[i].typ; {
		case of.name == tAddress.name:
			texts[i], found = "trino_address_text("+texts[i]+")", true
		case strings.Contains(of.String(), tAddress.name):
			return refuse(int(r.columns[i].at), "a column of the type "+of.String())
		}
		texts[i] += " AS " + ident(n)
	}
	if found {
		r.sql = "SELECT " + strings.Join(texts, ", ") + " FROM (" + r.sql + ") AS " + alias
	}
	return nil
}

// ident and quote are the only ways for names and values into the text.
func ident(name string) string { return dialect.DuckDB().Ident(name).String() }

func quote(value string) string { return dialect.DuckDB().Text(value).String() }

func sameName(a, b string) bool { return strings.EqualFold(a, b) }
