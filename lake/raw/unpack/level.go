package unpack

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// stream is buffered bytes that know where they are.
type stream struct {
	*bufio.Reader
	read *int64 // what went into the buffer
}

// at is how many bytes of the stream were taken.
func (s stream) at() int64 { return *s.read - int64(s.Buffered()) }

// level is a stream within the one before it in Reader.levels: what that unpacks to, or an entry of it.
type level struct {
	stream
	closer  io.Closer // of what unpacks to the stream; may be nil
	archive archive   // that the stream is; nil if it is none
	packed  string    // the format that the stream has; empty if it is not packed
}

// archive is a stream of entries.
type archive interface {
	// next goes to the next entry, from anywhere in the one before. It answers io.EOF if there is none, an *EntryError
	// if one can't be read and next will go on behind it, or why the archive can't be read on.
	next() (io.Reader, error)
	// skip passes over the rest of the entry. It answers why the archive can't be read on, if it can't.
	skip() error
	// name is that of the entry.
	name() string
}

func (r *Reader) top() *level { return &r.levels[len(r.levels)-1] }

// push enters what a stream unpacks to, or an entry of it.
func (r *Reader) push(src io.Reader, c io.Closer) {
	g := &guard{src: src, of: r, all: &r.spent[len(r.levels)]}
	buf := (*bufio.Reader)(nil)
	if n := len(r.spare); n > 0 {
		buf, r.spare = r.spare[n-1], r.spare[:n-1]
		buf.Reset(g)
	} else {
		buf = bufio.NewReaderSize(g, HeadSize)
	}
	r.levels = append(r.levels, level{stream: stream{buf, &g.n}, closer: c})
}

// pop leaves the innermost level.
func (r *Reader) pop() {
	l := r.top()
	if l.closer != nil {
		l.closer.Close() // answers the error of the last read, if any
	}
	if len(r.levels) > 1 {
		l.Reset(nil)
		r.spare = append(r.spare, l.Reader)
	}
	r.levels = r.levels[:len(r.levels)-1]
}

// archived tells whether what is read is an entry of an archive.
func (r *Reader) archived() bool {
	for i := range r.levels {
		if r.levels[i].archive != nil {
			return true
		}
	}
	return false
}

// toArchive leaves what lies in the innermost archive's entry. It answers false if there is no archive.
func (r *Reader) toArchive() bool {
	if !r.archived() {
		return false
	}
	for r.top().archive == nil {
		r.pop()
	}
	return true
}

// descend enters whatever is packed at the innermost level, and in that.
func (r *Reader) descend() {
	for r.err == nil {
		head, err := r.top().Peek(magicSize)
		f := formatOf(head)
		switch {
		case err != nil && err != io.EOF && len(head) == 0:
			_ = r.Blame(err)
		case f == nil:
			return
		case len(r.levels) > r.limits.Layers:
			_ = r.Blame(fmt.Errorf("packed more than %d times", r.limits.Layers))
		case f.archive != nil:
			r.top().archive, r.top().packed = f.archive(r.top().stream), f.name
			r.err = r.enter()
		default:
			inner, err := f.open(r.top().Reader)
			if err != nil {
				_ = r.Blame(fmt.Errorf("%s: %w", f.name, err))
				return
			}
			r.top().packed = f.name
			r.push(inner, inner)
		}
	}
}

// enter goes to the next entry of the innermost archive, or of those around it when that has no more.
func (r *Reader) enter() error {
	for r.toArchive() {
		entry, err := r.top().archive.next()
		if r.entries++; r.entries > r.limits.Entries && err != io.EOF {
			return r.blame(&BombError{Stored: r.src.n, Entries: r.limits.Entries})
		}
		var bad *EntryError
		switch {
		case err == nil:
			r.push(entry, nil)
			return nil
		case errors.As(err, &bad) && r.src.err == nil:
			bad.Offset = r.n
			return bad
		case err == io.EOF:
			_, err = io.Copy(io.Discard, r.top()) // what unpacks to the archive has a checksum at its end
		}
		if r.top().archive = nil; err != nil {
			return r.blame(err)
		}
	}
	r.end = r.finish(io.EOF)
	return r.end
}

// guard counts what a level unpacks to, and stops what is too much.
type guard struct {
	src io.Reader
	of  *Reader
	n   int64
	all *int64 // at this depth
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.src.Read(p)
	g.n += int64(n)
	*g.all += int64(n)
	if bomb := g.of.bomb(*g.all); bomb != nil {
		return 0, bomb
	}
	return n, err
}

// bomb answers an error if so many bytes are too many.
func (r *Reader) bomb(unpacked int64) error {
	if unpacked > r.limits.FreeBytes && unpacked/int64(r.limits.MaxRatio) > r.src.n {
		return &BombError{Stored: r.src.n, Unpacked: unpacked, MaxRatio: r.limits.MaxRatio}
	}
	return nil
}
