package sqs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/hindcast/hindcast/lake/raw/notice"
)

// deadLetters is the queue that messages go to which nobody can work on.
type deadLetters struct{ name, url string }

// Attributes of a message that was sent to the dead letters.
const (
	ReasonAttribute  = "HindcastReason"  // why it can't be worked on
	QueueAttribute   = "HindcastQueue"   // the ARN of the queue it came from
	MessageAttribute = "HindcastMessage" // its id there
)

// ErrNoDeadLetters says that the queue has no RedrivePolicy, so that there is nowhere to send a message to.
var ErrNoDeadLetters = errors.New("the queue has no dead-letter queue: set its RedrivePolicy")

// Bury sends a message to the queue's dead letters, with the reason as an attribute, and then deletes it. It may be there
// twice when that fails in between, and is nowhere lost. ErrNoDeadLetters.
func (q *Queue) Bury(ctx context.Context, m *notice.Message, reason error) error {
	if q.dead == nil {
		return fmt.Errorf("message %s: %w", m.ID, ErrNoDeadLetters)
	}
	text := func(s string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(s)}
	}
	in := &sqs.SendMessageInput{QueueUrl: &q.dead.url, MessageBody: &m.Body, MessageAttributes: map[string]types.MessageAttributeValue{
		ReasonAttribute: text(plain(reason.Error())), QueueAttribute: text(q.arn), MessageAttribute: text(m.ID),
	}}
	if strings.HasSuffix(q.dead.name, ".fifo") {
		in.MessageGroupId, in.MessageDeduplicationId = aws.String("hindcast"), &m.ID
	}
	if _, err := q.client.SendMessage(ctx, in); err != nil {
		return fmt.Errorf("send message %s to dead-letter queue %s: %w", m.ID, q.dead.name, err)
	}
	_, err := q.Delete(ctx, []*notice.Message{m})
	return err
}

// maxReason is how long the reason may be.
const maxReason = 1000

// plain is text of characters that SQS takes, and not too long.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError || r >= 0xfffe {
			return '?'
		}
		return r
	}, text)
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "…"
	}
	return text
}
