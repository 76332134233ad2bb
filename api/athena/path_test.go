package athena_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
)

// TestPathsAreThoseOfTheFiles below the location that the table's description has, and a condition on them leaves files out.
func TestPathsAreThoseOfTheFiles(t *testing.T) {
	w := start(t)
	files, err := w.lake.Files(t.Context(), catalog.FileQuery{Tables: []string{"aws_cloudtrail"}})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"$path", "n"}}
	for _, f := range files {
		want = append(want, []string{"file://" + w.lake.Dir + "/" + f.Path, map[bool]string{true: "4", false: "1"}[f.Day == "2026-01-02"]})
	}
	all := w.run(t, `SELECT "$path", count(user_name) AS n FROM aws_cloudtrail GROUP BY 1 ORDER BY 1`)
	rows := w.rows(t, *all.QueryExecutionId)
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	one := w.run(t, `SELECT user_name FROM aws_cloudtrail WHERE "$path" = '`+rows[1][0]+`'`)
	for _, where := range []string{`"$path" = '` + rows[1][0] + `'`, `"$path" LIKE '%/day=2026-01-02/%'`, `"$path" = '` + rows[1][0] + `' AND day = '2026-01-01'`} {
		counted := w.run(t, `SELECT count(*) AS n FROM aws_cloudtrail WHERE `+where)
		if got := w.rows(t, *counted.QueryExecutionId); len(got) != 2 || got[1][0] == "0" {
			t.Errorf("count(*) where %s: %v", where, got)
		}
	}
	own := w.run(t, `SELECT user_name FROM doors`)
	if got := w.rows(t, *one.QueryExecutionId); len(got) != 2 {
		t.Errorf("of one file there are %v", got)
	}
	read, whole := *one.Statistics.DataScannedInBytes, *all.Statistics.DataScannedInBytes
	if read == 0 || read > whole/2 {
		t.Errorf("%d bytes are read of one file, %d of all, %d of a table of one file", read, whole, *own.Statistics.DataScannedInBytes)
	}
	table, err := glue.NewFromConfig(configOf(w.URL)).GetTable(t.Context(), &glue.GetTableInput{DatabaseName: aws.String("hindcast"), Name: aws.String("aws_cloudtrail")})
	if err != nil || !strings.HasPrefix(rows[1][0], *table.Table.StorageDescriptor.Location+"day=") {
		t.Errorf("the table is at %+v: %v", table, err)
	}
}
