package duckdb

import (
	"encoding/json"
	"fmt"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// plainJSON is the JSON of a value that has no plain type: a structure, a map, a list of such.
func plainJSON(v any) (any, error) {
	text, err := json.Marshal(jsonable(v))
	if err != nil {
		return nil, fmt.Errorf("a %T has no JSON: %w", v, err)
	}
	return json.RawMessage(text), nil
}

// jsonable gives what encoding/json can take.
func jsonable(v any) any {
	switch v := v.(type) {
	case duckdb.Map:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[fmt.Sprint(key)] = jsonable(value)
		}
		return out
	case duckdb.Union:
		return jsonable(v.Value)
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = jsonable(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = jsonable(value)
		}
		return out
	case float64:
		return plainFloat(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case duckdb.Decimal:
		return v.String()
	case duckdb.UUID:
		return v.String()
	}
	return v
}
