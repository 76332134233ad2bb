package trinosql

import (
	"strings"

	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// from writes FROM, and puts the columns into the scope.
func (t *translator) from(relations []relation, s *scope) (string, error) {
	if len(relations) == 0 {
		return "", nil
	}
	text := " FROM "
	for i, r := range relations {
		if i > 0 {
			text += " CROSS JOIN "
		}
		sql, columns, err := t.relation(r, s)
		if err != nil {
			return "", err
		}
		text += sql
		s.columns = append(s.columns, columns...)
	}
	return text, nil
}

// relation writes one relation. The scope has the columns that stand left of it, which UNNEST may name.
func (t *translator) relation(r relation, s *scope) (string, []column, error) {
	switch r := r.(type) {
	case *table:
		return t.table(r, s, nil)
	case *derived:
		return t.derived(r, s, nil)
	case *unnest:
		return t.unnest(r, s, nil)
	case *join:
		return t.join(r, s)
	case *aliased:
		switch of := r.of.(type) {
		case *table:
			return t.table(of, s, r)
		case *derived:
			return t.derived(of, s, r)
		case *unnest:
			return t.unnest(of, s, r)
		}
		return "", nil, refuse(int(r.pos), "an alias for a join in brackets")
	}
	return "", nil, refuse(r.at(), "this relation")
}

// table is a common table expression or a table of the database.
func (t *translator) table(r *table, s *scope, a *aliased) (string, []column, error) {
	n := r.parts[len(r.parts)-1]
	if len(r.parts) == 1 {
		if of, called := s.common(n); of != nil {
			return t.named(ident(called), t.referred(of), n, a)
		}
	}
	if err := t.qualifies(r); err != nil {
		return "", nil, err
	}
	if len(r.parts) > 1 && sameName(r.parts[len(r.parts)-2], informationName) {
		return t.information(r, a)
	}
	key := strings.ToLower(n)
	if query, is := t.schema.View(key); is {
		return t.view(r, key, query, a)
	}
	listed, ok := t.schema.Columns(key)
	if !ok {
		e := fail(int(r.pos), TableNotFound, "Table '%s' does not exist", t.fullName(key))
		e.Table = key
		return "", nil, e
	}
	columns := make([]column, len(listed))
	scanned := &scan{table: key}
	t.scans = append(t.scans, scanned)
	for i, c := range listed {
		of, err := parseType(c.Type)
		if err != nil {
			return "", nil, refuse(int(r.pos), "the table "+key+" with its column "+c.Name+" of the type "+c.Type)
		}
		columns[i] = column{
			name: c.Name, sql: ident(c.Name), typ: of, hidden: strings.HasPrefix(c.Name, "$"), database: t.options.Database,
		}
		if c.Name == dayColumn || c.Name == dialect.PathColumn {
			columns[i].origins = []origin{{scan: scanned, path: c.Name != dayColumn}}
		}
	}
	return t.named(ident(key), columns, n, a)
}

// view is a query that the schema names.
func (t *translator) view(r *table, name, query string, a *aliased) (string, []column, error) {
	if t.inView {
		return "", nil, refuse(int(r.pos), "the view "+name+" in a view")
	}
	p, err := newParser(query)
	if err != nil {
		return "", nil, refuseFor(int(r.pos), "the view "+name, "%s", reasonOf(err))
	}
	q, err := p.statement()
	if err != nil {
		return "", nil, refuseFor(int(r.pos), "the view "+name, "%s", reasonOf(err))
	}
	t.inView = true
	defer func() { t.inView = false }()
	inner, err := t.query(q, nil)
	if err != nil {
		return "", nil, refuseFor(int(r.pos), "the view "+name, "%s", reasonOf(err))
	}
	called := r.parts[len(r.parts)-1]
	if a != nil {
		called = a.alias
	}
	for i := range inner.columns {
		inner.columns[i].database = t.options.Database
	}
	alias := t.unique(called)
	out, list, err := t.under(alias, called, inner.columns, a, true)
	return "(" + inner.sql + ") AS " + ident(alias) + list, out, err
}

// qualifies checks what stands before a table's name.
func (t *translator) qualifies(r *table) error {
	at := int(r.pos)
	switch n := len(r.parts); {
	case n > 3:
		return fail(at, SyntaxError, "Too many dots in table name: %s", strings.Join(r.parts, "."))
	case n == 3 && !sameName(r.parts[0], t.options.Catalog):
		return fail(at, CatalogNotFound, "Catalog '%s' does not exist", strings.ToLower(r.parts[0]))
	case n > 1 && !sameName(r.parts[n-2], t.options.Database) && !sameName(r.parts[n-2], informationName):
		return fail(at, SchemaNotFound, "Schema '%s' does not exist", strings.ToLower(r.parts[n-2]))
	}
	return nil
}

func (t *translator) fullName(table string) string {
	parts := []string{}
	for _, p := range []string{t.options.Catalog, t.options.Database, table} {
		if p != "" {
			parts = append(parts, strings.ToLower(p))
		}
	}
	return strings.Join(parts, ".")
}

func parseType(text string) (typ, error) {
	p, err := newParser(text)
	if err != nil {
		return typ{}, err
	}
	of, err := p.typeOf()
	if err == nil && p.peek().kind != endToken {
		err = p.mismatch("<EOF>")
	}
	return of, err
}

// named is a table under an alias.
func (t *translator) named(sql string, columns []column, called string, a *aliased) (string, []column, error) {
	if a != nil {
		called = a.alias
	}
	alias := t.unique(called)
	out, list, err := t.under(alias, called, columns, a, false)
	if err != nil {
		return "", nil, err
	}
	return sql + " AS " + ident(alias) + list, out, nil
}

// under gives the columns of a relation under its alias, and the list of their names where they are renamed.
func (t *translator) under(alias, called string, columns []column, a *aliased, query bool) ([]column, string, error) {
	var aliases []string
	visible := columns
	if a != nil && a.columns != nil {
		aliases = a.columns
		visible = nil
		for _, c := range columns {
			if !c.hidden {
				visible = append(visible, c)
			}
		}
		if len(aliases) != len(visible) {
			return nil, "", fail(int(a.pos), TypeMismatch, "Column alias list has %d entries but '%s' has %d columns available",
				len(aliases), called, len(visible))
		}
	}
	out := make([]column, len(visible))
	names := rename(visible, aliases)
	for i, c := range visible {
		c.relation, c.simple = called, true
		if aliases != nil {
			c.name, c.database = aliases[i], ""
		}
		if a != nil {
			c.database = ""
		}
		c.sql = ident(alias) + "." + ident(names[i])
		if !query && aliases == nil {
			c.sql = ident(alias) + "." + visible[i].sql
		}
		out[i] = c
	}
	if aliases == nil {
		return out, "", nil
	}
	return out, columnList(visible, names), nil
}

// derived is a query in FROM.
func (t *translator) derived(r *derived, s *scope, a *aliased) (string, []column, error) {
	called := ""
	if a != nil {
		called = a.alias
	}
	inner, err := t.query(r.query, s.around())
	if err != nil {
		return "", nil, err
	}
	alias := t.unique(called)
	out, list, err := t.under(alias, called, inner.columns, a, true)
	if err != nil {
		return "", nil, err
	}
	return "(" + inner.sql + ") AS " + ident(alias) + list, out, nil
}

// around is the scope without its own columns, which a query in FROM does not see.
func (s *scope) around() *scope { return s.parent }

// join writes both sides and the condition. The condition sees both.
func (t *translator) join(j *join, s *scope) (string, []column, error) {
	left, leftColumns, err := t.relation(j.left, s)
	if err != nil {
		return "", nil, err
	}
	seen := &scope{parent: s.parent, columns: append(append([]column{}, s.columns...), leftColumns...), windows: s.windows}
	right, rightColumns, err := t.relation(j.right, seen)
	if err != nil {
		return "", nil, err
	}
	if j.kind == "CROSS" {
		return left + " CROSS JOIN " + right, append(leftColumns, rightColumns...), nil
	}
	both := append(append([]column{}, leftColumns...), rightColumns...)
	condition, columns := "", both
	if j.using != nil {
		condition, columns, err = t.using(j, leftColumns, rightColumns)
	} else {
		e := env{t: t, scope: &scope{parent: s.parent, columns: both}, clause: "JOIN clause"}
		var v value
		v, err = e.condition(j.on, "JOIN ON clause")
		condition = v.sql
		if err == nil && j.kind == "INNER" {
			e.bounds(j.on)
		}
	}
	if err != nil {
		return "", nil, err
	}
	if _, isJoin := j.right.(*join); isJoin {
		right = "(" + right + ")"
	}
	return left + " " + j.kind + " JOIN " + right + " ON " + condition, columns, nil
}

// using joins by columns of the same name, of which there is then one.
func (t *translator) using(j *join, left, right []column) (string, []column, error) {
	var conditions []string
	var merged []column
	taken := map[string]bool{}
	for _, n := range j.using {
		a, err := (&scope{columns: left}).match(j.usingPos, []string{n})
		if err != nil {
			return "", nil, err
		}
		b, err := (&scope{columns: right}).match(j.usingPos, []string{n})
		if err != nil {
			return "", nil, err
		}
		if a == nil || b == nil {
			side := map[bool]string{true: "left", false: "right"}[a == nil]
			return "", nil, fail(j.usingPos, ColumnNotFound, "Column '%s' is missing from %s side of join", n, side)
		}
		e := env{t: t, scope: &scope{}}
		x, y := value{sql: a.sql, typ: a.typ, simple: true}, value{sql: b.sql, typ: b.typ, simple: true}
		equal, err := e.compare(j.usingPos, "=", x, y)
		if err != nil {
			return "", nil, err
		}
		of, _ := common(a.typ, b.typ)
		both := "coalesce(" + e.coerce(x, of).sql + ", " + e.coerce(y, of).sql + ")"
		conditions = append(conditions, equal.sql)
		merged = append(merged, column{name: n, sql: both, typ: of, merged: true})
		taken[strings.ToLower(n)] = true
	}
	for _, side := range [][]column{left, right} {
		for _, c := range side {
			if !taken[strings.ToLower(c.name)] {
				merged = append(merged, c)
			}
		}
	}
	return strings.Join(conditions, " AND "), merged, nil
}
