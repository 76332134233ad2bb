package embedded

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// Delivered calls f with each committed object of a table, as they come from the database: there may be millions.
func (s *Store) Delivered(ctx context.Context, table string, f func(catalog.ObjectResult) error) error {
	t := s.session(s.db)
	query, args, err := t.selectObjects().Where(sq.Eq{"b.table_name": table, "b.state": string(catalog.Committed)}).ToSql()
	if err != nil {
		return fmt.Errorf("build query: %w", err)
	}
	rows, err := t.run.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("list the objects of %s: %w", table, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var o catalog.ObjectResult
		if err := scanObject(rows, &o); err != nil {
			return fmt.Errorf("list the objects of %s: %w", table, err)
		}
		if err := f(o); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list the objects of %s: %w", table, err)
	}
	return nil
}
