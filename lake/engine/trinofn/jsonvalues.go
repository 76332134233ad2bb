package trinofn

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// pathOf reads a path such as $.a[0]["b c"].
func pathOf(path string) ([]string, error) {
	wrong := fmt.Errorf("Invalid JSON path: '%s'", path)
	if !strings.HasPrefix(path, "$") {
		return nil, wrong
	}
	var steps []string
	rest := path[1:]
	for rest != "" {
		var step string
		var ok bool
		switch {
		case rest[0] == '.':
			step, rest, ok = unquoted(rest[1:], ":")
		case rest[0] == '[' && len(rest) > 1 && rest[1] == '"':
			step, rest, ok = quotedStep(rest[2:])
		case rest[0] == '[':
			if step, rest, ok = unquoted(rest[1:], ""); ok {
				rest, ok = strings.CutPrefix(rest, "]")
			}
		}
		if !ok {
			return nil, wrong
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// unquoted takes letters, digits, _ and the others.
func unquoted(s, others string) (step, rest string, ok bool) {
	n := strings.IndexFunc(s, func(c rune) bool {
		return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune(others, c)
	})
	if n < 0 {
		n = len(s)
	}
	return s[:n], s[n:], n > 0
}

func quotedStep(s string) (step, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return b.String(), strings.TrimPrefix(s[i+1:], "]"), strings.HasPrefix(s[i+1:], "]")
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}

// errFound ends the way through a document where the value begins.
var errFound = errors.New("found")

// seek goes to the value at the path. It is not there when found is false.
func (r *reader) seek(steps []string) (found bool, err error) {
	if len(steps) == 0 {
		return true, nil
	}
	c := r.peek()
	if c != '{' && c != '[' {
		return false, nil
	}
	index, numErr := strconv.Atoi(steps[0])
	err = r.each(func(name string, n int) (bool, error) {
		if c == '{' && name == steps[0] || c == '[' && numErr == nil && n == index {
			var err error
			if found, err = r.seek(steps[1:]); err != nil {
				return false, err
			}
			return false, errFound
		}
		return true, r.skip()
	})
	if errors.Is(err, errFound) {
		err = nil
	}
	return found, err
}

// skip passes over a value.
func (r *reader) skip() error {
	switch c := r.peek(); {
	case c == '"':
		_, err := r.text()
		if errors.Is(err, errHalf) {
			return r.restOfText()
		}
		return err
	case c == '{' || c == '[':
		return r.each(func(string, int) (bool, error) { return true, r.skip() })
	case c == '-' || c >= '0' && c <= '9':
		_, err := r.number()
		return err
	}
	_, err := r.word()
	return err
}

// restOfText goes to the end of a string whose beginning has been read.
func (r *reader) restOfText() error {
	for r.i < len(r.s) {
		switch r.s[r.i] {
		case '"':
			r.i++
			return nil
		case '\\':
			r.i++
		}
		r.i++
	}
	return errJSON
}

// nothing is null for what is not JSON, and an error for what is not supported.
func nothing(err error) (any, error) {
	if errors.Is(err, errHalf) {
		return nil, err
	}
	return nil, nil //nolint:nilnil // null
}

// extract is what stands at the path: as JSON, or the text of a value that is neither an object nor an array. What is
// not JSON has nothing.
func extract(s, path string, scalar bool) (any, error) {
	steps, err := pathOf(path)
	if err != nil {
		return nil, err
	}
	r := reader{s: s}
	found, err := r.seek(steps)
	if err != nil || !found {
		return nothing(err)
	}
	if !scalar {
		var b strings.Builder
		if err := r.copy(&b, false); err != nil {
			return nothing(err)
		}
		return b.String(), nil
	}
	switch c := r.peek(); {
	case c == '"':
		text, err := r.text()
		if err != nil {
			return nothing(err)
		}
		return text, nil
	case c == '-' || c >= '0' && c <= '9':
		n, err := r.number()
		return maybe(n, err == nil), nil
	case c == '{' || c == '[':
		return nil, nil //nolint:nilnil // null
	}
	w, err := r.word()
	return maybe(w, err == nil && w != "null"), nil
}

// jsonSize is how many members or elements there are at the path; scalars have none.
func jsonSize(s, path string) (any, error) {
	steps, err := pathOf(path)
	if err != nil {
		return nil, err
	}
	r := reader{s: s}
	found, err := r.seek(steps)
	if err != nil || !found {
		return nil, nil //nolint:nilerr,nilnil // null
	}
	if c := r.peek(); c != '{' && c != '[' {
		if err := r.skip(); err != nil {
			return nil, nil //nolint:nilerr,nilnil // null
		}
		return int64(0), nil
	}
	n := int64(0)
	if err := r.each(func(string, int) (bool, error) { n++; return true, r.skip() }); err != nil {
		return nil, nil //nolint:nilerr,nilnil // null
	}
	return n, nil
}

// arrayContains looks for a string among an array's elements.
func arrayContains(s, wanted string) (any, error) {
	items, ok := elements(s)
	if !ok {
		return nil, nil //nolint:nilnil // null
	}
	for _, item := range items {
		r := reader{s: item}
		if r.peek() != '"' {
			continue
		}
		if text, err := r.text(); err == nil && text == wanted {
			return true, nil
		}
	}
	return false, nil
}
