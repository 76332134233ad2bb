package athena_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	ours "github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/view"
)

// TestTheViewIsThatOfGlue: its SELECT, its columns, their order and types are what is published there.
func TestTheViewIsThatOfGlue(t *testing.T) {
	w := start(t)
	tables, err := w.lake.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v, err := view.Of(tables)
	if err != nil {
		t.Fatal(err)
	}
	text, err := v.Text(ours.AthenaCatalog, "hindcast")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, c := range v.Columns {
		want = append(want, c.Name+" "+c.Type.Athena())
	}
	client := glue.NewFromConfig(configOf(w.URL))
	kept, err := client.GetTable(t.Context(), &glue.GetTableInput{DatabaseName: aws.String("hindcast"), Name: aws.String("events")})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range kept.Table.StorageDescriptor.Columns {
		got = append(got, *c.Name+" "+*c.Type)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if *kept.Table.TableType != "VIRTUAL_VIEW" || *kept.Table.ViewOriginalText != text || *kept.Table.ViewExpandedText != ours.ViewExpanded ||
		kept.Table.Parameters["presto_view"] != "true" || len(kept.Table.PartitionKeys) != 0 {
		t.Errorf("Glue has %+v", kept.Table)
	}
	days, err := client.GetPartitions(t.Context(), &glue.GetPartitionsInput{DatabaseName: aws.String("hindcast"), TableName: aws.String("events")})
	if err != nil || len(days.Partitions) != 0 {
		t.Errorf("its partitions are %+v: %v", days, err)
	}
	out, err := w.client.GetTableMetadata(t.Context(), &sdk.GetTableMetadataInput{
		CatalogName: aws.String("AwsDataCatalog"), DatabaseName: aws.String("hindcast"), TableName: aws.String("events")})
	if err != nil || *out.TableMetadata.TableType != "VIRTUAL_VIEW" || len(out.TableMetadata.Columns) != len(want) {
		t.Errorf("Athena has %+v: %v", out, err)
	}
}

func TestTheViewIsQueriedAndReadsWhatItMust(t *testing.T) {
	w := start(t)
	ask := func(sql string) (rows [][]string, scanned int64) {
		e := w.run(t, sql)
		return w.rows(t, *e.QueryExecutionId), *e.Statistics.DataScannedInBytes
	}
	rows, day := ask("SELECT dataset, count(*) AS n FROM events WHERE day = '2026-01-02' GROUP BY 1 ORDER BY 1")
	want := [][]string{{"dataset", "n"}, {"apache_access", "2"}, {"aws_cloudtrail", "4"}, {"aws_vpcflow", "12"}, {"doors", "1"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	_, all := ask("SELECT * FROM events")
	_, table := ask("SELECT user_name FROM events WHERE dataset = 'doors'")
	_, own := ask("SELECT user_name FROM doors")
	if day == 0 || day >= all || table != own {
		t.Errorf("%d bytes were read of a day, %d of all, %d of a table and %d by its own name", day, all, table, own)
	}
}

// TestATableHidesTheView of its name.
func TestATableHidesTheView(t *testing.T) {
	w := start(t)
	w.lake.Create(t, view.Name, ecs.Field{Name: "@timestamp", Type: ecs.Time})
	tables, err := w.lake.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := w.rows(t, *w.run(t, "SELECT count(*) AS n FROM events").QueryExecutionId)[1][0]; got != "0" || len(tables) != 7 {
		t.Errorf("it has %s events", got)
	}
	if got := w.rows(t, *w.run(t, "SHOW VIEWS").QueryExecutionId); len(got) != 0 {
		t.Errorf("there are views: %v", got)
	}
	if got := w.rows(t, *w.run(t, "SHOW COLUMNS IN events").QueryExecutionId); len(got) != 2 || got[1][0] != catalog.DayColumn+"                 " {
		t.Errorf("it has %q", got)
	}
}
