package migrations_test

import (
	"testing"

	"github.com/hindcast/hindcast/migrations"
)

func TestEveryVersionOfTheTablesFormatIsComplete(t *testing.T) {
	formats, err := migrations.TableFormats()
	if err != nil || len(formats) == 0 {
		t.Fatalf("%d versions: %v", len(formats), err)
	}
	for i, f := range formats {
		if f.Version != i+1 || f.Says == "" || f.InputFormat == "" || f.OutputFormat == "" || f.Serde == "" {
			t.Errorf("version %d lacks something: %+v", i+1, f)
		}
		if f.Parameters["EXTERNAL"] != "TRUE" {
			t.Errorf("version %d: a table that is not external is deleted with its files", f.Version)
		}
		if len(f.PartitionKeys) != 1 || f.PartitionKeys[0].Name != "day" || f.PartitionKeys[0].Type != "string" {
			t.Errorf("version %d: the partition key is %v; keys cannot be changed", f.Version, f.PartitionKeys)
		}
	}
}
