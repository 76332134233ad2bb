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
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/raw"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// archive keeps ended correlations in a bucket, where they outlive the server's disk and other servers find them:
//
//	results/jobs/<id>.json                the correlation; put last and deleted first, so that what it names is there
//	results/summaries/<id>.json           as the folder has it
//	results/events/<id>/<offset>.ndjson   its events from that byte on, to where the next part begins; hexadecimal
//	results/token.key                     of page tokens
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

func jobKey(id string) string     { return archiveJobs + id + ".json" }
func summaryKey(id string) string { return archiveSummaries + id + ".json" }
func eventsPrefix(id string) string {
	return archiveEvents + id + "/"
}
func partKey(id string, offset int64) string {
	return eventsPrefix(id) + fmt.Sprintf("%016x.ndjson", offset)
}

// keep puts a correlation that has ended, as the folder has it.
func (a archive) keep(ctx context.Context, s store, r record) (err error) {
	id := r.Correlation.GetCorrelationId()
	defer func() {
		if err != nil {
			err = fmt.Errorf("archive correlation %s: %w", id, err)
		}
	}()
	if r.Parts, err = a.putEvents(ctx, id, s.path(id, eventsFile), r.Bytes); err != nil {
		return err
	}
	if r.Correlation.GetState() == hindcastv1.CorrelationState_CORRELATION_STATE_SUCCEEDED {
		summary, err := os.ReadFile(s.path(id, summaryFile))
		if err != nil {
			return err
		}
		if _, err := a.Put(ctx, summaryKey(id), bytes.NewReader(summary)); err != nil {
			return err
		}
	}
	job, err := encodeRecord(r)
	if err != nil {
		return err
	}
	_, err = a.Put(ctx, jobKey(id), bytes.NewReader(job))
	return err
}

// putEvents puts so many bytes of a file in parts of whole lines, and answers where each begins.
func (a archive) putEvents(ctx context.Context, id, path string, size int64) (parts []int64, err error) {
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
		_, err := a.Put(ctx, partKey(id, at), bytes.NewReader(part.Bytes()))
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
	b, err := a.read(ctx, jobKey(id))
	if err != nil {
		return record{}, fmt.Errorf("read archived correlation %s: %w", id, err)
	}
	return decodeRecord(id, b)
}

// summary reads what a correlation found. raw.ErrNotFound.
func (a archive) summary(ctx context.Context, id string) (*hindcastv1.Summary, error) {
	b, err := a.read(ctx, summaryKey(id))
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
	return &partReader{a: a, ctx: ctx, id: r.Correlation.GetCorrelationId(), parts: parts, from: offset}
}

// partReader reads one part after the other.
type partReader struct {
	a     archive
	ctx   context.Context
	id    string
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
	if p.body, err = p.a.Open(p.ctx, partKey(p.id, at)); err != nil {
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

// remove deletes a correlation.
func (a archive) remove(ctx context.Context, id string) error {
	keys := []string{jobKey(id), summaryKey(id)}
	for o, err := range a.List(ctx, eventsPrefix(id)) {
		if err != nil {
			return fmt.Errorf("remove archived correlation %s: %w", id, err)
		}
		keys = append(keys, o.Key)
	}
	for _, key := range keys {
		if err := a.Delete(ctx, key); err != nil {
			return fmt.Errorf("remove archived correlation %s: %w", id, err)
		}
	}
	return nil
}

// ids are the correlations that are archived. What no correlation names and was put before a time is deleted.
func (a archive) ids(ctx context.Context, before time.Time) (map[string]bool, error) {
	ids, strays := map[string]bool{}, map[string]string{}
	for o, err := range a.List(ctx, archiveRoot) { // events come before jobs
		if err != nil {
			return nil, fmt.Errorf("list archived correlations: %w", err)
		}
		kind, rest, _ := strings.Cut(strings.TrimPrefix(o.Key, archiveRoot), "/")
		id := strings.TrimSuffix(rest, ".json")
		if part, _, ok := strings.Cut(rest, "/"); ok {
			id = part
		}
		switch {
		case !ValidID(id):
		case kind == "jobs":
			ids[id] = true
		case o.ModTime.Before(before):
			strays[o.Key] = id
		}
	}
	for key, id := range strays {
		if ids[id] {
			continue
		}
		if err := a.Delete(ctx, key); err != nil {
			return nil, fmt.Errorf("delete what is left of correlation %s: %w", id, err)
		}
	}
	return ids, nil
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
