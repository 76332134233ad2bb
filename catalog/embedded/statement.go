package embedded

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"time"

	sq "github.com/Masterminds/squirrel"
)

// chunk is how many rows or keys one statement carries: far below what either database takes (32,766 values), and
// enough that the way there and back no longer counts.
const chunk = 500

// rowChunk is how many rows one insert carries. SQLite's driver looks each value up among all of the statement, so that
// a row costs more the more there are with it: of 500 rows with 13 columns each costs 15 times what it does of 40.
const rowChunk = 40

// runner is a database or a transaction.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// session runs statements in the database's dialect.
type session struct {
	run runner
	sq  sq.StatementBuilderType
	now func() time.Time

	explain func(error) error
}

func (s *Store) session(r runner) session {
	return session{run: r, sq: sq.StatementBuilder.PlaceholderFormat(s.dialect.placeholder), now: s.now, explain: s.dialect.explain}
}

// write runs f in a transaction that is kept when f succeeds. It may run f several times.
func (s *Store) write(ctx context.Context, what string, f func(session) error) error {
	if s.readOnly {
		return fmt.Errorf("%s: %w", what, ErrReadOnly)
	}
	for wait := minWait; ; wait *= 2 {
		err := s.transact(ctx, what, nil, f)
		if err == nil || !s.dialect.clashed(err) || wait > maxWait {
			return err
		}
		timer := time.NewTimer(wait/2 + rand.N(wait)) // those that have clashed must not meet again
		select {
		case <-ctx.Done():
			timer.Stop()
			return err
		case <-timer.C:
		}
	}
}

// How long a transaction that clashed waits before it is tried again: ten times, three seconds in all.
const (
	minWait = 3 * time.Millisecond
	maxWait = 2 * time.Second
)

// read runs f in a transaction whose statements all see the same state.
func (s *Store) read(ctx context.Context, what string, f func(session) error) error {
	return s.transact(ctx, what, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot}, f)
}

func (s *Store) transact(ctx context.Context, what string, o *sql.TxOptions, f func(session) error) error {
	tx, err := s.db.BeginTx(ctx, o)
	if err != nil {
		return fmt.Errorf("%s: begin: %w", what, s.dialect.explain(err))
	}
	if err := f(s.session(tx)); err != nil {
		// A rollback that fails leaves the connection to the pool, which closes it: that ends the transaction too.
		_ = tx.Rollback()
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: commit: %w", what, s.dialect.explain(err))
	}
	return nil
}

// exec runs a statement and returns how many rows it changed.
func (s session) exec(ctx context.Context, stmt sq.Sqlizer) (int64, error) {
	query, args, err := stmt.ToSql()
	if err != nil {
		return 0, fmt.Errorf("build statement: %w", err)
	}
	res, err := s.run.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, s.explain(err)
	}
	return res.RowsAffected()
}

// list runs a query and scans each of its rows.
func list[T any](ctx context.Context, s session, stmt sq.Sqlizer, scan func(row, *T) error) ([]T, error) {
	query, args, err := stmt.ToSql()
	if err != nil {
		return nil, fmt.Errorf("build query: %w", err)
	}
	rows, err := s.run.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, s.explain(err)
	}
	defer func() { _ = rows.Close() }()
	var out []T
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, s.explain(rows.Err())
}

// row is a row of a query's answer.
type row interface{ Scan(dest ...any) error }

func scanText(r row, v *string) error { return r.Scan(v) }

func scanInt(r row, v *int64) error { return r.Scan(v) }

func millis(t time.Time) int64 { return t.UnixMilli() }

// ceilMillis is the first whole millisecond that is not before t, to compare with events, which have whole ones: those
// of 10 ms are before 10.4 ms.
func ceilMillis(t time.Time) int64 { return t.Add(time.Millisecond - 1).UnixMilli() }

// instant scans a time. The zero time survives the way there and back; the least or greatest of no times is zero.
type instant struct{ to *time.Time }

func (i instant) Scan(v any) error {
	switch ms := v.(type) {
	case nil:
		*i.to = time.Time{}
	case int64:
		*i.to = time.UnixMilli(ms).UTC()
	default:
		return fmt.Errorf("a time is stored as %T", v)
	}
	return nil
}
