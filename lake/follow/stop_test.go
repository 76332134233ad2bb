package follow_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hindcast/hindcast/lake/follow"
	"github.com/hindcast/hindcast/lake/raw/notice"
)

// deaf is a queue that does not answer.
type deaf struct{ follow.Queue }

func (deaf) Receive(ctx context.Context, _ time.Duration) ([]*notice.Message, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A message comes while the last call that receives is under way, after the worker was told to end: it is not hidden.
func TestAWorkerThatIsToldToStopTakesTheLastAnswerFirst(t *testing.T) {
	for name, drain := range map[string]bool{"of a worker that goes on": false, "of a drain": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFar(t, 8)
				f.Drain = drain
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- follow.Run(ctx, f.Config) }()
				f.Clock.Wait(t.Context(), 500*time.Millisecond)
				stop()
				f.send(1)
				synctest.Wait()
				ended := time.Now()
				if err := <-done; err != nil {
					t.Error(err)
				}
				if took := time.Since(ended); took > 5*distance {
					t.Errorf("it went on for %s with a message in hand", took)
				}
				if all := f.fake.Messages("logs"); len(all) != 1 || all[0].Received != 1 || all[0].InFlight {
					t.Errorf("%+v", all)
				}
			})
		})
	}
}

func TestAWorkerThatIsToldToStopWaitsForNoAnswerForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFar(t, 8)
		f.Queue = &deaf{f.Queue}
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		start := time.Now()
		if err := follow.Run(ctx, f.Config); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took != time.Minute+13*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}
