package jobs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hindcast/hindcast/api/gate"
	"github.com/hindcast/hindcast/api/pagetoken"
	"github.com/hindcast/hindcast/lake/raw"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// Manager runs correlations and keeps their results. Only one may work in a folder.
type Manager struct {
	o       Options
	engine  Engine
	store   store
	archive archive // its Store is nil if there is none
	tokens  pagetoken.Signer
	gate    *gate.Gate

	disk sync.Mutex // held while folders appear and vanish; taken before mu

	owner string // names this manager to others
	beats sync.WaitGroup

	mu      sync.Mutex
	entries map[string]*entry
	claims  map[*claim]bool
	closed  bool
	closing chan struct{}
	work    sync.WaitGroup
	base    context.Context
	stop    context.CancelCauseFunc
}

// entry is what memory holds of a correlation: little once it has ended.
type entry struct {
	id      string
	created time.Time
	ended   time.Time
	live    *live   // nil once it has ended
	far     *record // of one that is in the archive, and not in the folder; another server has it if it has not ended
}

// elsewhere tells whether it is another server's that has not ended.
func (e *entry) elsewhere() bool { return e.far != nil && !ended(e.far.Correlation.GetState()) }

// live is a correlation that has not ended. Its record is replaced, never altered.
type live struct {
	rec    record
	claim  *claim
	spool  *spool
	ctx    context.Context
	cancel context.CancelCauseFunc
	place  *gate.Ticket
}

// Open takes up the correlations in the folder that have not ended, unless another server has, and those of the archive
// that no server has any more: they wait again.
func Open(dir string, engine Engine, o Options) (*Manager, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open results folder: %w", err)
	}
	base, stop := context.WithCancelCause(context.Background())
	far, tokens, err := openArchive(base, dir, o)
	if err != nil {
		stop(nil)
		return nil, err
	}
	m := &Manager{
		o: o, engine: engine, store: store{dir}, archive: far, tokens: tokens, base: base, stop: stop,
		gate:  gate.New(o.Running, o.Queued),
		owner: newID(), entries: map[string]*entry{}, claims: map[*claim]bool{}, closing: make(chan struct{}),
	}
	if err := m.takeUp(); err != nil {
		stop(errShutdown)
		return nil, err
	}
	m.prune()
	if m.archive.Store != nil {
		m.beats.Add(1)
		go m.keepBeating()
	}
	return m, nil
}

// takeUp takes up what there is in the folder and in the archive.
func (m *Manager) takeUp() error {
	waiting, err := m.recover()
	if err != nil {
		return err
	}
	if err := m.resume(waiting); err != nil {
		return err
	}
	archived, err := m.refresh()
	if err != nil {
		return err
	}
	m.catchUp(archived)
	return nil
}

// Create starts a correlation, or returns the one that an equal call with this id has started, here or at another server
// with this archive. An empty id makes a new one. ErrBadID, ErrTaken, ErrBusy, ErrClosing.
func (m *Manager) Create(id string, q *hindcastv1.Query) (*hindcastv1.Correlation, error) {
	if id == "" {
		id = newID()
	}
	if !ValidID(id) {
		return nil, fmt.Errorf("%q: %w", id, ErrBadID)
	}
	for try := 1; ; try++ {
		old, err := m.Get(id)
		switch {
		case err == nil && !proto.Equal(old.GetQuery(), q):
			return nil, fmt.Errorf("%s: %w", id, ErrTaken)
		case err == nil:
			return old, nil
		case !errors.Is(err, ErrNotFound):
			return nil, err
		}
		c, err := m.start(id, q)
		if !errors.Is(err, raw.ErrExists) || try == tries {
			return c, err
		}
	}
}

// tries is how often is looked for a correlation that another call, or server, takes or ends at the same time.
const tries = 5

