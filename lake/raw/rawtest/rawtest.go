// Package rawtest holds every bucket to what package raw promises of buckets.
package rawtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// Bucket is a bucket that is tested: to be read, and the store by which objects get into it.
type Bucket struct {
	raw.Bucket
	Into raw.Store
	Key  func(key string) string // the bucket's key of what the store calls so; the same if nil
}

// store is a store under test, and the test.
type store struct {
	*testing.T
	raw.Store
}

// sentence is what is true of every store.
type sentence struct {
	name string
	test func(store)
}

// Store runs the tests of a store. make makes an empty one.
func Store(t *testing.T, make func(t *testing.T) raw.Store) {
	for _, s := range slices.Concat(storeCases, partCases) {
		t.Run(s.name, func(t *testing.T) { s.test(store{t, make(t)}) })
	}
	Read(t, func(t *testing.T) Bucket {
		s := make(t)
		return Bucket{Bucket: s, Into: s}
	})
}

var storeCases = []sentence{
	{"what is put comes back, and is replaced when it is put again", func(s store) {
		for _, content := range []string{"first", "second one", ""} {
			o, err := s.Put(s.Context(), "a/b/c", strings.NewReader(content))
			if err != nil || o.Key != "a/b/c" || o.Size != int64(len(content)) || o.ModTime.IsZero() {
				s.Errorf("%+v, %v", o, err)
			}
			if got := s.content("a/b/c"); got != content {
				s.Errorf("content %q, want %q", got, content)
			}
			s.sameEverywhere(o)
		}
	}},
	{"a body whose length is not known, and one that is large, come back", func(s store) {
		large := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
		for name, body := range map[string]io.Reader{"seekable": bytes.NewReader(large), "as it comes": io.MultiReader(bytes.NewReader(large))} {
			o, err := s.Put(s.Context(), "large", body)
			if err != nil || o.Size != int64(len(large)) {
				s.Fatalf("%s: %+v, %v", name, o, err)
			}
			if got := s.content("large"); got != string(large) {
				s.Errorf("%s: %d bytes", name, len(got))
			}
			s.sameEverywhere(o)
		}
	}},
	{"a body is read from where it is", func(s store) {
		body := strings.NewReader("skipped: content")
		if _, err := body.Seek(9, io.SeekStart); err != nil {
			s.Fatal(err)
		}
		if o, err := s.Put(s.Context(), "key", body); err != nil || o.Size != 7 || s.content("key") != "content" {
			s.Errorf("%+v, %v", o, err)
		}
	}},
	{"of a body that breaks nothing is seen, and what was there stays", func(s store) {
		errBody := errors.New("the body broke")
		for _, before := range []int{5, 9 << 20} {
			broken := io.MultiReader(strings.NewReader(strings.Repeat("x", before)), iotest.ErrReader(errBody))
			if _, err := s.Put(s.Context(), "new", broken); !errors.Is(err, errBody) {
				s.Errorf("after %d bytes: error %v, want that of the body", before, err)
			}
			if _, err := s.Stat(s.Context(), "new"); !errors.Is(err, raw.ErrNotFound) {
				s.Errorf("after %d bytes: %v, want %v", before, err, raw.ErrNotFound)
			}
		}
		s.put("there", "content")
		if _, err := s.Put(s.Context(), "there", iotest.ErrReader(errBody)); !errors.Is(err, errBody) || s.content("there") != "content" {
			s.Errorf("%v, content %q", err, s.content("there"))
		}
		s.lists("there")
	}},
	{"a new object is put where there is none, and replaces nothing", func(s store) {
		if o, err := s.PutNew(s.Context(), "a/b", strings.NewReader("first")); err != nil || o.Key != "a/b" || o.Size != 5 {
			s.Errorf("%+v, %v", o, err)
		}
		for _, size := range []int{1, 9 << 20} {
			_, err := s.PutNew(s.Context(), "a/b", io.MultiReader(strings.NewReader(strings.Repeat("x", size))))
			if !errors.Is(err, raw.ErrExists) {
				s.Errorf("%d bytes: error %v, want %v", size, err, raw.ErrExists)
			}
		}
		if got := s.content("a/b"); got != "first" {
			s.Errorf("content %q", got)
		}
		if err := s.Delete(s.Context(), "a/b"); err != nil {
			s.Fatal(err)
		}
		if _, err := s.PutNew(s.Context(), "a/b", strings.NewReader("third")); err != nil || s.content("a/b") != "third" {
			s.Errorf("after a delete: %v", err)
		}
	}},
	// All bodies begin to be read before one of them ends, so that none finds the object there at first.
	{"of several that put the same new object one succeeds", func(s store) {
		const n = 8
		var begun, done sync.WaitGroup
		begun.Add(n)
		errs := make([]error, n)
		for i := range n {
			done.Go(func() {
				body := io.MultiReader(readFunc(func([]byte) (int, error) {
					begun.Done()
					begun.Wait()
					return 0, io.EOF
				}), strings.NewReader(fmt.Sprint(i)))
				_, errs[i] = s.PutNew(s.Context(), "a/b", body)
			})
		}
		done.Wait()
		winner := -1
		for i, err := range errs {
			switch {
			case err == nil && winner < 0:
				winner = i
			case !errors.Is(err, raw.ErrExists):
				s.Errorf("put %d, after %d has succeeded: %v", i, winner, err)
			}
		}
		if got := s.content("a/b"); got != fmt.Sprint(winner) {
			s.Errorf("put %d succeeded, the content is that of %s", winner, got)
		}
		s.lists("a/b")
	}},
	{"keys that are none are refused", func(s store) {
		s.put("a/1", "x")
		for _, key := range []string{"", ".", "..", "../x", "/a/1", "a//1", "a/../b", "a/", "a\x00"} {
			_, openErr := s.Open(s.Context(), key)
			_, putErr := s.Put(s.Context(), key, strings.NewReader("x"))
			_, newErr := s.PutNew(s.Context(), key, strings.NewReader("x"))
			_, statErr := s.Stat(s.Context(), key)
			for _, err := range []error{openErr, putErr, newErr, statErr, s.Delete(s.Context(), key)} {
				if !errors.Is(err, raw.ErrInvalidKey) {
					s.Errorf("key %q: %v, want %v", key, err, raw.ErrInvalidKey)
				}
			}
		}
	}},
	{"what is deleted is gone, and to delete what is not there is no error", func(s store) {
		s.put("a/1", "x")
		for range 2 {
			if err := s.Delete(s.Context(), "a/1"); err != nil {
				s.Error(err)
			}
		}
		if _, err := s.Stat(s.Context(), "a/1"); !errors.Is(err, raw.ErrNotFound) {
			s.Errorf("%v, want %v", err, raw.ErrNotFound)
		}
		s.lists()
	}},
	{"a put whose context is done puts nothing", func(s store) {
		ctx, cancel := context.WithCancel(s.Context())
		cancel()
		if _, err := s.Put(ctx, "a", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
			s.Errorf("error %v, want that of the context", err)
		}
		if err := s.Delete(ctx, "a"); !errors.Is(err, context.Canceled) {
			s.Errorf("error %v, want that of the context", err)
		}
		s.lists()
	}},
}

