// Package sqs receives the notifications that S3 sends to a queue of Amazon SQS, and settles them.
//
// What it relies on: a message that was received is not given to others until its visibility timeout is over, which can be
// prolonged to 12 hours in all, and it is given again, with another receipt, until it is deleted. A standard queue may give
// it more than once in any case.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
package sqs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/hindcast/hindcast/lake/raw/notice"
)

// Limits of the service: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const (
	MaxBatch    = 10               // messages of a call
	MaxWait     = 20 * time.Second // of a call that receives
	maxInFlight = 12 * time.Hour   // of a message, since it was received
)

// Options say how a queue is received from.
type Options struct {
	Visibility time.Duration                                    // how long a message is the receiver's, unless it holds it for longer: whole seconds
	Now        func() time.Time                                 // the clock
	Wait       func(ctx context.Context, d time.Duration) error // before entries that failed are tried again
}

// Queue is a queue that is received from.
type Queue struct {
	client *sqs.Client
	url    string
	arn    string
	dead   *deadLetters // nil if it has none
	o      Options
}

// Open finds a queue, and that of its dead letters. The configuration's region is that of the queue unless the address
// says another one.
func Open(ctx context.Context, cfg aws.Config, at Address, o Options) (*Queue, error) {
	q := &Queue{o: o, client: sqs.NewFromConfig(cfg, func(o *sqs.Options) {
		if at.Region != "" {
			o.Region = at.Region
		}
	})}
	if err := q.find(ctx, at); err != nil {
		return nil, fmt.Errorf("open queue %s: %w", at, q.advise(err))
	}
	return q, nil
}

// advise says what to look at when the queue, or that of its dead letters, can't be found.
func (q *Queue) advise(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	region := q.client.Options().Region
	switch code := api.ErrorCode(); {
	case strings.HasSuffix(code, "QueueDoesNotExist"), strings.HasSuffix(code, "NonExistentQueue"):
		return fmt.Errorf("there is no such queue in region %s, or the caller may not see it: are its name, account and region right? (%w)", region, err)
	case strings.HasPrefix(code, "AccessDenied"):
		return fmt.Errorf("access denied: the caller needs sqs:GetQueueUrl and sqs:GetQueueAttributes on it (%w)", err)
	}
	return err
}

func (q *Queue) find(ctx context.Context, at Address) (err error) {
	if q.url = at.URL; q.url == "" {
		if q.url, err = q.lookUp(ctx, at); err != nil {
			return err
		}
	}
	out, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &q.url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn, types.QueueAttributeNameRedrivePolicy},
	})
	if err != nil {
		return err
	}
	q.arn = out.Attributes["QueueArn"]
	policy := out.Attributes["RedrivePolicy"]
	if policy == "" {
		return nil
	}
	if q.dead, err = q.findDead(ctx, policy); err != nil {
		return fmt.Errorf("its dead-letter queue: %w", err)
	}
	return nil
}

// lookUp is the URL of a queue that is known by its name.
func (q *Queue) lookUp(ctx context.Context, at Address) (string, error) {
	in := &sqs.GetQueueUrlInput{QueueName: &at.Name}
	if at.Account != "" {
		in.QueueOwnerAWSAccountId = &at.Account
	}
	out, err := q.client.GetQueueUrl(ctx, in)
	if err != nil {
		return "", err
	}
	return aws.ToString(out.QueueUrl), nil
}

// findDead reads a RedrivePolicy:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func (q *Queue) findDead(ctx context.Context, policy string) (*deadLetters, error) {
	var p struct {
		Target string      `json:"deadLetterTargetArn"`
		Max    json.Number `json:"maxReceiveCount"`
	}
	if err := json.Unmarshal([]byte(policy), &p); err != nil {
		return nil, fmt.Errorf("redrive policy %s: %w", policy, err)
	}
	at, err := ParseAddress(p.Target)
	if err != nil {
		return nil, err
	}
	url, err := q.lookUp(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Target, err)
	}
	return &deadLetters{name: at.Name, url: url}, nil
}

// ARN names the queue among all.
func (q *Queue) ARN() string { return q.arn }

// HasDeadLetters tells whether there is a place for messages that can't be worked on.
func (q *Queue) HasDeadLetters() bool { return q.dead != nil }

// Receive takes messages, ten at most, and waits for the first of them so long, 20 s at most. Whole seconds are waited, and
// one at least: only then all of the service's servers are asked. None is no error.
func (q *Queue) Receive(ctx context.Context, wait time.Duration) ([]*notice.Message, error) {
	seconds := min(max(int32(wait/time.Second), 1), int32(MaxWait/time.Second))
	out, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.url, MaxNumberOfMessages: MaxBatch, WaitTimeSeconds: seconds, VisibilityTimeout: int32(q.o.Visibility / time.Second),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{
			types.MessageSystemAttributeNameSentTimestamp, types.MessageSystemAttributeNameApproximateReceiveCount,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("receive from queue %s: %w", q.arn, err)
	}
	until := q.o.Now().Add(q.o.Visibility)
	all := make([]*notice.Message, len(out.Messages))
	for i := range out.Messages {
		all[i] = message(&out.Messages[i], until)
	}
	return all, nil
}

// message reads what was received.
func message(in *types.Message, until time.Time) *notice.Message {
	m := &notice.Message{ID: aws.ToString(in.MessageId), Receipt: aws.ToString(in.ReceiptHandle), Body: aws.ToString(in.Body), Until: until}
	if ms, err := strconv.ParseInt(in.Attributes["SentTimestamp"], 10, 64); err == nil {
		m.Sent = time.UnixMilli(ms).UTC()
	}
	m.Received, _ = strconv.Atoi(in.Attributes["ApproximateReceiveCount"])
	m.Received = max(m.Received, 1)
	m.Notice, m.Err = notice.Parse([]byte(m.Body))
	return m
}
