package raw_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/rawtest"
)

func TestFolder(t *testing.T) {
	rawtest.Store(t, func(t *testing.T) raw.Store {
		f, err := raw.CreateFolder(filepath.Join(t.TempDir(), "root"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			left, err := os.ReadDir(f.Path(".writing"))
			if err != nil && !os.IsNotExist(err) || len(left) > 0 {
				t.Errorf("%d files are left in writing, %v", len(left), err)
			}
			f.Close()
		})
		return f
	})
}
