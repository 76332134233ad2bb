package trinosql

import (
	"slices"
	"strings"
)

// Listed is a table or a view, as information_schema describes it.
type Listed struct {
	Name    string
	Query   string // of a view
	Columns []ListedColumn
}

// ListedColumn is a column of a table or a view.
type ListedColumn struct {
	Name    string
	Type    string // Trino's
	Comment string
	Key     bool // it divides the table
}

// informationName is the schema that describes the others and itself, by tables as Trino has them:
// https://trino.io/docs/435/sql/show-columns.html, InformationSchemaTable in Trino's source.
const informationName = "information_schema"

// informationTable is one of its tables: a query of DuckDB's that spells its rows out.
type informationTable struct {
	name    string
	columns []string
	hidden  []string // more columns, which * leaves out
	query   func(t *translator) string
}

// all are the columns with those that are hidden.
func (i informationTable) all() []string { return slices.Concat(i.columns, i.hidden) }

func informationTables() []informationTable {
	return []informationTable{
		{"columns", strings.Fields(`table_catalog table_schema table_name column_name ordinal_position column_default is_nullable data_type`),
			strings.Fields(`comment extra_info column_comment`), (*translator).columnQuery},
		texts(`schemata`, `catalog_name schema_name`, (*translator).schemaRows),
		texts(`tables`, `table_catalog table_schema table_name table_type`, (*translator).tableRows),
		texts(`views`, `table_catalog table_schema table_name view_definition`, (*translator).viewRows),
	}
}

// texts is a table whose cells are texts.
func texts(name, columns string, rows func(t *translator) [][]string) informationTable {
	names := strings.Fields(columns)
	return informationTable{name, names, nil, func(t *translator) string { return t.spelled(names, rows(t)) }}
}

// notInformation are tables that Trino has there too. What they say depends on who is allowed what, which is not known here.
var notInformation = strings.Fields(`applicable_roles enabled_roles roles table_privileges`)

// typeOf is the type of one of its columns.
func (i informationTable) typeOf(name string) typ {
	if name == "ordinal_position" {
		return tBigint
	}
	return tVarchar
}

// information is a table of information_schema.
func (t *translator) information(r *table, a *aliased) (string, []column, error) {
	called := r.parts[len(r.parts)-1]
	key := strings.ToLower(called)
	all := informationTables()
	at := slices.IndexFunc(all, func(i informationTable) bool { return i.name == key })
	switch {
	case slices.Contains(notInformation, key):
		return "", nil, refuse(int(r.pos), informationName+"."+key)
	case at < 0:
		return "", nil, fail(int(r.pos), TableNotFound, "Table '%s.%s.%s' does not exist", strings.ToLower(t.options.Catalog), informationName, key)
	}
	of := all[at]
	var columns []column
	for i, name := range of.all() {
		columns = append(columns, column{name: name, typ: of.typeOf(name), hidden: i >= len(of.columns), database: informationName})
	}
	if a != nil {
		called = a.alias
	}
	alias := t.unique(called)
	out, list, err := t.under(alias, called, columns, a, true)
	return "(" + of.query(t) + ") AS " + ident(alias) + list, out, err
}

// spelled is a query that gives rows of texts.
func (t *translator) spelled(columns []string, rows [][]string) string {
	names, items, none := make([]string, len(columns)), make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i], none[i] = ident(c), "NULL"
		items[i] = castTo(names[i], tVarchar) + " AS " + names[i]
	}
	condition := ""
	if len(rows) == 0 { // which VALUES cannot be without
		rows, condition = [][]string{none}, " WHERE false"
	}
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = "(" + strings.Join(r, ", ") + ")"
	}
	return "SELECT " + strings.Join(items, ", ") + " FROM (VALUES " + strings.Join(lines, ", ") + ") AS " + ident(t.unique("_")) +
		" (" + strings.Join(names, ", ") + ")" + condition
}

// inCatalog are the literals that begin most rows, and others.
func (t *translator) inCatalog(schema string, cells ...string) []string {
	return append([]string{quote(strings.ToLower(t.options.Catalog)), quote(schema)}, cells...)
}

func (t *translator) schemaRows() [][]string {
	return [][]string{t.inCatalog(informationName), t.inCatalog(t.options.Database)}
}

func (t *translator) tableRows() (rows [][]string) {
	for _, i := range informationTables() {
		rows = append(rows, t.inCatalog(informationName, quote(i.name), quote("BASE TABLE")))
	}
	for _, l := range t.schema.Tables() {
		kind := "BASE TABLE"
		if l.Query != "" {
			kind = "VIEW"
		}
		rows = append(rows, t.inCatalog(t.options.Database, quote(l.Name), quote(kind)))
	}
	return rows
}

func (t *translator) viewRows() (rows [][]string) {
	for _, l := range t.schema.Tables() {
		if l.Query != "" {
			rows = append(rows, t.inCatalog(t.options.Database, quote(l.Name), quote(l.Query)))
		}
	}
	return rows
}

// divider divides texts that are spelled out as one: a lake has thousands of columns, and DuckDB reads few long literals sooner
// than many short ones.
const divider = "\x1f"

// columnQuery gives a row for each column of each table.
func (t *translator) columnQuery() string {
	var tables []string
	add := func(schema, table string, columns []ListedColumn) {
		var parts [4][]string // names, types, comments, and what else is known
		for _, c := range columns {
			extra := ""
			if c.Key {
				extra = "partition key"
			}
			for i, p := range []string{c.Name, c.Type, c.Comment, extra} {
				parts[i] = append(parts[i], strings.ReplaceAll(p, divider, " "))
			}
		}
		cells := []string{quote(schema), quote(table)}
		for _, p := range parts {
			cells = append(cells, quote(strings.Join(p, divider)))
		}
		tables = append(tables, "("+strings.Join(cells, ", ")+")")
	}
	for _, i := range informationTables() {
		var columns []ListedColumn
		for _, name := range i.columns {
			columns = append(columns, ListedColumn{Name: name, Type: i.typeOf(name).String()})
		}
		add(informationName, i.name, columns)
	}
	for _, l := range t.schema.Tables() {
		add(t.options.Database, l.Name, l.Columns)
	}
	split := func(cell string) string { return "unnest(string_split(" + cell + ", " + quote(divider) + "))" }
	items := []string{
		quote(strings.ToLower(t.options.Catalog)), "s", "t", split("n"), "unnest(range(1, len(string_split(n, " + quote(divider) + ")) + 1))",
		castTo("NULL", tVarchar), quote("YES"), split("y"), "nullif(" + split("c") + ", '')", "nullif(" + split("k") + ", '')", "nullif(" + split("c") + ", '')",
	}
	for i, name := range informationTables()[0].all() {
		items[i] += " AS " + ident(name)
	}
	return "SELECT " + strings.Join(items, ", ") + " FROM (VALUES " + strings.Join(tables, ", ") + ") AS " + ident(t.unique("_")) + " (s, t, n, y, c, k)"
}
