package raw

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/hindcast/hindcast/catalog"
)

// TempSuffix ends the names of files in writing. Lists pass over them.
const TempSuffix = ".tmp"

// Folder is a directory as a bucket: an object is a regular file, its key the path below the directory.
//
// No key leads out of the directory, not even through symbolic links. Lists pass over links, over files and
// directories whose names begin with a dot, and over files in writing. Objects have no ETag.
type Folder struct {
	dir  string
	root *os.Root
}

// OpenFolder opens a directory that exists.
func OpenFolder(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	return &Folder{dir: dir, root: root}, nil
}

// CreateFolder opens a directory, and makes it if it is not there.
func CreateFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("create folder: %w", err)
	}
	return OpenFolder(dir)
}

// Close frees the directory's handle. The folder is of no use afterwards.
func (f *Folder) Close() error { return f.root.Close() }

// Path is where the object of a key lies, for programs that read files.
func (f *Folder) Path(key string) string { return filepath.Join(f.dir, filepath.FromSlash(key)) }

// Open implements Bucket.
func (f *Folder) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := checkKey(ctx, key); err != nil {
		return nil, fmt.Errorf("open %s: %w", key, err)
	}
	// A pipe that nobody writes to would keep an open that waits for ever, and no signal ends it.
	file, err := f.root.OpenFile(filepath.FromSlash(key), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", key, absent(err))
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = ErrNotFound
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("open %s: %w", key, err)
	}
	return &fileReader{ctx: ctx, File: file, size: info.Size()}, nil
}

// Stat implements Store.
func (f *Folder) Stat(ctx context.Context, key string) (catalog.Object, error) {
	if err := checkKey(ctx, key); err != nil {
		return catalog.Object{}, fmt.Errorf("stat %s: %w", key, err)
	}
	info, err := f.root.Stat(filepath.FromSlash(key))
	if err == nil && !info.Mode().IsRegular() {
		err = ErrNotFound
	}
	if err != nil {
		return catalog.Object{}, fmt.Errorf("stat %s: %w", key, absent(err))
	}
	return object(key, info), nil
}

// Delete implements Store. Directories that become empty stay.
func (f *Folder) Delete(ctx context.Context, key string) error {
	if err := checkKey(ctx, key); err != nil {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	err := f.root.Remove(filepath.FromSlash(key))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	return nil
}

// List implements Bucket. It holds the names of the directories between the folder and the current object, no more.
func (f *Folder) List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error] {
	return func(yield func(catalog.Object, error) bool) {
		start := path.Dir(prefix + "x") // the deepest directory that holds all of the prefix
		w := walk{ctx: ctx, root: f.root, prefix: prefix, yield: yield}
		if start != "." && (!fs.ValidPath(start) || hidden(start)) {
			return
		}
		w.dir(start)
	}
}

// walk goes through a tree in the order of keys.
type walk struct {
	ctx    context.Context
	root   *os.Root
	prefix string
	yield  func(catalog.Object, error) bool
}

// dir yields a directory's objects. It answers false when the walk is over.
func (w *walk) dir(dir string) bool {
	names, err := w.names(dir)
	if err != nil {
		w.yield(catalog.Object{}, fmt.Errorf("list %s: %w", dir, err))
		return false
	}
	for _, name := range names {
		key := path.Join(dir, name)
		if sub, isDir := strings.CutSuffix(name, "/"); isDir {
			if w.mayHold(path.Join(dir, sub)+"/") && !w.dir(path.Join(dir, sub)) {
				return false
			}
			continue
		}
		if strings.HasPrefix(key, w.prefix) && !w.file(key) {
			return false
		}
	}
	return true
}

// file yields one object. It answers false when the walk is over.
func (w *walk) file(key string) bool {
	info, err := w.root.Lstat(filepath.FromSlash(key))
	switch {
	case errors.Is(absent(err), ErrNotFound):
		return true
	case err != nil:
		w.yield(catalog.Object{}, fmt.Errorf("list %s: %w", key, err))
		return false
	case w.ctx.Err() != nil:
		w.yield(catalog.Object{}, fmt.Errorf("list %s: %w", key, w.ctx.Err()))
		return false
	}
	return w.yield(object(key, info), nil)
}

// mayHold tells whether a directory can hold keys of the prefix.
func (w *walk) mayHold(dir string) bool {
	return strings.HasPrefix(dir, w.prefix) || strings.HasPrefix(w.prefix, dir)
}

// names are a directory's objects and subdirectories. Subdirectories end in a slash, so that names sort as keys do:
// what lies in "a" comes after "a-b" and before "a0". A directory that is pruned meanwhile has none.
func (w *walk) names(dir string) ([]string, error) {
	d, err := w.root.Open(filepath.FromSlash(dir))
	if pruned(dir, err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if info, err := d.Stat(); err != nil || !info.IsDir() {
		return nil, err
	}
	var names []string
	for {
		entries, err := d.ReadDir(1024)
		for _, e := range entries {
			switch {
			case hidden(e.Name()):
			case e.IsDir():
				names = append(names, e.Name()+"/")
			case e.Type().IsRegular() && !strings.HasSuffix(e.Name(), TempSuffix):
				names = append(names, e.Name())
			}
		}
		if err == io.EOF || pruned(dir, err) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(names)
	return names, nil
}

// pruned tells whether an error means that a directory is not there, or not any more. The folder itself is to be there.
func pruned(dir string, err error) bool { return errors.Is(absent(err), ErrNotFound) && dir != "." }

// fileReader gives up when its context is done.
type fileReader struct {
	ctx context.Context
	*os.File
	size int64
}

// Size is the object's size when it was opened.
func (r *fileReader) Size() int64 { return r.size }

func (r *fileReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.File.Read(p)
}

func object(key string, info fs.FileInfo) catalog.Object {
	return catalog.Object{Key: key, Size: info.Size(), ModTime: info.ModTime().UTC()}
}

// hidden tells whether a part of the path begins with a dot.
func hidden(p string) bool {
	return p != "." && (strings.HasPrefix(p, ".") || strings.Contains(p, "/."))
}

func checkKey(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if key == "." || !fs.ValidPath(key) || strings.ContainsRune(key, 0) {
		return ErrInvalidKey
	}
	return nil
}

// absent turns the ways in which a file system says that a file is not there into ErrNotFound.
func absent(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDirectory) {
		return ErrNotFound
	}
	return err
}
