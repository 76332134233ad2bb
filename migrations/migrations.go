// Package migrations holds the versions of the catalog database's schema, in SQL that SQLite and PostgreSQL both take, and
// those of the format of the lake's tables.
package migrations

import "embed"

// Files are the migrations by goose's naming: a number, an underscore, what it does.
//
//go:embed *.sql
var Files embed.FS
