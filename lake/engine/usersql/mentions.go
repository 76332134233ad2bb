package usersql

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// mentions are what a statement reads from.
type mentions struct {
	tables []string        // that are no common table expressions, in lower case
	names  map[string]bool // all texts in it, in lower case: no column is read that is not among them,
	whole  bool            // but if it reads all columns
	refs   references      // how often tables are named
}

// tableFunctions are those that make rows from their arguments alone.
var tableFunctions = []string{"unnest", "range", "generate_series", "json_each", "json_tree"}

// relations are the kinds of node that can stand in FROM without reading anything that the walk does not see.
var relations = []string{"BASE_TABLE", "TABLE_FUNCTION", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "PIVOT", "CTE"}

// tree is the statement as DuckDB's parser understood it, by json_serialize_sql.
type tree struct {
	Error      bool   `json:"error"`
	Message    string `json:"error_message"`
	Statements []any  `json:"statements"`
}

// find walks the tree. Every node is looked at, so that a new kind of expression hides nothing. Tables may be qualified by
// schemas, or may not.
func find(serialized string, qualified bool) (mentions, error) {
	var t tree
	if err := json.Unmarshal([]byte(serialized), &t); err != nil {
		return mentions{}, fmt.Errorf("read the parsed statement: %w", err)
	}
	switch {
	case t.Error && strings.HasPrefix(t.Message, "Only SELECT"):
		return mentions{}, refuse("only SELECT can be run")
	case t.Error:
		return mentions{}, refuse("%s", t.Message)
	case len(t.Statements) != 1:
		return mentions{}, refuse("there are %d statements, and one can be run", len(t.Statements))
	}
	w := walk{ctes: map[string]bool{}, names: map[string]bool{}, refs: references{}, qualified: qualified}
	if err := w.node(t.Statements[0]); err != nil {
		return mentions{}, err
	}
	m := mentions{names: w.names, whole: w.readsRows(), refs: w.refs}
	for _, name := range w.tables {
		if !w.ctes[name] {
			m.tables = append(m.tables, name)
		}
	}
	slices.Sort(m.tables)
	m.tables = slices.Compact(m.tables)
	return m, nil
}

type walk struct {
	tables    []string
	ctes      map[string]bool
	names     map[string]bool
	refs      references
	in        string // the common table expression that is walked
	qualified bool
	columns
}

func (w *walk) node(n any) error {
	switch n := n.(type) {
	case string:
		w.names[strings.ToLower(n)] = true
	case []any:
		for _, child := range n {
			if err := w.node(child); err != nil {
				return err
			}
		}
	case map[string]any:
		if err := w.object(n); err != nil {
			return err
		}
		if name := defined(n); name != "" {
			defer func(in string) { w.in = in }(w.in)
			w.in = name
		}
		for _, child := range n {
			if err := w.node(child); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *walk) object(n map[string]any) error {
	w.look(n)
	if ctes, ok := n["cte_map"].(map[string]any); ok {
		w.define(ctes)
	}
	if name, ok := n["cte_name"].(string); ok {
		w.ctes[strings.ToLower(name)] = true
	}
	if from, ok := n["from_table"].(map[string]any); ok {
		if kind := text(from, "type"); !slices.Contains(relations, kind) {
			return refuse("FROM cannot have a %s", strings.ToLower(strings.ReplaceAll(kind, "_", " ")))
		}
	}
	switch text(n, "type") {
	case "BASE_TABLE":
		return w.table(n)
	case "TABLE_FUNCTION":
		return checkFunction(n)
	case "SHOW_REF":
		return refuse("DESCRIBE, SHOW and SUMMARIZE cannot be run")
	}
	return nil
}

// define notes the names of common table expressions.
func (w *walk) define(ctes map[string]any) {
	entries, _ := ctes["map"].([]any)
	for _, e := range entries {
		if entry, ok := e.(map[string]any); ok {
			w.ctes[strings.ToLower(text(entry, "key"))] = true
		}
	}
}

func (w *walk) table(n map[string]any) error {
	name := text(n, "table_name")
	if schema := text(n, "catalog_name") + text(n, "schema_name"); schema != "" && !w.qualified {
		return refuse("%s.%s: tables have no schema here, say %q", schema, name, name)
	}
	w.tables = append(w.tables, strings.ToLower(name))
	w.refs.note(w.in, strings.ToLower(name))
	return nil
}

func checkFunction(n map[string]any) error {
	f, _ := n["function"].(map[string]any)
	name := strings.ToLower(text(f, "function_name"))
	if !slices.Contains(tableFunctions, name) {
		return refuse("%s cannot be read from: only the catalog's tables and %s can", name, strings.Join(tableFunctions, ", "))
	}
	return nil
}

func text(n map[string]any, key string) string {
	s, _ := n[key].(string)
	return s
}
