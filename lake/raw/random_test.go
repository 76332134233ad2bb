package raw

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"
)

// plain is a bucket of one object that is read from its beginning only.
type plain string

func (p plain) Open(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(io.MultiReader(strings.NewReader(string(p)))), nil
}

func TestAnObjectIsReadAtAnyPlace(t *testing.T) {
	folder, err := CreateFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	if _, err := folder.Put(t.Context(), "key", strings.NewReader("0123456789")); err != nil {
		t.Fatal(err)
	}
	for name, bucket := range map[string]Opener{"of a folder": folder, "of a bucket that only reads on": plain("0123456789")} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			r, err := OpenRandom(t.Context(), bucket, "key", 10, dir)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]byte, 3)
			if _, err := r.ReadAt(got, 5); err != nil || string(got) != "567" {
				t.Errorf("%q: %v", got, err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("%d files are left: %v", len(left), err)
			}
		})
	}
}
