package sqsfake

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// attribute is one of a message's.
type attribute struct {
	Type   string `json:"DataType"`
	String string `json:"StringValue,omitempty"`
	Binary []byte `json:"BinaryValue,omitempty"`
}

const (
	maxBatchBytes = 1 << 20 // of a batch's messages together, attributes included
	maxAttributes = 10
	dedupTime     = 5 * time.Minute
)

// sending is a message to send, alone or in a batch.
type sending struct {
	Id                     string
	QueueUrl               string
	MessageBody            string
	DelaySeconds           *int
	MessageAttributes      map[string]attribute
	MessageGroupId         string
	MessageDeduplicationId string
}

type sentOutput struct {
	Id                     string `json:",omitempty"`
	MessageId              string
	MD5OfMessageBody       string
	MD5OfMessageAttributes string `json:",omitempty"`
}

func (s *Server) sendMessage(_ context.Context, in *sending) (*sentOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return s.send(q, in)
}

// send puts a message into a queue.
func (s *Server) send(q *queue, in *sending) (*sentOutput, error) {
	delay := q.number("DelaySeconds")
	if in.DelaySeconds != nil {
		delay = *in.DelaySeconds
	}
	if err := within("DelaySeconds", delay, 0, 900); err != nil {
		return nil, err
	}
	if err := q.check(in); err != nil {
		return nil, err
	}
	now := s.o.Clock.Now()
	out := &sentOutput{Id: in.Id, MD5OfMessageBody: sum([]byte(in.MessageBody)), MD5OfMessageAttributes: attributesSum(in.MessageAttributes)}
	if q.fifo() {
		dedup := in.MessageDeduplicationId
		if dedup == "" {
			hash := sha256.Sum256([]byte(in.MessageBody))
			dedup = hex.EncodeToString(hash[:])
		}
		if at, ok := q.sent[dedup]; ok && now.Sub(at) < dedupTime {
			out.MessageId = dedup // whoever sends again is told that it was sent
			return out, nil
		}
		q.sent[dedup] = now
	}
	s.serial++
	out.MessageId = fmt.Sprintf("%08x-0000-4000-8000-%012x", s.serial, s.serial)
	q.messages = append(q.messages, &message{
		id: out.MessageId, body: in.MessageBody, attributes: in.MessageAttributes, group: in.MessageGroupId,
		sent: now, visible: now.Add(time.Duration(delay) * time.Second),
	})
	s.wake()
	return out, nil
}

// attributeType is String, Number or Binary, with what people add behind a dot.
var attributeType = regexp.MustCompile(`^(String|Number|Binary)(\..+)?$`)

// check finds what the queue does not take.
func (q *queue) check(in *sending) error {
	switch size := in.size(); {
	case in.MessageBody == "":
		return missing("MessageBody")
	case size > q.number("MaximumMessageSize"):
		return awsjson.Errorf("InvalidParameterValue", "One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", q.number("MaximumMessageSize"))
	case !plain(in.MessageBody):
		return awsjson.Errorf("InvalidMessageContents", "Invalid characters found in the message body.")
	case len(in.MessageAttributes) > maxAttributes:
		return awsjson.Errorf("InvalidParameterValue", "Number of message attributes [%d] exceeds the allowed maximum [%d].", len(in.MessageAttributes), maxAttributes)
	case q.fifo() && in.MessageGroupId == "":
		return missing("MessageGroupId")
	case q.fifo() && in.MessageDeduplicationId == "" && q.attributes["ContentBasedDeduplication"] != "true":
		return awsjson.Errorf("InvalidParameterValue", "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
	case !q.fifo() && in.MessageDeduplicationId != "":
		return invalid("MessageDeduplicationId", in.MessageDeduplicationId, "The request include parameter that is not valid for this queue type")
	}
	for name, a := range in.MessageAttributes {
		binary := strings.HasPrefix(a.Type, "Binary")
		switch {
		case name == "" || len(name) > 256 || !attributeType.MatchString(a.Type):
			return awsjson.Errorf("InvalidParameterValue", "The message attribute %q has an invalid name or type.", name)
		case binary && len(a.Binary) == 0, !binary && a.String == "":
			return awsjson.Errorf("InvalidParameterValue", "The message attribute %q must contain a non-empty value.", name)
		case !plain(a.String):
			return awsjson.Errorf("InvalidParameterValue", "The message attribute %q has invalid characters in its value.", name)
		}
	}
	return nil
}

// size is what counts against a message's limit.
func (in *sending) size() int {
	n := len(in.MessageBody)
	for name, a := range in.MessageAttributes {
		n += len(name) + len(a.Type) + len(a.String) + len(a.Binary)
	}
	return n
}

// plain tells text of the characters that XML knows.
func plain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
	})
}

func sum(data []byte) string {
	hash := md5.Sum(data)
	return hex.EncodeToString(hash[:])
}

// attributesSum is the checksum over attributes:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
func attributesSum(attributes map[string]attribute) string {
	if len(attributes) == 0 {
		return ""
	}
	var data []byte
	add := func(part []byte) {
		data = binary.BigEndian.AppendUint32(data, uint32(len(part)))
		data = append(data, part...)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		add([]byte(name))
		add([]byte(a.Type))
		if strings.HasPrefix(a.Type, "Binary") {
			data = append(data, 2)
			add(a.Binary)
			continue
		}
		data = append(data, 1)
		add([]byte(a.String))
	}
	return sum(data)
}
