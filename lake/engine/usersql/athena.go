package usersql

import (
	"context"
	"errors"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/trinosql"
)

// Database is where Athena finds the tables that a statement names.
type Database struct{ Catalog, Name string }

// PrepareAthena checks a statement in Athena's SQL, which is run as it stands, and says what it reads: the tables that it
// names, and of their days those that its conditions leave. engine.ErrStatement says what is wrong with it.
//
// What Athena understands and package trinosql does not is left to Athena, as long as the parser can tell which tables
// are read; then all their days count.
func PrepareAthena(ctx context.Context, c Catalog, p Parser, in Database, sql string, maxRows int) (engine.Statement, error) {
	sql, err := check(sql)
	if err != nil {
		return engine.Statement{}, err
	}
	all, err := c.Tables(ctx)
	if err != nil {
		return engine.Statement{}, err
	}
	read, err := trinosql.Translate(sql, known(all), trinosql.Options{Catalog: in.Catalog, Database: in.Name})
	var wrong *trinosql.Error
	switch {
	case errors.As(err, &wrong) && (wrong.Code == trinosql.NotSupported || wrong.Code == trinosql.FunctionNotFound):
		s, err := Prepare(ctx, c, p, sql, 0)
		s.MaxRows = maxRows
		return s, err
	case err != nil:
		return engine.Statement{}, refuse("%v", err)
	}
	scans, err := scansOf(ctx, c, read.Tables)
	for i := range scans {
		scans[i].Files = slices.DeleteFunc(scans[i].Files, func(f catalog.File) bool {
			return f.Day < read.From || read.To != "" && f.Day > read.To
		})
	}
	return engine.Statement{SQL: sql, Scans: scans, MaxRows: maxRows}, err
}

// known are the catalog's tables as a statement sees them.
type known []catalog.Table

func (k known) Columns(table string) (out []trinosql.Column, ok bool) {
	i := slices.IndexFunc(k, func(t catalog.Table) bool { return t.Name == table })
	if i < 0 {
		return nil, false
	}
	for _, c := range k[i].Columns {
		out = append(out, trinosql.Column{Name: c.Name, Type: c.Type.Athena()})
	}
	return append(out, trinosql.Column{Name: catalog.DayColumn, Type: "varchar"}, trinosql.Column{Name: "$path", Type: "varchar"}), true
}
