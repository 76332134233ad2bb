package trinosql

import (
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pattern is a regular expression of Trino's (Joni, with Java's syntax) in RE2's. The two agree but for what this file
// takes care of: Trino's $ also stands before a line break at the end, \s has the vertical tab, \b knows all letters,
// and case folds ß to ss; the last two are refused when the statement runs, for the texts in which they would differ.
type pattern struct {
	body       string // without the $ at its end
	atEnd      bool   // it ends in $
	innerEnd   bool   // there are other $
	alternates bool   // there is | outside of brackets
	boundary   bool   // there is \b
	folds      bool   // case does not matter
	groups     int
	names      map[string]int
	tree       *syntax.Regexp
}

// endOfText is $: the end, or before the line break at the end.
const endOfText = `(?:\n?\z)`

// folding are letters that are several when their case is folded.
const folding = `[ßİŉǰΐΰևẖẗẘẙẚẞὐ-ῼﬀ-ﬆﬓ-ﬗ]`

// patternOf translates a constant pattern.
func patternOf(c *call, i int, v value) (*pattern, error) {
	if v.text == nil {
		return nil, refuse(c.args[i].at(), "a regular expression that is no constant")
	}
	s := &patternScanner{text: *v.text, at: c.args[i].at(), out: &pattern{names: map[string]int{}}}
	if err := s.scan(); err != nil {
		return nil, err
	}
	p := s.out
	p.body = s.b.String()
	tree, err := syntax.Parse(p.full(), syntax.Perl)
	if err != nil {
		return nil, refuseFor(s.at, "the regular expression", "%v", err)
	}
	p.tree, p.groups = tree, tree.MaxCap()
	for n, name := range tree.CapNames() {
		if name != "" {
			p.names[name] = n
		}
	}
	return p, nil
}

// full is the pattern for finding whether there is a match.
func (p *pattern) full() string {
	if p.atEnd {
		return p.body + endOfText
	}
	return p.body
}

type patternScanner struct {
	text  string
	at    int
	i     int
	b     strings.Builder
	out   *pattern
	depth int
	multi bool // (?m)
}

func (s *patternScanner) refuse(what string) error {
	return refuse(s.at, what+" in a regular expression")
}

