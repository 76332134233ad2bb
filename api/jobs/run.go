package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hindcast/hindcast/api/gate"
	"github.com/hindcast/hindcast/lake/engine"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// errPanic is what is told of a panic in the engine; the log has the rest.
var errPanic = errors.New("an internal error; the server's log has it")

// launch makes a correlation live, with a place that it is given or leaves: it is claimed in the archive, then appears in
// the folder. With a cause it ends at once. ErrClosing; raw.ErrExists when another server has it. disk is held.
func (m *Manager) launch(rec record, place *gate.Ticket, cause error) error {
	if m.isClosing() {
		place.Leave()
		return ErrClosing
	}
	c, err := m.claim(rec)
	if err == nil {
		err = m.begins(rec, place, c, cause)
	}
	if err != nil {
		place.Leave()
	}
	if err != nil && c != nil && !c.over {
		err = errors.Join(err, m.archive.Delete(m.base, claimKey(rec.Correlation.GetCorrelationId(), rec.Run)))
	}
	return err
}

func (m *Manager) begins(rec record, place *gate.Ticket, claim *claim, cause error) error {
	if err := m.store.create(rec); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosing
	}
	ctx, cancel := context.WithCancelCause(m.base)
	c := rec.Correlation
	e := &entry{
		id: c.GetCorrelationId(), created: c.GetCreateTime().AsTime(),
		live: &live{rec: rec, claim: claim, ctx: ctx, cancel: cancel, place: place},
	}
	m.entries[e.id] = e
	if claim.live = e.live; !claim.over {
		m.claims[claim] = true
	}
	if cause != nil {
		cancel(cause)
	}
	m.work.Add(1)
	go m.run(e, e.live)
	return nil
}

// run takes a correlation from the queue to its end.
func (m *Manager) run(e *entry, l *live) {
	defer m.work.Done()
	defer l.place.Leave()
	defer l.cancel(nil)
	select {
	case <-l.place.Ready():
	case <-l.ctx.Done():
	case <-m.closing:
	}
	var sum *hindcastv1.Summary
	err := context.Cause(l.ctx)
	if err == nil && m.isClosing() {
		err = errShutdown
	}
	if err == nil {
		sum, err = m.answer(e, l)
	}
	switch {
	case errors.Is(err, errLost):
		m.forget(e)
	case errors.Is(err, errShutdown):
		m.handOver(e, l)
	default:
		m.finish(e, l, sum, err)
		m.prune()
	}
}

func (m *Manager) isClosing() bool {
	select {
	case <-m.closing:
		return true
	default:
		return false
	}
}

// answer runs the query of a correlation into its spool.
func (m *Manager) answer(e *entry, l *live) (*hindcastv1.Summary, error) {
	if err := m.begin(e, l); err != nil {
		return nil, err
	}
	c := l.rec.Correlation
	work := c.GetCorrelationId() + "/" + strconv.FormatInt(c.GetCreateTime().AsTime().UnixNano(), 10)
	sum, err := m.execute(engine.ForWork(l.ctx, work), c.GetQuery(), l.spool.add)
	if e := l.spool.close(); err == nil {
		err = e
	}
	return sum, err
}

