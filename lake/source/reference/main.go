// Reference writes the pages beside it, one for each built-in source, from the sources' declarations.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
	"github.com/hindcast/hindcast/lake/source/describe"
)

//go:generate go run .

func main() {
	if err := write("."); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

// write makes the folder's pages those that there should be.
func write(dir string) error {
	pages, err := pages()
	if err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	for name, page := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), page, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// pages are all pages of the reference, by the names of their files.
func pages() (map[string][]byte, error) {
	set, err := source.NewSet(builtin.Sources()...)
	if err != nil {
		return nil, err
	}
	all, pages := []describe.Source{}, map[string][]byte{}
	for _, s := range set.All() {
		var page bytes.Buffer
		d := describe.Of(s)
		if err := d.WritePage(&page); err != nil {
			return nil, err
		}
		all, pages[s.Name+".md"] = append(all, d), page.Bytes()
	}
	var index bytes.Buffer
	err = describe.WriteIndex(&index, all)
	pages["README.md"] = index.Bytes()
	return pages, err
}
