package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/follow"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/sqs"
	"github.com/hindcast/hindcast/lake/schedule"
)

// queueFlags say which queue tells of new objects.
type queueFlags struct {
	Queue      string        `placeholder:"URL" help:"Load the objects in S3 that this SQS queue tells of, in place of --raw, until SIGINT or SIGTERM: sqs://NAME, sqs://ACCOUNT/NAME, an ARN, or the queue's URL."`
	QueueEmpty bool          `help:"With --queue: end when the queue is empty. What others have in hand is waited for, six minutes at most."`
	Window     time.Duration `placeholder:"DURATION" help:"With --queue: gather messages for so long, to load their objects together; a minute if not given."`
	MaxObjects int           `placeholder:"N" help:"With --queue: load at most so many objects together; 10,000 if not given."`
}

const (
	visibility  = 5 * time.Minute // of messages that nobody holds any more: those of a worker that died
	windowBytes = 4 << 30         // of objects that are loaded together, as stored
	maxWindow   = time.Hour
	receives    = 8 // calls that receive at a time: 4,000 messages a second, where each takes 20 ms

	usualWindow  = time.Minute
	usualObjects = 10000
)

// queueHelp is the part of the help that is about queues.
const queueHelp = `With --queue, new objects are not looked for: S3 tells of them through SQS. Any of three ways will do, and one queue may
have several:
  the bucket's event notifications, s3:ObjectCreated:*, straight to the queue;
  the same to an SNS topic to which the queue subscribes, with or without raw message delivery;
  EventBridge, switched on for the bucket, with a rule for "Object Created" whose target is the queue.
One of these, since each replaces the notifications that the bucket has:
  aws s3api put-bucket-notification-configuration --bucket LOGS --notification-configuration \
    '{"QueueConfigurations":[{"QueueArn":"arn:aws:sqs:REGION:ACCOUNT:NAME","Events":["s3:ObjectCreated:*"]}]}'
or
  aws s3api put-bucket-notification-configuration --bucket LOGS --notification-configuration \
    '{"TopicConfigurations":[{"TopicArn":"arn:aws:sns:REGION:ACCOUNT:NAME","Events":["s3:ObjectCreated:*"]}]}'
or
  aws s3api put-bucket-notification-configuration --bucket LOGS --notification-configuration '{"EventBridgeConfiguration":{}}'
  aws events put-rule --name logs --event-pattern \
    '{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":["LOGS"]}}}'
  aws events put-targets --rule logs --targets Id=queue,Arn=arn:aws:sqs:REGION:ACCOUNT:NAME
The queue's policy must let S3, SNS or EventBridge send to it; README.md, "From a queue", has one, and a RedrivePolicy.
A message is deleted once its objects are in the lake, or are of no source (or not of --source). When one can't be read, the
message comes again after 30 s, a minute, and so on, until the queue's RedrivePolicy moves it to the dead letters; what is no
notification is sent there at once. Several workers may share a queue, on several machines with --catalog postgres://. At
SIGTERM the last answer of the queue is waited for, up to eight seconds, and what is in hand is given back.

--queue-empty, for cron, ends when nothing can be received and nothing is in flight. Messages that others have received are
waited for, six minutes in all: those of a worker that died, and of an answer that was lost, have come by then. What is in
flight after that is held by workers that live; how many, is told, and exit status is 0. The queue's own count may be a
minute old: what came, or was received and lost, within the last minute may be left to the next run.`

// checkQueue finds flags that do not go together with a queue.
func (c *compactCommand) checkQueue() error {
	switch {
	case c.Queue == "" && c.QueueEmpty:
		return usageError("--queue-empty: of which queue? Give --queue URL")
	case c.Queue == "" && (c.Window != 0 || c.MaxObjects != 0):
		return usageError("--window and --max-objects are of a queue: give --queue URL")
	case c.Queue == "" && c.Raw == "":
		return usageError("which logs? Give --raw DIR, --raw s3://BUCKET/PREFIX, or --queue URL")
	case c.Queue == "":
		return nil
	case c.Raw != "" || c.List != "" || c.Since != "" || c.Order != "found":
		return usageError("--queue says which objects there are: leave --raw, --list, --since and --order")
	case c.Every > 0 || c.DryRun || c.Renormalise:
		return usageError("--queue goes on by itself: leave --every, --dry-run and --renormalise")
	case c.Window < 0 || c.Window > maxWindow:
		return usageError("--window: %s is not a duration of up to %s", c.Window, maxWindow)
	case c.MaxObjects < 0:
		return usageError("--max-objects: %d is not a number of objects", c.MaxObjects)
	}
	if _, err := sqs.ParseAddress(c.Queue); err != nil {
		return usageError("--queue: %w", err)
	}
	return nil
}

// goesOn tells whether the command has no end of its own.
func (c *compactCommand) goesOn() bool { return c.Every > 0 || c.Queue != "" && !c.QueueEmpty }

