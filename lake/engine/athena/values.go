package athena

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// decoderOf makes values of a type of Athena's, as [engine.Rows] names them. What has no such value stays text: decimals
// and dates, and lists, rows and maps of a person's own statements, which Athena renders ambiguously.
// https://docs.aws.amazon.com/athena/latest/ug/data-types.html
func decoderOf(typ string) func(string) (any, error) {
	name, _, _ := strings.Cut(typ, "(")
	switch strings.TrimSpace(name) {
	case "tinyint", "smallint", "integer", "int", "bigint":
		return func(s string) (any, error) { return strconv.ParseInt(s, 10, 64) }
	case "double", "float", "real":
		return float
	case "boolean":
		return boolean
	case "json":
		return document
	case "varbinary":
		return func(s string) (any, error) { return strings.ReplaceAll(s, " ", ""), nil }
	}
	if strings.HasPrefix(typ, "timestamp") {
		return instant
	}
	return func(s string) (any, error) { return s, nil }
}

// float is a text for what is not a number, which JSON could not say.
func float(s string) (any, error) {
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case math.IsNaN(f), math.IsInf(f, 0) && err == nil:
		return s, nil
	case err != nil:
		return nil, err
	}
	return f, nil
}

func boolean(s string) (any, error) {
	switch s {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return nil, fmt.Errorf("%q is neither true nor false", s)
}

func document(s string) (any, error) {
	if !json.Valid([]byte(s)) {
		return nil, errors.New("the text is no JSON")
	}
	return json.RawMessage(s), nil
}

// instant reads a timestamp, which may have a zone: an offset or a name. Without one it is in UTC.
func instant(s string) (any, error) {
	const layout = "2006-01-02 15:04:05"
	at, zone := s, ""
	if fields := strings.Fields(s); len(fields) == 3 {
		at, zone = fields[0]+" "+fields[1], fields[2]
	}
	if zone == "" {
		return time.Parse(layout, at)
	}
	if strings.HasPrefix(zone, "+") || strings.HasPrefix(zone, "-") {
		t, err := time.Parse(layout+" -07:00", at+" "+zone)
		return t.UTC(), err
	}
	where, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("read a time: %w", err)
	}
	t, err := time.ParseInLocation(layout, at, where)
	return t.UTC(), err
}

// listOf reads a list's JSON; one with nulls stays JSON, as [engine.Rows] has it.
func listOf(s string) (any, error) {
	var items []*string
	if err := json.Unmarshal([]byte(s), &items); err != nil {
		return nil, fmt.Errorf("read a list: %w", err)
	}
	texts := make([]string, len(items))
	for i, item := range items {
		if item == nil {
			return json.RawMessage(s), nil
		}
		texts[i] = *item
	}
	return texts, nil
}
