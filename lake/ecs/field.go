// Package ecs holds what every other package speaks of: the fields of the Elastic Common Schema, the columns
// that they become, and batches of rows in those columns. It imports nothing of ours.
//
// Fields are named as ECS names them: https://www.elastic.co/docs/reference/ecs/ecs-field-reference
package ecs

import (
	"fmt"
	"strings"
)

// Type is the type of a column. There are six, each the same in Athena, DuckDB and Parquet.
type Type uint8

const (
	String  Type = iota // UTF-8 text
	Int                 // 64-bit signed integer
	Float               // 64-bit floating point
	Bool                // true or false
	Time                // milliseconds since 1970 in UTC
	Strings             // a list of texts
)

var typeNames = [...]struct{ name, athena, duckdb string }{
	String:  {"string", "string", "VARCHAR"},
	Int:     {"bigint", "bigint", "BIGINT"},
	Float:   {"double", "double", "DOUBLE"},
	Bool:    {"boolean", "boolean", "BOOLEAN"},
	Time:    {"timestamp", "timestamp", "TIMESTAMP"},
	Strings: {"array<string>", "array<string>", "VARCHAR[]"},
}

// String is the type's name in the catalog, which is Athena's.
func (t Type) String() string { return typeNames[t].name }

// Athena is the type's name in Athena's and Glue's DDL.
func (t Type) Athena() string { return typeNames[t].athena }

// DuckDB is the type's name in DuckDB.
func (t Type) DuckDB() string { return typeNames[t].duckdb }

// ParseType is the inverse of [Type.String].
func ParseType(name string) (Type, error) {
	for t, n := range typeNames {
		if n.name == name {
			return Type(t), nil
		}
	}
	return 0, fmt.Errorf("unknown column type %q", name)
}

// Kind is a kind of indicator: what an analyst can ask for.
type Kind string

const (
	IP        Kind = "ip"
	Instance  Kind = "instance"
	User      Kind = "user"
	AccessKey Kind = "access-key"
	Account   Kind = "account"
	ARN       Kind = "arn"
	Domain    Kind = "domain"
	Hash      Kind = "hash"
)

// Kinds lists the kinds of indicator in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{IP, Instance, User, AccessKey, Account, ARN, Domain, Hash}
}

// Field is an ECS field, or a vendor's field under a name of its own.
type Field struct {
	Name    string // as ECS writes it: source.ip
	Type    Type
	JSON    bool   // a String whose text is a JSON value
	IP      bool   // a String that is an address in its canonical form
	Small   bool   // a Strings whose items are kept in small letters, so that they are found however a log writes them
	Unique  bool   // nearly every row has a value of its own, so that a dictionary would not pay
	Place   bool   // made from the record's place, which nobody looks for by its text
	Kind    Kind   // the kind of indicator that the field holds, if any
	Related string // the related.* list that also receives the field's values, if any
	Doc     string
}

// Column is the name of the field's column: the field's name without '@', with dots as underscores, in lower case.
func (f Field) Column() string { return ColumnName(f.Name) }

// ColumnName is the column's name for a field's name.
func ColumnName(field string) string { return strings.ToLower(columnName.Replace(field)) }

var columnName = strings.NewReplacer("@", "", ".", "_", "-", "_")

// Schema is the ordered fields of a table.
type Schema struct {
	fields []Field
	byName map[string]int
}

// NewSchema makes a schema; a name or column that stands twice is an error.
func NewSchema(fields ...Field) (*Schema, error) {
	s := &Schema{fields: fields, byName: make(map[string]int, len(fields))}
	columns := make(map[string]string, len(fields))
	for i, f := range fields {
		if other, taken := columns[f.Column()]; taken {
			return nil, fmt.Errorf("fields %s and %s would share the column %s", other, f.Name, f.Column())
		}
		columns[f.Column()] = f.Name
		s.byName[f.Name] = i
	}
	return s, s.nests()
}

// nests makes sure that the fields fit into one nested document: none stands where another has names below it.
func (s *Schema) nests() error {
	for _, f := range s.fields {
		for i := range len(f.Name) {
			if f.Name[i] != '.' {
				continue
			}
			if _, taken := s.byName[f.Name[:i]]; taken {
				return fmt.Errorf("field %s is below %s, which holds a value itself", f.Name, f.Name[:i])
			}
		}
	}
	return nil
}

// Keep is the schema of some of the fields, in their order.
func (s *Schema) Keep(keep func(Field) bool) *Schema {
	kept := &Schema{byName: make(map[string]int, len(s.fields))}
	for _, f := range s.fields {
		if keep(f) {
			kept.byName[f.Name] = len(kept.fields)
			kept.fields = append(kept.fields, f)
		}
	}
	return kept
}

// Fields are the schema's fields in the order of their columns.
func (s *Schema) Fields() []Field { return s.fields }

// Len is the number of columns.
func (s *Schema) Len() int { return len(s.fields) }

// Col is the position of a field's column, or -1.
func (s *Schema) Col(name string) int {
	if i, ok := s.byName[name]; ok {
		return i
	}
	return -1
}
