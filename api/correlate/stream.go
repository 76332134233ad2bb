package correlate

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
)

// stream is the events of one statement, in the order of the timeline.
type stream struct {
	rows    engine.Rows
	decoder decoder
	head    Event
	done    bool
}

func (s *stream) advance() error {
	row, err := s.rows.Next()
	if errors.Is(err, io.EOF) {
		s.done = true
		return nil
	}
	if err != nil {
		return err
	}
	s.head, err = s.decoder.event(row)
	return err
}

// merge gives the events of all streams in the order that each has.
func merge(streams []*stream, before func(a, b Event) int) (next func() (Event, error), err error) {
	for _, s := range streams {
		if err := s.advance(); err != nil {
			return nil, err
		}
	}
	return func() (Event, error) {
		var first *stream
		for _, s := range streams {
			if !s.done && (first == nil || before(s.head, first.head) < 0) {
				first = s
			}
		}
		if first == nil {
			return Event{}, io.EOF
		}
		e := first.head
		return e, first.advance()
	}, nil
}

// newer orders events as timelines are ordered.
func newer(a, b Event) int { return cmp.Or(b.Time.Compare(a.Time), still(a, b)) }

// older is the order of a timeline that begins with the oldest.
func older(a, b Event) int { return cmp.Or(a.Time.Compare(b.Time), still(a, b)) }

// still orders events of the same time.
func still(a, b Event) int {
	return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.ID, b.ID), cmp.Compare(a.LogFilePath, b.LogFilePath),
		cmp.Compare(a.LogOffset, b.LogOffset))
}

// decoder makes events of rows.
type decoder struct {
	fields  []output
	matcher *matcher
}

func (d decoder) event(row []any) (Event, error) {
	if len(row) != len(d.fields) {
		return Event{}, fmt.Errorf("a row has %d columns, not %d", len(row), len(d.fields))
	}
	e := Event{Fields: make(map[string]any, len(row))}
	hits := hits{}
	for i, o := range d.fields {
		switch {
		case row[i] == nil:
		case o.kind != "":
			values, err := texts(row[i])
			if err != nil {
				return Event{}, fmt.Errorf("read %s: %w", o.name, err)
			}
			d.matcher.find(o.kind, values, hits)
		case o.name == sourceColumn:
			e.Source, _ = row[i].(string)
		default:
			e.Fields[o.ecs] = fieldValue(o, row[i])
		}
	}
	e.Matched = hits.sorted()
	e.Time, _ = e.Fields["@timestamp"].(time.Time)
	e.ID = e.text("event.id")
	e.LogFilePath = e.text("log.file.path")
	e.LogOffset, _ = e.Fields["log.offset"].(int64)
	e.Target = e.target()
	e.Summary = sentence(e)
	return e, nil
}

// texts are the values of a list, in which there may be nulls.
func texts(v any) ([]string, error) {
	switch v := v.(type) {
	case []string:
		return v, nil
	case json.RawMessage:
		var values []*string
		if err := json.Unmarshal(v, &values); err != nil {
			return nil, err
		}
		var out []string
		for _, s := range values {
			if s != nil {
				out = append(out, *s)
			}
		}
		return out, nil
	}
	return nil, fmt.Errorf("a %T is no list of texts", v)
}

// fieldValue opens the JSON in a column of JSON; what is none after all stays text.
func fieldValue(o output, v any) any {
	if text, ok := v.(string); ok && o.json && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return v
}

// text is a field's text, or "".
func (e Event) text(field string) string {
	s, _ := e.Fields[field].(string)
	return s
}
