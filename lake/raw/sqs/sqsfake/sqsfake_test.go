package sqsfake_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
)

// clock moves when somebody waits; or nobody's wait ends, and each is told.
type clock struct {
	mu      sync.Mutex
	now     time.Time
	waiting chan struct{}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Wait(ctx context.Context, d time.Duration) error {
	if c.waiting != nil {
		c.waiting <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return nil
}

func client(t *testing.T, o sqsfake.Options) *sqs.Client {
	t.Helper()
	server := httptest.NewServer(sqsfake.New(o))
	t.Cleanup(server.Close)
	return sqs.NewFromConfig(aws.Config{
		Region: sqsfake.Region, BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	})
}

func entries[T any](n int, entry func(id *string) T) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = entry(aws.String(fmt.Sprint(i)))
	}
	return all
}

func deletion(id *string) types.DeleteMessageBatchRequestEntry {
	return types.DeleteMessageBatchRequestEntry{Id: id, ReceiptHandle: aws.String("x")}
}

func sending(id *string) types.SendMessageBatchRequestEntry {
	return types.SendMessageBatchRequestEntry{Id: id, MessageBody: aws.String(strings.Repeat("x", 200_000))}
}

func TestLimitsAreTheServices(t *testing.T) {
	c := client(t, sqsfake.Options{Clock: &clock{}, InFlight: 1})
	url := aws.String(sqsfake.URL("q"))
	attributes := func(n int, value string) map[string]types.MessageAttributeValue {
		all := map[string]types.MessageAttributeValue{}
		for i := range n {
			all[fmt.Sprint(i)] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
		}
		return all
	}
	create := func(name string, attributes map[string]string) error {
		_, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
		return err
	}
	send := func(in *sqs.SendMessageInput) error {
		in.QueueUrl = url
		_, err := c.SendMessage(t.Context(), in)
		return err
	}
	receive := func(in *sqs.ReceiveMessageInput) error {
		in.QueueUrl = url
		_, err := c.ReceiveMessage(t.Context(), in)
		return err
	}
	erase := func(entries []types.DeleteMessageBatchRequestEntry) error {
		_, err := c.DeleteMessageBatch(t.Context(), &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: entries})
		return err
	}
	if err := create("q", nil); err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct {
		name string
		err  error
		want string
	}{
		{"a queue that is there already", create("q", nil), ""},
		{"but with another timeout", create("q", map[string]string{"VisibilityTimeout": "31"}), "QueueNameExists"},
		{"an attribute that is none", create("r", map[string]string{"Visibility": "31"}), "InvalidAttributeName"},
		{"a timeout of more than twelve hours", create("r", map[string]string{"VisibilityTimeout": "43201"}), "InvalidAttributeValue"},
		{"dead letters to a queue that is not there", create("r", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + sqsfake.ARN("no") + `","maxReceiveCount":3}`}), "InvalidParameterValue"},
		{"a FIFO queue that does not say so", create("r.fifo", nil), "InvalidParameterValue"},
		{"a megabyte", send(&sqs.SendMessageInput{MessageBody: aws.String(strings.Repeat("x", 1<<20))}), ""},
		{"with a byte more", send(&sqs.SendMessageInput{MessageBody: aws.String(strings.Repeat("x", 1<<20+1))}), "InvalidParameterValue"},
		{"or with an attribute", send(&sqs.SendMessageInput{MessageBody: aws.String(strings.Repeat("x", 1<<20)), MessageAttributes: attributes(1, "x")}), "InvalidParameterValue"},
		{"ten attributes", send(&sqs.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: attributes(10, "x")}), ""},
		{"eleven", send(&sqs.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: attributes(11, "x")}), "InvalidParameterValue"},
		{"an empty one", send(&sqs.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: attributes(1, "")}), "InvalidParameterValue"},
		{"characters that XML has not", send(&sqs.SendMessageInput{MessageBody: aws.String("a\x01")}), "InvalidMessageContents"},
		{"a delay of more than 15 minutes", send(&sqs.SendMessageInput{MessageBody: aws.String("x"), DelaySeconds: 901}), "InvalidParameterValue"},
		{"eleven messages at once", receive(&sqs.ReceiveMessageInput{MaxNumberOfMessages: 11}), "InvalidParameterValue"},
		{"a wait of more than 20 seconds", receive(&sqs.ReceiveMessageInput{MaxNumberOfMessages: 1, WaitTimeSeconds: 21}), "InvalidParameterValue"},
		{"more in flight than may be", receive(&sqs.ReceiveMessageInput{MaxNumberOfMessages: 2}), "OverLimit"},
		{"a batch of nothing", erase([]types.DeleteMessageBatchRequestEntry{}), "EmptyBatchRequest"},
		{"a batch of eleven", erase(entries(11, deletion)), "TooManyEntriesInBatchRequest"},
		{"entries of one name", erase(append(entries(1, deletion), deletion(aws.String("0")))), "BatchEntryIdsNotDistinct"},
		{"an entry without a name", erase([]types.DeleteMessageBatchRequestEntry{deletion(aws.String("a b"))}), "InvalidBatchEntryId"},
		{"entries that fail alone", erase(entries(10, deletion)), ""},
	} {
		code := ""
		var e smithy.APIError
		if errors.As(s.err, &e) {
			code = e.ErrorCode()
		}
		if code != s.want || (s.err != nil) != (s.want != "") {
			t.Errorf("%s: %v, want %s", s.name, s.err, s.want)
		}
	}
	_, err := c.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries(6, sending)})
	var long *types.BatchRequestTooLong
	if !errors.As(err, &long) {
		t.Errorf("a batch of 1.2 MB: %v", err)
	}
}

