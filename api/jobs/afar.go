package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/hindcast/hindcast/api/pagetoken"
	"github.com/hindcast/hindcast/lake/raw"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// signer makes page tokens, which are those of all servers with this archive.
func signer(ctx context.Context, dir string, a archive) (pagetoken.Signer, error) {
	if a.Store == nil {
		return pagetoken.Open(dir, writeFile)
	}
	key, err := a.key(ctx, pagetoken.KeyBytes)
	if err != nil {
		return pagetoken.Signer{}, err
	}
	return pagetoken.New(key), nil
}

// openArchive is the archive, and what makes page tokens. One that may not be written to is none: whoever may only read a
// lake can ask of it all the same.
func openArchive(ctx context.Context, dir string, o Options) (archive, pagetoken.Signer, error) {
	a := archive{o.Archive}
	tokens, err := signer(ctx, dir, a)
	if errors.Is(err, raw.ErrRefused) {
		o.Log.Warn("correlations are kept on this server's disk alone, where no other server finds them", "error", err)
		a = archive{}
		tokens, err = signer(ctx, dir, a)
	}
	return a, tokens, err
}

// keep archives a correlation that has ended. What can't be archived is tried again when the server starts.
func (m *Manager) keep(rec record) {
	if m.archive.Store == nil {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(m.base), archiveTime)
	defer stop()
	if err := m.archive.keep(ctx, m.store, rec); err != nil {
		m.o.Log.Error("a correlation is on this server's disk alone", "correlation", rec.Correlation.GetCorrelationId(), "error", err)
	}
}

// find looks for a correlation that this server has not heard of. ErrNotFound.
func (m *Manager) find(id string) (record, error) {
	if m.archive.Store == nil || !ValidID(id) {
		return record{}, fmt.Errorf("%q: %w", id, ErrNotFound)
	}
	rec, err := m.archive.load(m.base, id)
	if errors.Is(err, raw.ErrNotFound) {
		return record{}, fmt.Errorf("%q: %w", id, ErrNotFound)
	}
	if err == nil {
		m.meet(rec)
	}
	return rec, err
}

// meet takes up a correlation of the archive, unless this server has one of that id.
func (m *Manager) meet(rec record) {
	c := rec.Correlation
	m.mu.Lock()
	defer m.mu.Unlock()
	if id := c.GetCorrelationId(); m.entries[id] == nil {
		m.entries[id] = &entry{id: id, created: c.GetCreateTime().AsTime(), ended: c.GetEndTime().AsTime(), far: &rec}
	}
}

const loads = 32 // correlations of the archive that are read at a time

// refresh hears of what other servers have archived, and removed.
func (m *Manager) refresh() (archived map[string]bool, err error) {
	if m.archive.Store == nil {
		return map[string]bool{}, nil
	}
	if archived, err = m.archive.ids(m.base, m.o.Now().Add(-strayAge)); err != nil {
		return nil, err
	}
	m.mu.Lock()
	for id, e := range m.entries {
		if e.far != nil && !archived[id] {
			delete(m.entries, id)
		}
	}
	var unknown []string
	for id := range archived {
		if m.entries[id] == nil {
			unknown = append(unknown, id)
		}
	}
	m.mu.Unlock()
	group, ctx := errgroup.WithContext(m.base)
	group.SetLimit(loads)
	for _, id := range unknown {
		group.Go(func() error { return m.take(ctx, id) })
	}
	return archived, group.Wait()
}

// take reads a correlation of the archive. One that can't be decoded is left for a person to look at.
func (m *Manager) take(ctx context.Context, id string) error {
	rec, err := m.archive.load(ctx, id)
	var bad *decodeError
	switch {
	case err == nil:
		m.meet(rec)
	case errors.As(err, &bad):
		m.o.Log.Error("an archived correlation cannot be read", "correlation", id, "error", err)
	case !errors.Is(err, raw.ErrNotFound):
		return err
	}
	return nil
}

// catchUp archives what ended and was not archived when this folder's last server ended.
func (m *Manager) catchUp(archived map[string]bool) {
	if m.archive.Store == nil {
		return
	}
	var late []string
	m.mu.Lock()
	for id, e := range m.entries {
		if e.live == nil && e.far == nil && !archived[id] {
			late = append(late, id)
		}
	}
	m.mu.Unlock()
	for _, id := range late {
		if rec, err := m.store.load(id); err == nil { // else it was told of
			m.keep(rec)
		}
	}
}

// afar is what is known of a correlation that the folder does not have; nil for one that it has.
func (m *Manager) afar(id string) *record {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.entries[id]; e != nil {
		return e.far
	}
	return nil
}

// summary reads what a correlation found. ErrNotFound.
func (m *Manager) summary(id string) (sum *hindcastv1.Summary, err error) {
	if m.afar(id) != nil {
		sum, err = m.archive.summary(m.base, id)
	} else {
		sum, err = m.store.loadSummary(id)
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, raw.ErrNotFound) {
		return nil, fmt.Errorf("%s: %w", id, ErrNotFound)
	}
	return sum, err
}

// events reads a correlation's events from a byte on.
func (m *Manager) events(id string, offset int64) (io.ReadCloser, error) {
	if far := m.afar(id); far != nil {
		return m.archive.events(m.base, *far, offset), nil
	}
	f, err := os.Open(m.store.path(id, eventsFile))
	if err != nil {
		return nil, fmt.Errorf("open events file: %w", err)
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return nil, errors.Join(fmt.Errorf("open events file: %w", err), f.Close())
	}
	return f, nil
}

// removeAll removes correlations from the folder and the archive.
func (m *Manager) removeAll(ids []string) {
	for _, id := range ids {
		err := m.store.remove(id)
		if err == nil && m.archive.Store != nil {
			err = m.archive.remove(m.base, id)
		}
		if err != nil {
			m.o.Log.Error("an old correlation could not be removed", "correlation", id, "error", err)
		}
	}
}
