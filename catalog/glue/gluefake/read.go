package gluefake

import (
	"cmp"
	"context"
	"hash/fnv"
	"regexp"
	"slices"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// Databases are all databases.
func (s *Server) Databases(context.Context) (all []Database, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.databases {
		all = append(all, d.Database)
	}
	return all, nil
}

// Tables are the tables of a database.
func (s *Server) Tables(_ context.Context, databaseName string) (all []Table, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.database(databaseName)
	if err != nil {
		return nil, err
	}
	for _, t := range d.tables {
		all = append(all, t.Table)
	}
	return all, nil
}

// Partitions are the partitions of a table.
func (s *Server) Partitions(_ context.Context, databaseName, tableName string) (all []Partition, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.table(databaseName, tableName)
	if err != nil {
		return nil, err
	}
	for _, p := range t.partitions {
		all = append(all, p)
	}
	return all, nil
}

// reads answers the calls that read.
type reads struct {
	*Server
	page int
}

func readOperations(server *Server, page int) map[string]awsjson.Operation {
	s := reads{server, page}
	return map[string]awsjson.Operation{
		"GetDatabase":       awsjson.Op(s.getDatabase),
		"GetDatabases":      awsjson.Op(s.getDatabases),
		"GetTable":          awsjson.Op(s.getTable),
		"GetTables":         awsjson.Op(s.getTables),
		"GetPartition":      awsjson.Op(s.getPartition),
		"GetPartitions":     awsjson.Op(s.getPartitions),
		"BatchGetPartition": awsjson.Op(s.batchGet),
	}
}

func (s reads) getDatabase(ctx context.Context, in *struct{ Name string }) (*struct{ Database Database }, error) {
	all, err := s.Databases(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if d.Name == fold(in.Name) {
			return &struct{ Database Database }{d}, nil
		}
	}
	return nil, notFound("Database", in.Name)
}

type databaseList struct {
	DatabaseList []Database
	NextToken    string `json:",omitempty"`
}

func (s reads) getDatabases(ctx context.Context, in *paging) (*databaseList, error) {
	all, err := s.Databases(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b Database) int { return cmp.Compare(a.Name, b.Name) })
	page, next, err := pageOf(all, *in, s.page, 100, "databases")
	return &databaseList{page, next}, err
}

func (s reads) find(ctx context.Context, database, name string) (Table, error) {
	if err := checkName("name", name); err != nil {
		return Table{}, err
	}
	all, err := s.Tables(ctx, database)
	if err != nil {
		return Table{}, err
	}
	for _, t := range all {
		if t.Name == fold(name) {
			return t, nil
		}
	}
	return Table{}, notFound("Table", name)
}

func (s reads) getTable(ctx context.Context, in *struct{ DatabaseName, Name string }) (*struct{ Table Table }, error) {
	t, err := s.find(ctx, in.DatabaseName, in.Name)
	return &struct{ Table Table }{t}, err
}

type tableList struct {
	TableList []Table
	NextToken string `json:",omitempty"`
}

func (s reads) getTables(ctx context.Context, in *struct {
	DatabaseName, Expression string
	paging
}) (*tableList, error) {
	all, err := s.Tables(ctx, in.DatabaseName)
	if err != nil {
		return nil, err
	}
	if in.Expression != "" {
		if len(in.Expression) > maxExpression {
			return nil, violation("expression", "have length less than or equal to 2048")
		}
		pattern, err := regexp.Compile("^(?:" + in.Expression + ")$")
		if err != nil {
			return nil, invalid("Expression: %v", err)
		}
		all = slices.DeleteFunc(all, func(t Table) bool { return !pattern.MatchString(t.Name) })
	}
	slices.SortFunc(all, func(a, b Table) int { return cmp.Compare(a.Name, b.Name) })
	page, next, err := pageOf(all, in.paging, s.page, 100, "tables "+in.DatabaseName+" "+in.Expression)
	return &tableList{page, next}, err
}

// scatter sorts partitions in an order that nobody may rely on, the same at each call, and gives the place of each.
func scatter(values []string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(keyOf(values)))
	return h.Sum64()
}
