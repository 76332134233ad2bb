package rows

import (
	"fmt"

	"github.com/parquet-go/parquet-go/format"
)

// leaf is a column of values. It stands at one of them, which has been decoded.
type leaf struct {
	name           string
	kind           kind
	physical       format.Type
	length         int // of values of fixed length
	maxDef, maxRep uint8

	chunk chunk
	ready bool // whether rep, def and value are those of the value it stands at
	ended bool // whether there is none any more
	rep   uint8
	def   uint8
	value value
}

// value is one that is there.
type value struct {
	bits  uint64 // of a number
	bytes []byte // valid until the next value
}

// peek decodes the value that the column stands at, unless it is decoded. It answers false at the end.
func (l *leaf) peek() (bool, error) {
	if l.ready || l.ended {
		return l.ready, nil
	}
	for l.chunk.left == 0 {
		if more, err := l.chunk.nextPage(l); err != nil {
			return false, fmt.Errorf("column %q: %w", l.name, err)
		} else if !more {
			l.ended = true
			return false, nil
		}
	}
	l.chunk.left--
	rep, okRep := l.chunk.reps.next()
	def, okDef := l.chunk.defs.next()
	if !okRep || !okDef || rep > uint32(l.maxRep) || def > uint32(l.maxDef) {
		return false, fmt.Errorf("column %q: %w: its levels", l.name, errCorrupt)
	}
	l.rep, l.def, l.ready = uint8(rep), uint8(def), true
	if l.def < l.maxDef {
		return true, nil
	}
	if err := l.chunk.values.next(&l.value); err != nil {
		return false, fmt.Errorf("column %q: %w", l.name, err)
	}
	return true, nil
}

// must decodes the value that the column stands at, which must be there.
func (l *leaf) must() error {
	there, err := l.peek()
	if err == nil && !there {
		err = fmt.Errorf("column %q: %w: it is shorter than others", l.name, errCorrupt)
	}
	return err
}

// pass leaves the value.
func (l *leaf) pass() { l.ready = false }
