package athena_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"github.com/hindcast/hindcast/api/athena"
	"github.com/hindcast/hindcast/api/athena/athenatest"
	"github.com/hindcast/hindcast/catalog/awsjson"
)

const one = `SELECT count(*) AS n FROM doors`

func TestARequestThatIsRepeatedStartsNothingNew(t *testing.T) {
	w := start(t)
	token := func(in *sdk.StartQueryExecutionInput) { in.ClientRequestToken = aws.String(strings.Repeat("t", 32)) }
	first := w.begin(t, one, token)
	w.wait(t, first)
	if again := w.begin(t, one, token); again != first {
		t.Errorf("%s became %s", first, again)
	}
	_, err := w.client.StartQueryExecution(t.Context(), &sdk.StartQueryExecutionInput{QueryString: aws.String("SELECT 2"), ClientRequestToken: aws.String(strings.Repeat("t", 32))})
	if e := refusal[*types.InvalidRequestException](t, err); !strings.Contains(e.ErrorMessage(), "Idempotent parameters do not match") {
		t.Error(e)
	}
}

func TestRequestsThatAreWrong(t *testing.T) {
	w := start(t)
	for _, c := range []struct {
		name, says string
		change     func(in *sdk.StartQueryExecutionInput)
	}{
		{"a statement of too many bytes", "between 1 and 262144", func(in *sdk.StartQueryExecutionInput) { in.QueryString = aws.String(strings.Repeat("x", 262145)) }},
		{"a token that is too short", "greater than or equal to 32", func(in *sdk.StartQueryExecutionInput) { in.ClientRequestToken = aws.String("short") }},
		{"a token that is too long", "less than or equal to 128", func(in *sdk.StartQueryExecutionInput) { in.ClientRequestToken = aws.String(strings.Repeat("t", 129)) }},
		{"a work group that is not there", "WorkGroup none is not found", func(in *sdk.StartQueryExecutionInput) { in.WorkGroup = aws.String("none") }},
		{"a data catalog that is not there", "Data catalog none", func(in *sdk.StartQueryExecutionInput) { in.QueryExecutionContext.Catalog = aws.String("none") }},
		{"a location that is none", "not a valid S3 path", func(in *sdk.StartQueryExecutionInput) {
			in.ResultConfiguration = &types.ResultConfiguration{OutputLocation: aws.String("http://results/")}
		}},
		{"no parameters in a list of them", "greater than or equal to 1", func(in *sdk.StartQueryExecutionInput) { in.ExecutionParameters = []string{} }},
		{"an age beyond a week", "between 0 and 10080", func(in *sdk.StartQueryExecutionInput) {
			in.ResultReuseConfiguration = &types.ResultReuseConfiguration{ResultReuseByAgeConfiguration: &types.ResultReuseByAgeConfiguration{Enabled: true, MaxAgeInMinutes: aws.Int32(10081)}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &sdk.StartQueryExecutionInput{QueryString: aws.String(one), QueryExecutionContext: &types.QueryExecutionContext{}}
			c.change(in)
			_, err := w.client.StartQueryExecution(t.Context(), in)
			if e := refusal[*types.InvalidRequestException](t, err); !strings.Contains(e.ErrorMessage(), c.says) {
				t.Error(e)
			}
		})
	}
}

func TestAnExecutionThatRunsCanBeSeenAndStopped(t *testing.T) {
	w := start(t)
	w.Hold()
	id := w.begin(t, one)
	_, err := w.client.GetQueryResults(t.Context(), &sdk.GetQueryResultsInput{QueryExecutionId: &id})
	if e := refusal[*types.InvalidRequestException](t, err); !strings.HasPrefix(e.ErrorMessage(), "Query has not yet finished. Current state: ") {
		t.Error(e)
	}
	if _, err := w.client.StopQueryExecution(t.Context(), &sdk.StopQueryExecutionInput{QueryExecutionId: &id}); err != nil {
		t.Fatal(err)
	}
	e := w.wait(t, id)
	if e.Status.State != types.QueryExecutionStateCancelled || *e.Status.StateChangeReason != "Query cancelled by user" {
		t.Errorf("it is %+v", e.Status)
	}
	if _, err := w.client.StopQueryExecution(t.Context(), &sdk.StopQueryExecutionInput{QueryExecutionId: &id}); err != nil {
		t.Errorf("stopping what has ended: %v", err)
	}
}

func TestStoppingInterruptsTheEngine(t *testing.T) {
	w := start(t)
	id := w.begin(t, "SELECT count(*) FROM aws_vpcflow t0"+strings.Repeat(" CROSS JOIN aws_vpcflow", 9)+" WHERE t0.source_port > 1")
	for state := types.QueryExecutionStateQueued; state != types.QueryExecutionStateRunning; {
		out, err := w.client.GetQueryExecution(t.Context(), &sdk.GetQueryExecutionInput{QueryExecutionId: &id})
		if err != nil {
			t.Fatal(err)
		}
		if state = out.QueryExecution.Status.State; state != types.QueryExecutionStateQueued && state != types.QueryExecutionStateRunning {
			t.Fatalf("it is %+v", out.QueryExecution.Status)
		}
	}
	if _, err := w.client.StopQueryExecution(t.Context(), &sdk.StopQueryExecutionInput{QueryExecutionId: &id}); err != nil {
		t.Fatal(err)
	}
	if e := w.wait(t, id); e.Status.State != types.QueryExecutionStateCancelled {
		t.Errorf("it is %+v", e.Status)
	}
}

func TestMoreExecutionsThanMayWaitAreRefused(t *testing.T) {
	w := start(t, func(o *athenatest.Options) {
		o.Limits = athena.DefaultLimits()
		o.Limits.Running, o.Limits.Queued = 1, 1
	})
	release := w.Hold()
	ids := []string{w.begin(t, one), w.begin(t, one)}
	_, err := w.client.StartQueryExecution(t.Context(), &sdk.StartQueryExecutionInput{QueryString: aws.String(one)})
	if e := refusal[*types.TooManyRequestsException](t, err); e.Reason != types.ThrottleReasonConcurrentQueryLimitExceeded {
		t.Errorf("got %+v", e)
	}
	release()
	for _, id := range ids {
		if e := w.wait(t, id); e.Status.State != types.QueryExecutionStateSucceeded {
			t.Errorf("it is %+v", e.Status)
		}
	}
}

func TestManyExecutionsAreGotAndListed(t *testing.T) {
	w := start(t)
	var ids []string
	for range 3 {
		ids = append(ids, *w.run(t, one).QueryExecutionId)
	}
	out, err := w.client.BatchGetQueryExecution(t.Context(), &sdk.BatchGetQueryExecutionInput{QueryExecutionIds: append(ids, "none")})
	if err != nil || len(out.QueryExecutions) != 3 || len(out.UnprocessedQueryExecutionIds) != 1 || *out.UnprocessedQueryExecutionIds[0].QueryExecutionId != "none" {
		t.Errorf("got %+v: %v", out, err)
	}
	_, err = w.client.BatchGetQueryExecution(t.Context(), &sdk.BatchGetQueryExecutionInput{QueryExecutionIds: make([]string, 51)})
	refusal[*types.InvalidRequestException](t, err)
	var listed []string
	pages := sdk.NewListQueryExecutionsPaginator(w.client, &sdk.ListQueryExecutionsInput{MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil || len(page.QueryExecutionIds) > 2 {
			t.Fatalf("%v: %v", page, err)
		}
		listed = append(listed, page.QueryExecutionIds...)
	}
	if len(listed) != 3 {
		t.Errorf("listed %v of %v", listed, ids)
	}
}

// reuse takes a result that is not older than ten minutes.
func reuse(in *sdk.StartQueryExecutionInput) {
	in.ResultReuseConfiguration = &types.ResultReuseConfiguration{ResultReuseByAgeConfiguration: &types.ResultReuseByAgeConfiguration{Enabled: true, MaxAgeInMinutes: aws.Int32(10)}}
}

func TestAPreparedStatementThatWasReplacedHasNoResultToReuse(t *testing.T) {
	w := start(t)
	for _, want := range []string{"1", "2"} {
		w.run(t, "PREPARE number FROM SELECT "+want)
		for range 2 {
			if got := w.values(t, w.run(t, "EXECUTE number", reuse)); !slices.Equal(got, []string{want}) {
				t.Errorf("it selects %v, want %s", got, want)
			}
		}
	}
}

func TestAResultIsReusedWhereTheClientSaysSo(t *testing.T) {
	clock := &clock{now: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	w := start(t, func(o *athenatest.Options) { o.Now = clock.Now })
	first := w.run(t, one)
	clock.add(9 * time.Minute)
	second := w.run(t, one, reuse)
	if !second.Statistics.ResultReuseInformation.ReusedPreviousResult || *second.Statistics.DataScannedInBytes != 0 ||
		*second.ResultConfiguration.OutputLocation != *first.ResultConfiguration.OutputLocation {
		t.Errorf("it was not reused: %+v", second.Statistics)
	}
	if got := w.rows(t, *second.QueryExecutionId); len(got) != 2 || got[1][0] != "1" {
		t.Errorf("its rows are %v", got)
	}
	for name, e := range map[string]*types.QueryExecution{"one that did not ask": w.run(t, one), "another query": w.run(t, "SELECT 1 AS n", reuse)} {
		if e.Statistics.ResultReuseInformation.ReusedPreviousResult {
			t.Errorf("%s was given another's result", name)
		}
	}
	clock.add(11 * time.Minute)
	if late := w.run(t, one, reuse); late.Statistics.ResultReuseInformation.ReusedPreviousResult {
		t.Error("an old result was given")
	}
}

func TestOldExecutionsAndTheirResultsAreRemoved(t *testing.T) {
	clock := &clock{now: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	w := start(t, func(o *athenatest.Options) {
		o.Now, o.Limits = clock.Now, athena.DefaultLimits()
		o.Limits.Kept, o.Limits.KeptFor = 2, time.Hour
	})
	first := w.run(t, one)
	clock.add(time.Second)
	w.run(t, one)
	clock.add(time.Second)
	w.run(t, one)
	w.gone(t, first)
	clock.add(2 * time.Hour)
	last := w.run(t, one)
	if out, err := w.client.ListQueryExecutions(t.Context(), &sdk.ListQueryExecutionsInput{}); err != nil || len(out.QueryExecutionIds) != 1 || out.QueryExecutionIds[0] != *last.QueryExecutionId {
		t.Errorf("there are %v: %v", out, err)
	}
}

// An object that a later execution gives as its result, too, goes with the last of them.
func TestAResultThatWasReusedIsRemovedWithTheLastThatGivesIt(t *testing.T) {
	clock := &clock{now: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	w := start(t, func(o *athenatest.Options) {
		o.Now, o.Limits = clock.Now, athena.DefaultLimits()
		o.Limits.Kept = 2
	})
	w.run(t, one)
	clock.add(time.Second)
	second := w.run(t, one, reuse)
	clock.add(time.Second)
	w.run(t, one)
	clock.add(time.Second)
	if got := w.rows(t, *second.QueryExecutionId); len(got) != 2 {
		t.Errorf("after the first was forgotten its rows are %v", got)
	}
	w.run(t, one)
	w.gone(t, second)
}

// Whoever sees that an execution has ended finds it counted, and those forgotten that it displaces.
func TestAnEndIsCountedBeforeItIsSeen(t *testing.T) {
	var w *world
	var before []types.QueryExecutionState
	w = start(t, func(o *athenatest.Options) {
		o.Limits = athena.DefaultLimits()
		o.Limits.Kept = 1
		o.Ended = func(athena.Outcome) { before = append(before, w.states(t)...) }
	})
	w.run(t, one)
	w.run(t, one)
	const running, succeeded = types.QueryExecutionStateRunning, types.QueryExecutionStateSucceeded
	if want := []types.QueryExecutionState{running, running, succeeded}; !slices.Equal(before, want) {
		t.Errorf("when ends were counted, the executions were %v, want %v", before, want)
	}
	if got := w.states(t); len(got) != 1 {
		t.Errorf("of one that is kept there are %v", got)
	}
}

// states are those of all executions, the newest first.
func (w *world) states(t *testing.T) (all []types.QueryExecutionState) {
	t.Helper()
	list, err := w.client.ListQueryExecutions(t.Context(), &sdk.ListQueryExecutionsInput{})
	if err != nil {
		t.Error(err)
		return nil
	}
	for _, id := range list.QueryExecutionIds {
		e, err := w.client.GetQueryExecution(t.Context(), &sdk.GetQueryExecutionInput{QueryExecutionId: &id})
		if err != nil {
			t.Error(err)
			return nil
		}
		all = append(all, e.QueryExecution.Status.State)
	}
	return all
}

// gone checks that nothing is left of an execution. Its objects are removed right after a later one has ended.
func (w *world) gone(t *testing.T, e *types.QueryExecution) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		_, err := w.client.GetQueryExecution(ctx, &sdk.GetQueryExecutionInput{QueryExecutionId: e.QueryExecutionId})
		if ctx.Err() != nil {
			t.Fatal("it is still there")
		}
		_, there := os.Stat(w.path(*e.ResultConfiguration.OutputLocation))
		if err != nil && os.IsNotExist(there) {
			refusal[*types.InvalidRequestException](t, err)
			return
		}
	}
}

func TestWhatGoesWrongOnDemand(t *testing.T) {
	w := start(t)
	w.Throttle("GetQueryExecution", 1, 2)
	id := w.begin(t, one)
	var got []bool
	for range 4 {
		_, err := w.client.GetQueryExecution(t.Context(), &sdk.GetQueryExecutionInput{QueryExecutionId: &id})
		got = append(got, err == nil)
	}
	if !got[0] || got[1] || got[2] || !got[3] {
		t.Errorf("calls went %v", got)
	}
	w.wait(t, id)
	w.TooMany(0, 1)
	_, err := w.client.StartQueryExecution(t.Context(), &sdk.StartQueryExecutionInput{QueryString: aws.String(one)})
	refusal[*types.TooManyRequestsException](t, err)
	w.Refuse("StartQueryExecution", 0, 1, awsjson.Errorf("InternalServerException", "sorry"))
	_, err = w.client.StartQueryExecution(t.Context(), &sdk.StartQueryExecutionInput{QueryString: aws.String(one)})
	refusal[*types.InternalServerException](t, err)
	w.Fail(&athena.Failure{Category: athena.SystemError, Type: 1403, Retryable: true, Message: "S3 said slow down"})
	if e := w.wait(t, w.begin(t, one)); e.Status.State != types.QueryExecutionStateFailed || *e.Status.AthenaError.ErrorType != 1403 || !e.Status.AthenaError.Retryable {
		t.Errorf("it is %+v", e.Status)
	}
	w.Running(3)
	id = w.begin(t, one)
	before := len(w.Calls())
	w.wait(t, id)
	if polls := len(w.Calls()) - before; polls < 4 {
		t.Errorf("it ended after %d polls", polls)
	}
}
