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

// file is a file as it is now. One that is written anew is another.
type file struct {
	path string
	size int64
	time int64
}

// files are the scans' files on this machine, by table. Each must be there with the size that the catalog knows.
func (e *Engine) files(scans []engine.Scan) (map[string][]file, error) {
	out := make(map[string][]file, len(scans))
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
			path := filepath.Join(e.root, local)
			info, err := os.Stat(path)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil, fmt.Errorf("%w: %s is gone", engine.ErrDamaged, f.Path)
			case err != nil:
				return nil, fmt.Errorf("scan of %s: %w", s.Table, err)
			case info.Size() != f.Bytes:
				return nil, fmt.Errorf("%w: %s has %d bytes, and the catalog says %d", engine.ErrDamaged, f.Path, info.Size(), f.Bytes)
			}
			out[s.Table] = append(out[s.Table], file{path: path, size: info.Size(), time: info.ModTime().UnixNano()})
		}
	}
	return out, nil
}

// view makes the scan's table: the catalog's columns in the catalog's types, from exactly the files.
func (b *box) view(ctx context.Context, s engine.Scan, files []file) error {
	v := dialect.View{Name: s.Table, From: s.From, To: s.To}
	if len(files) > 0 {
		var err error
		if v.Parts, err = b.parts(ctx, files); err != nil {
			return err
		}
	}
	for _, c := range s.Columns {
		v.Columns = append(v.Columns, dialect.ViewColumn{Name: c.Name, Type: c.Type})
	}
	v.Columns = append(v.Columns, dialect.ViewColumn{Name: catalog.DayColumn, Type: ecs.String, Key: true})
	if s.Location != "" {
		path := dialect.Path{Root: b.root, URI: s.Location}
		v.Columns = append(v.Columns, dialect.ViewColumn{Name: dialect.PathColumn, Type: ecs.String, Path: path})
	}
	_, err := b.conn.ExecContext(ctx, v.Create().String())
	return err
}
