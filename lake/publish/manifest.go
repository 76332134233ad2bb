package publish

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// Folder is where manifests lie in the lake.
const Folder = "manifests/"

// manifest is the list of a partition's files.
type manifest struct {
	catalog.Publication
	there bool // the partition is shown already
	text  string
}

// Manifest is the list of files as Athena reads it: a URI in each line.
func Manifest(root string, files []catalog.File) string {
	var b strings.Builder
	for _, f := range files {
		b.WriteString(root)
		b.WriteByte('/')
		b.WriteString(f.Path)
		b.WriteByte('\n')
	}
	return b.String()
}

// manifestPath is a path that no other manifest has: the lease's token tells apart those of the same version, and the
// sum of the text those of a catalog that was restored, whose tokens may repeat.
func manifestPath(u catalog.Unpublished, token int64, text string) string {
	return fmt.Sprintf("%s%s/day=%s/%06d-%06d-%08x/files.txt", Folder, u.Table, u.Day, u.Version, token, crc32.ChecksumIEEE([]byte(text)))
}

// manifests lists the files of partitions of one table, by day. A partition that has lost its files since it was taken
// from the outbox is left out: it is there again with its next version.
func (p *Publisher) manifests(ctx context.Context, token int64, todo []catalog.Unpublished) ([]manifest, error) {
	var all []manifest
	for run := range runs(todo) {
		files, err := p.Ledger.Files(ctx, catalog.FileQuery{Tables: []string{run[0].Table}, FromDay: run[0].Day, ToDay: run[len(run)-1].Day})
		if err != nil {
			return nil, err
		}
		of := map[string][]catalog.File{}
		for _, f := range files {
			of[f.Day] = append(of[f.Day], f)
		}
		for _, u := range run {
			if u.Files == 0 || len(of[u.Day]) == 0 {
				continue
			}
			text := Manifest(p.Root, of[u.Day])
			all = append(all, manifest{there: u.Shown.Manifest != "", text: text, Publication: catalog.Publication{
				Table: u.Table, Day: u.Day, Version: u.Version, Manifest: manifestPath(u, token, text)}})
		}
	}
	return all, nil
}

// runs divides partitions, which come by day, into stretches of days that hardly have others between them, for which
// one question is enough.
func runs(all []catalog.Unpublished) func(yield func([]catalog.Unpublished) bool) {
	const gap = 3 * 24 * time.Hour
	return func(yield func([]catalog.Unpublished) bool) {
		for len(all) > 0 {
			n := 1
			for n < len(all) && dayTime(all[n].Day).Sub(dayTime(all[n-1].Day)) <= gap {
				n++
			}
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

// dayTime is when a day begins; partitions have no others than real ones.
func dayTime(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day)
	return t
}

// unfinished is when a manifest may be deleted that was put and never published: long after its publisher has died.
const unfinished = 24 * time.Hour

// atOnce is how many manifests are put at a time.
const atOnce = 8

// put puts manifests. They are in the trash before, so that none is left that nobody knows.
func (p *Publisher) put(ctx context.Context, all []manifest) error {
	if len(all) == 0 {
		return nil
	}
	waste := make([]catalog.Waste, len(all))
	for i, m := range all {
		waste[i] = catalog.Waste{Path: m.Manifest, Table: m.Table, Day: m.Day, Bytes: int64(len(m.text)),
			Why: catalog.WasteUnfinished, Due: p.Now().Add(unfinished), Version: m.Version}
	}
	if err := p.Ledger.Throw(ctx, waste); err != nil {
		return err
	}
	errs := make([]error, len(all))
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for i, m := range all {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			_, errs[i] = p.Lake.Put(ctx, m.Manifest, strings.NewReader(m.text))
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
