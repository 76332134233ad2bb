package sqs_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/hindcast/hindcast/catalog/awsjson"
	"github.com/hindcast/hindcast/lake/raw/notice"
	"github.com/hindcast/hindcast/lake/raw/sqs"
	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
)

func TestMessagesAreReceivedAndDeleted(t *testing.T) {
	onEach(t, func(s *service) {
		s.create("q", nil)
		s.send("q", many(25)...)
		q := s.open("q", time.Minute)
		all := s.receive(q)
		if len(all) != 25 {
			t.Fatalf("received %d messages of 25", len(all))
		}
		m := all[0]
		if m.Received != 1 || m.Sent.IsZero() || m.ID == "" || m.Err != nil || len(m.Objects) != 1 || m.Objects[0].URI() != "s3://logs/"+m.Objects[0].Key {
			s.Errorf("%+v", m)
		}
		s.has(q, 0, 25)
		s.done(0)(q.Delete(s.Context(), all[:12]))
		s.has(q, 0, 13)
		s.done(0)(q.Hold(s.Context(), all[12:], 0))
		s.has(q, 13, 0)
		again := s.receive(q)
		if len(again) != 13 || again[0].Received != 2 {
			s.Errorf("received %d messages again: %+v", len(again), again[0])
		}
		s.done(0)(q.Delete(s.Context(), again))
		s.has(q, 0, 0)
	})
}

func TestAQueueIsFoundByWhateverNamesIt(t *testing.T) {
	onEach(t, func(s *service) {
		s.create("q", nil)
		url, arn := *s.url("q"), s.open("q", time.Minute).ARN()
		account := strings.Split(arn, ":")[4]
		for _, text := range []string{"sqs://" + s.prefix + "q", "sqs://" + account + "/" + s.prefix + "q", arn, url} {
			at, err := sqs.ParseAddress(text)
			if err != nil {
				s.Fatal(err)
			}
			q, err := sqs.Open(s.Context(), s.cfg, at, s.options(time.Minute))
			if err != nil || q.ARN() != arn || at.String() != text {
				s.Errorf("%s: %v", text, err)
			}
		}
		at, err := sqs.ParseAddress("sqs://" + s.prefix + "other")
		if err != nil {
			s.Fatal(err)
		}
		var none *types.QueueDoesNotExist
		if _, err := sqs.Open(s.Context(), s.cfg, at, s.options(time.Minute)); !errors.As(err, &none) || !strings.Contains(err.Error(), "are its name, account and region right?") {
			s.Errorf("a queue that is not there: %v", err)
		}
	})
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                       "",
		"a name alone":                  "queue",
		"no name":                       "sqs://",
		"an account that is none":       "sqs://12/queue",
		"a path":                        "sqs://111122223333/a/b",
		"a name that no queue can have": "sqs://a b",
		"another service's ARN":         "arn:aws:sns:us-east-1:111122223333:topic",
		"an ARN without a region":       "arn:aws:sqs::111122223333:queue",
		"a URL without an account":      "https://sqs.us-east-1.amazonaws.com/queue",
		"a URL of something else":       "ftp://host/111122223333/queue",
		"a URL with a query":            "https://sqs.us-east-1.amazonaws.com/111122223333/queue?Action=ReceiveMessage",
	} {
		if at, err := sqs.ParseAddress(text); !errors.Is(err, sqs.ErrAddress) {
			t.Errorf("%s: %+v, %v", name, at, err)
		}
	}
	at, err := sqs.ParseAddress("https://sqs.eu-central-1.amazonaws.com/111122223333/queue.fifo")
	if want := (sqs.Address{Region: "eu-central-1", Account: "111122223333", Name: "queue.fifo", URL: at.URL}); at != want || err != nil {
		t.Errorf("%+v, %v", at, err)
	}
}

func TestWhatCannotBeReadIsBuriedWithItsReason(t *testing.T) {
	onEach(t, func(s *service) {
		s.createBoth("q", 5)
		s.send("q", "no notice\tat all", told("a"))
		q := s.open("q", time.Minute)
		var poison *notice.Message
		for _, m := range s.receive(q) {
			if m.Err != nil {
				poison = m
			}
		}
		if poison == nil || !q.HasDeadLetters() || !errors.Is(poison.Err, notice.ErrNoNotice) {
			s.Fatalf("%+v", poison)
		}
		if err := q.Bury(s.Context(), poison, errors.Join(poison.Err, errors.New("a\x00b"))); err != nil {
			s.Fatal(err)
		}
		s.has(q, 0, 1)
		out, err := s.client.ReceiveMessage(s.Context(), &awssqs.ReceiveMessageInput{QueueUrl: s.url("q-dead"), MessageAttributeNames: []string{"All"}})
		if err != nil || len(out.Messages) != 1 {
			s.Fatalf("%d dead letters: %v", len(out.Messages), err)
		}
		dead := out.Messages[0]
		attribute := func(name string) string { return aws.ToString(dead.MessageAttributes[name].StringValue) }
		if reason := attribute(sqs.ReasonAttribute); !strings.Contains(reason, "not a notification") || !strings.HasSuffix(reason, "a?b") ||
			attribute(sqs.QueueAttribute) != q.ARN() || attribute(sqs.MessageAttribute) != poison.ID || aws.ToString(dead.Body) != poison.Body {
			s.Errorf("%+v", dead)
		}
		if d, err := q.Depth(s.Context()); err != nil || d.Dead == nil || *d.Dead != 1 {
			s.Errorf("%+v, %v", d, err)
		}
	})
}

