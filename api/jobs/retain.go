package jobs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// brokenPrefix marks folders whose job.json cannot be read. They are kept for a person to look at.
const brokenPrefix = ".broken-"

// recover takes up what an earlier manager left in the folder, and answers what it had not ended, the oldest first.
func (m *Manager) recover() (waiting []record, _ error) {
	ids, err := m.store.ids()
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		rec, err := m.store.load(id)
		if err != nil {
			m.o.Log.Error("a correlation cannot be read and is put aside", "correlation", id, "error", err)
			if err := m.putAside(id); err != nil {
				return nil, err
			}
			continue
		}
		if !ended(rec.Correlation.GetState()) {
			waiting = append(waiting, rec)
			continue
		}
		m.entries[id] = &entry{
			id: id, created: rec.Correlation.GetCreateTime().AsTime(), ended: rec.Correlation.GetEndTime().AsTime(),
		}
	}
	slices.SortFunc(waiting, func(a, b record) int {
		return compare(a.Correlation.GetCreateTime().AsTime(), a.Correlation.GetCorrelationId(),
			b.Correlation.GetCreateTime().AsTime(), b.Correlation.GetCorrelationId())
	})
	return waiting, nil
}

func (m *Manager) putAside(id string) error {
	to := filepath.Join(m.store.dir, brokenPrefix+id)
	if err := os.RemoveAll(to); err != nil {
		return fmt.Errorf("put correlation %s aside: %w", id, err)
	}
	if err := os.Rename(filepath.Join(m.store.dir, id), to); err != nil {
		return fmt.Errorf("put correlation %s aside: %w", id, err)
	}
	return nil
}

// prune removes the ended correlations that are too many or too old.
func (m *Manager) prune() {
	m.disk.Lock()
	defer m.disk.Unlock()
	m.pruneLocked()
}

func (m *Manager) pruneLocked() {
	m.removeAll(m.expired())
}

// expired forgets the correlations to remove and names them.
func (m *Manager) expired() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.o.Now()
	kept := 0
	var gone []string
	for _, e := range m.newestFirst() {
		if e.live != nil || e.elsewhere() {
			continue
		}
		if kept++; kept > m.o.Kept || now.Sub(e.ended) > m.o.KeptFor {
			gone = append(gone, e.id)
			delete(m.entries, e.id)
		}
	}
	return gone
}

// newestFirst is every entry in the order of lists; mu is held.
func (m *Manager) newestFirst() []*entry {
	all := make([]*entry, 0, len(m.entries))
	for _, e := range m.entries {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b *entry) int { return compare(b.created, b.id, a.created, a.id) })
	return all
}
