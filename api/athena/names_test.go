package athena_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"
	"github.com/google/go-cmp/cmp"
)

// clock is moved by the test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestAWorkGroupSaysWhereResultsGo(t *testing.T) {
	w := start(t)
	ctx := t.Context()
	if _, err := w.client.CreateWorkGroup(ctx, &sdk.CreateWorkGroupInput{Name: aws.String("team"), Configuration: &types.WorkGroupConfiguration{
		EnforceWorkGroupConfiguration: aws.Bool(true), ResultConfiguration: &types.ResultConfiguration{OutputLocation: aws.String("s3://team-results/x/")},
	}}); err != nil {
		t.Fatal(err)
	}
	in := func(in *sdk.StartQueryExecutionInput) {
		in.WorkGroup = aws.String("team")
		in.ResultConfiguration = &types.ResultConfiguration{OutputLocation: aws.String("s3://mine/")}
	}
	if e := w.run(t, one, in); !strings.HasPrefix(*e.ResultConfiguration.OutputLocation, "s3://team-results/x/") || *e.WorkGroup != "team" {
		t.Errorf("the result is in %s", *e.ResultConfiguration.OutputLocation)
	}
	if _, err := w.client.UpdateWorkGroup(ctx, &sdk.UpdateWorkGroupInput{WorkGroup: aws.String("team"), ConfigurationUpdates: &types.WorkGroupConfigurationUpdates{
		EnforceWorkGroupConfiguration: aws.Bool(false),
	}}); err != nil {
		t.Fatal(err)
	}
	if e := w.run(t, one, in); !strings.HasPrefix(*e.ResultConfiguration.OutputLocation, "s3://mine/") {
		t.Errorf("the result is in %s", *e.ResultConfiguration.OutputLocation)
	}
	if _, err := w.client.UpdateWorkGroup(ctx, &sdk.UpdateWorkGroupInput{WorkGroup: aws.String("team"), State: types.WorkGroupStateDisabled, ConfigurationUpdates: &types.WorkGroupConfigurationUpdates{
		ResultConfigurationUpdates: &types.ResultConfigurationUpdates{RemoveOutputLocation: aws.Bool(true)},
	}}); err != nil {
		t.Fatal(err)
	}
	_, err := w.client.StartQueryExecution(ctx, &sdk.StartQueryExecutionInput{QueryString: aws.String(one), WorkGroup: aws.String("team")})
	refusal[*types.InvalidRequestException](t, err)
	list, err := w.client.ListWorkGroups(ctx, &sdk.ListWorkGroupsInput{})
	if err != nil || len(list.WorkGroups) != 2 || *list.WorkGroups[1].Name != "team" || list.WorkGroups[1].State != types.WorkGroupStateDisabled {
		t.Errorf("the work groups are %+v: %v", list, err)
	}
	if _, err := w.client.DeleteWorkGroup(ctx, &sdk.DeleteWorkGroupInput{WorkGroup: aws.String("team")}); err != nil {
		t.Error(err)
	}
	_, err = w.client.GetWorkGroup(ctx, &sdk.GetWorkGroupInput{WorkGroup: aws.String("team")})
	refusal[*types.InvalidRequestException](t, err)
}

func TestAWorkGroupWithoutALocationNeedsTheClients(t *testing.T) {
	w := start(t)
	if _, err := w.client.CreateWorkGroup(t.Context(), &sdk.CreateWorkGroupInput{Name: aws.String("bare")}); err != nil {
		t.Fatal(err)
	}
	_, err := w.client.StartQueryExecution(t.Context(), &sdk.StartQueryExecutionInput{QueryString: aws.String(one), WorkGroup: aws.String("bare")})
	if e := refusal[*types.InvalidRequestException](t, err); !strings.HasPrefix(e.ErrorMessage(), "No output location provided.") {
		t.Error(e)
	}
}

