package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/hindcast/hindcast/lake/compact"
)

// progress shows how far long work has come: a line that is written over on a terminal, and a line of a log every so
// often in a pipe.
type progress struct {
	mu      sync.Mutex
	out     io.Writer    // nil when there is no terminal
	log     *slog.Logger // used when there is none
	now     func() time.Time
	started time.Time
	shown   time.Time
	keys    int64 // of the list that is gone through, if there is one
}

const (
	showEvery = 200 * time.Millisecond
	logEvery  = 30 * time.Second
)

func newProgress(out io.Writer) *progress {
	p := &progress{now: time.Now, started: time.Now()}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.out = out
			return p
		}
	}
	p.log, p.shown = slog.New(slog.NewTextHandler(out, nil)), p.started
	return p
}

// due tells whether it is time to show something again.
func (p *progress) due() bool {
	now, every := p.now(), showEvery
	if p.out == nil {
		every = logEvery
	}
	if now.Sub(p.shown) <= every {
		return false
	}
	p.shown = now
	return true
}

func (p *progress) line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.due() {
		p.show(fmt.Sprintf(format, args...))
	}
}

func (p *progress) show(text string, attrs ...any) {
	if p.out != nil {
		fmt.Fprint(p.out, "\r\033[K"+text)
		return
	}
	p.log.Info(text, attrs...)
}

// compaction shows the progress of a compaction.
func (p *progress) compaction(at compact.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.due() {
		return
	}
	took := max(p.now().Sub(p.started), time.Millisecond)
	speed := float64(at.BytesRaw) / 1e6 / took.Seconds()
	part, left, known := p.estimate(at, took)
	if p.out == nil {
		attrs := []any{"objects", at.Objects, "found", at.PlannedObjects, "looked_at", at.Looked, "records", at.Records, "unpacked", size(at.BytesRaw), "mb_per_second", int64(speed)}
		if known {
			attrs = append(attrs, "percent", int64(100*part), "left", left.String())
		}
		p.show("compacting", attrs...)
		return
	}
	if at.PlannedObjects == 0 {
		p.show(fmt.Sprintf("looked at %s objects", count(at.Looked)))
		return
	}
	text := fmt.Sprintf("%s of %s objects, %s unpacked, %.0f MB/s", count(at.Objects), count(at.PlannedObjects), size(at.BytesRaw), speed)
	if !known {
		p.show(text + ", and still looking for more")
		return
	}
	p.show(fmt.Sprintf("%s %3.0f %%  %s, %s left", bar(part), 100*part, text, left))
}

// gathering shows on a terminal what a queue's messages come to before they are loaded.
func (p *progress) gathering(round, messages, objects int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out != nil && p.due() {
		p.show(fmt.Sprintf("round %d: gathered %s messages of %s objects", round, count(int64(messages)), count(int64(objects))))
	}
}

// waiting shows which messages of a queue are waited for, that others have.
func (p *progress) waiting(inFlight, visible int64, left time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.due() {
		return
	}
	most := left.Round(time.Second).String()
	if p.out == nil {
		p.show("waiting for messages that others have", "in_flight", inFlight, "visible", visible, "at_most", most)
		return
	}
	p.show(fmt.Sprintf("waiting for %s messages that others have, %s at most", count(inFlight+visible), most))
}

// estimate is the part of the work that is done and the time that the rest takes. It is not known while the folder is
// still being listed; for a list of keys, those that were looked at stand for the others.
func (p *progress) estimate(at compact.Progress, took time.Duration) (part float64, left time.Duration, known bool) {
	total := float64(at.PlannedBytes)
	if !at.Listed {
		if p.keys == 0 || at.Looked == 0 {
			return 0, 0, false
		}
		total *= max(float64(p.keys)/float64(at.Looked), 1)
	}
	if at.Bytes == 0 || total <= 0 {
		return 0, 0, false
	}
	part = min(float64(at.Bytes)/total, 1)
	left = time.Duration(float64(took) * (1 - part) / part)
	return part, left.Round(max(time.Second, left/100).Truncate(time.Second)), true
}

const barWidth = 20

func bar(part float64) string {
	n := int(part * barWidth)
	return "[" + strings.Repeat("#", n) + strings.Repeat("-", barWidth-n) + "]"
}

// done clears the line.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out != nil && !p.shown.IsZero() {
		fmt.Fprint(p.out, "\r\033[K")
	}
}