// openQueue opens a queue.
func (f awsFlags) openQueue(ctx context.Context, name string) (*sqs.Queue, error) {
	at, err := sqs.ParseAddress(name)
	if err != nil {
		return nil, usageError("--queue: %w", err)
	}
	a, err := f.account(ctx)
	if err != nil {
		return nil, err
	}
	wall := schedule.Wall{Time: time.Now}
	return sqs.Open(ctx, a.config, at, sqs.Options{Visibility: visibility, Now: wall.Now, Wait: wall.Wait})
}

// fromQueue loads what the queue tells of until the context is done, which is no failure, or until the queue is empty.
func (j *compaction) fromQueue(ctx context.Context) error {
	queue, err := j.openQueue(ctx, j.Queue)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(j.t.err, nil))
	log.Info("compacting", "queue", queue.ARN(), "window", cmp.Or(j.Window, usualWindow).String(), "lake", j.lake.String(), "metrics", j.address(), "version", built().Version)
	if !queue.HasDeadLetters() {
		log.Warn("the queue has no dead-letter queue: messages that can't be read come again and again, until they are too old")
	}
	q := &queueRun{compaction: j, log: log, show: newProgress(j.t.err)}
	defer context.AfterFunc(ctx, func() {
		q.show.done()
		log.Info("stopping")
	})()
	err = follow.Run(ctx, follow.Config{
		Queue: queue, Ledger: j.lake.catalog, Clock: schedule.Wall{Time: time.Now}, Load: q.load, Visibility: visibility,
		Window: cmp.Or(j.Window, usualWindow), Objects: cmp.Or(j.MaxObjects, usualObjects), Bytes: windowBytes, Receives: receives, Drain: j.QueueEmpty,
		Gathered: q.gathered, Tell: q.tell, Await: q.await, Warn: q.warn, Observe: j.recorder,
	})
	q.show.done()
	log.Info("stopped")
	return errors.Join(err, q.outcome())
}

// queueRun is what became of the messages of a queue.
type queueRun struct {
	*compaction
	log      *slog.Logger
	show     *progress // while messages are gathered
	rounds   int       // that are over
	failures int       // rounds that failed, one after the other
	unread   int64
	buried   int
	rejected int64
	kept     error // what could not be deleted in the last round
}

// gathered shows how much the next round has in hand.
func (q *queueRun) gathered(messages, objects int) { q.show.gathering(q.rounds+1, messages, objects) }

// await shows what a drain waits for, and tells what it leaves.
func (q *queueRun) await(o follow.Others) {
	if o.Left > 0 {
		q.show.waiting(o.InFlight, o.Visible, o.Left)
		return
	}
	q.show.done()
	q.log.Warn("the queue is not empty: others have messages in hand", "in_flight", o.InFlight, "visible", o.Visible)
}

// load compacts objects, without those that are the lake's own: a queue may be told of them too.
func (q *queueRun) load(ctx context.Context, sel compact.Selection) (*compact.Report, error) {
	q.show.done()
	sel.Sources = q.Source
	if q.lake.remote() {
		sel.Keys = without(sel.Keys, q.lake.url+"/", sel.Left)
	}
	q.kept = q.emptyBeside(ctx, q.log)
	return q.loadSelected(ctx, sel)
}

// without is keys but those with a prefix.
func without(keys iter.Seq2[raw.Named, error], prefix string, left func(compact.Left)) iter.Seq2[raw.Named, error] {
	return func(yield func(raw.Named, error) bool) {
		for o, err := range keys {
			if strings.HasPrefix(o.Key, prefix) {
				left(compact.Left{Key: o.Key, Reason: "it is the lake's own"})
				continue
			}
			if !yield(o, err) {
				return
			}
		}
	}
}

func (q *queueRun) tell(r follow.Round) {
	q.rounds++
	switch {
	case errors.Is(r.Err, context.Canceled):
		return
	case r.Err != nil:
		q.failures++
	default:
		q.failures = 0
	}
	q.recorder.Ran(r.Err, q.failures, time.Time{})
	q.write()
	if r.Report != nil {
		q.unread, q.rejected = q.unread+r.Report.Failed, q.rejected+r.Report.Rejected+r.Report.Changed+r.Report.Missed
		q.compaction.tell(q.log, r.Report)
	}
	q.log.Info("settled", "messages", r.Messages, "deleted", r.Deleted, "buried", r.Buried, "returned", r.Returned, "kept", r.Kept, "objects_passed_over", r.Passed)
}

func (q *queueRun) warn(err error) {
	q.show.done()
	var poison *follow.PoisonError
	if errors.As(err, &poison) {
		q.buried++
		q.log.Error("message can't be read", "message", poison.Message.ID, "error", err)
		return
	}
	q.log.Error("queue", "error", err, "failures", q.failures)
}

// outcome is the exit status of a queue that was drained.
func (q *queueRun) outcome() error {
	switch {
	case !q.QueueEmpty:
		return nil
	case q.unread > 0:
		return fmt.Errorf("%d objects could not be read; their messages come again", q.unread)
	case q.buried > 0:
		return fmt.Errorf("%d messages could not be read", q.buried)
	case q.kept != nil:
		return q.kept
	case q.rejected > 0:
		return &exitError{exitRejected, nil}
	}
	return nil
}
