package migrations

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// TableFormat is a version of how the lake's tables are defined where Hive's kind of catalog describes them, as Glue does.
// Columns are no part of it: they are the catalog's.
//
// The classes are those of https://docs.aws.amazon.com/athena/latest/ug/parquet-serde.html and, for manifests, of
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-athena-query.html.
type TableFormat struct {
	Version int    `json:"-"` // from the file's name; the first is 1
	Says    string `json:"says"`

	InputFormat     string            `json:"input_format"`
	OutputFormat    string            `json:"output_format"`
	Serde           string            `json:"serde"`
	SerdeParameters map[string]string `json:"serde_parameters"`
	Parameters      map[string]string `json:"parameters"` // of the table
	PartitionKeys   []PartitionKey    `json:"partition_keys"`
}

// PartitionKey is a column that is in no file.
type PartitionKey struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Comment string `json:"comment"`
}

//go:embed tables/*.json
var tableFiles embed.FS

// TableFormats are all versions of the tables' format, the current one last. One that has been released is never
// edited: tables of an earlier version are evolved to the last when they are published next.
func TableFormats() ([]TableFormat, error) {
	entries, err := tableFiles.ReadDir("tables")
	if err != nil {
		return nil, fmt.Errorf("read the versions of the tables' format: %w", err)
	}
	formats := make([]TableFormat, len(entries))
	for i, e := range entries {
		if formats[i], err = readFormat(e.Name()); err != nil {
			return nil, fmt.Errorf("version %s of the tables' format: %w", e.Name(), err)
		}
		if formats[i].Version != i+1 {
			return nil, fmt.Errorf("version %s of the tables' format: it is the %dth", e.Name(), i+1)
		}
	}
	return formats, nil
}

func readFormat(name string) (f TableFormat, err error) {
	number, _, _ := strings.Cut(name, "_")
	if f.Version, err = strconv.Atoi(number); err != nil {
		return f, err
	}
	data, err := tableFiles.ReadFile(path.Join("tables", name))
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal(data, &f)
}
