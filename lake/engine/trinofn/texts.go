package trinofn

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// texts are functions of strings, which count in code points.
func texts() []Function {
	return []Function{
		text("trino_upper", Text, func(s string) (string, error) { return strings.Map(unicode.ToUpper, s), nil }),
		text("trino_reverse", Text, func(s string) (string, error) {
			runes := []rune(s)
			slices.Reverse(runes)
			return string(runes), nil
		}),
		{"trino_substring", []Type{Text, Int, Int}, Text, func(a []any) (any, error) {
			return substring(a[0].(string), a[1].(int64), a[2].(int64)), nil
		}},
		{"trino_lpad", []Type{Text, Int, Text}, Text, func(a []any) (any, error) { return pad(a, true) }},
		{"trino_rpad", []Type{Text, Int, Text}, Text, func(a []any) (any, error) { return pad(a, false) }},
		{"trino_chr", []Type{Int}, Text, func(a []any) (any, error) { return chr(a[0].(int64)) }},
		{"trino_split", []Type{Text, Text, Int}, Texts, func(a []any) (any, error) {
			return split(a[0].(string), a[1].(string), a[2].(int64))
		}},
		{"trino_split_part", []Type{Text, Text, Int}, Text, func(a []any) (any, error) {
			return splitPart(a[0].(string), a[1].(string), a[2].(int64))
		}},
		{"trino_split_keys", []Type{Text, Text, Text}, Texts, func(a []any) (any, error) {
			keys, _, err := pairs(a[0].(string), a[1].(string), a[2].(string))
			return keys, err
		}},
		{"trino_split_values", []Type{Text, Text, Text}, Texts, func(a []any) (any, error) {
			_, values, err := pairs(a[0].(string), a[1].(string), a[2].(string))
			return values, err
		}},
		{"trino_strpos", []Type{Text, Text, Int}, Int, func(a []any) (any, error) {
			return instance(a[0].(string), a[1].(string), a[2].(int64))
		}},
		texts2("trino_levenshtein", Int, func(a, b string) (int64, error) { return levenshtein([]rune(a), []rune(b)) }),
		texts2("trino_hamming", Int, hamming),
		text("trino_address_text", Text, addressText),
		texts2("trino_like_pattern", Text, likePattern),
	}
}

// substring begins at 1, or counts from the end. It is empty where the start is 0 or not in the string.
func substring(s string, start, length int64) string {
	runes := []rune(s)
	n := int64(len(runes))
	if start < 0 {
		start += n + 1
	}
	if start < 1 || start > n || length <= 0 {
		return ""
	}
	end := n
	if length < n-start+1 {
		end = start - 1 + length
	}
	return string(runes[start-1 : end])
}

func pad(a []any, left bool) (any, error) {
	s, size, with := []rune(a[0].(string)), a[1].(int64), []rune(a[2].(string))
	switch {
	case size < 0 || size > 1<<31-1:
		return nil, errors.New("Target length must be in the range [0..2147483647]")
	case len(with) == 0:
		return nil, errors.New("Padding string must not be empty")
	case size <= int64(len(s)):
		return string(s[:size]), nil
	case size > 1<<24:
		return nil, unsupported("padding to more than 16777216 characters")
	}
	fill := make([]rune, size-int64(len(s)))
	for i := range fill {
		fill[i] = with[i%len(with)]
	}
	if left {
		return string(fill) + string(s), nil
	}
	return string(s) + string(fill), nil
}

func chr(code int64) (any, error) {
	if code < 0 || code > unicode.MaxRune || !utf8.ValidRune(rune(code)) {
		return nil, fmt.Errorf("Not a valid Unicode code point: %d", code)
	}
	return string(rune(code)), nil
}

func split(s, by string, limit int64) (any, error) {
	switch {
	case by == "":
		return nil, errors.New("The delimiter may not be the empty string")
	case limit <= 0 || limit > 1<<31-1:
		return nil, errors.New("Limit must be positive")
	}
	return strings.SplitN(s, by, int(limit)), nil
}

