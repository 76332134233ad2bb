// Package engine holds what every query engine speaks of: statements, the rows that they give, and what they cost.
package engine

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Scan is what a statement may read of one table.
type Scan struct {
	Table   string
	Columns []catalog.Column // what the table has; the key day comes on top
	Files   []catalog.File   // all that is read; none makes the table empty

	// Location, when set, is the URI of the lake's root, with a slash at its end: the table has a column "$path" too, of the URIs
	// of the rows' files.
	Location string

	// From and To, when set, say that the statement asks for events of From ≤ timestamp < To alone, so that an engine
	// that reads the files itself may leave out the others. They never stand in for the statement's own predicate.
	From, To time.Time
}

// Statement is one SELECT in the dialect of the engine that it is for.
type Statement struct {
	SQL     string
	Scans   []Scan // every table that the SQL names
	MaxRows int    // rows after these are not returned, and the statistics say so; 0 means all

	// Lists are the columns of the result that hold a list's JSON as text, for engines whose results render lists
	// ambiguously. [Rows] gives them as lists.
	Lists []string
	// Estimate is the most bytes that the statement is expected to read; 0 means all of the scans' files.
	Estimate int64
}

// Bytes is the most that the statement is expected to read.
func (s Statement) Bytes() (n int64) {
	if s.Estimate > 0 {
		return s.Estimate
	}
	for _, scan := range s.Scans {
		for _, f := range scan.Files {
			n += f.Bytes
		}
	}
	return n
}

// Column is a column of a result.
type Column struct {
	Name string
	Type string // as the engine calls it
}

// Rows is a result, read once from its start to its end.
type Rows interface {
	// Columns are the columns, in the order of the values.
	Columns() []Column
	// Next gives the next row, or io.EOF. A value is nil, string, int64, float64, bool, time.Time (UTC), []string, or
	// for what has no such type its JSON as json.RawMessage. The slice is valid until the next call.
	Next() ([]any, error)
	// Close frees what the result holds and can be called at any time, more than once.
	Close() (Stats, error)
}

// Exact is a result whose values can be had without loss.
type Exact interface {
	Rows
	// Exact is the row that Next gave: nil, string, bool, int8 to int64, uint8 to uint64, *big.Int, float32, float64, [Decimal],
	// []byte, time.Time (of a date or time of day its day or clock alone counts), []any, map[string]any for a structure,
	// or [Pairs] for a map. It is valid until the next call.
	Exact() []any
}

// Decimal is a number of a fixed scale in digits: 12.50.
type Decimal string

// Pairs are the entries of a map, in its order.
type Pairs struct{ Keys, Values []any }

// Stats is what a statement cost.
type Stats struct {
	BytesRead int64         // bytes that were read from files, footers included
	Elapsed   time.Duration // from the start of the statement to its first row
	Truncated bool          // there were more than MaxRows rows
	Execution Execution     // of an engine that runs statements elsewhere; else zero
}

// Execution is a statement's run at a service that names and charges it.
type Execution struct {
	ID       string        `json:"id"`
	MicroUSD int64         `json:"price_micro_usd"` // its price in millionths of a US dollar, rounded up
	Reused   bool          `json:"reused"`          // the result is an earlier execution's, and costs nothing
	Queue    time.Duration `json:"queue_nanoseconds"`
	Planning time.Duration `json:"planning_nanoseconds"` // a part of Run
	Run      time.Duration `json:"run_nanoseconds"`      // in the service's engine
}

// USD writes a price in millionths of a US dollar: 0.000048 USD, 1.25 USD.
func USD(micros int64) string {
	text := strconv.FormatFloat(float64(micros)/1e6, 'f', 6, 64)
	for strings.HasSuffix(text, "0") && text[len(text)-3] != '.' {
		text = text[:len(text)-1]
	}
	return text + " USD"
}

// FailedError is a statement that failed, or was stopped, after its execution had begun, and what it cost all the same.
type FailedError struct {
	Stats Stats
	Err   error
}

func (e *FailedError) Error() string { return e.Err.Error() }

// Unwrap gives why it failed.
func (e *FailedError) Unwrap() error { return e.Err }

// Engine runs statements. It may be used by many at once; how many is for the caller to limit.
type Engine interface {
	// Dialect is the SQL that the engine speaks.
	Dialect() dialect.Dialect
	// Query starts a statement. When ctx ends, it is interrupted and ctx's error comes back.
	// ErrStatement when the SQL is wrong; ErrResources when it needs more memory or time than it may have; ErrDamaged when
	// files are not what the catalog says; ErrStale; ErrBusy; ErrBudget. *FailedError when it cost something.
	Query(ctx context.Context, s Statement) (Rows, error)
}

// Export says how rows become files.
type Export struct {
	Dir         string   // on this machine; it must be empty or not there
	Format      string   // parquet, csv or json: one object a line
	Compression string   // zstd, gzip, snappy or none; empty is the format's usual
	Delimiter   string   // of csv; empty is a comma
	PartitionBy []string // columns whose values become folders, name=value
}

// Exported is what an export wrote.
type Exported struct {
	Rows    int64
	Columns []Column // with those that became folders
	Files   []string // below the folder, with slashes
	Stats   Stats
}

// Exporter writes results to files.
type Exporter interface {
	// Export runs a statement and writes its rows below a folder, which is empty again when it fails. Errors are those
	// of [Engine.Query].
	Export(ctx context.Context, s Statement, e Export) (Exported, error)
}

// Errors of engines, for errors.Is.
var (
	ErrStatement = errors.New("the statement is wrong")
	ErrResources = errors.New("the statement needs more than it may use")
	ErrStale     = errors.New("files of the statement are gone: plan it anew") // they went while it ran
	ErrBusy      = errors.New("the engine takes no more statements for the moment: try again later")
	ErrPassing   = errors.New("the engine failed, and may not fail again")
	ErrBudget    = errors.New("the statement would exceed a budget")
	ErrDamaged   = errors.New(`the lake is damaged (run "hindcast verify --deep")`)
	ErrCost      = errors.New("what it costs is not known") // beside why it failed; it may run on
)
