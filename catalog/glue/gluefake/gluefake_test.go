package gluefake_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
	"github.com/aws/smithy-go"

	"github.com/hindcast/hindcast/catalog/awsjson"
	"github.com/hindcast/hindcast/catalog/glue/gluefake"
)

var db, events = aws.String("db"), aws.String("events")

// start serves an empty catalog to the real client.
func start(t *testing.T, o gluefake.Options) (*gluefake.Server, *glue.Client) {
	t.Helper()
	o.Now = time.Now
	fake := gluefake.New(o)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	return fake, glue.NewFromConfig(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""), Retryer: func() aws.Retryer { return aws.NopRetryer{} }})
}

// filled has a database and a table of n days.
func filled(t *testing.T, o gluefake.Options, n int) (*gluefake.Server, *glue.Client) {
	t.Helper()
	fake, c := start(t, o)
	_, err := c.CreateDatabase(t.Context(), &glue.CreateDatabaseInput{DatabaseInput: &types.DatabaseInput{Name: db}})
	must(t, err)
	_, err = c.CreateTable(t.Context(), &glue.CreateTableInput{DatabaseName: db, TableInput: tableInput()})
	must(t, err)
	for part := range slices.Chunk(days(n), 100) {
		out, err := c.BatchCreatePartition(t.Context(), createInput(part))
		must(t, err)
		if len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
	}
	return fake, c
}

func tableInput() *types.TableInput {
	return &types.TableInput{Name: events, PartitionKeys: []types.Column{{Name: aws.String("day"), Type: aws.String("string")}},
		StorageDescriptor: &types.StorageDescriptor{Columns: []types.Column{{Name: aws.String("a"), Type: aws.String("string")}}}}
}

func createInput(days []string) *glue.BatchCreatePartitionInput {
	in := &glue.BatchCreatePartitionInput{DatabaseName: db, TableName: events}
	for _, d := range days {
		in.PartitionInputList = append(in.PartitionInputList, types.PartitionInput{Values: []string{d},
			StorageDescriptor: &types.StorageDescriptor{Location: aws.String("s3://b/" + d), Columns: tableInput().StorageDescriptor.Columns}})
	}
	return in
}

