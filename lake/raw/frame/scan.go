package frame

import "bytes"

// maxDepth is how deep a JSON value may nest.
const maxDepth = 1024

// outcome is why a scan stopped.
type outcome uint8

const (
	needMore  outcome = iota // the bytes are used up
	complete                 // behind the end of the value
	arrayKey                 // behind the '[' of a named array
	malformed                // at the first byte that no valid JSON could have there
)

// scanner finds where a JSON object ends. It looks at brackets, at strings and at what stands beside them, not at
// keys and numbers: whoever reads the record finds what is wrong in those. What it calls malformed can't be a part
// of valid JSON; that is what keeps one bad record from costing the next.
//
// Positions are in the window, so that a scan goes on where it stopped when there is more of it.
type scanner struct {
	arrays  [][]byte // names of arrays to stop at, as keys of the outermost object
	lengths uint64   // a bit for each length among the names; the last one for all longer ones

	depth    int
	stack    [maxDepth]byte // the opening brackets
	inString bool
	escaped  bool // the next byte of the string is
	closed   bool // the string just before the position is, and what follows has not been looked at
	begin    int  // of the string's contents; negative when they began before the window
	named    int  // behind the closing quote of the last key that is a name in arrays; -1 for none
	newline  int  // there is no newline between the position and here
	problem  string
}

func newScanner(arrays []string) scanner {
	s := scanner{named: -1}
	for _, name := range arrays {
		s.arrays = append(s.arrays, []byte(name))
		s.lengths |= lengthBit(len(name))
	}
	return s
}

func lengthBit(n int) uint64 { return 1 << (uint(n) & 63) }

// enter readies the scanner for what is inside of an object whose '{' has been read.
func (s *scanner) enter() {
	s.depth, s.stack[0] = 1, '{'
	s.inString, s.escaped, s.closed = false, false, false
	s.named = -1
}

// moved says that the window's bytes have moved to the front.
func (s *scanner) moved(by int) {
	s.newline -= by
	s.begin -= by
	if s.named -= by; s.named < 0 {
		s.named = -1
	}
}

// structural are the bytes that mean something outside of strings.
var structural = [256]bool{'"': true, '{': true, '}': true, '[': true, ']': true}

// follows are the bytes that may follow a string.
var follows = [256]bool{':': true, ',': true, '}': true, ']': true, ' ': true, '\n': true, '\r': true, '\t': true}

// run scans on from a position. wantArrays makes it stop at named arrays.
func (s *scanner) run(buf []byte, i int, wantArrays bool) (int, outcome) {
	if s.inString || s.closed {
		var out outcome
		if i, out = s.resume(buf, i, wantArrays); out != complete {
			return i, out
		}
	}
	for i < len(buf) {
		c := buf[i]
		i++
		if !structural[c] {
			continue
		}
		switch c {
		case '"':
			end := i + bytes.IndexByte(buf[i:], '"')
			if end > i && buf[end-1] == '\\' {
				end = closingQuote(buf, i)
			}
			if end < i || end >= s.newline || end+1 == len(buf) || wantArrays && s.depth == 1 && s.lengths&lengthBit(end-i) != 0 {
				s.inString, s.begin = true, i
				var out outcome
				if i, out = s.resume(buf, i, wantArrays); out != complete {
					return i, out
				}
				continue
			}
			i = end + 1
			if c := buf[i]; c == ',' || c == ':' {
				i++
			} else if !follows[c] {
				return i, s.bad("a string is followed by what can't follow one")
			}
		case '{', '[':
			if !s.open(buf, i-1, c) {
				return i - 1, malformed
			}
			if s.depth == 2 && wantArrays && c == '[' && s.isNamed(buf, i-1) {
				return i, arrayKey
			}
		default:
			s.depth--
			if s.stack[s.depth] != c-2 { // '[' and '{' are two before ']' and '}'
				return i - 1, s.bad("brackets do not pair")
			}
			if s.depth == 0 {
				return i, complete
			}
		}
	}
	return i, needMore
}

