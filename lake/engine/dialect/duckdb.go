package dialect

import (
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
)

// DuckDB is the SQL of DuckDB 1.5, without extensions: it has no type for addresses.
func DuckDB() Dialect {
	types := map[ecs.Type]string{}
	for _, t := range []ecs.Type{ecs.String, ecs.Int, ecs.Float, ecs.Bool, ecs.Time, ecs.Strings} {
		types[t] = t.DuckDB()
	}
	return Dialect{
		name:     "duckdb",
		types:    types,
		listHas:  func(list, value string) string { return "list_contains(" + list + ", " + value + ")" },
		overlaps: func(list, values string) string { return "list_has_any(" + list + ", " + values + ")" },
		anyMatch: func(list, element, condition string) string {
			return "len(list_filter(" + list + ", lambda " + element + ": " + condition + ")) > 0"
		},
		within:    duckWithin,
		lookup:    duckLookup,
		found:     duckFound,
		listFound: duckListFound,
		members:   func(x, name string) string { return "CROSS JOIN json_each(" + x + ") AS " + ident(name) },
		jsonText:  func(x string) string { return "CAST(" + x + " AS VARCHAR)" },
	}
}

// duckWithin compares canonical addresses as text. IPv4: the whole octets of the network are a prefix, and the one that
// the range ends in lies between two numbers. IPv6: sixteen bytes in hexadecimal, which sort as the addresses do.
func duckWithin(x string, p netip.Prefix) string {
	if p.Addr().Is4() {
		return duckWithin4(x, p)
	}
	low, high := bounds(p)
	return "(contains(" + x + ", ':') AND " + expanded6(x) + " BETWEEN " + quote(low) + " AND " + quote(high) + ")"
}

func duckWithin4(x string, p netip.Prefix) string {
	octets := p.Addr().As4()
	whole, rest := p.Bits()/8, p.Bits()%8
	var conditions []string
	if whole == 4 {
		return x + " = " + quote(p.Addr().String())
	}
	prefix := ""
	for _, o := range octets[:whole] {
		prefix += strconv.Itoa(int(o)) + "."
	}
	if prefix != "" {
		conditions = append(conditions, "starts_with("+x+", "+quote(prefix)+")")
	} else {
		conditions = append(conditions, "contains("+x+", '.')")
	}
	if rest > 0 {
		low := int(octets[whole])
		high := low | 0xff>>rest
		conditions = append(conditions, "TRY_CAST(split_part("+x+", '.', "+strconv.Itoa(whole+1)+") AS INTEGER) BETWEEN "+
			strconv.Itoa(low)+" AND "+strconv.Itoa(high))
	}
	return "(" + strings.Join(conditions, " AND ") + ")"
}

// expanded6 writes out the 32 digits of an IPv6 address: '::' becomes as many zeros as there are colons to eight
// groups, and every group four digits. An address that begins or ends in '::' gives an empty group, which is a zero too.
func expanded6(x string) string {
	colons := "(len(" + x + ") - len(replace(" + x + ", ':', '')))"
	full := "replace(" + x + ", '::', ':' || repeat('0:', 8 - " + colons + "))"
	return "array_to_string(list_transform(string_split(" + full + ", ':'), lambda g: lpad(g, 4, '0')), '')"
}

func bounds(p netip.Prefix) (low, high string) {
	a := p.Masked().Addr().As16()
	low = hex.EncodeToString(a[:])
	for i := p.Bits(); i < 128; i++ {
		a[i/8] |= 0x80 >> (i % 8)
	}
	return low, hex.EncodeToString(a[:])
}

func duckLookup(name string, values []string) string {
	return ident(name) + ` AS (SELECT "value" FROM (VALUES ` + rowsOf(values) + `) AS "v" ("value"))`
}

func duckFound(x, name string) string { return x + ` IN (SELECT "value" FROM ` + ident(name) + ")" }

// duckListFound becomes a hash join over the distinct lists: the list functions compare one by one.
func duckListFound(list, name string) string {
	return `EXISTS (SELECT 1 FROM (SELECT unnest(` + list + `) AS "item") AS "items" WHERE ` + duckFound(`"item"`, name) + ")"
}
