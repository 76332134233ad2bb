package jobs

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/hindcast/hindcast/lake/raw"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// find looks for a correlation that is not this server's, and takes it over if it is nobody's. ErrNotFound.
func (m *Manager) find(id string) (rec record, err error) {
	if m.archive.Store == nil || !ValidID(id) {
		return record{}, fmt.Errorf("%q: %w", id, ErrNotFound)
	}
	for try := 1; ; try++ {
		rec, err = m.findOnce(id)
		if !errors.Is(err, raw.ErrExists) || try == tries {
			break
		}
	}
	if errors.Is(err, raw.ErrNotFound) {
		m.mu.Lock()
		if e := m.entries[id]; e != nil && e.elsewhere() {
			delete(m.entries, id)
		}
		m.mu.Unlock()
		return record{}, fmt.Errorf("%q: %w", id, ErrNotFound)
	}
	return rec, err
}

// findOnce looks first for one that has not ended: it is there until the archive has how it ended. raw.ErrNotFound;
// raw.ErrExists when it was just taken, or ended, by another.
func (m *Manager) findOnce(id string) (record, error) {
	rec, cancelled, err := m.archive.look(m.base, id)
	if errors.Is(err, raw.ErrNotFound) {
		rec, err = m.archive.load(m.base, id)
	} else if err == nil && !m.alive(rec) {
		rec, err = m.adopt(rec, cancelled)
	}
	if err == nil {
		m.meet(rec)
	}
	return rec, err
}

// adopt takes a correlation over that has no owner any more. What ended it with its owner, and is to be feared to do so
// again, fails. raw.ErrExists when another server has it, or it has ended.
func (m *Manager) adopt(rec record, cancelled bool) (record, error) {
	m.disk.Lock()
	defer m.disk.Unlock()
	id := rec.Correlation.GetCorrelationId()
	m.mu.Lock()
	e := m.entries[id]
	m.mu.Unlock()
	if e != nil && !e.elsewhere() { // another call has just taken it, or heard of its end
		return m.record(id)
	}
	next := again(rec)
	next.Owner = m.owner
	if rec.Correlation.GetState() == hindcastv1.CorrelationState_CORRELATION_STATE_RUNNING {
		next.Lost++
	}
	var cause error
	switch {
	case cancelled:
		cause = errCancelled
	case next.Lost >= maxLost:
		cause = errDeadly
	}
	place, err := m.gate.Take(true)
	if err != nil {
		return record{}, err
	}
	err = m.launch(next, place, cause)
	if errors.Is(err, ErrClosing) {
		return rec, nil // another may take it
	}
	if err == nil {
		m.o.Log.Info("a correlation is run again, since its server is gone", "correlation", id, "run", next.Run, "from", rec.Owner)
	}
	return next, err
}

// resume takes up what an earlier manager of this folder had not ended, unless another server has it.
func (m *Manager) resume(waiting []record) error {
	for _, rec := range waiting {
		id, cancelled := rec.Correlation.GetCorrelationId(), false
		if m.archive.Store != nil {
			there, asked, err := m.archive.look(m.base, id)
			switch {
			case err == nil && there.Owner != "" && there.Owner != rec.Owner:
				if err := m.store.remove(id); err != nil {
					return err
				}
				continue
			case err == nil:
				rec, cancelled = there, asked
			case !errors.Is(err, raw.ErrNotFound):
				return err
			}
		}
		if _, err := m.adopt(rec, cancelled); err != nil && !errors.Is(err, raw.ErrExists) {
			return err
		}
	}
	return nil
}

// forget drops what this server has of a correlation that is another's now.
func (m *Manager) forget(e *entry) {
	m.disk.Lock()
	defer m.disk.Unlock()
	m.mu.Lock()
	known := m.entries[e.id] == e
	if known {
		delete(m.entries, e.id)
	}
	m.mu.Unlock()
	if !known {
		return
	}
	if err := m.store.remove(e.id); err != nil {
		m.o.Log.Error("a correlation that another server has could not be removed", "correlation", e.id, "error", err)
	}
}

// meet takes up a correlation of the archive as it stands, unless it is this server's.
func (m *Manager) meet(rec record) {
	c := rec.Correlation
	m.mu.Lock()
	defer m.mu.Unlock()
	id := c.GetCorrelationId()
	if e := m.entries[id]; e == nil || e.elsewhere() {
		m.entries[id] = &entry{id: id, created: c.GetCreateTime().AsTime(), ended: c.GetEndTime().AsTime(), far: &rec}
	}
}

const loads = 32 // correlations of the archive that are read, or put, at a time

// refresh hears of what other servers have in the archive, and have removed, and takes over what they have lost.
func (m *Manager) refresh() (has contents, err error) {
	if m.archive.Store == nil {
		return contents{}, nil
	}
	if has, err = m.archive.contents(m.base, m.o.Now().Add(-strayAge)); err != nil {
		return contents{}, err
	}
	var news []string
	m.mu.Lock()
	for id, e := range m.entries {
		if e.far != nil && !has.ended[id] && !has.running[id] {
			delete(m.entries, id)
		}
	}
	for _, ids := range []map[string]bool{has.ended, has.running} {
		for id := range ids {
			if e := m.entries[id]; e == nil || e.elsewhere() {
				news = append(news, id)
			}
		}
	}
	m.mu.Unlock()
	group, ctx := errgroup.WithContext(m.base)
	group.SetLimit(loads)
	for _, id := range news {
		group.Go(func() error { return m.hear(ctx, id, has.ended[id]) })
	}
	return has, group.Wait()
}

// hear reads a correlation of the archive. One that can't be decoded is left for a person to look at.
func (m *Manager) hear(ctx context.Context, id string, ended bool) error {
	var rec record
	var err error
	if ended {
		if rec, err = m.archive.load(ctx, id); err == nil {
			m.meet(rec)
		}
	} else {
		_, err = m.find(id)
	}
	var bad *decodeError
	switch {
	case errors.As(err, &bad):
		m.o.Log.Error("an archived correlation cannot be read", "correlation", id, "error", err)
	case err != nil && !errors.Is(err, raw.ErrNotFound) && !errors.Is(err, ErrNotFound):
		return err
	}
	return nil
}
