package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"regexp"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// deep reads every file, and each day's events together.
func (c *check) deep(ctx context.Context, files []catalog.File) error {
	if err := c.manifests(ctx); err != nil {
		return err
	}
	for len(files) > 0 {
		n := 1
		for n < len(files) && files[n].Table == files[0].Table && files[n].Day == files[0].Day {
			n++
		}
		var sound []catalog.File
		for _, f := range files[:n] {
			ok, err := c.read(ctx, f)
			if err != nil {
				return err
			}
			if ok {
				sound = append(sound, f)
			}
			if c.report.Read++; c.Watch != nil {
				c.Watch(c.report)
			}
		}
		if c.OwnIDs != nil && c.OwnIDs(files[0].Table) {
			if err := c.duplicates(ctx, sound); err != nil {
				return err
			}
		}
		files = files[n:]
	}
	return nil
}

// sums are how the folder of a manifest ends: with the sum of its text.
var sums = regexp.MustCompile(`-([0-9a-f]{8})/[^/]+$`)

// manifests reads the lists by which Athena finds the files of days.
func (c *check) manifests(ctx context.Context) error {
	shown, err := c.Catalog.Publications(ctx)
	if err != nil {
		return fmt.Errorf("list what is published: %w", err)
	}
	for _, s := range shown {
		sum := sums.FindStringSubmatch(s.Manifest)
		if sum == nil {
			continue
		}
		text, err := c.text(ctx, s.Manifest)
		if errors.Is(err, raw.ErrNotFound) {
			continue // as was said, or another is published by now
		}
		if err != nil {
			return err
		}
		if got := fmt.Sprintf("%08x", crc32.ChecksumIEEE(text)); got != sum[1] {
			c.report.find(s.Manifest, "the manifest of %s %s was changed: Athena reads other files than the day's; "+
				"delete it, and \"hindcast catalog sync\" publishes the day with a new one", s.Table, s.Day)
		}
	}
	return nil
}

func (c *check) text(ctx context.Context, path string) ([]byte, error) {
	body, err := c.Lake.Open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return text, nil
}

// read checks one file. ok says that its events can be read.
func (c *check) read(ctx context.Context, f catalog.File) (ok bool, err error) {
	body, err := raw.OpenWhole(ctx, c.Lake, f.Path, "")
	if errors.Is(err, raw.ErrNotFound) {
		return false, c.away(ctx, f)
	}
	if err != nil {
		return false, fmt.Errorf("open %s: %w", f.Path, err)
	}
	defer body.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(body, 0, f.Bytes)); err != nil {
		return false, fmt.Errorf("read %s: %w", f.Path, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		c.report.find(f.Path, "the file's checksum is %s instead of %s", got, f.SHA256)
	}
	recorded, err := c.Catalog.ColumnBytes(ctx, f.Table, []catalog.File{f})
	before := len(c.report.Findings)
	switch {
	case errors.Is(err, catalog.ErrSizes):
		c.report.find(f.Path, "%v, by which questions are estimated", catalog.ErrSizes)
		recorded.UnknownOf = 1
	case err != nil:
		return false, fmt.Errorf("look up the sizes of columns: %w", err)
	}
	c.parquet(f, recorded, body)
	return len(c.report.Findings) == before, nil
}

// away is a file that was there and is not any more: it is missed only if the catalog still has it.
func (c *check) away(ctx context.Context, f catalog.File) error {
	now, err := c.Catalog.Files(ctx, catalog.FileQuery{Tables: []string{f.Table}, FromDay: f.Day, ToDay: f.Day})
	if err != nil {
		return fmt.Errorf("look for %s: %w", f.Path, err)
	}
	if slices.ContainsFunc(now, func(o catalog.File) bool { return o.Path == f.Path }) {
		c.report.find(f.Path, "the file went away while the lake was checked")
	}
	return nil
}

// parquet checks what a file holds, and what it says of itself.
func (c *check) parquet(f catalog.File, recorded catalog.ColumnBytes, r io.ReaderAt) {
	defer func() {
		if p := recover(); p != nil { // what decodes a damaged file may index without checking
			c.report.find(f.Path, "the file cannot be read: decoding panicked: %v", p)
		}
	}()
	file, err := parquet.OpenFile(r, f.Bytes, parquet.SkipPageIndex(true)) // which it expects in one piece
	if err != nil {
		c.report.find(f.Path, "the file cannot be read: %v", err)
		return
	}
	if file.NumRows() != f.Rows {
		c.report.find(f.Path, "the file has %d rows instead of %d", file.NumRows(), f.Rows)
	}
	rows := int64(0)
	for g := range file.RowGroups() {
		rows += file.RowGroups()[g].NumRows()
		for col := range file.RowGroups()[g].ColumnChunks() {
			if err := checkChunk(file, r, g, col); err != nil {
				meta := &file.Metadata().RowGroups[g].Columns[col].MetaData
				c.report.find(f.Path, "row group %d, column %s: %v", g, meta.PathInSchema[0], err)
			}
		}
	}
	if rows != file.NumRows() {
		c.report.find(f.Path, "the file's row groups have %d rows, its footer says %d", rows, file.NumRows())
	}
	if err := checkTimes(file, f); err != nil {
		c.report.find(f.Path, "%v", err)
	}
	if err := checkSizes(file.Metadata(), recorded); err != nil {
		c.report.find(f.Path, "%v", err)
	}
}

// timeColumn and idColumn are the columns that every table has.
const (
	timeColumn = "timestamp"
	idColumn   = "event_id"
)

// checkTimes makes sure that every row has a time, that times ascend, and that they are those that the catalog says.
func checkTimes(file *parquet.File, f catalog.File) error {
	times, err := newColumn(file, timeColumn)
	if err != nil {
		return err
	}
	defer times.close()
	least, most := f.MinTime.UnixMilli(), f.MaxTime.UnixMilli()
	last := int64(0)
	for row := int64(0); ; row++ {
		v, err := times.next()
		if err == io.EOF {
			if row > 0 && last != most {
				return fmt.Errorf("the file's last event is from %d instead of %d, in milliseconds since 1970", last, most)
			}
			return nil
		}
		switch {
		case err != nil:
			return fmt.Errorf("its times cannot be read: %w", err)
		case v.IsNull():
			return fmt.Errorf("row %d has no time", row)
		case row == 0 && times.millis(v) != least:
			return fmt.Errorf("the file's first event is from %d instead of %d, in milliseconds since 1970", times.millis(v), least)
		case row > 0 && times.millis(v) < last:
			return fmt.Errorf("the file is not sorted by time: row %d is earlier than the one before", row)
		}
		last = times.millis(v)
	}
}
