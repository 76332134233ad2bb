// Package describe tells people and programs what a log source reads and which columns it fills.
package describe

import (
	"fmt"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// Source is what there is to say of a source.
type Source struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Docs    []string `json:"docs,omitempty"`
	Notes   string   `json:"notes,omitempty"`
	Version string   `json:"version"`
	Keys    []string `json:"keys"`
	Skip    []string `json:"skip,omitempty"`
	Framing string   `json:"framing"`
	OwnID   bool     `json:"own_id"` // duplicates are told by the log's own id
	Columns []Column `json:"columns"`
}

// Column is a column of the source's table.
type Column struct {
	Name   string   `json:"name"`
	ECS    string   `json:"ecs"`
	Type   string   `json:"type"`
	Filled Filled   `json:"filled"`
	From   []string `json:"from,omitempty"`  // raw values, of which the first that is there is taken
	Value  string   `json:"value,omitempty"` // that every row has
	Kind   ecs.Kind `json:"indicator,omitempty"`
	JSON   bool     `json:"is_json,omitempty"` // its text is a JSON value
	Doc    string   `json:"doc,omitempty"`
}

// Filled is what fills a column.
type Filled string

const (
	ByMapping    Filled = "mapping"    // a raw value
	ByStatic     Filled = "static"     // always the same
	ByRules      Filled = "rules"      // the source's own rules, from several raw values
	ByLake       Filled = "lake"       // what is the same for every source
	ByEnrichment Filled = "enrichment" // what is known of other columns' values from elsewhere
	Common       Filled = "common"     // a column of every table, which the source's rules may fill
)

// byLake are the columns that the lake fills for every source.
var byLake = map[string]bool{
	"event.ingested": true, "log.file.path": true, "log.offset": true, "mapping_version": true, "unmapped": true,
	"related.ip": true, "related.user": true, "related.hosts": true, "related.hash": true,
}

// Of describes a source.
func Of(c *source.Compiled) Source {
	s := Source{
		Name: c.Name, Title: c.Title, Docs: c.Docs, Notes: c.Notes, Version: c.Version,
		Keys: c.Keys, Skip: c.Skip, Framing: framing(c.Framing), OwnID: c.OwnID,
	}
	for _, f := range c.Schema().Fields() {
		s.Columns = append(s.Columns, column(c.Source, f))
	}
	return s
}

func column(s *source.Source, f ecs.Field) Column {
	c := Column{Name: f.Column(), ECS: f.Name, Type: f.Type.String(), Filled: Common, Kind: f.Kind, JSON: f.JSON, Doc: f.Doc}
	switch {
	case byLake[f.Name], f.Name == "event.id":
		c.Filled = ByLake
	case ecs.IsDerived(f.Name):
		c.Filled = ByEnrichment
	}
	for _, extra := range s.Extra {
		if extra.Name == f.Name {
			c.Filled = ByRules
		}
	}
	for _, st := range s.Static {
		if st.To == f.Name {
			c.Filled, c.Value = ByStatic, st.Value
		}
	}
	for _, m := range s.Map {
		if m.To == f.Name {
			c.Filled = ByMapping
			for from := range strings.SplitSeq(m.From, "|") {
				c.From = append(c.From, strings.TrimSpace(from))
			}
		}
	}
	return c
}

// framing says in words how an object divides into records.
func framing(f frame.Framing) string {
	switch {
	case f.Kind == frame.JSON && len(f.Arrays) > 0:
		return "JSON objects: bare, a line each, in an array, or in the array " + strings.Join(f.Arrays, " or ")
	case f.Kind == frame.JSON:
		return "JSON objects: bare, a line each, or in an array"
	case f.Kind == frame.Multiline:
		return "a first line and the lines that go on from it"
	case f.Header != nil:
		return "lines, below or between header lines"
	}
	return "lines"
}

// source says in words where a column's values come from.
func (c Column) source() string {
	switch c.Filled {
	case ByMapping:
		return strings.Join(c.From, ", else ")
	case ByStatic:
		return fmt.Sprintf("always %q", c.Value)
	case ByRules:
		return "(by rules)"
	case ByLake:
		return "(by the lake)"
	case ByEnrichment:
		return "(by enrichment)"
	}
	return ""
}
