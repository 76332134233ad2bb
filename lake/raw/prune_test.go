package raw

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
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
