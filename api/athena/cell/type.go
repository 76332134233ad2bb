// Package cell writes values as Athena does, in answers and in the CSV of results, and knows the types that it names.
//
// How results look is on https://docs.aws.amazon.com/athena/latest/ug/querying.html; the types are Trino's,
// https://trino.io/docs/current/language/types.html.
package cell

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Type is one of Trino's types.
type Type struct {
	Name   string         // without what is in brackets: varchar, timestamp with time zone, array, row
	Params []int          // of decimal(p, s), varchar(n), timestamp(p)
	Of     []Field        // the element of an array, key and value of a map, the fields of a row
	Zone   *time.Location // of a timestamp with time zone; nil is UTC
}

// Field is what a type is made of; elements, keys and values have no name.
type Field struct {
	Name string
	Key  string // the field's name in the engine's values
	Type Type
}

// Stored is the type with the names that fields have in values of an engine's type, which has the same form.
func (t Type) Stored(as Type) Type {
	out := t
	out.Of = slices.Clone(t.Of)
	for i := range out.Of {
		if i < len(as.Of) {
			out.Of[i].Key = as.Of[i].Name
			out.Of[i].Type = t.Of[i].Type.Stored(as.Of[i].Type)
		}
	}
	return out
}

// ParseType reads a type as Trino writes it: array(row(a bigint, b varchar(3))).
func ParseType(text string) (Type, error) {
	p := typeParser{rest: strings.ToLower(strings.TrimSpace(text))}
	t, err := p.typ()
	if err == nil && p.rest != "" {
		err = fmt.Errorf("%q follows it", p.rest)
	}
	if err != nil {
		return Type{}, fmt.Errorf("type %q: %w", text, err)
	}
	return t, nil
}

// Find gives the first of the types that t is, or that it is made of.
func (t Type) Find(names []string) (string, bool) {
	if slices.Contains(names, t.Name) {
		return t.Name, true
	}
	for _, f := range t.Of {
		if name, there := f.Type.Find(names); there {
			return name, true
		}
	}
	return "", false
}

type typeParser struct {
	rest  string
	depth int
}

// maxDepth is how deep types may lie in each other.
const maxDepth = 32

func (p *typeParser) typ() (Type, error) {
	if p.depth++; p.depth > maxDepth {
		return Type{}, fmt.Errorf("it is nested more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	t := Type{Name: p.bare()}
	if t.Name == "" {
		return Type{}, fmt.Errorf("a name is missing before %q", p.rest)
	}
	if t.Name == "double" && p.accept("precision") {
		t.Name = "double"
	}
	if p.accept("(") {
		if err := p.inner(&t); err != nil {
			return Type{}, err
		}
	}
	for _, zone := range []string{"with time zone", "without time zone"} {
		if (t.Name == "timestamp" || t.Name == "time") && p.accept(zone) && zone[4] == ' ' {
			t.Name += " with time zone"
		}
	}
	if t.Name == "interval" {
		for _, unit := range []string{"day to second", "year to month"} {
			if p.accept(unit) {
				t.Name += " " + unit
			}
		}
	}
	return t, t.check()
}

// check finds arrays and maps of a wrong number of types.
func (t Type) check() error {
	want := map[string]int{"array": 1, "map": 2}[t.Name]
	if want > 0 && len(t.Of) != want || t.Name == "row" && len(t.Of) == 0 {
		return fmt.Errorf("%s of %d types", t.Name, len(t.Of))
	}
	return nil
}

// inner reads what is in brackets, and the closing one.
func (p *typeParser) inner(t *Type) error {
	for {
		if n, ok := p.number(); ok {
			t.Params = append(t.Params, n)
		} else {
			f, err := p.field(t.Name == "row")
			if err != nil {
				return err
			}
			t.Of = append(t.Of, f)
		}
		if p.accept(")") {
			return nil
		}
		if !p.accept(",") {
			return fmt.Errorf("a bracket is not closed before %q", p.rest)
		}
	}
}

// field reads a type, in a row with its name before it unless it has none.
func (p *typeParser) field(named bool) (Field, error) {
	if !named {
		t, err := p.typ()
		return Field{Type: t}, err
	}
	mark := *p
	name := p.word()
	if name != "" && p.rest != "" && !strings.ContainsRune("(),", rune(p.rest[0])) {
		t, err := p.typ()
		return Field{Name: name, Type: t}, err
	}
	*p = mark
	t, err := p.typ()
	return Field{Type: t}, err
}

func (p *typeParser) accept(text string) bool {
	after, ok := strings.CutPrefix(p.rest, text)
	if ok {
		p.rest = strings.TrimLeft(after, " ")
	}
	return ok
}

func (p *typeParser) number() (int, bool) {
	n := 0
	for n < len(p.rest) && p.rest[n] >= '0' && p.rest[n] <= '9' {
		n++
	}
	v, err := strconv.Atoi(p.rest[:n])
	if err != nil {
		return 0, false
	}
	p.rest = strings.TrimLeft(p.rest[n:], " ")
	return v, true
}

// word is a bare name or one in double quotes.
func (p *typeParser) word() string {
	if strings.HasPrefix(p.rest, `"`) {
		for i := 1; i < len(p.rest); i++ {
			if p.rest[i] != '"' {
				continue
			}
			if i+1 < len(p.rest) && p.rest[i+1] == '"' {
				i++
				continue
			}
			word := strings.ReplaceAll(p.rest[1:i], `""`, `"`)
			p.rest = strings.TrimLeft(p.rest[i+1:], " ")
			return word
		}
		return ""
	}
	return p.bare()
}

func (p *typeParser) bare() string {
	n := strings.IndexFunc(p.rest, func(r rune) bool { return !inName(r) })
	if n < 0 {
		n = len(p.rest)
	}
	word := p.rest[:n]
	p.rest = strings.TrimLeft(p.rest[n:], " ")
	return word
}

func inName(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// quoted is a field's name, in quotes where it needs them.
func quoted(name string) string {
	if !strings.ContainsFunc(name, func(r rune) bool { return !inName(r) }) {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// String is the type as Trino writes it.
func (t Type) String() string {
	var parts []string
	for _, n := range t.Params {
		parts = append(parts, strconv.Itoa(n))
	}
	for _, f := range t.Of {
		parts = append(parts, strings.TrimSpace(quoted(f.Name)+" "+f.Type.String()))
	}
	if parts == nil {
		return t.Name
	}
	base, zone, _ := strings.Cut(t.Name, " ")
	inner := base + "(" + strings.Join(parts, ", ") + ")"
	if zone != "" {
		inner += " " + zone
	}
	return inner
}
