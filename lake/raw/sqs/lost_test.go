package sqs_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
)

// A connection breaks when the service has handed messages over. The SDK asks again, and is answered that there are none:
// only the count tells of them until their time is up.
func TestWhatALostAnswerToldOfIsInFlight(t *testing.T) {
	s := fakeService(t, sqsfake.Options{})
	s.create("q", nil)
	s.send("q", many(9)...)
	var calls atomic.Int64
	breaking := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Target") == "AmazonSQS.ReceiveMessage" && calls.Add(1) == 1 {
			s.fake.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		s.fake.ServeHTTP(w, r)
	}))
	t.Cleanup(breaking.Close)
	s.cfg = configured(breaking.URL)
	q := s.open("q", time.Minute)
	if all, err := q.Receive(t.Context(), time.Second); err != nil || len(all) != 0 || calls.Load() != 2 {
		t.Errorf("received %d messages in %d calls: %v", len(all), calls.Load(), err)
	}
	if visible, inFlight, err := q.Count(t.Context()); err != nil || visible != 0 || inFlight != 9 {
		t.Errorf("%d can be received, %d are in flight: %v", visible, inFlight, err)
	}
	s.clock.Wait(t.Context(), time.Minute)
	if all := s.receive(q); len(all) != 9 || all[0].Received != 2 {
		t.Errorf("received %d messages when their time was up", len(all))
	}
}
