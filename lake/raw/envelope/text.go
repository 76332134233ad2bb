package envelope

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// appendText appends what a JSON string says. Bytes that are not UTF-8 stay as they are, and so do escapes that JSON
// does not know.
func appendText(dst, value []byte) []byte {
	s := value[1 : len(value)-1]
	for {
		k := bytes.IndexByte(s, '\\')
		if k < 0 || k+1 == len(s) {
			return append(dst, s...)
		}
		dst = append(dst, s[:k]...)
		dst, s = appendEscape(dst, s[k:])
	}
}

// appendEscape appends what the escape at the start of s says, and answers what is behind it.
func appendEscape(dst, s []byte) (grown, rest []byte) {
	const names, bytes = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	for i := range len(names) {
		if s[1] == names[i] {
			return append(dst, bytes[i]), s[2:]
		}
	}
	r, ok := codeUnit(s)
	if !ok {
		return append(dst, s[:2]...), s[2:]
	}
	s = s[6:]
	if utf16.IsSurrogate(r) {
		low, _ := codeUnit(s)
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			s = s[6:]
		}
	}
	return utf8.AppendRune(dst, r), s
}

// codeUnit reads \u and four hexadecimal digits.
func codeUnit(s []byte) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s[2:6]), 16, 16)
	return rune(n), err == nil
}
