package compact_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/hindcast/hindcast/lake/compact"
)

func TestOpenFilesAndGoroutinesDoNotGrowWithTheObjects(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("open files are counted in /proc")
	}
	most := func(objects int) (files, goroutines int) {
		l := newLake(t)
		l.workers, l.batch = 4, 0
		for i := range objects {
			day := day1.AddDate(0, 0, i%20)
			path := l.raw.Path(visitKey(day, fmt.Sprintf("%04d", i)))
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(visit(day, fmt.Sprint("/", i))), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		filesBefore, goroutinesBefore := openFiles(t), ourGoroutines()
		cfg := l.config()
		cfg.Watch = func(p compact.Progress) {
			if p.Objects%10 != 0 {
				return
			}
			files = max(files, openFiles(t)-filesBefore)
			goroutines = max(goroutines, ourGoroutines()-goroutinesBefore)
		}
		for _, order := range []compact.Order{compact.NewestFirst, compact.AsFound} {
			if r, err := compact.Run(t.Context(), cfg, compact.Selection{Order: order}); err != nil || r.Failed > 0 {
				t.Fatalf("%+v, %v", r, err)
			}
		}
		return files, goroutines
	}
	files, goroutines := most(100)
	manyFiles, manyGoroutines := most(3000)
	t.Logf("of 100 objects %d open files and %d goroutines at most, of 3,000 objects %d and %d", files, goroutines, manyFiles, manyGoroutines)
	const leeway = 12 // connections to the database, and what the test itself looks through
	if manyFiles > files+leeway || manyGoroutines > goroutines+leeway {
		t.Error("they grow")
	}
}

// ourGoroutines are those that are in code of the lake: the driver of SQLite starts one for a call and does not wait for
// its end, so that how many of them are left at a time is chance.
func ourGoroutines() (n int) {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for stack := range bytes.SplitSeq(stacks, []byte("\n\n")) {
		if bytes.Contains(stack, []byte("hindcast/lake/")) {
			n++
		}
	}
	return n
}

func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Error(err)
	}
	return len(entries)
}
