package jobs

import (
	"errors"
	"sync"
)

// ErrBusy says that as many queries wait as may.
var ErrBusy = errors.New("too many queries are waiting")

// gate lets a number of queries run at once and a number wait, first come first served.
type gate struct {
	mu       sync.Mutex
	running  int
	waiting  []*ticket
	maxRun   int
	maxQueue int
}

// ticket is a query's place: ready is closed when it may run.
type ticket struct {
	g     *gate
	ready chan struct{}
	runs  bool
	given bool
}

// take gives a place, or ErrBusy. With force the queue may grow beyond its bound.
func (g *gate) take(force bool) (*ticket, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := &ticket{g: g, ready: make(chan struct{})}
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

func (g *gate) start(t *ticket) {
	g.running++
	t.runs = true
	close(t.ready)
}

// leave gives the place back; a second call does nothing.
func (t *ticket) leave() {
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

// load is how many run and how many wait.
func (g *gate) load() (running, queued int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running, len(g.waiting)
}
