package jobs

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// brokenPrefix marks folders whose job.json cannot be read. They are kept for a person to look at.
const brokenPrefix = ".broken-"

// recover takes up what an earlier manager left.
func (m *Manager) recover() error {
	ids, err := m.store.ids()
	if err != nil {
		return err
	}
	var waiting []record
	for _, id := range ids {
		rec, err := m.store.load(id)
		if err != nil {
			m.o.Log.Error("a correlation cannot be read and is put aside", "correlation", id, "error", err)
			if err := m.putAside(id); err != nil {
				return err
			}
			continue
		}
		switch rec.Correlation.GetState() {
		case hindcastv1.CorrelationState_CORRELATION_STATE_QUEUED:
			waiting = append(waiting, rec)
			continue
		case hindcastv1.CorrelationState_CORRELATION_STATE_RUNNING:
			if rec, err = m.interrupted(rec); err != nil {
				return err
			}
		}
		m.entries[id] = &entry{
			id: id, created: rec.Correlation.GetCreateTime().AsTime(), ended: rec.Correlation.GetEndTime().AsTime(),
		}
	}
	return m.queueAgain(waiting)
}

func (m *Manager) queueAgain(waiting []record) error {
	slices.SortFunc(waiting, func(a, b record) int {
		return cmp.Or(a.Correlation.GetCreateTime().AsTime().Compare(b.Correlation.GetCreateTime().AsTime()),
			strings.Compare(a.Correlation.GetCorrelationId(), b.Correlation.GetCorrelationId()))
	})
	for _, rec := range waiting {
		place, err := m.gate.Take(true)
		if err != nil {
			return err
		}
		if err := m.launch(rec, place); err != nil {
			return err
		}
	}
	return nil
}

// interrupted ends a correlation that was running when its server ended.
func (m *Manager) interrupted(rec record) (record, error) {
	c := proto.CloneOf(rec.Correlation)
	x, err := measure(m.store.path(c.GetCorrelationId(), eventsFile))
	if err != nil {
		return record{}, err
	}
	c.State = hindcastv1.CorrelationState_CORRELATION_STATE_FAILED
	c.StateReason = "interrupted by a restart of the server"
	c.EndTime = timestamppb.New(m.o.Now())
	c.Events = x.events
	rec = record{Correlation: c, Bytes: x.bytes}
	return rec, m.store.save(rec)
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
		if e.live != nil {
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
