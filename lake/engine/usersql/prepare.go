package usersql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Catalog is what a statement's tables are looked up in.
type Catalog interface {
	// Tables are all tables, by name.
	Tables(ctx context.Context) ([]catalog.Table, error)
	// Files are the files that the query selects.
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
	// ColumnBytes sums up what is known of a table's files.
	ColumnBytes(ctx context.Context, table string, files []catalog.File) (catalog.ColumnBytes, error)
}

// Parser is an engine's parser.
type Parser interface {
	// Serialize gives the statement's tree as json_serialize_sql does.
	Serialize(ctx context.Context, sql string) (string, error)
}

// Prepare checks a statement and says what it reads: the tables that it names, and no others. It gives at most maxRows
// rows; 0 means all. engine.ErrStatement says what is wrong with it.
func Prepare(ctx context.Context, c Catalog, p Parser, sql string, maxRows int) (engine.Statement, error) {
	sql, err := check(sql)
	if err != nil {
		return engine.Statement{}, err
	}
	serialized, err := p.Serialize(ctx, sql)
	if err != nil {
		return engine.Statement{}, err
	}
	m, err := find(serialized, false)
	if err != nil {
		return engine.Statement{}, err
	}
	scans, err := scansOf(ctx, c, m.tables)
	if err != nil {
		return engine.Statement{}, err
	}
	s := engine.Statement{SQL: sql, Scans: scans, MaxRows: maxRows}
	if s.Estimate, err = m.estimate(ctx, c, scans); err != nil {
		return engine.Statement{}, err
	}
	if maxRows > 0 {
		s.SQL = dialect.Limited(sql, maxRows+1).String()
	}
	return s, nil
}

func scansOf(ctx context.Context, c Catalog, tables []string) ([]engine.Scan, error) {
	if len(tables) == 0 {
		return nil, nil
	}
	all, err := c.Tables(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	scans := make([]engine.Scan, len(tables))
	for i, name := range tables {
		at := slices.IndexFunc(all, func(t catalog.Table) bool { return t.Name == name })
		if at < 0 {
			return nil, unknown(name, all)
		}
		scans[i] = engine.Scan{Table: name, Columns: all[at].Columns}
	}
	files, err := c.Files(ctx, catalog.FileQuery{Tables: tables})
	if err != nil {
		return nil, fmt.Errorf("list the files of %s: %w", strings.Join(tables, ", "), err)
	}
	for _, f := range files {
		i := slices.Index(tables, f.Table)
		scans[i].Files = append(scans[i].Files, f)
	}
	return scans, nil
}

func unknown(name string, all []catalog.Table) error {
	if len(all) == 0 {
		return refuse("there is no table %s: the lake has none yet", name)
	}
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = t.Name
	}
	return refuse("there is no table %s: the lake has %s", name, strings.Join(names, ", "))
}