func TestWithoutDeadLettersAMessageStays(t *testing.T) {
	onEach(t, func(s *service) {
		s.create("q", nil)
		s.send("q", "no notice")
		q := s.open("q", time.Minute)
		all := s.receive(q)
		if err := q.Bury(s.Context(), all[0], all[0].Err); !errors.Is(err, sqs.ErrNoDeadLetters) || q.HasDeadLetters() {
			s.Error(err)
		}
		s.has(q, 0, 1)
	})
}

func TestAMessageThatComesTooOftenIsADeadLetter(t *testing.T) {
	onEach(t, func(s *service) {
		s.createBoth("q", 2)
		s.send("q", told("a"))
		q := s.open("q", time.Minute)
		for range 2 {
			s.done(0)(q.Hold(s.Context(), s.receive(q), 0))
		}
		if all := s.receive(q); len(all) > 0 {
			s.Errorf("received %s a third time", keys(all))
		}
		if all := s.receive(s.open("q-dead", time.Minute)); keys(all) != "a" {
			s.Errorf("dead letters: %q", keys(all))
		}
	})
}

func TestAMessageWhoseTimeIsUpIsLost(t *testing.T) {
	s := fakeService(t, sqsfake.Options{})
	s.create("q", nil)
	s.send("q", many(11)...)
	q := s.open("q", time.Minute)
	mine := s.receive(q)
	s.done(0)(q.Hold(t.Context(), mine, 2*time.Minute))
	s.clock.Wait(t.Context(), 90*time.Second)
	if until := mine[0].Until; !until.After(s.clock.Now()) || len(s.receive(q)) > 0 {
		t.Errorf("held until %v, and it is %v", until, s.clock.Now())
	}
	s.clock.Wait(t.Context(), time.Minute)
	if s.done(11)(q.Hold(t.Context(), mine, time.Minute)); len(mine) != 11 {
		t.Error("nobody has received them, but they are in flight no more")
	}
	others := s.receive(q)
	s.done(11)(q.Hold(t.Context(), mine, time.Minute))
	s.done(0)(q.Delete(t.Context(), mine)) // which SQS says even though it does not
	s.has(q, 0, 11)
	s.done(0)(q.Hold(t.Context(), others, 12*time.Hour-time.Minute))
	s.clock.Wait(t.Context(), 11*time.Hour)
	s.done(11)(q.Hold(t.Context(), others, 2*time.Hour)) // no message can be held for more than 12 hours
}

func TestEntriesThatFailAreTriedAgainAlone(t *testing.T) {
	var failures atomic.Int64
	down := func(times int64) func(string, string) *awsjson.Error {
		return func(_, id string) *awsjson.Error {
			if strings.HasSuffix(id, "3") && failures.Add(1) <= times {
				return &awsjson.Error{Code: "InternalError", Message: "down", Status: 500}
			}
			return nil
		}
	}
	for name, c := range map[string]struct {
		times int64
		fails bool
	}{"it is up again": {2, false}, "it stays down": {1000, true}} {
		t.Run(name, func(t *testing.T) {
			failures.Store(0)
			s := fakeService(t, sqsfake.Options{Entry: down(c.times)})
			s.create("q", nil)
			s.send("q", many(5)...)
			q := s.open("q", time.Minute)
			_, err := q.Delete(t.Context(), s.receive(q))
			left := int64(0)
			if c.fails {
				left = 1
			}
			s.has(q, 0, left)
			if (err != nil) != c.fails {
				t.Error(err)
			}
		})
	}
}

func TestThrottlingIsMetByTheSDKAndThenTold(t *testing.T) {
	var calls atomic.Int64
	s := fakeService(t, sqsfake.Options{Before: func(_ context.Context, operation string) error {
		if operation == "ReceiveMessage" && calls.Add(1) < 3 || operation == "DeleteMessageBatch" {
			return sqsfake.Throttled()
		}
		return nil
	}})
	s.create("q", nil)
	s.send("q", told("a"))
	q := s.open("q", time.Minute)
	all := s.receive(q)
	if keys(all) != "a" {
		t.Fatalf("received %q", keys(all))
	}
	var throttled *types.RequestThrottled
	if _, err := q.Delete(t.Context(), all); !errors.As(err, &throttled) {
		t.Error(err)
	}
}

func TestMessagesInQuestionAreBuriedInAFIFOQueueToo(t *testing.T) {
	s := fakeService(t, sqsfake.Options{})
	s.create("dead.fifo", map[string]string{"FifoQueue": "true"})
	s.create("q.fifo", map[string]string{
		"FifoQueue": "true", "ContentBasedDeduplication": "true",
		"RedrivePolicy": `{"deadLetterTargetArn":"` + sqsfake.ARN("dead.fifo") + `","maxReceiveCount":"3"}`,
	})
	url := s.url("q.fifo")
	for _, body := range []string{"a", "a", "b"} {
		if _, err := s.client.SendMessage(t.Context(), &awssqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String(body), MessageGroupId: aws.String("g")}); err != nil {
			t.Fatal(err)
		}
	}
	q := s.open("q.fifo", time.Minute)
	all := s.receive(q)
	if len(all) != 2 {
		t.Fatalf("received %d messages, of which one was sent twice", len(all))
	}
	if err := q.Bury(t.Context(), all[0], all[0].Err); err != nil {
		t.Error(err)
	}
	if dead := s.fake.Messages("dead.fifo"); len(dead) != 1 || dead[0].Body != "a" {
		t.Errorf("%+v", dead)
	}
}
