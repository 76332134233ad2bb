package duckdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

var _ engine.Exporter = (*Engine)(nil)

// compressions are how a format's files may be compressed; the first is what Athena's UNLOAD does unless told.
var compressions = map[string][]string{
	"parquet": {"gzip", "snappy", "zstd", "none"},
	"csv":     {"gzip", "zstd", "none"},
	"json":    {"gzip", "zstd", "none"},
}

// Export implements [engine.Exporter]: one file, or one and more for each of the partitions' values.
func (e *Engine) Export(ctx context.Context, s engine.Statement, x engine.Export) (engine.Exported, error) {
	options, err := copyOptions(x)
	if err != nil {
		return engine.Exported{}, err
	}
	start := e.options.Clock()
	if err := os.MkdirAll(x.Dir, 0o755); err != nil {
		return engine.Exported{}, fmt.Errorf("make the folder to write to: %w", err)
	}
	out, err := e.export(ctx, s, options, x.Dir)
	if err == nil {
		out.Files, err = filesBelow(x.Dir)
	}
	out.Stats.Elapsed = e.options.Clock().Sub(start)
	if err != nil {
		return out, errors.Join(err, os.RemoveAll(x.Dir))
	}
	return out, nil
}

func (e *Engine) export(ctx context.Context, s engine.Statement, options dialect.CopyOptions, dir string) (out engine.Exported, err error) {
	files, err := e.files(s.Scans)
	if err != nil {
		return out, err
	}
	b, err := e.open(ctx, files, dir, s.SQL)
	if err != nil {
		return out, failure(ctx, err)
	}
	defer b.close()
	if err := b.views(ctx, s, files); err != nil {
		return out, failure(ctx, err)
	}
	if err := b.functions(s.SQL); err != nil {
		return out, err
	}
	columns, err := b.texts(ctx, dialect.DescribeQuery(s.SQL))
	if err != nil {
		return out, failure(ctx, err)
	}
	for _, c := range columns {
		out.Columns = append(out.Columns, engine.Column{Name: c[0], Type: c[1]})
	}
	err = b.conn.QueryRowContext(ctx, dialect.Copy(s.SQL, options).String()).Scan(&out.Rows)
	out.Stats.BytesRead = b.bytesRead(ctx)
	if err != nil {
		return out, failure(ctx, err)
	}
	return out, b.untried()
}

func copyOptions(x engine.Export) (dialect.CopyOptions, error) {
	known, ok := compressions[x.Format]
	if !ok {
		return dialect.CopyOptions{}, fmt.Errorf("%w: rows are not written as %q, only as parquet, csv or json", engine.ErrStatement, x.Format)
	}
	o := dialect.CopyOptions{
		To: x.Dir, Format: x.Format, Compression: cmp.Or(x.Compression, known[0]), Delimiter: cmp.Or(x.Delimiter, ","), PartitionBy: x.PartitionBy,
	}
	for i, c := range known {
		if c == o.Compression {
			break
		}
		if i == len(known)-1 {
			return o, fmt.Errorf("%w: %s is not compressed by %q, only by %s", engine.ErrStatement, x.Format, o.Compression, strings.Join(known, ", "))
		}
	}
	if len(o.PartitionBy) == 0 {
		o.To = filepath.Join(x.Dir, "00000."+x.Format)
	}
	if x.Format == "parquet" && o.Compression == "none" {
		o.Compression = "uncompressed"
	}
	if x.Format != "parquet" && o.Compression == "gzip" && len(o.PartitionBy) == 0 {
		o.To += ".gz"
	}
	return o, nil
}

// bytesRead is what this DuckDB has read; the caller may be gone already.
func (b *box) bytesRead(ctx context.Context) (n int64) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = b.conn.QueryRowContext(ctx, dialect.BytesRead().String()).Scan(&n)
	return n
}

func filesBelow(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			files = append(files, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list what was written: %w", err)
	}
	return files, nil
}

// Explain gives DuckDB's plan of a statement as text.
func (e *Engine) Explain(ctx context.Context, s engine.Statement) (string, error) {
	files, err := e.files(s.Scans)
	if err != nil {
		return "", err
	}
	b, err := e.open(ctx, files, "", s.SQL)
	if err != nil {
		return "", failure(ctx, err)
	}
	defer b.close()
	if err := b.views(ctx, s, files); err != nil {
		return "", failure(ctx, err)
	}
	if err := b.functions(s.SQL); err != nil {
		return "", err
	}
	texts, err := b.texts(ctx, dialect.Explain(s.SQL))
	if err != nil || len(texts) == 0 {
		return "", failure(ctx, errors.Join(err, ctx.Err()))
	}
	return texts[0][1], nil
}
