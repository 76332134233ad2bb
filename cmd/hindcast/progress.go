package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/hindcast/hindcast/lake/compact"
)

// progress shows how far long work has come: a line that is written over on a terminal, nothing in a pipe.
type progress struct {
	mu      sync.Mutex
	out     io.Writer // nil when there is no terminal
	started time.Time
	shown   time.Time
}

const showEvery = 200 * time.Millisecond

func newProgress(out io.Writer) *progress {
	p := &progress{started: time.Now()}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.out = out
		}
	}
	return p
}

func (p *progress) line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); p.out != nil && now.Sub(p.shown) > showEvery {
		p.shown = now
		fmt.Fprintf(p.out, "\r\033[K"+format, args...)
	}
}

// compaction shows the progress of a compaction.
func (p *progress) compaction(at compact.Progress) {
	seconds := max(time.Since(p.started).Seconds(), 0.001)
	p.line("%s objects, %s records, %s unpacked, %.0f MB/s",
		count(at.Objects), count(at.Records), size(at.BytesRaw), float64(at.BytesRaw)/1e6/seconds)
}

// done clears the line.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out != nil && !p.shown.IsZero() {
		fmt.Fprint(p.out, "\r\033[K")
	}
}
