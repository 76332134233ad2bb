package athena_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestInformationSchemaIsAsked as tools do: by the catalog's name, in their database, with columns that * leaves out.
func TestInformationSchemaIsAsked(t *testing.T) {
	w := start(t)
	for _, c := range []struct {
		name, sql string
		want      [][]string
	}{
		{"tables and views", `SELECT table_name, table_type FROM "awsdatacatalog"."information_schema"."tables" WHERE table_schema = 'hindcast' AND table_name IN ('doors', 'events') ORDER BY 1`,
			[][]string{{"table_name", "table_type"}, {"doors", "BASE TABLE"}, {"events", "VIEW"}}},
		{"a table's columns", `SELECT ordinal_position, column_name, data_type, comment, extra_info FROM information_schema.columns WHERE table_schema = 'hindcast' AND table_name = 'doors' AND column_name IN ('day', 'timestamp')`,
			[][]string{{"ordinal_position", "column_name", "data_type", "comment", "extra_info"}, {"1", "timestamp", "timestamp(3)", "when the event happened", null}, {"10", "day", "varchar", null, "partition key"}}},
		{"schemata", `SELECT * FROM information_schema.schemata ORDER BY 2`,
			[][]string{{"catalog_name", "schema_name"}, {"awsdatacatalog", "hindcast"}, {"awsdatacatalog", "information_schema"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := w.run(t, c.sql)
			if diff := cmp.Diff(c.want, w.rows(t, *e.QueryExecutionId)); diff != "" || *e.Statistics.DataScannedInBytes != 0 {
				t.Errorf("%d bytes were read\n%s", *e.Statistics.DataScannedInBytes, diff)
			}
		})
	}
}
