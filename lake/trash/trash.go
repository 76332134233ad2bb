// Package trash deletes the files of a lake that no table shows any more, once they are due.
package trash

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"path"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// Catalog knows what is in the trash.
type Catalog interface {
	Throw(ctx context.Context, waste []catalog.Waste) error
	Collect(ctx context.Context, limit int) ([]catalog.Waste, error)
	Forget(ctx context.Context, paths []string) error
}

// Lake is where the files lie.
type Lake interface {
	Delete(ctx context.Context, key string) error
	List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error]
}

// pruner is a lake in folders, which stay when they become empty.
type pruner interface {
	Prune(ctx context.Context, dir string) error
}

// Report is what was deleted.
type Report struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
}

const (
	handful  = 200 // files are collected at a time
	patience = 3   // failures of the moment in a row, each after all its repetitions, say that the store does not answer
)

// Empty deletes what is due. It may be killed anywhere and run by several at a time: what was collected is forgotten
// only when it is gone, and comes again until then. A file that cannot be deleted does not keep the others, but a store
// that does not answer is not waited for. Whoever empties the trash beside other work does that work all the same.
func Empty(ctx context.Context, c Catalog, l Lake) (r Report, err error) {
	stuck := map[string]error{}
	for {
		waste, err := c.Collect(ctx, handful)
		if err != nil {
			return r, fmt.Errorf("collect trash: %w", err)
		}
		files, folders := divide(waste)
		gone, answers := remove(ctx, l, files, stuck)
		if answers {
			gone = append(gone, scatter(ctx, c, l, folders, stuck)...)
		}
		if len(gone) == 0 || ctx.Err() != nil {
			return r, told(stuck)
		}
		paths := make([]string, len(gone))
		for i, w := range gone {
			paths[i] = w.Path
		}
		if err := c.Forget(ctx, paths); err != nil {
			return r, fmt.Errorf("forget deleted files: %w", err)
		}
		for _, w := range gone {
			if !w.Folder() {
				r.Files++
				r.Bytes += w.Bytes
			}
		}
		if !answers {
			return r, told(stuck)
		}
	}
}

// told is the error of what could not be deleted, which names the first few.
func told(stuck map[string]error) error {
	const shown = 5
	var all []error
	for i, p := range slices.Sorted(maps.Keys(stuck)) {
		if i == shown {
			all = append(all, fmt.Errorf("and %d more could not be deleted", len(stuck)-shown))
			break
		}
		all = append(all, stuck[p])
	}
	return errors.Join(all...)
}

// remove deletes files and the folders that become empty, and gives those that are gone. It ends early when the store
// does not answer.
func remove(ctx context.Context, l Lake, waste []catalog.Waste, stuck map[string]error) (gone []catalog.Waste, answers bool) {
	folders, failed := map[string]bool{}, 0
	for _, w := range waste {
		if failed == patience {
			break
		}
		err := l.Delete(ctx, w.Path)
		if err != nil {
			stuck[w.Path] = fmt.Errorf("delete waste: %w", err)
		}
		switch {
		case err == nil:
			delete(stuck, w.Path)
			folders[path.Dir(w.Path)] = true
			gone = append(gone, w)
			failed = 0
		case raw.Transient(err):
			failed++
		default:
			failed = 0 // it answers, and refuses
		}
	}
	if p, ok := l.(pruner); ok {
		for folder := range folders {
			_ = p.Prune(ctx, folder) // an empty folder is in nobody's way
		}
	}
	return gone, failed < patience
}

// divide tells folders from files.
func divide(waste []catalog.Waste) (files, folders []catalog.Waste) {
	for _, w := range waste {
		if w.Folder() {
			folders = append(folders, w)
		} else {
			files = append(files, w)
		}
	}
	return files, folders
}

// scatter throws what lies in folders, file by file, but for what a table shows, and gives the folders that can be
// forgotten. The files come with what is collected next.
func scatter(ctx context.Context, c Catalog, l Lake, folders []catalog.Waste, stuck map[string]error) (done []catalog.Waste) {
	for _, w := range folders {
		if err := empty(ctx, c, l, w); err != nil {
			stuck[w.Path] = fmt.Errorf("empty %s: %w", w.Path, err)
			continue
		}
		delete(stuck, w.Path)
		done = append(done, w)
	}
	return done
}

func empty(ctx context.Context, c Catalog, l Lake, folder catalog.Waste) error {
	for o, err := range l.List(ctx, folder.Path) {
		if err != nil {
			return err
		}
		file := folder
		file.Path, file.Bytes = o.Key, o.Size
		err := c.Throw(ctx, []catalog.Waste{file})
		if err != nil && !errors.Is(err, catalog.ErrInUse) && !errors.Is(err, catalog.ErrCollected) {
			return err
		}
	}
	return nil
}
