package jobs

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/hindcast/hindcast/lake/raw"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// archive keeps correlations in a bucket, where they outlive the server's disk and other servers find them:
//
//	results/jobs/<id>.json                one that has ended; put last and once, deleted first, so that what it names is there
//	results/summaries/<id>.json           as the folder has it
//	results/events/<id>/<offset>.ndjson   its events from that byte on, to where the next part begins; hexadecimal
//	results/running/<id>/…                one that has not ended, see unfinished.go
//	results/token.key                     of page tokens
//
// The second run's summary is <id>.2.json, its events 2-<offset>.ndjson: two servers that run one do not mix what they put.
type archive struct{ raw.Store }

const (
	archiveRoot      = "results/"
	archiveJobs      = archiveRoot + "jobs/"
	archiveSummaries = archiveRoot + "summaries/"
	archiveEvents    = archiveRoot + "events/"
	archiveKey       = archiveRoot + "token.key"

	partBytes   = 4 << 20         // of a part of the events, or one event if that is longer: what a page reads at the worst beside its own
	archiveTime = 2 * time.Minute // to put a correlation
	strayAge    = 24 * time.Hour  // of what no correlation names: a server ended before it had put all
)

func jobKey(id string) string { return archiveJobs + id + ".json" }
func summariesPrefix(id string) string {
	return archiveSummaries + id + "."
}
func summaryKey(id string, run int) string {
	if run > 1 {
		return summariesPrefix(id) + strconv.Itoa(run) + ".json"
	}
	return summariesPrefix(id) + "json"
}
func eventsPrefix(id string) string {
	return archiveEvents + id + "/"
}
func partKey(id string, run int, offset int64) string {
	name := fmt.Sprintf("%016x.ndjson", offset)
	if run > 1 {
		name = strconv.Itoa(run) + "-" + name
	}
	return eventsPrefix(id) + name
}

// keep puts a correlation that has ended, as the folder has it. raw.ErrExists when another server has put how it ended.
func (a archive) keep(ctx context.Context, s store, r record) (err error) {
	id := r.Correlation.GetCorrelationId()
	defer func() {
		if err != nil {
			err = fmt.Errorf("archive correlation %s: %w", id, err)
		}
	}()
	if r.Parts, err = a.putEvents(ctx, r, s.path(id, eventsFile)); err != nil {
		return err
	}
	if r.Correlation.GetState() == hindcastv1.CorrelationState_CORRELATION_STATE_SUCCEEDED {
		summary, err := os.ReadFile(s.path(id, summaryFile))
		if err != nil {
			return err
		}
		if _, err := a.Put(ctx, summaryKey(id, r.Run), bytes.NewReader(summary)); err != nil {
			return err
		}
	}
	job, err := encodeRecord(r)
	if err != nil {
		return err
	}
	_, err = a.PutNew(ctx, jobKey(id), bytes.NewReader(job))
	return err
}

// putEvents puts a correlation's events, which lie in a file, in parts of whole lines, and answers where each begins.
func (a archive) putEvents(ctx context.Context, r record, path string) (parts []int64, err error) {
	size := r.Bytes
	if size == 0 {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(io.LimitReader(f, size), 64<<10)
	var part bytes.Buffer
	at := int64(0)
	put := func() error {
		_, err := a.Put(ctx, partKey(r.Correlation.GetCorrelationId(), r.Run, at), bytes.NewReader(part.Bytes()))
		parts, at = append(parts, at), at+int64(part.Len())
		part.Reset()
		return err
	}
	for at+int64(part.Len()) < size {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		if part.Len() > 0 && part.Len()+len(line) > partBytes {
			if err := put(); err != nil {
				return nil, err
			}
		}
		part.Write(line)
	}
	return parts, put()
}

// load reads a correlation. raw.ErrNotFound.
func (a archive) load(ctx context.Context, id string) (record, error) {
	return a.record(ctx, id, jobKey(id))
}

func (a archive) record(ctx context.Context, id, key string) (record, error) {
	b, err := a.read(ctx, key)
	if err != nil {
		return record{}, fmt.Errorf("read archived correlation %s: %w", id, err)
	}
	return decodeRecord(id, b)
}

// summary reads what a correlation found. raw.ErrNotFound.
func (a archive) summary(ctx context.Context, r record) (*hindcastv1.Summary, error) {
	id := r.Correlation.GetCorrelationId()
	b, err := a.read(ctx, summaryKey(id, r.Run))
	if err != nil {
		return nil, fmt.Errorf("read the archived summary of correlation %s: %w", id, err)
	}
	return decodeSummary(id, b)
}

func (a archive) read(ctx context.Context, key string) ([]byte, error) {
	body, err := a.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

// events reads a correlation's events from a byte on, part by part as far as it is read.
func (a archive) events(ctx context.Context, r record, offset int64) io.ReadCloser {
	parts := r.Parts
	for len(parts) > 1 && parts[1] <= offset {
		parts = parts[1:]
	}
	return &partReader{a: a, ctx: ctx, id: r.Correlation.GetCorrelationId(), run: r.Run, parts: parts, from: offset}
}

// partReader reads one part after the other.
type partReader struct {
	a     archive
	ctx   context.Context
	id    string
	run   int
	parts []int64
	from  int64 // where to begin in the first of them
	body  io.ReadCloser
}

func (p *partReader) Read(b []byte) (int, error) {
	for {
		if p.body == nil {
			if len(p.parts) == 0 {
				return 0, io.EOF
			}
			if err := p.next(); err != nil {
				return 0, err
			}
		}
		n, err := p.body.Read(b)
		if err == io.EOF {
			err = p.Close()
			p.body = nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// next opens the next part.
func (p *partReader) next() (err error) {
	at := p.parts[0]
	if p.body, err = p.a.Open(p.ctx, partKey(p.id, p.run, at)); err != nil {
		return err
	}
	p.parts = p.parts[1:]
	_, err = io.CopyN(io.Discard, p.body, max(p.from-at, 0))
	return err
}

// Close ends the reading.
func (p *partReader) Close() error {
	if p.body == nil {
		return nil
	}
	return p.body.Close()
}

// key is the key of page tokens that all servers share: that of whoever came first.
func (a archive) key(ctx context.Context, size int) ([]byte, error) {
	for {
		key, err := a.read(ctx, archiveKey)
		if err == nil && len(key) == size {
			return key, nil
		}
		if err == nil {
			return nil, fmt.Errorf("the key of page tokens, %s, has %d bytes instead of %d: delete it", archiveKey, len(key), size)
		}
		if !errors.Is(err, raw.ErrNotFound) {
			return nil, fmt.Errorf("read the key of page tokens: %w", err)
		}
		key = make([]byte, size)
		rand.Read(key)
		if _, err = a.PutNew(ctx, archiveKey, bytes.NewReader(key)); err != nil && !errors.Is(err, raw.ErrExists) {
			return nil, fmt.Errorf("keep the key of page tokens: %w", err)
		}
	}
}
