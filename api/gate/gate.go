// Package gate lets a number of queries run at once and a number wait, first come first served.
package gate

import (
	"errors"
	"sync"
)

// ErrBusy says that as many queries wait as may.
var ErrBusy = errors.New("too many queries are waiting")

// Gate bounds how many run and how many wait. It may be used by many at once.
type Gate struct {
	mu       sync.Mutex
	running  int
	waiting  []*Ticket
	maxRun   int
	maxQueue int
}

// New lets so many run at once, and so many wait.
func New(running, queued int) *Gate { return &Gate{maxRun: running, maxQueue: queued} }

// Ticket is a query's place.
type Ticket struct {
	g     *Gate
	ready chan struct{}
	runs  bool
	given bool
}

// Ready is closed when the query may run.
func (t *Ticket) Ready() <-chan struct{} { return t.ready }

// Take gives a place, or ErrBusy. With force the queue may grow beyond its bound.
func (g *Gate) Take(force bool) (*Ticket, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := &Ticket{g: g, ready: make(chan struct{})}
	switch {
	case g.running < g.maxRun:
		g.start(t)
	case !force && len(g.waiting) >= g.maxQueue:
		return nil, ErrBusy
	default:
		g.waiting = append(g.waiting, t)
	}
	return t, nil
}

func (g *Gate) start(t *Ticket) {
	g.running++
	t.runs = true
	close(t.ready)
}

// Leave gives the place back; a second call does nothing.
func (t *Ticket) Leave() {
	g := t.g
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.given {
		return
	}
	t.given = true
	if !t.runs {
		for i, w := range g.waiting {
			if w == t {
				g.waiting = append(g.waiting[:i], g.waiting[i+1:]...)
				break
			}
		}
		return
	}
	g.running--
	if len(g.waiting) > 0 {
		next := g.waiting[0]
		g.waiting = g.waiting[1:]
		g.start(next)
	}
}

// Load is how many run and how many wait.
func (g *Gate) Load() (running, queued int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running, len(g.waiting)
}
