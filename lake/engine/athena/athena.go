package athena

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Options say where and how statements run. Zero values mean the defaults.
type Options struct {
	Catalog   string // data catalog; AwsDataCatalog, which is Glue's
	Database  string // required
	WorkGroup string // primary
	// Output is where results are put, s3://bucket/prefix/. It may be empty when the workgroup says, or keeps results
	// itself: https://docs.aws.amazon.com/athena/latest/ug/managed-results.html
	Output            string
	ReuseMaxAge       time.Duration // up to which age, in whole minutes and at most 7 days, results are reused; 0 reuses none
	Published         Published     // what Athena reads by now; nil where that is always what scans say
	USDPerTB          float64       // price of 2^40 bytes scanned; that of the region, else 5 USD
	MaxStatementBytes int           // the longest; Athena's own limit of 262,144 bytes
	Patience          time.Duration // a call that is not answered for so long is made again; 30 s

	Now   func() time.Time                                       // measures how long statements take; required
	Sleep func(ctx context.Context, d time.Duration) (err error) // waits, or gives the context's error; required
}

const maxReuse = 7 * 24 * time.Hour

// Engine runs statements in one database. It may be used by many at once.
type Engine struct {
	client  *athena.Client
	options Options
	region  string
	price   price
}

var _ engine.Engine = (*Engine)(nil)

// Open makes an engine of a configuration that says region, credentials and, for tests, the endpoint. Nothing is called.
func Open(cfg aws.Config, o Options) (*Engine, error) {
	if o.Catalog == "" {
		o.Catalog = "AwsDataCatalog"
	}
	if o.WorkGroup == "" {
		o.WorkGroup = "primary"
	}
	if o.Patience <= 0 {
		o.Patience = 30 * time.Second
	}
	if o.MaxStatementBytes <= 0 || o.MaxStatementBytes > dialect.AthenaMaxBytes {
		o.MaxStatementBytes = dialect.AthenaMaxBytes
	}
	switch {
	case o.Database == "":
		return nil, errors.New("open Athena: no database is named")
	case cfg.Region == "":
		return nil, errors.New("open Athena: no region is set: name one in the configuration, or by AWS_REGION")
	case o.Output != "" && !strings.HasPrefix(o.Output, "s3://"):
		return nil, fmt.Errorf("open Athena: the place for results %q does not begin with s3://", o.Output)
	case o.ReuseMaxAge < 0 || o.ReuseMaxAge > maxReuse || o.ReuseMaxAge%time.Minute != 0:
		return nil, fmt.Errorf("open Athena: results cannot be reused for %s, only for whole minutes up to %s", o.ReuseMaxAge, maxReuse)
	case o.USDPerTB < 0:
		return nil, fmt.Errorf("open Athena: %v USD is no price", o.USDPerTB)
	case o.Now == nil || o.Sleep == nil:
		return nil, errors.New("open Athena: the engine needs a clock and a way to wait")
	}
	// Calls are repeated by the engine alone, which knows what may be repeated and waits as it is told.
	client := athena.NewFromConfig(cfg, func(c *athena.Options) { c.Retryer = aws.NopRetryer{} })
	return &Engine{client: client, options: o, region: cfg.Region, price: priceIn(cfg.Region, o.USDPerTB)}, nil
}

// Dialect is Athena's.
func (e *Engine) Dialect() dialect.Dialect { return dialect.Athena() }

// Query runs a statement to its end; see [engine.Engine]. Its result is fetched as it is read.
func (e *Engine) Query(ctx context.Context, s engine.Statement) (engine.Rows, error) {
	start := e.options.Now()
	asked, err := e.request(ctx, s)
	if err != nil {
		return nil, err
	}
	done, err := e.execute(ctx, asked)
	if err != nil {
		return nil, err
	}
	r := &rows{engine: e, ctx: ctx, id: done.Execution.ID, max: s.MaxRows, lists: s.Lists, header: true}
	if err := r.fetch(); err != nil {
		return nil, &engine.FailedError{Stats: done, Err: err}
	}
	done.Elapsed = e.options.Now().Sub(start)
	r.stats = done
	return r, nil
}

// Execute runs a statement without a result, such as UNLOAD, to its end. Whoever repeats it with the same token, another
// process too, waits for the same execution. *engine.FailedError when that has failed: only another token runs it anew,
// which helps where the error is engine.ErrPassing.
func (e *Engine) Execute(ctx context.Context, s engine.Statement, token string) (engine.Stats, error) {
	start := e.options.Now()
	done, err := e.once(ctx, request{sql: s.SQL, token: token})
	done.Elapsed = e.options.Now().Sub(start)
	return done, err
}
