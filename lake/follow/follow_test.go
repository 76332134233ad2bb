package follow_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/follow"
	"github.com/hindcast/hindcast/lake/raw/notice"
	"github.com/hindcast/hindcast/lake/raw/sqs"
	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
)

func quoted(text string) string {
	out, _ := json.Marshal(text)
	return string(out)
}

func throughSNS(message string) string {
	return `{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:us-east-1:111122223333:logs","Message":` + quoted(message) + `,"Timestamp":"2026-01-31T12:00:01.000Z"}`
}

func throughEventBridge(bucket, key string) string {
	return fmt.Sprintf(`{"version":"0","id":"e","detail-type":"Object Created","source":"aws.s3","account":"111122223333","time":"2026-01-31T12:00:00Z","region":"us-east-1",`+
		`"resources":[],"detail":{"version":"0","bucket":{"name":%q},"object":{"key":%q,"size":1}}}`, bucket, key)
}

const testEvent = `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-31T12:00:00.000Z","Bucket":"logs","RequestId":"r","HostId":"h"}`

func TestWhatTheQueueTellsOfIsInTheLake(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	w.send(testEvent)
	first := w.put("one", "a", 3)
	w.send(first)
	w.send(first) // as a standard queue may
	w.send(throughSNS(w.put("two", "a", 2)))
	w.put("one", "a b+c", 1)
	w.send(throughEventBridge("one", accessKey+"a b+c"))
	w.send(strings.Replace(w.put("one", "d e", 1), "d e", "d+e", 1))
	w.send(strings.ReplaceAll(first, "ObjectCreated:Put", "ObjectRemoved:Delete"))
	w.send("no notice")
	both := strings.TrimSuffix(w.put("one", "f", 1), "]}") + "," + strings.TrimPrefix(w.put("two", "f", 1), `{"Records":[`)
	w.send(both)
	one := w.drain()
	w.whole()
	w.left(0, 1)
	if dead := w.fake.Messages("dead"); len(dead) != 1 || dead[0].Body != "no notice" || !strings.Contains(dead[0].Attributes["HindcastReason"], "not a notification") {
		t.Errorf("%+v", dead)
	}
	var poison *follow.PoisonError
	if len(one.warned) != 1 || !errors.As(one.warned[0], &poison) || !errors.Is(one.warned[0], notice.ErrNoNotice) || poison.Kept != nil {
		t.Errorf("warned of %v", one.warned)
	}
	w.send(first) // and once more, when all is done
	w.drain()
	w.whole()
	w.left(0, 1)
}

func TestAnObjectThatCannotBeReadHoldsNoOtherUp(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	w.send(w.put("logs", "a", 2))
	w.send(w.told("logs", accessKey+"gone", nil))
	w.send(w.put("logs", "b", 2))
	one := w.drain()
	w.whole()
	if r := one.rounds[0]; r.Messages != 3 || r.Deleted != 2 || r.Returned != 1 || r.Report.Failed != 1 {
		t.Errorf("%+v: %+v", r, r.Report.Problems)
	}
	tries := 0
	for _, r := range one.rounds {
		tries += r.Returned
	}
	for len(w.fake.Messages("dead")) == 0 && tries < 10 {
		w.clock.ahead.Add(int64(15 * time.Minute))
		for _, r := range w.drain().rounds {
			tries += r.Returned
		}
	}
	if tries != 4 {
		t.Errorf("it was tried %d times, and the queue's policy says 4", tries)
	}
	w.left(0, 1)
	w.whole()
}

func TestWhatNoTableTakesIsDoneWith(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	w.send(w.putText("logs", "pictures/cat.bin", "\x00\x01\x02\x03 no log"))
	w.send(w.putText("logs", "AWSLogs/111122223333/Config/ConfigWritabilityCheckFile", "{}"))
	w.send(w.putText("logs", accessKey+"empty", ""))
	w.send(strings.Replace(w.put("logs", "a", 1), `{"Records":[`, `{"Records":[`+record(w.told("logs", "pictures/cat.bin", nil))+",", 1))
	one := w.drain()
	w.whole()
	w.left(0, 0)
	if r := one.rounds[0]; r.Deleted != 4 || r.Passed != 4 {
		t.Errorf("%+v", r)
	}
}

// record is the one record of a message.
func record(message string) string {
	return strings.TrimSuffix(strings.TrimPrefix(message, `{"Records":[`), "]}")
}

