package trinotest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// plain turns a value of Trino's client protocol into one of those that engine.Rows names.
func plain(v any, typ string) (any, error) {
	name, _, _ := strings.Cut(typ, "(")
	switch v := v.(type) {
	case nil, bool:
		return v, nil
	case json.Number:
		if name == "double" || name == "real" {
			return v.Float64()
		}
		return v.Int64()
	case string:
		if name == "timestamp" {
			return instant(v, typ)
		}
		return v, nil
	case []any:
		if name == "array" {
			return list(v)
		}
	}
	return asJSON(v)
}

func instant(text, typ string) (any, error) {
	zone := time.UTC
	if strings.HasSuffix(typ, "with time zone") {
		at := strings.LastIndexByte(text, ' ')
		var err error
		if zone, err = time.LoadLocation(text[at+1:]); err != nil {
			return nil, fmt.Errorf("%q is not a time: %w", text, err)
		}
		text = text[:at]
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05.999999999", text, zone)
	if err != nil {
		return nil, fmt.Errorf("%q is not a time: %w", text, err)
	}
	return at.UTC(), nil
}

// list is a list of texts as such; another list, or one with nulls, is JSON.
func list(values []any) (any, error) {
	texts := make([]string, len(values))
	for i, v := range values {
		text, ok := v.(string)
		if !ok {
			return asJSON(values)
		}
		texts[i] = text
	}
	return texts, nil
}

func asJSON(v any) (any, error) {
	text, err := json.Marshal(v)
	return json.RawMessage(text), err
}
