// Package engine holds what every query engine speaks of: statements, the rows that they give, and what they cost.
package engine

import (
	"context"
	"errors"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Scan is what a statement may read of one table.
type Scan struct {
	Table   string
	Columns []catalog.Column // what the table has; the key day comes on top
	Files   []catalog.File   // all that is read; none makes the table empty

	// From and To, when set, say that the statement asks for events of From ≤ timestamp < To alone, so that an engine
	// that reads the files itself may leave out the others. They never stand in for the statement's own predicate.
	From, To time.Time
}

// Statement is one SELECT in the dialect of the engine that it is for.
type Statement struct {
	SQL     string
	Scans   []Scan // every table that the SQL names
	MaxRows int    // rows after these are not returned, and the statistics say so; 0 means all
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

// Stats is what a statement cost.
type Stats struct {
	BytesRead int64         // bytes that were read from files, footers included
	Elapsed   time.Duration // from the start of the statement to its first row
	Truncated bool          // there were more than MaxRows rows
}

// Engine runs statements. It may be used by many at once; how many is for the caller to limit.
type Engine interface {
	// Dialect is the SQL that the engine speaks.
	Dialect() dialect.Dialect
	// Query starts a statement. When ctx ends, it is interrupted and ctx's error comes back.
	// ErrStatement when the SQL is wrong; ErrResources when it needs more memory or time than it may have; ErrDamaged when
	// files are not what the catalog says; ErrStale.
	Query(ctx context.Context, s Statement) (Rows, error)
}

// Errors of engines, for errors.Is.
var (
	ErrStatement = errors.New("the statement is wrong")
	ErrResources = errors.New("the statement needs more than it may use")
	ErrStale     = errors.New("files of the statement are gone: plan it anew") // they went while it ran
	ErrDamaged   = errors.New(`the lake is damaged (run "hindcast verify --deep")`)
)
