package jobs

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"
)

// contents are the correlations that the archive has.
type contents struct {
	ended   map[string]bool
	running map[string]bool // or queued
}

// contents lists the archive. What no correlation names and was put before a time is deleted, and what is left of the
// running of one that has ended.
func (a archive) contents(ctx context.Context, before time.Time) (contents, error) {
	has := contents{ended: map[string]bool{}, running: map[string]bool{}}
	old, signs := map[string]string{}, map[string]string{}
	for o, err := range a.List(ctx, archiveRoot) {
		if err != nil {
			return has, fmt.Errorf("list archived correlations: %w", err)
		}
		kind, rest, _ := strings.Cut(strings.TrimPrefix(o.Key, archiveRoot), "/")
		id, file, _ := strings.Cut(rest, "/")
		id, _, _ = strings.Cut(id, ".")
		switch {
		case !ValidID(id):
		case kind == "jobs":
			has.ended[id] = true
		case kind == "running":
			signs[o.Key] = id
			if runOf(file) > 0 {
				has.running[id] = true
			}
		case o.ModTime.Before(before):
			old[o.Key] = id
		}
	}
	maps.DeleteFunc(has.running, func(id string, _ bool) bool { return has.ended[id] })
	maps.DeleteFunc(signs, func(_, id string) bool { return has.running[id] })
	maps.DeleteFunc(old, func(_, id string) bool { return has.running[id] || has.ended[id] })
	for _, strays := range []map[string]string{old, signs} {
		for key, id := range strays {
			if err := a.Delete(ctx, key); err != nil {
				return has, fmt.Errorf("delete what is left of correlation %s: %w", id, err)
			}
		}
	}
	return has, nil
}

// remove deletes a correlation: what is left of its running first, since no server takes one that has ended.
func (a archive) remove(ctx context.Context, id string) error {
	if err := a.unclaim(ctx, id); err != nil {
		return err
	}
	keys := []string{jobKey(id)}
	for _, prefix := range []string{eventsPrefix(id), summariesPrefix(id)} {
		for o, err := range a.List(ctx, prefix) {
			if err != nil {
				return fmt.Errorf("remove archived correlation %s: %w", id, err)
			}
			keys = append(keys, o.Key)
		}
	}
	for _, key := range keys {
		if err := a.Delete(ctx, key); err != nil {
			return fmt.Errorf("remove archived correlation %s: %w", id, err)
		}
	}
	return nil
}
