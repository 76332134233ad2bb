package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
)

// tokens goes over the fields of a line, left to right. Fields stand between spaces; one in "quotes" or [brackets]
// may hold spaces. A line that ends within a field ends the field, which the tokens remember.
type tokens struct {
	line []byte
	at   int
	cut  bool // whether a closing quote or bracket is missing
}

var errCut = errors.New("the record ends within a quoted field")

// more goes on to the next field and tells whether there is one.
func (t *tokens) more() bool {
	for t.at < len(t.line) && (t.line[t.at] == ' ' || t.line[t.at] == '\t') {
		t.at++
	}
	return t.at < len(t.line)
}

// next is the next field without its quotes or brackets.
func (t *tokens) next() []byte {
	if !t.more() {
		return nil
	}
	switch t.line[t.at] {
	case '"':
		return t.quoted()
	case '[':
		return t.bracketed()
	}
	return t.word()
}

// word is all up to the next space.
func (t *tokens) word() []byte {
	if !t.more() {
		return nil
	}
	from := t.at
	if n := bytes.IndexByte(t.line[from:], ' '); n >= 0 {
		t.at = from + n
	} else {
		t.at = len(t.line)
	}
	return t.line[from:t.at]
}

func (t *tokens) bracketed() []byte {
	if n := bytes.IndexByte(t.line[t.at:], ']'); n >= 0 {
		return t.until(t.at + n)
	}
	t.cut = true
	return t.word()
}

// until is the field that begins here with a quote or bracket, and whose closing one is at end.
func (t *tokens) until(end int) []byte {
	field := t.line[t.at+1 : end]
	t.at = end + 1
	return field
}

// quoted is the field in quotes that begins here. Quotes behind a backslash are part of it, and so are others that
// do not look like the end: the end is followed by a space, or else by a field that was written without one.
func (t *tokens) quoted() []byte {
	from := t.at + 1
	for i := from; ; {
		n := bytes.IndexByte(t.line[i:], '"')
		if n < 0 {
			t.at, t.cut = len(t.line), true
			return t.line[from:]
		}
		end := i + n
		if !escaped(t.line[from:end]) && t.closes(end) {
			return t.until(end)
		}
		i = end + 1
	}
}

// closes tells whether the quote at a position looks like the end of a field.
func (t *tokens) closes(end int) bool {
	next := end + 1
	if next == len(t.line) || t.line[next] == ' ' {
		return true
	}
	n := bytes.IndexByte(t.line[next:], '"')
	return n <= 0 || t.line[next+n-1] == ' '
}

// escaped tells whether what follows text is escaped by a backslash at its end.
func escaped(text []byte) bool {
	n := len(text)
	for n > 0 && text[n-1] == '\\' {
		n--
	}
	return (len(text)-n)%2 == 1
}

// layout is the fields of a line by their position.
type layout struct {
	names []string
	slots []int // of the values wanted; -1 for a field that nobody wants
}

// bind finds the slots of a line's fields.
func bind(want []string, names ...string) layout {
	l := layout{names: names, slots: make([]int, len(names))}
	for i, name := range names {
		l.slots[i] = slices.Index(want, name)
	}
	return l
}

// take keeps the field at a position. One that is past the last is kept as extra.
func (l *layout) take(v *Values, i int, field []byte) {
	if i < len(l.slots) {
		v.SetField(l.slots[i], l.names[i], field)
		return
	}
	v.SetField(-1, surplus(i), field)
}

// words takes all fields of a line that are words between single spaces. It tells whether the line is of just those; if
// not, it may have taken some of them.
func (l *layout) words(line []byte, v *Values) bool {
	if bytes.IndexByte(line, '\t') >= 0 {
		return false
	}
	for i, slot := range l.slots {
		end := wordEnd(line)
		if slot < 0 || end == 0 {
			return false
		}
		if end > 1 || line[0] != '-' {
			v.Set(slot, Text, line[:end])
		}
		if end == len(line) {
			return i == len(l.slots)-1
		}
		line = line[end+1:]
	}
	return false
}

// wordEnd is where the next space is, or the end. Eight bytes are looked at at a time: of a word of bytes less their
// least bits and without their highest ones, those are left over that are zero.
func wordEnd(line []byte) int {
	const spaces, least, highest = 0x2020202020202020, 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(line); i += 8 {
		x := binary.LittleEndian.Uint64(line[i:]) ^ spaces
		if found := (x - least) &^ x & highest; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(line) && line[i] != ' '; i++ {
	}
	return i
}

// surplus is the name of a field that stands behind those that are known; it is counted from one.
func surplus(i int) string {
	if i < len(surplusNames) {
		return surplusNames[i]
	}
	return "field_more"
}

var surplusNames = func() (names [64]string) {
	for i := range names {
		names[i] = "field_" + strconv.Itoa(i+1)
	}
	return names
}()

// checkPaths makes sure that every path wanted is among those that a divider knows.
func checkPaths(want []string, known ...[]string) error {
	for _, path := range want {
		if !slices.ContainsFunc(known, func(names []string) bool { return slices.Contains(names, path) }) {
			return fmt.Errorf("the log has no field %q", path)
		}
	}
	return nil
}
