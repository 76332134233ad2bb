package faulty

import (
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/hindcast/hindcast/catalog"
)

// late keeps what lists do not know yet.
type late struct {
	mu     *sync.Mutex
	lists  int                       // in how many lists a change is missing from now on
	hidden map[string]int            // keys that were put, and in how many more lists they are missing
	ghosts map[string]int            // keys that were deleted, and in how many more lists they still are
	was    map[string]catalog.Object // what those were
}

func newLate() late {
	return late{mu: new(sync.Mutex), hidden: map[string]int{}, ghosts: map[string]int{}, was: map[string]catalog.Object{}}
}

// ListLate makes what is put or deleted from now on be missing, or still be there, in the next lists that it belongs to.
func (b *Bucket) ListLate(lists int) {
	b.late.mu.Lock()
	defer b.late.mu.Unlock()
	b.late.lists = lists
}

func (l *late) put(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.ghosts, key)
	if l.lists > 0 {
		l.hidden[key] = l.lists
	}
}

func (l *late) deleted(o catalog.Object) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if delete(l.hidden, o.Key); l.lists > 0 {
		l.ghosts[o.Key], l.was[o.Key] = l.lists, o
	}
}

// begin counts a list, and answers what it does not see yet and what it still sees, by key.
func (l *late) begin(prefix string) (hidden map[string]bool, ghosts []catalog.Object) {
	l.mu.Lock()
	defer l.mu.Unlock()
	hidden = map[string]bool{}
	for _, key := range count(l.hidden, prefix) {
		hidden[key] = true
	}
	for _, key := range count(l.ghosts, prefix) {
		ghosts = append(ghosts, l.was[key])
	}
	slices.SortFunc(ghosts, func(a, b catalog.Object) int { return strings.Compare(a.Key, b.Key) })
	return hidden, ghosts
}

// count are the keys of a prefix, each of which has one list less to go.
func count(left map[string]int, prefix string) (keys []string) {
	for key := range left {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
			if left[key]--; left[key] == 0 {
				delete(left, key)
			}
		}
	}
	return keys
}

// list is a list as it is seen late.
func (l *late) list(prefix string, all iter.Seq2[catalog.Object, error]) iter.Seq2[catalog.Object, error] {
	hidden, ghosts := l.begin(prefix)
	return func(yield func(catalog.Object, error) bool) {
		for o, err := range all {
			for err == nil && len(ghosts) > 0 && ghosts[0].Key < o.Key {
				if !yield(ghosts[0], nil) {
					return
				}
				ghosts = ghosts[1:]
			}
			if err == nil && hidden[o.Key] {
				continue
			}
			if !yield(o, err) || err != nil {
				return
			}
		}
		for _, o := range ghosts {
			if !yield(o, nil) {
				return
			}
		}
	}
}
