package enrich

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// File is what was read from a file, and is read again when the file has become another: replaced, or changed in size
// or time. It is for concurrent use.
type File[T any] struct {
	path string
	read func(content []byte) (T, Version, error)

	mu   sync.Mutex
	seen os.FileInfo // of the last try, whatever came of it
	now  atomic.Pointer[Read[T]]
}

// Read is what a file held when it was read.
type Read[T any] struct {
	Value   T
	Version Version
}

// Open reads a file. What read makes of its content need not say the version's name, date and checksum: the file's
// stand for what it leaves out.
func Open[T any](path string, read func(content []byte) (T, Version, error)) (*File[T], error) {
	f := &File[T]{path: path, read: read}
	return f, f.load()
}

// Now is what was read last.
func (f *File[T]) Now() *Read[T] { return f.now.Load() }

// Refresh reads the file again if it has changed. What can't be read is told once, and what was read before stays.
func (f *File[T]) Refresh() error {
	if !f.mu.TryLock() {
		return nil // another worker is at it
	}
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	if err != nil {
		if f.seen == nil {
			return nil
		}
		f.seen = nil
		return fmt.Errorf("look at %s: %w; %w", f.path, err, ErrKept)
	}
	if f.seen != nil && os.SameFile(info, f.seen) && info.Size() == f.seen.Size() && info.ModTime().Equal(f.seen.ModTime()) {
		return nil
	}
	if err := f.load(); err != nil {
		return fmt.Errorf("%w; %w", err, ErrKept)
	}
	return nil
}

// load reads the file. It is looked at before it is read: what changes meanwhile is read again.
func (f *File[T]) load() error {
	info, err := os.Stat(f.path)
	if err != nil {
		return fmt.Errorf("look at %s: %w", f.path, err)
	}
	f.seen = info
	content, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("read %s: %w", f.path, err)
	}
	value, version, err := f.read(content)
	if err != nil {
		return fmt.Errorf("read %s: %w", f.path, err)
	}
	if version.Name == "" {
		version.Name = filepath.Base(f.path)
	}
	if version.Date == "" {
		version.Date = info.ModTime().UTC().Format(time.RFC3339)
	}
	sum := sha256.Sum256(content)
	version.SHA256 = hex.EncodeToString(sum[:8])
	f.now.Store(&Read[T]{value, version})
	return nil
}
