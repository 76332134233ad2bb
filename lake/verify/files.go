package verify

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
)

// folders are where the lake's files lie.
var folders = []string{"manifests/", "quarantine/", "tables/"}

// known is what the catalog says of files, by path.
type known struct {
	files    map[string]catalog.File
	waste    map[string]catalog.Waste
	staged   map[string]bool
	rejected map[string]bool
	manifest map[string]catalog.Publication
}

// know asks the catalog for all files that there should or may be. They move between tables and trash meanwhile, both
// ways: the trash is looked into before and after.
func (c *check) know(ctx context.Context) (k known, err error) {
	k = known{map[string]catalog.File{}, map[string]catalog.Waste{}, map[string]bool{}, map[string]bool{}, map[string]catalog.Publication{}}
	unfinished, err := c.Catalog.Unfinished(ctx)
	if err != nil {
		return k, fmt.Errorf("look for unfinished batches: %w", err)
	}
	for _, b := range unfinished {
		for _, p := range b.Staged {
			k.staged[p] = true
		}
	}
	if err := c.trash(ctx, k); err != nil {
		return k, err
	}
	files, err := c.Catalog.Files(ctx, catalog.FileQuery{})
	if err != nil {
		return k, fmt.Errorf("list the catalog's files: %w", err)
	}
	for _, f := range files {
		k.files[f.Path] = f
	}
	shown, err := c.Catalog.Publications(ctx)
	if err != nil {
		return k, fmt.Errorf("list what is published: %w", err)
	}
	for _, s := range shown {
		k.manifest[s.Manifest] = s
	}
	if err := c.trash(ctx, k); err != nil {
		return k, err
	}
	return k, c.quarantine(ctx, k)
}

// quarantine adds the files of rejected records, which are few beside the records.
func (c *check) quarantine(ctx context.Context, k known) error {
	for rows, err := range catalog.QuarantinePages(ctx, c.Catalog, catalog.QuarantineFilter{}) {
		if err != nil {
			return err
		}
		for _, q := range rows {
			k.rejected[q.Path] = true
		}
	}
	return nil
}

// trash adds what is in the trash, but for files that are known to be in tables.
func (c *check) trash(ctx context.Context, k known) error {
	waste, err := c.Catalog.Wasted(ctx)
	if err != nil {
		return fmt.Errorf("look into the trash: %w", err)
	}
	for _, w := range waste {
		_, inTable := k.files[w.Path]
		_, shown := k.manifest[w.Path]
		if !inTable && !shown {
			k.waste[w.Path] = w
		}
	}
	return nil
}

