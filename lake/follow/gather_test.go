package follow_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/follow"
	"github.com/hindcast/hindcast/lake/raw/notice"
	"github.com/hindcast/hindcast/lake/raw/sqs"
	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
	"github.com/hindcast/hindcast/lake/schedule"
)

// within calls a handler in the caller's own goroutine, so that a clock which moves when everybody waits sees all who do.
type within struct {
	http.Handler
	lost func(*http.Request) bool // tells whether the connection breaks before the answer comes
}

func (w within) Do(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if w.lost(r) {
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	return rec.Result(), nil
}

// far is a queue of which each call takes 20 ms, with a worker to whom every object is one that no table takes.
type far struct {
	*testing.T
	follow.Config
	client *awssqs.Client
	fake   *sqsfake.Server
	rounds []follow.Round

	mu            sync.Mutex
	calls, flying int // that receive
	most          int // of them at a time
	lose          int // of them: their answers are lost, the next ones'
}

const (
	distance = 20 * time.Millisecond
	longPoll = 8*time.Second + distance // of one call
)

func newFar(t *testing.T, abreast int) *far {
	t.Helper()
	f, wall := &far{T: t}, schedule.Wall{Time: time.Now}
	fake := sqsfake.New(sqsfake.Options{Clock: wall, Before: func(ctx context.Context, _ string) error { return wall.Wait(ctx, distance) }})
	cfg := configured("http://sqs")
	cfg.HTTPClient = within{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if receives(r) {
			f.count(1)
			defer f.count(-1)
		}
		fake.ServeHTTP(w, r)
	}), f.loses}
	f.client, f.fake = awssqs.NewFromConfig(cfg), fake
	if _, err := f.client.CreateQueue(t.Context(), &awssqs.CreateQueueInput{QueueName: aws.String("logs")}); err != nil {
		t.Fatal(err)
	}
	queue, err := sqs.Open(t.Context(), cfg, sqs.Address{Name: "logs"}, sqs.Options{Visibility: visibility, Now: wall.Now, Wait: wall.Wait})
	if err != nil {
		t.Fatal(err)
	}
	f.Config = follow.Config{
		Queue: queue, Ledger: nothing{}, Clock: wall, Visibility: visibility, Window: time.Minute, Objects: 10_000, Bytes: 1 << 40, Receives: abreast,
		Load: passOver, Tell: func(r follow.Round) { f.rounds = append(f.rounds, r) },
	}
	return f
}

func receives(r *http.Request) bool {
	return r.Header.Get("X-Amz-Target") == "AmazonSQS.ReceiveMessage"
}

func (f *far) loses(r *http.Request) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !receives(r) || f.lose == 0 {
		return false
	}
	f.lose--
	return true
}

func (f *far) count(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.flying = f.calls+max(n, 0), f.flying+n
	f.most = max(f.most, f.flying)
}

// nothing is a ledger of no object.
type nothing struct{}

func (nothing) Seen(context.Context, []string) (map[string]catalog.ObjectResult, error) {
	return map[string]catalog.ObjectResult{}, nil
}

func passOver(_ context.Context, sel compact.Selection) (*compact.Report, error) {
	for o, err := range sel.Keys {
		if err != nil {
			return nil, err
		}
		sel.Left(compact.Left{Key: o.Key})
	}
	return &compact.Report{}, nil
}

// send sends n messages, each of one object.
func (f *far) send(n int) {
	f.Helper()
	for first := 0; first < n; first += 10 {
		in := &awssqs.SendMessageBatchInput{QueueUrl: aws.String(sqsfake.URL("logs"))}
		for i := first; i < min(first+10, n); i++ {
			body := fmt.Sprintf(`{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"logs"},"object":{"key":"%d","size":1}}}]}`, i)
			in.Entries = append(in.Entries, types.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), MessageBody: &body})
		}
		if _, err := f.client.SendMessageBatch(f.Context(), in); err != nil {
			f.Fatal(err)
		}
	}
}

// run follows the queue for so long, and answers how long it took to settle n messages.
func (f *far) run(d time.Duration, n int) (took time.Duration) {
	f.Helper()
	ctx, stop := context.WithTimeout(f.Context(), d)
	defer stop()
	start, deleted, tell := time.Now(), 0, f.Tell
	f.Tell = func(r follow.Round) {
		if tell(r); r.Deleted > 0 {
			deleted, took = deleted+r.Deleted, time.Since(start)
		}
	}
	if err := follow.Run(ctx, f.Config); err != nil {
		f.Error(err)
	}
	if over := time.Since(start) - d; over > longPoll {
		f.Errorf("it ended %s after it was told to", over)
	}
	if deleted != n {
		f.Errorf("%d messages of %d were settled", deleted, n)
	}
	return took
}

