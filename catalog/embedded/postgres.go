package embedded

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// Errors of a database server, for errors.Is.
var (
	ErrAway    = errors.New("the database server cannot be reached")
	ErrRefused = errors.New("the database server refuses the user or the password")
	ErrNone    = errors.New("there is no catalog in the database")
	ErrSchema  = errors.New("the database has no schema of search_path's name: CREATE SCHEMA makes one")
	ErrURL     = errors.New("the catalog's URL cannot be read: it is like postgres://USER@HOST:PORT/DATABASE")
)

// OpenURL opens the catalog in the PostgreSQL database at a postgres:// URL, and makes it if there is none. Settings of
// pgx and of the server may follow as parameters: sslmode, search_path for a schema of its own, statement_timeout.
// A server that only answers is read as [OpenReadOnly] does. No error has the password.
func OpenURL(ctx context.Context, catalogURL string, clock func() time.Time) (*Store, error) {
	return openURL(ctx, catalogURL, clock, true)
}

// FindURL opens a catalog as OpenURL does, but makes none: ErrNone.
func FindURL(ctx context.Context, catalogURL string, clock func() time.Time) (*Store, error) {
	return openURL(ctx, catalogURL, clock, false)
}

func openURL(ctx context.Context, catalogURL string, clock func() time.Time, create bool) (*Store, error) {
	config, err := serverConfig(catalogURL)
	if err != nil {
		return nil, err
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns / 2)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour)
	s, err := openServer(ctx, db, clock, create)
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open catalog %s: %w", ShownURL(catalogURL), explain(err))
	}
	return s, nil
}

// maxConns is how many connections a process takes of the server's hundred.
const maxConns = 8

func openServer(ctx context.Context, db *sql.DB, clock func() time.Time, create bool) (*Store, error) {
	var made, somewhere bool
	var readOnly string
	// The version's table is looked for, since goose would make it.
	err := db.QueryRowContext(ctx, "SELECT to_regclass('goose_db_version') IS NOT NULL, current_schema() IS NOT NULL, current_setting('transaction_read_only')").Scan(&made, &somewhere, &readOnly)
	switch {
	case err != nil:
		return nil, err
	case !made && (!create || readOnly == "on"):
		return nil, ErrNone
	case !made && !somewhere:
		return nil, ErrSchema
	case readOnly != "on":
		return OpenDB(ctx, db, PostgreSQL, clock)
	}
	if err := checkVersion(ctx, db, PostgreSQL); err != nil {
		return nil, err
	}
	return &Store{db: db, dialect: PostgreSQL, now: clock, readOnly: true}, nil
}

// ShownURL is a catalog's URL as it may be shown: without password and parameters.
func ShownURL(catalogURL string) string {
	u, err := url.Parse(catalogURL)
	if err != nil || !isURL(catalogURL) {
		return "on a server"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if name := u.User.Username(); name != "" {
		shown.User = url.User(name)
	}
	return shown.String()
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
}

// serverConfig reads a URL and adds what it leaves open: a worker that is stopped amid a transaction must not keep the
// others from theirs, and a server that has gone silent must be noticed.
func serverConfig(catalogURL string) (*pgx.ConnConfig, error) {
	if !isURL(catalogURL) {
		return nil, ErrURL
	}
	config, err := pgx.ParseConfig(catalogURL)
	if _, malformed := url.Parse(catalogURL); err != nil && malformed != nil {
		return nil, ErrURL // what pgx says may have the password in it
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrURL, err)
	}
	for name, value := range map[string]string{
		"application_name": "hindcast", "statement_timeout": "5min", "lock_timeout": "1min",
		"idle_in_transaction_session_timeout": "1min",
	} {
		if _, told := config.RuntimeParams[name]; !told {
			config.RuntimeParams[name] = value
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	dialer := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 3}}
	config.DialFunc = dialer.DialContext
	return config, nil
}

// explain tells a server that is away from one that refuses.
func explain(err error) error {
	if err == nil || errors.Is(err, ErrAway) || errors.Is(err, ErrRefused) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		switch answer.Code {
		case "28P01", "28000": // invalid password, invalid authorization
			return fmt.Errorf("%w: %s", ErrRefused, answer.Message)
		case "57P01", "57P02", "57P03", "53300": // shut down, crashed, starting up, too many connections
			return fmt.Errorf("%w: %w", ErrAway, err)
		}
		return err
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) {
		return fmt.Errorf("%w: %s", ErrAway, attempts(connect.Unwrap().Error()))
	}
	if errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, sql.ErrConnDone) {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	return err
}

// attempts is on one line what pgx says of its attempts to connect, a line each: with TLS and without, to each address. What
// is said of several is said once.
func attempts(text string) string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.Join(strings.Fields(line), " "); line != "" && !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	return strings.Join(all, "; ")
}

// clashed tells whether a transaction failed for another one's sake, and may be tried again.
func clashed(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && (answer.Code == "40001" || answer.Code == "40P01") // serialization failure, deadlock
}
