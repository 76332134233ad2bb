package sqs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/hindcast/hindcast/lake/raw/notice"
	"github.com/hindcast/hindcast/lake/raw/sqs"
	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
)

var start = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// clock moves when the test says so, or somebody waits.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// service is SQS, as the SDK reaches it.
type service struct {
	*testing.T
	client *awssqs.Client
	cfg    aws.Config
	fake   *sqsfake.Server // nil of a server elsewhere
	clock  *clock          // of the fake
	prefix string          // of the queues' names, which nobody else has
}

func configured(endpoint string) aws.Config {
	return aws.Config{
		Region: sqsfake.Region, BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.RateLimiter = ratelimit.None
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
}

func fakeService(t *testing.T, o sqsfake.Options) *service {
	t.Helper()
	c := &clock{now: start}
	if o.Clock == nil {
		o.Clock = c
	}
	fake := sqsfake.New(o)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	cfg := configured(server.URL)
	return &service{T: t, client: awssqs.NewFromConfig(cfg), cfg: cfg, fake: fake, clock: c}
}

// onEach runs a test against the fake, and against the server that HINDCAST_TEST_AWS_ENDPOINT names: moto's, for example.
func onEach(t *testing.T, test func(s *service)) {
	t.Run("fake", func(t *testing.T) { test(fakeService(t, sqsfake.Options{})) })
	t.Run("server", func(t *testing.T) {
		endpoint := os.Getenv("HINDCAST_TEST_AWS_ENDPOINT")
		if endpoint == "" {
			t.Skip("HINDCAST_TEST_AWS_ENDPOINT names no server")
		}
		cfg := configured(endpoint)
		test(&service{T: t, client: awssqs.NewFromConfig(cfg), cfg: cfg, prefix: fmt.Sprintf("hindcast-%d-", time.Now().UnixNano())})
	})
}

// create makes a queue.
func (s *service) create(name string, attributes map[string]string) {
	s.Helper()
	if _, err := s.client.CreateQueue(s.Context(), &awssqs.CreateQueueInput{QueueName: aws.String(s.prefix + name), Attributes: attributes}); err != nil {
		s.Fatal(err)
	}
}

// createBoth makes a queue, and one for its dead letters.
func (s *service) createBoth(name string, times int) {
	s.Helper()
	s.create(name+"-dead", nil)
	dead := s.open(name+"-dead", time.Minute)
	policy, err := json.Marshal(map[string]any{"deadLetterTargetArn": dead.ARN(), "maxReceiveCount": times})
	if err != nil {
		s.Fatal(err)
	}
	s.create(name, map[string]string{"RedrivePolicy": string(policy)})
}

func (s *service) url(name string) *string {
	s.Helper()
	out, err := s.client.GetQueueUrl(s.Context(), &awssqs.GetQueueUrlInput{QueueName: aws.String(s.prefix + name)})
	if err != nil {
		s.Fatal(err)
	}
	return out.QueueUrl
}

func (s *service) send(name string, bodies ...string) {
	s.Helper()
	url := s.url(name)
	for _, body := range bodies {
		if _, err := s.client.SendMessage(s.Context(), &awssqs.SendMessageInput{QueueUrl: url, MessageBody: &body}); err != nil {
			s.Fatal(err)
		}
	}
}

func (s *service) options(visibility time.Duration) sqs.Options {
	if s.fake == nil {
		return sqs.Options{Visibility: visibility, Now: time.Now, Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	}
	return sqs.Options{Visibility: visibility, Now: s.clock.Now, Wait: s.clock.Wait}
}

func (s *service) open(name string, visibility time.Duration) *sqs.Queue {
	s.Helper()
	at, err := sqs.ParseAddress("sqs://" + s.prefix + name)
	if err != nil {
		s.Fatal(err)
	}
	q, err := sqs.Open(s.Context(), s.cfg, at, s.options(visibility))
	if err != nil {
		s.Fatal(err)
	}
	return q
}

// receive takes all that can be received at once.
func (s *service) receive(q *sqs.Queue) (all []*notice.Message) {
	s.Helper()
	for empty := 0; empty < 2; { // a busy server answers with nothing once, though there is more
		some, err := q.Receive(s.Context(), time.Second)
		if err != nil {
			s.Fatal(err)
		}
		if len(some) == 0 {
			empty++
		}
		all = append(all, some...)
	}
	return all
}

// has makes sure that a queue has so many messages that can be received, and so many in flight.
func (s *service) has(q *sqs.Queue, visible, inFlight int64) {
	s.Helper()
	d, err := q.Depth(s.Context())
	if err != nil || d.Visible != visible || d.InFlight != inFlight {
		s.Errorf("the queue is %+v, want %d visible and %d in flight: %v", d, visible, inFlight, err)
	}
}

// done makes sure that an answer of the queue's has so many that are lost, and no error.
func (s *service) done(want int) func(lost []*notice.Message, err error) {
	return func(lost []*notice.Message, err error) {
		s.Helper()
		if err != nil || len(lost) != want {
			s.Errorf("%d messages are lost, want %d: %v", len(lost), want, err)
		}
	}
}

// told is a message of S3's.
func told(key string) string {
	return fmt.Sprintf(`{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-01-31T12:00:00.000Z","eventName":"ObjectCreated:Put",`+
		`"s3":{"bucket":{"name":"logs"},"object":{"key":%q,"size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e","sequencer":"0055AED6DCD90281E5"}}}]}`, key)
}

// many are so many messages of S3's.
func many(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = told(fmt.Sprint(i))
	}
	return all
}

func keys(all []*notice.Message) string {
	var keys []string
	for _, m := range all {
		for _, o := range m.Objects {
			keys = append(keys, o.Key)
		}
	}
	return strings.Join(keys, " ")
}
