package sourcetest

import (
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/source"
)

// Hostile feeds what no log should hold. Whatever is made of it must be a document.
func Hostile(t *testing.T, s *source.Source) {
	t.Helper()
	long := strings.Repeat("x", 60<<10)
	r := New(t, s, "k")
	for _, record := range []string{
		"", " ", "\x00", "\xff\xfe", `"`, `"""`, `[`, "]", `\`, "{", "{}", `{"message":"`, `{"message":"x"}`, "- - - - -",
		long, strings.Repeat("a ", 30<<10), strings.Repeat(`" `, 1000), strings.Repeat("\"\x00", 1000), "srcaddr " + long,
		`2015-05-13T23:39:43.945958Z ` + strings.Repeat("\xff ", 40) + `"` + long,
		`http 2015-05-13T23:39:43.945958Z ` + strings.Repeat("\" ", 40) + long,
		`a b [06/Feb/2019:00:00:38 +0000] 1 2 3 4 5 "` + strings.Repeat(`" 200 - - - - - `, 50) + long,
		strings.Repeat(`{"a":`, 600), strings.Repeat("[", 4000), "<Event>" + strings.Repeat("<a>", 1000),
		"Jan 31 10:00:00 h sshd[1]: " + long, "[Thu Jan 31 10:00:00 2026] [" + long, "# Time: 2026-01-31T10:00:00Z\n# " + long,
	} {
		rows := r.Batch.Rows()
		if err := r.Add(record); err == nil {
			r.Last()
		} else if r.Batch.Rows() != rows {
			t.Errorf("%s: a row was made of a record that is rejected: %.80q", s.Name, record)
		}
	}
}

// Fuzz makes sure that no record makes a source panic or write what is no document.
func Fuzz(f *testing.F, sources []*source.Source, seeds ...string) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	var readers []*Reader
	for _, s := range sources {
		readers = append(readers, New(f, s, "k"))
	}
	f.Fuzz(func(t *testing.T, record string) {
		for _, r := range readers {
			r.T = t
			r.Batch.Reset()
			if err := r.Add(record); err == nil {
				r.Last()
			}
		}
	})
}