// files holds the catalog against the lake's folders. It answers the files that are there and in tables.
func (c *check) files(ctx context.Context) ([]catalog.File, error) {
	if err := c.twice(ctx, c.partitions); err != nil {
		return nil, err
	}
	sizes := map[string]int64{}
	for _, folder := range folders {
		for o, err := range c.Lake.List(ctx, folder) {
			if err != nil {
				return nil, fmt.Errorf("list the lake's files: %w", err)
			}
			sizes[o.Key] = o.Size
		}
	}
	k, err := c.know(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.missing(ctx, k, sizes); err != nil {
		return nil, err
	}
	if err := c.strange(ctx, k, sizes); err != nil {
		return nil, err
	}
	return c.present(k, sizes), nil
}

// missing finds files that should be there, and such as are in the way of themselves. One that was put since the folders
// were listed is there; one that the catalog has let go since may have been deleted.
func (c *check) missing(ctx context.Context, k known, sizes map[string]int64) error {
	var gone, both []string
	for p := range k.files {
		if _, ok := k.waste[p]; ok {
			both = append(both, p)
		}
	}
	for _, p := range c.wanted(k) {
		if there, err := c.look(ctx, p, sizes); err != nil {
			return err
		} else if !there {
			gone = append(gone, p)
		}
	}
	if len(gone)+len(both) == 0 {
		return nil
	}
	k, err := c.know(ctx)
	if err != nil {
		return err
	}
	slices.Sort(both)
	for _, p := range both {
		_, inTable := k.files[p]
		if w, inTrash := k.waste[p]; inTable && inTrash {
			c.report.find(p, "the file is in a table, and in the trash as %s: it would be deleted", w.Why)
		}
	}
	still := c.wanted(k)
	for _, p := range gone {
		if _, wanted := slices.BinarySearch(still, p); wanted {
			c.report.Findings = append(c.report.Findings, Finding{Path: p, Text: k.loss(p), Shown: k.manifest[p]})
		}
	}
	return nil
}

// wanted are the paths of all files that must be there, sorted.
func (c *check) wanted(k known) []string {
	var all []string
	for p := range k.files {
		all = append(all, p)
	}
	for p := range k.rejected {
		all = append(all, p)
	}
	for p := range k.manifest {
		all = append(all, p)
	}
	for p, w := range k.waste {
		// Else it was not put yet, or is deleted already. A manifest in the trash is of use to nobody but a query that runs.
		if w.Why != catalog.WasteUnfinished && w.Why != catalog.WasteManifest && c.Now().Before(w.Due) {
			all = append(all, p)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// loss says what it means that a file is gone.
func (k known) loss(p string) string {
	if f, ok := k.files[p]; ok {
		return fmt.Sprintf("the file is gone; the catalog has %d rows in it", f.Rows)
	}
	if s, ok := k.manifest[p]; ok {
		return fmt.Sprintf("the manifest of %s %s is gone: Athena sees nothing of the day", s.Table, s.Day)
	}
	if k.rejected[p] {
		return "the file of rejected records is gone"
	}
	return fmt.Sprintf("the file in the trash (%s) is gone before it was due", k.waste[p].Why)
}

// look tells whether a file is there, and notes its size.
func (c *check) look(ctx context.Context, p string, sizes map[string]int64) (bool, error) {
	if _, ok := sizes[p]; ok {
		return true, nil
	}
	for o, err := range c.Lake.List(ctx, p) {
		if err != nil {
			return false, fmt.Errorf("look for %s: %w", p, err)
		}
		if o.Key == p {
			sizes[p] = o.Size
			return true, nil
		}
	}
	return false, nil
}

// strange counts files that no table shows, and finds those that nobody knows.
func (c *check) strange(ctx context.Context, k known, sizes map[string]int64) error {
	var unknown []string
	for _, p := range slices.Sorted(maps.Keys(sizes)) {
		if !c.counted(k, p, sizes[p]) {
			unknown = append(unknown, p)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	k, err := c.know(ctx) // it may have become known, or gone, since it was looked for
	if err != nil {
		return err
	}
	for _, p := range unknown {
		if c.counted(k, p, sizes[p]) {
			continue
		}
		there, err := c.look(ctx, p, map[string]int64{})
		if err != nil {
			return err
		}
		if there {
			c.report.Findings = append(c.report.Findings, Finding{Path: p, Text: "the catalog does not know the file", Unknown: true})
		}
	}
	return nil
}

// counted tells whether a file is known, and counts it if no table shows it.
func (c *check) counted(k known, p string, size int64) bool {
	_, inTable := k.files[p]
	w, inTrash := k.waste[p]
	_, shown := k.manifest[p]
	switch {
	case inTable:
	case shown:
		c.report.Manifest = c.report.Manifest.plus(size)
	case inTrash:
		c.report.Trash[w.Why] = c.report.Trash[w.Why].plus(size)
	case k.rejected[p]:
		c.report.Rejected = c.report.Rejected.plus(size)
	case k.staged[p]:
		c.report.Staged = c.report.Staged.plus(size)
	default:
		folder, ok := k.below(p)
		if ok {
			c.report.Trash[folder.Why] = c.report.Trash[folder.Why].plus(size)
		}
		return ok
	}
	return true
}

// below is the folder in the trash that a file lies in, if there is one.
func (k known) below(p string) (catalog.Waste, bool) {
	for at := strings.LastIndexByte(p, '/'); at > 0; at = strings.LastIndexByte(p[:at], '/') {
		if w, ok := k.waste[p[:at+1]]; ok {
			return w, true
		}
	}
	return catalog.Waste{}, false
}

func (a Aside) plus(size int64) Aside { return Aside{a.Files + 1, a.Bytes + size} }

// present are the tables' files that are there, by table, day and path.
func (c *check) present(k known, sizes map[string]int64) (files []catalog.File) {
	for _, p := range slices.Sorted(maps.Keys(k.files)) {
		f := k.files[p]
		size, ok := sizes[p]
		if !ok {
			continue
		}
		c.report.Files, c.report.Rows, c.report.Bytes = c.report.Files+1, c.report.Rows+f.Rows, c.report.Bytes+size
		if size != f.Bytes {
			c.report.find(p, "the file has %d bytes instead of %d", size, f.Bytes)
			continue
		}
		if want := fmt.Sprintf("tables/%s/day=%s/g%06d", f.Table, f.Day, f.Generation); path.Dir(p) != want && !strings.HasPrefix(p, want+"/") {
			c.report.find(p, "the file is not in %s, where the catalog says that it belongs", want)
		}
		files = append(files, f)
	}
	return files
}
