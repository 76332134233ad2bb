package trinosql

import (
	"encoding/hex"
	"net/netip"
)

// jsonFunctions are Trino's functions of JSON: https://trino.io/docs/current/functions/json.html. JSON is a text here.
func jsonFunctions() []function {
	var out []function
	for _, of := range []typ{tJSON, tVarchar} {
		out = append(out,
			function{name: "json_extract", in: in(of, tVarchar), out: tJSON, sql: "trino_json_extract($1, $2)"},
			function{name: "json_extract_scalar", in: in(of, tVarchar), out: tVarchar, sql: "trino_json_extract_scalar($1, $2)"},
			function{name: "json_array_length", in: in(of), out: tBigint, sql: "trino_json_array_length($1)"},
			function{name: "json_size", in: in(of, tVarchar), out: tBigint, sql: "trino_json_size($1, $2)"},
			function{name: "is_json_scalar", in: in(of), out: tBoolean, sql: "trino_is_json_scalar($1)"},
			function{name: "json_array_get", in: in(of, tBigint), out: tJSON, make: refused("json_array_get")},
			function{name: "json_array_contains", in: in(of, tVarchar), out: tBoolean, sql: "trino_json_array_contains($1, $2)"},
		)
	}
	return append(out,
		function{name: "json_parse", in: in(tVarchar), out: tJSON, sql: "trino_json_parse($1)"},
		function{name: "json_format", in: in(tJSON), out: tVarchar, sql: "$1"},
	)
}

// binaryFunctions are Trino's functions of binary values: https://trino.io/docs/current/functions/binary.html.
func binaryFunctions() []function {
	return []function{
		{name: "to_utf8", in: in(tVarchar), out: tVarbinary, sql: "encode($1)"},
		{name: "from_utf8", in: in(tVarbinary), out: tVarchar, sql: "trino_from_utf8($1)"},
		{name: "to_hex", in: in(tVarbinary), out: tVarchar, sql: "hex($1)"},
		{name: "from_hex", in: in(tVarchar), out: tVarbinary, sql: "(CASE WHEN length($1) % 2 = 1 THEN " + failed("from_hex: an odd number of digits") + " ELSE unhex($1) END)"},
		{name: "to_base64", in: in(tVarbinary), out: tVarchar, sql: "to_base64($1)"},
		{name: "from_base64", in: in(tVarchar), out: tVarbinary, sql: "trino_from_base64($1)"},
		{name: "md5", in: in(tVarbinary), out: tVarbinary, sql: "unhex(md5($1))"},
		{name: "sha1", in: in(tVarbinary), out: tVarbinary, sql: "unhex(sha1($1))"},
		{name: "sha256", in: in(tVarbinary), out: tVarbinary, sql: "unhex(sha256($1))"},
		{name: "sha512", in: in(tVarbinary), out: tVarbinary, sql: "trino_sha512($1)"},
		{name: "crc32", in: in(tVarbinary), out: tBigint, sql: "trino_crc32($1)"},
		{name: "xxhash64", in: in(tVarbinary), make: refused("xxhash64")},
	}
}

// addressInRange compares an address, which is the digits of its sixteen bytes, with the bounds of the range.
func addressInRange(_ env, c *call, args []value) (value, error) {
	if args[0].text == nil {
		return value{}, refuse(c.args[0].at(), "contains with a range of addresses that is no constant")
	}
	p, err := netip.ParsePrefix(*args[0].text)
	if err != nil || p != p.Masked() {
		return value{}, fail(c.args[0].at(), InvalidArguments, "Invalid CIDR")
	}
	low, high := bounds(p)
	return made(tBoolean, "(", args[1].sql, " BETWEEN ", quote(low), " AND ", quote(high), ")"), nil
}

// bounds are the first and the last address of a range; those of IPv4 are the IPv6 addresses that stand for them.
func bounds(p netip.Prefix) (low, high string) {
	first := p.Masked().Addr().As16()
	last := first
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += 96
	}
	for i := bits; i < 128; i++ {
		last[i/8] |= 0x80 >> (i % 8)
	}
	return hex.EncodeToString(first[:]), hex.EncodeToString(last[:])
}
