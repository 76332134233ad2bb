package embedded

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"

	"github.com/hindcast/hindcast/migrations"
)

// migrate brings the schema up to date. When several processes open a new database at once, all but one of them find
// a migration done under their hands and fail; they look again for as long as somebody gets ahead.
func migrate(ctx context.Context, db *sql.DB, d Dialect) error {
	p, err := goose.NewProvider(d.migrations, db, migrations.Files)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	at := int64(-1)
	for {
		_, failed := p.Up(ctx)
		now, target, err := p.GetVersions(ctx)
		switch {
		case err != nil:
			return fmt.Errorf("read version of schema: %w", err)
		case now > target:
			return fmt.Errorf("the schema is of version %d, this program knows versions up to %d", now, target)
		case failed == nil:
			return nil
		case now == at:
			return fmt.Errorf("migrate schema from version %d: %w", now, failed)
		}
		at = now
	}
}
