package trinofn

import (
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"hash/crc32"
	"strings"
)

// binaries are functions of binary values.
func binaries() []Function {
	return []Function{
		{"trino_from_utf8", []Type{Binary}, Text, func(a []any) (any, error) { return strings.ToValidUTF8(string(a[0].([]byte)), "\ufffd"), nil }},
		text("trino_from_base64", Binary, fromBase64),
		{"trino_sha512", []Type{Binary}, Binary, func(a []any) (any, error) {
			sum := sha512.Sum512(a[0].([]byte))
			return sum[:], nil
		}},
		{"trino_crc32", []Type{Binary}, Int, func(a []any) (any, error) { return int64(crc32.ChecksumIEEE(a[0].([]byte))), nil }},
	}
}

// fromBase64 takes texts with all of their padding and without any, as Java does.
func fromBase64(s string) ([]byte, error) {
	read := base64.RawStdEncoding
	if strings.HasSuffix(s, "=") {
		read = base64.StdEncoding
	}
	out, err := read.DecodeString(s)
	if err != nil || strings.ContainsAny(s, "\r\n") {
		return nil, errors.New("Illegal base64 text")
	}
	return out, nil
}
