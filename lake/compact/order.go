package compact

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// spoolBytes is how much of a listing is held in memory while it is divided into days.
const spoolBytes = 8 << 20

// byDay yields objects by the day of their delivery. A listing may have millions of objects: it goes through a file for
// each day, below dir.
func byDay(dir string, order Order, objects iter.Seq2[entry, error]) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		s, err := newSpool(dir)
		if err != nil {
			yield(entry{}, err)
			return
		}
		defer s.remove()
		for o, err := range objects {
			if err == nil {
				err = s.add(o)
			}
			if err != nil {
				yield(entry{}, err)
				return
			}
		}
		s.all(order, yield)
	}
}

// spool divides objects into days. What does not fit into memory is in files, none of which is kept open.
type spool struct {
	dir     string
	days    map[string]*bytes.Buffer
	written map[string]bool // days that have a file
	size    int
	most    int // that is held in memory
}

func newSpool(dir string) (*spool, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("sort a listing: %w", err)
	}
	at, err := os.MkdirTemp(dir, "listing-")
	if err != nil {
		return nil, fmt.Errorf("sort a listing: %w", err)
	}
	return &spool{dir: at, days: map[string]*bytes.Buffer{}, written: map[string]bool{}, most: spoolBytes}, nil
}

// remove leaves nothing; what it cannot delete lies in a work folder.
func (s *spool) remove() { _ = os.RemoveAll(s.dir) }

func (s *spool) add(o entry) error {
	day := ""
	if at := delivered(o.Object); !at.IsZero() { // of a bare key that does not say its day, nothing is known
		day = at.UTC().Format(time.DateOnly)
	}
	b := s.days[day]
	if b == nil {
		b = &bytes.Buffer{}
		s.days[day] = b
	}
	before := b.Len()
	b.Write(o.append(b.AvailableBuffer()))
	if s.size += b.Len() - before; s.size < s.most {
		return nil
	}
	return s.flush()
}

// flush writes what is in memory to the files.
func (s *spool) flush() error {
	for day, b := range s.days {
		f, err := os.OpenFile(s.path(day), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			_, err = f.Write(b.Bytes())
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			return fmt.Errorf("sort a listing: %w", err)
		}
		s.written[day] = true
	}
	clear(s.days)
	s.size = 0
	return nil
}

func (s *spool) path(day string) string { return filepath.Join(s.dir, "day-"+day) }

func (s *spool) all(order Order, yield func(entry, error) bool) {
	all := map[string]bool{}
	maps.Copy(all, s.written)
	for day := range s.days {
		all[day] = true
	}
	days := slices.Sorted(maps.Keys(all))
	if order == NewestFirst {
		slices.Reverse(days)
	}
	for _, day := range days {
		more, err := s.each(day, yield)
		if err != nil {
			yield(entry{}, fmt.Errorf("sort a listing: %w", err))
			return
		}
		if !more {
			return
		}
	}
}

// each yields the objects of a day, as they were added.
func (s *spool) each(day string, yield func(entry, error) bool) (more bool, err error) {
	var parts []io.Reader
	if s.written[day] {
		f, err := os.Open(s.path(day))
		if err != nil {
			return false, err
		}
		defer f.Close()
		parts = append(parts, f)
	}
	if b := s.days[day]; b != nil {
		parts = append(parts, b)
	}
	in := bufio.NewReader(io.MultiReader(parts...))
	for {
		o, err := readEntry(in)
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if !yield(o, nil) {
			return false, nil
		}
	}
}

// append writes an object: lengths and numbers as varints, texts as they are.
func (o entry) append(dst []byte) []byte {
	for _, text := range []string{o.Key, o.ETag} {
		dst = append(binary.AppendUvarint(dst, uint64(len(text))), text...)
	}
	dst = binary.AppendVarint(dst, o.Size)
	nanos := int64(0)
	if !o.ModTime.IsZero() {
		nanos = o.ModTime.UnixNano()
	}
	dst = binary.AppendVarint(dst, nanos)
	if o.stated {
		return append(dst, 1)
	}
	return append(dst, 0)
}

func readEntry(in *bufio.Reader) (entry, error) {
	key, err := readText(in)
	if err != nil {
		return entry{}, err // io.EOF before the first byte
	}
	tag, err := readText(in)
	size, sizeErr := binary.ReadVarint(in)
	nanos, timeErr := binary.ReadVarint(in)
	stated, statedErr := in.ReadByte()
	if err := errors.Join(err, sizeErr, timeErr, statedErr); err != nil {
		return entry{}, fmt.Errorf("%w: %w", io.ErrUnexpectedEOF, err)
	}
	o := catalog.Object{Key: key, Size: size, ETag: tag}
	if nanos != 0 {
		o.ModTime = time.Unix(0, nanos).UTC()
	}
	return entry{Object: o, stated: stated == 1}, nil
}

func readText(in *bufio.Reader) (string, error) {
	n, err := binary.ReadUvarint(in)
	if err != nil {
		return "", err
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(in, text); err != nil {
		return "", fmt.Errorf("%w: %w", io.ErrUnexpectedEOF, err)
	}
	return string(text), nil
}
