package embedded

import (
	"database/sql"

	sq "github.com/Masterminds/squirrel"
	"github.com/pressly/goose/v3/database"
)

// Dialect is what differs between the databases. Statements and migrations are the same for all.
type Dialect struct {
	placeholder sq.PlaceholderFormat
	migrations  database.Dialect
	snapshot    sql.IsolationLevel // at which all reads of a transaction see the same state
	explain     func(error) error  // says what an error of the database comes from
	clashed     func(error) bool   // tells whether a transaction that failed may be tried again
}

// The databases that can hold a catalog.
var (
	SQLite = Dialect{
		placeholder: sq.Question, migrations: database.DialectSQLite3, snapshot: sql.LevelDefault,
		explain: func(err error) error { return err }, clashed: func(error) bool { return false },
	}
	PostgreSQL = Dialect{
		placeholder: sq.Dollar, migrations: database.DialectPostgres, snapshot: sql.LevelRepeatableRead,
		explain: explain, clashed: clashed,
	}
)
