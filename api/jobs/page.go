package jobs

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/hindcast/hindcast/lake/raw"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

const correlationsList = "correlations"

// Events is a page of a correlation's events and the token of the next page. While the correlation has not ended there
// is always a next page, so that its events can be followed; at another server than its own, the pages are empty until it
// has. ErrNotFound, ErrToken, ErrRunAnew.
func (m *Manager) Events(id, token string, size int) ([]*hindcastv1.Event, string, error) {
	rec, err := m.record(id)
	if err != nil {
		return nil, "", err
	}
	// Two correlations of one id, one after the other's removal, are two lists.
	list := "events/" + id + "/" + strconv.FormatInt(rec.Correlation.GetCreateTime().AsTime().UnixNano(), 10)
	var offset int64
	if token != "" {
		position, err := m.tokens.Open(list, token)
		if err != nil {
			return nil, "", err
		}
		if offset, err = rec.offset(position); err != nil {
			return nil, "", err
		}
	}
	events, next, err := m.page(id, offset, rec.Bytes, size)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, raw.ErrNotFound) {
		return nil, "", fmt.Errorf("%q: %w", id, ErrNotFound)
	}
	if err != nil {
		return nil, "", fmt.Errorf("correlation %s: %w", id, err)
	}
	if ended(rec.Correlation.GetState()) && next >= rec.Bytes {
		return events, "", nil
	}
	return events, m.tokens.Seal(list, rec.position(next)), nil
}

// position is a place in the events of a run, as a token has it.
func (r record) position(offset int64) string {
	if r.Run > 1 && offset > 0 {
		return strconv.Itoa(r.Run) + ":" + strconv.FormatInt(offset, 10)
	}
	return strconv.FormatInt(offset, 10)
}

// offset reads a position. The beginning is that of every run. ErrToken, ErrRunAnew.
func (r record) offset(position string) (int64, error) {
	run, text, later := strings.Cut(position, ":")
	if !later {
		run, text = "1", position
	}
	offset, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		return 0, ErrToken
	case offset > 0 && run != strconv.Itoa(max(r.Run, 1)):
		return 0, ErrRunAnew
	}
	return offset, nil
}

// page reads a page of a correlation's events, which are so many bytes, and answers where the next begins.
func (m *Manager) page(id string, offset, end int64, size int) (_ []*hindcastv1.Event, next int64, err error) {
	if offset >= end {
		return nil, offset, nil
	}
	src, err := m.events(id, offset)
	if err != nil {
		return nil, 0, err
	}
	events, next, err := readPage(io.LimitReader(src, end-offset), offset, end, size, m.o.PageBytes)
	return events, next, errors.Join(err, src.Close())
}

// List is a page of the correlations that are kept, newest first, and the token of the next page. ErrToken.
func (m *Manager) List(token string, size int) ([]*hindcastv1.Correlation, string, error) {
	after, afterID, err := m.listPosition(token)
	if err != nil {
		return nil, "", err
	}
	if token == "" {
		if _, err := m.refresh(); err != nil {
			return nil, "", err
		}
	}
	m.mu.Lock()
	all := m.newestFirst()
	m.mu.Unlock()
	var page []*hindcastv1.Correlation
	var bytes int64
	var last *entry
	for _, e := range all {
		if token != "" && compare(e.created, e.id, after, afterID) >= 0 {
			continue
		}
		if len(page) == size || bytes > m.o.PageBytes {
			return page, m.tokens.Seal(correlationsList, position(last)), nil
		}
		c, err := m.Get(e.id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		page, last = append(page, c), e
		bytes += int64(proto.Size(c))
	}
	return page, "", nil
}

func position(e *entry) string {
	return strconv.FormatInt(e.created.UnixNano(), 10) + " " + e.id
}

func (m *Manager) listPosition(token string) (time.Time, string, error) {
	if token == "" {
		return time.Time{}, "", nil
	}
	position, err := m.tokens.Open(correlationsList, token)
	if err != nil {
		return time.Time{}, "", err
	}
	stamp, id, _ := strings.Cut(position, " ")
	ns, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return time.Time{}, "", ErrToken
	}
	return time.Unix(0, ns), id, nil
}

// compare orders correlations by age, oldest first, and by id among those of one moment.
func compare(at time.Time, a string, bt time.Time, b string) int {
	return cmp.Or(at.Compare(bt), strings.Compare(a, b))
}
