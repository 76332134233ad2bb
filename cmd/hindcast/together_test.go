package main

import (
	"sync"
	"testing"
)

func TestQuestionsAreAnsweredWhileLogsAreLoaded(t *testing.T) {
	w, dir := sharedWorld(t), t.TempDir()
	hindcast(t, "compact", "--raw", w.raw, "--dir", dir, "--source", "aws_guardduty").want(t, exitDone)
	s := serve(t, dir)
	var loading sync.WaitGroup
	loading.Go(func() {
		if got := hindcast(t, "compact", "--raw", w.raw, "--dir", dir); got.status != exitRejected {
			t.Errorf("exit status %d: %s", got.status, got.err)
		}
	})
	question := []string{"correlate", "--dir", dir, "--ip", w.Incident.Address, "--from", w.from, "--to", w.to, "--json", "--limit", "5000"}
	seen := int64(0)
	for range 5 {
		got := parsed[answered](t, hindcast(t, question...).want(t, exitDone).out)
		if got.Summary.Matched < seen || int64(len(got.Events)) != got.Summary.Matched {
			t.Errorf("%d events match and %d came, after %d", got.Summary.Matched, len(got.Events), seen)
		}
		seen = got.Summary.Matched
		s.want(t, "POST", "/v1/correlations:explain", `{"query":`+w.question()+`}`)
	}
	loading.Wait()
	want := int64(0)
	for _, n := range w.Incident.Records {
		want += int64(n)
	}
	if got := parsed[answered](t, hindcast(t, question...).want(t, exitDone).out); got.Summary.Matched != want {
		t.Errorf("%d events match at the end, want %d", got.Summary.Matched, want)
	}
}

func TestTwoCompactionsAtOnceShareTheWork(t *testing.T) {
	w, dir := sharedWorld(t), t.TempDir()
	results := make([]outcome, 2)
	var both sync.WaitGroup
	for i := range results {
		both.Go(func() { results[i] = hindcast(t, "compact", "--raw", w.raw, "--dir", dir, "--json") })
	}
	both.Wait()
	rejected := false
	for _, r := range results {
		if rejected = rejected || r.status == exitRejected; r.status != exitRejected && r.status != exitDone {
			t.Errorf("exit status %d: %s", r.status, r.err)
		}
	}
	if !rejected {
		t.Error("neither has come upon the records that are rejected")
	}
	rows := parsed[[]tableRow](t, hindcast(t, "tables", "--dir", dir, "--json").want(t, exitDone).out)
	for _, r := range rows {
		if want := w.Sources[r.Name].Events(); r.Events != want {
			t.Errorf("%s: %d events, want %d", r.Name, r.Events, want)
		}
	}
}
