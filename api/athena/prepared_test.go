package athena_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"
	"github.com/google/go-cmp/cmp"
)

// values are the rows below the header, of one column.
func (w *world) values(t *testing.T, e *types.QueryExecution) (out []string) {
	t.Helper()
	for _, row := range w.rows(t, *e.QueryExecutionId)[1:] {
		out = append(out, row[0])
	}
	return out
}

func TestParametersTakeThePlaceOfQuestionMarks(t *testing.T) {
	w := start(t)
	sql := `SELECT event_id FROM aws_cloudtrail WHERE user_name = ? AND log_offset < ? ORDER BY 1`
	e := w.run(t, sql, func(in *sdk.StartQueryExecutionInput) { in.ExecutionParameters = []string{"'ALICE'", "250"} })
	if diff := cmp.Diff([]string{"aws_cloudtrail-01", "aws_cloudtrail-02"}, w.values(t, e)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"'ALICE'", "250"}, e.ExecutionParameters); diff != "" || *e.Query != sql {
		t.Errorf("%s %s", *e.Query, diff)
	}
	for name, parameters := range map[string][]string{
		"too few": {"'ALICE'"}, "too many": {"'ALICE'", "250", "1"}, "a text without quotes": {"ALICE", "250"},
		"one that closes the condition": {"'ALICE' OR true", "250) OR (1 = 1"}, "two statements": {"'x'; SELECT 1", "2"},
	} {
		e := w.wait(t, w.begin(t, sql, func(in *sdk.StartQueryExecutionInput) { in.ExecutionParameters = parameters }))
		if e.Status.State != types.QueryExecutionStateFailed || *e.Status.AthenaError.ErrorCategory != 2 {
			t.Errorf("%s: %s", name, e.Status.State)
		}
	}
}

func TestPreparedStatementsAreExecuted(t *testing.T) {
	w := start(t)
	ctx := t.Context()
	if _, err := w.client.CreatePreparedStatement(ctx, &sdk.CreatePreparedStatementInput{
		StatementName: aws.String("by_user"), WorkGroup: aws.String("primary"),
		QueryStatement: aws.String(`SELECT event_id FROM aws_cloudtrail WHERE user_name = ? AND day = ? ORDER BY 1`),
	}); err != nil {
		t.Fatal(err)
	}
	e := w.run(t, `EXECUTE by_user USING 'bob', '2026-01-01'`)
	if diff := cmp.Diff([]string{"aws_cloudtrail-07"}, w.values(t, e)); diff != "" || *e.SubstatementType != "SELECT" {
		t.Error(diff)
	}
	e = w.run(t, `EXECUTE by_user`, func(in *sdk.StartQueryExecutionInput) { in.ExecutionParameters = []string{"'Admin'", "'2026-01-03'"} })
	if diff := cmp.Diff([]string{"aws_cloudtrail-06"}, w.values(t, e)); diff != "" {
		t.Error(diff)
	}
	w.run(t, `PREPARE counted FROM SELECT count(*) FROM doors WHERE user_name = ?`)
	if got := w.values(t, w.run(t, `EXECUTE counted USING 'bob'`)); len(got) != 1 || got[0] != "1" {
		t.Errorf("counted %v", got)
	}
	w.run(t, `DEALLOCATE PREPARE counted`)
	_, err := w.client.StartQueryExecution(ctx, &sdk.StartQueryExecutionInput{QueryString: aws.String(`EXECUTE counted USING 'bob'`)})
	refusal[*types.InvalidRequestException](t, err)
}

func TestPreparedStatementsAreKeptByName(t *testing.T) {
	w := start(t)
	ctx, group := t.Context(), aws.String("primary")
	for _, name := range []string{"a", "b", "c"} {
		if _, err := w.client.CreatePreparedStatement(ctx, &sdk.CreatePreparedStatementInput{StatementName: &name, WorkGroup: group, QueryStatement: aws.String("SELECT 1")}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.client.CreatePreparedStatement(ctx, &sdk.CreatePreparedStatementInput{StatementName: aws.String("a"), WorkGroup: group, QueryStatement: aws.String("SELECT 2")})
	refusal[*types.InvalidRequestException](t, err)
	if _, err := w.client.UpdatePreparedStatement(ctx, &sdk.UpdatePreparedStatementInput{StatementName: aws.String("a"), WorkGroup: group, QueryStatement: aws.String("SELECT 2")}); err != nil {
		t.Error(err)
	}
	got, err := w.client.GetPreparedStatement(ctx, &sdk.GetPreparedStatementInput{StatementName: aws.String("a"), WorkGroup: group})
	if err != nil || *got.PreparedStatement.QueryStatement != "SELECT 2" {
		t.Errorf("it is %+v: %v", got, err)
	}
	var names []string
	pages := sdk.NewListPreparedStatementsPaginator(w.client, &sdk.ListPreparedStatementsInput{WorkGroup: group, MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.PreparedStatements {
			names = append(names, *p.StatementName)
		}
	}
	if strings.Join(names, " ") != "a b c" {
		t.Errorf("listed %v", names)
	}
	batch, err := w.client.BatchGetPreparedStatement(ctx, &sdk.BatchGetPreparedStatementInput{PreparedStatementNames: []string{"a", "none"}, WorkGroup: group})
	if err != nil || len(batch.PreparedStatements) != 1 || len(batch.UnprocessedPreparedStatementNames) != 1 {
		t.Errorf("of two there are %+v: %v", batch, err)
	}
	if _, err := w.client.DeletePreparedStatement(ctx, &sdk.DeletePreparedStatementInput{StatementName: aws.String("a"), WorkGroup: group}); err != nil {
		t.Error(err)
	}
	_, err = w.client.GetPreparedStatement(ctx, &sdk.GetPreparedStatementInput{StatementName: aws.String("a"), WorkGroup: group})
	refusal[*types.ResourceNotFoundException](t, err)
	for name, in := range map[string]*sdk.CreatePreparedStatementInput{
		"a name that is none":     {StatementName: aws.String("1 x"), WorkGroup: group, QueryStatement: aws.String("SELECT 1")},
		"what is not run here":    {StatementName: aws.String("x"), WorkGroup: group, QueryStatement: aws.String("INSERT INTO doors SELECT 1")},
		"a group that is not one": {StatementName: aws.String("x"), WorkGroup: aws.String("none"), QueryStatement: aws.String("SELECT 1")},
	} {
		_, err := w.client.CreatePreparedStatement(ctx, in)
		if refusal[*types.InvalidRequestException](t, err) == nil {
			t.Error(name)
		}
	}
}
