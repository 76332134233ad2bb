package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/follow"
)

func TestProgressOnATerminal(t *testing.T) {
	for _, c := range []struct {
		name string
		keys int64
		at   compact.Progress
		took time.Duration
		want string
	}{
		{"while nothing was found yet", 0, compact.Progress{Looked: 12_345}, time.Minute, "looked at 12,345 objects"},
		{"while the folder is listed", 0, compact.Progress{Looked: 60_000, Objects: 100, PlannedObjects: 50_000, Bytes: 1, PlannedBytes: 500, BytesRaw: 60e6}, time.Minute,
			"100 of 50,000 objects, 60.0 MB unpacked, 1 MB/s, and still looking for more"},
		{"once all is known", 0, compact.Progress{Looked: 200, Objects: 50, PlannedObjects: 200, Bytes: 250, PlannedBytes: 1000, BytesRaw: 600e6, Listed: true}, time.Minute,
			"[#####---------------]  25 %  50 of 200 objects, 600 MB unpacked, 10 MB/s, 3m0s left"},
		{"a list of keys half of which was looked at", 400, compact.Progress{Looked: 200, Objects: 100, PlannedObjects: 200, Bytes: 500, PlannedBytes: 1000, BytesRaw: 600e6}, time.Minute,
			"[#####---------------]  25 %  100 of 200 objects, 600 MB unpacked, 10 MB/s, 3m0s left"},
		{"at the end", 0, compact.Progress{Objects: 200, PlannedObjects: 200, Bytes: 1100, PlannedBytes: 1000, Listed: true}, time.Minute,
			"[####################] 100 %  200 of 200 objects, 0 B unpacked, 0 MB/s, 0s left"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			start := time.Unix(0, 0)
			p := &progress{out: &out, now: func() time.Time { return start.Add(c.took) }, started: start, keys: c.keys}
			p.compaction(c.at)
			if got := strings.TrimPrefix(out.String(), "\r\033[K"); got != c.want {
				t.Errorf("shows\n%q, want\n%q", got, c.want)
			}
			shown := out.Len()
			p.compaction(c.at)
			if out.Len() != shown {
				t.Error("shows the same moment twice")
			}
		})
	}
}

func TestWhatADrainWaitsForAndWhatItLeavesIsTold(t *testing.T) {
	var out, log bytes.Buffer
	now := time.Unix(0, 0)
	q := &queueRun{show: &progress{out: &out, now: func() time.Time { return now }, started: now}, log: slog.New(slog.NewTextHandler(&log, nil))}
	q.await(follow.Others{InFlight: 1_200, Visible: 3, Left: 5*time.Minute + 59*time.Second + time.Millisecond})
	if want := "\r\033[Kwaiting for 1,203 messages that others have, 5m59s at most"; out.String() != want || log.Len() > 0 {
		t.Errorf("shows %q, want %q, and logs %s", out.String(), want, log.String())
	}
	q.await(follow.Others{InFlight: 1_200})
	says(t, log.String(), "level=WARN", "the queue is not empty", "in_flight=1200", "visible=0")
	log.Reset()
	q.show = &progress{log: q.log, now: func() time.Time { return now }, shown: now}
	for range 4 {
		now = now.Add(20 * time.Second)
		q.await(follow.Others{InFlight: 2, Left: time.Minute})
	}
	if n := strings.Count(log.String(), "waiting for messages that others have"); n != 2 {
		t.Errorf("logged %d times in 80 s: %s", n, log.String())
	}
}

func TestTheGatheringOfAQueueIsShownRoundByRound(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	q := &queueRun{show: &progress{out: &out, now: func() time.Time { return now }, started: now}, rounds: 1}
	for i := range 3 {
		q.gathered(600*(i+1), 1000*(i+1))
		now = now.Add(150 * time.Millisecond)
	}
	if want := "\r\033[Kround 2: gathered 600 messages of 1,000 objects\r\033[Kround 2: gathered 1,800 messages of 3,000 objects"; out.String() != want {
		t.Errorf("shows %q, want %q", out.String(), want)
	}
	var log bytes.Buffer
	q.show = &progress{log: slog.New(slog.NewTextHandler(&log, nil)), now: func() time.Time { return now }, shown: time.Unix(-60, 0)}
	q.gathered(600, 1000)
	if log.Len() > 0 {
		t.Errorf("in a pipe there is %q", log.String())
	}
}

func TestProgressInAPipeIsALogLineEverySoOften(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	p := &progress{log: slog.New(slog.NewTextHandler(&out, nil)), now: func() time.Time { return now }, started: now, shown: now}
	for range 90 {
		now = now.Add(time.Second)
		p.compaction(compact.Progress{Objects: 5, PlannedObjects: 10, Looked: 10, Bytes: 1, PlannedBytes: 4, Listed: true})
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines in 90 seconds, want 2:\n%s", n, out.String())
	}
	says(t, out.String(), "msg=compacting", "objects=5", "found=10", "percent=25", "left=1m33s")
}
