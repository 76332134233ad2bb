// Package embeddedtest opens catalogs for tests that do not have the time to wait for a disk.
package embeddedtest

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog/embedded"
)

// Open opens the SQLite database in a file as embedded.Open does, but that a commit is not on the disk yet when it is
// acknowledged: whatever a test ends, the machine goes on. It is closed when the test ends.
func Open(t testing.TB, path string, clock func() time.Time) *embedded.Store {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(60000)&_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	s, err := embedded.OpenDB(context.Background(), db, embedded.SQLite, clock)
	if err != nil {
		_ = db.Close()
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
