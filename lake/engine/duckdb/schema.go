package duckdb

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// schema is what files of one schema have in common.
type schema struct {
	text  string            // tells schemas apart
	types map[string]string // the columns' types as DuckDB calls them
}

// schemas remembers the schemas of files. To have DuckDB unite the schemas of all files, in every statement and again
// for each time that a statement names a table, takes ten times as long as the rest of it.
type schemas struct {
	mu     sync.Mutex
	byFile map[file]*schema
	byText map[string]*schema
}

// maxRemembered is how many files' schemas are remembered.
const maxRemembered = 200_000

func newSchemas() *schemas {
	return &schemas{byFile: map[file]*schema{}, byText: map[string]*schema{}}
}

// known gives the schemas of the files that are known, and the paths of the others.
func (s *schemas) known(files []file) (found map[string]*schema, unknown []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found = make(map[string]*schema, len(files))
	for _, f := range files {
		if of := s.byFile[f]; of != nil {
			found[f.path] = of
		} else {
			unknown = append(unknown, f.path)
		}
	}
	return found, unknown
}

func (s *schemas) of(text string) *schema {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byText[text]
}

func (s *schemas) remember(files []file, found map[string]*schema) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byFile)+len(files) > maxRemembered {
		clear(s.byFile)
		clear(s.byText)
	}
	for _, f := range files {
		of := found[f.path]
		s.byFile[f], s.byText[of.text] = of, of
	}
}

// parts puts the files of each schema together, in the order of their first files.
func (b *box) parts(ctx context.Context, files []file) ([]dialect.Part, error) {
	found, unknown := b.schemas.known(files)
	if len(unknown) > 0 {
		if err := b.learn(ctx, unknown, found); err != nil {
			return nil, fmt.Errorf("read the schemas of %d files: %w", len(unknown), err)
		}
	}
	var order []*schema
	paths := map[*schema][]string{}
	for _, f := range files {
		of := found[f.path]
		if of == nil {
			return nil, fmt.Errorf("read the schema of %s: it has none", f.path)
		}
		if paths[of] == nil {
			order = append(order, of)
		}
		paths[of] = append(paths[of], f.path)
	}
	b.schemas.remember(files, found)
	parts := make([]dialect.Part, len(order))
	for i, of := range order {
		parts[i] = dialect.Part{Relation: dialect.ReadParquet(paths[of]), Stored: of.types}
	}
	return parts, nil
}

// learn finds the schemas of files by their footers.
func (b *box) learn(ctx context.Context, paths []string, found map[string]*schema) error {
	texts, err := b.texts(ctx, dialect.Schemas(paths))
	if err != nil {
		return err
	}
	fresh := map[string]*schema{}
	for _, t := range texts {
		path, text := t[0], t[1]
		of := cmp.Or(fresh[text], b.schemas.of(text))
		if of == nil {
			if of, err = b.describe(ctx, path, text); err != nil {
				return err
			}
		}
		fresh[text], found[path] = of, of
	}
	return nil
}

func (b *box) describe(ctx context.Context, path, text string) (*schema, error) {
	columns, err := b.texts(ctx, dialect.Describe(dialect.ReadParquet([]string{path})))
	if err != nil {
		return nil, err
	}
	of := &schema{text: text, types: make(map[string]string, len(columns))}
	for _, c := range columns {
		of.types[c[0]] = c[1]
	}
	return of, nil
}

// texts gives the first two columns of a result.
func (b *box) texts(ctx context.Context, query dialect.SQL) ([][2]string, error) {
	rows, err := b.conn.QueryContext(ctx, query.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out [][2]string
	for rows.Next() {
		var two [2]string
		targets := make([]any, len(columns))
		for i := range targets {
			targets[i] = new(any)
		}
		targets[0], targets[1] = &two[0], &two[1]
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		out = append(out, two)
	}
	return out, rows.Err()
}
