package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/table"
)

// enrichedBy is what the files of the last day say that their rows were enriched by: their footers are read, and no more.
func (c *tablesCommand) enrichedBy(ctx context.Context, l *lake, days []dayRow) ([]enrich.Version, error) {
	if len(days) == 0 {
		return nil, nil //nolint:nilnil // no versions of no day
	}
	last := days[0].Day
	for _, d := range days {
		last = max(last, d.Day)
	}
	files, err := l.catalog.Files(ctx, catalog.FileQuery{Tables: []string{c.Name}, FromDay: last, ToDay: last})
	if err != nil {
		return nil, err
	}
	var metas []map[string]string
	for _, f := range files {
		meta, err := metaOf(ctx, l, f)
		if errors.Is(err, raw.ErrNotFound) { // a merge has replaced it meanwhile
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the footer of %s: %w", f.Path, err)
		}
		metas = append(metas, meta)
	}
	meta, err := enrich.MergeMeta(metas...)
	if err != nil {
		return nil, err
	}
	return enrich.ReadMeta(meta)
}

func metaOf(ctx context.Context, l *lake, f catalog.File) (map[string]string, error) {
	body, err := raw.OpenRandom(ctx, l.store(), f.Path, f.Bytes, "")
	if err != nil {
		return nil, err
	}
	defer body.Close()
	shape, err := table.ShapeOf(body, f.Bytes)
	return shape.Meta, err
}
