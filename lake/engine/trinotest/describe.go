package trinotest

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"testing"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
)

// What follows are the files in which Trino's catalogs of files keep tables, of version 435.

type schemaFile struct {
	Writer     string            `json:"writerVersion"`
	Owner      string            `json:"ownerName"`
	OwnerType  string            `json:"ownerType"`
	Parameters map[string]string `json:"parameters"`
}

type tableFile struct {
	Writer     string            `json:"writerVersion"`
	Owner      string            `json:"owner"`
	Type       string            `json:"tableType"`
	Columns    []columnFile      `json:"dataColumns"`
	Keys       []columnFile      `json:"partitionColumns"`
	Parameters map[string]string `json:"parameters"`
	Original   string            `json:"viewOriginalText,omitempty"`
	Expanded   string            `json:"viewExpandedText,omitempty"`
	storageFile
}

type partitionFile struct {
	Columns    []columnFile      `json:"columns"`
	Parameters map[string]string `json:"parameters"`
	storageFile
}

type storageFile struct {
	Format   string            `json:"storageFormat,omitempty"`
	Serde    map[string]string `json:"serdeParameters"`
	Location string            `json:"externalLocation,omitempty"`
	Counts   map[string]string `json:"columnStatistics"`
}

type columnFile struct {
	Name       string            `json:"name"`
	Type       string            `json:"type"`
	Comment    string            `json:"comment,omitempty"`
	Properties map[string]string `json:"properties"`
}

// Describe makes the tables known in the catalog Plain: a partition is the folder in which its files are.
func (s *Server) Describe(t testing.TB, tables []catalog.Table, files []catalog.File) {
	t.Helper()
	if err := s.describe(t.Context(), tables, files); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) describe(ctx context.Context, tables []catalog.Table, files []catalog.File) error {
	none := map[string]string{}
	if err := s.write(ctx, "."+Schema, schemaFile{Writer: writer, Owner: "test", OwnerType: "USER", Parameters: none}); err != nil {
		return err
	}
	folders := map[string]map[string]string{}
	for _, f := range files {
		if folders[f.Table] == nil {
			folders[f.Table] = map[string]string{}
		}
		folder := path.Dir(f.Path)
		if had := folders[f.Table][f.Day]; had != "" && had != folder {
			return fmt.Errorf("the files of %s/%s are in two folders", f.Table, f.Day)
		}
		folders[f.Table][f.Day] = folder
	}
	for _, t := range tables {
		err := s.write(ctx, path.Join(Schema, t.Name, ""), tableFile{
			Writer: writer, Owner: "test", Type: "EXTERNAL_TABLE", Columns: columnFiles(t), Keys: []columnFile{{Name: catalog.DayColumn, Type: "string", Properties: none}},
			Parameters: map[string]string{"EXTERNAL": "TRUE"}, storageFile: stored("tables/" + t.Name),
		})
		if err != nil {
			return err
		}
		for day, folder := range folders[t.Name] {
			key := path.Join(Schema, t.Name, catalog.DayColumn+"="+day, "")
			if err := s.write(ctx, key, partitionFile{Columns: columnFiles(t), Parameters: none, storageFile: stored(folder)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// DescribeView makes a view over such tables known.
func (s *Server) DescribeView(t testing.TB, v glue.View) {
	t.Helper()
	text, err := v.Text(Plain, Schema)
	if err != nil {
		t.Fatal(err)
	}
	var columns []columnFile
	for _, c := range v.Columns {
		columns = append(columns, columnFile{Name: c.Name, Type: c.Type.Athena(), Comment: c.Doc, Properties: map[string]string{}})
	}
	err = s.write(t.Context(), path.Join(Schema, v.Name, ""), tableFile{
		Writer: writer, Owner: glue.ViewOwner, Type: glue.ViewType, Columns: columns, Keys: []columnFile{}, Parameters: glue.ViewParameters(),
		Original: text, Expanded: glue.ViewExpanded, storageFile: storageFile{Serde: map[string]string{}, Counts: map[string]string{}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// writer is the version of the server that writes such files.
const writer = "435"

func stored(folder string) storageFile {
	none := map[string]string{}
	return storageFile{Format: "PARQUET", Serde: none, Location: "s3://" + Bucket + "/" + folder, Counts: none}
}

func columnFiles(t catalog.Table) []columnFile {
	out := make([]columnFile, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = columnFile{Name: c.Name, Type: c.Type.Athena(), Comment: c.Doc, Properties: map[string]string{}}
	}
	return out
}

// write writes the file of a folder, or of a schema.
func (s *Server) write(ctx context.Context, folder string, content any) error {
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	key := folder + "/.trinoSchema"
	if folder == "."+Schema {
		key = folder + ".trinoSchema"
	}
	return s.put(ctx, key, text)
}
