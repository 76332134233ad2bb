package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/normalize"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

type normalizeCommand struct {
	sourceFlags
	enrichFlags
	limitFlags
	Source string   `placeholder:"NAME" help:"The logs' source. Without it, the only --definition is taken, or each file is told by its path or its contents."`
	File   []string `arg:"" help:"Log files, packed or not; - is standard input."`
}

func (*normalizeCommand) Help() string {
	return `Prints one ECS document a line. Records that are rejected go to standard error with the reason, and exit status is 3.
JSON may come as bare records, arrays, {"Records": […]}, concatenated, or a record a line.

  hindcast normalize --source aws_cloudtrail trail.json.gz
  hindcast normalize --definition httpd.yaml access_log`
}

func (c *normalizeCommand) Run(ctx context.Context, t *terminal) error {
	set, err := c.set()
	if err != nil {
		return err
	}
	more, err := c.enrichers(t, nil)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(t.out, 1<<16)
	rejected := int64(0)
	normalizers := map[string]*normalize.Normalizer{}
	for _, path := range c.File {
		s, err := c.choose(ctx, set, path)
		if err != nil {
			return err
		}
		n := normalizers[s.Name]
		if n == nil {
			if n, err = c.normalizer(s, out, t.err); err != nil {
				return err
			}
			n.Enrich = more
			normalizers[s.Name] = n
		}
		before := n.Counts.Rejected
		if err := n.Log(ctx, path, opener(path, t.in)); err != nil {
			out.Flush()
			return err
		}
		rejected += n.Counts.Rejected - before
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if rejected > 0 {
		return &exitError{exitRejected, nil}
	}
	return nil
}

func (c *normalizeCommand) normalizer(s *source.Compiled, out *bufio.Writer, complain io.Writer) (*normalize.Normalizer, error) {
	n, err := normalize.New(s, time.Now())
	if err != nil {
		return nil, err
	}
	if n.Limits, err = c.limits(); err != nil {
		return nil, err
	}
	n.Emit = func(doc []byte) error {
		_, _ = out.Write(doc) // what goes wrong here comes back from the next call
		return out.WriteByte('\n')
	}
	n.Reject = func(r normalize.Rejected) error {
		_, err := fmt.Fprintf(complain, "%s: offset %d: rejected: %s\n", printable(r.Path), r.Offset, printable(r.Reason))
		return err
	}
	return n, nil
}

// choose tells the source of a file.
func (c *normalizeCommand) choose(ctx context.Context, set *source.Set, path string) (*source.Compiled, error) {
	if c.Source != "" {
		s, err := set.ByName(c.Source)
		if err != nil {
			return nil, &exitError{exitUsage, err}
		}
		return s, nil
	}
	if len(set.All())-len(builtin.Sources()) == 1 { // the one that was defined
		return set.All()[0], nil
	}
	if s, skip := set.ByKey(filepath.ToSlash(path)); s != nil && !skip {
		return s, nil
	}
	if path == "-" {
		return nil, usageError("standard input has no name to tell its source by: give --source")
	}
	folder, err := raw.OpenFolder(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	head, err := raw.Head(ctx, folder, catalog.Object{Key: filepath.Base(path)})
	if err != nil {
		return nil, fmt.Errorf("look into %s: %w", path, err)
	}
	if s := set.ByHead(head); s != nil {
		return s, nil
	}
	return nil, usageError("%s: neither its path nor its contents tell a source: give --source", path)
}

func opener(path string, stdin io.Reader) func() (io.ReadCloser, error) {
	if path == "-" {
		return func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }
	}
	return func() (io.ReadCloser, error) { return os.Open(path) }
}
