package definition_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/definition"
)

// FuzzParse makes sure that any text is a source that works, or is refused with the places of its mistakes.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(testdata, "definitions", "*.yaml"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no definitions: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, []byte(`{"when": 1}`))
	}
	f.Add([]byte(valid), []byte("a,\"b\"\"c\",d"))
	f.Add([]byte("name: &a [*a]\n? {b: c}\n: !!x |\n  d\n<<: *a"), []byte("a=b c=\"d\\\" e\" f"))
	f.Fuzz(func(t *testing.T, text, record []byte) {
		s, err := definition.Parse("fuzz.yaml", text)
		if err == nil {
			run(t, s, record)
			return
		}
		var problems *definition.Error
		if !errors.As(err, &problems) || len(problems.Problems) == 0 {
			t.Fatalf("an error without a mistake: %v", err)
		}
		for _, p := range problems.Problems {
			if p.Line < 1 || p.Column < 1 || p.Wrong == "" {
				t.Errorf("a mistake without a place: %+v", p)
			}
		}
	})
}

// run gives a record to a source, whatever it makes of it.
func run(t *testing.T, s *source.Source, record []byte) {
	c, err := s.Compile()
	if err != nil {
		t.Fatalf("a definition that was accepted does not compile: %v", err)
	}
	b := ecs.NewBatch(c.Schema())
	n, err := c.New(b)
	if err != nil {
		t.Fatal(err)
	}
	n.Begin(source.Origin{Key: "fuzz", Ingested: time.Unix(0, 0)})
	for range 2 { // the first may be taken for a header
		before := b.Rows()
		if err := n.Add(record, 0, 0); err != nil && b.Rows() != before {
			t.Errorf("a rejected record left a row: %v", err)
		}
	}
}
