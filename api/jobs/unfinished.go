package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/raw"
)

// A correlation that has not ended lies in the archive as
//
//	results/running/<id>/<run>.json         how it stands: put anew with every beat, by its owner alone
//	results/running/<id>/cancel-<created>   somebody asks for its end
//
// A server takes it by putting the next run's object where there is none, so that one only does; the highest run counts.
const archiveRunning = archiveRoot + "running/"

func runningPrefix(id string) string { return archiveRunning + id + "/" }
func claimKey(id string, run int) string {
	return runningPrefix(id) + fmt.Sprintf("%06d.json", run)
}
func cancelKey(r record) string {
	c := r.Correlation // the time tells it from a later one of that id
	return runningPrefix(c.GetCorrelationId()) + "cancel-" + strconv.FormatInt(c.GetCreateTime().AsTime().UnixNano(), 10)
}

// runOf is the run that a file's name says, or 0.
func runOf(file string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(file, ".json"))
	if err != nil {
		return 0
	}
	return n
}

// signs are what lies in the archive of a correlation that has not ended.
type signs struct {
	run  int // the highest
	keys []string
}

// cancelled tells whether somebody has asked for its end.
func (s signs) cancelled(r record) bool { return slices.Contains(s.keys, cancelKey(r)) }

// signs lists what lies below a prefix, by correlation.
func (a archive) signs(ctx context.Context, prefix string) (map[string]signs, error) {
	all := map[string]signs{}
	for o, err := range a.List(ctx, prefix) {
		if err != nil {
			return nil, fmt.Errorf("list correlations that have not ended: %w", err)
		}
		id, file, _ := strings.Cut(strings.TrimPrefix(o.Key, archiveRunning), "/")
		s := all[id]
		all[id] = signs{max(s.run, runOf(file)), append(s.keys, o.Key)}
	}
	return all, nil
}

// look reads a correlation that has not ended. raw.ErrNotFound.
func (a archive) look(ctx context.Context, id string) (r record, cancelled bool, err error) {
	all, err := a.signs(ctx, runningPrefix(id))
	if err != nil {
		return record{}, false, err
	}
	s := all[id]
	if s.run == 0 {
		return record{}, false, fmt.Errorf("correlation %s: %w", id, raw.ErrNotFound)
	}
	r, err = a.record(ctx, id, claimKey(id, s.run))
	if err != nil {
		return record{}, false, err
	}
	r.Run = s.run
	return r, s.cancelled(r), nil
}

// claim takes a run of a correlation for the record's owner. raw.ErrExists when another has it, or it has ended.
func (a archive) claim(ctx context.Context, r record) error {
	id := r.Correlation.GetCorrelationId()
	key := claimKey(id, r.Run)
	b, err := encodeRecord(r)
	if err != nil {
		return fmt.Errorf("claim correlation %s: %w", id, err)
	}
	_, err = a.PutNew(ctx, key, bytes.NewReader(b))
	if errors.Is(err, raw.ErrExists) { // by this very call, if its answer was lost
		if there, e := a.record(ctx, id, key); e == nil && there.Owner == r.Owner {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("claim correlation %s: %w", id, err)
	}
	_, err = a.Stat(ctx, jobKey(id))
	if errors.Is(err, raw.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = raw.ErrExists
	}
	return fmt.Errorf("claim correlation %s: %w", id, errors.Join(err, a.Delete(ctx, key)))
}

// put puts how a correlation stands, which is the caller's.
func (a archive) put(ctx context.Context, r record) error {
	id := r.Correlation.GetCorrelationId()
	b, err := encodeRecord(r)
	if err == nil {
		_, err = a.Put(ctx, claimKey(id, r.Run), bytes.NewReader(b))
	}
	if err != nil {
		return fmt.Errorf("put how correlation %s stands: %w", id, err)
	}
	return nil
}

// lost tells whether a run is its owner's no longer.
func (a archive) lost(ctx context.Context, r record, now signs) bool {
	if now.run >= r.Run {
		return now.run > r.Run
	}
	_, err := a.Stat(ctx, claimKey(r.Correlation.GetCorrelationId(), r.Run)) // it may be listed late
	return errors.Is(err, raw.ErrNotFound)
}

// cancel asks the owner of a correlation to end it.
func (a archive) cancel(ctx context.Context, r record) error {
	if _, err := a.Put(ctx, cancelKey(r), strings.NewReader("")); err != nil {
		return fmt.Errorf("ask for the end of correlation %s: %w", r.Correlation.GetCorrelationId(), err)
	}
	return nil
}

// unclaim deletes what there is of a correlation's running.
func (a archive) unclaim(ctx context.Context, id string) error {
	all, err := a.signs(ctx, runningPrefix(id))
	if err != nil {
		return err
	}
	for _, key := range all[id].keys {
		if err := a.Delete(ctx, key); err != nil {
			return fmt.Errorf("delete what is left of the running of correlation %s: %w", id, err)
		}
	}
	return nil
}

// How it is told that an owner is alive. A put is 5 USD a million: a correlation that runs for a minute costs three, and a
// list for all of a server's.
const (
	beatEvery = 20 * time.Second
	beatsGone = 3 * beatEvery // since the last beat of an owner that is taken for dead
)
