package duckdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// paths are the scans' files on this machine, by table.
func (e *Engine) paths(scans []engine.Scan) (map[string][]string, error) {
	out := make(map[string][]string, len(scans))
	for _, s := range scans {
		if _, twice := out[s.Table]; twice {
			return nil, fmt.Errorf("scan of %s: it stands twice in the statement", s.Table)
		}
		out[s.Table] = nil
		for _, f := range s.Files {
			local := filepath.FromSlash(f.Path)
			if !filepath.IsLocal(local) {
				return nil, fmt.Errorf("scan of %s: file %s is outside of the lake", s.Table, f.Path)
			}
			file := filepath.Join(e.root, local)
			if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("%w: %s", engine.ErrStale, f.Path)
			}
			out[s.Table] = append(out[s.Table], file)
		}
	}
	return out, nil
}

// view makes the scan's table: the catalog's columns in the catalog's types, from exactly the files.
func (b *box) view(ctx context.Context, s engine.Scan, paths []string) error {
	v := dialect.View{Name: s.Table, From: s.From, To: s.To}
	stored := map[string]string{}
	if len(paths) > 0 {
		v.Relation = dialect.ReadParquet(paths)
		var err error
		if stored, err = b.describe(ctx, v.Relation); err != nil {
			return err
		}
	}
	for _, c := range s.Columns {
		v.Columns = append(v.Columns, dialect.ViewColumn{Name: c.Name, Type: c.Type, Stored: stored[c.Name]})
	}
	v.Columns = append(v.Columns, dialect.ViewColumn{
		Name: catalog.DayColumn, Type: ecs.String, Stored: stored[catalog.DayColumn], Key: true,
	})
	_, err := b.conn.ExecContext(ctx, v.Create().String())
	return err
}

// describe gives the types of a relation's columns.
func (b *box) describe(ctx context.Context, relation dialect.SQL) (map[string]string, error) {
	rows, err := b.conn.QueryContext(ctx, dialect.Describe(relation).String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types := map[string]string{}
	for rows.Next() {
		var name, typ string
		var null, key, def, extra any
		if err := rows.Scan(&name, &typ, &null, &key, &def, &extra); err != nil {
			return nil, fmt.Errorf("read a column's description: %w", err)
		}
		types[name] = typ
	}
	return types, rows.Err()
}
