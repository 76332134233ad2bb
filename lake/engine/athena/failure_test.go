package athena_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/catalog/awsjson"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/athena"
)

func failed(category, typ int, retryable bool, reason string) outcome {
	return outcome{state: "FAILED", reason: reason, err: &athenaError{category, typ, retryable, reason}}
}

func TestFailuresAreToldApart(t *testing.T) {
	for _, c := range []struct {
		name string
		outcome
		is   error
		says string
		runs int
	}{
		{"a wrong column is the user's", failed(2, 1006, false, "SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved"), engine.ErrStatement, "Column 'x'", 1},
		{"a division by zero is the user's", failed(2, 1000, false, "DIVISION_BY_ZERO: Division by zero"), engine.ErrStatement, "", 1},
		{"what a service without types of error says", outcome{state: "FAILED", reason: "FUNCTION_NOT_FOUND: line 1:8: Function 'f' not registered"}, engine.ErrStatement, "", 1},
		{"a statement that takes too much", failed(2, 4, false, "Query exhausted resources at this scale factor"), engine.ErrResources, "", 1},
		{"too much memory by its code", failed(2, 1000, false, "EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded per-node memory limit"), engine.ErrResources, "", 1},
		{"too much time", failed(1, 206, false, "Query timeout"), engine.ErrResources, "", 1},
		{"the workgroup's limit", outcome{state: "CANCELLED", reason: "Query cancelled! : Bytes scanned limit was exceeded"}, engine.ErrResources, "workgroup's limit", 1},
		{"somebody stopped it", outcome{state: "CANCELLED", reason: "Query cancelled by user"}, athena.ErrStopped, "", 1},
		{"a file that a merge has replaced", failed(2, 1302, false, "HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://b/k (offset=0, length=9): com.amazonaws.services.s3.model.AmazonS3Exception: NoSuchKey (Status Code: 404)"), engine.ErrStale, "", 1},
		{"a file that is gone while it is read", failed(2, 1001, false, "HIVE_CURSOR_ERROR: Failed to read s3://b/k: NoSuchKey"), engine.ErrStale, "", 1},
		{"a file that is damaged", failed(2, 1001, false, "HIVE_BAD_DATA: Malformed Parquet file. Field x's type BINARY is incompatible"), engine.ErrDamaged, "", 1},
		{"a permission that lacks", failed(2, 1500, false, "Insufficient permissions to execute the query. User: arn:aws:iam::111122223333:user/u is not authorized to perform: glue:GetTable on resource: arn:aws:glue:x"), athena.ErrDenied, "allow glue:GetTable on arn:aws:glue:x", 1},
		{"objects that must not be read", failed(2, 1501, false, "HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://b/k: Access Denied (Service: Amazon S3; Status Code: 403)"), athena.ErrDenied, "", 1},
		{"a database that nobody has made", failed(2, 1301, false, "SCHEMA_NOT_FOUND: line 1:15: Schema 'hindcast' does not exist"), athena.ErrSetup, "catalog sync", 1},
		{"partitions that do not fit the table", failed(2, 1004, false, "HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch"), athena.ErrSetup, "", 1},
		{"Athena's own, which another run may not have", failed(1, 200, false, "GENERIC_INTERNAL_ERROR: null"), nil, "in 3 executions", 3},
		{"what Athena says may be run again", failed(2, 3, true, "Query exhausted resources at this scale factor"), engine.ErrResources, "", 3},
		{"throttling of S3 below it", failed(2, 1403, true, "Please reduce your request rate"), engine.ErrBusy, "", 3},
		{"a failure that is nobody's", failed(3, 9000, false, "something"), nil, "something", 1},
		{"no reason at all", outcome{state: "FAILED"}, nil, "no reason is given", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{outcomes: []outcome{c.outcome, c.outcome, c.outcome, c.outcome}}
			e, _ := serve(t, s)
			_, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"})
			if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
			for _, other := range []error{engine.ErrStatement, engine.ErrResources, engine.ErrStale, engine.ErrDamaged, engine.ErrBusy, athena.ErrDenied, athena.ErrSetup} {
				if other != c.is && errors.Is(err, other) {
					t.Errorf("%v is also %v", err, other)
				}
			}
			if len(s.executions) != c.runs {
				t.Errorf("%d executions", len(s.executions))
			}
			var cost *engine.FailedError
			if errors.As(err, &cost) && c.state == "FAILED" && cost.Stats.Execution.MicroUSD != 0 {
				t.Errorf("a failure is free, and told to cost %d", cost.Stats.Execution.MicroUSD)
			}
		})
	}
}

