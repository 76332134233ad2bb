package jobs

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"google.golang.org/protobuf/encoding/protojson"

	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// errTooLarge ends a query whose events outgrow the limit.
var errTooLarge = errors.New("the result is larger than a correlation may be; narrow the range or lower the limit")

// flushEvery is after how many events a running query's events can be listed.
const flushEvery = 256

// extent is how much of a spool can be listed.
type extent struct{ events, bytes int64 }

// spool writes a correlation's events, one a line.
type spool struct {
	f       *os.File
	w       *bufio.Writer
	max     int64
	written extent

	mu      sync.Mutex
	visible extent
}

func createSpool(path string, maxBytes int64) (*spool, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create events file: %w", err)
	}
	return &spool{f: f, w: bufio.NewWriterSize(f, 64<<10), max: maxBytes}, nil
}

func (s *spool) add(e *hindcastv1.Event) error {
	b, err := protojson.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", e.GetEventId(), err)
	}
	if s.written.bytes+int64(len(b))+1 > s.max {
		return errTooLarge
	}
	if _, err := s.w.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("write events file: %w", err)
	}
	s.written.bytes += int64(len(b)) + 1
	s.written.events++
	if s.written.events%flushEvery == 0 {
		return s.flush()
	}
	return nil
}

func (s *spool) flush() error {
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("write events file: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.visible = s.written
	return nil
}

// close makes all of it durable.
func (s *spool) close() error {
	err := s.flush()
	if e := s.f.Sync(); err == nil && e != nil {
		err = fmt.Errorf("sync events file: %w", e)
	}
	if e := s.f.Close(); err == nil && e != nil {
		err = fmt.Errorf("close events file: %w", e)
	}
	return err
}

func (s *spool) extent() extent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.visible
}

// readPage reads at most max events, which begin at offset, and stops early when they exceed maxBytes; end is where the
// last of all ends. It returns the offset of the next event.
func readPage(src io.Reader, offset, end int64, max int, maxBytes int64) ([]*hindcastv1.Event, int64, error) {
	r := bufio.NewReaderSize(src, 64<<10)
	var events []*hindcastv1.Event
	for start := offset; len(events) < max && offset < end; {
		line, err := r.ReadBytes('\n')
		if err != nil {
			return nil, 0, fmt.Errorf("read events file at byte %d: %w", offset, err)
		}
		if len(events) > 0 && offset-start+int64(len(line)) > maxBytes {
			break
		}
		e := &hindcastv1.Event{}
		if err := decode(line, e); err != nil {
			return nil, 0, fmt.Errorf("decode the event at byte %d: %w", offset, err)
		}
		events = append(events, e)
		offset += int64(len(line))
	}
	return events, offset, nil
}
