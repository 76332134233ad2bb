package athena_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/hindcast/hindcast/catalog/awsjson"
	"github.com/hindcast/hindcast/lake/engine/athena"
)

// outcome is what becomes of an execution.
type outcome struct {
	running  int    // looks until it has ended
	lingers  int    // looks until it has, once it is stopped
	state    string // SUCCEEDED if empty
	reason   string
	err      *athenaError
	scanned  int64
	reused   bool
	columns  []column
	rows     [][]any // strings and nils
	noHeader bool
}

type athenaError struct {
	ErrorCategory, ErrorType int
	Retryable                bool
	ErrorMessage             string
}

type column struct{ Name, Type string }

type started struct {
	outcome
	token, sql string
	looks      int
	stopped    bool
	input      map[string]any
}

// service is Athena as a script: each execution that is started has the next outcome.
type service struct {
	mu         sync.Mutex
	outcomes   []outcome
	executions []*started
	calls      map[string]int
	fail       func(op string, n int) error // before the nth call of an operation
	lose       func(op string, n int) bool  // the answer to it
	tear       func(op string, n int) bool  // of which only the beginning comes
	at         func(op string, n int)       // after it, before the answer
}

func (s *service) start(in map[string]any) (any, error) {
	token, _ := in["ClientRequestToken"].(string)
	sql, _ := in["QueryString"].(string)
	if len(token) < 32 || len(token) > 128 {
		return nil, awsjson.Errorf("InvalidRequestException", "the token has %d characters", len(token))
	}
	for i, x := range s.executions {
		if x.token == token {
			if x.sql != sql {
				return nil, awsjson.Errorf("InvalidRequestException", "Idempotent parameters do not match")
			}
			return map[string]any{"QueryExecutionId": fmt.Sprint("x", i)}, nil
		}
	}
	if len(s.executions) >= len(s.outcomes) {
		return nil, awsjson.Errorf("InvalidRequestException", "no more executions are expected")
	}
	s.executions = append(s.executions, &started{outcome: s.outcomes[len(s.executions)], token: token, sql: sql, input: in})
	return map[string]any{"QueryExecutionId": fmt.Sprint("x", len(s.executions)-1)}, nil
}

func (s *service) find(in map[string]any) (*started, error) {
	for i, x := range s.executions {
		if in["QueryExecutionId"] == fmt.Sprint("x", i) {
			return x, nil
		}
	}
	return nil, awsjson.Errorf("InvalidRequestException", "QueryExecution %v was not found", in["QueryExecutionId"])
}

func (s *service) get(in map[string]any) (any, error) {
	x, err := s.find(in)
	if err != nil {
		return nil, err
	}
	x.looks++
	status := map[string]any{"State": "RUNNING"}
	switch {
	case x.stopped && x.lingers > 0: // what it has read is told once it has ended
		x.lingers--
		return map[string]any{"QueryExecution": map[string]any{"QueryExecutionId": in["QueryExecutionId"], "Status": status, "StatementType": "DML",
			"Statistics": map[string]any{"EngineExecutionTimeInMillis": 900}}}, nil
	case x.stopped:
		status = map[string]any{"State": "CANCELLED", "StateChangeReason": "Query cancelled by user"}
	case x.looks > x.running:
		status = map[string]any{"State": x.state, "StateChangeReason": x.reason, "AthenaError": x.err}
		if x.state == "" {
			status["State"] = "SUCCEEDED"
		}
	}
	return map[string]any{"QueryExecution": map[string]any{
		"QueryExecutionId": in["QueryExecutionId"], "Status": status, "StatementType": "DML", "Statistics": map[string]any{
			"DataScannedInBytes": x.scanned, "QueryQueueTimeInMillis": 7, "QueryPlanningTimeInMillis": 80, "EngineExecutionTimeInMillis": 900,
			"ResultReuseInformation": map[string]any{"ReusedPreviousResult": x.reused},
		},
	}}, nil
}

func (s *service) stop(in map[string]any) (any, error) {
	x, err := s.find(in)
	if err == nil {
		x.stopped = true
	}
	return nil, err
}

