// Package jobs keeps correlations as resources: a bounded queue, results on disk that outlive a restart, and pages
// over them.
//
//	Create ──► QUEUED ──► RUNNING ──► SUCCEEDED, FAILED, CANCELLED
//	             │ gate      │ Engine.Run        │ kept by count and age, then removed
//	             └───────────┴── Cancel ─────────┘
//
// A correlation that a restart finds queued is queued again; one that it finds running has failed. With an archive, those
// that have ended are in a bucket too: servers that share it find each other's, and one without a disk those of the last.
// What still runs only its server knows; of two that run one id at a time, the last to end is kept.
package jobs

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"time"

	"github.com/hindcast/hindcast/api/gate"
	"github.com/hindcast/hindcast/api/pagetoken"
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
	KillWait    time.Duration // how long a query may take to end once it was interrupted
	Archive     raw.Store     // where ended correlations are kept too, for other servers and later ones; nil if nowhere
	Now         func() time.Time
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
)

// Why a query was interrupted.
var (
	errCancelled = errors.New("cancelled on request")
	errShutdown  = errors.New("interrupted by the server's shutdown")
)

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
