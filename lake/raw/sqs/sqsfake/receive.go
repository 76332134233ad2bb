package sqsfake

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// message is one that waits, or is in flight.
type message struct {
	id, body   string
	attributes map[string]attribute
	group      string
	sent       time.Time
	first      time.Time // when it was received first
	received   int
	receipt    string    // of the last delivery; empty before the first
	taken      time.Time // when that was
	visible    time.Time // from when on it can be received
}

// inFlight tells whether somebody has received it and its time is not up.
func (m *message) inFlight(now time.Time) bool { return m.receipt != "" && m.visible.After(now) }

type receiving struct {
	QueueUrl                    string
	MaxNumberOfMessages         *int
	VisibilityTimeout           *int
	WaitTimeSeconds             *int
	AttributeNames              []string
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
}

type receivedOutput struct {
	Messages []delivery `json:",omitempty"`
}

type delivery struct {
	MessageId              string
	ReceiptHandle          string
	MD5OfBody              string
	Body                   string
	Attributes             map[string]string    `json:",omitempty"`
	MessageAttributes      map[string]attribute `json:",omitempty"`
	MD5OfMessageAttributes string               `json:",omitempty"`
}

// receiveMessage answers messages, and waits for them if it is to.
func (s *Server) receiveMessage(ctx context.Context, in *receiving) (*receivedOutput, error) {
	wait, err := s.waits(in)
	if err != nil {
		return nil, err
	}
	deadline := s.o.Clock.Now().Add(wait)
	for {
		all, changed, next, err := s.receive(in)
		left := deadline.Sub(s.o.Clock.Now())
		if err != nil || len(all) > 0 || left <= 0 {
			return &receivedOutput{all}, err
		}
		s.pause(ctx, changed, min(left, next))
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
}

// pause waits until the time is over, or something changes.
func (s *Server) pause(ctx context.Context, changed <-chan struct{}, d time.Duration) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = s.o.Clock.Wait(ctx, d) // it ends early only if nobody waits any more
	}()
	select {
	case <-over:
	case <-changed:
		stop()
		<-over
	}
}

// waits checks the input, and tells how long to wait for messages.
func (s *Server) waits(in *receiving) (time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return 0, err
	}
	wait := q.number("ReceiveMessageWaitTimeSeconds")
	if in.WaitTimeSeconds != nil {
		wait = *in.WaitTimeSeconds
	}
	if err := within("WaitTimeSeconds", wait, 0, 20); err != nil {
		return 0, err
	}
	if in.MaxNumberOfMessages != nil {
		if err := within("MaxNumberOfMessages", *in.MaxNumberOfMessages, 1, 10); err != nil {
			return 0, err
		}
	}
	if in.VisibilityTimeout != nil {
		if err := within("VisibilityTimeout", *in.VisibilityTimeout, 0, 43_200); err != nil {
			return 0, err
		}
	}
	return time.Duration(wait) * time.Second, nil
}

// receive takes messages that are visible. next is the time until another one is, at the latest.
func (s *Server) receive(in *receiving) (all []delivery, changed <-chan struct{}, next time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, nil, 0, err
	}
	most, visibility := 1, q.seconds("VisibilityTimeout")
	if in.MaxNumberOfMessages != nil {
		most = *in.MaxNumberOfMessages
	}
	if in.VisibilityTimeout != nil {
		visibility = time.Duration(*in.VisibilityTimeout) * time.Second
	}
	s.expire(q)
	s.redrive(q)
	now, flying, next := s.o.Clock.Now(), 0, 20*time.Second
	busy := map[string]bool{} // groups of a FIFO queue of which a message is in flight
	for _, m := range q.messages {
		if m.visible.After(now) {
			next = min(next, m.visible.Sub(now))
		}
		if m.inFlight(now) {
			flying++
			busy[m.group] = true
		}
	}
	for _, m := range q.messages {
		if len(all) == most || m.visible.After(now) || q.fifo() && busy[m.group] {
			continue
		}
		if flying++; flying > s.o.InFlight {
			return nil, nil, 0, awsjson.Errorf("OverLimit", "The number of messages in flight exceeds the limit of %d.", s.o.InFlight)
		}
		s.deliver(q, m, now, visibility)
		all = append(all, m.delivery(in))
	}
	return all, s.changed, next, nil
}

// deliver marks a message as received.
func (s *Server) deliver(q *queue, m *message, now time.Time, visibility time.Duration) {
	s.serial++
	m.received++
	m.receipt = base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s/%s/%d", q.name, m.id, s.serial))
	m.taken, m.visible = now, now.Add(visibility)
	if m.first.IsZero() {
		m.first = now
	}
	if s.o.Again != nil && !q.fifo() && s.o.Again() {
		m.visible = now
	}
}

// delivery is what the receiver gets of it.
func (m *message) delivery(in *receiving) delivery {
	d := delivery{MessageId: m.id, ReceiptHandle: m.receipt, MD5OfBody: sum([]byte(m.body)), Body: m.body}
	system := map[string]string{
		"SentTimestamp":                    strconv.FormatInt(m.sent.UnixMilli(), 10),
		"ApproximateFirstReceiveTimestamp": strconv.FormatInt(m.first.UnixMilli(), 10),
		"ApproximateReceiveCount":          strconv.Itoa(m.received),
		"SenderId":                         "AIDAEXAMPLE",
	}
	if m.group != "" {
		system["MessageGroupId"] = m.group
	}
	asked := slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames)
	for name, value := range system {
		if slices.Contains(asked, name) || slices.Contains(asked, "All") {
			if d.Attributes == nil {
				d.Attributes = map[string]string{}
			}
			d.Attributes[name] = value
		}
	}
	for name, a := range m.attributes {
		if slices.ContainsFunc(in.MessageAttributeNames, func(want string) bool { return selects(want, name) }) {
			if d.MessageAttributes == nil {
				d.MessageAttributes = map[string]attribute{}
			}
			d.MessageAttributes[name] = a
		}
	}
	d.MD5OfMessageAttributes = attributesSum(d.MessageAttributes)
	return d
}

// selects tells whether a name that was asked for means an attribute: All, prefix.*, or its own.
func selects(want, name string) bool {
	prefix, many := strings.CutSuffix(want, ".*")
	return want == "All" || want == ".*" || want == name || many && strings.HasPrefix(name, prefix)
}

// expire forgets messages that are too old.
func (s *Server) expire(q *queue) {
	now, keep := s.o.Clock.Now(), q.seconds("MessageRetentionPeriod")
	q.messages = slices.DeleteFunc(q.messages, func(m *message) bool { return now.Sub(m.sent) > keep })
}

// redrive moves messages that were received too often to the queue of dead letters.
func (s *Server) redrive(q *queue) {
	dead, after := s.deadLetters(q)
	if dead == nil {
		return
	}
	now := s.o.Clock.Now()
	q.messages = slices.DeleteFunc(q.messages, func(m *message) bool {
		if m.visible.After(now) || m.received < after {
			return false
		}
		m.receipt, m.received, m.first = "", 0, time.Time{}
		dead.messages = append(dead.messages, m)
		return true
	})
}
