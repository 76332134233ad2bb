package sqsfake

import (
	"context"
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// settling deletes a message, or says when it can be received again; alone or in a batch.
type settling struct {
	Id                string
	QueueUrl          string
	ReceiptHandle     string
	VisibilityTimeout *int
}

// mostVisibility is how long a message may be in flight since it was received.
const mostVisibility = 12 * time.Hour

func (s *Server) deleteMessage(_ context.Context, in *settling) (*struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, s.remove(q, in)
}

// remove deletes a message. With a receipt of an earlier delivery a standard queue says that it did, and does not.
func (s *Server) remove(q *queue, in *settling) error {
	m, err := q.find(in.ReceiptHandle)
	if err != nil || m == nil {
		return err
	}
	if q.fifo() && !m.inFlight(s.o.Clock.Now()) {
		return invalid("ReceiptHandle", in.ReceiptHandle, "The receipt handle has expired")
	}
	if m.receipt == in.ReceiptHandle {
		q.messages = slices.DeleteFunc(q.messages, func(other *message) bool { return other == m })
		s.wake() // the next of its group may be received
	}
	return nil
}

// find finds the message of a receipt, of whichever delivery; nil when it was deleted.
func (q *queue) find(receipt string) (*message, error) {
	text, err := base64.StdEncoding.DecodeString(receipt)
	parts := strings.Split(string(text), "/")
	if receipt == "" || err != nil || len(parts) != 3 || parts[0] != q.name {
		return nil, awsjson.Errorf("ReceiptHandleIsInvalid", "The input receipt handle %q is not a valid receipt handle.", receipt)
	}
	for _, m := range q.messages {
		if m.id == parts[1] {
			return m, nil
		}
	}
	return nil, nil //nolint:nilnil // a receipt of what is deleted is no error
}

func (s *Server) changeMessageVisibility(_ context.Context, in *settling) (*struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return nil, s.show(q, in)
}

// show sets when a message can be received again.
func (s *Server) show(q *queue, in *settling) error {
	if in.VisibilityTimeout == nil {
		return missing("VisibilityTimeout")
	}
	if err := within("VisibilityTimeout", *in.VisibilityTimeout, 0, 43_200); err != nil {
		return err
	}
	m, err := q.find(in.ReceiptHandle)
	if err != nil {
		return err
	}
	now := s.o.Clock.Now()
	until := now.Add(time.Duration(*in.VisibilityTimeout) * time.Second)
	switch {
	case m == nil || m.receipt != in.ReceiptHandle:
		return invalid("ReceiptHandle", in.ReceiptHandle, "Message does not exist or is not available for visibility timeout change")
	case !m.inFlight(now):
		return awsjson.Errorf("MessageNotInflight", "The message referred to isn't in flight.")
	case until.Sub(m.taken) > mostVisibility:
		return invalid("VisibilityTimeout", *in.VisibilityTimeout, "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]")
	}
	m.visible = until
	s.wake()
	return nil
}

// failed is an entry of a batch that was refused.
type failed struct {
	Id          string
	SenderFault bool
	Code        string
	Message     string
}

type batchOutput[T any] struct {
	Successful []T
	Failed     []failed
}

type done struct {
	Id string
}

type batchInput[T any] struct {
	QueueUrl string
	Entries  []T
}

var entryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// checkEntries checks what a batch must be like.
func checkEntries(ids []string) error {
	const most = 10
	seen := map[string]bool{}
	switch {
	case len(ids) == 0:
		return awsjson.Errorf("EmptyBatchRequest", "There should be at least one entry in the request.")
	case len(ids) > most:
		return awsjson.Errorf("TooManyEntriesInBatchRequest", "Maximum number of entries per request are %d. You have sent %d.", most, len(ids))
	}
	for _, id := range ids {
		if !entryID.MatchString(id) {
			return awsjson.Errorf("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[id] {
			return awsjson.Errorf("BatchEntryIdsNotDistinct", "Id %s repeated.", id)
		}
		seen[id] = true
	}
	return nil
}

func (s *Server) sendMessageBatch(_ context.Context, in *batchInput[sending]) (*batchOutput[*sentOutput], error) {
	size := 0
	for _, e := range in.Entries {
		size += e.size()
	}
	if size > maxBatchBytes {
		return nil, awsjson.Errorf("BatchRequestTooLong", "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxBatchBytes, size)
	}
	return eachOf(s, in, "SendMessage", func(q *queue, e *sending) (*sentOutput, error) { return s.send(q, e) },
		func(e *sending) (id, message string) { return e.Id, "" })
}

func (s *Server) deleteMessageBatch(_ context.Context, in *batchInput[settling]) (*batchOutput[done], error) {
	return eachOf(s, in, "DeleteMessage", func(q *queue, e *settling) (done, error) { return done{e.Id}, s.remove(q, e) }, settled)
}

func (s *Server) changeMessageVisibilityBatch(_ context.Context, in *batchInput[settling]) (*batchOutput[done], error) {
	return eachOf(s, in, "ChangeMessageVisibility", func(q *queue, e *settling) (done, error) { return done{e.Id}, s.show(q, e) }, settled)
}

// settled names an entry and its message, as far as the receipt tells it.
func settled(e *settling) (id, message string) {
	text, err := base64.StdEncoding.DecodeString(e.ReceiptHandle)
	if parts := strings.Split(string(text), "/"); err == nil && len(parts) == 3 {
		message = parts[1]
	}
	return e.Id, message
}

// eachOf does the operation for each entry of a batch. One that fails does not keep the others from being done.
func eachOf[In, Out any](s *Server, in *batchInput[In], operation string, do func(*queue, *In) (Out, error), name func(*In) (id, message string)) (*batchOutput[Out], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(in.Entries))
	for i := range in.Entries {
		ids[i], _ = name(&in.Entries[i])
	}
	if err := checkEntries(ids); err != nil {
		return nil, err
	}
	out := &batchOutput[Out]{Successful: []Out{}, Failed: []failed{}}
	for i := range in.Entries {
		one, err := entry(s, q, operation, &in.Entries[i], do, name)
		if err != nil {
			out.Failed = append(out.Failed, failed{Id: ids[i], SenderFault: err.Status < 500, Code: err.Code, Message: err.Message})
			continue
		}
		out.Successful = append(out.Successful, one)
	}
	return out, nil
}

func entry[In, Out any](s *Server, q *queue, operation string, in *In, do func(*queue, *In) (Out, error), name func(*In) (id, message string)) (out Out, _ *awsjson.Error) {
	if s.o.Entry != nil {
		if _, message := name(in); message != "" {
			if err := s.o.Entry(operation, message); err != nil {
				return out, err
			}
		}
	}
	out, err := do(q, in)
	var refused *awsjson.Error
	if err != nil && !errors.As(err, &refused) {
		refused = &awsjson.Error{Code: "InternalError", Message: err.Error(), Status: 500}
	}
	return out, refused
}
