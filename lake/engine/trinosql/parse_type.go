package trinosql

import (
	"slices"
	"strconv"
	"strings"
)

// plainTypes are the types without parameters, by all their names.
var plainTypes = map[string]typ{
	"boolean": tBoolean, "tinyint": tTinyint, "smallint": tSmallint, "integer": tInteger, "int": tInteger, "bigint": tBigint,
	"real": tReal, "double": tDouble, "varbinary": tVarbinary, "json": tJSON, "date": tDate, "ipaddress": tAddress,
	"string": tVarchar,
}

// refusedTypes are Trino's types of which DuckDB has no like.
var refusedTypes = []string{
	"char", "time", "uuid", "hyperloglog", "p4hyperloglog", "qdigest", "tdigest", "setdigest", "color", "geometry",
	"sphericalgeography", "bingtile", "kdbtree", "interval", "jsonpath", "ipprefix",
}

// typeOf reads a type.
func (p *parser) typeOf() (typ, error) {
	if err := p.enter(); err != nil {
		return typ{}, err
	}
	defer p.leave()
	t, err := p.baseType()
	for err == nil && p.accept("ARRAY") {
		t = arrayOf(t)
	}
	return t, err
}

func (p *parser) baseType() (typ, error) {
	t := p.peek()
	if t.kind != wordToken && t.kind != quotedToken {
		return typ{}, p.mismatch("<type>")
	}
	p.next()
	n := strings.ToLower(t.text)
	if plain, ok := plainTypes[n]; ok {
		if n == "double" {
			p.accept("PRECISION")
		}
		return plain, nil
	}
	switch n {
	case "varchar":
		return p.sized(tVarchar)
	case "decimal", "numeric", "dec":
		return p.decimal()
	case "timestamp":
		return p.timestamp()
	case "array", "map":
		return p.parametric(n)
	case "row":
		return p.rowType()
	}
	if slices.Contains(refusedTypes, n) {
		return typ{}, refuse(t.pos, "the type "+n)
	}
	return typ{}, fail(t.pos, TypeMismatch, "Unknown type: %s", n)
}

// numbers reads (1, 2), if they are there.
func (p *parser) numbers() ([]int, error) {
	if !p.acceptSymbol("(") {
		return nil, nil
	}
	var out []int
	for {
		t := p.peek()
		n, err := strconv.Atoi(t.text)
		if t.kind != integerToken || err != nil {
			return nil, p.mismatch("<integer>")
		}
		p.next()
		out = append(out, n)
		if !p.acceptSymbol(",") {
			return out, p.expectSymbol(")")
		}
	}
}

func (p *parser) sized(t typ) (typ, error) {
	at := p.here()
	n, err := p.numbers()
	if err != nil || len(n) == 0 {
		return t, err
	}
	if len(n) > 1 {
		return t, fail(int(at), TypeMismatch, "Expected 0 or 1 parameters for type %s", t.name)
	}
	t.size = n[0]
	if t.size == 0 {
		return t, refuse(int(at), t.name+"(0)")
	}
	return t, nil
}

func (p *parser) decimal() (typ, error) {
	at := p.here()
	n, err := p.numbers()
	if err != nil {
		return typ{}, err
	}
	t := decimalOf(38, 0)
	if len(n) > 0 {
		t.size = n[0]
	}
	if len(n) > 1 {
		t.scale = n[1]
	}
	if len(n) > 2 || t.size < 1 || t.size > 38 || t.scale > t.size {
		return t, fail(int(at), TypeMismatch, "DECIMAL precision must be in range [1, 38] and its scale in [0, precision]")
	}
	return t, nil
}

func (p *parser) timestamp() (typ, error) {
	at := p.here()
	n, err := p.numbers()
	if err != nil {
		return typ{}, err
	}
	t := tTimestamp
	switch {
	case p.accept("WITH", "TIME", "ZONE"):
		t = tInstant
	case p.accept("WITHOUT", "TIME", "ZONE"):
	}
	if len(n) > 0 {
		t.size = n[0]
	}
	if t.size != 0 && t.size != 3 && t.size != 6 {
		return t, refuseFor(int(at), t.String(), "use timestamp(3)")
	}
	return t, nil
}

func (p *parser) parametric(n string) (typ, error) {
	t := typ{name: n}
	closing := ")"
	if p.acceptSymbol("<") {
		closing = ">"
	} else if err := p.expectSymbol("("); err != nil {
		return t, err
	}
	for {
		a, err := p.typeOf()
		if err != nil {
			return t, err
		}
		t.args = append(t.args, a)
		if !p.acceptSymbol(",") {
			break
		}
	}
	if want := map[string]int{"array": 1, "map": 2}[n]; len(t.args) != want {
		return t, p.mismatch("','")
	}
	return t, p.expectSymbol(closing)
}

// rowType reads row(a bigint, b varchar), of which fields the names may be missing.
func (p *parser) rowType() (typ, error) {
	t := typ{name: "row"}
	if err := p.expectSymbol("("); err != nil {
		return t, err
	}
	for {
		fieldName := ""
		if next := p.ahead(1); isName(p.peek()) && (next.kind == wordToken || next.kind == quotedToken) && (!next.is("ARRAY") || p.ahead(2).isSymbol("(")) &&
			!next.is("PRECISION") && !next.is("WITH") && !next.is("WITHOUT") {
			fieldName = p.next().text
		}
		a, err := p.typeOf()
		if err != nil {
			return t, err
		}
		t.args, t.fields = append(t.args, a), append(t.fields, fieldName)
		if !p.acceptSymbol(",") {
			return t, p.expectSymbol(")")
		}
	}
}