func TestAMessageThatArrivesEndsTheWaitForIt(t *testing.T) {
	hands := &clock{waiting: make(chan struct{})}
	c := client(t, sqsfake.Options{Clock: hands})
	url := aws.String(sqsfake.URL("q"))
	if _, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")}); err != nil {
		t.Fatal(err)
	}
	got := make(chan int)
	go func() {
		out, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20})
		if err != nil {
			t.Error(err)
			out = &sqs.ReceiveMessageOutput{}
		}
		got <- len(out.Messages)
	}()
	<-hands.waiting
	out, err := c.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries(1, sending)})
	if err != nil || len(out.Successful) != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	if n := <-got; n != 1 {
		t.Errorf("%d messages came", n)
	}
}

func TestAFIFOQueueKeepsTheOrderOfAGroup(t *testing.T) {
	hands := &clock{}
	c := client(t, sqsfake.Options{Clock: hands, Again: func() bool { return true }})
	url := aws.String(sqsfake.URL("q.fifo"))
	if _, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q.fifo"), Attributes: map[string]string{"FifoQueue": "true"}}); err != nil {
		t.Fatal(err)
	}
	for _, m := range []struct{ group, body string }{{"g", "1"}, {"h", "2"}, {"g", "3"}} {
		_, err := c.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: &m.body, MessageGroupId: &m.group, MessageDeduplicationId: &m.body})
		if err != nil {
			t.Fatal(err)
		}
	}
	receive := func() (bodies string, receipt *string) {
		out, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 1, VisibilityTimeout: 30})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range out.Messages {
			bodies, receipt = bodies+aws.ToString(m.Body), m.ReceiptHandle
		}
		return bodies, receipt
	}
	first, receipt := receive()
	second, _ := receive()
	if third, _ := receive(); first != "1" || second != "2" || third != "" {
		t.Errorf("received %q, %q, %q: the third of a group came before its first was done", first, second, third)
	}
	if _, err := c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: receipt}); err != nil {
		t.Fatal(err)
	}
	last, receipt := receive()
	if last != "3" {
		t.Errorf("received %q", last)
	}
	if err := hands.Wait(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: receipt}); err == nil {
		t.Error("a message was deleted whose time was up")
	}
}
