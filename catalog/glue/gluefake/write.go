package gluefake

import (
	"context"
	"strconv"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

type databaseInput struct {
	Name, Description, LocationUri string //nolint:revive,staticcheck // Glue's name
	Parameters                     map[string]string
}

func (s *Server) createDatabase(_ context.Context, in *struct{ DatabaseInput databaseInput }) (*struct{}, error) {
	d := in.DatabaseInput
	if err := checkName("databaseInput.name", d.Name); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name := fold(d.Name)
	if s.databases[name] != nil {
		return nil, exists("Database", name)
	}
	s.databases[name] = &database{tables: map[string]*table{}, Database: Database{Name: name, Description: d.Description,
		LocationUri: d.LocationUri, Parameters: d.Parameters, CreateTime: s.stamp(), CatalogId: Account}}
	return &struct{}{}, nil
}

func (s *Server) deleteDatabase(_ context.Context, in *struct{ Name string }) (*struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.databases[fold(in.Name)] == nil {
		return nil, notFound("Database", in.Name)
	}
	delete(s.databases, fold(in.Name))
	return &struct{}{}, nil
}

// database is a database by its name, with the lock held.
func (s *Server) database(name string) (*database, error) {
	if d := s.databases[fold(name)]; d != nil {
		return d, nil
	}
	return nil, notFound("Database", name)
}

// table is a table by its name, with the lock held.
func (s *Server) table(databaseName, name string) (*table, error) {
	d, err := s.database(databaseName)
	if err != nil {
		return nil, err
	}
	if t := d.tables[fold(name)]; t != nil {
		return t, nil
	}
	return nil, notFound("Table", name)
}

func (s *Server) createTable(_ context.Context, in *struct {
	DatabaseName string
	TableInput   *TableInput
}) (*struct{}, error) {
	if err := checkTable(in.TableInput); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.database(in.DatabaseName)
	if err != nil {
		return nil, err
	}
	name := fold(in.TableInput.Name)
	if d.tables[name] != nil {
		return nil, exists("Table", name)
	}
	t := &table{partitions: map[string]Partition{}, Table: Table{TableInput: *in.TableInput, DatabaseName: d.Name, CatalogId: Account}}
	t.Name, t.CreateTime, t.UpdateTime, t.VersionId = name, s.stamp(), s.stamp(), "0"
	d.tables[name] = t
	return &struct{}{}, nil
}

func (s *Server) updateTable(_ context.Context, in *struct {
	DatabaseName string
	TableInput   *TableInput
	SkipArchive  bool
	VersionId    string //nolint:revive,staticcheck // Glue's name
}) (*struct{}, error) {
	if err := checkTable(in.TableInput); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.table(in.DatabaseName, in.TableInput.Name)
	if err != nil {
		return nil, err
	}
	if in.VersionId != "" && in.VersionId != t.VersionId {
		return nil, awsjson.Errorf("ConcurrentModificationException", "Update table failed due to concurrent modifications.")
	}
	if len(t.partitions) > 0 && !sameKeys(t.PartitionKeys, in.TableInput.PartitionKeys) {
		return nil, invalid("Partition keys of a table with partitions cannot be changed.")
	}
	if !in.SkipArchive {
		t.archived++
	}
	t.version++
	t.TableInput, t.UpdateTime, t.VersionId = *in.TableInput, s.stamp(), strconv.Itoa(t.version)
	t.Name = fold(t.Name)
	return &struct{}{}, nil
}

func sameKeys(a, b []Column) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Type != b[i].Type {
			return false
		}
	}
	return true
}

func (s *Server) deleteTable(_ context.Context, in *struct{ DatabaseName, Name string }) (*struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.table(in.DatabaseName, in.Name)
	if err != nil {
		return nil, err
	}
	delete(s.databases[t.DatabaseName].tables, t.Name)
	return &struct{}{}, nil
}
