package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"github.com/hindcast/hindcast/lake/engine"
)

// unreadable is an error of opening a table's files, before the statement itself has been looked at.
type unreadable struct {
	table string
	err   error
}

func (e *unreadable) Error() string { return fmt.Sprintf("open the files of %s: %v", e.table, e.err) }

func (e *unreadable) Unwrap() error { return e.err }

// failure tells errors apart: the caller's end of patience, the statement's, too little memory, files that are damaged
// or gone.
func failure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var d *duckdb.Error
	if !errors.As(err, &d) {
		if errors.Is(err, engine.ErrStatement) {
			return err
		}
		return fmt.Errorf("run the statement: %w", err)
	}
	if _, message, ok := strings.Cut(d.Msg, ofFunction); ok {
		return fmt.Errorf("%w: %s", engine.ErrStatement, message)
	}
	var opening *unreadable
	switch {
	case d.Type == duckdb.ErrorTypeOutOfMemory:
		return fmt.Errorf("%w: %s", engine.ErrResources, firstLine(d.Msg))
	case d.Type == duckdb.ErrorTypeInterrupt:
		return fmt.Errorf("run the statement: %w", err)
	case strings.Contains(d.Msg, "No files found"), strings.Contains(d.Msg, "No such file"):
		if d.Type == duckdb.ErrorTypeIO {
			return fmt.Errorf("%w: %s", engine.ErrStale, firstLine(d.Msg))
		}
	case errors.As(err, &opening):
		return fmt.Errorf("%w: table %s: %s", engine.ErrDamaged, opening.table, firstLine(d.Msg))
	case damaged(d):
		return fmt.Errorf("%w: %s", engine.ErrDamaged, firstLine(d.Msg))
	}
	switch d.Type {
	case duckdb.ErrorTypeIO, duckdb.ErrorTypeInternal, duckdb.ErrorTypeFatal:
		return fmt.Errorf("run the statement: %w", err)
	}
	return fmt.Errorf("%w: %s", engine.ErrStatement, d.Msg)
}

// ofFunction is what the driver puts before the error of a function of ours.
const ofFunction = "database/sql/driver: API error: "

// signs are what DuckDB's Parquet reader says of files that are no good. It has no type of error for them.
var signs = []string{
	"magic bytes", ".parquet", "parquet ", "decompress", "zstd", "thrift", "tprotocol", "ttransport", "corrupt", "out of buffer",
	"invalid string encoding",
}

// damaged tells whether a statement failed because of what is in the files.
func damaged(d *duckdb.Error) bool {
	switch d.Type {
	case duckdb.ErrorTypeInvalid: // of the decoders below the reader, with any message
		return true
	case duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeConversion,
		duckdb.ErrorTypePermission:
		return false
	}
	message := strings.ToLower(d.Msg)
	for _, sign := range signs {
		if strings.Contains(message, sign) {
			return true
		}
	}
	return false
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
