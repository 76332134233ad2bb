package trinosql

import (
	"strings"
)

// forms are the functions that look at their arguments themselves.
func forms() map[string]form {
	return map[string]form{
		"if": ifForm, "coalesce": coalesceForm, "nullif": nullIf, "try": tryForm, "greatest": extreme("greatest"),
		"least": extreme("least"), "format": formatForm, "mod": modulus, "typeof": typeOf, "zip": zipForm,
		"now": now, "current_timestamp": now, "current_date": now, "localtimestamp": now, "current_time": now, "localtime": now,
		"current_user": sessionName, "current_catalog": sessionName, "current_schema": sessionName,
		"any_match": matches(matchAny), "all_match": matches(matchAll), "none_match": matches(matchNone),
		"filter": filterForm, "transform": transformForm, "reduce": reduceForm, "zip_with": zipWith,
		"map_filter": mapFilter, "transform_values": transformMap(1), "transform_keys": transformMap(0),
		"regexp_like": regexpLike, "regexp_extract": regexpExtract, "regexp_extract_all": regexpExtractAll, "regexp_replace": regexpReplace,
		"regexp_split": regexpSplit, "regexp_count": regexpCount,
	}
}

// arguments translates as many arguments as the form takes.
func (e env) arguments(c *call, least, most int) ([]value, error) {
	if len(c.args) < least || len(c.args) > most {
		return nil, fail(int(c.pos), FunctionNotFound, "Unexpected parameters for function %s: %d", c.name, len(c.args))
	}
	return e.all(c.args)
}

func ifForm(e env, c *call) (value, error) {
	e.truth = false
	if len(c.args) < 2 || len(c.args) > 3 {
		return value{}, fail(int(c.pos), SyntaxError, "Invalid number of arguments for 'if' function")
	}
	out := &cases{pos: c.pos, when: []when{{c.args[0], c.args[1]}}}
	if len(c.args) == 3 {
		out.orElse = c.args[2]
	}
	return e.cases(out)
}

func coalesceForm(e env, c *call) (value, error) {
	e.truth = false
	if len(c.args) < 2 {
		return value{}, fail(int(c.pos), SyntaxError, "The 'coalesce' function must have at least two arguments")
	}
	args, err := e.all(c.args)
	if err != nil {
		return value{}, err
	}
	of, err := e.unify(c.args, args)
	if err != nil {
		return value{}, err
	}
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = e.operand(a, of).sql
	}
	return made(of, "coalesce(", strings.Join(texts, ", "), ")"), nil
}

func nullIf(e env, c *call) (value, error) {
	e.truth = false
	args, err := e.arguments(c, 2, 2)
	if err != nil {
		return value{}, err
	}
	equal, err := e.compare(int(c.pos), "=", args[0], args[1])
	if err != nil {
		return value{}, err
	}
	return made(args[0].typ, "(CASE WHEN ", equal.sql, " THEN NULL ELSE ", args[0].sql, " END)"), nil
}

// tryForm gives null for an error of the value, such as a division by zero.
func tryForm(e env, c *call) (value, error) {
	e.truth = false
	own := e.scope.query()
	before, queries := own.aggregates+own.overs, e.t.queries
	inner := e
	inner.trying = true
	args, err := inner.arguments(c, 1, 1)
	if err != nil {
		return value{}, err
	}
	if args[0].simple {
		return args[0], nil
	}
	switch {
	case e.t.queries != queries:
		return value{}, refuse(int(c.pos), "TRY of a subquery")
	case strings.Contains(args[0].sql, "random()"):
		return value{}, refuse(int(c.pos), "TRY of a random number")
	case own.aggregates+own.overs != before:
		return value{}, refuse(int(c.pos), "TRY of an aggregate or a window function")
	}
	return made(args[0].typ, "TRY(", args[0].sql, ")"), nil
}

// extreme is greatest or least: null when one of them is, which DuckDB leaves out.
func extreme(f string) form {
	return func(e env, c *call) (value, error) {
		e.truth = false
		args, err := e.arguments(c, 1, 127)
		if err != nil {
			return value{}, err
		}
		of, err := e.unify(c.args, args)
		if err != nil {
			return value{}, err
		}
		if err := orderable(of, int(c.pos)); err != nil {
			return value{}, err
		}
		for i := range args {
			args[i] = e.coerce(args[i], of)
		}
		if len(args) == 1 {
			return args[0], nil
		}
		return made(of, e.bind(args, func(bound []value) string {
			return "(CASE WHEN " + anyNull(bound) + " THEN NULL" + refusedNaN(f, of, bound) + " ELSE " + f + "(" + listed(bound) + ") END)"
		})), nil
	}
}