func (s *patternScanner) scan() error {
	for s.i < len(s.text) {
		var err error
		switch c := s.text[s.i]; c {
		case '\\':
			err = s.escape(false)
		case '[':
			err = s.class()
		case '(':
			s.depth++
			err = s.open()
		case ')':
			s.depth--
			s.b.WriteByte(c)
			s.i++
		case '|':
			s.out.alternates = s.out.alternates || s.depth == 0
			s.b.WriteByte(c)
			s.i++
		case '$':
			s.i++
			s.end()
		case '#':
			s.b.WriteString(`\#`)
			s.i++
		default:
			_, size := utf8.DecodeRuneInString(s.text[s.i:])
			s.b.WriteString(s.text[s.i : s.i+size])
			s.i += size
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// end is $ or \Z.
func (s *patternScanner) end() {
	switch {
	case s.multi:
		s.b.WriteByte('$')
	case s.i == len(s.text) && s.depth == 0 && !s.out.alternates:
		s.out.atEnd = true
	default:
		s.out.innerEnd = true
		s.b.WriteString(endOfText)
	}
}

// open reads what follows an opening bracket: nothing, ?:, ?i, ?<name>.
func (s *patternScanner) open() error {
	rest := s.text[s.i+1:]
	if !strings.HasPrefix(rest, "?") {
		s.b.WriteByte('(')
		s.i++
		return nil
	}
	for _, look := range []string{"?=", "?!", "?<=", "?<!"} {
		if strings.HasPrefix(rest, look) {
			return s.refuse("look-around (" + look + ")")
		}
	}
	if strings.HasPrefix(rest, "?<") {
		s.b.WriteString("(?P<")
		s.i += len("(?<")
		return nil
	}
	end := strings.IndexAny(rest[1:], ":)")
	if end < 0 {
		return s.refuse("(?")
	}
	flags := rest[1 : 1+end]
	for _, f := range flags {
		switch f {
		case 'i':
			s.out.folds = true
		case 's':
		case 'm':
			if s.i > 0 || rest[1+end] == ':' {
				return s.refuse("(?m) anywhere but at the beginning")
			}
			s.multi = true
		default:
			return s.refuse("(?" + flags)
		}
	}
	s.b.WriteString("(?" + flags + rest[1+end:2+end])
	if rest[1+end] == ')' {
		s.depth--
	}
	s.i += end + 3
	return nil
}

// class reads [...]. Sets of sets are Java's alone.
func (s *patternScanner) class() error {
	s.b.WriteByte('[')
	s.i++
	if s.i < len(s.text) && s.text[s.i] == '^' {
		s.b.WriteByte('^')
		s.i++
	}
	for first := true; s.i < len(s.text); first = false {
		switch c := s.text[s.i]; {
		case c == ']' && !first:
			s.b.WriteByte(c)
			s.i++
			return nil
		case c == '[':
			return s.refuse("a set within a set ([[)")
		case strings.HasPrefix(s.text[s.i:], "&&"):
			return s.refuse("an intersection of sets (&&)")
		case c == '\\':
			if err := s.escape(true); err != nil {
				return err
			}
		case c == ']':
			s.b.WriteString(`\]`)
			s.i++
		default:
			_, size := utf8.DecodeRuneInString(s.text[s.i:])
			s.b.WriteString(s.text[s.i : s.i+size])
			s.i += size
		}
	}
	return s.refuse("a set that is not closed")
}

// escape reads what follows a backslash.
func (s *patternScanner) escape(inClass bool) error {
	if s.i+1 == len(s.text) {
		return s.refuse(`a \ at the end`)
	}
	r, size := utf8.DecodeRuneInString(s.text[s.i+1:])
	start := s.i
	s.i += 1 + size
	switch {
	case r == 's':
		s.b.WriteString(map[bool]string{true: `\t-\r `, false: `[\t-\r ]`}[inClass])
	case r == 'S' && !inClass:
		s.b.WriteString(`[^\t-\r ]`)
	case strings.ContainsRune("dDwWnrtf", r), strings.ContainsRune("Az", r) && !inClass:
		s.b.WriteString(s.text[start:s.i])
	case strings.ContainsRune("bB", r) && !inClass:
		s.out.boundary = true
		s.b.WriteString(s.text[start:s.i])
	case r == 'Z' && !inClass:
		s.end()
	case r == 'x' || r == 'u':
		return s.code(r)
	case r == 'p' || r == 'P':
		return s.property(r)
	case r == 'Q' && !inClass:
		s.quotedText()
	case r >= '1' && r <= '9' || r == 'k':
		return s.refuse("a back reference (\\" + string(r) + ")")
	case r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r):
		s.b.WriteString(s.text[start:s.i])
	default:
		return s.refuse("\\" + string(r))
	}
	return nil
}

// code reads \x41, \x{41} and \u0041.
func (s *patternScanner) code(r rune) error {
	rest, n := s.text[s.i:], 2
	if r == 'u' {
		n = 4
	}
	digits := ""
	switch end := strings.IndexByte(rest, '}'); {
	case r == 'x' && strings.HasPrefix(rest, "{") && end > 0:
		digits, n = rest[1:end], end+1
	case len(rest) >= n:
		digits = rest[:n]
	}
	code, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || code > unicode.MaxRune {
		return s.refuse("\\" + string(r) + " without a code")
	}
	s.i += n
	s.b.WriteString(`\x{` + strconv.FormatUint(code, 16) + "}")
	return nil
}

// property reads \p{Lu}: the general categories alone mean the same.
func (s *patternScanner) property(r rune) error {
	rest := s.text[s.i:]
	end := strings.IndexByte(rest, '}')
	if !strings.HasPrefix(rest, "{") || end < 0 {
		return s.refuse("\\" + string(r))
	}
	if unicode.Categories[rest[1:end]] == nil {
		return s.refuse("\\" + string(r) + rest[:end+1])
	}
	s.b.WriteString("\\" + string(r) + rest[:end+1])
	s.i += end + 1
	return nil
}

// quotedText reads \Q…\E.
func (s *patternScanner) quotedText() {
	rest := s.text[s.i:]
	end, skip := strings.Index(rest, `\E`), 2
	if end < 0 {
		end, skip = len(rest), 0
	}
	for _, r := range rest[:end] {
		if strings.ContainsRune(`\.+*?()|[]{}^$#`, r) {
			s.b.WriteByte('\\')
		}
		s.b.WriteRune(r)
	}
	s.i += end + skip
}