func (m *Manager) begin(e *entry, l *live) error {
	s, err := createSpool(m.store.path(e.id, eventsFile), m.o.ResultBytes)
	if err != nil {
		return err
	}
	c := proto.CloneOf(l.rec.Correlation)
	c.State = hindcastv1.CorrelationState_CORRELATION_STATE_RUNNING
	c.StartTime = timestamppb.New(m.o.Now())
	rec := record{c, l.rec.progress}
	if err := m.store.save(rec); err != nil {
		return errors.Join(err, s.close())
	}
	if err := l.claim.put(l.ctx, m.archive, m.o.Now(), func(r *record) { r.Correlation = c }); err != nil {
		m.o.Log.Warn("other servers do not see yet that a correlation runs", "correlation", e.id, "error", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	l.rec, l.spool = rec, s
	return nil
}

// finish writes how a correlation ended, last of all its job.json: what that names is there.
func (m *Manager) finish(e *entry, l *live, sum *hindcastv1.Summary, err error) {
	if err == nil {
		err = m.store.saveSummary(e.id, sum)
	}
	rec := l.now()
	c := proto.CloneOf(rec.Correlation)
	c.State, c.StateReason = m.verdict(err)
	c.EndTime = timestamppb.New(m.o.Now())
	rec.Correlation, rec.Owner = c, ""
	saved := m.store.save(rec)
	m.mu.Lock()
	e.ended = c.GetEndTime().AsTime()
	l.rec, l.spool = rec, nil
	if saved == nil {
		e.live = nil
	}
	m.mu.Unlock()
	if saved == nil {
		m.keep(rec, l.claim)
	} else {
		m.release(l.claim)
		m.o.Log.Error("a correlation's end could not be saved", "correlation", e.id, "error", saved)
	}
	m.o.Log.Info("correlation ended", "correlation", e.id, "state", StateName(c.GetState()), "reason", c.GetStateReason(),
		"events", c.GetEvents(), "matched", sum.GetStatistics().GetMatched(), "bytes_read", sum.GetStatistics().GetBytesRead())
}

// verdict is the state that an error leads to, and the reason that is told.
func (m *Manager) verdict(err error) (hindcastv1.CorrelationState, string) {
	switch {
	case err == nil:
		return hindcastv1.CorrelationState_CORRELATION_STATE_SUCCEEDED, ""
	case errors.Is(err, errCancelled):
		return hindcastv1.CorrelationState_CORRELATION_STATE_CANCELLED, errCancelled.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return hindcastv1.CorrelationState_CORRELATION_STATE_FAILED, fmt.Sprintf("the query ran longer than %s", m.o.QueryTime)
	default:
		return hindcastv1.CorrelationState_CORRELATION_STATE_FAILED, err.Error()
	}
}

// Stream runs a query in the caller's own time and keeps nothing of it. An emit that blocks is left behind when the query
// has had its time, and must return once Stream has. ErrBusy, ErrClosing.
func (m *Manager) Stream(ctx context.Context, q *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	place, err := m.gate.Take(false)
	if err != nil {
		return nil, err
	}
	defer place.Leave()
	select {
	case <-place.Ready():
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-m.closing:
		return nil, ErrClosing
	}
	ctx, cancel := context.WithTimeout(ctx, m.o.QueryTime)
	defer cancel()
	out := newSender(emit)
	defer out.stop()
	return m.execute(ctx, q, func(e *hindcastv1.Event) error { return out.send(ctx, e) })
}

// execute runs a query within its time. An interrupted one ends with the cause of the interruption.
func (m *Manager) execute(ctx context.Context, q *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	limited, cancel := context.WithTimeout(ctx, m.o.QueryTime)
	defer cancel()
	start := m.o.Now()
	sum, err := m.guarded(limited, q, emit)
	if err == nil && sum == nil {
		err = errors.New("the engine gave no summary")
	}
	if err != nil && limited.Err() != nil {
		err = context.Cause(limited)
	}
	if m.o.Ended != nil {
		state, _ := m.verdict(err)
		if errors.Is(err, context.Canceled) || errors.Is(err, engine.ErrHandedOver) {
			state = hindcastv1.CorrelationState_CORRELATION_STATE_CANCELLED
		}
		m.o.Ended(Outcome{State: state, Elapsed: m.o.Now().Sub(start), BytesRead: sum.GetStatistics().GetBytesRead()})
	}
	return sum, err
}

func (m *Manager) guarded(ctx context.Context, q *hindcastv1.Query, emit func(*hindcastv1.Event) error) (sum *hindcastv1.Summary, err error) {
	defer func() {
		if p := recover(); p != nil {
			m.o.Log.Error("panic in a query", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			err = errPanic
		}
	}()
	return m.engine.Run(ctx, q, emit)
}

// StateName is a state as logs and metrics say it: running.
func StateName(s hindcastv1.CorrelationState) string {
	return strings.ToLower(strings.TrimPrefix(s.String(), "CORRELATION_STATE_"))
}
