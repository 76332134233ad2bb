package athena

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/hindcast/hindcast/api/athena/cell"
	"github.com/hindcast/hindcast/api/gate"
	"github.com/hindcast/hindcast/catalog/awsjson"
)

// States of an execution.
const (
	queued    = "QUEUED"
	running   = "RUNNING"
	succeeded = "SUCCEEDED"
	failed    = "FAILED"
	cancelled = "CANCELLED"
)

func ended(state string) bool { return state == succeeded || state == failed || state == cancelled }

// record is an execution as it is kept, in executions/ID.json. It is replaced as a whole, never altered.
type record struct {
	ID          string
	Query       string
	Statement   string `json:",omitempty"` // what a prepared one that it executes said then
	Kind        string // of the statement: SELECT, SHOW_TABLES …
	Token       string `json:",omitempty"`
	Fingerprint string // of everything that was asked for, but for the token
	Parameters  []string
	WorkGroup   string
	Database    string
	Catalog     string
	Cutoff      int64  `json:",omitempty"` // bytes that may be scanned; 0 is no limit
	Output      string // the object that the result lies in
	Encryption  *encryption
	Reuse       *resultReuse

	State     string
	Reason    string
	Failure   *Failure
	Submitted time.Time
	Started   time.Time // when it left the queue
	Planned   time.Time // when the engine had its statement
	Ended     time.Time

	Result result
}

// result is what an execution gave.
type result struct {
	Columns  []cell.Info
	Header   bool // the object begins with the columns' names
	Lines    bool // it is a text, a row a line
	Rows     int64
	Bytes    int64 // of the object
	Updated  int64
	Scanned  int64
	Read     inputs
	Manifest string `json:",omitempty"` // the object that lists the files that were written
	Reused   bool   `json:",omitempty"` // it is an earlier execution's
}

// inputs are what the tables of a query have, on the days that it reads.
type inputs struct{ Rows, Bytes int64 }

// entry is an execution in memory.
type entry struct {
	rec    record
	cancel context.CancelCauseFunc // nil once it has ended
	place  *gate.Ticket
}

const executionsPrefix = "executions/"

func (r record) file() string { return executionsPrefix + r.ID + ".json" }

func (s *Service) save(ctx context.Context, r record) error {
	b, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("save execution %s: %w", r.ID, err)
	}
	if _, err := s.o.State.Put(ctx, r.file(), bytes.NewReader(b)); err != nil {
		return fmt.Errorf("save execution %s: %w", r.ID, err)
	}
	return nil
}

// read gives a file of the state as a whole.
func (s *Service) read(ctx context.Context, key string, to any) error {
	f, err := s.o.State.Open(ctx, key)
	if err != nil {
		return err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err == nil {
		err = json.Unmarshal(b, to)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}
	return nil
}

// describe is what GetQueryExecution says of an execution.
func (r record) describe(now time.Time) queryExecution {
	q := queryExecution{
		QueryExecutionId: r.ID, Query: r.Query, StatementType: typeOf(r.Kind), SubstatementType: r.Kind,
		ResultConfiguration:      resultConfiguration{OutputLocation: r.Output, EncryptionConfiguration: r.Encryption},
		ResultReuseConfiguration: r.Reuse, QueryExecutionContext: queryContext{Database: r.Database, Catalog: r.Catalog},
		Status:     queryStatus{State: r.State, StateChangeReason: r.Reason, SubmissionDateTime: awsjson.Time{Time: r.Submitted}},
		Statistics: r.statistics(now), WorkGroup: r.WorkGroup, ExecutionParameters: r.Parameters,
		EngineVersion: engineVersion{SelectedEngineVersion: "AUTO", EffectiveEngineVersion: EngineVersion},
	}
	if ended(r.State) {
		q.Status.CompletionDateTime = &awsjson.Time{Time: r.Ended}
	}
	if f := r.Failure; f != nil {
		q.Status.AthenaError = &athenaError{ErrorCategory: f.Category, ErrorType: f.Type, Retryable: f.Retryable, ErrorMessage: f.Message}
	}
	return q
}

func (r record) statistics(now time.Time) queryStatistics {
	end := now
	if ended(r.State) {
		end = r.Ended
	}
	st := queryStatistics{
		DataScannedInBytes: r.Result.Scanned, DataManifestLocation: r.Result.Manifest,
		TotalExecutionTimeInMillis: between(r.Submitted, end),
		ResultReuseInformation:     reuseInformation{r.Result.Reused},
	}
	st.QueryQueueTimeInMillis = between(r.Submitted, first(r.Started, end))
	st.QueryPlanningTimeInMillis = between(r.Started, first(r.Planned, end))
	st.EngineExecutionTimeInMillis = between(r.Started, end)
	return st
}

func between(from, to time.Time) int64 {
	if from.IsZero() || to.Before(from) {
		return 0
	}
	return to.Sub(from).Milliseconds()
}

func first(t, otherwise time.Time) time.Time {
	if t.IsZero() {
		return otherwise
	}
	return t
}
