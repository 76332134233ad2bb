package rows

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Bounds of what Thrift may say: a decoder makes room for a list by its length, and nests as the data does.
const (
	maxDepth = 24
	maxItems = 1 << 18 // of lists of structures, in one piece of Thrift
)

// Types of the compact protocol:
// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
const (
	thriftTrue = iota + 1
	thriftFalse
	thriftByte
	thriftI16
	thriftI32
	thriftI64
	thriftDouble
	thriftBinary
	thriftList
	thriftSet
	thriftMap
	thriftStruct
)

// skim walks over a structure, and answers how many bytes it takes. io.ErrUnexpectedEOF says that there are more of them.
func skim(b []byte) (int, error) {
	s := skimmer{b: b}
	if err := s.structure(0); err != nil {
		return 0, err
	}
	return len(b) - len(s.b), nil
}

type skimmer struct {
	b     []byte
	items int
}

func (s *skimmer) pass(n uint64) error {
	if n > uint64(len(s.b)) {
		return io.ErrUnexpectedEOF
	}
	s.b = s.b[n:]
	return nil
}

func (s *skimmer) number() (uint64, error) {
	v, n := binary.Uvarint(s.b)
	switch {
	case n > 0:
		s.b = s.b[n:]
		return v, nil
	case n < 0 || len(s.b) >= binary.MaxVarintLen64:
		return 0, fmt.Errorf("%w: a number that is too long", errCorrupt)
	}
	return 0, io.ErrUnexpectedEOF
}

func (s *skimmer) structure(depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%w: nested too deeply", errCorrupt)
	}
	for {
		if len(s.b) == 0 {
			return io.ErrUnexpectedEOF
		}
		field := s.b[0]
		s.b = s.b[1:]
		if field == 0 {
			return nil
		}
		if field>>4 == 0 { // its number is written out
			if _, err := s.number(); err != nil {
				return err
			}
		}
		if kind := field & 15; kind > thriftFalse {
			if err := s.value(kind, depth+1); err != nil {
				return err
			}
		}
	}
}

func (s *skimmer) value(kind byte, depth int) error {
	switch kind {
	case thriftTrue, thriftFalse, thriftByte: // as they are in lists
		return s.pass(1)
	case thriftI16, thriftI32, thriftI64:
		_, err := s.number()
		return err
	case thriftDouble:
		return s.pass(8)
	case thriftBinary:
		n, err := s.number()
		if err != nil {
			return err
		}
		return s.pass(n)
	case thriftList, thriftSet:
		return s.list(depth)
	case thriftMap:
		return s.mapping(depth)
	case thriftStruct:
		return s.structure(depth)
	}
	return fmt.Errorf("%w: type %d", errCorrupt, kind)
}

func (s *skimmer) list(depth int) error {
	if len(s.b) == 0 {
		return io.ErrUnexpectedEOF
	}
	size, kind := uint64(s.b[0]>>4), s.b[0]&15
	s.b = s.b[1:]
	if size == 15 {
		var err error
		if size, err = s.number(); err != nil {
			return err
		}
	}
	return s.elements(size, depth, kind)
}

func (s *skimmer) mapping(depth int) error {
	size, err := s.number()
	if err != nil || size == 0 {
		return err
	}
	if len(s.b) == 0 {
		return io.ErrUnexpectedEOF
	}
	key, val := s.b[0]>>4, s.b[0]&15
	s.b = s.b[1:]
	return s.elements(size, depth, key, val)
}

// elements walks over as many as a list or a map says it has. Each takes a byte at least.
func (s *skimmer) elements(size uint64, depth int, kinds ...byte) error {
	if depth > maxDepth {
		return fmt.Errorf("%w: nested too deeply", errCorrupt)
	}
	if size > uint64(len(s.b)) {
		return io.ErrUnexpectedEOF
	}
	for range size {
		for _, kind := range kinds {
			if kind >= thriftBinary {
				if s.items++; s.items > maxItems {
					return fmt.Errorf("%w: more than %d items", errCorrupt, maxItems)
				}
			}
			if err := s.value(kind, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
