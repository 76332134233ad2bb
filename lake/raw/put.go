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

// Put implements Store: it writes a file beside the object, brings it to the disk, and only then gives it its name.
func (f *Folder) Put(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	err := checkKey(ctx, key)
	if err == nil && (hidden(key) || strings.HasSuffix(key, TempSuffix)) {
		err = ErrInvalidKey
	}
	if err != nil {
		return catalog.Object{}, fmt.Errorf("put %s: %w", key, err)
	}
	dir := path.Dir(key)
	if err := f.makeDir(dir); err != nil {
		return catalog.Object{}, fmt.Errorf("put %s: %w", key, err)
	}
	temp, err := f.writeTemp(ctx, dir, body)
	if err != nil {
		return catalog.Object{}, fmt.Errorf("put %s: %w", key, err)
	}
	if err := f.root.Rename(temp, filepath.FromSlash(key)); err != nil {
		_ = f.root.Remove(temp)
		return catalog.Object{}, fmt.Errorf("put %s: %w", key, err)
	}
	if err := f.syncDir(dir); err != nil {
		return catalog.Object{}, fmt.Errorf("put %s: %w", key, err)
	}
	return f.Stat(ctx, key)
}

// writeTemp writes body to a new file in dir that is on the disk when it returns.
func (f *Folder) writeTemp(ctx context.Context, dir string, body io.Reader) (string, error) {
	name := filepath.FromSlash(path.Join(dir, fmt.Sprintf(".put-%016x%s", rand.Uint64(), TempSuffix)))
	file, err := f.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return "", err
	}
	err = copyAll(ctx, file, body)
	if err == nil {
		err = file.Sync()
	}
	if e := file.Close(); err == nil {
		err = e
	}
	if err != nil {
		_ = f.root.Remove(name)
		return "", err
	}
	return name, nil
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
	err = fs.WalkDir(f.root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if !d.Type().IsRegular() || !strings.HasPrefix(d.Name(), ".put-") || !strings.HasSuffix(p, TempSuffix) {
			return nil
		}
		info, err := d.Info()
		if err != nil || !info.ModTime().Before(before) {
			return nil
		}
		if err := f.root.Remove(filepath.FromSlash(p)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		removed++
		return nil
	})
	if err != nil {
		return removed, fmt.Errorf("sweep: %w", err)
	}
	return removed, nil
}
