package catalog

import (
	"fmt"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Column is a column of a table.
type Column struct {
	Name string   // as SQL says it: source_ip
	ECS  string   // the field it holds: source.ip
	Type ecs.Type // never changes
	Doc  string
	Kind ecs.Kind // the kind of indicator it holds, if any
	JSON bool     // a string whose text is a JSON value
}

// Table is a source's events. The partition key day is not among its columns.
type Table struct {
	Name      string
	Doc       string
	Columns   []Column
	CreatedAt time.Time // set by the store
	UpdatedAt time.Time // set by the store when columns or their descriptions change
}

// DayColumn is the partition key of every table, a string like 2026-01-31.
const DayColumn = "day"

// TableOf describes the table that holds rows of the schema.
func TableOf(name, doc string, schema *ecs.Schema) Table {
	t := Table{Name: name, Doc: doc}
	for _, f := range schema.Fields() {
		t.Columns = append(t.Columns, Column{
			Name: f.Column(), ECS: f.Name, Type: f.Type, Doc: f.Doc, Kind: f.Kind, JSON: f.JSON,
		})
	}
	return t
}

// Validate checks the names that SQL statements will be made of.
func (t Table) Validate() error {
	if !validName(t.Name) {
		return fmt.Errorf("table %q: %w", t.Name, ErrBadName)
	}
	taken := make(map[string]bool, len(t.Columns))
	for _, c := range t.Columns {
		switch {
		case !validName(c.Name):
			return fmt.Errorf("table %s: column %q: %w", t.Name, c.Name, ErrBadName)
		case c.Name == DayColumn:
			return fmt.Errorf("table %s: column %s is the partition key: %w", t.Name, c.Name, ErrBadName)
		case taken[c.Name]:
			return fmt.Errorf("table %s: column %s stands twice: %w", t.Name, c.Name, ErrBadName)
		}
		taken[c.Name] = true
	}
	return nil
}

// Evolve is the table as it stands with the columns of want: those it has keep their place and type, new ones follow
// at the end, and those that want lacks stay. Descriptions are taken from want.
func (t Table) Evolve(want Table) (Table, error) {
	out := t
	out.Doc = want.Doc
	out.Columns = append([]Column(nil), t.Columns...)
	at := make(map[string]int, len(t.Columns))
	for i, c := range t.Columns {
		at[c.Name] = i
	}
	for _, c := range want.Columns {
		i, known := at[c.Name]
		switch {
		case !known:
			out.Columns = append(out.Columns, c)
		case out.Columns[i].Type != c.Type:
			return Table{}, fmt.Errorf("table %s: column %s is %s and cannot become %s: %w",
				t.Name, c.Name, out.Columns[i].Type, c.Type, ErrTypeChanged)
		default:
			out.Columns[i] = c
		}
	}
	return out, nil
}

// validName tells whether a name can stand in SQL of Athena, DuckDB and Glue alike without surprises.
func validName(s string) bool {
	if s == "" || len(s) > 255 || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}
