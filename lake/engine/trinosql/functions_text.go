package trinosql

import "strings"

// blanks are the characters that trim takes away, those of Java's Character.isWhitespace.
const blanks = "\t\n\v\f\r\x1c\x1d\x1e\x1f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000"

// textFunctions are Trino's functions of strings: https://trino.io/docs/current/functions/string.html and url.html.
func textFunctions() []function {
	none := quote(blanks)
	return []function{
		{name: "length", in: in(tVarchar), out: tBigint, sql: "length($1)"},
		{name: "length", in: in(tVarbinary), out: tBigint, sql: "octet_length($1)"},
		{name: "lower", in: in(tVarchar), out: tVarchar, sql: "lower($1)"},
		{name: "upper", in: in(tVarchar), out: tVarchar, make: upper},
		{name: "trim", in: in(tVarchar), out: tVarchar, sql: "trim($1, " + none + ")"},
		{name: "ltrim", in: in(tVarchar), out: tVarchar, sql: "ltrim($1, " + none + ")"},
		{name: "rtrim", in: in(tVarchar), out: tVarchar, sql: "rtrim($1, " + none + ")"},
		{name: "trim", in: in(tVarchar, tVarchar), out: tVarchar, sql: "trim($1, $2)"},
		{name: "ltrim", in: in(tVarchar, tVarchar), out: tVarchar, sql: "ltrim($1, $2)"},
		{name: "rtrim", in: in(tVarchar, tVarchar), out: tVarchar, sql: "rtrim($1, $2)"},
		{name: "strpos", in: in(tVarchar, tVarchar), out: tBigint, sql: "instr($1, $2)"},
		{name: "strpos", in: in(tVarchar, tVarchar, tBigint), out: tBigint, sql: "trino_strpos($1, $2, $3)"},
		{name: "starts_with", in: in(tVarchar, tVarchar), out: tBoolean, sql: "starts_with($1, $2)"},
		{name: "substr", in: in(tVarchar, tBigint), make: substring},
		{name: "substr", in: in(tVarchar, tBigint, tBigint), make: substring},
		{name: "substring", in: in(tVarchar, tBigint), make: substring},
		{name: "substring", in: in(tVarchar, tBigint, tBigint), make: substring},
		{name: "replace", in: in(tVarchar, tVarchar), make: replace},
		{name: "replace", in: in(tVarchar, tVarchar, tVarchar), make: replace},
		{name: "translate", in: in(tVarchar, tVarchar, tVarchar), out: tVarchar, sql: "translate($1, $2, $3)"},
		{name: "reverse", in: in(tVarchar), out: tVarchar, sql: "trino_reverse($1)"},
		{name: "reverse", in: in(arrayOf(varT)), out: arrayOf(varT), sql: "list_reverse($1)"},
		{name: "lpad", in: in(tVarchar, tBigint, tVarchar), out: tVarchar, sql: "trino_lpad($1, $2, $3)"},
		{name: "rpad", in: in(tVarchar, tBigint, tVarchar), out: tVarchar, sql: "trino_rpad($1, $2, $3)"},
		{name: "chr", in: in(tBigint), out: tVarchar, sql: "trino_chr($1)"},
		{name: "codepoint", in: in(tVarchar), out: tInteger,
			sql: "(CASE WHEN length($1) = 1 THEN ord($1) WHEN $1 IS NOT NULL THEN " + failing(InvalidArguments, "codepoint: Input must be a single character string", tInteger) + " END)"},
		{name: "split", in: in(tVarchar, tVarchar), make: split},
		{name: "split", in: in(tVarchar, tVarchar, tBigint), out: arrayOf(tVarchar), sql: "trino_split($1, $2, $3)"},
		{name: "split_part", in: in(tVarchar, tVarchar, tBigint), out: tVarchar, sql: "trino_split_part($1, $2, $3)"},
		{name: "concat_ws", in: in(tVarchar, tVarchar), more: true, out: tVarchar, make: concatWith},
		{name: "concat_ws", in: in(tVarchar, arrayOf(tVarchar)), out: tVarchar, sql: "(CASE WHEN $2 IS NOT NULL THEN array_to_string($2, $1) END)"},
		{name: "levenshtein_distance", in: in(tVarchar, tVarchar), out: tBigint, sql: "trino_levenshtein($1, $2)"},
		{name: "hamming_distance", in: in(tVarchar, tVarchar), out: tBigint, sql: "trino_hamming($1, $2)"},
		{name: "normalize", in: in(tVarchar), out: tVarchar, sql: "nfc_normalize($1)"},
		{name: "url_extract_protocol", in: in(tVarchar), out: tVarchar, sql: "trino_url($1, 'protocol')"},
		{name: "url_extract_host", in: in(tVarchar), out: tVarchar, sql: "trino_url($1, 'host')"},
		{name: "url_extract_port", in: in(tVarchar), out: tBigint, sql: "CAST(trino_url($1, 'port') AS BIGINT)"},
		{name: "url_extract_path", in: in(tVarchar), out: tVarchar, sql: "trino_url($1, 'path')"},
		{name: "url_extract_query", in: in(tVarchar), out: tVarchar, sql: "trino_url($1, 'query')"},
		{name: "url_extract_fragment", in: in(tVarchar), out: tVarchar, sql: "trino_url($1, 'fragment')"},
		{name: "url_extract_parameter", in: in(tVarchar, tVarchar), out: tVarchar, sql: "trino_url_parameter($1, $2)"},
		{name: "url_encode", in: in(tVarchar), out: tVarchar, sql: "trino_url_encode($1)"},
		{name: "url_decode", in: in(tVarchar), out: tVarchar, sql: "trino_url_decode($1)"},
		{name: "contains", in: in(tVarchar, tAddress), out: tBoolean, make: addressInRange},
		{name: "uuid", make: refused("uuid")},
	}
}

