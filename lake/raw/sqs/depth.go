package sqs

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Depth is how many messages a queue has, as far as the service knows at the moment.
type Depth struct {
	Visible  int64  `json:"visible"`
	InFlight int64  `json:"in_flight"` // received, and neither deleted nor visible again
	Delayed  int64  `json:"delayed"`
	Dead     *int64 `json:"dead_letters"` // in the queue of dead letters; null if there is none
}

// Depth asks how many messages there are. The service does not tell how old they are but by CloudWatch's
// ApproximateAgeOfOldestMessage.
func (q *Queue) Depth(ctx context.Context) (Depth, error) {
	d, err := q.depth(ctx, q.url)
	if err != nil {
		return d, fmt.Errorf("ask queue %s for its depth: %w", q.arn, err)
	}
	if q.dead == nil {
		return d, nil
	}
	dead, err := q.depth(ctx, q.dead.url)
	if err != nil {
		return d, fmt.Errorf("ask dead-letter queue %s for its depth: %w", q.dead.name, err)
	}
	n := dead.Visible + dead.InFlight + dead.Delayed
	d.Dead = &n
	return d, nil
}

// Count is Depth without the dead letters: how many messages can be received, and how many are in flight. AWS says that it
// may take a minute until the numbers are right: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
func (q *Queue) Count(ctx context.Context) (visible, inFlight int64, err error) {
	d, err := q.depth(ctx, q.url)
	if err != nil {
		return 0, 0, fmt.Errorf("ask queue %s for its depth: %w", q.arn, err)
	}
	return d.Visible, d.InFlight, nil
}

func (q *Queue) depth(ctx context.Context, url string) (d Depth, err error) {
	const visible, inFlight, delayed = types.QueueAttributeNameApproximateNumberOfMessages,
		types.QueueAttributeNameApproximateNumberOfMessagesNotVisible, types.QueueAttributeNameApproximateNumberOfMessagesDelayed
	out, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{visible, inFlight, delayed}})
	if err != nil {
		return d, err
	}
	for name, to := range map[types.QueueAttributeName]*int64{visible: &d.Visible, inFlight: &d.InFlight, delayed: &d.Delayed} {
		if *to, err = strconv.ParseInt(out.Attributes[string(name)], 10, 64); err != nil {
			return d, fmt.Errorf("%s: %w", name, err)
		}
	}
	return d, nil
}
