package trinosql

import (
	"strings"
)

// unnest writes UNNEST as a query over the columns left of it: a column for each array, two for each map.
func (t *translator) unnest(u *unnest, s *scope, a *aliased) (string, []column, error) {
	e := env{t: t, scope: s, clause: "UNNEST"}
	var texts, lengths []string
	var columns []column
	inner := ident(t.unique("_"))
	var outer []string
	add := func(list string, of typ, n string) {
		key := "u" + itoa(len(texts))
		texts = append(texts, "unnest("+list+") AS "+ident(key))
		lengths = append(lengths, "coalesce(len("+list+"), 0)")
		outer = append(outer, inner+"."+ident(key))
		columns = append(columns, column{at: u.pos, name: n, typ: of})
	}
	for _, x := range u.args {
		v, err := e.expr(x)
		if err != nil {
			return "", nil, err
		}
		switch v.typ.name {
		case "array":
			if of := v.typ.args[0]; of.name == "row" {
				texts = append(texts, "unnest("+v.sql+") AS "+ident("u"+itoa(len(texts))))
				lengths = append(lengths, "coalesce(len("+v.sql+"), 0)")
				for i, f := range of.args {
					outer = append(outer, inner+"."+ident("u"+itoa(len(texts)-1))+"."+ident(rowField(i)))
					columns = append(columns, column{at: u.pos, name: of.fields[i], typ: f})
				}
				continue
			}
			add(v.sql, v.typ.args[0], "")
		case "map":
			add("map_keys("+v.sql+")", v.typ.args[0], "")
			add("map_values("+v.sql+")", v.typ.args[1], "")
		default:
			return "", nil, fail(x.at(), TypeMismatch, "Cannot unnest type: %s", v.typ)
		}
	}
	if u.ordinality {
		key := ident("u" + itoa(len(texts)))
		texts = append(texts, "unnest(range(1, "+greatest(lengths)+" + 1)) AS "+key)
		outer = append(outer, inner+"."+key)
		columns = append(columns, column{at: u.pos, typ: tBigint})
	}
	return t.unnested(a, "SELECT "+strings.Join(texts, ", "), inner, outer, columns)
}

func greatest(texts []string) string {
	if len(texts) == 1 {
		return texts[0]
	}
	return "greatest(" + strings.Join(texts, ", ") + ")"
}

func (t *translator) unnested(a *aliased, sql, inner string, outer []string, columns []column) (string, []column, error) {
	called := ""
	if a != nil {
		called = a.alias
	}
	for i, n := range outputs(columns) {
		outer[i] += " AS " + ident(n)
	}
	alias := t.unique(called)
	out, list, err := t.under(alias, called, columns, a, true)
	if err != nil {
		return "", nil, err
	}
	return "LATERAL (SELECT " + strings.Join(outer, ", ") + " FROM (" + sql + ") AS " + inner + ") AS " + ident(alias) + list, out, nil
}
