package athena_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/api/athena"
)

func TestAQueryGivesRowsPagesAndAnObject(t *testing.T) {
	w := start(t)
	e := w.run(t, `SELECT event_id, "timestamp", user_name, related_ip, error_code FROM aws_cloudtrail WHERE user_name = 'ALICE' AND day = '2026-01-02' ORDER BY event_id`)
	id := *e.QueryExecutionId
	want := [][]string{
		{"event_id", "timestamp", "user_name", "related_ip", "error_code"},
		{"aws_cloudtrail-02", "2026-01-02 03:10:00.000", "ALICE", "[203.0.113.9]", "Failed authentication"},
		{"aws_cloudtrail-03", "2026-01-02 03:11:00.000", "ALICE", "[203.0.113.9]", null},
		{"aws_cloudtrail-04", "2026-01-02 03:15:00.000", "ALICE", "[203.0.113.9]", null},
		{"aws_cloudtrail-05", "2026-01-02 03:20:00.000", "ALICE", "[203.0.113.9, 10.0.0.5]", null},
	}
	if diff := cmp.Diff(want, w.rows(t, id)); diff != "" {
		t.Error(diff)
	}
	w.PageRows(2)
	if diff := cmp.Diff(want, w.rows(t, id)); diff != "" {
		t.Errorf("in pages of two: %s", diff)
	}
	object, err := os.ReadFile(w.path(*e.ResultConfiguration.OutputLocation))
	if err != nil || !strings.HasPrefix(string(object), `"event_id","timestamp"`) || !strings.Contains(string(object), `"[203.0.113.9]",`+"\n") {
		t.Errorf("the object is %q: %v", object, err)
	}
	if *e.Statistics.DataScannedInBytes == 0 || e.StatementType != types.StatementTypeDml || *e.SubstatementType != "SELECT" ||
		*e.EngineVersion.EffectiveEngineVersion != athena.EngineVersion || e.Status.CompletionDateTime.Before(*e.Status.SubmissionDateTime) {
		t.Errorf("the execution is %+v", e)
	}
	w.checkStatistics(t, id)
}

// path is where an object lies.
func (w *world) path(uri string) string {
	return filepath.Join(w.Buckets, filepath.FromSlash(strings.TrimPrefix(uri, "s3://")))
}

func (w *world) checkStatistics(t *testing.T, id string) {
	t.Helper()
	out, err := w.client.GetQueryRuntimeStatistics(t.Context(), &sdk.GetQueryRuntimeStatisticsInput{QueryExecutionId: &id})
	if err != nil {
		t.Fatal(err)
	}
	rows := out.QueryRuntimeStatistics.Rows
	if *rows.OutputRows != 4 || *rows.InputRows < 4 || *rows.InputBytes == 0 || *rows.OutputBytes == 0 {
		t.Errorf("the statistics are %+v", rows)
	}
}

