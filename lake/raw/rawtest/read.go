package rawtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// Read runs the tests of a bucket that is read. make makes an empty one.
func Read(t *testing.T, make func(t *testing.T) Bucket) {
	for name, test := range map[string]func(*testing.T, Bucket){
		"lists are in the order of keys, by any prefix":              testLists,
		"a list ends when nobody wants more, or its context is done": testListEnds,
		"what is not there is said to be so":                         testAbsent,
		"a body is that of one time":                                 testBody,
		"many keys are listed once each":                             testMany,
	} {
		t.Run(name, func(t *testing.T) {
			b := make(t)
			if b.Key == nil {
				b.Key = func(key string) string { return key }
			}
			test(t, b)
		})
	}
}

func (b Bucket) fill(t *testing.T, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if _, err := b.Into.Put(t.Context(), key, strings.NewReader(key)); err != nil {
			t.Fatal(err)
		}
	}
}

func testLists(t *testing.T, b Bucket) {
	b.fill(t, "a/b/2", "a/b/1", "a-b", "a0", "a/c", "ab/x", "b/with space", "b/c/d/e/f", "b/é+%2F=&?#")
	for name, c := range map[string]struct {
		prefix string
		want   []string
	}{
		"everything":                                 {"", []string{"a-b", "a/b/1", "a/b/2", "a/c", "a0", "ab/x", "b/c/d/e/f", "b/with space", "b/é+%2F=&?#"}},
		"a prefix that is a directory":               {"a/", []string{"a/b/1", "a/b/2", "a/c"}},
		"a prefix that ends within a name":           {"a/b", []string{"a/b/1", "a/b/2"}},
		"a prefix that begins files and directories": {"a", []string{"a-b", "a/b/1", "a/b/2", "a/c", "a0", "ab/x"}},
		"a prefix that is a key":                     {"a/c", []string{"a/c"}},
		"a prefix behind a file":                     {"a0/", nil},
		"a prefix of nothing":                        {"x/y/z", nil},
		"a prefix that leads out":                    {"../", nil},
		"a prefix that begins at the root":           {"/", nil},
	} {
		var want []string
		for _, key := range c.want {
			want = append(want, b.Key(key))
		}
		all := list(t, b, b.Key(c.prefix))
		if diff := cmp.Diff(want, keys(all)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for _, o := range all {
			if got := content(t, b, o.Key); b.Key(got) != o.Key || o.Size != int64(len(got)) || o.ModTime.IsZero() {
				t.Errorf("%s: %+v has content %q", name, o, got)
			}
		}
	}
}

func testListEnds(t *testing.T, b Bucket) {
	b.fill(t, "a/1", "a/2", "b/1")
	var got []string
	for o, err := range b.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, o.Key)
		break
	}
	if diff := cmp.Diff([]string{b.Key("a/1")}, got); diff != "" {
		t.Error(diff)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	n := 0
	for _, err := range b.List(ctx, "") {
		if n++; !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want that of the context", err)
		}
	}
	if n != 1 {
		t.Errorf("%d answers after the context was done", n)
	}
}

func testAbsent(t *testing.T, b Bucket) {
	b.fill(t, "a/1")
	for _, key := range []string{"x", "a/2", "a", "a/1/2"} {
		if _, err := b.Open(t.Context(), b.Key(key)); !errors.Is(err, raw.ErrNotFound) {
			t.Errorf("open %s: %v, want %v", key, err, raw.ErrNotFound)
		}
		stat, ok := b.Bucket.(interface {
			Stat(ctx context.Context, key string) (catalog.Object, error)
		})
		if !ok {
			continue
		}
		if _, err := stat.Stat(t.Context(), b.Key(key)); !errors.Is(err, raw.ErrNotFound) {
			t.Errorf("stat %s: %v, want %v", key, err, raw.ErrNotFound)
		}
	}
}

// testBody replaces an object while it is read.
func testBody(t *testing.T, b Bucket) {
	const size = 3 << 20
	fill := func(content string) {
		if _, err := b.Into.Put(t.Context(), "key", strings.NewReader(strings.Repeat(content, size))); err != nil {
			t.Fatal(err)
		}
	}
	fill("a")
	r, err := b.Open(t.Context(), b.Key("key"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	head := make([]byte, 10)
	if _, err := io.ReadFull(r, head); err != nil {
		t.Fatal(err)
	}
	fill("b")
	rest, err := io.ReadAll(r)
	if errors.Is(err, raw.ErrChanged) {
		return
	}
	if err != nil || string(head)+string(rest) != strings.Repeat("a", size) {
		t.Errorf("%d bytes, of which some are of another object: %v", len(rest), err)
	}
}

func testMany(t *testing.T, b Bucket) {
	var want []string
	var puts errgroup.Group
	puts.SetLimit(16)
	for i := range 1010 { // more than a page of S3's
		key := fmt.Sprintf("day=%02d/part-%04d", i%7, i)
		puts.Go(func() error {
			_, err := b.Into.Put(t.Context(), key, strings.NewReader(key))
			return err
		})
		want = append(want, b.Key(key))
	}
	if err := puts.Wait(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, keys(list(t, b, ""))); diff != "" {
		t.Error(diff)
	}
}
