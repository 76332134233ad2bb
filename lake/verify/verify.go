// Package verify checks a lake from the outside: the catalog against the files, the files against what the catalog
// says of them, and the books against themselves.
//
//	books ── audit, totals, partitions against their files, expired days
//	files ── missing, strange, in the trash and in a table, of another size; manifests of what is published too
//	deep  ── checksums, sizes of columns, order, statistics, page indexes, bloom filters, events that stand twice
//
// It shares no code with what writes and merges files, nor asks it anything: files are read by parquet-go/parquet-go.
package verify

import (
	"context"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// Catalog is what is asked of the catalog.
type Catalog interface {
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
	ColumnBytes(ctx context.Context, table string, files []catalog.File) (catalog.ColumnBytes, error)
	Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]catalog.Partition, error)
	Unfinished(ctx context.Context) ([]catalog.Batch, error)
	catalog.QuarantineLister
	Wasted(ctx context.Context) ([]catalog.Waste, error)
	Expired(ctx context.Context) ([]catalog.Expired, error)
	Publications(ctx context.Context) ([]catalog.Publication, error)
	Totals(ctx context.Context) ([]catalog.TableTotals, error)
	Audit(ctx context.Context) ([]catalog.Finding, error)
}

// Lake is where the files lie.
type Lake interface {
	List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error]
	Open(ctx context.Context, key string) (io.ReadCloser, error)
}

// Config is what a check works with.
type Config struct {
	Catalog Catalog
	Lake    Lake
	Now     func() time.Time        // the clock
	Deep    bool                    // read every file too
	OwnIDs  func(table string) bool // whether a table's events have ids of their own, so that none may stand twice; nil is for none
	Watch   func(*Report)           // is told of each file, if not nil
}

// Finding is something that is not as it should be.
type Finding struct {
	Path    string `json:"path,omitempty"` // of a file of the lake
	Text    string `json:"text"`
	Unknown bool   `json:"unknown,omitempty"` // nobody knows the file

	Shown catalog.Publication `json:"-"` // the day that Athena does not see, when the file is its manifest, which is gone
}

// Aside is files that no table shows, for good reason.
type Aside struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
}

// Report is what a check has found.
type Report struct {
	Files    int64                         `json:"files"`
	Rows     int64                         `json:"rows"`
	Bytes    int64                         `json:"bytes"`
	Deep     bool                          `json:"deep"`   // whether files were read
	Read     int64                         `json:"read"`   // files that were
	Staged   Aside                         `json:"staged"` // of batches that the next compaction finishes
	Trash    map[catalog.WasteReason]Aside `json:"trash"`  // waiting to be deleted
	Rejected Aside                         `json:"rejected"`
	Manifest Aside                         `json:"manifests"` // of partitions that Glue shows
	Findings []Finding                     `json:"findings"`
}

// Whole tells whether nothing is wrong.
func (r *Report) Whole() bool { return len(r.Findings) == 0 }

func (r *Report) find(path, format string, args ...any) {
	r.Findings = append(r.Findings, Finding{Path: path, Text: fmt.Sprintf(format, args...)})
}

// check is a check under way.
type check struct {
	Config
	report *Report
}

// Run checks a lake. What happens to it meanwhile is no finding: what looks wrong is looked at again.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	c := &check{cfg, &Report{Deep: cfg.Deep, Trash: map[catalog.WasteReason]Aside{}, Findings: []Finding{}}}
	if err := c.books(ctx); err != nil {
		return c.report, err
	}
	files, err := c.files(ctx)
	if err != nil || !cfg.Deep {
		return c.report, err
	}
	return c.report, c.deep(ctx, files)
}
