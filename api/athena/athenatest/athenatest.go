// Package athenatest starts an Athena for tests: the real wire protocol on a socket, statements that are run on a lake,
// and throttling, delays and failures on demand.
package athenatest

import (
	"cmp"
	"context"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/hindcast/hindcast/api/athena"
	"github.com/hindcast/hindcast/api/athena/endpoint"
	"github.com/hindcast/hindcast/api/athena/plan"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/awsjson"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

// Catalog is what the lake's catalog must know. enginetest.Lake and every catalog.Store do.
type Catalog interface {
	Tables(ctx context.Context) ([]catalog.Table, error)
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
	Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]catalog.Partition, error)
}

// Options say what an Athena is started over. Dir and Catalog are required.
type Options struct {
	Dir      string           // the lake's folder, below which the catalog's files lie
	Catalog  Catalog          //
	Buckets  string           // folder whose folders are buckets, for results and UNLOAD; a temporary one if empty
	State    string           // folder of executions and names; a temporary one if empty
	Database string           // hindcast if empty
	Location string           // URI of Dir, with a slash at its end; that of the folder if empty
	Output   string           // where results lie by default; s3://results/ if empty
	Limits   athena.Limits    // the defaults if zero
	Now      func() time.Time // time.Now if nil

	Ended func(athena.Outcome) // told of every execution; may be nil
}

// Athena is a running one.
type Athena struct {
	URL     string          // of Athena, S3, Glue and STS alike
	Buckets string          // the buckets' folder
	Service *athena.Service // for Close in the middle of a test
	S3      *s3http.Faults  // what is to go wrong with S3

	knobs knobs
}

