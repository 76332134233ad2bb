package duckdb

import (
	"context"

	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Serialize gives a SELECT's tree as JSON, as json_serialize_sql does; nothing is run. Of a text that is no SELECT, or
// no SQL, the tree holds the error.
func (e *Engine) Serialize(ctx context.Context, sql string) (string, error) {
	b, err := e.open(ctx, nil, "", "")
	if err != nil {
		return "", failure(ctx, err)
	}
	defer b.close()
	var tree string
	if err := b.conn.QueryRowContext(ctx, dialect.Serialize(sql).String()).Scan(&tree); err != nil {
		return "", failure(ctx, err)
	}
	return tree, nil
}