// start makes a correlation. raw.ErrExists when another call has just made it.
func (m *Manager) start(id string, q *hindcastv1.Query) (*hindcastv1.Correlation, error) {
	m.disk.Lock()
	defer m.disk.Unlock()
	if m.known(id) {
		return nil, fmt.Errorf("%s: %w", id, raw.ErrExists)
	}
	c := &hindcastv1.Correlation{
		CorrelationId: id, Query: q, CreateTime: timestamppb.New(m.o.Now()),
		State: hindcastv1.CorrelationState_CORRELATION_STATE_QUEUED,
	}
	place, err := m.gate.Take(false)
	if err != nil {
		return nil, err
	}
	if err := m.launch(record{c, progress{Run: 1, Owner: m.owner}}, place, nil); err != nil {
		return nil, errors.Join(err, m.store.remove(id))
	}
	m.pruneLocked()
	return c, nil
}

func (m *Manager) known(id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.entries[id] != nil
}

// Get is a correlation as it stands, without its statistics. ErrNotFound.
func (m *Manager) Get(id string) (*hindcastv1.Correlation, error) {
	rec, err := m.record(id)
	return rec.Correlation, err
}

// Summary is what a correlation that has succeeded found. ErrNotFound, ErrNotDone.
func (m *Manager) Summary(id string) (*hindcastv1.Summary, error) {
	c, err := m.Get(id)
	if err != nil {
		return nil, err
	}
	if c.GetState() != hindcastv1.CorrelationState_CORRELATION_STATE_SUCCEEDED {
		return nil, fmt.Errorf("%s is %s: %w", id, StateName(c.GetState()), ErrNotDone)
	}
	return m.summary(id)
}

// Cancel asks a correlation that has not ended to stop, which another server hears of with its next beat. ErrNotFound.
func (m *Manager) Cancel(id string) (*hindcastv1.Correlation, error) {
	rec, err := m.record(id) // which takes one over that its server has lost
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	e := m.entries[id]
	there := e != nil && e.elsewhere()
	if e != nil && e.live != nil {
		e.live.cancel(errCancelled)
	}
	m.mu.Unlock()
	if there {
		return rec.Correlation, m.archive.cancel(m.base, rec)
	}
	return m.Get(id)
}

// Load is how many queries run and how many wait.
func (m *Manager) Load() (running, queued int) { return m.gate.Load() }

// Close takes no more correlations and lets the running ones go on until the context ends; then they are interrupted.
// Those and the ones that wait are left to other servers, or to the next start. What has ended is on disk when it returns.
func (m *Manager) Close(ctx context.Context) error {
	m.mu.Lock()
	if !m.closed {
		m.closed = true
		close(m.closing)
	}
	m.mu.Unlock()
	idle := make(chan struct{})
	go func() { m.work.Wait(); close(idle) }()
	select {
	case <-idle:
		m.stop(nil)
		m.beats.Wait()
		return nil
	case <-ctx.Done():
	}
	m.stop(errShutdown)
	timer := time.NewTimer(m.o.KillWait)
	defer timer.Stop()
	select {
	case <-idle:
		m.beats.Wait()
		return nil
	case <-timer.C:
		return fmt.Errorf("queries did not end within %s of being interrupted", m.o.KillWait)
	}
}

// record is a correlation's record with what is known of its events by now.
func (m *Manager) record(id string) (record, error) {
	m.mu.Lock()
	e := m.entries[id]
	if e == nil || e.elsewhere() {
		m.mu.Unlock()
		return m.find(id)
	}
	if e.far != nil {
		defer m.mu.Unlock()
		return *e.far, nil
	}
	if l := e.live; l != nil {
		defer m.mu.Unlock()
		return l.now(), nil
	}
	m.mu.Unlock()
	rec, err := m.store.load(id)
	if errors.Is(err, fs.ErrNotExist) {
		return record{}, fmt.Errorf("%q: %w", id, ErrNotFound)
	}
	return rec, err
}

func (l *live) now() record {
	if l.spool == nil {
		return l.rec
	}
	x := l.spool.extent()
	c := proto.CloneOf(l.rec.Correlation)
	c.Events = x.events
	rec := record{c, l.rec.progress}
	rec.Bytes = x.bytes
	return rec
}

func newID() string {
	b := make([]byte, 12)
	rand.Read(b)
	return "c-" + hex.EncodeToString(b)
}
