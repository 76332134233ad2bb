package trinotest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Engine runs statements on the server as Athena would.
type Engine struct {
	server  *Server
	catalog string
}

// Engine is the server with the tables of one of its catalogs.
func (s *Server) Engine(catalog string) *Engine { return &Engine{server: s, catalog: catalog} }

// Dialect implements engine.Engine.
func (e *Engine) Dialect() dialect.Dialect { return dialect.Athena() }

// Query implements engine.Engine. It reads what the catalog shows, which is to be the files of the statement's scans.
func (e *Engine) Query(ctx context.Context, s engine.Statement) (engine.Rows, error) {
	a, err := e.server.Run(ctx, Ask{SQL: s.SQL, Catalog: e.catalog})
	var refused *Failure
	switch {
	case errors.As(err, &refused) && refused.Type == "USER_ERROR":
		return nil, fmt.Errorf("%w: %w", engine.ErrStatement, err)
	case err != nil:
		return nil, err
	}
	if err := a.readLists(s.Lists); err != nil {
		return nil, err
	}
	return &rows{answer: a, max: s.MaxRows}, nil
}

// readLists reads the columns that hold lists as JSON.
func (a *Answer) readLists(names []string) error {
	for i, c := range a.Columns {
		if !slices.Contains(names, c.Name) {
			continue
		}
		for _, row := range a.Rows {
			text, ok := row[i].(string)
			if !ok {
				continue
			}
			var items []any
			err := json.Unmarshal([]byte(text), &items)
			if err == nil {
				row[i], err = list(items)
			}
			if err != nil {
				return fmt.Errorf("read the list in column %s: %w", c.Name, err)
			}
		}
	}
	return nil
}

type rows struct {
	answer *Answer
	max    int
	given  int
}

func (r *rows) Columns() []engine.Column { return r.answer.Columns }

func (r *rows) Next() ([]any, error) {
	if r.given == len(r.answer.Rows) || r.max > 0 && r.given == r.max {
		return nil, io.EOF
	}
	r.given++
	return r.answer.Rows[r.given-1], nil
}

func (r *rows) Close() (engine.Stats, error) {
	stats := r.answer.Stats
	return engine.Stats{
		BytesRead: stats.Bytes, Elapsed: time.Duration(stats.Elapsed) * time.Millisecond,
		Truncated: r.max > 0 && len(r.answer.Rows) > r.max,
	}, nil
}
