package embedded_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
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
	newSchema(t) // skips without a server
	catalogtest.Run(t, func(t *testing.T) func(func() time.Time) catalog.Store {
		at := newSchema(t)
		return func(clock func() time.Time) catalog.Store {
			s, err := embedded.OpenURL(context.Background(), at, clock)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			return s
		}
	})
}

func TestSeveralProcessesMayOpenANewPostgreSQLCatalogAtOnce(t *testing.T) {
	for range 3 {
		at := newSchema(t)
		errs := make([]error, 6)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				s, err := embedded.OpenURL(t.Context(), at, time.Now)
				if err == nil {
					_, err = s.Tables(t.Context())
					_ = s.Close()
				}
				errs[i] = err
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAPostgreSQLCatalogIsFoundOnceItWasMade(t *testing.T) {
	at := newSchema(t)
	for range 2 {
		if s, err := embedded.FindURL(t.Context(), at, time.Now); !errors.Is(err, embedded.ErrNone) {
			t.Fatalf("found %v, %v", s, err)
		}
	}
	made, err := embedded.OpenURL(t.Context(), at, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	_ = made.Close()
	found, err := embedded.FindURL(t.Context(), at, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	_ = found.Close()
}

func TestAPostgreSQLSchemaThatIsMissingIsNamedAsTheCause(t *testing.T) {
	missing := with(newSchema(t), "search_path", "hindcast_never_made")
	if s, err := embedded.OpenURL(t.Context(), missing, time.Now); !errors.Is(err, embedded.ErrSchema) {
		t.Errorf("made %v, %v", s, err)
	}
	if s, err := embedded.FindURL(t.Context(), missing, time.Now); !errors.Is(err, embedded.ErrNone) {
		t.Errorf("found %v, %v", s, err)
	}
}

func TestAPostgreSQLServerThatOnlyAnswersIsOpenedForReading(t *testing.T) {
	at := newSchema(t)
	readOnly := with(at, "default_transaction_read_only", "on")
	if s, err := embedded.OpenURL(t.Context(), readOnly, time.Now); !errors.Is(err, embedded.ErrNone) {
		t.Fatalf("opened %v, %v", s, err)
	}
	s, err := embedded.OpenURL(t.Context(), at, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.EnsureTable(t.Context(), catalog.Table{Name: "aws_elb"}), s.Close()); err != nil {
		t.Fatal(err)
	}
	if s, err = embedded.OpenURL(t.Context(), readOnly, time.Now); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	checkReadOnly(t, s)
}

func TestAPostgreSQLServerThatRefusesIsToldFromOneThatIsAway(t *testing.T) {
	at := newSchema(t)
	execute(t, at, "CREATE ROLE hindcast_locked NOLOGIN")
	t.Cleanup(func() { execute(t, at, "DROP ROLE hindcast_locked") })
	refused, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	refused.User = url.UserPassword("hindcast_locked", "s3cret")
	_, err = embedded.OpenURL(t.Context(), refused.String(), time.Now)
	if !errors.Is(err, embedded.ErrRefused) || errors.Is(err, embedded.ErrAway) {
		t.Errorf("refused: %v", err)
	}
	noPassword(t, err)
}

func TestACatalogWhosePostgreSQLServerGoesAwaySaysSo(t *testing.T) {
	at := newSchema(t)
	s, err := embedded.OpenURL(t.Context(), with(at, "application_name", "hindcast_going"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	// Its connections are ended amid a transaction, as a server does that shuts down.
	held := connect(t, at)
	defer held.Close()
	tx, err := held.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("LOCK TABLE lake_tables"); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error)
	go func() { failed <- s.EnsureTable(context.Background(), catalog.Table{Name: "aws_elb"}) }()
	terminate(t, at, "hindcast_going")
	if err := <-failed; !errors.Is(err, embedded.ErrAway) {
		t.Errorf("got %v", err)
	}
}

// terminate ends the connection of an application once it waits for a lock.
func terminate(t *testing.T, at, application string) {
	t.Helper()
	db := connect(t, at)
	defer db.Close()
	for ended := 0; ended == 0; {
		err := db.QueryRowContext(t.Context(), "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "+
			"WHERE application_name = $1 AND wait_event_type = 'Lock'", application).Scan(&ended)
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestPostgreSQLTransactionsThatClashAreTriedAgain(t *testing.T) {
	at := newSchema(t)
	s, err := embedded.OpenURL(t.Context(), at, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	paths := [2][]catalog.Waste{{{Path: "a"}, {Path: "b"}}, {{Path: "b"}, {Path: "a"}}}
	if err := s.Throw(t.Context(), paths[0]); err != nil {
		t.Fatal(err)
	}
	// Somebody else takes the second file and then the first one, while we hold that and want the second.
	db := connect(t, with(at, "deadlock_timeout", "1h")) // the store is the one that notices
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	lock := func(path string) error {
		_, err := tx.Exec("UPDATE trash SET due = due WHERE path = $1", path)
		return err
	}
	if err := lock("b"); err != nil {
		t.Fatal(err)
	}
	thrown := make(chan error)
	go func() { thrown <- s.Forget(context.Background(), []string{"a", "b"}) }()
	waitForLock(t, at)
	if err := lock("a"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(tx.Commit(), <-thrown); err != nil {
		t.Error(err)
	}
}

func waitForLock(t *testing.T, at string) {
	t.Helper()
	db := connect(t, at)
	defer db.Close()
	for waiting := 0; waiting == 0; {
		err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_stat_activity "+
			"WHERE application_name = 'hindcast' AND wait_event_type = 'Lock' AND query LIKE 'DELETE FROM trash%'").Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAServerThatIsAwayIsSaidToBe(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close() // nobody listens there now
	_, err = embedded.OpenURL(t.Context(), "postgres://me:s3cret@"+l.Addr().String()+"/lake?sslmode=disable", time.Now)
	if !errors.Is(err, embedded.ErrAway) || errors.Is(err, embedded.ErrRefused) || !strings.Contains(err.Error(), "postgres://me@"+l.Addr().String()+"/lake") {
		t.Errorf("got %v", err)
	}
	noPassword(t, err)
}

func TestAURLThatCannotBeReadIsRefusedWithoutItsPassword(t *testing.T) {
	for _, at := range []string{
		"", "lake.db", "mysql://me:s3cret@host/lake", "postgres://me:s3cret%zz@host/lake", "postgres://me:s3cret@host:port/lake",
		"postgres://me:s3cret@host/lake?sslmode=perhaps", "postgres://me:s3cret@[::1/lake", "host=h password=s3cret",
		"postgres://host/lake?password=s3cret&sslmode=perhaps",
	} {
		_, err := embedded.OpenURL(t.Context(), at, time.Now)
		if !errors.Is(err, embedded.ErrURL) {
			t.Errorf("%s: got %v", at, err)
			continue
		}
		noPassword(t, err)
		noPassword(t, errors.New(embedded.ShownURL(at)))
	}
}

func noPassword(t *testing.T, err error) {
	t.Helper()
	if strings.Contains(err.Error(), "s3cret") {
		t.Errorf("the password is shown: %v", err)
	}
}

var schemas atomic.Int64

// schemaOn makes a schema, which is dropped when the test ends.
func schemaOn(t testing.TB, server string) string {
	t.Helper()
	name := fmt.Sprintf("hindcast_test_%d_%d", os.Getpid(), schemas.Add(1))
	ident := pgx.Identifier{name}.Sanitize()
	execute(t, server, "CREATE SCHEMA "+ident)
	t.Cleanup(func() { execute(t, server, "DROP SCHEMA "+ident+" CASCADE") })
	return with(server, "search_path", name)
}

// with is a URL with a parameter more.
func with(at, name, value string) string {
	u, err := url.Parse(at)
	if err != nil {
		panic(err)
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

func connect(t testing.TB, at string) *sql.DB {
	t.Helper()
	config, err := pgx.ParseConfig(at)
	if err != nil {
		t.Fatal(err)
	}
	return stdlib.OpenDB(*config)
}

func execute(t testing.TB, at, statement string) {
	t.Helper()
	db := connect(t, at)
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}
