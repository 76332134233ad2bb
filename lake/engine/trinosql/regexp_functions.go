package trinosql

import (
	"regexp/syntax"
	"strconv"
	"strings"
)

// subject translates a function's text and pattern.
func (e env) subject(c *call, most int) ([]value, *pattern, error) {
	e.truth = false
	args, err := e.arguments(c, 2, most)
	if err != nil {
		return nil, nil, err
	}
	for i, a := range args[:2] {
		if !a.typ.isText() && a.typ.name != "unknown" {
			return nil, nil, fail(c.args[i].at(), FunctionNotFound, "Unexpected parameters (%s) for function %s", a.typ, c.name)
		}
	}
	p, err := patternOf(c, 1, args[1])
	args[0] = e.coerce(args[0], tVarchar)
	return args, p, err
}

// guarded refuses, when the statement runs, the texts for which the engines' expressions differ.
func (e env) guarded(p *pattern, of typ, text value, write func(x string) string) value {
	var conditions []string
	if p.boundary {
		conditions = append(conditions, "strlen($1) <> length($1)")
	}
	if p.folds {
		conditions = append(conditions, "regexp_matches($1, "+quote(folding)+")")
	}
	if conditions == nil {
		return made(of, write(text.sql))
	}
	construct := "a regular expression with a word boundary or without case, over a text with letters that Trino treats otherwise,"
	return made(of, e.bind([]value{text}, func(bound []value) string {
		x := bound[0].sql
		differs := strings.ReplaceAll(strings.Join(conditions, " OR "), "$1", x)
		return "(CASE WHEN " + differs + " THEN " + refusing(differs, construct, of) + " ELSE " + write(x) + " END)"
	}))
}

func regexpLike(e env, c *call) (value, error) {
	args, p, err := e.subject(c, 2)
	if err != nil {
		return value{}, err
	}
	return e.guarded(p, tBoolean, args[0], func(x string) string { return "regexp_matches(" + x + ", " + quote(p.full()) + ")" }), nil
}

// part is the pattern with the group that is asked for, and whether that group may be empty, or missing, in a match.
type part struct {
	pattern       string
	group         int
	empty, absent bool
}

// partOf finds a group. The whole match must leave out the line break that $ stands before: it is a group then.
func (p *pattern) partOf(c *call, args []value) (part, error) {
	group := 0
	if len(args) > 2 {
		n, err := strconv.Atoi(constant(args[2].number))
		if args[2].number == nil || err != nil {
			return part{}, refuse(c.args[2].at(), "a group of a regular expression that is no constant")
		}
		if group = n; group < 0 || group > p.groups {
			return part{}, fail(c.args[2].at(), InvalidArguments, "Pattern has %d groups. Cannot access group %d", p.groups, group)
		}
	}
	out := part{pattern: p.full(), group: group}
	if group == 0 {
		if p.innerEnd {
			return part{}, refuse(c.args[1].at(), "$ within a regular expression")
		}
		out.empty = shortest(p.tree) == 0
		if p.atEnd {
			out.pattern, out.group = "("+p.body+")"+endOfText, 1
		}
		return out, nil
	}
	sub, surely := find(p.tree, group, true)
	out.empty, out.absent = shortest(sub) == 0, !surely
	if out.empty && out.absent {
		return part{}, refuse(c.args[1].at(), "a group of a regular expression that may be both empty and missing")
	}
	return out, nil
}

// find looks for a group, and tells whether each match has it.
func find(re *syntax.Regexp, group int, surely bool) (*syntax.Regexp, bool) {
	if re.Op == syntax.OpCapture && re.Cap == group {
		return re.Sub[0], surely
	}
	switch re.Op {
	case syntax.OpAlternate, syntax.OpStar, syntax.OpQuest:
		surely = false
	case syntax.OpRepeat:
		surely = surely && re.Min > 0
	}
	for _, sub := range re.Sub {
		if found, is := find(sub, group, surely); found != nil {
			return found, is
		}
	}
	return nil, false
}

// shortest is the least number of letters that an expression matches.
func shortest(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return shortest(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min * shortest(re.Sub[0])
	case syntax.OpConcat:
		n := 0
		for _, s := range re.Sub {
			n += shortest(s)
		}
		return n
	case syntax.OpAlternate:
		n := shortest(re.Sub[0])
		for _, s := range re.Sub[1:] {
			n = min(n, shortest(s))
		}
		return n
	}
	return 0
}

// regexpExtract gives null where there is no match, and DuckDB an empty text.
func regexpExtract(e env, c *call) (value, error) {
	args, p, err := e.subject(c, 3)
	if err != nil {
		return value{}, err
	}
	of, err := p.partOf(c, args)
	if err != nil {
		return value{}, err
	}
	return e.guarded(p, tVarchar, args[0], func(x string) string {
		found := "regexp_extract(" + x + ", " + quote(of.pattern) + ", " + strconv.Itoa(of.group) + ")"
		if !of.empty {
			return "nullif(" + found + ", '')"
		}
		return e.render("(CASE WHEN regexp_matches($1, "+quote(of.pattern)+") THEN "+strings.Replace(found, x, "$1", 1)+" END)", []value{{sql: x, simple: args[0].simple}})
	}), nil
}