// refusedNaN ends the statement where a value is NaN, about whose place Trino's versions differ.
func refusedNaN(f string, of typ, values []value) string {
	text := ""
	for _, v := range values {
		if of.isFloat() && !v.finite {
			isNaN := "isnan(" + v.sql + ")"
			text += " WHEN " + isNaN + " THEN " + refusing(isNaN, f+" of NaN", of)
		}
	}
	return text
}

func sessionName(e env, c *call) (value, error) {
	switch c.name {
	case "current_catalog":
		return textValue(strings.ToLower(e.t.options.Catalog)), nil
	case "current_schema":
		return textValue(strings.ToLower(e.t.options.Database)), nil
	}
	return value{}, refuse(int(c.pos), strings.ToUpper(c.name))
}

// formatForm writes format() of a constant format: %s of anything, %d of integers.
func formatForm(e env, c *call) (value, error) {
	e.truth = false
	args, err := e.arguments(c, 1, 127)
	if err != nil {
		return value{}, err
	}
	if args[0].text == nil {
		return value{}, refuse(c.args[0].at(), "format with a format that is no constant")
	}
	pieces, err := formatPieces(c, *args[0].text)
	if err != nil {
		return value{}, err
	}
	var texts []string
	used := 1
	for _, p := range pieces {
		if p.verb == 0 {
			texts = append(texts, quote(p.text))
			continue
		}
		if used == len(args) {
			return value{}, fail(int(c.pos), InvalidArguments, "Invalid format string: %s", *args[0].text)
		}
		text, err := e.formatted(c, p, used, args[used])
		if err != nil {
			return value{}, err
		}
		texts = append(texts, text)
		used++
	}
	if len(texts) == 0 {
		return textValue(""), nil
	}
	return made(tVarchar, "(", strings.Join(texts, " || "), ")"), nil
}

// piece is a text, or a place for an argument.
type piece struct {
	text string
	verb byte
}

func formatPieces(c *call, format string) ([]piece, error) {
	var out []piece
	for format != "" {
		at := strings.IndexByte(format, '%')
		if at < 0 {
			return append(out, piece{text: format}), nil
		}
		if at > 0 {
			out = append(out, piece{text: format[:at]})
		}
		end := at + 1
		for end < len(format) && strings.IndexByte("0123456789.,+-# (<$", format[end]) >= 0 {
			end++
		}
		if end == len(format) {
			return nil, fail(int(c.pos), InvalidArguments, "Invalid format string: %s", format)
		}
		switch verb := format[end]; {
		case verb == '%' && end == at+1:
			out = append(out, piece{text: "%"})
		case verb == 'n' && end == at+1:
			out = append(out, piece{text: "\n"})
		default:
			out = append(out, piece{text: format[at : end+1], verb: verb})
		}
		format = format[end+1:]
	}
	return out, nil
}

func (e env) formatted(c *call, p piece, i int, v value) (string, error) {
	at := c.args[i].at()
	width := strings.TrimLeft(p.text[1:len(p.text)-1], "-0")
	for _, r := range width {
		if r < '0' || r > '9' {
			return "", refuse(int(c.pos), "format with "+p.text)
		}
	}
	switch {
	case p.verb == 's' && !v.typ.isNested() && !v.typ.isTime() && !v.typ.isFloat() && v.typ.name != "json" && v.typ.name != "varbinary":
		text, err := e.cast(at, v, tVarchar, false)
		if err != nil {
			return "", err
		}
		if p.text == "%s" {
			return "coalesce(" + text.sql + ", 'null')", nil
		}
	case p.verb == 'd' && v.typ.isInteger():
		if p.text == "%d" {
			return "coalesce(" + castTo(v.sql, tVarchar) + ", 'null')", nil
		}
		return "coalesce(printf(" + quote(p.text) + ", " + v.sql + "), 'null')", nil
	}
	return "", refuse(int(c.pos), "format with "+p.text+" for "+v.typ.String())
}