// Start starts an Athena that ends with the test.
func Start(t testing.TB, o Options) *Athena {
	t.Helper()
	a := &Athena{Buckets: o.Buckets, S3: &s3http.Faults{}}
	a.knobs.polls, a.knobs.faults = map[string]int{}, map[string][]fault{}
	if err := a.start(t, o); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *Athena) start(t testing.TB, o Options) error {
	if a.Buckets == "" {
		a.Buckets = t.TempDir()
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	lake, err := duckdb.Open(o.Dir, duckdb.Options{Clock: now, TempDir: filepath.Join(t.TempDir(), "spill")})
	if err != nil {
		return err
	}
	if o.State == "" {
		o.State = t.TempDir()
	}
	state, err := raw.CreateFolder(o.State)
	if err != nil {
		return err
	}
	objects, err := raw.CreateFolder(a.Buckets)
	if err != nil {
		return err
	}
	location := cmp.Or(o.Location, "file://"+filepath.ToSlash(o.Dir)+"/")
	a.Service, err = athena.Open(t.Context(), athena.Options{
		Catalog: o.Catalog, Planner: plan.Planner{
			Shown: func() plan.Catalog { return o.Catalog }, Database: cmp.Or(o.Database, "hindcast"), Location: location, Now: now,
		}, Engine: &engineWithFaults{Engine: lake, knobs: &a.knobs},
		State: state, Objects: objects, Database: cmp.Or(o.Database, "hindcast"), Location: location, Output: cmp.Or(o.Output, "s3://results/"),
		Limits: cmp.Or(o.Limits, athena.DefaultLimits()), Now: now, Log: slog.New(slog.DiscardHandler), Ended: o.Ended,
	})
	if err != nil {
		return err
	}
	s3, err := s3http.New(s3http.Options{Root: a.Buckets, Now: now, Before: a.S3.Before})
	if err != nil {
		return err
	}
	server := httptest.NewServer(&endpoint.Handler{Athena: a.knobs.decorate(a.Service.Service()), Glue: a.Service.Glue(), S3: s3})
	a.URL = server.URL
	t.Cleanup(func() {
		server.Close()
		gone, cancel := context.WithCancel(context.Background())
		cancel()
		a.knobs.release()
		for _, c := range []func() error{func() error { return a.Service.Close(gone) }, s3.Close, state.Close, objects.Close} {
			if err := c(); err != nil {
				t.Error(err)
			}
		}
	})
	return nil
}

// knobs are what is to go wrong.
type knobs struct {
	mu      sync.Mutex
	faults  map[string][]fault // by operation
	calls   []string
	running int            // polls that see RUNNING, of each execution
	polls   map[string]int // that were seen, by execution
	rows    int            // rows of a page at most
	fail    []*athena.Failure
	hold    chan struct{}
}

type fault struct {
	skip, times int
	err         error
}

// Throttle lets skip calls of an operation pass and answers the next times with ThrottlingException: Rate exceeded.
func (a *Athena) Throttle(operation string, skip, times int) {
	a.Refuse(operation, skip, times, awsjson.Errorf("ThrottlingException", "Rate exceeded"))
}

// TooMany lets skip calls of StartQueryExecution pass and answers the next times with TooManyRequestsException.
func (a *Athena) TooMany(skip, times int) {
	a.Refuse("StartQueryExecution", skip, times, &awsjson.Error{
		Code: "TooManyRequestsException", Message: "You have exceeded the limit for the number of queries you can run concurrently.",
		Fields: map[string]any{"Reason": "CONCURRENT_QUERY_LIMIT_EXCEEDED"},
	})
}

// Refuse lets skip calls of an operation pass and answers the next times with an error; one that is no *awsjson.Error
// is an InternalServerException.
func (a *Athena) Refuse(operation string, skip, times int, err error) {
	a.knobs.mu.Lock()
	defer a.knobs.mu.Unlock()
	a.knobs.faults[operation] = append(a.knobs.faults[operation], fault{skip, times, err})
}

// Running makes each execution seem to run for so many more calls of GetQueryExecution after it has ended.
func (a *Athena) Running(polls int) {
	a.knobs.mu.Lock()
	defer a.knobs.mu.Unlock()
	a.knobs.running = polls
}

// PageRows makes pages of results have no more rows than this, the header among them.
func (a *Athena) PageRows(rows int) {
	a.knobs.mu.Lock()
	defer a.knobs.mu.Unlock()
	a.knobs.rows = rows
}

// Fail makes the next statements that reach the engine fail, one each.
func (a *Athena) Fail(failures ...*athena.Failure) {
	a.knobs.mu.Lock()
	defer a.knobs.mu.Unlock()
	a.knobs.fail = append(a.knobs.fail, failures...)
}

// Hold keeps statements from ending until the function that it gives is called. They can be stopped all the same.
func (a *Athena) Hold() (release func()) {
	a.knobs.mu.Lock()
	defer a.knobs.mu.Unlock()
	a.knobs.hold = make(chan struct{})
	return a.knobs.release
}

// Calls are the operations of Athena that were called, in order, those that were refused among them.
func (a *Athena) Calls() []string {
	a.knobs.mu.Lock()
	defer a.knobs.mu.Unlock()
	return append([]string(nil), a.knobs.calls...)
}

func (k *knobs) release() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.hold != nil {
		close(k.hold)
		k.hold = nil
	}
}

// engineWithFaults is the engine, which may fail and be held.
type engineWithFaults struct {
	*duckdb.Engine
	knobs *knobs
}

func (e *engineWithFaults) Query(ctx context.Context, s engine.Statement) (engine.Rows, error) {
	if err := e.knobs.before(ctx); err != nil {
		return nil, err
	}
	return e.Engine.Query(ctx, s)
}

func (e *engineWithFaults) Export(ctx context.Context, s engine.Statement, x engine.Export) (engine.Exported, error) {
	if err := e.knobs.before(ctx); err != nil {
		return engine.Exported{}, err
	}
	return e.Engine.Export(ctx, s, x)
}

func (k *knobs) before(ctx context.Context) error {
	k.mu.Lock()
	hold := k.hold
	var failure *athena.Failure
	if len(k.fail) > 0 {
		failure, k.fail = k.fail[0], k.fail[1:]
	}
	k.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if failure != nil {
		return failure
	}
	return nil
}
