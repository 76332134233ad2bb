package trinofn

import (
	"errors"
	"fmt"
	"math"
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

// elements are an array's, as JSON.
func elements(s string) ([]string, bool) {
	r := reader{s: s, plain: true}
	if r.peek() != '[' {
		return nil, false
	}
	items := []string{}
	err := r.each(func(string, int) (bool, error) {
		var b strings.Builder
		err := r.copy(&b, false)
		items = append(items, b.String())
		return true, err
	})
	return items, err == nil
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

// membersOf are an object's keys, or its values as JSON.
func membersOf(s string, keys bool) (any, error) {
	r := reader{s: s, plain: true}
	if s == "null" {
		return nil, nil //nolint:nilnil // null
	}
	if r.peek() != '{' {
		return nil, fmt.Errorf("Cannot cast to map: %s", s)
	}
	out := []string{}
	err := r.each(func(name string, _ int) (bool, error) {
		if keys {
			out = append(out, name)
			return true, r.skip()
		}
		var b strings.Builder
		err := r.copy(&b, false)
		out = append(out, b.String())
		return true, err
	})
	if err != nil {
		return nil, fmt.Errorf("Cannot cast to map: %s", s)
	}
	return out, nil
}

// scalarOf is a JSON scalar's text: numbers with a fraction are doubles.
func scalarOf(s, to string) (any, error) {
	r := reader{s: s}
	switch c := r.peek(); {
	case c == '"':
		return r.text()
	case c == '-' || c >= '0' && c <= '9':
		n, err := r.number()
		if err != nil || !strings.ContainsAny(n, ".eE") {
			return n, err
		}
		f, err := strconv.ParseFloat(n, 64)
		if err != nil && !math.IsInf(f, 0) {
			return nil, cannot(s, to)
		}
		return floatText(f, 64), nil
	case c == '{' || c == '[':
		return nil, fmt.Errorf("Cannot cast '%s' to %s", s, to)
	}
	w, err := r.word()
	if err != nil {
		return nil, cannot(s, to)
	}
	return maybe(w, w != "null"), nil
}

func jsonInteger(s string) (any, error) {
	r := reader{s: s}
	switch c := r.peek(); {
	case c == '"':
		text, err := r.text()
		if err != nil {
			return nil, err
		}
		return parseInteger(text)
	case c == '-' || c >= '0' && c <= '9':
		n, err := r.number()
		if err != nil {
			return nil, cannot(s, "bigint")
		}
		if !strings.ContainsAny(n, ".eE") {
			return parseInteger(n)
		}
		f, err := strconv.ParseFloat(n, 64)
		if err != nil || math.Abs(f) >= 1<<63 {
			return nil, cannot(s, "bigint")
		}
		return int64(math.Round(f)), nil
	}
	switch w, err := r.word(); {
	case err != nil:
		return nil, cannot(s, "bigint")
	case w == "true":
		return int64(1), nil
	case w == "false":
		return int64(0), nil
	}
	return nil, nil //nolint:nilnil // null
}

func jsonDouble(s string) (any, error) {
	r := reader{s: s}
	switch c := r.peek(); {
	case c == '"':
		text, err := r.text()
		if err != nil {
			return nil, err
		}
		return parseDouble(text)
	case c == '-' || c >= '0' && c <= '9':
		n, err := r.number()
		if err != nil {
			return nil, cannot(s, "double")
		}
		f, err := strconv.ParseFloat(n, 64)
		if err != nil && !math.IsInf(f, 0) {
			return nil, cannot(s, "double")
		}
		return f, nil
	}
	switch w, err := r.word(); {
	case err != nil:
		return nil, cannot(s, "double")
	case w == "true":
		return 1.0, nil
	case w == "false":
		return 0.0, nil
	}
	return nil, nil //nolint:nilnil // null
}

func jsonBoolean(s string) (any, error) {
	r := reader{s: s}
	switch c := r.peek(); {
	case c == '"':
		text, err := r.text()
		if err != nil {
			return nil, err
		}
		return parseBoolean(text)
	case c == '-' || c >= '0' && c <= '9':
		n, err := r.number()
		if err != nil {
			return nil, cannot(s, "boolean")
		}
		f, err := strconv.ParseFloat(n, 64)
		if err != nil {
			return nil, cannot(s, "boolean")
		}
		return f != 0, nil
	}
	switch w, err := r.word(); {
	case err != nil:
		return nil, cannot(s, "boolean")
	case w != "null":
		return w == "true", nil
	}
	return nil, nil //nolint:nilnil // null
}
