package trinofn

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// documents are functions of JSON, which is a text here. A text that is JSON already is as jsonParse writes it, or a
// part of one.
func documents() []Function {
	return []Function{
		text("trino_json_parse", Text, jsonParse),
		texts2("trino_json_extract", Text, func(s, path string) (any, error) { return extract(s, path, false) }),
		texts2("trino_json_extract_scalar", Text, func(s, path string) (any, error) { return extract(s, path, true) }),
		texts2("trino_json_size", Int, jsonSize),
		text("trino_json_array_length", Int, func(s string) (any, error) {
			items, ok := elements(s)
			if !ok {
				return nil, nil //nolint:nilnil // null
			}
			return int64(len(items)), nil
		}),
		text("trino_is_json_scalar", Bool, func(s string) (any, error) {
			if _, err := jsonParse(s); err != nil {
				return nil, fmt.Errorf("Invalid JSON value: %s", s)
			}
			r := reader{s: s}
			return r.peek() != '{' && r.peek() != '[', nil
		}),
		texts2("trino_json_array_contains", Bool, arrayContains),
		text("trino_json_text", Text, func(s string) (any, error) { return scalarOf(s, "varchar") }),
		text("trino_json_integer", Int, jsonInteger),
		text("trino_json_double", Double, jsonDouble),
		text("trino_json_boolean", Bool, jsonBoolean),
		text("trino_json_quoted", Text, func(s string) (string, error) { return (&reader{}).quoted(s), nil }),
		text("trino_json_items", Texts, func(s string) (any, error) {
			items, ok := elements(s)
			switch {
			case ok:
				return items, nil
			case s == "null":
				return nil, nil //nolint:nilnil // null
			}
			return nil, fmt.Errorf("Cannot cast to array: %s", s)
		}),
		text("trino_json_keys", Texts, func(s string) (any, error) { return membersOf(s, true) }),
		text("trino_json_values", Texts, func(s string) (any, error) { return membersOf(s, false) }),
	}
}

var (
	errJSON = errors.New("it is not JSON")
	errHalf = unsupported("half of a letter (a surrogate without the other) in JSON")
)

// maxNesting bounds how deep a document may be.
const maxNesting = 1000

// reader goes through a JSON text.
type reader struct {
	s     string
	i     int
	depth int
	plain bool // letters beyond 16 bits are written as they are
}

func (r *reader) blank() {
	for r.i < len(r.s) && (r.s[r.i] == ' ' || r.s[r.i] == '\t' || r.s[r.i] == '\n' || r.s[r.i] == '\r') {
		r.i++
	}
}

// peek is the next character, or 0.
func (r *reader) peek() byte {
	r.blank()
	if r.i == len(r.s) {
		return 0
	}
	return r.s[r.i]
}

// done tells whether nothing follows.
func (r *reader) done() bool {
	r.blank()
	return r.i == len(r.s)
}

func (r *reader) accept(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.i++
	return true
}

// text reads a string, and gives what it says.
func (r *reader) text() (string, error) {
	if !r.accept('"') {
		return "", errJSON
	}
	start := r.i
	for r.i < len(r.s) {
		switch c := r.s[r.i]; {
		case c == '"':
			r.i++
			return r.s[start : r.i-1], nil
		case c == '\\':
			return r.escaped(start)
		case c < 0x20:
			return "", errJSON
		}
		r.i++
	}
	return "", errJSON
}

// escaped reads a string that has an escape in it.
func (r *reader) escaped(start int) (string, error) {
	var b strings.Builder
	b.WriteString(r.s[start:r.i])
	for r.i < len(r.s) {
		c := r.s[r.i]
		r.i++
		switch {
		case c == '"':
			return b.String(), nil
		case c < 0x20:
			return "", errJSON
		case c != '\\':
			b.WriteByte(c)
		default:
			if err := r.escape(&b); err != nil {
				return "", err
			}
		}
	}
	return "", errJSON
}

const (
	escapeLetters = `"\/bfnrt`
	escapeMeans   = "\"\\/\b\f\n\r\t"
)

func (r *reader) escape(b *strings.Builder) error {
	if r.i == len(r.s) {
		return errJSON
	}
	c := r.s[r.i]
	r.i++
	if at := strings.IndexByte(escapeLetters, c); at >= 0 {
		b.WriteByte(escapeMeans[at])
		return nil
	}
	if c != 'u' {
		return errJSON
	}
	unit, err := r.unit()
	if err != nil {
		return err
	}
	if utf16.IsSurrogate(unit) {
		if !strings.HasPrefix(r.s[r.i:], `\u`) {
			return errHalf
		}
		r.i += 2
		second, err := r.unit()
		if err != nil {
			return err
		}
		if unit = utf16.DecodeRune(unit, second); unit == unicode.ReplacementChar {
			return errHalf
		}
	}
	b.WriteRune(unit)
	return nil
}

func (r *reader) unit() (rune, error) {
	if r.i+4 > len(r.s) {
		return 0, errJSON
	}
	n, err := strconv.ParseUint(r.s[r.i:r.i+4], 16, 32)
	if err != nil {
		return 0, errJSON
	}
	r.i += 4
	return rune(n), nil
}

// number reads a number as it stands.
func (r *reader) number() (string, error) {
	r.blank()
	start := r.i
	r.accept('-')
	whole := r.digits()
	if whole == 0 || whole > 1 && r.s[r.i-whole] == '0' {
		return "", errJSON
	}
	if r.i < len(r.s) && r.s[r.i] == '.' {
		r.i++
		if r.digits() == 0 {
			return "", errJSON
		}
	}
	if r.i < len(r.s) && (r.s[r.i] == 'e' || r.s[r.i] == 'E') {
		r.i++
		if r.i < len(r.s) && (r.s[r.i] == '+' || r.s[r.i] == '-') {
			r.i++
		}
		if r.digits() == 0 {
			return "", errJSON
		}
	}
	return r.s[start:r.i], nil
}

func (r *reader) digits() (n int) {
	for r.i < len(r.s) && r.s[r.i] >= '0' && r.s[r.i] <= '9' {
		r.i++
		n++
	}
	return n
}

func (r *reader) word() (string, error) {
	for _, w := range []string{"true", "false", "null"} {
		if strings.HasPrefix(r.s[r.i:], w) {
			r.i += len(w)
			return w, nil
		}
	}
	return "", errJSON
}

// each calls f with the name (of an object) or the index (of an array) before each value, which f must read.
func (r *reader) each(f func(name string, index int) (more bool, err error)) error {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxNesting {
		return errJSON
	}
	object := r.peek() == '{'
	end := byte(']')
	if object {
		end = '}'
	}
	r.i++
	if r.accept(end) {
		return nil
	}
	for n := 0; ; n++ {
		name := ""
		if object {
			var err error
			if name, err = r.text(); err != nil {
				return err
			}
			if !r.accept(':') {
				return errJSON
			}
		}
		if more, err := f(name, n); err != nil || !more {
			return err
		}
		if r.accept(end) {
			return nil
		}
		if !r.accept(',') {
			return errJSON
		}
	}
}
