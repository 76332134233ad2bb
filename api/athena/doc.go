// Package athena serves the API of Amazon Athena over a lake: queries in Athena's SQL, their results, work groups,
// metadata, prepared and named queries.
//
//	StartQueryExecution ──► QUEUED ──► RUNNING ──► SUCCEEDED, FAILED, CANCELLED
//	      │ kind, token, limits  │ gate    │ Planner: Athena's SQL → the engine's; Engine: rows
//	      └──────────────────────┴─────────┴─► s3://output/ID.csv, which GetQueryResults reads too
//
// It follows https://docs.aws.amazon.com/athena/latest/APIReference/. What Athena does and this service does not is
// refused by name. Executions are kept by count and age, across restarts; one that a restart finds unfinished has failed.
package athena

import (
	"context"
	"io"
	"iter"
	"log/slog"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
)

// Catalog knows the tables.
type Catalog interface {
	// Tables are all tables, by name.
	Tables(ctx context.Context) ([]catalog.Table, error)
	// Coverage are the partitions of the tables that have files, by table and day.
	Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]catalog.Partition, error)
}

// Planner makes statements of an engine from queries in Athena's SQL.
type Planner interface {
	// Plan translates one SELECT. What the user did wrong is a *[Failure] or an [engine.ErrStatement].
	Plan(ctx context.Context, q Query) (Plan, error)
}

// Query is a SELECT in Athena's SQL.
type Query struct {
	SQL        string
	Parameters []string // SQL's literals, one for each ?
}

// Plan is a query that an engine can run.
type Plan struct {
	Statement engine.Statement
	Columns   []Column // of the result, in their order; none if only the engine knows them
}

// Column is a column of a result.
type Column struct {
	Name string
	Type string // as Trino writes it: array(varchar)
	Zone string // of a timestamp with time zone: the zone that all values are in; empty is UTC
}

// Engine runs statements.
type Engine interface {
	// Query starts a statement; see [engine.Engine].
	Query(ctx context.Context, s engine.Statement) (engine.Rows, error)
	// Export writes a statement's rows to files; see [engine.Exporter].
	Export(ctx context.Context, s engine.Statement, e engine.Export) (engine.Exported, error)
	// Explain is the engine's own plan of a statement, as text. Nothing is run.
	Explain(ctx context.Context, s engine.Statement) (string, error)
}

// Files keep objects under keys with slashes, each whole or not at all. [github.com/hindcast/hindcast/lake/raw.Folder]
// is one; errors of what is not there are raw.ErrNotFound.
type Files interface {
	Put(ctx context.Context, key string, body io.Reader) (catalog.Object, error)
	Open(ctx context.Context, key string) (io.ReadCloser, error)
	Delete(ctx context.Context, key string) error
	List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error]
	// Path is where an object lies, for an engine that writes files.
	Path(key string) string
}

// Options are what a service is made of. All are required, but for Ended.
type Options struct {
	Catalog  Catalog
	Planner  Planner
	Engine   Engine
	State    Files  // executions, work groups, prepared and named queries
	Objects  Files  // results: the object s3://bucket/key has the key bucket/key
	Database string // by which the lake's tables go
	Location string // URI of the lake's root, with a slash at its end; none if empty
	Output   string // s3://bucket/prefix/ where results lie unless a client or work group says otherwise
	Limits   Limits
	Now      func() time.Time
	Log      *slog.Logger
	Ended    func(Outcome) // told of every execution
}

// Limits bound what the service does for its clients. All must be positive.
type Limits struct {
	Running     int           // executions at once
	Queued      int           // that may wait; more are refused with TooManyRequestsException
	QueryTime   time.Duration // of one execution
	ResultBytes int64         // of one result
	Kept        int           // ended executions that are kept, the newest
	KeptFor     time.Duration // how long one is kept
}

// DefaultLimits suit one machine and a few notebooks; [Options.Limits] may have fewer.
func DefaultLimits() Limits {
	return Limits{
		Running: 2, Queued: 18, QueryTime: 30 * time.Minute, ResultBytes: 2 << 30,
		Kept: 1000, KeptFor: 7 * 24 * time.Hour,
	}
}

// Outcome is how an execution went.
type Outcome struct {
	State     string // SUCCEEDED, FAILED or CANCELLED
	Elapsed   time.Duration
	BytesRead int64
}

// Failure is why an execution failed, as Athena tells it:
// https://docs.aws.amazon.com/athena/latest/ug/error-reference.html.
type Failure struct {
	Category  int // 1 Athena's fault, 2 the user's, 3 another
	Type      int
	Retryable bool
	Message   string
	Table     string `json:"-"` // of the database, which a query reads and the planner does not know; else empty
}

func (f *Failure) Error() string { return f.Message }

// UserFailure is that of a query which is wrong.
func UserFailure(message string) *Failure {
	return &Failure{Category: UserError, Type: typeSyntax, Message: message}
}

// Categories of a [Failure].
const (
	SystemError = 1
	UserError   = 2
	OtherError  = 3
)

// Types of a [Failure].
const (
	typeExhausted = 0
	typeInternal  = 200
	typeSyntax    = 1006
	typeCancelled = 1011
)

// EngineVersion is the version of Athena's engine whose SQL is spoken.
const EngineVersion = "Athena engine version 3"

// CatalogName is the one data catalog.
const CatalogName = "AwsDataCatalog"