func regexpExtractAll(e env, c *call) (value, error) {
	args, p, err := e.subject(c, 3)
	if err != nil {
		return value{}, err
	}
	of, err := p.partOf(c, args)
	if err != nil {
		return value{}, err
	}
	return e.guarded(p, arrayOf(tVarchar), args[0], func(x string) string {
		list := "regexp_extract_all(" + x + ", " + quote(of.pattern) + ", " + strconv.Itoa(of.group) + ")"
		if of.absent {
			n := e.fresh("e", args...)
			list = "list_transform(" + list + ", lambda " + n + ": nullif(" + n + ", ''))"
		}
		return list
	}), nil
}

// regexpReplace replaces every match. $1 and ${name} in the replacement are groups.
func regexpReplace(e env, c *call) (value, error) {
	if len(c.args) == 3 {
		if _, ok := c.args[2].(*lambda); ok {
			return value{}, refuse(c.args[2].at(), "regexp_replace with a lambda")
		}
	}
	args, p, err := e.subject(c, 3)
	if err != nil {
		return value{}, err
	}
	replacement := ""
	if len(args) == 3 {
		if args[2].text == nil {
			return value{}, refuse(c.args[2].at(), "a replacement that is no constant string")
		}
		if replacement, err = p.rewritten(c, *args[2].text); err != nil {
			return value{}, err
		}
	}
	pattern := p.body
	switch {
	case p.innerEnd:
		return value{}, refuse(c.args[1].at(), "$ within a regular expression")
	case p.atEnd && p.groups >= 9:
		return value{}, refuse(c.args[1].at(), "a regular expression with ten groups")
	case p.atEnd:
		pattern += `(\n?)\z`
		replacement += `\` + strconv.Itoa(p.groups+1)
	}
	return e.guarded(p, tVarchar, args[0], func(x string) string {
		return "regexp_replace(" + x + ", " + quote(pattern) + ", " + quote(replacement) + ", 'g')"
	}), nil
}

// rewritten is the replacement in RE2's words.
func (p *pattern) rewritten(c *call, text string) (string, error) {
	at := c.args[2].at()
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
			if i == len(text) {
				return "", fail(at, InvalidArguments, "Illegal replacement sequence: a \\ at the end")
			}
			b.WriteString(escapedReplacement(text[i]))
		case '$':
			group, length := p.reference(text[i+1:])
			if group < 0 || group > p.groups {
				return "", fail(at, InvalidArguments, "Illegal replacement sequence: %s", text)
			}
			if group > 9 {
				return "", refuse(at, "a replacement with more than nine groups")
			}
			b.WriteString(`\` + strconv.Itoa(group))
			i += length
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String(), nil
}

func escapedReplacement(c byte) string {
	if c == '\\' {
		return `\\`
	}
	return string(c)
}

// reference reads what follows a $: digits as long as there is such a group, or {name}. It is -1 when it is neither.
func (p *pattern) reference(rest string) (group, length int) {
	if strings.HasPrefix(rest, "{") {
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return -1, 0
		}
		if n, ok := p.names[rest[1:end]]; ok {
			return n, end + 1
		}
		return -1, 0
	}
	group = -1
	for length < len(rest) && isDigit(rest[length]) {
		next := max(group, 0)*10 + int(rest[length]-'0')
		if length > 0 && next > p.groups {
			break
		}
		group = next
		length++
	}
	return group, length
}

// regexpSplit divides by matches that are not empty, about which alone the engines agree.
func regexpSplit(e env, c *call) (value, error) {
	args, p, err := e.subject(c, 2)
	if err != nil {
		return value{}, err
	}
	if shortest(p.tree) == 0 || p.atEnd || p.innerEnd {
		return value{}, refuse(c.args[1].at(), "regexp_split by a regular expression that has $ or matches nothing")
	}
	return e.guarded(p, arrayOf(tVarchar), args[0], func(x string) string { return "string_split_regex(" + x + ", " + quote(p.body) + ")" }), nil
}

func regexpCount(e env, c *call) (value, error) {
	args, p, err := e.subject(c, 2)
	if err != nil {
		return value{}, err
	}
	if shortest(p.tree) == 0 || p.innerEnd {
		return value{}, refuse(c.args[1].at(), "regexp_count of a regular expression that has $ within or matches nothing")
	}
	return e.guarded(p, tBigint, args[0], func(x string) string { return "len(regexp_extract_all(" + x + ", " + quote(p.full()) + "))" }), nil
}
