package athena_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	gluetypes "github.com/aws/aws-sdk-go-v2/service/glue/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/api/athena"
	"github.com/hindcast/hindcast/api/athena/athenatest"
)

func TestARestartKeepsWhatThereWas(t *testing.T) {
	state := t.TempDir()
	w := start(t, func(o *athenatest.Options) { o.State = state })
	ctx := t.Context()
	token := func(in *sdk.StartQueryExecutionInput) {
		in.ClientRequestToken = aws.String("0123456789abcdef0123456789abcdef")
	}
	done := w.run(t, `SELECT event_id FROM aws_vpcflow`, token)
	first, err := w.client.GetQueryResults(ctx, &sdk.GetQueryResultsInput{QueryExecutionId: done.QueryExecutionId, MaxResults: aws.Int32(5)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.client.CreateWorkGroup(ctx, &sdk.CreateWorkGroupInput{Name: aws.String("team")}); err != nil {
		t.Fatal(err)
	}
	w.run(t, `PREPARE counted FROM SELECT count(*) FROM doors`)
	w.run(t, `CREATE TABLE kept WITH (external_location = 's3://tables/kept/') AS SELECT event_id, log_offset FROM doors`)
	w.Hold()
	running := w.begin(t, one)

	copied := athenatest.Start(t, athenatest.Options{Dir: w.lake.Dir, Catalog: w.lake, State: copyOf(t, state), Buckets: w.Buckets})
	again := &world{copied, w.lake, clientOf(copied.URL)}
	if got := again.wait(t, *done.QueryExecutionId); got.Status.State != types.QueryExecutionStateSucceeded {
		t.Errorf("it is %+v", got.Status)
	}
	second, err := again.client.GetQueryResults(ctx, &sdk.GetQueryResultsInput{QueryExecutionId: done.QueryExecutionId, NextToken: first.NextToken})
	if err != nil || len(second.ResultSet.Rows) != 14-5 {
		t.Errorf("the next page is %+v: %v", second, err)
	}
	if id := again.begin(t, `SELECT event_id FROM aws_vpcflow`, token); id != *done.QueryExecutionId {
		t.Errorf("the token started %s", id)
	}
	if got := again.wait(t, running); got.Status.State != types.QueryExecutionStateFailed || !got.Status.AthenaError.Retryable {
		t.Errorf("what ran is %+v", got.Status)
	}
	if _, err := again.client.GetWorkGroup(ctx, &sdk.GetWorkGroupInput{WorkGroup: aws.String("team")}); err != nil {
		t.Error(err)
	}
	if got := again.values(t, again.run(t, `EXECUTE counted`)); len(got) != 1 || got[0] != "1" {
		t.Errorf("counted %v", got)
	}
	again.run(t, `DROP TABLE kept`)
}

func TestATableOfAResultIsDescribedAndDropped(t *testing.T) {
	w := start(t)
	ctx := t.Context()
	e := w.run(t, `CREATE TABLE hindcast.made AS SELECT event_id, "timestamp", related_ip, log_offset, cast(1.5 AS decimal(4,2)) AS price FROM aws_cloudtrail`)
	if e.StatementType != types.StatementTypeDdl || e.Statistics.DataManifestLocation == nil {
		t.Errorf("it is %+v", e)
	}
	tables := glue.NewFromConfig(configOf(w.URL))
	got, err := tables.GetTable(ctx, &glue.GetTableInput{DatabaseName: aws.String("hindcast"), Name: aws.String("made")})
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, c := range got.Table.StorageDescriptor.Columns {
		columns = append(columns, *c.Name+" "+*c.Type)
	}
	if diff := cmp.Diff([]string{"event_id string", "timestamp timestamp", "related_ip array<string>", "log_offset bigint", "price decimal(4,2)"}, columns); diff != "" {
		t.Error(diff)
	}
	again := w.wait(t, w.begin(t, `CREATE TABLE made AS SELECT 1 AS a`))
	if again.Status.State != types.QueryExecutionStateFailed {
		t.Error("a table was made twice")
	}
	for _, sql := range []string{`SELECT * FROM made`, `EXPLAIN SELECT a FROM hindcast.MADE`, `UNLOAD (SELECT * FROM made) TO 's3://unloaded/made/' WITH (format = 'JSON')`} {
		read := w.wait(t, w.begin(t, sql))
		for _, part := range []string{"TABLE_NOT_FOUND: line ", "Table 'awsdatacatalog.hindcast.made' does not exist here", *got.Table.StorageDescriptor.Location, "is not read back"} {
			if !strings.Contains(aws.ToString(read.Status.StateChangeReason), part) {
				t.Errorf("%s: %q is not said in %s", sql, part, aws.ToString(read.Status.StateChangeReason))
			}
		}
	}
	if absent := w.wait(t, w.begin(t, `SELECT * FROM absent`)); strings.Contains(aws.ToString(absent.Status.StateChangeReason), "CREATE TABLE AS") {
		t.Errorf("of a table that nobody made: %s", *absent.Status.StateChangeReason)
	}
	if _, err := tables.DeleteTable(ctx, &glue.DeleteTableInput{DatabaseName: aws.String("hindcast"), Name: aws.String("made")}); err != nil {
		t.Error(err)
	}
	_, err = tables.GetTable(ctx, &glue.GetTableInput{DatabaseName: aws.String("hindcast"), Name: aws.String("made")})
	refusal[*gluetypes.EntityNotFoundException](t, err)
	_, err = tables.DeleteTable(ctx, &glue.DeleteTableInput{DatabaseName: aws.String("hindcast"), Name: aws.String("doors")})
	if err == nil {
		t.Error("a table of the lake was deleted")
	}
}

func TestWhatClientsAskOfGlueAndSTS(t *testing.T) {
	w := start(t)
	ctx, database := t.Context(), aws.String("hindcast")
	tables := glue.NewFromConfig(configOf(w.URL))
	if out, err := tables.GetDatabases(ctx, &glue.GetDatabasesInput{}); err != nil || *out.DatabaseList[0].Name != "hindcast" {
		t.Errorf("databases: %+v %v", out, err)
	}
	if out, err := tables.GetDatabase(ctx, &glue.GetDatabaseInput{Name: database}); err != nil || *out.Database.Name != "hindcast" {
		t.Errorf("database: %+v %v", out, err)
	}
	_, err := tables.GetDatabase(ctx, &glue.GetDatabaseInput{Name: aws.String("absent")})
	refusal[*gluetypes.EntityNotFoundException](t, err)
	count := 0
	pages := glue.NewGetTablesPaginator(tables, &glue.GetTablesInput{DatabaseName: database, MaxResults: aws.Int32(4)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		count += len(page.TableList)
	}
	if count != 7 {
		t.Errorf("there are %d tables and views", count)
	}
	days, err := tables.GetPartitions(ctx, &glue.GetPartitionsInput{DatabaseName: database, TableName: aws.String("aws_vpcflow")})
	if err != nil || len(days.Partitions) != 2 || days.Partitions[0].Values[0] != "2026-01-02" {
		t.Errorf("partitions: %+v %v", days, err)
	}
	who, err := sts.NewFromConfig(configOf(w.URL)).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || *who.Account != athena.Account {
		t.Errorf("the caller is %+v: %v", who, err)
	}
	if _, err := sts.NewFromConfig(configOf(w.URL)).GetSessionToken(ctx, &sts.GetSessionTokenInput{}); err == nil {
		t.Error("a token was given")
	}
}

func TestAClosedServiceTakesNothingAndInterruptsWhatRuns(t *testing.T) {
	w := start(t)
	w.Hold()
	id := w.begin(t, one)
	grace, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := w.Service.Close(grace); err != nil {
		t.Fatal(err)
	}
	if e := w.wait(t, id); e.Status.State != types.QueryExecutionStateFailed || !e.Status.AthenaError.Retryable {
		t.Errorf("it is %+v", e.Status)
	}
	_, err := w.client.StartQueryExecution(t.Context(), &sdk.StartQueryExecutionInput{QueryString: aws.String(one)})
	refusal[*types.InternalServerException](t, err)
}

func TestAServiceIsNotMadeWithoutItsParts(t *testing.T) {
	if _, err := athena.Open(t.Context(), athena.Options{Log: slog.New(slog.DiscardHandler)}); err == nil {
		t.Error("it was made of nothing")
	}
}
