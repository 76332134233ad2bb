// Package embedded keeps the catalog in an SQL database: SQLite in a file on one machine, or PostgreSQL.
package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/hindcast/hindcast/catalog"
)

// Store is a catalog in an SQL database. It is safe for use by many goroutines, and by many processes at once.
type Store struct {
	db      *sql.DB
	dialect Dialect
	now     func() time.Time

	readOnly bool
}

var _ catalog.Store = (*Store)(nil)

// Open opens the SQLite database in a file, which it makes when it is not there, and brings its schema up to date.
// The clock dates commits and decides which leases have expired. One that is there and must not be written to is opened
// as [OpenReadOnly] does.
func Open(ctx context.Context, path string, clock func() time.Time) (*Store, error) {
	dsn, err := sqliteDSN(path)
	if err != nil {
		return nil, fmt.Errorf("open catalog %s: %w", path, err)
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open catalog %s: %w", path, err)
	}
	var s *Store
	if err = probe(ctx, db); !denied(err) { // migrations would try again for seconds
		s, err = OpenDB(ctx, db, SQLite, clock)
	}
	if err != nil {
		_ = db.Close()
		if s, err = instead(ctx, path, clock, err); err != nil {
			return nil, fmt.Errorf("open catalog %s: %w", path, err)
		}
	}
	return s, nil
}

// OpenDB brings the schema of a database up to date and keeps the catalog in it. The store owns db once it succeeds.
func OpenDB(ctx context.Context, db *sql.DB, d Dialect, clock func() time.Time) (*Store, error) {
	if err := migrate(ctx, db, d); err != nil {
		return nil, err
	}
	return &Store{db: db, dialect: d, now: clock}, nil
}

// Close closes the database.
func (s *Store) Close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close catalog: %w", err)
	}
	return nil
}

// sqliteDSN asks for a write-ahead log, so that readers and one writer do not wait for each other; for transactions
// that take the write lock as they begin, since one that takes it later cannot wait for it; and for a commit that has
// reached the disk before it is acknowledged, since files are kept or deleted by what the ledger says.
func sqliteDSN(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(60000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"},
	}.Encode()}
	return u.String(), nil
}
