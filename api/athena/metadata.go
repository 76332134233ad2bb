package athena

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

func (s *Service) metadataOperations() map[string]awsjson.Operation {
	return map[string]awsjson.Operation{
		"ListDataCatalogs":  awsjson.Op(s.listDataCatalogs),
		"GetDataCatalog":    awsjson.Op(s.getDataCatalog),
		"ListDatabases":     awsjson.Op(s.listDatabases),
		"GetDatabase":       awsjson.Op(s.getDatabase),
		"ListTableMetadata": awsjson.Op(s.listTableMetadata),
		"GetTableMetadata":  awsjson.Op(s.getTableMetadata),
	}
}

// metadataInput is that of every operation on catalogs, databases and tables.
type metadataInput struct {
	Name         string // of a catalog
	CatalogName  string
	DatabaseName string
	TableName    string
	Expression   string
	NextToken    string
	MaxResults   *int
}

// check finds a catalog or database that is not there.
func (s *Service) checkNames(in *metadataInput, database bool) error {
	if in.CatalogName == "" {
		return checkLength("catalogName", in.CatalogName, 1, 256)
	}
	if !strings.EqualFold(in.CatalogName, CatalogName) {
		return invalid("Data catalog %s was not found", in.CatalogName)
	}
	if database && !strings.EqualFold(in.DatabaseName, s.o.Database) {
		return metadata("Database %s not found.", in.DatabaseName)
	}
	return nil
}

type listCatalogsOutput struct{ DataCatalogsSummary []catalogSummary }

type catalogSummary struct {
	CatalogName string
	Type        string
	Status      string
}

func (s *Service) listDataCatalogs(_ context.Context, in *pageInput) (*listCatalogsOutput, error) {
	if _, err := pageSize(in.MaxResults, maxBatch); err != nil {
		return nil, err
	}
	if in.NextToken != "" {
		return nil, invalid("Invalid NextToken: the list has one page")
	}
	return &listCatalogsOutput{[]catalogSummary{{CatalogName, "GLUE", "CREATE_COMPLETE"}}}, nil
}

type getCatalogOutput struct{ DataCatalog dataCatalog }

type dataCatalog struct {
	Name        string
	Description string
	Type        string
	Parameters  map[string]string
	Status      string
}

func (s *Service) getDataCatalog(_ context.Context, in *metadataInput) (*getCatalogOutput, error) {
	if !strings.EqualFold(in.Name, CatalogName) {
		return nil, invalid("Data catalog %s was not found", in.Name)
	}
	return &getCatalogOutput{dataCatalog{CatalogName, "The lake's tables", "GLUE", map[string]string{}, "CREATE_COMPLETE"}}, nil
}

type listDatabasesOutput struct{ DatabaseList []database }

type database struct {
	Name        string
	Description string
	Parameters  map[string]string
}

func (s *Service) database() database {
	return database{s.o.Database, "The lake's tables: a log source each", map[string]string{}}
}

func (s *Service) listDatabases(_ context.Context, in *metadataInput) (*listDatabasesOutput, error) {
	if _, err := pageSize(in.MaxResults, maxBatch); err != nil {
		return nil, err
	}
	if in.NextToken != "" {
		return nil, invalid("Invalid NextToken: the list has one page")
	}
	return &listDatabasesOutput{[]database{s.database()}}, s.checkNames(in, false)
}

type getDatabaseOutput struct{ Database database }

func (s *Service) getDatabase(_ context.Context, in *metadataInput) (*getDatabaseOutput, error) {
	return &getDatabaseOutput{s.database()}, s.checkNames(in, true)
}

type listTablesOutput struct {
	TableMetadataList []tableMetadata
	NextToken         string `json:",omitempty"`
}

type tableMetadata struct {
	Name          string
	CreateTime    awsjson.Time
	TableType     string
	Columns       []metadataColumn
	PartitionKeys []metadataColumn
	Parameters    map[string]string
}

type metadataColumn struct {
	Name    string
	Type    string
	Comment string `json:",omitempty"`
}

func (t hiveTable) metadata() tableMetadata {
	m := tableMetadata{
		Name: t.Name, TableType: t.kind(), CreateTime: awsjson.Time{Time: t.Created},
		Columns: []metadataColumn{}, PartitionKeys: []metadataColumn{},
		Parameters: t.parameters(),
	}
	if !t.isView() {
		m.Parameters["comment"], m.Parameters["location"] = t.Doc, t.Location
	}
	for _, c := range t.Columns {
		m.Columns = append(m.Columns, metadataColumn(c))
	}
	for _, c := range t.Partitions {
		m.PartitionKeys = append(m.PartitionKeys, metadataColumn(c))
	}
	return m
}

// listTableMetadata lists tables, those that an expression takes: a regular expression that matches their whole names.
func (s *Service) listTableMetadata(ctx context.Context, in *metadataInput) (*listTablesOutput, error) {
	size, err := pageSize(in.MaxResults, maxBatch)
	if err == nil {
		err = s.checkNames(in, true)
	}
	if err != nil {
		return nil, err
	}
	all, err := s.tables(ctx)
	if err != nil {
		return nil, err
	}
	if all, err = taken(all, in.Expression); err != nil {
		return nil, err
	}
	all, next, err := page(s, "tables/"+in.Expression, all, func(t hiveTable) string { return t.Name }, in.NextToken, size)
	out := &listTablesOutput{TableMetadataList: []tableMetadata{}, NextToken: next}
	for _, t := range all {
		out.TableMetadataList = append(out.TableMetadataList, t.metadata())
	}
	return out, err
}

func taken(all []hiveTable, expression string) ([]hiveTable, error) {
	if expression == "" {
		return all, nil
	}
	if err := checkLength("expression", expression, 0, 256); err != nil {
		return nil, err
	}
	pattern, err := regexp.Compile("^(?:" + expression + ")$")
	if err != nil {
		return nil, invalid("the expression %s is not a regular expression: %v", expression, err)
	}
	var out []hiveTable
	for _, t := range all {
		if pattern.MatchString(t.Name) {
			out = append(out, t)
		}
	}
	return out, nil
}

type getTableOutput struct{ TableMetadata tableMetadata }

func (s *Service) getTableMetadata(ctx context.Context, in *metadataInput) (*getTableOutput, error) {
	if err := s.checkNames(in, true); err != nil {
		return nil, err
	}
	t, err := s.table(ctx, strings.ToLower(in.TableName))
	var f *Failure
	if errors.As(err, &f) {
		return nil, metadata("EntityNotFoundException: Table %s not found.", in.TableName)
	}
	return &getTableOutput{t.metadata()}, err
}
