package s3http

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// Memory is a bucket in memory. It holds any key.
type Memory struct {
	now func() time.Time

	mu      sync.RWMutex
	objects map[string]held
	keys    []string // sorted, if nothing was put since
	sorted  bool
}

type held struct {
	data []byte
	at   time.Time
}

// NewMemory makes an empty bucket, whose objects have the clock's time.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{now: now, objects: map[string]held{}, sorted: true}
}

// List implements raw.Bucket.
func (m *Memory) List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error] {
	return m.ListFrom(ctx, prefix, "")
}

// ListFrom lists the objects whose keys are not before from.
func (m *Memory) ListFrom(ctx context.Context, prefix, from string) iter.Seq2[catalog.Object, error] {
	return func(yield func(catalog.Object, error) bool) {
		keys := m.sort()
		i, _ := slices.BinarySearch(keys, max(prefix, from))
		for ; i < len(keys) && strings.HasPrefix(keys[i], prefix); i++ {
			o, err := m.Stat(ctx, keys[i])
			if err == nil && !yield(o, nil) {
				return
			}
			if err := ctx.Err(); err != nil {
				yield(catalog.Object{}, err)
				return
			}
		}
	}
}

// sort answers all keys in order. What is put later is in a slice of its own.
func (m *Memory) sort() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.sorted {
		keys := make([]string, 0, len(m.objects))
		for key := range m.objects {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		m.keys, m.sorted = keys, true
	}
	return m.keys
}

// Open implements raw.Bucket.
func (m *Memory) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	o, err := m.get(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", key, err)
	}
	return memoryReader{bytes.NewReader(o.data)}, nil
}

type memoryReader struct{ *bytes.Reader }

func (memoryReader) Close() error { return nil }

func (m *Memory) get(ctx context.Context, key string) (held, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if o, ok := m.objects[key]; ok {
		return o, ctx.Err()
	}
	return held{}, raw.ErrNotFound
}

// Stat implements raw.Store.
func (m *Memory) Stat(ctx context.Context, key string) (catalog.Object, error) {
	o, err := m.get(ctx, key)
	if err != nil {
		return catalog.Object{}, fmt.Errorf("stat %s: %w", key, err)
	}
	return catalog.Object{Key: key, Size: int64(len(o.data)), ModTime: o.at}, nil
}

// Put implements raw.Store.
func (m *Memory) Put(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	return m.put(ctx, key, body, false)
}

// PutNew implements raw.Store.
func (m *Memory) PutNew(ctx context.Context, key string, body io.Reader) (catalog.Object, error) {
	return m.put(ctx, key, body, true)
}

func (m *Memory) put(ctx context.Context, key string, body io.Reader, anew bool) (catalog.Object, error) {
	data, err := io.ReadAll(body)
	data = bytes.Clone(data) // without the room for more
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return catalog.Object{}, fmt.Errorf("put %s: %w", key, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	_, there := m.objects[key]
	if there && anew {
		return catalog.Object{}, fmt.Errorf("put %s: %w", key, raw.ErrExists)
	}
	m.sorted = m.sorted && there
	at := m.now().UTC()
	m.objects[key] = held{data, at}
	return catalog.Object{Key: key, Size: int64(len(data)), ModTime: at}, nil
}

// Delete implements raw.Store.
func (m *Memory) Delete(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.objects[key]; there {
		delete(m.objects, key)
		m.sorted = false
	}
	return nil
}
