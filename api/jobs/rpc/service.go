// Package rpc serves correlations over gRPC: it checks requests, hands them to package jobs and says errors in the API's words.
package rpc

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/hindcast/hindcast/api/jobs"
	"github.com/hindcast/hindcast/api/problem"
	"github.com/hindcast/hindcast/lake/engine"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// Correlator knows what can be asked.
type Correlator interface {
	jobs.Engine
	// Prepare gives the query with its indicators in canonical form and in an order of its own. What cannot be looked
	// for is added to the fields.
	Prepare(ctx context.Context, q *hindcastv1.Query, wrong *problem.Fields) (*hindcastv1.Query, error)
	// Explain tells how a prepared query would be answered.
	Explain(ctx context.Context, q *hindcastv1.Query) (*hindcastv1.Plan, error)
}

// Limits bound what a request may ask for.
type Limits struct {
	PageSize, MaxPageSize int           // events or correlations
	Events, MaxEvents     int64         // of a timeline: default and most
	MaxStreamEvents       int64         // of a timeline that is streamed
	Indicators            int           // of one query
	Range                 time.Duration // of one query
}

// Service implements hindcastv1.CorrelationServiceServer.
type Service struct {
	hindcastv1.UnimplementedCorrelationServiceServer
	jobs       *jobs.Manager
	correlator Correlator
	limits     Limits
}

// New makes the service.
func New(m *jobs.Manager, c Correlator, l Limits) *Service {
	return &Service{jobs: m, correlator: c, limits: l}
}

// CreateCorrelation implements the method of that name.
func (s *Service) CreateCorrelation(ctx context.Context, req *hindcastv1.CreateCorrelationRequest) (*hindcastv1.CreateCorrelationResponse, error) {
	var wrong problem.Fields
	id := req.GetCorrelationId()
	if id != "" && !jobs.ValidID(id) {
		wrong.Add("correlation_id", "%q must be 1 to 63 of a-z, 0-9, - and _, and start with a letter or a digit", id)
	}
	q, err := s.prepare(ctx, req.GetQuery(), s.limits.MaxEvents, &wrong)
	if err != nil {
		return nil, err
	}
	c, err := s.jobs.Create(id, q)
	if err != nil {
		return nil, s.say(id, err)
	}
	return &hindcastv1.CreateCorrelationResponse{Correlation: c}, nil
}

// GetCorrelation implements the method of that name.
func (s *Service) GetCorrelation(_ context.Context, req *hindcastv1.GetCorrelationRequest) (*hindcastv1.GetCorrelationResponse, error) {
	id := req.GetCorrelationId()
	c, err := s.jobs.Get(id)
	if err != nil {
		return nil, s.say(id, err)
	}
	if c.GetState() == hindcastv1.CorrelationState_CORRELATION_STATE_SUCCEEDED {
		sum, err := s.jobs.Summary(id)
		if err != nil {
			return nil, s.say(id, err)
		}
		c = proto.CloneOf(c) // others may be given the same one at this time
		c.Statistics = sum.GetStatistics()
	}
	return &hindcastv1.GetCorrelationResponse{Correlation: c}, nil
}

// ListCorrelations implements the method of that name.
func (s *Service) ListCorrelations(_ context.Context, req *hindcastv1.ListCorrelationsRequest) (*hindcastv1.ListCorrelationsResponse, error) {
	size, err := s.pageSize(req.GetPageSize())
	if err != nil {
		return nil, err
	}
	page, next, err := s.jobs.List(req.GetPageToken(), size)
	if err != nil {
		return nil, s.say("", err)
	}
	return &hindcastv1.ListCorrelationsResponse{Correlations: page, NextPageToken: next}, nil
}

// ListCorrelationEvents implements the method of that name.
func (s *Service) ListCorrelationEvents(_ context.Context, req *hindcastv1.ListCorrelationEventsRequest) (*hindcastv1.ListCorrelationEventsResponse, error) {
	size, err := s.pageSize(req.GetPageSize())
	if err != nil {
		return nil, err
	}
	page, next, err := s.jobs.Events(req.GetCorrelationId(), req.GetPageToken(), size)
	if err != nil {
		return nil, s.say(req.GetCorrelationId(), err)
	}
	return &hindcastv1.ListCorrelationEventsResponse{Events: page, NextPageToken: next}, nil
}

// GetHistogram implements the method of that name.
func (s *Service) GetHistogram(_ context.Context, req *hindcastv1.GetHistogramRequest) (*hindcastv1.GetHistogramResponse, error) {
	sum, err := s.jobs.Summary(req.GetCorrelationId())
	if err != nil {
		return nil, s.say(req.GetCorrelationId(), err)
	}
	return &hindcastv1.GetHistogramResponse{Buckets: sum.GetHistogram()}, nil
}

