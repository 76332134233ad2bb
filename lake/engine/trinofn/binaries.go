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

// fromBase64 takes texts with and without padding, as Java does.
func fromBase64(s string) ([]byte, error) {
	out, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil {
		return nil, errors.New("Illegal base64 text")
	}
	return out, nil
}
