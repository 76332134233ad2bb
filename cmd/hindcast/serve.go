package main

import (
	"context"
	"log/slog"
	"net"
	"time"

	"github.com/hindcast/hindcast/api/server"
	"github.com/hindcast/hindcast/lake/schedule"
)

type serveCommand struct {
	lakeFlags
	budgetFlags
	GRPC      string        `name:"grpc" default:"127.0.0.1:7070" placeholder:"ADDRESS" help:"Address of gRPC (${default}); port 0 takes a free one."`
	HTTP      string        `name:"http" default:"127.0.0.1:7080" placeholder:"ADDRESS" help:"Address of REST, OpenAPI, health and metrics (${default})."`
	Athena    string        `name:"athena" placeholder:"ADDRESS" help:"Address of the Athena API, for notebooks; results are served there over S3. Not served unless given."`
	Queries   int           `default:"2" placeholder:"N" help:"Queries at once (${default})."`
	QueryTime time.Duration `default:"10m" placeholder:"DURATION" help:"How long a query may run (${default})."`
	LogJSON   bool          `name:"log-json" help:"Log as JSON."`
}

func (*serveCommand) Help() string {
	return `Answers correlations over gRPC, with reflection and health, and over REST; both on this machine only unless told
otherwise. There is no authentication: put whoever may reach it behind one. SIGINT or SIGTERM ends it gracefully.

  hindcast serve --dir ./lake
  curl -s localhost:7080/openapi.json
  curl -s localhost:7080/v1/tables
  curl -s localhost:7080/v1/correlations:explain --json '{"query": {"from_time": "2026-01-01T00:00:00Z", "to_time": "2026-02-01T00:00:00Z",
    "indicators": [{"kind": "INDICATOR_KIND_IP", "value": "203.0.113.7"}]}}'

With --athena, clients of Amazon Athena work against the lake: the AWS CLI, boto3, PyAthena, awswrangler. The database is
"hindcast". Any credentials do.

  hindcast serve --dir ./lake --athena 127.0.0.1:7090
  export AWS_ENDPOINT_URL=http://127.0.0.1:7090 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
  aws athena start-query-execution --query-string "SELECT count(*) FROM aws_cloudtrail"`
}

// check finds what no server can be made of.
func (c *serveCommand) check() error {
	switch {
	case c.Queries < 1:
		return usageError("--queries: %d is not a number of queries", c.Queries)
	case c.QueryTime <= 0:
		return usageError("--query-time: a query cannot run for %s", c.QueryTime)
	}
	at, err := c.site()
	if err != nil {
		return err
	}
	if c.Athena != "" && at.remote() {
		return usageError("--athena: it serves a lake in a folder; ask Athena itself about one in S3")
	}
	for _, a := range []struct{ flag, addr string }{{"--grpc", c.GRPC}, {"--http", c.HTTP}, {"--athena", c.Athena}} {
		if a.addr == "" && a.flag == "--athena" {
			continue
		}
		if _, err := net.ResolveTCPAddr("tcp", a.addr); err != nil {
			return usageError("%s: %q is not host:port: %w", a.flag, a.addr, err)
		}
	}
	return nil
}

// lake opens the lake. Of one in S3 the ledger is made if need be: where all of it is deployed at once, the service starts
// before the first log has come, and no worker may run until then. A folder without a lake is more likely mistyped.
func (c *serveCommand) lake(ctx context.Context) (*lake, error) {
	at, err := c.site()
	if err != nil {
		return nil, err
	}
	if at.remote() {
		return c.create(ctx)
	}
	return c.open(ctx)
}

func (c *serveCommand) Run(ctx context.Context, t *terminal) error {
	if err := c.check(); err != nil {
		return err
	}
	l, err := c.lake(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	var handler slog.Handler = slog.NewTextHandler(t.err, nil)
	if c.LogJSON {
		handler = slog.NewJSONHandler(t.err, nil)
	}
	log := slog.New(handler)
	a, err := l.asking(c.budgetFlags, func(err error) { log.Warn("a query's cost was not recorded", "error", err) })
	if err != nil {
		return err
	}
	notebooks, err := c.athena(l, a)
	if err != nil {
		return err
	}
	limits := server.DefaultLimits()
	limits.Queries, limits.QueryTime = c.Queries, c.QueryTime
	keeper := l.keeper()
	s, err := server.New(server.Config{
		GRPCAddr: c.GRPC, HTTPAddr: c.HTTP, Dir: l.results(), Archive: l.archive(), Catalog: l.catalog, Retention: keeper, Limits: limits,
		Correlator: a.correlator(l),
		Athena:     notebooks, Log: log, Now: time.Now, Sleep: schedule.Wall{Time: time.Now}.Wait, Version: built().Version,
	})
	if err != nil {
		return err
	}
	addresses := []any{"grpc", s.GRPCAddr().String(), "http", s.HTTPAddr().String()}
	if a := s.AthenaAddr(); a != nil {
		addresses = append(addresses, "athena", a.String())
	}
	log.Info("serving", append(addresses, "lake", l.String(), "version", built().Version)...)
	return s.Run(ctx)
}
