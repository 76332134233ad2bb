package trinosql

import "strings"

// typeOf is known before anything is computed. The value is computed all the same: it may end the statement.
func typeOf(e env, c *call) (value, error) {
	e.truth = false
	args, err := e.arguments(c, 1, 1)
	if err != nil {
		return value{}, err
	}
	name := args[0].typ.String()
	if strings.Contains(name, "varchar") && !e.knowsLength(c.args[0]) {
		return value{}, refuse(int(c.pos), "typeof of a computed text, of whose length Trino has a guess,")
	}
	return made(tVarchar, "([", quote(name), ", CAST(", args[0].sql, " AS VARCHAR)])[1]"), nil
}

// knowsLength tells whether the length that texts of the expression may have is known: of constants, casts and tables' columns.
func (e env) knowsLength(x expr) bool {
	switch x := x.(type) {
	case *cast:
		return true
	case *literal:
		return x.kind == stringLiteral && x.text != "" // whose length is 0, which here means that there is no bound
	}
	names := parts(x)
	if names == nil || e.output(names) != nil {
		return false
	}
	c, _, _, err := e.scope.lookup(x.at(), names)
	return err == nil && c.database != ""
}
