package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"google.golang.org/protobuf/proto"

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

// keep archives a correlation that has ended, after which its claim is none. What can't be archived is tried again when the
// server starts; another may run it again meanwhile.
func (m *Manager) keep(rec record, c *claim) {
	if m.archive.Store == nil {
		return
	}
	id := rec.Correlation.GetCorrelationId()
	ctx, stop := context.WithTimeout(context.WithoutCancel(m.base), archiveTime)
	defer stop()
	err := m.archive.keep(ctx, m.store, rec)
	m.release(c)
	if errors.Is(err, raw.ErrExists) {
		err = m.giveWay(ctx, rec)
	}
	if err == nil {
		err = m.archive.unclaim(ctx, id)
	}
	if err != nil {
		m.o.Log.Error("a correlation is on this server's disk alone", "correlation", id, "error", err)
	}
}

// giveWay takes how another server has ended a correlation for how it has.
func (m *Manager) giveWay(ctx context.Context, own record) error {
	id := own.Correlation.GetCorrelationId()
	first, err := m.archive.load(ctx, id)
	if err != nil || proto.Equal(first.Correlation, own.Correlation) { // the same, when it was archived before
		return err
	}
	m.mu.Lock()
	e := m.entries[id]
	m.mu.Unlock()
	m.o.Log.Warn("another server has ended a correlation first", "correlation", id)
	if e != nil {
		m.forget(e)
	}
	m.meet(first)
	return nil
}

// catchUp archives what ended and was not archived when this folder's last server ended.
func (m *Manager) catchUp(archived contents) {
	if m.archive.Store == nil {
		return
	}
	var late []string
	m.mu.Lock()
	for id, e := range m.entries {
		if e.live == nil && e.far == nil && !archived.ended[id] {
			late = append(late, id)
		}
	}
	m.mu.Unlock()
	for _, id := range late {
		if rec, err := m.store.load(id); err == nil { // else it was told of
			m.keep(rec, &claim{over: true})
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
	if far := m.afar(id); far != nil {
		sum, err = m.archive.summary(m.base, *far)
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
