package compact

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// nearby keeps files of the lake open in which duplicates are looked for, if the lake lies elsewhere and gives parts of
// them: each flush of each batch of a day looks into the same files, and finds here what was read of them before.
type nearby struct {
	ctx   context.Context // of the run, whose batches come and go
	lake  raw.Opener
	dir   string
	files int   // are kept at most,
	bytes int64 // and so much of them

	mu   sync.Mutex
	kept map[string]*keptFile // by path
	held int64                // bytes of all
	turn int64                // how often a file was used
}

const (
	nearbyFiles = 256
	nearbyBytes = 1 << 30 // on the disk
)

// holder is a file of which parts are held here.
type holder interface {
	raw.RandomReader
	Held() int64
}

type keptFile struct {
	holder
	day   string
	held  int64
	last  int64 // when it was used
	users int
}

func newNearby(ctx context.Context, cfg Config) *nearby {
	return &nearby{ctx: ctx, lake: cfg.Lake, dir: cfg.Work, files: nearbyFiles, bytes: nearbyBytes, kept: map[string]*keptFile{}}
}

// with opens a file for as long as read takes.
func (n *nearby) with(f catalog.File, read func(raw.RandomReader) error) error {
	k := n.take(f.Path)
	if k == nil {
		body, err := raw.OpenRandom(n.ctx, n.lake, f.Path, f.Bytes, n.dir)
		if err != nil {
			return err
		}
		h, ok := body.(holder)
		if !ok {
			return errors.Join(read(body), body.Close())
		}
		k = &keptFile{holder: h, day: f.Table + "/" + f.Day, users: 1}
	}
	err := read(k)
	return errors.Join(err, n.give(f.Path, k, err))
}

// take answers a file that is kept, or nil.
func (n *nearby) take(path string) *keptFile {
	n.mu.Lock()
	defer n.mu.Unlock()
	k := n.kept[path]
	if k != nil {
		k.users++
	}
	return k
}

// give gives a file back, which is kept unless reading it failed, another keeps it, or there is no room.
func (n *nearby) give(path string, k *keptFile, failed error) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.turn++
	k.users, k.last = k.users-1, n.turn
	switch kept := n.kept[path]; {
	case kept == k && failed != nil:
		return n.drop(path)
	case kept != nil && kept != k, failed != nil:
		return k.shut()
	}
	n.kept[path] = k
	n.held += k.Held() - k.held
	k.held = k.Held()
	return n.room(path, k)
}

// room makes room for a file: by those of other days, which are not read again soon, or else by itself. A file of its day
// is never given up for it: all of them are gone through each time, and none would be left when its turn comes.
func (n *nearby) room(path string, k *keptFile) (err error) {
	if len(n.kept) <= n.files && n.held <= n.bytes {
		return nil
	}
	var others []string
	for at, o := range n.kept {
		if o.day != k.day && o.users == 0 {
			others = append(others, at)
		}
	}
	slices.SortFunc(others, func(a, b string) int { return cmp.Compare(n.kept[a].last, n.kept[b].last) })
	for _, at := range append(others, path) {
		if len(n.kept) <= n.files && n.held <= n.bytes {
			break
		}
		err = errors.Join(err, n.drop(at))
	}
	return err
}

// drop keeps a file no longer.
func (n *nearby) drop(path string) error {
	k := n.kept[path]
	delete(n.kept, path)
	n.held -= k.held
	k.held = 0
	return k.shut()
}

// shut closes a file that is not kept, unless somebody still reads it.
func (k *keptFile) shut() error {
	if k.users > 0 {
		return nil
	}
	return k.Close()
}

// close gives all files up.
func (n *nearby) close() (err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for path := range n.kept {
		err = errors.Join(err, n.drop(path))
	}
	return err
}