func TestAthenasOwnFailureIsRunAnewUnderAnotherToken(t *testing.T) {
	s := &service{outcomes: []outcome{failed(1, 200, true, "GENERIC_INTERNAL_ERROR: x"), one}}
	e, w := serve(t, s)
	rows, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := all(t, rows); len(got) != 1 || len(s.tokens()) != 2 || len(w.all) == 0 {
		t.Errorf("got %v under %q, waited %v", got, s.tokens(), w.all)
	}
}

func TestRefusalsAreToldApart(t *testing.T) {
	refuse := func(code, format string, args ...any) *awsjson.Error { return awsjson.Errorf(code, format, args...) }
	busy := refuse("TooManyRequestsException", "You have exceeded the limit for the number of queries you can run concurrently")
	busy.Fields = map[string]any{"Reason": "CONCURRENT_QUERY_LIMIT_EXCEEDED"}
	syntax := refuse("InvalidRequestException", "line 1:1: mismatched input 'SELEC'")
	syntax.Fields = map[string]any{"AthenaErrorCode": "MALFORMED_QUERY"}
	for _, c := range []struct {
		name  string
		err   error
		is    error
		says  string
		calls int
	}{
		{"a statement that is none", syntax, engine.ErrStatement, "mismatched input", 1},
		{"a workgroup that is not there", refuse("InvalidRequestException", "WorkGroup lake is not found."), athena.ErrSetup, "no workgroup lake in eu-central-1", 1},
		{"a workgroup without a place for results", refuse("InvalidRequestException", "No output location provided. An output location is required"), athena.ErrSetup, "where results go", 1},
		{"a permission that lacks", refuse("AccessDeniedException", "User: u is not authorized to perform: athena:StartQueryExecution on resource: arn:w"), athena.ErrDenied, "allow athena:StartQueryExecution on arn:w", 1},
		{"too many queries for long", busy, engine.ErrBusy, "10 tries", 10},
		{"too many calls for long", refuse("ThrottlingException", "Rate exceeded"), engine.ErrBusy, "10 tries", 10},
		{"a service that stays out of order", errors.New("broken"), nil, "does not answer", 10},
		{"any other refusal", refuse("InvalidRequestException", "odd"), nil, "odd", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &service{fail: func(string, int) error { return c.err }}
			e, _ := serve(t, s)
			_, err := e.Query(t.Context(), engine.Statement{SQL: "SELEC"})
			if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) || s.calls["StartQueryExecution"] != c.calls {
				t.Errorf("got %v after %v", err, s.calls)
			}
		})
	}
}

func TestThrottledCallsAreRepeatedEverMoreSlowly(t *testing.T) {
	for _, op := range []string{"StartQueryExecution", "GetQueryExecution", "GetQueryResults"} {
		s := &service{outcomes: []outcome{one}, fail: func(o string, n int) error {
			if o == op && n <= 4 {
				return fmt.Errorf("%w", awsjson.Errorf("ThrottlingException", "Rate exceeded"))
			}
			return nil
		}}
		e, w := serve(t, s)
		if _, err := e.Query(t.Context(), engine.Statement{SQL: "SELECT n FROM t"}); err != nil {
			t.Fatalf("%s: %v", op, err)
		}
		if len(w.all) != 4 || w.all[3] != 8*w.all[0] {
			t.Errorf("%s: waited %v", op, w.all)
		}
	}
}
