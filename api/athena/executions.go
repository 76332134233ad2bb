package athena

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

func (s *Service) executionOperations() map[string]awsjson.Operation {
	return map[string]awsjson.Operation{
		"StartQueryExecution":       awsjson.Op(s.startQueryExecution),
		"StopQueryExecution":        awsjson.Op(s.stopQueryExecution),
		"GetQueryExecution":         awsjson.Op(s.getQueryExecution),
		"BatchGetQueryExecution":    awsjson.Op(s.batchGetQueryExecution),
		"ListQueryExecutions":       awsjson.Op(s.listQueryExecutions),
		"GetQueryRuntimeStatistics": awsjson.Op(s.getQueryRuntimeStatistics),
	}
}

type executionID struct{ QueryExecutionId string }

type stopOutput struct{}

// stopQueryExecution interrupts an execution. One that has ended stays as it is.
func (s *Service) stopQueryExecution(_ context.Context, in *executionID) (*stopOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.entry(in.QueryExecutionId)
	if err != nil {
		return nil, err
	}
	if e.cancel != nil {
		e.cancel(errCancelled)
	}
	return &stopOutput{}, nil
}

// entry finds an execution; mu is held.
func (s *Service) entry(id string) (*entry, error) {
	if err := checkLength("queryExecutionId", id, 1, 128); err != nil {
		return nil, err
	}
	e := s.entries[id]
	if e == nil {
		return nil, invalid("QueryExecution %s was not found", id)
	}
	return e, nil
}

// record is an execution as it stands.
func (s *Service) record(id string) (record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.entry(id)
	if err != nil {
		return record{}, err
	}
	return e.rec, nil
}

type getExecutionOutput struct{ QueryExecution queryExecution }

func (s *Service) getQueryExecution(_ context.Context, in *executionID) (*getExecutionOutput, error) {
	r, err := s.record(in.QueryExecutionId)
	if err != nil {
		return nil, err
	}
	return &getExecutionOutput{r.describe(s.o.Now())}, nil
}

// maxBatch is how many executions BatchGetQueryExecution and ListQueryExecutions give.
const maxBatch = 50

type batchGetInput struct{ QueryExecutionIds []string }

type batchGetOutput struct {
	QueryExecutions              []queryExecution
	UnprocessedQueryExecutionIds []unprocessedExecution
}

type unprocessedExecution struct {
	QueryExecutionId string
	ErrorCode        string
	ErrorMessage     string
}

func (s *Service) batchGetQueryExecution(_ context.Context, in *batchGetInput) (*batchGetOutput, error) {
	if n := len(in.QueryExecutionIds); n < 1 || n > maxBatch {
		return nil, invalid("1 validation error detected: Value at 'queryExecutionIds' failed to satisfy constraint: Member must have length between 1 and %d", maxBatch)
	}
	out := &batchGetOutput{QueryExecutions: []queryExecution{}, UnprocessedQueryExecutionIds: []unprocessedExecution{}}
	now := s.o.Now()
	for _, id := range in.QueryExecutionIds {
		r, err := s.record(id)
		if err != nil {
			out.UnprocessedQueryExecutionIds = append(out.UnprocessedQueryExecutionIds, unprocessedExecution{
				QueryExecutionId: id, ErrorCode: "INVALID_INPUT", ErrorMessage: "QueryExecution " + id + " was not found",
			})
			continue
		}
		out.QueryExecutions = append(out.QueryExecutions, r.describe(now))
	}
	return out, nil
}

type listInput struct {
	WorkGroup  string
	NextToken  string
	MaxResults *int
}

type listOutput struct {
	QueryExecutionIds []string
	NextToken         string `json:",omitempty"`
}

// listQueryExecutions lists a work group's executions, newest first.
func (s *Service) listQueryExecutions(_ context.Context, in *listInput) (*listOutput, error) {
	size, err := pageSize(in.MaxResults, maxBatch)
	if err != nil {
		return nil, err
	}
	group, err := s.workGroup(in.WorkGroup)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range s.everything() {
		if r.WorkGroup == group.Name {
			ids = append(ids, r.ID)
		}
	}
	ids, next, err := page(s, "executions/"+group.Name, ids, func(id string) string { return id }, in.NextToken, size)
	if err != nil {
		return nil, err
	}
	return &listOutput{QueryExecutionIds: append([]string{}, ids...), NextToken: next}, nil
}

// everything is all executions, the newest first.
func (s *Service) everything() []record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newestFirst()
}

// newestFirst is all executions; mu is held.
func (s *Service) newestFirst() []record {
	all := make([]record, 0, len(s.entries))
	for _, e := range s.entries {
		all = append(all, e.rec)
	}
	slices.SortFunc(all, func(a, b record) int {
		return cmp.Or(b.Submitted.Compare(a.Submitted), strings.Compare(a.ID, b.ID))
	})
	return all
}

type runtimeOutput struct{ QueryRuntimeStatistics runtimeStatistics }

type runtimeStatistics struct {
	Timeline runtimeTimeline
	Rows     runtimeRows
}

type runtimeTimeline struct {
	QueryQueueTimeInMillis           int64
	ServicePreProcessingTimeInMillis int64
	QueryPlanningTimeInMillis        int64
	EngineExecutionTimeInMillis      int64
	ServiceProcessingTimeInMillis    int64
	TotalExecutionTimeInMillis       int64
}

type runtimeRows struct {
	InputRows   int64
	InputBytes  int64
	OutputBytes int64
	OutputRows  int64
}

// getQueryRuntimeStatistics gives the times of an execution, what it read and what it gave. InputRows are those of the
// files that it could not leave out.
func (s *Service) getQueryRuntimeStatistics(_ context.Context, in *executionID) (*runtimeOutput, error) {
	r, err := s.record(in.QueryExecutionId)
	if err != nil {
		return nil, err
	}
	st := r.statistics(s.o.Now())
	return &runtimeOutput{runtimeStatistics{
		Timeline: runtimeTimeline{
			QueryQueueTimeInMillis: st.QueryQueueTimeInMillis, QueryPlanningTimeInMillis: st.QueryPlanningTimeInMillis,
			EngineExecutionTimeInMillis: st.EngineExecutionTimeInMillis, TotalExecutionTimeInMillis: st.TotalExecutionTimeInMillis,
		},
		Rows: runtimeRows{
			InputRows: r.Result.Read.Rows, InputBytes: r.Result.Scanned, OutputBytes: r.Result.Bytes, OutputRows: r.Result.Rows,
		},
	}}, nil
}
