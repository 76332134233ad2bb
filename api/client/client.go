// Package client asks a Hindcast server from Go programs and notebooks: a query in, its events out.
package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// How often a correlation is asked after while it runs: first soon, then less and less often.
const (
	firstPoll = 50 * time.Millisecond
	lastPoll  = 2 * time.Second
)

// maxMessage admits pages of large events, which are beyond gRPC's default of 4 MiB.
const maxMessage = 64 << 20

// Client is a connection to a server. Its fields are the whole API.
type Client struct {
	Correlations hindcastv1.CorrelationServiceClient
	Catalog      hindcastv1.CatalogServiceClient
	conn         *grpc.ClientConn
}

// Dial connects to host:port, without encryption unless an option says otherwise. Close must follow.
func Dial(addr string, options ...grpc.DialOption) (*Client, error) {
	defaults := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
	}
	conn, err := grpc.NewClient(addr, append(defaults, options...)...)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", addr, err)
	}
	return &Client{
		Correlations: hindcastv1.NewCorrelationServiceClient(conn),
		Catalog:      hindcastv1.NewCatalogServiceClient(conn),
		conn:         conn,
	}, nil
}

// Close closes the connection.
func (c *Client) Close() error { return c.conn.Close() }

// EndError says that a correlation ended without a result.
type EndError struct{ Correlation *hindcastv1.Correlation }

func (e *EndError) Error() string {
	state := strings.ToLower(strings.TrimPrefix(e.Correlation.GetState().String(), "CORRELATION_STATE_"))
	return fmt.Sprintf("correlation %s %s: %s", e.Correlation.GetCorrelationId(), state, e.Correlation.GetStateReason())
}

// Start creates a correlation. With an id of the caller's own it can be repeated.
func (c *Client) Start(ctx context.Context, id string, q *hindcastv1.Query) (*hindcastv1.Correlation, error) {
	resp, err := c.Correlations.CreateCorrelation(ctx, &hindcastv1.CreateCorrelationRequest{CorrelationId: id, Query: q})
	return resp.GetCorrelation(), err
}

// Wait returns once the correlation has succeeded; an *EndError says that it will not.
func (c *Client) Wait(ctx context.Context, id string) (*hindcastv1.Correlation, error) {
	for pause := firstPoll; ; pause = min(2*pause, lastPoll) {
		resp, err := c.Correlations.GetCorrelation(ctx, &hindcastv1.GetCorrelationRequest{CorrelationId: id})
		if err != nil {
			return nil, err
		}
		switch got := resp.GetCorrelation(); got.GetState() {
		case hindcastv1.CorrelationState_CORRELATION_STATE_SUCCEEDED:
			return got, nil
		case hindcastv1.CorrelationState_CORRELATION_STATE_QUEUED, hindcastv1.CorrelationState_CORRELATION_STATE_RUNNING:
		default:
			return got, &EndError{got}
		}
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// Events gives the correlation's events, newest first, and waits for more while it runs. An error ends them.
func (c *Client) Events(ctx context.Context, id string) iter.Seq2[*hindcastv1.Event, error] {
	return func(yield func(*hindcastv1.Event, error) bool) {
		pause := firstPoll
		for token := ""; ; {
			page, err := c.Correlations.ListCorrelationEvents(ctx,
				&hindcastv1.ListCorrelationEventsRequest{CorrelationId: id, PageToken: token, PageSize: 1000})
			if err != nil {
				yield(nil, err)
				return
			}
			for _, e := range page.GetEvents() {
				if !yield(e, nil) {
					return
				}
			}
			if token = page.GetNextPageToken(); token == "" {
				return
			}
			if len(page.GetEvents()) > 0 {
				pause = firstPoll
				continue
			}
			if err := sleep(ctx, pause); err != nil {
				yield(nil, err)
				return
			}
			pause = min(2*pause, lastPoll)
		}
	}
}

// Stream runs a small query in one call: each event, newest first, then the summary. An error of each ends it.
func (c *Client) Stream(ctx context.Context, q *hindcastv1.Query, each func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.Correlations.StreamCorrelate(ctx, &hindcastv1.StreamCorrelateRequest{Query: q})
	if err != nil {
		return nil, err
	}
	for {
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the stream ended without a summary")
		}
		if err != nil {
			return nil, err
		}
		if sum := resp.GetSummary(); sum != nil {
			return sum, nil
		}
		if err := each(resp.GetEvent()); err != nil {
			return nil, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
