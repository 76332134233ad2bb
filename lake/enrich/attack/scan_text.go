package attack

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

func (s *scan) space() {
	for s.at < len(s.buf) && s.buf[s.at] <= ' ' {
		s.at++
	}
}

// next goes on to the next member or item; it stays at a closing bracket.
func (s *scan) next() bool {
	s.space()
	switch {
	case s.at >= len(s.buf):
		s.broken = true
	case s.buf[s.at] == ',':
		s.at++
	case s.buf[s.at] != '}' && s.buf[s.at] != ']':
		s.broken = true
	}
	return !s.broken
}

// skip passes over the value that begins here.
func (s *scan) skip() {
	from := s.at
	for depth := 0; s.at < len(s.buf); {
		switch s.buf[s.at] {
		case '"':
			if s.quoted(); depth == 0 {
				return
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				s.broken = s.broken || s.at == from
				return
			}
			if depth--; depth == 0 {
				s.at++
				return
			}
		case ',', ':':
			if depth == 0 {
				s.broken = s.broken || s.at == from
				return
			}
		}
		s.at++
	}
}

// quoted is the text that begins here, without its quotes.
func (s *scan) quoted() (raw []byte, escaped bool) {
	s.at++
	for from := s.at; s.at < len(s.buf); s.at++ {
		switch s.buf[s.at] {
		case '"':
			s.at++
			return s.buf[from : s.at-1], escaped
		case '\\':
			escaped = true
			s.at++
		}
	}
	s.at, s.broken = len(s.buf), true
	return nil, false
}

// unescape appends a text without its escapes; what is no escape is kept as it is.
func unescape(to, raw []byte) []byte {
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '\\' || i+1 == len(raw) {
			to = append(to, c)
			continue
		}
		i++
		if at := bytes.IndexByte([]byte("bfnrt"), raw[i]); at >= 0 {
			to = append(to, "\b\f\n\r\t"[at])
			continue
		}
		r, ok := hex4(raw[i:])
		if !ok {
			to = append(to, raw[i])
			continue
		}
		i += 4
		if utf16.IsSurrogate(r) && i+2 < len(raw) && raw[i+1] == '\\' {
			if low, ok := hex4(raw[i+2:]); ok {
				r, i = utf16.DecodeRune(r, low), i+6
			}
		}
		to = utf8.AppendRune(to, r)
	}
	return to
}

// hex4 reads u12ab.
func hex4(text []byte) (rune, bool) {
	if len(text) < 5 || text[0] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[1:5]), 16, 16)
	return rune(n), err == nil
}