// A message has three records, of which the second can't be read: the objects of the others are loaded, and then it is a
// dead letter that says so. Whoever gives it back to the queue, mended or not, doubles nothing.
func TestOfAMessageWithABadRecordTheOthersAreLoaded(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	w.send(fmt.Sprintf(`{"Records":[%s,%s,%s]}`, record(w.put("one", "a", 2)), record(w.told("one", "%", nil)), record(w.put("two", "a", 1))))
	one := w.worker()
	load := one.Load
	one.Load = func(ctx context.Context, sel compact.Selection) (*compact.Report, error) {
		w.left(1, 0) // it is not let go before its objects are in the lake
		return load(ctx, sel)
	}
	w.must(follow.Run(t.Context(), one.Config))
	w.whole()
	w.left(0, 1)
	if r := one.rounds[0]; r.Messages != 1 || r.Buried != 1 || r.Deleted+r.Returned+r.Kept > 0 || r.Report.Objects != 2 {
		t.Errorf("%+v", r)
	}
	const reason = `of 3 records these can't be read: 2 (record 2: key "%": invalid URL escape "%")`
	dead := w.fake.Messages("dead")[0]
	if dead.Attributes["HindcastReason"] != reason {
		t.Errorf("%+v", dead)
	}
	var poison *follow.PoisonError
	if len(one.warned) != 1 || !errors.As(one.warned[0], &poison) || !strings.Contains(one.warned[0].Error(), "can't be read in whole and was sent to the dead letters: "+reason) {
		t.Errorf("warned of %v", one.warned)
	}
	w.redrive()
	if r := w.drain().rounds[0]; r.Buried != 1 || r.Report.Objects != 0 {
		t.Errorf("%+v", r)
	}
	w.whole()
	w.left(0, 1)
	w.send(strings.Replace(dead.Body, `"key":"%"`, `"key":"pictures%2Fcat"`, 1))
	w.putText("one", "pictures/cat", "\x00\x01\x02 no log")
	w.drain()
	w.whole()
	w.left(0, 1)
}

func TestWithoutDeadLettersABadRecordStaysInTheQueue(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	_, err := w.client.SetQueueAttributes(t.Context(), &awssqs.SetQueueAttributesInput{QueueUrl: aws.String(sqsfake.URL("logs")), Attributes: map[string]string{"RedrivePolicy": ""}})
	w.must(err)
	w.send(fmt.Sprintf(`{"Records":[%s,%s]}`, record(w.put("one", "a", 2)), record(w.told("one", "%", nil))))
	one := w.drain()
	w.whole()
	w.left(1, 0)
	if len(one.warned) != 1 || !errors.Is(one.warned[0], sqs.ErrNoDeadLetters) || one.rounds[0].Buried != 0 {
		t.Errorf("%+v, warned of %v", one.rounds, one.warned)
	}
	if all := w.fake.Messages("logs"); !all[0].InFlight {
		t.Error("it comes again at once")
	}
}

func TestAMessageIsKeptFromOthersWhileItIsWorkedOn(t *testing.T) {
	w := newWorld(t, 20, sqsfake.Options{})
	w.send(w.put("logs", "a", 1))
	one := w.worker()
	load := one.Load
	one.Load = func(ctx context.Context, sel compact.Selection) (*compact.Report, error) {
		if err := w.clock.Wait(ctx, 2*visibility); err != nil {
			return nil, err
		}
		if all := w.fake.Messages("logs"); len(all) != 1 || !all[0].InFlight || all[0].Received != 1 {
			t.Errorf("after twice the timeout: %+v", all)
		}
		return load(ctx, sel)
	}
	w.must(follow.Run(t.Context(), one.Config))
	w.whole()
	w.left(0, 0)
}

// Two work on the same message, whose time was up under the first.
func TestAMessageThatWasLostIsLeftToOthers(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	w.send(w.put("logs", "a", 1))
	one := w.worker()
	load := one.Load
	one.Load = func(ctx context.Context, sel compact.Selection) (*compact.Report, error) {
		w.clock.ahead.Add(int64(2 * visibility))
		if other := w.drain(); len(other.rounds) != 1 || other.rounds[0].Deleted != 1 {
			t.Errorf("the other: %+v", other.rounds)
		}
		return load(ctx, sel)
	}
	w.must(follow.Run(t.Context(), one.Config))
	w.whole()
	w.left(0, 0)
}

func TestAFailureThatIsNobodysKeepsMessagesInHand(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	w.send(w.put("logs", "a", 1))
	one := w.worker()
	one.Drain = false
	load, calls := one.Load, 0
	ctx, stop := context.WithCancel(t.Context())
	errDown := errors.New("the ledger is out of reach")
	one.Load = func(ctx context.Context, sel compact.Selection) (*compact.Report, error) {
		if calls++; calls <= 3 {
			return nil, errDown
		}
		defer stop()
		return load(ctx, sel)
	}
	w.must(follow.Run(ctx, one.Config))
	w.whole()
	w.left(0, 0)
	if len(one.warned) != 3 || slices.ContainsFunc(one.warned, func(err error) bool { return !errors.Is(err, errDown) }) {
		t.Errorf("warned of %v", one.warned)
	}
	for i, r := range one.rounds[:3] {
		if r.Kept != 1 || r.Returned != 0 {
			t.Errorf("round %d: %+v", i, r)
		}
	}
}

