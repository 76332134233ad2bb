package jobs

import (
	"context"

	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// sender sends events one by one, in a goroutine of its own: a reader who pauses blocks that alone, and not what ends a query.
type sender struct {
	events chan *hindcastv1.Event
	sent   chan error // has room for what becomes of an event that nobody waits for any more
}

// newSender makes a sender, which ends after stop as soon as send returns.
func newSender(send func(*hindcastv1.Event) error) *sender {
	s := &sender{events: make(chan *hindcastv1.Event), sent: make(chan error, 1)}
	go func() {
		for e := range s.events {
			s.sent <- send(e)
		}
	}()
	return s
}

// send sends an event, or gives up when the context ends; then it sends no more.
func (s *sender) send(ctx context.Context, e *hindcastv1.Event) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	s.events <- e // it waits for nothing else: the one before was sent
	select {
	case err := <-s.sent:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *sender) stop() { close(s.events) }
