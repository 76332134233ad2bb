package athena

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/hindcast/hindcast/api/gate"
	"github.com/hindcast/hindcast/catalog/awsjson"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/trinosql"
)

var errPanic = errors.New("an internal error; the server's log has it")

// Why executions are cancelled, in Athena's words.
var (
	errCancelled = &Failure{Category: UserError, Type: typeCancelled, Message: "Query cancelled by user"}
	errCutoff    = &Failure{Category: UserError, Type: typeCancelled, Message: "Bytes scanned limit was exceeded"}
)

// launch makes an execution live.
func (s *Service) launch(rec record, st statement, place *gate.Ticket) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return &awsjson.Error{Code: "InternalServerException", Message: "the service is shutting down", Status: http.StatusInternalServerError}
	}
	ctx, cancel := context.WithCancelCause(s.base)
	e := &entry{rec: rec, cancel: cancel, place: place}
	s.entries[rec.ID] = e
	if rec.Token != "" {
		s.byToken[rec.Token] = rec.ID
	}
	s.work.Add(1)
	go s.run(ctx, e, st)
	return nil
}

// run takes an execution from the queue to its end.
func (s *Service) run(ctx context.Context, e *entry, st statement) {
	defer s.work.Done()
	defer e.place.Leave()
	defer e.cancel(nil)
	select {
	case <-e.place.Ready():
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		s.finish(ctx, e, result{}, context.Cause(ctx))
		return
	}
	rec := s.update(e, func(r *record) { r.State, r.Started = running, s.o.Now() })
	limited, stop := context.WithTimeout(ctx, s.o.Limits.QueryTime)
	defer stop()
	var out result
	err := s.guarded(rec, func() (err error) {
		out, err = s.execute(limited, rec, st, func() { s.update(e, func(r *record) { r.Planned = s.o.Now() }) })
		return err
	})
	if err != nil && limited.Err() != nil {
		err = context.Cause(limited)
	}
	s.finish(ctx, e, out, err)
}

// update replaces an execution's record.
func (s *Service) update(e *entry, change func(r *record)) record {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&e.rec)
	return e.rec
}

// guarded does a part of an execution, and makes an error of its panic.
func (s *Service) guarded(rec record, do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.o.Log.Error("panic in an execution", "execution", rec.ID, slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			err = errPanic
		}
	}()
	return do()
}

// finish writes and counts how an execution ended before anyone is told; by then those are forgotten that it displaces.
func (s *Service) finish(ctx context.Context, e *entry, out result, err error) {
	ctx = context.WithoutCancel(ctx)
	rec := s.update(e, func(*record) {})
	rec.Result, rec.Ended = out, s.o.Now()
	rec.State, rec.Failure = s.verdict(err)
	if rec.Failure != nil {
		rec.Reason = rec.Failure.Message
	}
	if err := s.save(ctx, rec); err != nil {
		s.o.Log.Error("an execution's end could not be saved", "execution", rec.ID, "error", err)
	}
	s.o.Log.Info("execution ended", "execution", rec.ID, "state", rec.State, "reason", rec.Reason, "kind", rec.Kind,
		"rows", out.Rows, "bytes_read", out.Scanned)
	if s.o.Ended != nil {
		s.o.Ended(Outcome{State: rec.State, Elapsed: rec.Ended.Sub(first(rec.Started, rec.Ended)), BytesRead: out.Scanned})
	}
	s.mu.Lock()
	e.rec, e.cancel = rec, nil
	gone := s.expired()
	s.mu.Unlock()
	if err := s.removeAll(ctx, gone); err != nil {
		s.o.Log.Error("old executions could not be removed", "error", err)
	}
}

// verdict is the state that an error leads to, and what is told of it.
func (s *Service) verdict(err error) (string, *Failure) {
	var f *Failure
	switch {
	case err == nil:
		return succeeded, nil
	case errors.As(err, &f) && f.Type == typeCancelled:
		return cancelled, f
	case errors.As(err, &f):
		return failed, f
	case errors.Is(err, context.DeadlineExceeded):
		return failed, &Failure{Category: UserError, Type: typeExhausted, Message: fmt.Sprintf("Query timeout: it ran longer than %s", s.o.Limits.QueryTime.Round(time.Millisecond))}
	case errors.Is(err, engine.ErrStatement):
		return failed, &Failure{Category: UserError, Type: typeSyntax, Message: trinosql.Failure(err)}
	case errors.Is(err, engine.ErrBudget):
		return failed, &Failure{Category: UserError, Type: typeExhausted, Message: err.Error()}
	case errors.Is(err, engine.ErrResources):
		return failed, &Failure{Category: UserError, Type: typeExhausted, Message: "Query exhausted resources at this scale factor: " + err.Error()}
	case errors.Is(err, errShutdown), errors.Is(err, engine.ErrStale):
		return failed, &Failure{Category: SystemError, Type: typeInternal, Retryable: true, Message: "GENERIC_INTERNAL_ERROR: " + err.Error()}
	}
	return failed, &Failure{Category: SystemError, Type: typeInternal, Message: "GENERIC_INTERNAL_ERROR: " + err.Error()}
}
