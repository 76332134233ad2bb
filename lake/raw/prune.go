package raw

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
)

// Prune removes a directory that is empty, and then those above it that have become so. One that is not empty, or not
// there, is left alone, without error.
func (f *Folder) Prune(ctx context.Context, dir string) error {
	for ; dir != "."; dir = path.Dir(dir) {
		if err := checkKey(ctx, dir); err != nil {
			return fmt.Errorf("prune %s: %w", dir, err)
		}
		info, err := f.root.Lstat(filepath.FromSlash(dir))
		if err == nil && !info.IsDir() {
			return fmt.Errorf("prune %s: %w", dir, ErrInvalidKey)
		}
		if err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("prune %s: %w", dir, err)
		}
		if err == nil && f.root.Remove(filepath.FromSlash(dir)) != nil {
			return nil // the system refuses to remove what is not empty
		}
	}
	return nil
}