type readFunc func([]byte) (int, error)

func (r readFunc) Read(p []byte) (int, error) { return r(p) }

func (s store) put(key, content string) {
	s.Helper()
	if _, err := s.Put(s.Context(), key, strings.NewReader(content)); err != nil {
		s.Fatal(err)
	}
}

func (s store) content(key string) string {
	s.Helper()
	return content(s.T, s.Store, key)
}

func (s store) lists(want ...string) {
	s.Helper()
	if diff := cmp.Diff(want, keys(list(s.T, s.Store, ""))); diff != "" {
		s.Error(diff)
	}
}

// sameEverywhere makes sure that an object is described alike by a put, a stat and a list, but for a time that is not
// to the second.
func (s store) sameEverywhere(put catalog.Object) {
	s.Helper()
	told, err := s.Stat(s.Context(), put.Key)
	if err != nil {
		s.Fatal(err)
	}
	i := slices.IndexFunc(list(s.T, s.Store, put.Key), func(o catalog.Object) bool { return o.Key == put.Key })
	if i < 0 {
		s.Fatalf("%s is not in the list", put.Key)
	}
	shown := list(s.T, s.Store, put.Key)[i]
	if told.Size != put.Size || told.ETag != put.ETag || shown.Size != told.Size || shown.ETag != told.ETag {
		s.Errorf("put %+v, stat %+v, list %+v", put, told, shown)
	}
	if d := shown.ModTime.Sub(told.ModTime).Abs(); d >= 1e9 {
		s.Errorf("stat at %v, list at %v", told.ModTime, shown.ModTime)
	}
}

// content is all of an object.
func content(t *testing.T, b raw.Bucket, key string) string {
	t.Helper()
	r, err := b.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func list(t *testing.T, b raw.Bucket, prefix string) (all []catalog.Object) {
	t.Helper()
	for o, err := range b.List(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}

func keys(all []catalog.Object) (keys []string) {
	for _, o := range all {
		keys = append(keys, o.Key)
	}
	return keys
}