func TestTheFirstPageAloneHasTheHeader(t *testing.T) {
	w := start(t)
	id := *w.run(t, `SELECT event_id FROM aws_vpcflow`).QueryExecutionId
	one, err := w.client.GetQueryResults(t.Context(), &sdk.GetQueryResultsInput{QueryExecutionId: &id, MaxResults: aws.Int32(1)})
	if err != nil || len(one.ResultSet.Rows) != 1 || *one.ResultSet.Rows[0].Data[0].VarCharValue != "event_id" {
		t.Fatalf("page one is %+v: %v", one, err)
	}
	two, err := w.client.GetQueryResults(t.Context(), &sdk.GetQueryResultsInput{QueryExecutionId: &id, NextToken: one.NextToken})
	if err != nil || len(two.ResultSet.Rows) != 13 || two.NextToken != nil {
		t.Fatalf("page two is %+v: %v", two, err)
	}
	for name, in := range map[string]*sdk.GetQueryResultsInput{
		"too many rows": {QueryExecutionId: &id, MaxResults: aws.Int32(1001)}, "no rows": {QueryExecutionId: &id, MaxResults: aws.Int32(0)},
		"a token of another list": {QueryExecutionId: &id, NextToken: aws.String("AAAA")},
	} {
		_, err := w.client.GetQueryResults(t.Context(), in)
		if e := refusal[*types.InvalidRequestException](t, err); e == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestColumnsHaveTrinosTypes(t *testing.T) {
	w := start(t)
	id := *w.run(t, `SELECT "timestamp", event_id, source_port, related_ip, aws_cloudtrail_read_only FROM aws_vpcflow, (SELECT aws_cloudtrail_read_only FROM aws_cloudtrail)`).QueryExecutionId
	out, err := w.client.GetQueryResults(t.Context(), &sdk.GetQueryResultsInput{QueryExecutionId: &id, MaxResults: aws.Int32(1)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range out.ResultSet.ResultSetMetadata.ColumnInfo {
		got = append(got, *c.Name+" "+*c.Type)
	}
	want := []string{"timestamp timestamp", "event_id varchar", "source_port bigint", "related_ip array", "aws_cloudtrail_read_only boolean"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStatementsThatAskTheCatalog(t *testing.T) {
	w := start(t)
	tables := []string{"apache_access", "aws_cloudtrail", "aws_guardduty", "aws_route53", "aws_vpcflow", "doors", "events"}
	for _, c := range []struct {
		sql, kind string
		want      []string // the lines, or those that must be among them
		all       bool
	}{
		{"SHOW DATABASES", "SHOW_DATABASES", []string{"hindcast"}, true},
		{"SHOW SCHEMAS LIKE 'x*'", "SHOW_DATABASES", nil, true},
		{"SHOW TABLES", "SHOW_TABLES", tables, true},
		{"show tables in hindcast 'aws_*|doors'", "SHOW_TABLES", tables[1:6], true},
		{"SHOW VIEWS", "SHOW_VIEWS", []string{"events"}, true},
		{"SHOW VIEWS IN hindcast LIKE 'x*'", "SHOW_VIEWS", nil, true},
		{"DESCRIBE events", "DESCRIBE_TABLE", []string{"dataset             \tstring              \tThe table that the event is in."}, false},
		{"SHOW COLUMNS FROM events", "SHOW_COLUMNS", []string{"dataset             ", "related_ip          "}, false},
		{"SHOW CREATE VIEW \"hindcast\".\"events\";", "SHOW_CREATE_VIEW", []string{`CREATE OR REPLACE VIEW "events" AS`}, false},
		{"SHOW TBLPROPERTIES doors", "SHOW_TBLPROPERTIES", []string{"EXTERNAL\tTRUE", "classification\tparquet"}, true},
		{"SHOW TBLPROPERTIES events ('presto_view')", "SHOW_TBLPROPERTIES", []string{"true"}, true},
		{"SHOW COLUMNS IN `hindcast`.`doors`;", "SHOW_COLUMNS", []string{"door_badges         ", "day                 "}, false},
		{"SHOW PARTITIONS aws_vpcflow", "SHOW_PARTITIONS", []string{"day=2026-01-02", "day=2026-01-04"}, true},
		{"DESCRIBE doors", "DESCRIBE_TABLE", []string{"door_badges         \tarray<string>       \t                    ", "# Partition Information\t                    \t                    "}, false},
		{"SHOW CREATE TABLE doors", "SHOW_CREATE_TABLE", []string{"CREATE EXTERNAL TABLE `hindcast.doors`(", "PARTITIONED BY ( ", "  `day` string)", "LOCATION"}, false},
		{"EXPLAIN SELECT count(*) FROM doors", "EXPLAIN", nil, false},
	} {
		t.Run(c.sql, func(t *testing.T) {
			e := w.run(t, c.sql)
			var got []string
			for _, row := range w.rows(t, *e.QueryExecutionId) {
				got = append(got, row[0])
			}
			if c.all && !cmp.Equal(c.want, got) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			for _, line := range c.want {
				if !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+line+"\n") {
					t.Errorf("%q is not in %q", line, got)
				}
			}
			if e.StatementType != types.StatementTypeUtility || *e.SubstatementType != c.kind || !strings.HasSuffix(*e.ResultConfiguration.OutputLocation, ".txt") {
				t.Errorf("it is %s %s in %s", e.StatementType, *e.SubstatementType, *e.ResultConfiguration.OutputLocation)
			}
		})
	}
}

func TestStatementsThatAreRefusedAtOnce(t *testing.T) {
	w := start(t)
	for _, c := range []struct{ name, sql, says string }{
		{"an insertion", "INSERT INTO doors SELECT 1", "not supported: INSERT INTO"},
		{"an alteration", "ALTER TABLE doors ADD COLUMNS (a int)", "not supported: ALTER TABLE"},
		{"a repair", "MSCK REPAIR TABLE doors", "not supported: MSCK REPAIR"},
		{"a table with columns", "CREATE TABLE x (a int)", "CREATE TABLE with columns"},
		{"an external table", "CREATE EXTERNAL TABLE x (a int)", "not supported: CREATE EXTERNAL"},
		{"a view", "CREATE VIEW x AS SELECT 1", "not supported: CREATE VIEW"},
		{"a settings's change", "SET SESSION x = 1", "not supported: SET SESSION"},
		{"an analysis", "EXPLAIN ANALYZE SELECT 1", "EXPLAIN ANALYZE"},
		{"more of a description", "DESCRIBE FORMATTED doors", "DESCRIBE FORMATTED is not supported"},
		{"another form of plan", "EXPLAIN (TYPE IO) SELECT 1", "options of EXPLAIN"},
		{"an UNLOAD without a place", "UNLOAD (SELECT 1) WITH (format = 'JSON')", "Expecting: TO"},
		{"a name that is missing", "DESCRIBE", "ends where a name is expected"},
		{"too many names", "DESCRIBE a.b.c.d", "more parts"},
		{"another catalog", "DESCRIBE other.hindcast.doors", "Data catalog other was not found"},
		{"more than a statement", "SHOW TABLES; SHOW TABLES", "mismatched input"},
		{"nothing", " -- nothing", "empty"},
		{"a prepared statement that is not there", "EXECUTE missing", "PreparedStatement missing was not found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.client.StartQueryExecution(t.Context(), &sdk.StartQueryExecutionInput{QueryString: &c.sql})
			if e := refusal[*types.InvalidRequestException](t, err); !strings.Contains(e.ErrorMessage(), c.says) {
				t.Errorf("got %v", e)
			}
		})
	}
}

func TestStatementsThatFail(t *testing.T) {
	w := start(t)
	for _, c := range []struct{ name, sql, says string }{
		{"a column that is not there", "SELECT nothing FROM doors", "nothing"},
		{"a table that is not there", "SELECT 1 FROM absent", "absent"},
		{"a table that is not there, described", "DESCRIBE absent", "TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.hindcast.absent' does not exist"},
		{"a database that is not there", "SHOW TABLES IN absent", "SCHEMA_NOT_FOUND: line 1:1: Schema 'absent' does not exist"},
		{"the partitions of a view", "SHOW PARTITIONS events", "events is a view"},
		{"a view as a table's statement", "SHOW CREATE TABLE events", "events is a view"},
		{"a table as a view's statement", "SHOW CREATE VIEW doors", "is a table, not a view"},
		{"a property that is not there", "SHOW TBLPROPERTIES doors('absent')", "does not have property: absent"},
		{"a table of the view's name", "CREATE TABLE events AS SELECT 1 AS a", "already exists"},
		{"a table of the lake, dropped", "DROP TABLE doors", "a table of the lake"},
		{"a table that is not there, dropped", "DROP TABLE absent", "Table not found absent"},
		{"a format that is not written", "UNLOAD (SELECT 1 AS a) TO 's3://unloaded/a/' WITH (format = 'ORC')", "format ORC is not supported here"},
		{"a setting that is not served", "UNLOAD (SELECT 1 AS a) TO 's3://unloaded/b/' WITH (format = 'JSON', bucket_count = 3)", "bucket_count is not supported"},
		{"a compression that is not served", "UNLOAD (SELECT 1 AS a) TO 's3://unloaded/c/' WITH (format = 'JSON', compression = 'LZ4')", "lz4"},
		{"an UNLOAD to no place in S3", "UNLOAD (SELECT 1 AS a) TO '/tmp/x' WITH (format = 'JSON')", "does not begin with s3://"},
		{"an UNLOAD out of the buckets", "UNLOAD (SELECT 1 AS a) TO 's3://unloaded/../../x' WITH (format = 'JSON')", "not a path of plain names"},
		{"an UNLOAD of a row", "UNLOAD (SELECT CAST(ROW(1) AS ROW(a bigint)) AS r) TO 's3://unloaded/d/' WITH (format = 'PARQUET')", "column r: the type row cannot be written"},
		{"an UNLOAD of instants", "UNLOAD (SELECT ARRAY[TIMESTAMP '2026-01-01 00:00:00 UTC'] AS a) TO 's3://unloaded/e/' WITH (format = 'PARQUET')", "timestamp with time zone"},
		{"an UNLOAD to a whole bucket", "UNLOAD (SELECT 1 AS a) TO 's3://unloaded/' WITH (format = 'JSON')", "no prefix"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := w.wait(t, w.begin(t, c.sql))
			if e.Status.State != types.QueryExecutionStateFailed || !strings.Contains(*e.Status.StateChangeReason, c.says) ||
				*e.Status.AthenaError.ErrorCategory != athena.UserError || e.Status.AthenaError.Retryable || *e.Status.AthenaError.ErrorMessage != *e.Status.StateChangeReason {
				t.Errorf("it is %s: %s %+v", e.Status.State, aws.ToString(e.Status.StateChangeReason), e.Status.AthenaError)
			}
			_, err := w.client.GetQueryResults(t.Context(), &sdk.GetQueryResultsInput{QueryExecutionId: e.QueryExecutionId})
			refusal[*types.InvalidRequestException](t, err)
		})
	}
}