func TestAWorkerThatIsToldToStopGivesItsMessagesBack(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	w.send(w.put("logs", "a", 1))
	w.send(w.put("logs", "b", 1))
	one := w.worker()
	ctx, stop := context.WithCancel(t.Context())
	one.Load = func(ctx context.Context, sel compact.Selection) (*compact.Report, error) {
		stop()
		return nil, context.Cause(ctx)
	}
	w.must(follow.Run(ctx, one.Config))
	for _, m := range w.fake.Messages("logs") {
		if m.InFlight || m.Received != 1 {
			t.Errorf("%+v", m)
		}
	}
	w.drain()
	w.whole()
	w.left(0, 0)
}

func TestADrainThatFailsSaysSo(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	w.send(w.put("logs", "a", 1))
	one := w.worker()
	errDown := errors.New("the ledger is out of reach")
	one.Load = func(context.Context, compact.Selection) (*compact.Report, error) { return nil, errDown }
	if err := follow.Run(t.Context(), one.Config); !errors.Is(err, errDown) {
		t.Error(err)
	}
	if all := w.fake.Messages("logs"); len(all) != 1 || all[0].InFlight {
		t.Errorf("%+v", all)
	}
}

func TestWhatIsWrongWithOneTableKeepsNoOtherFromBeingLoaded(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	one := w.worker()
	one.Objects = 1
	for _, key := range []string{"a", "b", "c"} {
		w.send(w.put("logs", key, 1))
	}
	errShown := errors.New("a table of the catalog is another's")
	load := one.Load
	one.Load = func(ctx context.Context, sel compact.Selection) (*compact.Report, error) {
		report, err := load(ctx, sel)
		return report, errors.Join(err, errShown)
	}
	if err := follow.Run(t.Context(), one.Config); !errors.Is(err, errShown) {
		t.Errorf("the drain ends with %v", err)
	}
	w.whole()
	w.left(0, 0)
	if len(one.warned) != len(one.rounds) {
		t.Errorf("in %d rounds it warned of %v", len(one.rounds), one.warned)
	}
}

func TestAWindowGathersWhatComesWithinIt(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	one := w.worker()
	one.Drain, one.Window = false, 30*time.Second
	ctx, stop := context.WithCancel(t.Context())
	tell := one.Tell
	one.Tell = func(r follow.Round) { tell(r); stop() }
	w.send(w.put("logs", "a", 1))
	go func() {
		if w.clock.Wait(ctx, 10*time.Second) == nil {
			w.send(w.put("logs", "b", 1))
		}
	}()
	w.must(follow.Run(ctx, one.Config))
	if len(one.rounds) != 1 || one.rounds[0].Messages != 2 || one.rounds[0].Report.Objects != 2 {
		t.Errorf("%+v", one.rounds)
	}
	w.whole()
	w.left(0, 0)
}

func TestAnObjectThatIsWrittenAnewDoublesNothing(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	const call = `{"Records":[{"eventVersion":"1.11","eventTime":"2026-01-31T12:00:00Z","eventID":"%d","eventSource":"s3.amazonaws.com","eventName":"GetObject"}]}`
	const callKey = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/31/a.json"
	w.send(w.put("logs", "a", 1))
	w.drain()
	w.lines["s3://logs/"+accessKey+"a"] = append(w.lines["s3://logs/"+accessKey+"a"], "/2")
	w.send(w.putText("logs", accessKey+"a", accessLine(1)+accessLine(2)))
	if r := w.drain().rounds[0]; r.Report.Reloaded != 1 || r.Report.Duplicates != 1 || r.Report.EventsOut != 1 || r.Deleted != 1 {
		t.Errorf("a line more: %+v %+v", r, r.Report.Totals)
	}
	w.whole()
	w.send(w.putText("logs", callKey, fmt.Sprintf(call, 1)))
	w.drain()
	w.send(w.putText("logs", callKey, fmt.Sprintf(call, 2))) // of the same size
	if r := w.drain().rounds[0]; r.Report.Reloaded != 1 || r.Report.EventsOut != 1 || r.Deleted != 1 {
		t.Errorf("calls, which have ids: %+v", r)
	}
	w.left(0, 0)
}