// splitPart is null where there are not so many parts.
func splitPart(s, by string, index int64) (any, error) {
	if index <= 0 {
		return nil, errors.New("Index must be greater than zero")
	}
	if by == "" {
		runes := []rune(s)
		if index > int64(len(runes)) {
			return nil, nil //nolint:nilnil // null
		}
		return string(runes[index-1]), nil
	}
	for ; index > 1; index-- {
		_, after, found := strings.Cut(s, by)
		if !found {
			return nil, nil //nolint:nilnil // null
		}
		s = after
	}
	before, _, _ := strings.Cut(s, by)
	return before, nil
}

// pairs divides entries, and each into a key and a value.
func pairs(s, entries, between string) (keys, values []string, err error) {
	switch {
	case entries == "" || between == "":
		return nil, nil, errors.New("a delimiter is empty")
	case entries == between:
		return nil, nil, errors.New("entryDelimiter and keyValueDelimiter must not be the same")
	}
	keys, values = []string{}, []string{}
	seen := map[string]bool{}
	for s != "" {
		entry, rest, more := strings.Cut(s, entries)
		k, v, found := strings.Cut(entry, between)
		if !found || strings.Contains(v, between) {
			return nil, nil, fmt.Errorf("Key-value delimiter must appear exactly once in each entry. Bad input: '%s'", entry)
		}
		if seen[k] {
			return nil, nil, fmt.Errorf("Duplicate keys (%s) are not allowed", k)
		}
		seen[k] = true
		keys, values = append(keys, k), append(values, v)
		if !more {
			break
		}
		s = rest
	}
	return keys, values, nil
}

// instance is where the n-th occurrence begins; it counts from the end when n is negative.
func instance(s, of string, n int64) (any, error) {
	if n == 0 {
		return nil, errors.New("'instance' must be a positive or negative number.")
	}
	if of == "" {
		return int64(1), nil
	}
	at := -1
	if n > 0 {
		for from := 0; n > 0; n-- {
			i := strings.Index(s[from:], of)
			if i < 0 {
				return int64(0), nil
			}
			at = from + i
			from = at + 1
		}
	} else {
		for to := len(s); n < 0; n++ {
			if at = strings.LastIndex(s[:to], of); at < 0 {
				return int64(0), nil
			}
			to = at + len(of) - 1
		}
	}
	return int64(utf8.RuneCountInString(s[:at])) + 1, nil
}

// levenshtein takes no texts that Trino finds too large together: https://trino.io/docs/current/functions/string.html.
func levenshtein(a, b []rune) (int64, error) {
	if len(a) > 0 && len(b) > 0 && len(a)*(len(b)-1) > 1_000_000 {
		return 0, errors.New("The combined inputs for Levenshtein distance are too large")
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := before
			if a[i-1] != b[j-1] {
				cost++
			}
			before, row[j] = row[j], min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return int64(row[len(b)]), nil
}

func hamming(a, b string) (int64, error) {
	x, y := []rune(a), []rune(b)
	if len(x) != len(y) {
		return 0, errors.New("The input strings to hamming_distance function must have the same length")
	}
	n := int64(0)
	for i := range x {
		if x[i] != y[i] {
			n++
		}
	}
	return n, nil
}

// likePattern is the pattern, if each escape in it stands before what may be escaped.
func likePattern(pattern, escape string) (string, error) {
	for rest := pattern; ; {
		_, after, found := strings.Cut(rest, escape)
		if !found {
			return pattern, nil
		}
		ok := false
		for _, c := range []string{"%", "_", escape} {
			if strings.HasPrefix(after, c) {
				rest, ok = after[len(c):], true
			}
		}
		if !ok || escape == "" {
			return "", errors.New("Escape character must be followed by '%', '_' or the escape character itself")
		}
	}
}

// addressText writes an address as RFC 5952 has it, and one that stands for an IPv4 address as that.
func addressText(digits string) (string, error) {
	bytes, err := hex.DecodeString(digits)
	if err != nil || len(bytes) != 16 {
		return "", fmt.Errorf("%q is not the digits of an address", digits)
	}
	return netip.AddrFrom16([16]byte(bytes)).Unmap().String(), nil
}
