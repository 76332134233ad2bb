package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"github.com/hindcast/hindcast/migrations"
)

// ErrReadOnly is what changes come to in a catalog that is open for reading.
var ErrReadOnly = errors.New("the catalog is open for reading only: its file, folder or server is not writable")

// ReadOnly tells whether nothing can be changed.
func (s *Store) ReadOnly() bool { return s.readOnly }

// OpenReadOnly opens the SQLite database in a file that must not, or cannot, be written to. Its schema must be up to date.
func OpenReadOnly(ctx context.Context, path string, clock func() time.Time) (*Store, error) {
	s, err := openReadOnly(ctx, path, clock, url.Values{"mode": {"ro"}})
	if err == nil {
		return s, nil
	}
	// Readers of a write-ahead log write to its index. Without a log, none is needed if the database is taken to be as
	// it is for good; with one, that would leave out the latest commits.
	switch info, missing := os.Stat(path + "-wal"); {
	case missing == nil && info.Size() > 0 && denied(err):
		return nil, fmt.Errorf("open catalog %s for reading: its latest changes are in %s-wal, which takes write permission to read: %w", path, filepath.Base(path), err)
	case missing == nil && info.Size() > 0:
		return nil, fmt.Errorf("open catalog %s for reading: %w", path, err)
	}
	if s, err = openReadOnly(ctx, path, clock, url.Values{"mode": {"ro"}, "immutable": {"1"}}); err != nil {
		return nil, fmt.Errorf("open catalog %s for reading: %w", path, err)
	}
	return s, nil
}

func openReadOnly(ctx context.Context, path string, clock func() time.Time, how url.Values) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	how["_pragma"] = []string{"busy_timeout(60000)", "query_only(1)"}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: how.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	if err = probe(ctx, db); err == nil {
		err = checkVersion(ctx, db, SQLite)
	}
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return &Store{db: db, dialect: SQLite, now: clock, readOnly: true}, nil
}

// probe finds whether a database can be read at all.
func probe(ctx context.Context, db *sql.DB) error {
	var entries int
	return db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&entries)
}

// checkVersion is in place of migrations where none can be made.
func checkVersion(ctx context.Context, db *sql.DB, d Dialect) error {
	p, err := goose.NewProvider(d.migrations, db, migrations.Files)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	now, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read version of schema: %w", err)
	}
	switch {
	case now > target:
		return fmt.Errorf("%w: of %d, this program knows versions up to %d", errSchema, now, target)
	case now < target:
		return fmt.Errorf("%w: of %d, this program needs %d, and it can't be migrated here: open the lake once where it can be written to", errSchema, now, target)
	}
	return nil
}

// instead opens for reading a database that could not be opened for want of permission to write. When that is not why, or
// does not help, it answers what failed, or that the schema is another one.
func instead(ctx context.Context, path string, clock func() time.Time, failed error) (*Store, error) {
	if !denied(failed) {
		return nil, failed
	}
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return nil, failed
	}
	s, err := OpenReadOnly(ctx, path, clock)
	switch {
	case err == nil:
		return s, nil
	case errors.Is(err, errSchema):
		return nil, err
	}
	return nil, failed
}

// errSchema says that the schema is not the program's.
var errSchema = errors.New("its schema is of another version")

// denied tells whether SQLite failed as it does without permission to write, which also keeps it from opening.
func denied(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case codes.SQLITE_READONLY, codes.SQLITE_CANTOPEN, codes.SQLITE_PERM:
		return true
	}
	return false
}
