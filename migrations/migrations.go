// Package migrations holds the versions of the catalog database's schema, in SQL that SQLite and PostgreSQL both take.
package migrations

import "embed"

// Files are the migrations by goose's naming: a number, an underscore, what it does.
//
//go:embed *.sql
var Files embed.FS
