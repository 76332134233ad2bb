package usersql

import (
	"context"
	"errors"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/trinosql"
	"github.com/hindcast/hindcast/lake/view"
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
	seen := view.Schema(all)
	read, err := trinosql.Translate(sql, seen, trinosql.Options{Catalog: in.Catalog, Database: in.Name})
	var wrong *trinosql.Error
	switch {
	case errors.As(err, &wrong) && (wrong.Code == trinosql.NotSupported || wrong.Code == trinosql.FunctionNotFound):
		s, err := Prepare(ctx, c, p, sql, 0)
		s.MaxRows = maxRows
		return s, err
	case err != nil:
		return engine.Statement{}, refuse("%v", err)
	}
	scans, err := seen.Scans(ctx, c, "", read)
	if err != nil {
		return engine.Statement{}, err
	}
	estimate, err := EstimateAthena(ctx, c, p, sql, scans)
	return engine.Statement{SQL: sql, Scans: scans, MaxRows: maxRows, Estimate: estimate}, err
}
