package sqs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"

	"github.com/hindcast/hindcast/lake/raw/notice"
)

const (
	abreast    = 8                      // calls at a time
	tries      = 4                      // of an entry that fails by the service's fault
	firstPause = 200 * time.Millisecond // before the second; doubled with each
)

// Hold keeps messages from others for that long from now on; zero gives them back at once. The longest is what is left of
// 12 hours since they were received. Those that are this receiver's no more are answered as lost: their time was up, and
// whoever received them since has them. After an error the others are held all the same.
func (q *Queue) Hold(ctx context.Context, messages []*notice.Message, d time.Duration) (lost []*notice.Message, err error) {
	seconds := int32(min(d, maxInFlight) / time.Second)
	until := q.o.Now().Add(d)
	lost, err = q.each(ctx, messages, func(ctx context.Context, part []*notice.Message) ([]types.BatchResultErrorEntry, error) {
		in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &q.url}
		for i, m := range part {
			in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{Id: id(i), ReceiptHandle: &m.Receipt, VisibilityTimeout: seconds})
		}
		out, err := q.client.ChangeMessageVisibilityBatch(ctx, in)
		if err != nil {
			return nil, err
		}
		return out.Failed, nil
	}, func(m *notice.Message) { m.Until = until })
	if err != nil {
		err = fmt.Errorf("change the visibility of messages of queue %s: %w", q.arn, err)
	}
	return lost, err
}

// Delete deletes messages that are done. Those whose time was up are answered as lost: they may come again. After an error
// the others are deleted all the same.
func (q *Queue) Delete(ctx context.Context, messages []*notice.Message) (lost []*notice.Message, err error) {
	lost, err = q.each(ctx, messages, func(ctx context.Context, part []*notice.Message) ([]types.BatchResultErrorEntry, error) {
		in := &sqs.DeleteMessageBatchInput{QueueUrl: &q.url}
		for i, m := range part {
			in.Entries = append(in.Entries, types.DeleteMessageBatchRequestEntry{Id: id(i), ReceiptHandle: &m.Receipt})
		}
		out, err := q.client.DeleteMessageBatch(ctx, in)
		if err != nil {
			return nil, err
		}
		return out.Failed, nil
	}, func(*notice.Message) {})
	if err != nil {
		err = fmt.Errorf("delete messages of queue %s: %w", q.arn, err)
	}
	return lost, err
}

func id(i int) *string { return aws.String(strconv.Itoa(i)) }

// call is one of the batch API, which answers the entries that failed.
type call func(ctx context.Context, part []*notice.Message) ([]types.BatchResultErrorEntry, error)

// each calls the batch API for all messages, ten at a time, and then done for each message with which that went well.
func (q *Queue) each(ctx context.Context, messages []*notice.Message, do call, done func(*notice.Message)) (lost []*notice.Message, err error) {
	var group errgroup.Group
	group.SetLimit(abreast)
	var mu sync.Mutex
	var failures []error
	for part := range slices.Chunk(messages, MaxBatch) {
		group.Go(func() error {
			gone, err := q.part(ctx, part, do, done)
			mu.Lock()
			defer mu.Unlock()
			lost = append(lost, gone...)
			failures = append(failures, err)
			return nil
		})
	}
	_ = group.Wait() // the failures are kept apart, since none of them ends the others
	return lost, errors.Join(failures...)
}

// part calls it for ten messages at most, and again for those that failed by the service's fault.
func (q *Queue) part(ctx context.Context, part []*notice.Message, do call, done func(*notice.Message)) (lost []*notice.Message, err error) {
	pause := firstPause
	for try := 1; ; try++ {
		failed, err := do(ctx, part)
		if err != nil {
			return lost, err
		}
		again, gone, err := sift(part, failed, done)
		lost = append(lost, gone...)
		if err != nil || len(again) == 0 {
			return lost, err
		}
		if try == tries {
			return lost, fmt.Errorf("%d messages failed %d times: %s", len(again), tries, aws.ToString(failed[0].Message))
		}
		if err := q.o.Wait(ctx, pause); err != nil {
			return lost, err
		}
		part, pause = again, 2*pause
	}
}

// sift divides the messages of a call by what became of them.
func sift(part []*notice.Message, failed []types.BatchResultErrorEntry, done func(*notice.Message)) (again, lost []*notice.Message, err error) {
	bad := make(map[int]types.BatchResultErrorEntry, len(failed))
	for _, f := range failed {
		i, err := strconv.Atoi(aws.ToString(f.Id))
		if err != nil || i < 0 || i >= len(part) {
			return nil, nil, fmt.Errorf("entry %q failed, which was not sent", aws.ToString(f.Id))
		}
		bad[i] = f
	}
	for i, m := range part {
		f, ok := bad[i]
		switch {
		case !ok:
			done(m)
		case isLost(aws.ToString(f.Code)):
			lost = append(lost, m)
		case !f.SenderFault:
			again = append(again, m)
		default:
			err = errors.Join(err, fmt.Errorf("message %s: %s: %s", m.ID, aws.ToString(f.Code), aws.ToString(f.Message)))
		}
	}
	return again, lost, err
}

// isLost tells the codes by which the service says that a receipt is worth nothing any more. Of a visibility timeout the
// value can be wrong only where it leads beyond 12 hours.
func isLost(code string) bool {
	switch code[strings.LastIndexByte(code, '.')+1:] {
	case "ReceiptHandleIsInvalid", "MessageNotInflight", "InvalidParameterValue":
		return true
	}
	return false
}