func days(n int) (all []string) {
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		all = append(all, day.AddDate(0, 0, i).Format(time.DateOnly))
	}
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused makes sure that an error has a code.
func refused(t *testing.T, what string, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

func TestWhatGlueRefusesIsRefused(t *testing.T) {
	_, c := filled(t, gluefake.Options{}, 3)
	ctx := t.Context()
	changed := func(change func(*types.TableInput)) error {
		in := tableInput()
		in.Name = aws.String("other")
		change(in)
		_, err := c.CreateTable(ctx, &glue.CreateTableInput{DatabaseName: db, TableInput: in})
		return err
	}
	get := func(change func(*glue.GetPartitionsInput)) error {
		in := &glue.GetPartitionsInput{DatabaseName: db, TableName: events}
		change(in)
		_, err := c.GetPartitions(ctx, in)
		return err
	}
	long := strings.Repeat("x", 256)
	for _, r := range []struct {
		what string
		err  error
		code string
	}{
		{"a database that is there", func() error {
			_, err := c.CreateDatabase(ctx, &glue.CreateDatabaseInput{DatabaseInput: &types.DatabaseInput{Name: aws.String("DB")}})
			return err
		}(), "AlreadyExistsException"},
		{"a table that is there", changed(func(in *types.TableInput) { in.Name = events }), "AlreadyExistsException"},
		{"a name that is too long", changed(func(in *types.TableInput) { in.Name = &long }), "ValidationException"},
		{"a comment that is too long", changed(func(in *types.TableInput) { in.StorageDescriptor.Columns[0].Comment = &long }), "ValidationException"},
		{"a comment of two lines", changed(func(in *types.TableInput) { in.StorageDescriptor.Columns[0].Comment = aws.String("a\nb") }), "ValidationException"},
		{"a column that stands twice", changed(func(in *types.TableInput) { in.StorageDescriptor.Columns[0].Name = aws.String("Day") }), "InvalidInputException"},
		{"a location that is too long", changed(func(in *types.TableInput) { in.StorageDescriptor.Location = aws.String(strings.Repeat("x", 2057)) }), "ValidationException"},
		{"a view that is too long", changed(func(in *types.TableInput) { in.ViewOriginalText = aws.String(strings.Repeat("x", 409601)) }), "ValidationException"},
		{"101 partitions to create", func() error { _, err := c.BatchCreatePartition(ctx, createInput(days(101))); return err }(), "ValidationException"},
		{"26 partitions to delete", func() error {
			_, err := c.BatchDeletePartition(ctx, &glue.BatchDeletePartitionInput{DatabaseName: db, TableName: events,
				PartitionsToDelete: slices.Repeat([]types.PartitionValueList{{Values: []string{"a"}}}, 26)})
			return err
		}(), "ValidationException"},
		{"1001 partitions to get", func() error {
			_, err := c.BatchGetPartition(ctx, &glue.BatchGetPartitionInput{DatabaseName: db, TableName: events,
				PartitionsToGet: slices.Repeat([]types.PartitionValueList{{Values: []string{"a"}}}, 1001)})
			return err
		}(), "ValidationException"},
		{"eleven segments", get(func(in *glue.GetPartitionsInput) { in.Segment = &types.Segment{TotalSegments: aws.Int32(11)} }), "ValidationException"},
		{"a segment beyond the last", get(func(in *glue.GetPartitionsInput) {
			in.Segment = &types.Segment{SegmentNumber: 2, TotalSegments: aws.Int32(2)}
		}), "InvalidInputException"},
		{"1001 partitions a page", get(func(in *glue.GetPartitionsInput) { in.MaxResults = aws.Int32(1001) }), "ValidationException"},
		{"an expression on a column", get(func(in *glue.GetPartitionsInput) { in.Expression = aws.String("a = 'b'") }), "InvalidInputException"},
		{"a token of ours", get(func(in *glue.GetPartitionsInput) { in.NextToken = aws.String("x") }), "InvalidInputException"},
		{"a table that is not there", get(func(in *glue.GetPartitionsInput) { in.TableName = aws.String("none") }), "EntityNotFoundException"},
		{"a database that is not there", get(func(in *glue.GetPartitionsInput) { in.DatabaseName = aws.String("none") }), "EntityNotFoundException"},
	} {
		refused(t, r.what, r.err, r.code)
	}
}

func TestItemsOfABatchFailByThemselves(t *testing.T) {
	_, c := filled(t, gluefake.Options{Item: func(_, _ string, values []string) *awsjson.Error {
		if values[0] == "busy" {
			return awsjson.Errorf("InternalFailure", "busy")
		}
		return nil
	}}, 2)
	out, err := c.BatchCreatePartition(t.Context(), createInput([]string{"2026-01-02", "busy", "2026-01-03"}))
	must(t, err)
	codes := map[string]string{}
	for _, e := range out.Errors {
		codes[e.PartitionValues[0]] = *e.ErrorDetail.ErrorCode
	}
	if len(codes) != 2 || codes["2026-01-02"] != "AlreadyExistsException" || codes["busy"] != "InternalFailure" {
		t.Errorf("errors %v", codes)
	}
	updated, err := c.BatchUpdatePartition(t.Context(), &glue.BatchUpdatePartitionInput{DatabaseName: db, TableName: events,
		Entries: []types.BatchUpdatePartitionRequestEntry{{PartitionValueList: []string{"none"}, PartitionInput: &types.PartitionInput{Values: []string{"none"}}}}})
	must(t, err)
	if len(updated.Errors) != 1 || updated.Errors[0].PartitionValueList[0] != "none" || *updated.Errors[0].ErrorDetail.ErrorCode != "EntityNotFoundException" {
		t.Errorf("errors %v", updated.Errors)
	}
	got, err := c.BatchGetPartition(t.Context(), &glue.BatchGetPartitionInput{DatabaseName: db, TableName: events, PartitionsToGet: []types.PartitionValueList{
		{Values: []string{"2026-01-03"}}, {Values: []string{"none"}}}})
	must(t, err)
	if len(got.Partitions) != 1 || len(got.UnprocessedKeys) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestSegmentsAndPagesTogetherAreAllPartitionsOnce(t *testing.T) {
	fake, c := filled(t, gluefake.Options{PageSize: 7}, 150)
	var got []string
	for i := range int32(3) {
		pages := glue.NewGetPartitionsPaginator(c, &glue.GetPartitionsInput{DatabaseName: db, TableName: events, ExcludeColumnSchema: aws.Bool(true),
			Expression: aws.String("day >= '2026-02-01'"), Segment: &types.Segment{SegmentNumber: i, TotalSegments: aws.Int32(3)}})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			must(t, err)
			if len(page.Partitions) > 7 {
				t.Fatalf("a page of %d", len(page.Partitions))
			}
			for _, p := range page.Partitions {
				if len(p.StorageDescriptor.Columns) > 0 || *p.StorageDescriptor.Location != "s3://b/"+p.Values[0] {
					t.Errorf("storage of %v: %+v", p.Values, p.StorageDescriptor)
				}
				got = append(got, p.Values[0])
			}
		}
	}
	if slices.IsSorted(got) {
		t.Error("partitions come in order, which Glue does not promise")
	}
	slices.Sort(got)
	if !slices.Equal(got, days(150)[31:]) {
		t.Errorf("got %d partitions: %v", len(got), got)
	}
	if fake.Calls("GetPartitions") < 17 {
		t.Errorf("%d calls", fake.Calls("GetPartitions"))
	}
}

func TestATableIsUpdatedByWhoeverKnowsItsVersion(t *testing.T) {
	fake, c := filled(t, gluefake.Options{}, 1)
	update := func(version string, skip bool) error {
		_, err := c.UpdateTable(t.Context(), &glue.UpdateTableInput{DatabaseName: db, TableInput: tableInput(), VersionId: &version, SkipArchive: &skip})
		return err
	}
	must(t, update("0", true))
	refused(t, "an old version", update("0", true), "ConcurrentModificationException")
	must(t, update("1", false))
	if n := fake.Archived("db", "events"); n != 1 {
		t.Errorf("%d versions are kept", n)
	}
	got, err := c.GetTable(t.Context(), &glue.GetTableInput{DatabaseName: db, Name: aws.String("EVENTS")})
	must(t, err)
	if *got.Table.VersionId != "2" || got.Table.UpdateTime.IsZero() {
		t.Errorf("got %+v", got.Table)
	}
}

func TestListsOfDatabasesAndTables(t *testing.T) {
	_, c := filled(t, gluefake.Options{PageSize: 2}, 0)
	for i := range 4 {
		in := tableInput()
		in.Name = aws.String(fmt.Sprint("t", i))
		_, err := c.CreateTable(t.Context(), &glue.CreateTableInput{DatabaseName: db, TableInput: in})
		must(t, err)
	}
	var names []string
	pages := glue.NewGetTablesPaginator(c, &glue.GetTablesInput{DatabaseName: db, Expression: aws.String("t.*")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		must(t, err)
		for _, table := range page.TableList {
			names = append(names, *table.Name)
		}
	}
	if !slices.Equal(names, []string{"t0", "t1", "t2", "t3"}) {
		t.Errorf("tables %v", names)
	}
	all, err := c.GetDatabases(t.Context(), &glue.GetDatabasesInput{})
	must(t, err)
	if len(all.DatabaseList) != 1 || *all.DatabaseList[0].Name != "db" {
		t.Errorf("databases %v", all.DatabaseList)
	}
	_, err = c.DeleteTable(t.Context(), &glue.DeleteTableInput{DatabaseName: db, Name: events})
	must(t, err)
	_, err = c.GetTable(t.Context(), &glue.GetTableInput{DatabaseName: db, Name: events})
	refused(t, "a deleted table", err, "EntityNotFoundException")
	_, err = c.DeleteDatabase(t.Context(), &glue.DeleteDatabaseInput{Name: db})
	must(t, err)
	_, err = c.GetDatabase(t.Context(), &glue.GetDatabaseInput{Name: db})
	refused(t, "a deleted database", err, "EntityNotFoundException")
}

func TestSinglePartitions(t *testing.T) {
	_, c := filled(t, gluefake.Options{}, 1)
	ctx := t.Context()
	input := &createInput([]string{"2027-01-01"}).PartitionInputList[0]
	_, err := c.CreatePartition(ctx, &glue.CreatePartitionInput{DatabaseName: db, TableName: events, PartitionInput: input})
	must(t, err)
	_, err = c.CreatePartition(ctx, &glue.CreatePartitionInput{DatabaseName: db, TableName: events, PartitionInput: input})
	refused(t, "a partition that is there", err, "AlreadyExistsException")
	input.StorageDescriptor.Location = aws.String("s3://b/moved")
	_, err = c.UpdatePartition(ctx, &glue.UpdatePartitionInput{DatabaseName: db, TableName: events, PartitionInput: input, PartitionValueList: input.Values})
	must(t, err)
	got, err := c.GetPartition(ctx, &glue.GetPartitionInput{DatabaseName: db, TableName: events, PartitionValues: input.Values})
	must(t, err)
	if *got.Partition.StorageDescriptor.Location != "s3://b/moved" {
		t.Errorf("got %+v", got.Partition)
	}
	_, err = c.DeletePartition(ctx, &glue.DeletePartitionInput{DatabaseName: db, TableName: events, PartitionValues: input.Values})
	must(t, err)
	_, err = c.GetPartition(ctx, &glue.GetPartitionInput{DatabaseName: db, TableName: events, PartitionValues: input.Values})
	refused(t, "a deleted partition", err, "EntityNotFoundException")
	_, err = c.GetPartition(ctx, &glue.GetPartitionInput{DatabaseName: db, TableName: events, PartitionValues: []string{"a", "b"}})
	refused(t, "two values for one key", err, "InvalidInputException")
}

func TestItThrottlesWhenItIsToldTo(t *testing.T) {
	left := 1
	_, c := start(t, gluefake.Options{Before: func(context.Context, string) error {
		if left--; left >= 0 {
			return gluefake.Throttled()
		}
		return nil
	}})
	_, err := c.GetDatabases(t.Context(), &glue.GetDatabasesInput{})
	refused(t, "the first call", err, "ThrottlingException")
	_, err = c.GetDatabases(t.Context(), &glue.GetDatabasesInput{})
	must(t, err)
}