// resume goes on with the string that the position is in or behind.
func (s *scanner) resume(buf []byte, i int, wantArrays bool) (int, outcome) {
	if s.inString {
		var out outcome
		if i, out = s.finishString(buf, i, wantArrays); out != complete {
			return i, out
		}
	}
	if i == len(buf) {
		return i, needMore
	}
	if s.closed = false; !follows[buf[i]] {
		return i, s.bad("a string is followed by what can't follow one")
	}
	return i, complete
}

// finishString finds the end of the string that the position is in.
func (s *scanner) finishString(buf []byte, i int, wantArrays bool) (int, outcome) {
	if i == len(buf) { // what is known of the last byte holds for the next
		return i, needMore
	}
	if s.escaped && buf[i] != '\n' {
		i++
		s.escaped = false
	}
	end := closingQuote(buf, i)
	if end < 0 {
		if !s.newlineBefore(buf, i, len(buf)) {
			s.escaped = i < len(buf) && backslashes(buf[i:])%2 == 1
			return len(buf), needMore
		}
		return s.newline, s.bad("a string runs over the end of its line")
	}
	if end > s.newline && s.newlineBefore(buf, i, end) {
		return s.newline, s.bad("a string runs over the end of its line")
	}
	if wantArrays && s.depth == 1 && s.lengths&lengthBit(end-s.begin) != 0 && s.begin >= 0 && s.isArrayName(buf[s.begin:end]) {
		s.named = end + 1
	}
	s.inString, s.closed = false, true
	return end + 1, complete
}

// closingQuote is the position of the first quote from i on that is not escaped, or -1. buf[i] is not escaped.
func closingQuote(buf []byte, i int) int {
	for from := i; ; {
		k := bytes.IndexByte(buf[from:], '"')
		if k < 0 {
			return -1
		}
		end := from + k
		if end == i || buf[end-1] != '\\' || backslashes(buf[i:end])%2 == 0 {
			return end
		}
		from = end + 1
	}
}

// backslashes counts those at the end.
func backslashes(b []byte) (n int) {
	for n < len(b) && b[len(b)-1-n] == '\\' {
		n++
	}
	return n
}

// newlineBefore tells whether there is a newline between two positions, and remembers where the next one is.
func (s *scanner) newlineBefore(buf []byte, from, to int) bool {
	if to <= s.newline {
		return false
	}
	from = max(from, s.newline)
	k := bytes.IndexByte(buf[from:], '\n')
	if k < 0 {
		s.newline = len(buf)
		return false
	}
	s.newline = from + k
	return s.newline < to
}

// open takes note of an opening bracket, and answers false if there can't be one.
func (s *scanner) open(buf []byte, i int, c byte) bool {
	before := lastBefore(buf, i)
	if s.stack[s.depth-1] == '{' {
		if before != ':' && before != 0 {
			s.bad("a value without a key")
			return false
		}
	} else if before != ',' && before != '[' && before != 0 {
		s.bad("a value follows another without a comma")
		return false
	}
	if s.depth == maxDepth {
		s.bad("nested too deeply")
		return false
	}
	s.stack[s.depth] = c
	s.depth++
	return true
}

// lookback is how many bytes before a position tell what it means. They are kept in the window.
const lookback = 256

// lastBefore is the last byte before i that is not white space, or 0 if it is too far away.
func lastBefore(buf []byte, i int) byte {
	for from := max(0, i-lookback); i > from; {
		if i--; buf[i] > ' ' {
			return buf[i]
		}
	}
	return 0
}

// isNamed tells whether the value at i is that of the key that is a name in arrays.
func (s *scanner) isNamed(buf []byte, i int) bool {
	return s.named >= 0 && i-s.named < lookback/2 && string(bytes.TrimSpace(buf[s.named:i])) == ":"
}

func (s *scanner) isArrayName(key []byte) bool {
	for _, name := range s.arrays {
		if bytes.Equal(name, key) {
			return true
		}
	}
	return false
}

func (s *scanner) bad(problem string) outcome {
	s.problem = problem
	return malformed
}
