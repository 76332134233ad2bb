// Package server wires the API: gRPC and REST over the same services, with limits, metrics, logs and a graceful end.
package server

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"time"

	"github.com/hindcast/hindcast/api/athena"
	"github.com/hindcast/hindcast/api/jobs/rpc"
	"github.com/hindcast/hindcast/api/tables"
	"github.com/hindcast/hindcast/lake/raw"
)

// Where the server listens unless it is told otherwise: on this machine only.
const (
	DefaultGRPCAddr = "127.0.0.1:7070"
	DefaultHTTPAddr = "127.0.0.1:7080"
)

// Config is what a server is made of.
type Config struct {
	GRPCAddr   string    // host:port; port 0 takes a free one
	HTTPAddr   string    // of REST, the OpenAPI document, health and metrics
	Dir        string    // where results are kept; made when it is not there
	Archive    raw.Store // where they, and what runs, are kept too, for other servers and later ones; nil if nowhere
	Correlator rpc.Correlator
	Catalog    tables.Catalog
	Retention  tables.Retention // nil keeps everything
	Athena     Athena           // not served without an address
	Limits     Limits
	Version    string
	Log        *slog.Logger
	Now        func() time.Time
	Sleep      func(ctx context.Context, d time.Duration) error // waits, or gives the context's error
}

// Limits bound what the server does for its clients. All must be positive.
type Limits struct {
	BodyBytes       int           // of one request
	PageSize        int           // when a request names none
	MaxPageSize     int           // larger ones are cut to it
	PageBytes       int           // of one page, though never less than one entry
	Queries         int           // at once
	QueuedQueries   int           // that may wait
	QueryTime       time.Duration // of one query
	CallTime        time.Duration // of every other call
	Events          int           // of a timeline, when a query names no limit
	MaxEvents       int           // of a timeline
	MaxStreamEvents int           // of a timeline in one streaming call
	Indicators      int           // of one query
	RangeDays       int           // of one query
	ResultBytes     int64         // of one stored timeline
	Results         int           // that are kept
	ResultAge       time.Duration // after which they are removed
	Requests        int           // to the API over REST at once, and streams of one gRPC connection
	Connections     int           // to REST at once, idle ones and those that send slowly included
	HeaderTime      time.Duration // for the header of a REST request to come
	BodyTime        time.Duration // for its body to come
	Grace           time.Duration // for running calls and queries when the server ends
}

// DefaultLimits suit one machine and a few analysts.
func DefaultLimits() Limits {
	return Limits{
		BodyBytes:       1 << 20,
		PageSize:        100,
		MaxPageSize:     1000,
		PageBytes:       3 << 20, // below the 4 MiB that gRPC clients take by default
		Queries:         2,
		QueuedQueries:   32,
		QueryTime:       10 * time.Minute,
		CallTime:        30 * time.Second,
		Events:          1000,
		MaxEvents:       100_000,
		MaxStreamEvents: 10_000,
		Indicators:      1000,
		RangeDays:       10 * 366,
		ResultBytes:     1 << 30,
		Results:         1000,
		ResultAge:       30 * 24 * time.Hour,
		Requests:        256,
		Connections:     8192,
		HeaderTime:      5 * time.Second,
		BodyTime:        10 * time.Second,
		Grace:           20 * time.Second,
	}
}

func (l Limits) check() error {
	v := reflect.ValueOf(l)
	for i := range v.NumField() {
		if v.Field(i).Int() <= 0 {
			return fmt.Errorf("limit %s must be positive", v.Type().Field(i).Name)
		}
	}
	return nil
}

func (c Config) check() error {
	switch {
	case c.Dir == "":
		return fmt.Errorf("server: no folder for results")
	case c.Correlator == nil, c.Catalog == nil, c.Log == nil, c.Now == nil, c.Sleep == nil:
		return fmt.Errorf("server: Correlator, Catalog, Log, Now and Sleep are required")
	case c.Athena.Addr != "" && c.Athena.Dir == "":
		return fmt.Errorf("server: no folder for the results of Athena")
	}
	return c.Limits.check()
}

func (l Limits) rpc() rpc.Limits {
	return rpc.Limits{
		PageSize: l.PageSize, MaxPageSize: l.MaxPageSize,
		Events: int64(l.Events), MaxEvents: int64(l.MaxEvents), MaxStreamEvents: int64(l.MaxStreamEvents),
		Indicators: l.Indicators, Range: time.Duration(l.RangeDays) * 24 * time.Hour,
	}
}

func (l Limits) tables() tables.Limits {
	return tables.Limits{PageSize: l.PageSize, MaxPageSize: l.MaxPageSize, MaxDays: l.RangeDays}
}

func (l Limits) athena() athena.Limits {
	return athena.Limits{
		Running: l.Queries, Queued: l.QueuedQueries, QueryTime: l.QueryTime, ResultBytes: l.ResultBytes, Kept: l.Results, KeptFor: l.ResultAge,
	}
}
