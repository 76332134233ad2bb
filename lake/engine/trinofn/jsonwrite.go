package trinofn

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// copy writes the next value without blanks: objects by their keys when it is to be sorted, a key's last value alone.
func (r *reader) copy(b *strings.Builder, sort bool) error {
	switch c := r.peek(); {
	case c == '"':
		s, err := r.text()
		b.WriteString(r.quoted(s))
		return err
	case c == '[':
		b.WriteByte('[')
		err := r.each(func(_ string, n int) (bool, error) {
			if n > 0 {
				b.WriteByte(',')
			}
			return true, r.copy(b, sort)
		})
		b.WriteByte(']')
		return err
	case c == '{' && sort:
		return r.sorted(b)
	case c == '{':
		b.WriteByte('{')
		err := r.each(func(name string, n int) (bool, error) {
			if n > 0 {
				b.WriteByte(',')
			}
			b.WriteString(r.quoted(name) + ":")
			return true, r.copy(b, sort)
		})
		b.WriteByte('}')
		return err
	case c == '-' || c >= '0' && c <= '9':
		n, err := r.number()
		b.WriteString(plainNumber(n))
		return err
	}
	w, err := r.word()
	b.WriteString(w)
	return err
}

func (r *reader) sorted(b *strings.Builder) error {
	members := map[string]string{}
	var keys []string
	err := r.each(func(name string, _ int) (bool, error) {
		var v strings.Builder
		err := r.copy(&v, true)
		if _, twice := members[name]; !twice {
			keys = append(keys, name)
		}
		members[name] = v.String()
		return true, err
	})
	slices.SortFunc(keys, compareUnits)
	b.WriteByte('{')
	for i, k := range keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(r.quoted(k) + ":" + members[k])
	}
	b.WriteByte('}')
	return err
}

// compareUnits compares as Java does, by the units of UTF-16.
func compareUnits(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			if a[i] >= 0xee && b[i] >= 0xee { // letters beyond the surrogates, and those that are written by them
				return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
			}
			return int(a[i]) - int(b[i])
		}
	}
	return len(a) - len(b)
}

// plainNumber is a number as Java writes it: an integer as it is, others as doubles.
func plainNumber(n string) string {
	if n == "-0" {
		return "0"
	}
	if !strings.ContainsAny(n, ".eE") {
		return n
	}
	f, err := strconv.ParseFloat(n, 64)
	if err != nil && !math.IsInf(f, 0) {
		return n
	}
	return javaFloat(f)
}

const hexDigits = "0123456789ABCDEF"

// quoted is a text as a JSON string, as Jackson escapes it when it writes JSON for Trino.
func (r *reader) quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch at := strings.IndexRune(escapeMeans, c); {
		case c >= 0x10000 && !r.plain:
			high, low := utf16.EncodeRune(c)
			escapeUnit(&b, high)
			escapeUnit(&b, low)
		case c == '/' || c >= 0x20 && at < 0:
			b.WriteRune(c)
		case at >= 0:
			b.WriteByte('\\')
			b.WriteByte(escapeLetters[at])
		default:
			escapeUnit(&b, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func escapeUnit(b *strings.Builder, unit rune) {
	b.WriteString(`\u`)
	for shift := 12; shift >= 0; shift -= 4 {
		b.WriteByte(hexDigits[unit>>shift&15])
	}
}

// jsonParse is the text of a document with its keys in order.
func jsonParse(s string) (string, error) {
	r := reader{s: s}
	var b strings.Builder
	err := r.copy(&b, true)
	if errors.Is(err, errHalf) {
		return "", err
	}
	if err != nil || !r.done() {
		return "", fmt.Errorf("Cannot convert value to JSON: '%s'", s)
	}
	return b.String(), nil
}
