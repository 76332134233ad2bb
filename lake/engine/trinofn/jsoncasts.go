package trinofn

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

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
		return floatText(f, -1), nil
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
