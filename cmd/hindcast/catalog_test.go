package main

import (
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// newCatalog is the URL of an empty schema on the server that HINDCAST_TEST_POSTGRES names, if it does.
func newCatalog(t *testing.T) string {
	t.Helper()
	server := os.Getenv("HINDCAST_TEST_POSTGRES")
	if server == "" {
		t.Skip("HINDCAST_TEST_POSTGRES names no database")
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	schema := fmt.Sprintf("hindcast_program_%d", os.Getpid())
	if _, err := db.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("DROP SCHEMA " + schema + " CASCADE"); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

func TestALakeHasItsCatalogOnPostgreSQL(t *testing.T) {
	at, w := newCatalog(t), sharedWorld(t)
	dir := filepath.Join(t.TempDir(), "lake")
	none := hindcast(t, "tables", "--dir", dir, "--catalog", at).want(t, exitFailed)
	says(t, none.err, "there is no catalog in the database", "makes one")
	hindcast(t, "compact", "--dry-run", "--raw", w.raw, "--dir", dir, "--catalog", at).want(t, exitDone)
	hindcast(t, "tables", "--dir", dir, "--catalog", at).want(t, exitFailed) // a dry run has made none
	hindcast(t, "compact", "--raw", w.raw, "--dir", dir, "--catalog", at).want(t, w.compact.status)
	if found, err := filepath.Glob(filepath.Join(dir, "catalog.db*")); err != nil || len(found) > 0 {
		t.Errorf("there is %v, %v", found, err)
	}
	t.Setenv("HINDCAST_CATALOG", at)
	hindcast(t, "verify", "--dir", dir).want(t, exitDone)
	const counts = "SELECT count(*) AS n, min(timestamp) AS first, max(timestamp) AS last FROM aws_cloudtrail"
	here := hindcast(t, "query", counts, "--dir", dir).want(t, exitDone)
	for _, args := range [][]string{{"compact", "--raw", w.raw}, {"tables"}} {
		other := hindcast(t, append(args, "--dir", t.TempDir())...).want(t, exitFailed)
		says(t, other.err, "there is no file in tables/, but postgres://", "the folder of another lake")
	}
	t.Setenv("HINDCAST_CATALOG", "")
	there := hindcast(t, "query", counts, "--dir", w.dir).want(t, exitDone)
	if here.out != there.out {
		t.Errorf("on PostgreSQL %s, on SQLite %s", here.out, there.out)
	}
	for _, args := range [][]string{{"tables"}, {"compact", "--raw", w.raw, "--dry-run"}} {
		says(t, hindcast(t, append(args, "--dir", dir)...).want(t, exitFailed).err, "there are tables and no catalog.db", "--catalog must name")
	}
	lost := hindcast(t, "compact", "--raw", w.raw, "--dir", dir).want(t, exitFailed)
	says(t, lost.err, "the catalog knows none of the files in tables/", "--catalog must name")
}

func TestTheCatalogOfAnotherLakeOnPostgreSQLIsNoticed(t *testing.T) {
	at, w := newCatalog(t), sharedWorld(t).copied(t)
	got := hindcast(t, "compact", "--raw", w.raw, "--dir", w.dir, "--catalog", at).want(t, exitFailed)
	says(t, got.err, "the catalog knows none of the files in tables/: is postgres://", "that of another lake?")
}

func TestAServerThatIsAwayIsSaidToBeWithoutThePassword(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close() // nobody listens there now
	dir := t.TempDir()
	for _, args := range [][]string{{"tables"}, {"compact", "--raw", t.TempDir()}, {"compact", "--dry-run", "--raw", t.TempDir()}} {
		got := hindcast(t, append(args, "--dir", filepath.Join(dir, "lake"), "--catalog", "postgres://me:s3cret@"+address+"/lake?sslmode=disable")...).want(t, exitFailed)
		says(t, got.err, "the database server cannot be reached", "postgres://me@"+address+"/lake")
		if strings.Contains(got.out+got.err, "s3cret") {
			t.Errorf("the password is shown: %s", got.err)
		}
	}
	got := hindcast(t, "tables", "--dir", dir, "--catalog", "mysql://me:s3cret@host/lake").want(t, exitUsage)
	says(t, got.err, "--catalog: the catalog's URL cannot be read")
	if strings.Contains(got.err, "s3cret") {
		t.Errorf("the password is shown: %s", got.err)
	}
}
