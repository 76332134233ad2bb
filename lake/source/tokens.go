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

// Tokens goes over the fields of a line, left to right. Fields stand between spaces; one in "quotes" or [brackets]
// may hold spaces. A line that ends within a field ends the field, which the tokens remember.
type Tokens struct {
	Line []byte
	At   int
	Cut  bool // whether a closing quote or bracket is missing
}

var ErrCut = errors.New("the record ends within a quoted field")

// More goes on to the next field and tells whether there is one.
func (t *Tokens) More() bool {
	for t.At < len(t.Line) && (t.Line[t.At] == ' ' || t.Line[t.At] == '\t') {
		t.At++
	}
	return t.At < len(t.Line)
}

// Next is the next field without its quotes or brackets.
func (t *Tokens) Next() []byte {
	if !t.More() {
		return nil
	}
	switch t.Line[t.At] {
	case '"':
		return t.Quoted()
	case '[':
		return t.Bracketed()
	}
	return t.Word()
}

// Word is all up to the next space.
func (t *Tokens) Word() []byte {
	if !t.More() {
		return nil
	}
	from := t.At
	if n := bytes.IndexByte(t.Line[from:], ' '); n >= 0 {
		t.At = from + n
	} else {
		t.At = len(t.Line)
	}
	return t.Line[from:t.At]
}

func (t *Tokens) Bracketed() []byte {
	if n := bytes.IndexByte(t.Line[t.At:], ']'); n >= 0 {
		return t.Until(t.At + n)
	}
	t.Cut = true
	return t.Word()
}

// Until is the field that begins here with a quote or bracket, and whose closing one is at end.
func (t *Tokens) Until(end int) []byte {
	field := t.Line[t.At+1 : end]
	t.At = end + 1
	return field
}

// Quoted is the field in quotes that begins here. Quotes behind a backslash are part of it, and so are others that
// do not look like the end: the end is followed by a space, or else by a field that was written without one.
func (t *Tokens) Quoted() []byte {
	from := t.At + 1
	for i := from; ; {
		n := bytes.IndexByte(t.Line[i:], '"')
		if n < 0 {
			t.At, t.Cut = len(t.Line), true
			return t.Line[from:]
		}
		end := i + n
		if !Escaped(t.Line[from:end]) && t.closes(end) {
			return t.Until(end)
		}
		i = end + 1
	}
}

// closes tells whether the quote at a position looks like the end of a field.
func (t *Tokens) closes(end int) bool {
	next := end + 1
	if next == len(t.Line) || t.Line[next] == ' ' {
		return true
	}
	n := bytes.IndexByte(t.Line[next:], '"')
	return n <= 0 || t.Line[next+n-1] == ' '
}

// Escaped tells whether what follows text is escaped by a backslash at its end.
func Escaped(text []byte) bool {
	n := len(text)
	for n > 0 && text[n-1] == '\\' {
		n--
	}
	return (len(text)-n)%2 == 1
}

// Layout is the fields of a line by their position.
type Layout struct {
	Names []string
	Slots []int // of the values wanted; -1 for a field that nobody wants
}

// Bind finds the slots of a line's fields.
func Bind(want []string, names ...string) Layout {
	l := Layout{Names: names, Slots: make([]int, len(names))}
	for i, name := range names {
		l.Slots[i] = slices.Index(want, name)
	}
	return l
}

// Take keeps the field at a position. One that is past the last is kept as extra.
func (l *Layout) Take(v *Values, i int, field []byte) {
	if i < len(l.Slots) {
		v.SetField(l.Slots[i], l.Names[i], field)
		return
	}
	v.SetField(-1, surplus(i), field)
}

// Words takes all fields of a line that are words between single spaces. It tells whether the line is of just those; if
// not, it may have taken some of them.
func (l *Layout) Words(line []byte, v *Values) bool {
	if bytes.IndexByte(line, '\t') >= 0 {
		return false
	}
	for i, slot := range l.Slots {
		end := wordEnd(line)
		if slot < 0 || end == 0 {
			return false
		}
		if end > 1 || line[0] != '-' {
			v.Set(slot, Text, line[:end])
		}
		if end == len(line) {
			return i == len(l.Slots)-1
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

// CheckPaths makes sure that every path wanted is among those that a divider knows.
func CheckPaths(want []string, known ...[]string) error {
	for _, path := range want {
		if !slices.ContainsFunc(known, func(names []string) bool { return slices.Contains(names, path) }) {
			return fmt.Errorf("the log has no field %q", path)
		}
	}
	return nil
}

// Between is what stands between two texts, the first of each; nil where they are not there.
func Between(text []byte, before, behind string) []byte {
	_, rest, ok := bytes.Cut(text, []byte(before))
	if !ok {
		return nil
	}
	inner, _, ok := bytes.Cut(rest, []byte(behind))
	if !ok {
		return nil
	}
	return inner
}
