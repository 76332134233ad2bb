package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/hindcast/hindcast/lake/raw"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// claim is a correlation that this server has in the archive, until it has ended there. That of one which is on this
// server's disk alone is over from the first.
type claim struct {
	live *live

	mu   sync.Mutex // held while it is put, so that nothing is put once it is over
	rec  record     // as it was put last
	over bool
}

// put puts how the correlation stands, after a change.
func (c *claim) put(ctx context.Context, a archive, now time.Time, change func(*record)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return nil
	}
	change(&c.rec)
	c.rec.Beat = now
	return a.put(ctx, c.rec)
}

// claim takes a run of a correlation in the archive for this server. raw.ErrExists when another has it, or it has ended.
func (m *Manager) claim(rec record) (*claim, error) {
	if m.archive.Store == nil {
		return &claim{over: true}, nil
	}
	rec.Beat = m.o.Now()
	err := m.archive.claim(m.base, rec)
	if errors.Is(err, raw.ErrRefused) {
		m.o.Log.Warn("a correlation is known to this server alone until it has ended", "correlation", rec.Correlation.GetCorrelationId(), "error", err)
		return &claim{over: true}, nil
	}
	if err != nil {
		return nil, err
	}
	return &claim{rec: rec}, nil
}

// release ends a claim: nothing of it is put any more.
func (m *Manager) release(c *claim) {
	m.mu.Lock()
	delete(m.claims, c)
	m.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
}

// keepBeating tells other servers of this one's correlations until it ends.
func (m *Manager) keepBeating() {
	defer m.beats.Done()
	for m.o.Sleep(m.base, beatEvery) == nil {
		m.beat()
	}
}

// beat says that this server has what it has, and hears what others want of it.
func (m *Manager) beat() {
	m.mu.Lock()
	claims := make([]*claim, 0, len(m.claims))
	for c := range m.claims {
		claims = append(claims, c)
	}
	m.mu.Unlock()
	if len(claims) == 0 {
		return
	}
	ctx, stop := context.WithTimeout(m.base, beatEvery)
	defer stop()
	all, err := m.archive.signs(ctx, archiveRunning)
	if err != nil {
		m.o.Log.Warn("what other servers want of the correlations here is not known", "error", err)
	}
	var group errgroup.Group
	group.SetLimit(loads)
	for _, c := range claims {
		group.Go(func() error {
			if err == nil && !m.heed(ctx, c, all) {
				return nil
			}
			if err := c.put(ctx, m.archive, m.o.Now(), func(*record) {}); err != nil {
				m.o.Log.Warn("other servers may take a correlation for lost", "error", err)
			}
			return nil
		})
	}
	_ = group.Wait() // none of them fails
}

// heed does what others want of a correlation, and tells whether it is this server's still.
func (m *Manager) heed(ctx context.Context, c *claim, all map[string]signs) bool {
	c.mu.Lock()
	rec := c.rec
	c.mu.Unlock()
	id := rec.Correlation.GetCorrelationId()
	if m.archive.lost(ctx, rec, all[id]) {
		m.o.Log.Warn("another server has taken a correlation over", "correlation", id)
		m.release(c)
		c.live.cancel(errLost)
		return false
	}
	if all[id].cancelled(rec) {
		c.live.cancel(errCancelled)
	}
	return true
}

// alive tells whether another server has a correlation that has not ended.
func (m *Manager) alive(rec record) bool {
	return rec.Owner != "" && rec.Owner != m.owner && m.o.Now().Sub(rec.Beat) < beatsGone
}

// handOver leaves a correlation to the next server, or to the next start of this one.
func (m *Manager) handOver(e *entry, l *live) {
	next := again(l.rec)
	next.Owner = l.rec.Owner
	m.mu.Lock()
	l.rec, l.spool = next, nil
	m.mu.Unlock()
	if err := m.store.save(next); err != nil {
		m.o.Log.Error("a correlation that is to run again could not be saved", "correlation", e.id, "error", err)
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(m.base), m.o.KillWait)
	defer stop()
	err := l.claim.put(ctx, m.archive, m.o.Now(), func(r *record) { r.Owner, r.Correlation = "", next.Correlation })
	if err != nil {
		m.o.Log.Warn("other servers wait before they take a correlation over", "correlation", e.id, "error", err)
	}
	m.release(l.claim)
}

// again is a correlation that is to be run anew.
func again(rec record) record {
	c := proto.CloneOf(rec.Correlation)
	c.State, c.StartTime, c.Events = hindcastv1.CorrelationState_CORRELATION_STATE_QUEUED, nil, 0
	return record{c, progress{Run: max(rec.Run, 1) + 1, Lost: rec.Lost}}
}
