package trinosql_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
)

// shownByTrino writes a value of trinotest's as one text.
func shownByTrino(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return quotedText(v)
	case time.Time:
		return shownTime(v)
	case float64:
		return shownFloat(v)
	case []string:
		texts := make([]string, len(v))
		for i, s := range v {
			texts[i] = quotedText(s)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case json.RawMessage:
		var any any
		d := json.NewDecoder(strings.NewReader(string(v)))
		d.UseNumber()
		if err := d.Decode(&any); err != nil {
			return err.Error()
		}
		return shownJSON(any)
	}
	return fmt.Sprint(v)
}

func shownJSON(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return quotedText(v)
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			f, _ := v.Float64()
			return shownFloat(f)
		}
		return v.String()
	case []any:
		texts := make([]string, len(v))
		for i, e := range v {
			texts[i] = shownJSON(e)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case map[string]any:
		texts := make([]string, 0, len(v))
		for key, e := range v {
			texts = append(texts, quotedText(key)+": "+shownJSON(e))
		}
		slices.Sort(texts)
		return "{" + strings.Join(texts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

func quotedText(s string) string {
	if _, err := time.Parse("2006-01-02 15:04:05.999999999", s); err == nil && len(s) > 10 {
		at, _ := time.Parse("2006-01-02 15:04:05.999999999", s)
		return shownTime(at)
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(text))
}

func shownTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999999Z") }

func shownFloat(f float64) string {
	text := strconv.FormatFloat(f, 'g', 12, 64)
	switch text {
	case "NaN", "+Inf", "-Inf":
		return map[string]string{"NaN": `"NaN"`, "+Inf": `"Infinity"`, "-Inf": `"-Infinity"`}[text]
	}
	return text
}

// shown writes a value of DuckDB's as Trino's is written, which has the type.
func shown(v any, typ string) string {
	name, of := typ, ""
	if i := strings.IndexByte(typ, '('); i > 0 {
		name, of = typ[:i], typ[i+1:len(typ)-1]
	}
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return quotedText(v)
	case []byte:
		return quotedText(base64.StdEncoding.EncodeToString(v))
	case engine.Decimal:
		return quotedText(string(v))
	case time.Time:
		if name == "date" {
			return quotedText(v.Format(time.DateOnly))
		}
		return shownTime(v)
	case float64:
		return shownFloat(v)
	case float32:
		short, _ := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', -1, 32), 64)
		return shownFloat(short)
	case []any:
		texts := make([]string, len(v))
		for i, e := range v {
			texts[i] = shown(e, of)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case map[string]any:
		types := divided(of)
		texts := make([]string, len(v))
		for i := range texts {
			texts[i] = shown(v["f"+strconv.Itoa(i)], types[i])
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case engine.Pairs:
		types := divided(of)
		texts := make([]string, len(v.Keys))
		for i := range v.Keys {
			key := shown(v.Keys[i], types[0])
			if !strings.HasPrefix(key, `"`) {
				key = quotedText(key)
			}
			texts[i] = key + ": " + shown(v.Values[i], types[1])
		}
		slices.Sort(texts)
		return "{" + strings.Join(texts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

// divided are the types in a row's or a map's brackets, without the fields' names.
func divided(list string) (out []string) {
	depth, start := 0, 0
	for i := range list + "," {
		switch c := (list + ",")[i]; {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			one := strings.TrimSpace(list[start:i])
			if before, after, found := strings.Cut(one, " "); found && !strings.Contains(before, "(") && !strings.HasPrefix(one, "timestamp") {
				one = after
			}
			out, start = append(out, one), i+1
		}
	}
	return out
}