// GetTopValues implements the method of that name.
func (s *Service) GetTopValues(_ context.Context, req *hindcastv1.GetTopValuesRequest) (*hindcastv1.GetTopValuesResponse, error) {
	sum, err := s.jobs.Summary(req.GetCorrelationId())
	if err != nil {
		return nil, s.say(req.GetCorrelationId(), err)
	}
	return &hindcastv1.GetTopValuesResponse{Fields: sum.GetTopValues()}, nil
}

// CancelCorrelation implements the method of that name.
func (s *Service) CancelCorrelation(_ context.Context, req *hindcastv1.CancelCorrelationRequest) (*hindcastv1.CancelCorrelationResponse, error) {
	c, err := s.jobs.Cancel(req.GetCorrelationId())
	if err != nil {
		return nil, s.say(req.GetCorrelationId(), err)
	}
	return &hindcastv1.CancelCorrelationResponse{Correlation: c}, nil
}

// ExplainCorrelation implements the method of that name.
func (s *Service) ExplainCorrelation(ctx context.Context, req *hindcastv1.ExplainCorrelationRequest) (*hindcastv1.ExplainCorrelationResponse, error) {
	q, err := s.prepare(ctx, req.GetQuery(), s.limits.MaxEvents, &problem.Fields{})
	if err != nil {
		return nil, err
	}
	plan, err := s.correlator.Explain(ctx, q)
	if err != nil {
		return nil, err
	}
	return &hindcastv1.ExplainCorrelationResponse{Plan: plan}, nil
}

// StreamCorrelate implements the method of that name.
func (s *Service) StreamCorrelate(req *hindcastv1.StreamCorrelateRequest, out grpc.ServerStreamingServer[hindcastv1.StreamCorrelateResponse]) error {
	q, err := s.prepare(out.Context(), req.GetQuery(), s.limits.MaxStreamEvents, &problem.Fields{})
	if err != nil {
		return err
	}
	sum, err := s.jobs.Stream(out.Context(), q, func(e *hindcastv1.Event) error {
		return out.Send(&hindcastv1.StreamCorrelateResponse{Item: &hindcastv1.StreamCorrelateResponse_Event{Event: e}})
	})
	if err != nil {
		return s.say("", err)
	}
	return out.Send(&hindcastv1.StreamCorrelateResponse{Item: &hindcastv1.StreamCorrelateResponse_Summary{Summary: sum}})
}

// say puts the errors of package jobs into the API's words.
func (s *Service) say(id string, err error) error {
	switch {
	case errors.Is(err, jobs.ErrNotFound):
		return problem.NotFound("correlation", id)
	case errors.Is(err, jobs.ErrToken):
		return problem.Invalid("page_token", "is not a token of this list; tokens come from next_page_token of a call with the same parameters")
	case errors.Is(err, jobs.ErrRunAnew):
		return problem.Invalid("page_token", "is of a run that ended with its server; %v", err)
	case errors.Is(err, jobs.ErrTaken):
		return problem.New(codes.AlreadyExists, "ID_TAKEN",
			"correlation %q exists with another query; repeat the same query to get it, or choose another correlation_id", id)
	case errors.Is(err, jobs.ErrNotDone):
		return problem.New(codes.FailedPrecondition, "NOT_SUCCEEDED", "%v: it has a result only once it has succeeded", err)
	case errors.Is(err, jobs.ErrBusy):
		return problem.New(codes.ResourceExhausted, "TOO_MANY_QUERIES", "as many queries wait as may; try again when one has ended")
	case errors.Is(err, jobs.ErrClosing):
		return problem.New(codes.Unavailable, "SHUTTING_DOWN", "the server is shutting down")
	case errors.Is(err, engine.ErrBudget):
		return problem.New(codes.ResourceExhausted, "BUDGET_EXCEEDED", "%v", err)
	case errors.Is(err, engine.ErrBusy):
		return problem.New(codes.Unavailable, "ENGINE_BUSY", "%v", err)
	case errors.Is(err, engine.ErrStale):
		return problem.New(codes.Unavailable, "FILES_REPLACED", "%v; the same query may be asked again", err)
	case errors.Is(err, engine.ErrPassing):
		return problem.New(codes.Unavailable, "ENGINE_FAILED", "%v; the same query may be asked again", err)
	case errors.Is(err, engine.ErrResources):
		return problem.New(codes.ResourceExhausted, "QUERY_TOO_LARGE", "%v; narrow the range or name fewer sources", err)
	}
	return err
}
