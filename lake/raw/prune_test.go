package raw

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/hindcast/hindcast/catalog"
)

func TestEmptyDirectoriesArePruned(t *testing.T) {
	f, err := CreateFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx := context.Background()
	for _, key := range []string{"t/day/g1/a", "t/day/g1/b", "t/other/c"} {
		if _, err := f.Put(ctx, key, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	exists := func(dir string) bool {
		_, err := os.Stat(f.Path(dir))
		return err == nil
	}
	for _, step := range []struct {
		deleted    string
		g1, day, t bool
	}{{"t/day/g1/a", true, true, true}, {"t/day/g1/b", false, false, true}, {"t/day/g1/b", false, false, true}} {
		if err := errors.Join(f.Delete(ctx, step.deleted), f.Prune(ctx, "t/day/g1")); err != nil {
			t.Fatal(err)
		}
		if exists("t/day/g1") != step.g1 || exists("t/day") != step.day || exists("t") != step.t {
			t.Errorf("after %s was deleted: %v %v %v", step.deleted, exists("t/day/g1"), exists("t/day"), exists("t"))
		}
	}
	for _, wrong := range []string{"t/other/c", "../x", ""} {
		if err := f.Prune(ctx, wrong); !errors.Is(err, ErrInvalidKey) {
			t.Errorf("prune %q: %v", wrong, err)
		}
	}
	if !exists("t/other/c") {
		t.Error("an object was pruned")
	}
}

// Whoever lists meets directories that are pruned at that moment, and whoever puts an object has its directory pruned
// before the object is there.
func TestDirectoriesThatArePrunedMeanwhileAreInNobodysWay(t *testing.T) {
	f := folder(t)
	ctx := t.Context()
	var all errgroup.Group
	for i := range 2 {
		all.Go(func() error { return comeAndGo(ctx, f, fmt.Sprintf("t/day/g/%d", i), f.Put) })
		all.Go(func() error { return comeAndGo(ctx, f, fmt.Sprintf("t/day/g/new%d", i), f.PutNew) })
	}
	all.Go(func() error {
		for range 1000 {
			for _, err := range f.List(ctx, "t/day") {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err := all.Wait(); err != nil {
		t.Error(err)
	}
}

// An object that others delete as soon as it has its name was put all the same, as S3 has it.
func TestAnObjectThatIsDeletedAsSoonAsItIsThereWasPut(t *testing.T) {
	f := folder(t)
	o, err := f.put(t.Context(), "t/day/1", strings.NewReader("four"), func(temp, name string) error {
		return errors.Join(f.root.Rename(temp, name), f.Delete(t.Context(), "t/day/1"), f.Prune(t.Context(), "t/day"))
	})
	if err != nil || o.Key != "t/day/1" || o.Size != 4 || o.ModTime.IsZero() {
		t.Errorf("it is %+v: %v", o, err)
	}
}

// A prefix that leads through an object is one of nothing, as S3 has it.
func TestNothingLiesBelowAnObject(t *testing.T) {
	f := folder(t, "a/b")
	for _, prefix := range []string{"a/b/", "a/b/c", "a/b/c/", "a/b/c/d"} {
		if got := list(t, f, prefix); len(got) > 0 {
			t.Errorf("below %s lies %q", prefix, got)
		}
	}
}

// comeAndGo puts an object, which must be there then, and prunes its directory without it, again and again.
func comeAndGo(ctx context.Context, f *Folder, key string, put func(context.Context, string, io.Reader) (catalog.Object, error)) error {
	for range 100 {
		if _, err := put(ctx, key, strings.NewReader("x")); err != nil {
			return err
		}
		if err := errors.Join(f.Delete(ctx, key), f.Prune(ctx, path.Dir(key))); err != nil {
			return err
		}
	}
	return nil
}
