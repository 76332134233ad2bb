package raw

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

var errNotDirectory error = syscall.ENOTDIR

// writing is where files in writing lie, so that what processes that died have left is found by looking at one
// directory. Lists pass over it.
const writing = ".writing"

// Put implements Store: it writes a file, brings it to the disk, and only then gives it its name.
func (f *Folder) Put(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	return f.put(ctx, key, body, f.root.Rename)
}

// PutNew implements Store: the file gets its name by a hard link, which is refused when there is one of that name.
func (f *Folder) PutNew(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	if _, err := f.root.Lstat(filepath.FromSlash(key)); err == nil && checkKey(ctx, key) == nil {
		return catalog.Object{}, fmt.Errorf("put %s: %w", key, ErrExists)
	}
	return f.put(ctx, key, body, func(temp, name string) error {
		err := f.root.Link(temp, name)
		if errors.Is(err, fs.ErrExist) {
			err = ErrExists
		}
		if err == nil {
			err = f.root.Remove(temp)
		}
		return err
	})
}

// put writes a file and gives it its name.
func (f *Folder) put(ctx context.Context, key string, body io.Reader, give func(temp, name string) error) (catalog.Object, error) {
	err := checkKey(ctx, key)
	if err == nil && (hidden(key) || strings.HasSuffix(key, TempSuffix)) {
		err = ErrInvalidKey
	}
	var info fs.FileInfo
	if err == nil {
		info, err = f.write(ctx, key, body, give)
	}
	if err != nil {
		return catalog.Object{}, fmt.Errorf("put %s: %w", key, err)
	}
	return object(key, info), nil
}

// write answers what was written, and does not look for it again: others may have deleted it by then.
func (f *Folder) write(ctx context.Context, key string, body io.Reader, give func(temp, name string) error) (fs.FileInfo, error) {
	if err := f.makeDir(writing); err != nil {
		return nil, err
	}
	temp, info, err := f.writeTemp(ctx, body)
	if err != nil {
		return nil, err
	}
	if err := f.place(temp, key, give); err != nil {
		_ = f.root.Remove(temp)
		return nil, err
	}
	dir := path.Dir(key)
	if err := f.syncDir(dir); err != nil && !pruned(dir, err) {
		return nil, err
	}
	return info, nil
}

// place gives a file its name. The directory is made only now, and again if it is pruned before the file is there.
func (f *Folder) place(temp, key string, give func(temp, name string) error) (err error) {
	const tries = 100
	for range tries {
		if err = f.makeDir(path.Dir(key)); err == nil {
			err = give(temp, filepath.FromSlash(key))
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return err
}

// writeTemp writes body to a new file that is on the disk when it returns.
func (f *Folder) writeTemp(ctx context.Context, body io.Reader) (name string, info fs.FileInfo, err error) {
	name = filepath.Join(writing, fmt.Sprintf("%016x%s", rand.Uint64(), TempSuffix))
	file, err := f.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return "", nil, err
	}
	err = copyAll(ctx, file, body)
	if err == nil {
		err = file.Sync()
	}
	if err == nil {
		info, err = file.Stat()
	}
	if e := file.Close(); err == nil {
		err = e
	}
	if err != nil {
		_ = f.root.Remove(name)
		return "", nil, err
	}
	return name, info, nil
}

// copyAll copies in steps, between which the context may end it. From file to file the kernel copies.
func copyAll(ctx context.Context, dst *os.File, body io.Reader) error {
	const step = 8 << 20
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.CopyN(dst, body, step)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("after %d bytes of a step: %w", n, err)
		}
	}
}

// makeDir makes a directory and those above it, and brings the names of new ones to the disk.
func (f *Folder) makeDir(dir string) error {
	if info, err := f.root.Stat(filepath.FromSlash(dir)); err == nil && info.IsDir() {
		return nil
	}
	if err := f.makeDir(path.Dir(dir)); err != nil {
		return err
	}
	if err := f.root.Mkdir(filepath.FromSlash(dir), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return f.syncDir(path.Dir(dir))
}

func (f *Folder) syncDir(dir string) error {
	d, err := f.root.Open(filepath.FromSlash(dir))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Sweep removes files in writing that were begun before a time: what processes that died left behind. The time must
// be earlier than any Put that is still under way.
func (f *Folder) Sweep(ctx context.Context, before time.Time) (removed int, err error) {
	entries, err := fs.ReadDir(f.root.FS(), writing)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	for _, e := range entries {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			break
		}
		info, gone := e.Info()
		if gone != nil || !info.Mode().IsRegular() || !info.ModTime().Before(before) {
			continue
		}
		if err = f.root.Remove(filepath.Join(writing, e.Name())); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		removed++
	}
	if err != nil {
		return removed, fmt.Errorf("sweep: %w", err)
	}
	return removed, nil
}
