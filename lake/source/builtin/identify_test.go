package builtin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

const fixtures = "../../../testdata/raw"

// ambiguous are the fixtures whose contents are those of another source too, or of none, and why. What stands as the
// source is what they are taken for.
var ambiguous = map[string]struct{ source, why string }{
	"aws_cloudtrail/empty.json": {"", "there is no record in it"},
	"aws_ecs/awslogs.json":      {"", "what containers write has no form; only the key tells"},
}

// Every fixture is of its own source by its contents alone: where a source's Looks takes what is another's, or does not
// know its own, it stands here with what it was taken for.
func TestContentsTellTheSource(t *testing.T) {
	set, err := source.NewSet(builtin.Sources()...)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := raw.OpenFolder(fixtures)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	for _, c := range set.All() {
		files, err := filepath.Glob(filepath.Join(fixtures, c.Name, "*"))
		if err != nil || len(files) == 0 {
			t.Errorf("%s has no fixtures in testdata/raw/%s: %v", c.Name, c.Name, err)
		}
		for _, path := range files {
			if info, err := os.Stat(path); err != nil || info.IsDir() || strings.HasSuffix(path, ".expected.ndjson") {
				continue
			}
			key := c.Name + "/" + filepath.Base(path)
			head, err := raw.Head(t.Context(), folder, catalog.Object{Key: key})
			if err != nil {
				t.Fatal(err)
			}
			checkTold(t, set, key, head)
		}
	}
}

func checkTold(t *testing.T, set *source.Set, key string, head []byte) {
	t.Helper()
	want, _, _ := strings.Cut(key, "/")
	if other, ok := ambiguous[key]; ok {
		want = other.source
	}
	got := ""
	if told := set.Tell(head).Source; told != nil {
		got = told.Name
	}
	if got == want {
		return
	}
	var alike []string
	for _, c := range set.All() {
		if c.Looks(head[:min(len(head), 8<<10)]) {
			alike = append(alike, c.Name)
		}
	}
	t.Errorf("%s is taken for %q, want %q: it looks like %q; make the Looks of the wrong ones stricter, or that of %s know it", key, got, want, alike, want)
}
