package duckdb

import (
	"context"
	"fmt"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// ColumnBytes are the compressed bytes of each column in all of the files. Only footers are read.
func (e *Engine) ColumnBytes(ctx context.Context, files []catalog.File) (map[string]int64, error) {
	sizes := map[string]int64{}
	if len(files) == 0 {
		return sizes, nil
	}
	local, err := e.files([]engine.Scan{{Files: files}})
	if err != nil {
		return nil, err
	}
	b, err := e.open(ctx, local, "")
	if err != nil {
		return nil, failure(ctx, err)
	}
	defer b.close()
	rows, err := b.conn.QueryContext(ctx, dialect.ColumnBytes(pathsOf(local[""])).String())
	if err != nil {
		return nil, failure(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var bytes int64
		if err := rows.Scan(&name, &bytes); err != nil {
			return nil, fmt.Errorf("read a column's size: %w", err)
		}
		sizes[name] = bytes
	}
	if err := rows.Err(); err != nil {
		return nil, failure(ctx, err)
	}
	return sizes, nil
}