// upper is Java's, letter by letter, to which ß has no capital.
func upper(e env, _ *call, args []value) (value, error) {
	return made(tVarchar, e.render("(CASE WHEN contains($1, 'ß') THEN trino_upper($1) ELSE upper($1) END)", args)), nil
}

// substring counts from the end when the start is negative, and is empty when the start is 0 or before the string.
func substring(e env, _ *call, args []value) (value, error) {
	start, length := args[1], "9223372036854775807"
	if n := constant(literalDigits(start)); n != "" && !strings.HasPrefix(n, "-") && n != "0" {
		if len(args) == 2 {
			return made(tVarchar, "substring(", args[0].sql, ", ", n, ")"), nil
		}
	}
	if len(args) == 3 {
		length = "$3"
	}
	return made(tVarchar, e.render("trino_substring($1, $2, "+length+")", args)), nil
}

// literalDigits are the digits of an integer literal that a signature has cast.
func literalDigits(v value) *string {
	text := strings.TrimSuffix(strings.TrimPrefix(v.sql, "CAST("), " AS BIGINT)")
	for _, c := range strings.TrimPrefix(text, "-") {
		if c < '0' || c > '9' {
			return nil
		}
	}
	return &text
}

// replace with an empty text to look for puts the replacement between all letters in Trino, and nowhere in DuckDB.
func replace(e env, c *call, args []value) (value, error) {
	if args[1].text == nil || *args[1].text == "" {
		return value{}, refuse(c.args[1].at(), "replace of what is no constant string, or an empty one")
	}
	with := "''"
	if len(args) == 3 {
		with = args[2].sql
	}
	return made(tVarchar, "replace(", args[0].sql, ", ", args[1].sql, ", ", with, ")"), nil
}

func split(_ env, c *call, args []value) (value, error) {
	if args[1].text == nil {
		return value{}, refuse(c.args[1].at(), "split by what is no constant string")
	}
	if *args[1].text == "" {
		return value{}, fail(c.args[1].at(), InvalidArguments, "The delimiter may not be the empty string")
	}
	return made(arrayOf(tVarchar), "string_split(", args[0].sql, ", ", args[1].sql, ")"), nil
}

// concatWith leaves nulls out.
func concatWith(_ env, _ *call, args []value) (value, error) {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = a.sql
	}
	return made(tVarchar, "concat_ws(", strings.Join(texts, ", "), ")"), nil
}
