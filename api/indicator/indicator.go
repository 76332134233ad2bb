// Package indicator turns what an analyst types into values that can be looked for: each has a kind, one canonical
// form, and the terms that find it in a row.
package indicator

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Indicator is a value to look for.
type Indicator struct {
	Kind  ecs.Kind
	Value string // canonical: parsing it gives the same indicator again
	Raw   string // as it was given
}

// maxLength is the longest indicator in bytes; an ARN may have 2048.
const maxLength = 2048

// Error says why a text is not an indicator of the kind, and what would be.
type Error struct {
	Kind   ecs.Kind
	Raw    string
	Reason string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s %q %s", e.Kind, shorten(e.Raw), e.Reason)
}

func shorten(s string) string {
	if len(s) <= 80 {
		return s
	}
	return strings.ToValidUTF8(s[:77], "") + "..."
}

// String names the indicator as messages do: ip 203.0.113.9.
func (i Indicator) String() string { return string(i.Kind) + " " + i.Value }

// Parse reads an indicator. Values may be defanged (hxxp, 1[.]2[.]3[.]4), quoted, or a URL where an address or a
// domain is wanted. A wrong one gives an *Error.
func Parse(kind ecs.Kind, raw string) (Indicator, error) {
	parse, known := parsers[kind]
	if !known {
		return Indicator{}, fmt.Errorf("no kind of indicator is called %q: the kinds are %s", kind, kinds())
	}
	value, reason := clean(raw)
	if reason == "" {
		value, reason = parse(value)
	}
	if reason != "" {
		return Indicator{}, &Error{Kind: kind, Raw: raw, Reason: reason}
	}
	return Indicator{Kind: kind, Value: value, Raw: raw}, nil
}

// parsers give the canonical form, or the reason why there is none.
var parsers = map[ecs.Kind]func(string) (value, reason string){
	ecs.IP:        parseIP,
	ecs.Instance:  parseInstance,
	ecs.User:      parseUser,
	ecs.AccessKey: parseAccessKey,
	ecs.Account:   parseAccount,
	ecs.ARN:       parseARN,
	ecs.Domain:    parseDomain,
	ecs.Hash:      parseHash,
}

func kinds() string {
	var names []string
	for _, k := range ecs.Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// clean takes off what copying a value leaves around it.
func clean(raw string) (value, reason string) {
	value = strings.TrimFunc(raw, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("\"'`“”‘’«»<>\ufeff\u200b", r)
	})
	switch {
	case value == "":
		return "", "is empty"
	case len(value) > maxLength:
		return "", fmt.Sprintf("is %d bytes long, and none is longer than %d", len(value), maxLength)
	case !utf8.ValidString(value):
		return "", "is not UTF-8"
	case strings.ContainsFunc(value, unicode.IsControl):
		return "", "has control characters in it"
	}
	return value, ""
}
