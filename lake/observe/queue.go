package observe

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Outcome is what becomes of a message of a queue.
type Outcome string

// The outcomes. What was received is in the end one of the others.
const (
	Received Outcome = "received"
	Deleted  Outcome = "deleted"  // it is done
	Returned Outcome = "returned" // it was given back to the queue
	Poison   Outcome = "poison"   // it can't be read
	Lost     Outcome = "lost"     // its visibility timeout was over while it was worked on
)

// queueMetrics are there once a queue is followed.
type queueMetrics struct {
	once             sync.Once
	messages, events *prometheus.CounterVec
	mu               sync.Mutex
	names            map[string]bool // of events that have been counted
	inFlight, oldest prometheus.Gauge
}

// queue makes them when they are asked for first.
func (m *metrics) queue() *queueMetrics {
	q := &m.queueMetrics
	q.once.Do(func() {
		counter := func(name, help, label string) *prometheus.CounterVec {
			return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hindcast_" + name, Help: help}, []string{label})
		}
		gauge := func(name, help string) prometheus.Gauge {
			return prometheus.NewGauge(prometheus.GaugeOpts{Name: "hindcast_" + name, Help: help})
		}
		q.names = map[string]bool{}
		q.messages = counter("queue_messages_total", "Messages of the queue by outcome: received, and then deleted, returned, poison or lost.", "outcome")
		q.events = counter("queue_events_passed_total", "Events in messages that tell of no new object, by their names.", "event")
		q.inFlight = gauge("queue_in_flight_messages", "Messages that were received and are neither deleted nor given back.")
		q.oldest = gauge("queue_in_flight_oldest_timestamp_seconds", "When the oldest of the messages in flight was sent; 0 if there is none.")
		m.registry.MustRegister(q.messages, q.events, q.inFlight, q.oldest)
	})
	return q
}

// Queue counts messages of the queue that is followed.
func (r *Recorder) Queue(o Outcome, n int) {
	if r != nil {
		r.m.queue().messages.WithLabelValues(string(o)).Add(float64(n))
	}
}

// maxNames is how many names of events are told apart: whoever may send to the queue invents as many as he likes.
const maxNames = 50

// QueueEvent counts events that tell of no new object.
func (r *Recorder) QueueEvent(name string, n int) {
	if r == nil {
		return
	}
	q := r.m.queue()
	q.mu.Lock()
	if len(q.names) < maxNames {
		q.names[name] = true
	}
	if !q.names[name] {
		name = "other"
	}
	q.mu.Unlock()
	q.events.WithLabelValues(name).Add(float64(n))
}

// InFlight sets how many messages are in flight, and when the oldest of them was sent.
func (r *Recorder) InFlight(n int, oldest time.Time) {
	if r != nil {
		r.m.queue().inFlight.Set(float64(n))
		r.m.queue().oldest.Set(seconds(oldest))
	}
}
