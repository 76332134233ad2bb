// Package verify checks a lake from the outside: the catalog against the files, the files against what the catalog
// says of them, and the books against themselves.
package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/table"
)

// Catalog is what is asked of the catalog.
type Catalog interface {
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
	Audit(ctx context.Context) ([]catalog.Finding, error)
	Batch(ctx context.Context, id string) (catalog.Batch, error)
}

// Lake is where the files lie.
type Lake interface {
	List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error]
	Open(ctx context.Context, key string) (io.ReadCloser, error)
}

// Finding is something that is not as it should be.
type Finding struct {
	Path string `json:"path,omitempty"` // of a file of the lake
	Text string `json:"text"`
}

// Report is what a check has found.
type Report struct {
	Files    int64     `json:"files"`
	Rows     int64     `json:"rows"`
	Bytes    int64     `json:"bytes"`
	Deep     bool      `json:"deep"`     // whether the files were read
	Leftover int64     `json:"leftover"` // files that no reader sees, of batches that the next compaction finishes
	Findings []Finding `json:"findings"`
}

// Whole tells whether nothing is wrong.
func (r *Report) Whole() bool { return len(r.Findings) == 0 }

func (r *Report) find(path, format string, args ...any) {
	r.Findings = append(r.Findings, Finding{path, fmt.Sprintf(format, args...)})
}

// tables is the folder that the tables' files lie in.
const tables = "tables/"

// Run checks a lake. A deep check reads every file: its checksum, its statistics and its order. Watch, if not nil, is
// told of each file.
func Run(ctx context.Context, c Catalog, l Lake, deep bool, watch func(*Report)) (*Report, error) {
	r := &Report{Deep: deep, Findings: []Finding{}}
	wrong, err := c.Audit(ctx)
	if err != nil {
		return r, fmt.Errorf("audit the books: %w", err)
	}
	for _, f := range wrong {
		r.find("", "%s %s %s: %s", f.Table, f.Day, f.Batch+f.Object, f.Text)
	}
	files, err := c.Files(ctx, catalog.FileQuery{})
	if err != nil {
		return r, fmt.Errorf("list the catalog's files: %w", err)
	}
	known := make(map[string]catalog.File, len(files))
	for _, f := range files {
		known[f.Path] = f
	}
	for o, err := range l.List(ctx, tables) {
		if err != nil {
			return r, fmt.Errorf("list the lake's files: %w", err)
		}
		f, ok := known[o.Key]
		if !ok {
			if err := r.unknown(ctx, c, o); err != nil {
				return r, err
			}
			continue
		}
		delete(known, o.Key)
		if err := r.file(ctx, l, f, o); err != nil {
			return r, err
		}
		if watch != nil {
			watch(r)
		}
	}
	for path, f := range known {
		r.find(path, "the file is gone; the catalog has %d rows in it", f.Rows)
	}
	return r, nil
}

// unknown looks at a file that the catalog does not have. One of a batch that is planned is what a run that died has
// left, for the next to write over.
func (r *Report) unknown(ctx context.Context, c Catalog, o catalog.Object) error {
	name := o.Key[strings.LastIndexByte(o.Key, '/')+1:]
	id, _, _ := strings.Cut(name, "-")
	b, err := c.Batch(ctx, id)
	switch {
	case err == nil && b.State == catalog.Planned:
		r.Leftover++
	case err == nil || errors.Is(err, catalog.ErrNotFound):
		r.find(o.Key, "the catalog does not know the file")
	default:
		return fmt.Errorf("look for the batch of %s: %w", o.Key, err)
	}
	return nil
}

// file checks a file of the catalog.
func (r *Report) file(ctx context.Context, l Lake, f catalog.File, o catalog.Object) error {
	r.Files++
	r.Rows += f.Rows
	r.Bytes += o.Size
	if o.Size != f.Bytes {
		r.find(f.Path, "the file has %d bytes instead of %d", o.Size, f.Bytes)
		return nil
	}
	if !r.Deep {
		return nil
	}
	local, err := raw.OpenRandom(ctx, l, f.Path, "")
	if err != nil {
		return fmt.Errorf("open %s: %w", f.Path, err)
	}
	defer local.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(local, 0, f.Bytes)); err != nil {
		return fmt.Errorf("read %s: %w", f.Path, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		r.find(f.Path, "the file's checksum is %s instead of %s", got, f.SHA256)
		return nil
	}
	s, err := table.Inspect(local, f.Bytes)
	if err != nil {
		r.find(f.Path, "the file cannot be read: %v", err)
		return nil
	}
	r.compare(f, s)
	return nil
}

// compare holds a file against what the catalog says of it.
func (r *Report) compare(f catalog.File, s table.Summary) {
	if s.Rows != f.Rows {
		r.find(f.Path, "the file has %d rows instead of %d", s.Rows, f.Rows)
	}
	if !s.Sorted {
		r.find(f.Path, "the file is not sorted by time")
	}
	if s.MinTime != f.MinTime.UnixMilli() || s.MaxTime != f.MaxTime.UnixMilli() {
		r.find(f.Path, "the file's events are from %d to %d instead of from %d to %d, in milliseconds since 1970",
			s.MinTime, s.MaxTime, f.MinTime.UnixMilli(), f.MaxTime.UnixMilli())
	}
}