func TestWorkGroupsThatAreRefused(t *testing.T) {
	w := start(t)
	for _, c := range []struct {
		name string
		in   *sdk.CreateWorkGroupInput
	}{
		{"one that is there", &sdk.CreateWorkGroupInput{Name: aws.String("primary")}},
		{"a name that is none", &sdk.CreateWorkGroupInput{Name: aws.String("a b")}},
		{"a limit below ten megabytes", &sdk.CreateWorkGroupInput{Name: aws.String("a"), Configuration: &types.WorkGroupConfiguration{BytesScannedCutoffPerQuery: aws.Int64(9_999_999)}}},
		{"an engine that is not served", &sdk.CreateWorkGroupInput{Name: aws.String("a"), Configuration: &types.WorkGroupConfiguration{EngineVersion: &types.EngineVersion{SelectedEngineVersion: aws.String("Athena engine version 2")}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.client.CreateWorkGroup(t.Context(), c.in)
			refusal[*types.InvalidRequestException](t, err)
		})
	}
	_, err := w.client.DeleteWorkGroup(t.Context(), &sdk.DeleteWorkGroupInput{WorkGroup: aws.String("primary")})
	refusal[*types.InvalidRequestException](t, err)
}

func TestNamedQueriesAreKept(t *testing.T) {
	w := start(t)
	ctx := t.Context()
	create := &sdk.CreateNamedQueryInput{
		Name: aws.String("count"), Database: aws.String("hindcast"), QueryString: aws.String(one), ClientRequestToken: aws.String(strings.Repeat("n", 32)),
	}
	made, err := w.client.CreateNamedQuery(ctx, create)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := w.client.CreateNamedQuery(ctx, create); err != nil || *again.NamedQueryId != *made.NamedQueryId {
		t.Errorf("the same again is %+v: %v", again, err)
	}
	create.QueryString = aws.String("SELECT 2")
	_, err = w.client.CreateNamedQuery(ctx, create)
	refusal[*types.InvalidRequestException](t, err)
	if _, err := w.client.UpdateNamedQuery(ctx, &sdk.UpdateNamedQueryInput{NamedQueryId: made.NamedQueryId, Name: aws.String("two"), QueryString: aws.String("SELECT 2")}); err != nil {
		t.Error(err)
	}
	got, err := w.client.GetNamedQuery(ctx, &sdk.GetNamedQueryInput{NamedQueryId: made.NamedQueryId})
	if err != nil || *got.NamedQuery.Name != "two" || *got.NamedQuery.QueryString != "SELECT 2" {
		t.Errorf("it is %+v: %v", got, err)
	}
	batch, err := w.client.BatchGetNamedQuery(ctx, &sdk.BatchGetNamedQueryInput{NamedQueryIds: []string{*made.NamedQueryId, "none"}})
	if err != nil || len(batch.NamedQueries) != 1 || len(batch.UnprocessedNamedQueryIds) != 1 {
		t.Errorf("of two there are %+v: %v", batch, err)
	}
	list, err := w.client.ListNamedQueries(ctx, &sdk.ListNamedQueriesInput{})
	if diff := cmp.Diff([]string{*made.NamedQueryId}, list.NamedQueryIds); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if _, err := w.client.DeleteNamedQuery(ctx, &sdk.DeleteNamedQueryInput{NamedQueryId: made.NamedQueryId}); err != nil {
		t.Error(err)
	}
	_, err = w.client.GetNamedQuery(ctx, &sdk.GetNamedQueryInput{NamedQueryId: made.NamedQueryId})
	refusal[*types.InvalidRequestException](t, err)
}

func TestMetadataOfCatalogsDatabasesAndTables(t *testing.T) {
	w := start(t)
	ctx, catalog, database := t.Context(), aws.String("AwsDataCatalog"), aws.String("hindcast")
	if out, err := w.client.ListDataCatalogs(ctx, &sdk.ListDataCatalogsInput{}); err != nil || *out.DataCatalogsSummary[0].CatalogName != *catalog {
		t.Errorf("catalogs: %+v %v", out, err)
	}
	if out, err := w.client.GetDataCatalog(ctx, &sdk.GetDataCatalogInput{Name: catalog}); err != nil || out.DataCatalog.Type != types.DataCatalogTypeGlue {
		t.Errorf("catalog: %+v %v", out, err)
	}
	if out, err := w.client.ListDatabases(ctx, &sdk.ListDatabasesInput{CatalogName: catalog}); err != nil || *out.DatabaseList[0].Name != "hindcast" {
		t.Errorf("databases: %+v %v", out, err)
	}
	if out, err := w.client.GetDatabase(ctx, &sdk.GetDatabaseInput{CatalogName: catalog, DatabaseName: database}); err != nil || *out.Database.Name != "hindcast" {
		t.Errorf("database: %+v %v", out, err)
	}
	var names []string
	pages := sdk.NewListTableMetadataPaginator(w.client, &sdk.ListTableMetadataInput{CatalogName: catalog, DatabaseName: database, Expression: aws.String("aws_.*"), MaxResults: aws.Int32(3)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range page.TableMetadataList {
			names = append(names, *table.Name)
		}
	}
	if diff := cmp.Diff([]string{"aws_cloudtrail", "aws_guardduty", "aws_route53", "aws_vpcflow"}, names); diff != "" {
		t.Error(diff)
	}
	out, err := w.client.GetTableMetadata(ctx, &sdk.GetTableMetadataInput{CatalogName: catalog, DatabaseName: database, TableName: aws.String("doors")})
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, c := range out.TableMetadata.Columns {
		columns = append(columns, *c.Name+" "+*c.Type)
	}
	want := []string{"timestamp timestamp", "event_id string", "log_file_path string", "log_offset bigint", "message string", "user_name string", "source_ip string", "source_port string", "door_badges array<string>"}
	if diff := cmp.Diff(want, columns); diff != "" || *out.TableMetadata.PartitionKeys[0].Name != "day" {
		t.Error(diff)
	}
	_, err = w.client.GetTableMetadata(ctx, &sdk.GetTableMetadataInput{CatalogName: catalog, DatabaseName: database, TableName: aws.String("absent")})
	refusal[*types.MetadataException](t, err)
	_, err = w.client.GetDatabase(ctx, &sdk.GetDatabaseInput{CatalogName: catalog, DatabaseName: aws.String("absent")})
	refusal[*types.MetadataException](t, err)
	_, err = w.client.ListDatabases(ctx, &sdk.ListDatabasesInput{CatalogName: aws.String("absent")})
	refusal[*types.InvalidRequestException](t, err)
}
