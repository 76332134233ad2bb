package duckdb

import (
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"github.com/hindcast/hindcast/lake/engine"
)

var _ engine.Exact = (*rows)(nil)

// Exact gives the row in types that lose nothing; see [engine.Exact].
func (r *rows) Exact() []any {
	out := make([]any, len(r.raw))
	for i, v := range r.raw {
		out[i] = exact(v, r.columns[i].Type)
	}
	return out
}

// exact takes the driver's own types off a value.
func exact(v any, typ string) any {
	switch v := v.(type) {
	case duckdb.OrderedMap:
		return engine.Pairs{Keys: exactAll(v.Keys()), Values: exactAll(v.Values())}
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, field := range v {
			out[name] = exact(field, "")
		}
		return out
	case []any:
		return exactAll(v)
	case duckdb.Decimal:
		return decimal(v.Value.String(), int(v.Scale))
	case duckdb.UUID:
		return v.String()
	case []byte:
		if typ == "UUID" {
			return plainBytes(v, typ)
		}
	}
	return v
}

func exactAll(values []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = exact(v, "")
	}
	return out
}

// decimal writes digits with all of the scale, which the driver leaves out.
func decimal(digits string, scale int) engine.Decimal {
	if scale == 0 {
		return engine.Decimal(digits)
	}
	digits, negative := strings.CutPrefix(digits, "-")
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	text := digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	if negative {
		text = "-" + text
	}
	return engine.Decimal(text)
}
