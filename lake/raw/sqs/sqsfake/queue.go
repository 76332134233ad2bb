package sqsfake

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// queue is a queue and what is in it.
type queue struct {
	name       string
	attributes map[string]string // those that can be set
	created    time.Time
	messages   []*message           // as they came
	sent       map[string]time.Time // when a message of a deduplication id came, of a FIFO queue
}

// settable are the attributes that can be set, with what they are at first. Of numbers there are limits.
var settable = map[string]struct {
	first       string
	least, most int
}{
	"VisibilityTimeout":             {"30", 0, 43_200},
	"DelaySeconds":                  {"0", 0, 900},
	"ReceiveMessageWaitTimeSeconds": {"0", 0, 20},
	"MessageRetentionPeriod":        {"345600", 60, 1_209_600},
	"MaximumMessageSize":            {"1048576", 1024, 1_048_576},
	"RedrivePolicy":                 {},
	"Policy":                        {},
	"FifoQueue":                     {},
	"ContentBasedDeduplication":     {},
}

func (q *queue) number(attribute string) int {
	n, _ := strconv.Atoi(cmp.Or(q.attributes[attribute], settable[attribute].first)) // was checked when it was set
	return n
}

func (q *queue) seconds(attribute string) time.Duration {
	return time.Duration(q.number(attribute)) * time.Second
}

func (q *queue) fifo() bool { return strings.HasSuffix(q.name, ".fifo") }

// redrive is a queue's policy about messages that nobody could work on.
type redrive struct {
	Target string      `json:"deadLetterTargetArn"`
	Max    json.Number `json:"maxReceiveCount"`
}

// deadLetters is where messages go that were received so often; nil is nowhere.
func (s *Server) deadLetters(q *queue) (to *queue, after int) {
	var r redrive
	if json.Unmarshal([]byte(q.attributes["RedrivePolicy"]), &r) != nil {
		return nil, 0
	}
	n, _ := r.Max.Int64() // was checked when it was set
	return s.queues[r.Target[strings.LastIndexByte(r.Target, ':')+1:]], int(n)
}

// Fields are spelt as the API does.
type queueInput struct {
	QueueName              string
	QueueOwnerAWSAccountId string
	QueueUrl               string
	Attributes             map[string]string
	AttributeNames         []string
}

type queueOutput struct {
	QueueUrl   string            `json:",omitempty"`
	Attributes map[string]string `json:",omitempty"`
}

var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

func (s *Server) createQueue(_ context.Context, in *queueInput) (*queueOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bare, fifo := strings.CutSuffix(in.QueueName, ".fifo")
	if !queueName.MatchString(bare) || len(in.QueueName) > 80 {
		return nil, awsjson.Errorf("InvalidParameterValue", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	if fifo != (in.Attributes["FifoQueue"] == "true") {
		return nil, awsjson.Errorf("InvalidParameterValue", "The name of a FIFO queue ends in .fifo, and FifoQueue is true")
	}
	if err := s.checkAttributes(in.Attributes); err != nil {
		return nil, err
	}
	if q := s.queues[in.QueueName]; q != nil {
		for name, value := range in.Attributes {
			if cmp.Or(q.attributes[name], settable[name].first) != value {
				return nil, awsjson.Errorf("QueueNameExists", "A queue already exists with the same name and a different value for attribute %s", name)
			}
		}
		return &queueOutput{QueueUrl: URL(in.QueueName)}, nil
	}
	q := &queue{name: in.QueueName, attributes: map[string]string{}, created: s.o.Clock.Now(), sent: map[string]time.Time{}}
	maps.Copy(q.attributes, in.Attributes)
	s.queues[q.name] = q
	return &queueOutput{QueueUrl: URL(q.name)}, nil
}

// checkAttributes checks what is to be set.
func (s *Server) checkAttributes(attributes map[string]string) error {
	for name, value := range attributes {
		a, ok := settable[name]
		if !ok {
			return awsjson.Errorf("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
		if a.most > 0 {
			n, err := strconv.Atoi(value)
			if err != nil || n < a.least || n > a.most {
				return awsjson.Errorf("InvalidAttributeValue", "Invalid value for the parameter %s.", name)
			}
		}
	}
	text, ok := attributes["RedrivePolicy"]
	if !ok || text == "" {
		return nil
	}
	var r redrive
	err := json.Unmarshal([]byte(text), &r)
	n, e := r.Max.Int64()
	if err != nil || e != nil || n < 1 || n > 1000 {
		return awsjson.Errorf("InvalidParameterValue", "Value %s for parameter RedrivePolicy is invalid. Reason: maxReceiveCount is a number from 1 to 1000.", text)
	}
	if name, ok := strings.CutPrefix(r.Target, ARN("")); !ok || s.queues[name] == nil {
		return awsjson.Errorf("InvalidParameterValue", "Value %s for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.", text)
	}
	return nil
}

func (s *Server) getQueueURL(_ context.Context, in *queueInput) (*queueOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queues[in.QueueName] == nil || in.QueueOwnerAWSAccountId != "" && in.QueueOwnerAWSAccountId != Account {
		return nil, noQueue()
	}
	return &queueOutput{QueueUrl: URL(in.QueueName)}, nil
}

func (s *Server) setQueueAttributes(_ context.Context, in *queueInput) (*queueOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := s.checkAttributes(in.Attributes); err != nil {
		return nil, err
	}
	maps.Copy(q.attributes, in.Attributes)
	return &queueOutput{}, nil
}

func (s *Server) getQueueAttributes(_ context.Context, in *queueInput) (*queueOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	s.expire(q)
	all := s.describe(q)
	if slices.Contains(in.AttributeNames, "All") {
		return &queueOutput{Attributes: all}, nil
	}
	out := &queueOutput{Attributes: map[string]string{}}
	for _, name := range in.AttributeNames {
		value, ok := all[name]
		if _, known := settable[name]; !ok && !known {
			return nil, awsjson.Errorf("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
		if ok {
			out.Attributes[name] = value
		}
	}
	return out, nil
}

// describe is all that can be asked of a queue.
func (s *Server) describe(q *queue) map[string]string {
	now := s.o.Clock.Now()
	var visible, inFlight, delayed int
	for _, m := range q.messages {
		switch {
		case m.inFlight(now):
			inFlight++
		case m.visible.After(now):
			delayed++
		default:
			visible++
		}
	}
	all := map[string]string{
		"QueueArn": ARN(q.name), "CreatedTimestamp": strconv.FormatInt(q.created.Unix(), 10),
		"ApproximateNumberOfMessages":           strconv.Itoa(visible),
		"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(inFlight),
		"ApproximateNumberOfMessagesDelayed":    strconv.Itoa(delayed),
	}
	for name, a := range settable {
		if value := cmp.Or(q.attributes[name], a.first); value != "" {
			all[name] = value
		}
	}
	return all
}
