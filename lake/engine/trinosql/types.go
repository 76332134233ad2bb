package trinosql

import (
	"strconv"
	"strings"
)

// typ is one of Trino's types.
type typ struct {
	name   string // bigint, timestamp, timestamp with time zone, array, …
	size   int    // varchar's and char's length, 0 without bound; a decimal's digits; a time's digits of a second
	scale  int    // a decimal's
	args   []typ  // of arrays, maps and rows
	fields []string
	zone   string // of a timestamp with time zone: all its values are in one zone
}

var (
	tUnknown   = typ{name: "unknown"}
	tBoolean   = typ{name: "boolean"}
	tTinyint   = typ{name: "tinyint"}
	tSmallint  = typ{name: "smallint"}
	tInteger   = typ{name: "integer"}
	tBigint    = typ{name: "bigint"}
	tReal      = typ{name: "real"}
	tDouble    = typ{name: "double"}
	tVarchar   = typ{name: "varchar"}
	tVarbinary = typ{name: "varbinary"}
	tJSON      = typ{name: "json"}
	tDate      = typ{name: "date"}
	tTimestamp = typ{name: "timestamp", size: 3}
	tInstant   = typ{name: "timestamp with time zone", size: 3, zone: "UTC"}
	tDays      = typ{name: "interval day to second"}
	tMonths    = typ{name: "interval year to month"}
	tAddress   = typ{name: "ipaddress"}
)

func arrayOf(t typ) typ { return typ{name: "array", args: []typ{t}} }

func mapOf(k, v typ) typ { return typ{name: "map", args: []typ{k, v}} }

func decimalOf(digits, scale int) typ { return typ{name: "decimal", size: digits, scale: scale} }

// String is the type as Trino writes it.
func (t typ) String() string {
	switch t.name {
	case "varchar", "char":
		if t.size > 0 {
			return t.name + "(" + strconv.Itoa(t.size) + ")"
		}
	case "decimal":
		return "decimal(" + strconv.Itoa(t.size) + "," + strconv.Itoa(t.scale) + ")"
	case "timestamp", "time":
		return t.name + "(" + strconv.Itoa(t.size) + ")"
	case "timestamp with time zone":
		return "timestamp(" + strconv.Itoa(t.size) + ") with time zone"
	case "array", "map", "row":
		parts := make([]string, len(t.args))
		for i, a := range t.args {
			parts[i] = a.String()
			if t.name == "row" && t.fields[i] != "" {
				parts[i] = t.fields[i] + " " + parts[i]
			}
		}
		return t.name + "(" + strings.Join(parts, ", ") + ")"
	}
	return t.name
}

// integers by their width.
var integers = []string{"tinyint", "smallint", "integer", "bigint"}

func (t typ) rank() int {
	for i, n := range integers {
		if t.name == n {
			return i
		}
	}
	return -1
}

func (t typ) isInteger() bool { return t.rank() >= 0 }

func (t typ) isFloat() bool { return t.name == "real" || t.name == "double" }

func (t typ) isNumber() bool { return t.isInteger() || t.isFloat() || t.name == "decimal" }

func (t typ) isText() bool { return t.name == "varchar" }

func (t typ) isTime() bool {
	return t.name == "date" || t.name == "timestamp" || t.name == "timestamp with time zone"
}

// isNested tells whether values have values in them, which both engines compare in their own ways.
func (t typ) isNested() bool { return t.name == "array" || t.name == "map" || t.name == "row" }

// asDecimal is the decimal that holds every value of an integer type.
func (t typ) asDecimal() typ {
	switch t.name {
	case "tinyint":
		return decimalOf(3, 0)
	case "smallint":
		return decimalOf(5, 0)
	case "integer":
		return decimalOf(10, 0)
	case "bigint":
		return decimalOf(19, 0)
	}
	return t
}

// same tells whether values of both types are written and compared alike.
func (t typ) same(o typ) bool {
	if t.name != o.name || len(t.args) != len(o.args) {
		return false
	}
	if t.name == "decimal" && (t.size != o.size || t.scale != o.scale) || t.zone != o.zone {
		return false
	}
	for i := range t.args {
		if !t.args[i].same(o.args[i]) {
			return false
		}
	}
	return true
}

// common is the type to which values of both types may be turned without being asked, as Trino does.
func common(a, b typ) (typ, bool) {
	switch {
	case a.name == "unknown":
		return b, true
	case b.name == "unknown":
		return a, true
	case a.isNumber() && b.isNumber():
		return commonNumber(a, b), true
	case a.name == "varchar" && b.name == "varchar":
		if a.size == 0 || b.size == 0 {
			return tVarchar, true
		}
		a.size = max(a.size, b.size)
		return a, true
	case a.isTime() && b.isTime():
		return commonTime(a, b)
	case a.name == b.name && a.isNested() && len(a.args) == len(b.args):
		return commonNested(a, b)
	}
	return a, a.name == b.name && !a.isNested()
}

func commonNumber(a, b typ) typ {
	switch {
	case a.name == "double" || b.name == "double":
		return tDouble
	case a.name == "real" || b.name == "real":
		return tReal
	case a.isInteger() && b.isInteger():
		if a.rank() < b.rank() {
			return b
		}
		return a
	}
	a, b = a.asDecimal(), b.asDecimal()
	scale := max(a.scale, b.scale)
	return decimalOf(min(38, max(a.size-a.scale, b.size-b.scale)+scale), scale)
}

// commonTime keeps the zone only where both sides have the same one.
func commonTime(a, b typ) (typ, bool) {
	order := map[string]int{"date": 0, "timestamp": 1, "timestamp with time zone": 2}
	if order[a.name] < order[b.name] {
		a, b = b, a
	}
	if b.name == "timestamp with time zone" && a.zone != b.zone {
		return a, false
	}
	if b.name == "timestamp" && a.name != "date" && a.name != "timestamp" && a.zone != "UTC" {
		return a, false
	}
	a.size = max(a.size, b.size)
	return a, true
}

func commonNested(a, b typ) (typ, bool) {
	out := typ{name: a.name, fields: a.fields, args: make([]typ, len(a.args))}
	for i := range a.args {
		var ok bool
		if out.args[i], ok = common(a.args[i], b.args[i]); !ok {
			return a, false
		}
	}
	return out, true
}

// duck is DuckDB's type for values of the type. JSON and addresses are texts: JSON as Trino would write it, an address
// as the 32 hexadecimal digits of its sixteen bytes, which compare as addresses do.
func (t typ) duck() string {
	switch t.name {
	case "unknown":
		return "INTEGER"
	case "real":
		return "FLOAT"
	case "varchar", "char", "json", "ipaddress":
		return "VARCHAR"
	case "varbinary":
		return "BLOB"
	case "timestamp with time zone":
		return "TIMESTAMPTZ"
	case "interval day to second", "interval year to month":
		return "INTERVAL"
	case "decimal":
		return "DECIMAL(" + strconv.Itoa(t.size) + "," + strconv.Itoa(t.scale) + ")"
	case "array":
		return t.args[0].duck() + "[]"
	case "map":
		return "MAP(" + t.args[0].duck() + ", " + t.args[1].duck() + ")"
	case "row":
		parts := make([]string, len(t.args))
		for i, a := range t.args {
			parts[i] = ident(rowField(i)) + " " + a.duck()
		}
		return "STRUCT(" + strings.Join(parts, ", ") + ")"
	}
	return strings.ToUpper(t.name)
}

// rowField is the i-th field's name in DuckDB: in Trino fields need no names, and two may have the same.
func rowField(i int) string { return "f" + strconv.Itoa(i) }
