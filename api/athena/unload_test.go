package athena_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"github.com/hindcast/hindcast/api/athena"
)

func TestUnloadWritesFilesAndTheirList(t *testing.T) {
	w := start(t)
	for _, c := range []struct{ name, settings, file string }{
		{"Parquet", `format = 'PARQUET', compression = 'ZSTD'`, "00000.parquet"},
		{"JSON lines", `format = 'JSON'`, "00000.json.gz"},
		{"text", `format = 'TEXTFILE', field_delimiter = ',', compression = 'NONE'`, "00000.csv"},
		{"Parquet by values", `format = 'PARQUET', partitioned_by = ARRAY['user_name']`, "user_name=ALICE/data_0.parquet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			to := "s3://unloaded/" + strings.ReplaceAll(c.name, " ", "-") + "/"
			e := w.run(t, "UNLOAD (SELECT event_id, user_name FROM aws_cloudtrail WHERE user_name = 'ALICE') TO '"+to+"' WITH ("+c.settings+")")
			file := filepath.Join(w.Buckets, strings.TrimPrefix(to, "s3://"), filepath.FromSlash(c.file))
			if info, err := os.Stat(file); err != nil || info.Size() == 0 {
				t.Errorf("%v %v", info, err)
			}
			manifest, err := os.ReadFile(filepath.Join(w.Buckets, strings.TrimPrefix(aws.ToString(e.Statistics.DataManifestLocation), "s3://")))
			if err != nil || string(manifest) != to+c.file+"\n" {
				t.Errorf("the manifest says %q: %v", manifest, err)
			}
			if e.StatementType != "DML" || *e.Statistics.DataScannedInBytes == 0 {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestUnloadWritesToAnEmptyPlaceOnly(t *testing.T) {
	w := start(t)
	sql := "UNLOAD (SELECT event_id FROM doors) TO 's3://unloaded/once/' WITH (format = 'JSON')"
	w.run(t, sql)
	e := w.wait(t, w.begin(t, sql))
	if e.Status.State != types.QueryExecutionStateFailed || !strings.HasPrefix(*e.Status.StateChangeReason, "HIVE_PATH_ALREADY_EXISTS") {
		t.Errorf("it is %+v", e.Status)
	}
	w.Fail(&athena.Failure{Category: athena.SystemError, Message: "broken"})
	failed := strings.ReplaceAll(sql, "once", "again")
	w.wait(t, w.begin(t, failed))
	w.run(t, failed) // what failed left nothing
}