func (s *service) results(in map[string]any) (any, error) {
	x, err := s.find(in)
	if err != nil {
		return nil, err
	}
	size, _ := in["MaxResults"].(float64)
	if size < 1 || size > 1000 {
		return nil, awsjson.Errorf("InvalidRequestException", "MaxResults is %v", size)
	}
	all := [][]any{}
	if !x.noHeader {
		head := make([]any, len(x.columns))
		for i, c := range x.columns {
			head[i] = c.Name
		}
		all = append(all, head)
	}
	all = append(all, x.rows...)
	from := 0
	if token, _ := in["NextToken"].(string); token != "" {
		if _, err := fmt.Sscan(token, &from); err != nil {
			return nil, awsjson.Errorf("InvalidRequestException", "NextToken")
		}
	}
	to := min(len(all), from+int(size))
	page := []any{}
	for _, cells := range all[from:to] {
		data := make([]map[string]any, len(cells))
		for i, c := range cells {
			data[i] = map[string]any{}
			if c != nil {
				data[i]["VarCharValue"] = c
			}
		}
		page = append(page, map[string]any{"Data": data})
	}
	columns := []any{}
	for _, c := range x.columns {
		columns = append(columns, map[string]any{"Name": c.Name, "Type": c.Type})
	}
	out := map[string]any{"ResultSet": map[string]any{"Rows": page, "ResultSetMetadata": map[string]any{"ColumnInfo": columns}}}
	if to < len(all) {
		out["NextToken"] = fmt.Sprint(to)
	}
	return out, nil
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	op := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonAthena.")
	s.mu.Lock()
	s.calls[op]++
	n := s.calls[op]
	s.mu.Unlock()
	wire := &awsjson.Service{Prefix: "AmazonAthena", Version: "1.1", Operations: map[string]awsjson.Operation{}}
	for name, f := range map[string]func(map[string]any) (any, error){
		"StartQueryExecution": s.start, "GetQueryExecution": s.get, "StopQueryExecution": s.stop, "GetQueryResults": s.results,
	} {
		wire.Operations[name] = func(_ context.Context, input json.RawMessage) (any, error) {
			in := map[string]any{}
			if err := json.Unmarshal(input, &in); err != nil {
				return nil, err
			}
			if s.fail != nil {
				if err := s.fail(name, n); err != nil {
					return nil, err
				}
			}
			s.mu.Lock()
			out, err := f(in)
			s.mu.Unlock()
			if s.at != nil {
				s.at(name, n)
			}
			if out == nil {
				out = struct{}{}
			}
			return out, err
		}
	}
	if s.tear != nil && s.tear(op, n) {
		whole := httptest.NewRecorder()
		wire.ServeHTTP(whole, r)
		w.WriteHeader(whole.Code)
		_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
		return
	}
	if s.lose == nil || !s.lose(op, n) {
		wire.ServeHTTP(w, r)
		return
	}
	wire.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// waits notes how long the engine would have waited.
type waits struct {
	mu  sync.Mutex
	all []time.Duration
	do  func(n int) // at the nth wait
}

func (w *waits) sleep(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	w.all = append(w.all, d)
	n := len(w.all)
	w.mu.Unlock()
	if w.do != nil {
		w.do(n)
	}
	return context.Cause(ctx)
}

// serve starts the service, and an engine that talks to it.
func serve(t *testing.T, s *service, change ...func(*athena.Options)) (*athena.Engine, *waits) {
	t.Helper()
	s.calls = map[string]int{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	w := &waits{}
	o := athena.Options{Database: "hindcast", WorkGroup: "lake", Output: "s3://results/here/", Now: time.Now, Sleep: w.sleep}
	for _, f := range change {
		f(&o)
	}
	e, err := athena.Open(aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""),
	}, o)
	if err != nil {
		t.Fatal(err)
	}
	return e, w
}

// called is how often an operation was called.
func (s *service) called(op string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[op]
}

// tokens are those of the executions that were started.
func (s *service) tokens() []string {
	seen := map[string]bool{}
	for _, x := range s.executions {
		seen[x.token] = true
	}
	return slices.Collect(maps.Keys(seen))
}
