package compact

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// unfinishedAge is how old a file in writing, or a folder of a run of which nothing is known, must be to be taken for
// one that nobody writes any more. A run that lives touches its folder as often as it renews its leases.
const unfinishedAge = 10 * leaseTTL

// sweeper is a lake in a folder, which can be rid of files whose writing was broken off.
type sweeper interface {
	Sweep(ctx context.Context, before time.Time) (int, error)
}

// space makes a folder for the run alone, and removes what runs that died have left: their folders, and files in
// writing.
func (r *run) space(ctx context.Context) error {
	parent := r.cfg.Work
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("make the work folder: %w", err)
	}
	if err := r.clear(parent); err != nil {
		return fmt.Errorf("clear the work folder: %w", err)
	}
	if s, ok := r.cfg.Lake.(sweeper); ok {
		if _, err := s.Sweep(ctx, r.cfg.Now().Add(-unfinishedAge)); err != nil {
			return err
		}
	}
	own, err := os.MkdirTemp(parent, url.PathEscape(r.cfg.Owner)+ownerEnds+"*")
	if err != nil {
		return fmt.Errorf("make a folder for work: %w", err)
	}
	r.cfg.Work = own
	now := r.cfg.Now()
	return os.Chtimes(own, now, now)
}

// ownerEnds stands behind the owner in the name of a run's folder; what follows tells runs of one owner apart.
const ownerEnds = "+"

// clear removes the folders of runs that are known to be dead, or that have been silent for long.
func (r *run) clear(parent string) error {
	entries, err := os.ReadDir(parent)
	var failures []error
	for _, e := range entries {
		info, gone := e.Info()
		if gone != nil || !r.abandoned(e.Name(), info.ModTime()) {
			continue
		}
		failures = append(failures, os.RemoveAll(filepath.Join(parent, e.Name())))
	}
	return errors.Join(append(failures, err)...)
}

func (r *run) abandoned(name string, touched time.Time) bool {
	if i := strings.LastIndex(name, ownerEnds); i >= 0 && r.cfg.Alive != nil {
		if owner, err := url.PathUnescape(name[:i]); err == nil && !r.cfg.Alive(owner) {
			return true
		}
	}
	return touched.Before(r.cfg.Now().Add(-unfinishedAge))
}
