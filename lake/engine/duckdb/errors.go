package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"github.com/hindcast/hindcast/lake/engine"
)

// failure tells errors apart: the caller's end of patience, the statement's, too little memory, files that are gone.
func failure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var d *duckdb.Error
	if !errors.As(err, &d) {
		return fmt.Errorf("run the statement: %w", err)
	}
	switch d.Type {
	case duckdb.ErrorTypeOutOfMemory:
		return fmt.Errorf("%w: %s", engine.ErrResources, firstLine(d.Msg))
	case duckdb.ErrorTypeIO:
		if strings.Contains(d.Msg, "No files found") || strings.Contains(d.Msg, "No such file") {
			return fmt.Errorf("%w: %s", engine.ErrStale, firstLine(d.Msg))
		}
		return fmt.Errorf("run the statement: %w", err)
	case duckdb.ErrorTypeInternal, duckdb.ErrorTypeFatal, duckdb.ErrorTypeInterrupt:
		return fmt.Errorf("run the statement: %w", err)
	}
	return fmt.Errorf("%w: %s", engine.ErrStatement, d.Msg)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
