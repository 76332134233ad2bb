// Package crashtest runs compaction, merges, retention and retries together, over logs that keep arriving, and ends them
// by force: processes are killed at any moment, buckets and catalogs fail. In the end the tables are compared with the
// raw objects, row by row, and the lake is checked from the outside.
//
//	go test ./lake/crashtest -v                                       a few kills
//	go test ./lake/crashtest -v -run Killed -timeout 1h -args -long   500
//	go test ./lake/crashtest -v -args -kills 50 -seed 4711            those of an earlier run
//
// HINDCAST_TEST_POSTGRES names a server for the catalogs that several processes share. The dice decide what arrives, what
// is done, and when it is ended; with the same seed they fall the same, but processes run as fast as they run.
package crashtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
)

// world is a folder with raw objects, the lake that is made of them, and a clock, for processes to share.
type world struct {
	dir string
	url string // of the catalog on PostgreSQL; empty is SQLite in the lake's folder
}

// epoch is when the clock begins.
var epoch = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

func (w world) path(parts ...string) string {
	return filepath.Join(append([]string{w.dir}, parts...)...)
}

// makeWorld makes the folders and starts the clock.
func makeWorld(dir, url string) (world, error) {
	w := world{dir, url}
	for _, folder := range []string{"raw", "lake", "grave"} {
		if err := os.MkdirAll(w.path(folder), 0o755); err != nil {
			return w, err
		}
	}
	return w, w.setClock(time.Now(), 0)
}

func (w world) setClock(began time.Time, ahead time.Duration) error {
	text := fmt.Sprintf("%d %d", began.UnixNano(), ahead)
	if err := os.WriteFile(w.path("clock.new"), []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(w.path("clock.new"), w.path("clock"))
}

func (w world) readClock() (began time.Time, ahead time.Duration) {
	text, err := os.ReadFile(w.path("clock"))
	if err != nil {
		panic(err)
	}
	var nanos int64
	if _, err := fmt.Sscan(string(text), &nanos, &ahead); err != nil {
		panic(err)
	}
	return time.Unix(0, nanos), ahead
}

// now is the time in the world, the same in all processes.
func (w world) now() time.Time {
	began, ahead := w.readClock()
	return epoch.Add(time.Since(began) + ahead).Truncate(time.Millisecond)
}

// pass lets time pass.
func (w world) pass(d time.Duration) error {
	began, ahead := w.readClock()
	return w.setClock(began, ahead+d)
}

// mend makes the sources understand the records that they have rejected, from now on.
func (w world) mend() error { return os.WriteFile(w.path("mended"), nil, 0o644) }

func (w world) sources() (*source.Set, error) {
	_, err := os.Stat(w.path("mended"))
	return source.NewSet(sources(err == nil)...)
}

// session is a process's, or a test's, work in the world.
type session struct {
	world
	name    string // of its folder for files in the making
	raw     raw.Bucket
	lake    raw.Store
	folder  *raw.Folder // of the lake
	catalog catalog.Store
	sources *source.Set
	alive   func(owner string) bool
	wait    func(ctx context.Context, d time.Duration) error // nil waits by the system's clock
	close   func() error
}

func (w world) open(ctx context.Context, name string) (*session, error) {
	bucket, err := raw.OpenFolder(w.path("raw"))
	if err != nil {
		return nil, err
	}
	folder, err := raw.OpenFolder(w.path("lake"))
	if err != nil {
		return nil, err
	}
	store, err := w.openCatalog(ctx)
	if err != nil {
		return nil, err
	}
	set, err := w.sources()
	if err != nil {
		return nil, err
	}
	return &session{
		world: w, name: name, raw: bucket, lake: &graveyard{folder, store, w}, folder: folder, catalog: store, sources: set, alive: alive,
		close: func() error { return errors.Join(store.Close(), folder.Close(), bucket.Close()) },
	}, nil
}

func (w world) openCatalog(ctx context.Context) (*embedded.Store, error) {
	if w.url != "" {
		return embedded.OpenURL(ctx, w.url, w.now)
	}
	return embedded.Open(ctx, w.path("lake", "catalog.db"), w.now)
}

func owner(name string) string { return fmt.Sprintf("%s/%d", name, os.Getpid()) }

// alive tells whether the process of an owner still lives.
func alive(owner string) bool {
	var pid int
	if _, err := fmt.Sscanf(filepath.Base(owner), "%d", &pid); err != nil {
		return true
	}
	return syscall.Kill(pid, 0) == nil
}

// graveyard keeps what retention deletes, so that it can be counted in the end.
type graveyard struct {
	*raw.Folder
	trash catalog.Trash
	world world
}

// Delete deletes a file, and keeps it in the graveyard if its day has expired.
func (g *graveyard) Delete(ctx context.Context, key string) error {
	waste, err := g.trash.Wasted(ctx)
	if err != nil {
		return err
	}
	for _, w := range waste {
		if w.Path == key && w.Why == catalog.WasteExpired {
			if err := g.bury(key); err != nil {
				return err
			}
		}
	}
	return g.Folder.Delete(ctx, key)
}

func (g *graveyard) bury(key string) error {
	grave := g.world.path("grave", filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(grave), 0o755); err != nil {
		return err
	}
	err := os.Link(g.Path(key), grave)
	if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) { // it was, by a process that died then
		return nil
	}
	return err
}
