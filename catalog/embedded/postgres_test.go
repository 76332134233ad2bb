package embedded_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/catalogtest"
	"github.com/hindcast/hindcast/catalog/embedded"
)

// TestPostgreSQLKeepsTheContract runs where HINDCAST_TEST_POSTGRES names a server's database that it may fill.
func TestPostgreSQLKeepsTheContract(t *testing.T) {
	dsn := os.Getenv("HINDCAST_TEST_POSTGRES")
	if dsn == "" {
		t.Skip("HINDCAST_TEST_POSTGRES names no database")
	}
	var cases atomic.Int64
	catalogtest.Run(t, func(t *testing.T) func(func() time.Time) catalog.Store {
		schema := fmt.Sprintf("hindcast_test_%d_%d", os.Getpid(), cases.Add(1))
		ident := pgx.Identifier{schema}.Sanitize()
		execute(t, dsn, "CREATE SCHEMA "+ident)
		t.Cleanup(func() { execute(t, dsn, "DROP SCHEMA "+ident+" CASCADE") })
		return func(clock func() time.Time) catalog.Store {
			db := connect(t, dsn, schema)
			s, err := embedded.OpenDB(context.Background(), db, embedded.PostgreSQL, clock)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			return s
		}
	})
}

func connect(t *testing.T, dsn, schema string) *sql.DB {
	t.Helper()
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	config.RuntimeParams["search_path"] = schema
	return stdlib.OpenDB(*config)
}

func execute(t *testing.T, dsn, statement string) {
	t.Helper()
	db := connect(t, dsn, "public")
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}
