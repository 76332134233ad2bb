package duckdb_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
)

func TestADamagedFileIsNotTheStatementsFault(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(file []byte) []byte
		says   string
	}{
		{"cut off", func(b []byte) []byte { return b[:len(b)/2] }, "and the catalog says"},
		{"emptied", func([]byte) []byte { return nil }, "has 0 bytes"},
		{"grown", func(b []byte) []byte { return append(b, b...) }, "and the catalog says"},
		{"another of the same size", func(b []byte) []byte { return bytes.Repeat([]byte("x"), len(b)) }, "magic bytes"},
		{"without its footer", func(b []byte) []byte { clear(b[len(b)-600 : len(b)-8]); return b }, ""},
		{"with a footer of no length", func(b []byte) []byte { clear(b[len(b)-8 : len(b)-4]); return b }, ""},
		{"with a page overwritten", func(b []byte) []byte { clear(b[len(b)/4 : len(b)/4+512]); return b }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := lakeOf(t, 2000)
			s := engine.Statement{SQL: "SELECT * FROM aws_test", Scans: []engine.Scan{scan(t, l)}}
			path := filepath.Join(l.Dir, filepath.FromSlash(s.Scans[0].Files[0].Path))
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, c.damage(whole), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err = open(t, l.Dir, duckdb.Options{}).Query(t.Context(), s)
			if !errors.Is(err, engine.ErrDamaged) || errors.Is(err, engine.ErrStatement) {
				t.Fatalf("got %v", err)
			}
			for _, want := range []string{c.says, "hindcast verify --deep"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in %v", want, err)
				}
			}
		})
	}
}

func TestFilesThatHaveChangedPlacesAreNoticed(t *testing.T) {
	l := lakeOf(t, 2000)
	l.Add(t, "aws_test", fields(t), event(86400), event(86401))
	of := scan(t, l)
	one, two := filepath.Join(l.Dir, of.Files[0].Path), filepath.Join(l.Dir, of.Files[1].Path)
	for _, move := range [][2]string{{one, one + "~"}, {two, one}, {one + "~", two}} {
		if err := os.Rename(move[0], move[1]); err != nil {
			t.Fatal(err)
		}
	}
	_, err := open(t, l.Dir, duckdb.Options{}).Query(t.Context(), engine.Statement{SQL: "SELECT 1 FROM aws_test", Scans: []engine.Scan{of}})
	if !errors.Is(err, engine.ErrDamaged) || !strings.Contains(err.Error(), of.Files[0].Path) {
		t.Errorf("got %v", err)
	}
}
