package athena

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hindcast/hindcast/catalog/awsjson"
	"github.com/hindcast/hindcast/catalog/glue"
)

// Glue is the part of Glue's API that clients of Athena ask: databases, tables and partitions are read, and tables that
// CREATE TABLE AS made can be deleted. https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog.html
func (s *Service) Glue() *awsjson.Service {
	return &awsjson.Service{Prefix: "AWSGlue", Version: "1.1", Operations: map[string]awsjson.Operation{
		"GetDatabases":  awsjson.Op(s.glueDatabases),
		"GetDatabase":   awsjson.Op(s.glueDatabase),
		"GetTables":     awsjson.Op(s.glueTables),
		"GetTable":      awsjson.Op(s.glueTable),
		"GetPartitions": awsjson.Op(s.gluePartitions),
		"DeleteTable":   awsjson.Op(s.glueDeleteTable),
	}}
}

type glueInput struct {
	Name         string
	DatabaseName string
	TableName    string
	Expression   string
	NextToken    string
	MaxResults   *int
}

// entityMissing is Glue's error for what is not there.
func entityMissing(format string, args ...any) error {
	return awsjson.Errorf("EntityNotFoundException", format, args...)
}

func (s *Service) glueCheck(database string) error {
	if !strings.EqualFold(database, s.o.Database) {
		return entityMissing("Database %s not found.", database)
	}
	return nil
}

type glueDatabase struct {
	Name        string
	Description string
	Parameters  map[string]string
	CatalogId   string
}

// Account is that of the service, in ARNs and catalog ids.
const Account = "000000000000"

func (s *Service) glueOwn() glueDatabase {
	d := s.database()
	return glueDatabase{d.Name, d.Description, d.Parameters, Account}
}

type glueDatabasesOutput struct{ DatabaseList []glueDatabase }

func (s *Service) glueDatabases(context.Context, *glueInput) (*glueDatabasesOutput, error) {
	return &glueDatabasesOutput{[]glueDatabase{s.glueOwn()}}, nil
}

type glueDatabaseOutput struct{ Database glueDatabase }

func (s *Service) glueDatabase(_ context.Context, in *glueInput) (*glueDatabaseOutput, error) {
	return &glueDatabaseOutput{s.glueOwn()}, s.glueCheck(in.Name)
}

type glueTable struct {
	Name              string
	DatabaseName      string
	Description       string
	CreateTime        awsjson.Time
	UpdateTime        awsjson.Time
	Retention         int
	StorageDescriptor glueStorage
	PartitionKeys     []metadataColumn
	TableType         string
	Parameters        map[string]string
	ViewOriginalText  string `json:",omitempty"`
	ViewExpandedText  string `json:",omitempty"`
	Owner             string `json:",omitempty"`
	CatalogId         string
	VersionId         string
}

type glueStorage struct {
	Columns      []metadataColumn
	Location     string
	InputFormat  string
	OutputFormat string
	SerdeInfo    glueSerde
}

type glueSerde struct {
	SerializationLibrary string
	Parameters           map[string]string
}

// storage says that the files are Parquet. A view has none.
func (t hiveTable) storage(location string) glueStorage {
	if t.isView() {
		return glueStorage{Columns: t.metadata().Columns}
	}
	return glueStorage{
		Columns: t.metadata().Columns, Location: location,
		InputFormat:  "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
		OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
		SerdeInfo:    glueSerde{"org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe", map[string]string{"serialization.format": "1"}},
	}
}

func (s *Service) glueOf(t hiveTable) glueTable {
	m := t.metadata()
	g := glueTable{
		Name: t.Name, DatabaseName: s.o.Database, Description: t.Doc, CreateTime: m.CreateTime, UpdateTime: m.CreateTime,
		StorageDescriptor: t.storage(t.Location), PartitionKeys: m.PartitionKeys, TableType: m.TableType,
		Parameters: t.parameters(), CatalogId: Account, VersionId: "0",
	}
	if t.isView() {
		g.ViewOriginalText, g.ViewExpandedText, g.Owner = t.ViewText, glue.ViewExpanded, glue.ViewOwner
	}
	return g
}

