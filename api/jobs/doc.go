// Package jobs keeps correlations as resources: a bounded queue, results on disk that outlive a restart, and pages
// over them.
//
//	Create ──► QUEUED ──► RUNNING ──► SUCCEEDED, FAILED, CANCELLED
//	             │ gate      │ Engine.Run        │ kept by count and age, then removed
//	             └───────────┴── Cancel ─────────┘
//
// A correlation whose server ends before it has is queued and run again, for the same price where the engine can: see
// [engine.ForWork]. One that ends its servers fails at last.
//
// With an archive, correlations are in a bucket too: servers that share it find each other's, and one without a disk those of
// the last. One that has not ended has an owner there, who says so with a beat. Whoever is asked for one whose owner is
// silent, or has handed it over, takes it over; of two who would, one does. Each run has a number, and what it puts is
// named by that: a server that was only taken for dead does no harm, and drops what it has when it hears of it. The first
// to end is kept.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/hindcast/hindcast/api/gate"
	"github.com/hindcast/hindcast/api/pagetoken"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/raw"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// Engine answers queries.
type Engine interface {
	// Run calls emit for each event, newest first, then returns what was found and what it cost. It ends soon after
	// its context does, and with emit's error when there is one.
	Run(ctx context.Context, q *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error)
}

// Options bound what a manager does. Every number must be positive.
type Options struct {
	Running     int           // queries at once
	Queued      int           // queries that may wait
	QueryTime   time.Duration // how long a query may run
	Kept        int           // ended correlations that are kept, the newest
	KeptFor     time.Duration // how long an ended correlation is kept
	ResultBytes int64         // events of one correlation, as JSON
	PageBytes   int64         // events or correlations of one page, though never less than one
	KillWait    time.Duration // how long a query may take to end once it was interrupted, and to be handed over
	Archive     raw.Store     // where correlations are kept too, for other servers and later ones; nil if nowhere
	Now         func() time.Time
	Sleep       func(ctx context.Context, d time.Duration) error // waits, or gives the context's error
	Log         *slog.Logger
	Ended       func(Outcome) // told of every query; may be nil
}

// Outcome is how a query went.
type Outcome struct {
	State     hindcastv1.CorrelationState
	Elapsed   time.Duration
	BytesRead int64
}

// Errors of a manager, for errors.Is.
var (
	ErrNotFound = errors.New("no such correlation")
	ErrTaken    = errors.New("the id belongs to a correlation with another query")
	ErrBadID    = errors.New("not a correlation's id")
	ErrNotDone  = errors.New("the correlation has no result")
	ErrClosing  = errors.New("the server is shutting down")
	ErrBusy     = gate.ErrBusy // as many queries wait as may
	ErrToken    = pagetoken.ErrToken
	ErrRunAnew  = errors.New("the correlation has been run again since: list its events from the first page")
)

// Why a query was interrupted.
var (
	errCancelled = errors.New("cancelled on request")
	errShutdown  = fmt.Errorf("interrupted by the server's shutdown: %w", engine.ErrHandedOver)
	errLost      = fmt.Errorf("taken over by another server: %w", engine.ErrHandedOver)
	errDeadly    = fmt.Errorf("its server ended %d times while it ran: ask again, for a shorter range or fewer sources", maxLost)
)

// maxLost is how many servers may end in the run of a correlation, which may be what ends them.
const maxLost = 3

// PatternID is the form of an id, which is a folder's name as well.
const PatternID = `^[a-z0-9][a-z0-9_-]{0,62}$`

var validID = regexp.MustCompile(PatternID)

// ValidID tells whether a correlation may be named so.
func ValidID(id string) bool { return validID.MatchString(id) }

func ended(s hindcastv1.CorrelationState) bool {
	switch s {
	case hindcastv1.CorrelationState_CORRELATION_STATE_QUEUED, hindcastv1.CorrelationState_CORRELATION_STATE_RUNNING:
		return false
	}
	return true
}