// TestAFullQueueIsReceivedFromAbreast runs under a clock that moves when everybody waits. How long it takes with one call
// at a time, and with more: go test ./lake/follow -run Abreast -v
func TestAFullQueueIsReceivedFromAbreast(t *testing.T) {
	const messages = 2_000
	took := map[int]time.Duration{}
	for _, receives := range []int{1, 8} {
		synctest.Test(t, func(t *testing.T) {
			f := newFar(t, receives)
			f.Objects = messages
			f.send(messages)
			took[receives] = f.run(30*time.Second, messages)
			t.Logf("%d at a time: %s, %.0f messages a second", receives, took[receives], messages/took[receives].Seconds())
			if f.most != receives {
				t.Errorf("%d calls received at a time, want %d", f.most, receives)
			}
			if len(f.rounds) != 1 || f.calls > messages/10+receives+4 {
				t.Errorf("%d rounds of %d calls", len(f.rounds), f.calls)
			}
		})
	}
	if took[8] > took[1]/3 {
		t.Errorf("%s, and one call at a time takes %s", took[8], took[1])
	}
}

func TestAnEmptyQueueCostsOneLongPollAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFar(t, 8)
		f.run(time.Hour, 0)
		if f.most != 1 || f.calls > 451 {
			t.Errorf("%d calls in an hour, %d at a time", f.calls, f.most)
		}
	})
}

func TestAQueueThatIsEmptyAgainIsPolledByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFar(t, 8)
		f.send(500)
		f.run(time.Hour, 500)
		if f.most != 8 || f.calls > 50+8+4+451 {
			t.Errorf("%d calls in an hour, %d at a time", f.calls, f.most)
		}
	})
}

// What one call has brought is in hand, though another fails at the same time.
func TestACallThatFailsCostsTheOthersNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFar(t, 8)
		f.send(1_000)
		errDown := errors.New("down")
		var failed []error
		f.Queue, f.Warn = &failing{Queue: f.Queue, every: 5, err: errDown}, func(err error) { failed = append(failed, err) }
		f.run(time.Hour, 1_000)
		if len(failed) == 0 {
			t.Error("no call failed")
		}
		for _, err := range failed {
			if !errors.Is(err, errDown) {
				t.Error(err)
			}
		}
		for _, r := range f.rounds {
			if r.Kept+r.Returned > 0 {
				t.Errorf("%+v", r)
			}
		}
	})
}

// failing is a queue of which some calls that receive fail.
type failing struct {
	follow.Queue
	every int
	err   error

	mu sync.Mutex
	n  int
}

func (f *failing) Receive(ctx context.Context, wait time.Duration) (all []*notice.Message, err error) {
	f.mu.Lock()
	f.n++
	fails := f.n%f.every == 0
	f.mu.Unlock()
	if fails {
		return nil, f.err
	}
	return f.Queue.Receive(ctx, wait)
}

func TestWhatIsGatheredIsToldAsItComes(t *testing.T) {
	w := newWorld(t, 25, sqsfake.Options{})
	w.send("no notice")
	for i := range 12 {
		w.send(w.put("one", fmt.Sprint(i), 1))
	}
	w.send(strings.TrimSuffix(w.put("one", "twelve", 1), "]}") + "," + strings.TrimPrefix(w.put("two", "twelve", 1), `{"Records":[`))
	one := w.worker()
	var told [][2]int
	one.Window, one.Gathered = time.Hour, func(messages, objects int) { told = append(told, [2]int{messages, objects}) }
	w.must(follow.Run(t.Context(), one.Config))
	if len(told) < 2 || told[len(told)-1] != [2]int{13, 14} || len(one.rounds) != 1 || one.rounds[0].Messages != 13 {
		t.Errorf("told is %v, of %+v", told, one.rounds)
	}
	if !slices.IsSortedFunc(told, func(a, b [2]int) int { return a[0] - b[0] }) {
		t.Errorf("what is told of goes up and down: %v", told)
	}
}