type glueTablesOutput struct {
	TableList []glueTable
	NextToken string `json:",omitempty"`
}

// maxGlueTables is how many tables a page of GetTables has.
const maxGlueTables = 100

func (s *Service) glueTables(ctx context.Context, in *glueInput) (*glueTablesOutput, error) {
	if err := s.glueCheck(in.DatabaseName); err != nil {
		return nil, err
	}
	all, err := s.tables(ctx)
	if err != nil {
		return nil, err
	}
	if all, err = taken(all, in.Expression); err != nil {
		return nil, err
	}
	size := maxGlueTables
	if in.MaxResults != nil && *in.MaxResults > 0 {
		size = min(size, *in.MaxResults)
	}
	all, next, err := page(s, "glue/"+in.Expression, all, func(t hiveTable) string { return t.Name }, in.NextToken, size)
	out := &glueTablesOutput{TableList: []glueTable{}, NextToken: next}
	for _, t := range all {
		out.TableList = append(out.TableList, s.glueOf(t))
	}
	return out, err
}

type glueTableOutput struct{ Table glueTable }

func (s *Service) glueTable(ctx context.Context, in *glueInput) (*glueTableOutput, error) {
	t, err := s.glueFind(ctx, in.DatabaseName, in.Name)
	if err != nil {
		return nil, err
	}
	return &glueTableOutput{s.glueOf(t)}, nil
}

func (s *Service) glueFind(ctx context.Context, database, name string) (hiveTable, error) {
	if err := s.glueCheck(database); err != nil {
		return hiveTable{}, err
	}
	t, err := s.table(ctx, strings.ToLower(name))
	var f *Failure
	if errors.As(err, &f) {
		return hiveTable{}, entityMissing("Table %s not found.", name)
	}
	return t, err
}

type gluePartitionsOutput struct {
	Partitions []gluePartition
	NextToken  string `json:",omitempty"`
}

type gluePartition struct {
	Values            []string
	DatabaseName      string
	TableName         string
	StorageDescriptor glueStorage
	Parameters        map[string]string
	CatalogId         string
}

// maxGluePartitions is how many partitions a page of GetPartitions has.
const maxGluePartitions = 1000

// gluePartitions lists the days that a table has events of.
func (s *Service) gluePartitions(ctx context.Context, in *glueInput) (*gluePartitionsOutput, error) {
	t, err := s.glueFind(ctx, in.DatabaseName, in.TableName)
	if err != nil {
		return nil, err
	}
	if in.Expression != "" {
		return nil, awsjson.Errorf("InvalidInputException", "expressions on partitions are not served here: leave it out, and take the days that you want")
	}
	if t.isView() {
		return &gluePartitionsOutput{Partitions: []gluePartition{}}, nil
	}
	days, err := s.days(ctx, t.Name)
	if err != nil {
		return nil, err
	}
	size := maxGluePartitions
	if in.MaxResults != nil && *in.MaxResults > 0 {
		size = min(size, *in.MaxResults)
	}
	days, next, err := page(s, "glue/partitions/"+t.Name, days, dayName, in.NextToken, size)
	out := &gluePartitionsOutput{Partitions: []gluePartition{}, NextToken: next}
	for _, d := range days {
		out.Partitions = append(out.Partitions, gluePartition{
			Values: []string{d.Day}, DatabaseName: s.o.Database, TableName: t.Name,
			StorageDescriptor: t.storage(s.place("tables", t.Name, dayName(d), fmt.Sprintf("g%06d", d.Generation))), Parameters: map[string]string{}, CatalogId: Account,
		})
	}
	return out, err
}

func (s *Service) glueDeleteTable(ctx context.Context, in *glueInput) (*nothing, error) {
	t, err := s.glueFind(ctx, in.DatabaseName, in.Name)
	if err != nil {
		return nil, err
	}
	there, err := s.forget(ctx, t.Name)
	if err == nil && !there {
		err = awsjson.Errorf("AccessDeniedException", "%s is a table of the lake, which is not deleted here", t.Name)
	}
	return nil, err
}
