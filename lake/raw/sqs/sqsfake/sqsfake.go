// Package sqsfake is Amazon SQS within the process, for tests: it speaks the protocol to the SDK, has a clock that the test
// moves, is as strict as the service, and fails, slows down and delivers twice on demand.
//
// What it answers follows https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html, its limits
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
package sqsfake

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// Clock is the time, and waiting for it.
type Clock interface {
	Now() time.Time
	Wait(ctx context.Context, d time.Duration) error
}

// Options say how the service behaves. All but the clock may be left out.
type Options struct {
	Clock Clock

	// Before is asked before each call, which fails with its error: [Throttled], for example. It may take its time.
	Before func(ctx context.Context, operation string) error
	// Entry is asked about each entry of a batch, by the id of its message, and fails it with its error.
	Entry func(operation, message string) *awsjson.Error
	// Again tells whether a message that is delivered stays visible, as may happen in a standard queue.
	Again func() bool
	// InFlight is how many messages may be in flight at a time; 120,000 if zero.
	InFlight int
}

// Throttled is how the service asks to slow down.
func Throttled() error {
	return &awsjson.Error{Code: "RequestThrottled", Message: "The request was denied due to request throttling."}
}

// Where the queues are.
const (
	Account = "111122223333"
	Region  = "us-east-1"
)

// Server is the service.
type Server struct {
	o       Options
	service *awsjson.Service

	mu      sync.Mutex
	queues  map[string]*queue
	serial  int           // of messages and receipts
	changed chan struct{} // closed when a message may have come into sight
}

// New makes a service without a queue.
func New(o Options) *Server {
	if o.InFlight == 0 {
		o.InFlight = 120_000
	}
	s := &Server{o: o, queues: map[string]*queue{}, changed: make(chan struct{})}
	s.service = &awsjson.Service{Prefix: "AmazonSQS", Version: "1.0", Before: o.Before, Operations: map[string]awsjson.Operation{
		"CreateQueue":                  awsjson.Op(s.createQueue),
		"GetQueueUrl":                  awsjson.Op(s.getQueueURL),
		"GetQueueAttributes":           awsjson.Op(s.getQueueAttributes),
		"SetQueueAttributes":           awsjson.Op(s.setQueueAttributes),
		"SendMessage":                  awsjson.Op(s.sendMessage),
		"SendMessageBatch":             awsjson.Op(s.sendMessageBatch),
		"ReceiveMessage":               awsjson.Op(s.receiveMessage),
		"DeleteMessage":                awsjson.Op(s.deleteMessage),
		"DeleteMessageBatch":           awsjson.Op(s.deleteMessageBatch),
		"ChangeMessageVisibility":      awsjson.Op(s.changeMessageVisibility),
		"ChangeMessageVisibilityBatch": awsjson.Op(s.changeMessageVisibilityBatch),
	}}
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.service.ServeHTTP(w, r) }

// URL is that of a queue, as the service names it.
func URL(name string) string {
	return "https://sqs." + Region + ".amazonaws.com/" + Account + "/" + name
}

// ARN is that of a queue.
func ARN(name string) string { return "arn:aws:sqs:" + Region + ":" + Account + ":" + name }

// queue finds the queue of a URL.
func (s *Server) queue(url string) (*queue, error) {
	if url == "" {
		return nil, missing("QueueUrl")
	}
	parts := strings.Split(url, "/")
	q := s.queues[parts[len(parts)-1]]
	if q == nil || len(parts) < 2 || parts[len(parts)-2] != Account {
		return nil, noQueue()
	}
	return q, nil
}

// wake tells those that wait for messages to look again.
func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func noQueue() *awsjson.Error {
	return awsjson.Errorf("QueueDoesNotExist", "The specified queue does not exist.")
}

func missing(parameter string) *awsjson.Error {
	return awsjson.Errorf("MissingParameter", "The request must contain the parameter %s.", parameter)
}

func invalid(parameter string, value any, reason string) *awsjson.Error {
	return awsjson.Errorf("InvalidParameterValue", "Value %v for parameter %s is invalid. Reason: %s.", value, parameter, reason)
}

// within makes sure that a number is within limits, both of them allowed.
func within(parameter string, value, least, most int) error {
	if value < least || value > most {
		return invalid(parameter, value, fmt.Sprintf("Must be between %d and %d, if provided", least, most))
	}
	return nil
}

// Held is a message of a queue, as a test looks at it.
type Held struct {
	ID         string
	Body       string
	Attributes map[string]string
	Received   int
	InFlight   bool
}

// Messages are those of a queue, in the order that they came.
func (s *Server) Messages(name string) []Held {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[name]
	if q == nil {
		return nil
	}
	now := s.o.Clock.Now()
	var all []Held
	for _, m := range q.messages {
		h := Held{ID: m.id, Body: m.body, Received: m.received, InFlight: m.inFlight(now), Attributes: map[string]string{}}
		for name, a := range m.attributes {
			h.Attributes[name] = a.String
		}
		all = append(all, h)
	}
	return all
}

// Lapse lets the time of all messages in flight be up.
func (s *Server) Lapse(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, now := s.queues[name], s.o.Clock.Now()
	if q == nil {
		return
	}
	for _, m := range q.messages {
		if m.inFlight(now) {
			m.visible = now
		}
	}
	s.wake()
}
