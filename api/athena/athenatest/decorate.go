package athenatest

import (
	"context"
	"encoding/json"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// decorate puts what is to go wrong before the service's operations.
func (k *knobs) decorate(s *awsjson.Service) *awsjson.Service {
	s.Before = k.refuse
	poll, results := s.Operations["GetQueryExecution"], s.Operations["GetQueryResults"]
	s.Operations["GetQueryExecution"] = func(ctx context.Context, input json.RawMessage) (any, error) {
		out, err := poll(ctx, input)
		if err != nil || !k.seemsToRun(input, true) {
			return out, err
		}
		return asRunning(out)
	}
	s.Operations["GetQueryResults"] = func(ctx context.Context, input json.RawMessage) (any, error) {
		if k.seemsToRun(input, false) {
			return nil, &awsjson.Error{
				Code: "InvalidRequestException", Message: "Query has not yet finished. Current state: RUNNING",
				Fields: map[string]any{"AthenaErrorCode": "INVALID_INPUT"},
			}
		}
		cut, err := k.cut(input)
		if err != nil {
			return nil, err
		}
		return results(ctx, cut)
	}
	return s
}

// refuse is the error of a call that is to go wrong.
func (k *knobs) refuse(_ context.Context, operation string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.calls = append(k.calls, operation)
	faults := k.faults[operation]
	for i := range faults {
		f := &faults[i]
		switch {
		case f.skip > 0:
			f.skip--
			return nil
		case f.times > 0:
			f.times--
			return f.err
		}
	}
	return nil
}

// seemsToRun tells whether an execution is still to be seen RUNNING, and counts the poll.
func (k *knobs) seemsToRun(input json.RawMessage, count bool) bool {
	var in struct{ QueryExecutionId string }
	if err := json.Unmarshal(input, &in); err != nil {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.polls[in.QueryExecutionId] >= k.running {
		return false
	}
	if count {
		k.polls[in.QueryExecutionId]++
	}
	return true
}

// asRunning is the answer about an execution that has not ended.
func asRunning(out any) (any, error) {
	b, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	var answer map[string]map[string]any
	if err := json.Unmarshal(b, &answer); err != nil {
		return nil, err
	}
	if status, ok := answer["QueryExecution"]["Status"].(map[string]any); ok {
		status["State"] = "RUNNING"
		for _, name := range []string{"StateChangeReason", "CompletionDateTime", "AthenaError"} {
			delete(status, name)
		}
	}
	return answer, nil
}

// cut asks for fewer rows.
func (k *knobs) cut(input json.RawMessage) (json.RawMessage, error) {
	k.mu.Lock()
	rows := k.rows
	k.mu.Unlock()
	if rows == 0 {
		return input, nil
	}
	var in map[string]any
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	if asked, ok := in["MaxResults"].(float64); !ok || int(asked) > rows {
		in["MaxResults"] = rows
	}
	return json.Marshal(in)
}
