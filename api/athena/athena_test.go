package athena_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"github.com/hindcast/hindcast/api/athena/athenatest"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
)

// world is a small lake that is asked through the real client.
type world struct {
	*athenatest.Athena
	lake   *enginetest.Lake
	client *sdk.Client
}

func start(t *testing.T, change ...func(o *athenatest.Options)) *world {
	t.Helper()
	l := enginetest.Estate(t)
	o := athenatest.Options{Dir: l.Dir, Catalog: l}
	for _, c := range change {
		c(&o)
	}
	a := athenatest.Start(t, o)
	return &world{a, l, clientOf(a.URL)}
}

func configOf(url string) aws.Config {
	return aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(url), HTTPClient: http.DefaultClient,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""), RetryMaxAttempts: 1,
	}
}

func clientOf(url string) *sdk.Client { return sdk.NewFromConfig(configOf(url)) }

func (w *world) begin(t *testing.T, sql string, change ...func(in *sdk.StartQueryExecutionInput)) string {
	t.Helper()
	in := &sdk.StartQueryExecutionInput{QueryString: &sql, QueryExecutionContext: &types.QueryExecutionContext{Database: aws.String("hindcast")}}
	for _, c := range change {
		c(in)
	}
	out, err := w.client.StartQueryExecution(t.Context(), in)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return *out.QueryExecutionId
}

// patience is how long a test waits before it says that something never came.
const patience = 2 * time.Minute

// wait polls until an execution has ended.
func (w *world) wait(t *testing.T, id string) *types.QueryExecution {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		out, err := w.client.GetQueryExecution(ctx, &sdk.GetQueryExecutionInput{QueryExecutionId: &id})
		if err != nil {
			t.Fatal(err)
		}
		switch out.QueryExecution.Status.State {
		case types.QueryExecutionStateQueued, types.QueryExecutionStateRunning:
			time.Sleep(time.Millisecond)
			continue
		}
		return out.QueryExecution
	}
}

// run begins a statement that must succeed.
func (w *world) run(t *testing.T, sql string, change ...func(in *sdk.StartQueryExecutionInput)) *types.QueryExecution {
	t.Helper()
	e := w.wait(t, w.begin(t, sql, change...))
	if e.Status.State != types.QueryExecutionStateSucceeded {
		t.Fatalf("%s: %s: %s", sql, e.Status.State, aws.ToString(e.Status.StateChangeReason))
	}
	return e
}

// null stands for no value in rows.
const null = "\x00null"

// rows are all rows of a result, the header among them.
func (w *world) rows(t *testing.T, id string) [][]string {
	t.Helper()
	var all [][]string
	pages := sdk.NewGetQueryResultsPaginator(w.client, &sdk.GetQueryResultsInput{QueryExecutionId: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.ResultSet.Rows {
			row := []string{}
			for _, d := range r.Data {
				if d.VarCharValue == nil {
					row = append(row, null)
					continue
				}
				row = append(row, *d.VarCharValue)
			}
			all = append(all, row)
		}
	}
	return all
}

func refusal[T error](t *testing.T, err error) T {
	t.Helper()
	var e T
	if !errors.As(err, &e) {
		t.Fatalf("got %v, which is no %T", err, e)
	}
	return e
}
