package view

import (
	"context"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/trinosql"
)

// Files knows the tables' files.
type Files interface {
	// Files are the files that the query selects.
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
}

// Scans are the tables that a statement names, with the files that it reads. The location is the URI of the lake's root, with
// a slash at its end; without one, conditions on paths leave no file out.
func (s Schema) Scans(ctx context.Context, c Files, location string, t *trinosql.Translated) ([]engine.Scan, error) {
	reads := t.Reads
	scans := make([]engine.Scan, len(reads))
	var q catalog.FileQuery
	for n, r := range reads {
		i := s.index(r.Table)
		if i < 0 {
			return nil, fmt.Errorf("the statement reads %s, which is no table", r.Table)
		}
		scans[n] = engine.Scan{Table: r.Table, Columns: s[i].Columns}
		if t.Paths {
			scans[n].Location = location
		}
		if r.None {
			continue
		}
		if len(q.Tables) == 0 {
			q.FromDay, q.ToDay = r.From, r.To
		}
		q.Tables, q.FromDay = append(q.Tables, r.Table), min(q.FromDay, r.From)
		if r.To == "" || q.ToDay != "" && r.To > q.ToDay {
			q.ToDay = r.To
		}
	}
	if len(q.Tables) == 0 {
		return scans, nil
	}
	files, err := c.Files(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("list the files: %w", err)
	}
	for _, f := range files {
		n := slices.IndexFunc(reads, func(r trinosql.Read) bool {
			return r.Table == f.Table && r.Has(f.Day) && (location == "" || r.Paths == nil || slices.Contains(r.Paths, location+f.Path))
		})
		if n >= 0 {
			scans[n].Files = append(scans[n].Files, f)
		}
	}
	return scans, nil
}
