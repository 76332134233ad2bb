package rows

import (
	"bytes"
	"fmt"

	"github.com/parquet-go/parquet-go/format"

	"github.com/hindcast/hindcast/lake/ecs"
)

// A row is put together by going through the schema: each column gives the values of the node that it is, and its
// levels say whether a node is there, and whether a list goes on.
// https://research.google/pubs/dremel-interactive-analysis-of-web-scale-datasets-2/

// value renders a node that is there.
func (r *Reader) value(n *node) error {
	switch {
	case n.leaf != nil:
		return r.leafValue(n.leaf)
	case n.shape == list:
		return r.list(n.children[0], n.children[0].element(n.name))
	case n.shape == mapping:
		return r.mapping(n.children[0])
	}
	r.put('{')
	some := false
	for _, child := range n.children {
		there, err := r.there(child)
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		if some {
			r.put(',')
		}
		some = true
		r.buf = append(r.buf, child.name...)
		if child.repeated {
			err = r.list(child, child)
		} else {
			err = r.value(child)
		}
		if err != nil {
			return err
		}
	}
	r.put('}')
	return nil
}

// put appends a byte. A row that is too long is thrown away from time to time, and goes on being read.
func (r *Reader) put(c byte) {
	if len(r.buf) > r.limits.MaxRow {
		r.long, r.buf = true, r.buf[:0]
	}
	r.buf = append(r.buf, c)
}

// leafValue renders the value that a column stands at, and leaves it.
func (r *Reader) leafValue(l *leaf) error {
	if err := l.must(); err != nil {
		return err
	}
	if l.def < l.maxDef || l.physical == format.FixedLenByteArray && len(l.value.bytes) != l.length {
		return fmt.Errorf("column %q: %w: a value that is missing or of another length", l.name, errCorrupt)
	}
	if len(l.value.bytes) > r.limits.MaxRow {
		r.long = true
	} else {
		r.buf = l.appendValue(r.buf)
	}
	l.pass()
	return r.spend(1)
}

// there tells whether a node that may be null is there, and leaves the values that say that it is not.
func (r *Reader) there(n *node) (bool, error) {
	if !n.optional {
		return true, nil
	}
	return r.reaches(n)
}

func (r *Reader) reaches(n *node) (bool, error) {
	first := n.first()
	if err := first.must(); err != nil || first.def >= n.def {
		return err == nil, err
	}
	for _, l := range n.leaves {
		if err := l.must(); err != nil {
			return false, err
		}
		l.pass()
	}
	return false, r.spend(int64(len(n.leaves)))
}

// list renders what repeats, as far as it does.
func (r *Reader) list(repeated, element *node) error {
	r.put('[')
	more, err := r.reaches(repeated)
	for more && err == nil {
		if err = r.nullable(element, element != repeated); err != nil {
			return err
		}
		if more, err = r.goesOn(repeated); more {
			r.put(',')
		}
	}
	r.put(']')
	return err
}

// nullable renders an element that may be null.
func (r *Reader) nullable(n *node, mayBe bool) error {
	if mayBe {
		if there, err := r.there(n); err != nil {
			return err
		} else if !there {
			r.buf = append(r.buf, "null"...)
			return nil
		}
	}
	return r.value(n)
}

// goesOn tells whether another one follows of what repeats.
func (r *Reader) goesOn(n *node) (bool, error) {
	first := n.first()
	more, err := first.peek()
	return more && first.rep == n.rep, err
}

// mapping renders pairs as members.
func (r *Reader) mapping(pairs *node) error {
	r.put('{')
	more, err := r.reaches(pairs)
	for more && err == nil {
		from := len(r.buf)
		if err = r.nullable(pairs.children[0], true); err != nil {
			return err
		}
		r.quote(from)
		r.put(':')
		val := pairs.children[1]
		if val.repeated {
			err = r.list(val, val)
		} else {
			err = r.nullable(val, true)
		}
		if err != nil {
			return err
		}
		if more, err = r.goesOn(pairs); more {
			r.put(',')
		}
	}
	r.put('}')
	return err
}

// quote makes text of a key that is none.
func (r *Reader) quote(from int) {
	if from > len(r.buf) || len(r.buf) > from && r.buf[from] == '"' {
		return
	}
	r.buf = ecs.AppendQuoted(r.buf[:from], bytes.Clone(r.buf[from:]))
}
