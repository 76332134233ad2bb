package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"math"
	"math/big"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// rows is a result, and the DuckDB that holds it.
type rows struct {
	ctx     context.Context
	box     *box
	result  *sql.Rows
	columns []engine.Column
	raw     []any // as the driver gives them
	values  []any
	targets []any
	given   int
	max     int
	elapsed time.Duration
	stats   *engine.Stats
	more    bool
}

func newRows(ctx context.Context, b *box, result *sql.Rows, max int) (*rows, error) {
	types, err := result.ColumnTypes()
	if err != nil {
		result.Close()
		return nil, fmt.Errorf("read the result's columns: %w", err)
	}
	r := &rows{ctx: ctx, box: b, result: result, max: max, raw: make([]any, len(types)), values: make([]any, len(types)), targets: make([]any, len(types))}
	for i, t := range types {
		r.columns = append(r.columns, engine.Column{Name: t.Name(), Type: t.DatabaseTypeName()})
		r.targets[i] = &r.raw[i]
	}
	return r, nil
}

func (r *rows) Columns() []engine.Column { return r.columns }

func (r *rows) Next() ([]any, error) {
	if !r.result.Next() {
		if err := r.result.Err(); err != nil {
			return nil, failure(r.ctx, err)
		}
		return nil, io.EOF
	}
	if r.max > 0 && r.given == r.max {
		r.more = true
		return nil, io.EOF
	}
	if err := r.result.Scan(r.targets...); err != nil {
		return nil, fmt.Errorf("read row %d: %w", r.given+1, err)
	}
	r.given++
	for i, v := range r.raw {
		var err error
		if r.values[i], err = plain(v, r.columns[i].Type); err != nil {
			return nil, fmt.Errorf("read column %s of row %d: %w", r.columns[i].Name, r.given, err)
		}
	}
	return r.values, nil
}

func (r *rows) Close() (engine.Stats, error) {
	if r.stats != nil {
		return *r.stats, nil
	}
	r.stats = &engine.Stats{Elapsed: r.elapsed, Truncated: r.more}
	r.result.Close()
	defer r.box.close()
	// The caller may have cancelled already; what was read is known all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), 5*time.Second)
	defer cancel()
	if err := r.box.conn.QueryRowContext(ctx, dialect.BytesRead().String()).Scan(&r.stats.BytesRead); err != nil {
		return *r.stats, fmt.Errorf("count the bytes that were read: %w", err)
	}
	return *r.stats, nil
}

// plain turns the driver's value into one of those that [engine.Rows] names.
func plain(v any, typ string) (any, error) {
	switch v := v.(type) {
	case nil, string, bool, int64:
		return v, nil
	case float64:
		return plainFloat(v), nil
	case time.Time:
		return plainTime(v, typ), nil
	case []any:
		return plainList(v)
	case int8:
		return int64(v), nil
	case int16:
		return int64(v), nil
	case int32:
		return int64(v), nil
	case uint8:
		return int64(v), nil
	case uint16:
		return int64(v), nil
	case uint32:
		return int64(v), nil
	case float32:
		return plainFloat(float64(v)), nil
	case uint64:
		return plainBig(new(big.Int).SetUint64(v)), nil
	case *big.Int:
		return plainBig(v), nil
	case duckdb.Decimal:
		return v.String(), nil
	case []byte:
		return plainBytes(v, typ), nil
	case duckdb.UUID:
		return v.String(), nil
	}
	return plainJSON(v)
}

// plainBig is an int64 where it fits, and decimal digits where not.
func plainBig(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n.String()
}

func plainBytes(b []byte, typ string) any {
	if typ == "UUID" && len(b) == 16 {
		var u duckdb.UUID
		copy(u[:], b)
		return u.String()
	}
	return fmt.Sprintf("%x", b)
}

// plainTime keeps instants as times; dates and times of day are text.
func plainTime(t time.Time, typ string) any {
	switch typ {
	case "DATE":
		return t.Format(time.DateOnly)
	case "TIME", "TIMETZ":
		return t.Format("15:04:05.999999")
	}
	return t.UTC()
}

// plainFloat is a text for what is not a number, which JSON could not say.
func plainFloat(f float64) any {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return f
}

// plainList is a list of texts as such; another list, or one with nulls, is JSON.
func plainList(list []any) (any, error) {
	texts := make([]string, len(list))
	for i, v := range list {
		text, ok := v.(string)
		if !ok {
			return plainJSON(list)
		}
		texts[i] = text
	}
	return texts, nil
}
