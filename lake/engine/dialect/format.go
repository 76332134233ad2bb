package dialect

import "strings"

// Format breaks a statement into lines at its clauses, indented by the depth of its brackets. It changes white space
// between tokens and nothing else; a text that is not SQL stays as it is.
func (s SQL) Format() SQL {
	tokens, err := Tokens(s.text)
	if err != nil {
		return s
	}
	f := formatter{tokens: tokens, source: s.text}
	for i := range tokens {
		f.add(i)
	}
	return SQL{f.out.String()}
}

type formatter struct {
	tokens []Token
	source string
	out    strings.Builder
	depth  int
	blocks []int // depths at which a bracket that holds a query was opened
}

func (f *formatter) add(i int) {
	t := f.tokens[i]
	if t.Kind == Symbol && t.Text == ")" {
		f.depth--
		if n := len(f.blocks); n > 0 && f.blocks[n-1] == f.depth {
			f.blocks = f.blocks[:n-1]
			f.breakLine()
		}
	}
	switch {
	case i == 0 || f.atLineStart():
	case f.startsLine(i):
		f.breakLine()
	case f.tokens[i-1].Pos+len(f.tokens[i-1].Text) < t.Pos:
		f.out.WriteByte(' ')
	}
	f.out.WriteString(t.Text)
	if t.Kind == Symbol && t.Text == "(" {
		f.open(i)
	}
}

// open begins a bracket; a query in it gets lines of its own.
func (f *formatter) open(i int) {
	if i+1 < len(f.tokens) && f.tokens[i+1].Is("SELECT") {
		f.blocks = append(f.blocks, f.depth)
		f.depth++
		f.breakLine()
		return
	}
	f.depth++
}

// startsLine tells whether the token begins a clause of the query that it is directly in.
func (f *formatter) startsLine(i int) bool {
	if f.depth != f.inBlock() {
		return false
	}
	t := f.tokens[i]
	switch {
	case t.Is("FROM"), t.Is("WHERE"), t.Is("GROUP"), t.Is("LIMIT"), t.Is("CROSS"), t.Is("UNION"):
		return true
	case t.Is("ORDER"):
		return true
	case t.Is("SELECT"):
		return i > 0
	case t.Is("AND"):
		return true
	}
	return false
}

func (f *formatter) inBlock() int {
	if n := len(f.blocks); n > 0 {
		return f.blocks[n-1] + 1
	}
	return 0
}

func (f *formatter) atLineStart() bool {
	s := f.out.String()
	return strings.TrimRight(s, " ") == "" || strings.HasSuffix(strings.TrimRight(s, " "), "\n")
}

func (f *formatter) breakLine() {
	f.out.WriteByte('\n')
	f.out.WriteString(strings.Repeat("  ", len(f.blocks)))
}
