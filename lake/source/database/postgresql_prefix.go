package database

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// divideHead divides what log_line_prefix has made before the severity. What has the shape of no field is kept as prefix.
func (d *postgreSQLDivider) divideHead(head []byte, v *source.Values) {
	d.odd, d.process = d.odd[:0], false
	d.divideAround(head, v)
	if len(d.odd) > 0 {
		v.Rest("prefix", d.odd)
	}
}

// divideAround divides what is before the time in a prefix, and what is behind it.
func (d *postgreSQLDivider) divideAround(head []byte, v *source.Values) {
	at := clockIn(head)
	if at < 0 {
		d.divideWords(head, v)
		return
	}
	stamp, rest := cutStamp(head[at:])
	d.set(v, pgTime, stamp)
	if at == 0 && len(rest) > 0 && rest[0] == ':' {
		d.divideAWS(rest[1:], v)
		return
	}
	d.divideWords(head[:at], v)
	d.divideWords(rest, v)
}

// divideAWS divides %r:%u@%d:[%p]: and what RDS may have behind it: %l:%e:%s:%v:%x:%c:%q%a
func (d *postgreSQLDivider) divideAWS(rest []byte, v *source.Values) {
	client, rest, _ := cutClient(rest)
	d.setClient(v, client, '(')
	end := processIn(rest)
	if end < 0 {
		d.keepOdd(rest)
		return
	}
	user, database, _ := cutLast(rest[:end], '@') // a user of a directory has one in its name
	d.set(v, pgUser, unbracket(user))
	d.set(v, pgDatabase, unbracket(database))
	pid, rest, _ := bytes.Cut(rest[end+2:], []byte("]:"))
	d.set(v, pgPID, pid)
	d.divideTail(rest, v)
}

// cutClient cuts the client and its colon off: 2001:db8::1(5432): or [local]: or nothing at all.
func cutClient(rest []byte) (client, after []byte, ok bool) {
	if len(rest) > 0 && (rest[0] == ':' || rest[0] == '[') {
		return bytes.Cut(rest, []byte(":"))
	}
	if at := bytes.Index(rest, []byte("):")); at >= 0 {
		return rest[:at+1], rest[at+2:], true
	}
	return bytes.Cut(rest, []byte(":"))
}

// processIn is where the :[123]: is that ends user and database; a user's name may look like it, and then it is the
// last one that counts.
func processIn(rest []byte) int {
	if n := len(rest); n > 4 && rest[n-1] == ':' && rest[n-2] == ']' {
		if at := bytes.LastIndex(rest, []byte(":[")); at >= 0 && source.IsDigits(rest[at+2:n-2]) {
			return at
		}
	}
	for from := 0; ; {
		n := bytes.Index(rest[from:], []byte(":["))
		if n < 0 {
			return -1
		}
		at := from + n
		if pid, _, ok := bytes.Cut(rest[at+2:], []byte("]:")); ok && source.IsDigits(pid) {
			return at
		}
		from = at + 2
	}
}

// divideTail divides %l:%e:%s:%v:%x:%c:%q%a, of which the start has colons of its own.
func (d *postgreSQLDivider) divideTail(tail []byte, v *source.Values) {
	if len(tail) == 0 {
		return
	}
	line, rest, ok := bytes.Cut(tail, []byte(":"))
	state, rest, _ := bytes.Cut(rest, []byte(":"))
	start, rest := cutStamp(rest)
	if !ok || !source.IsDigits(line) || start == nil || len(rest) == 0 || rest[0] != ':' {
		d.keepOdd(tail)
		return
	}
	d.set(v, pgLine, line)
	d.set(v, pgState, state)
	d.set(v, pgStart, start)
	vxid, rest, _ := bytes.Cut(rest[1:], []byte(":"))
	txid, rest, _ := bytes.Cut(rest, []byte(":"))
	session, application, _ := bytes.Cut(rest, []byte(":"))
	d.set(v, pgVXID, vxid)
	d.set(v, pgTXID, txid)
	d.set(v, pgSession, session)
	d.set(v, pgApplication, application)
}

// divideWords tells the fields of a prefix by their shapes.
func (d *postgreSQLDivider) divideWords(words []byte, v *source.Values) {
	for {
		words = bytes.TrimLeft(words, " \t,:;|<>")
		if len(words) == 0 {
			break
		}
		if at, n := namedField(words); at >= 0 {
			value, rest := cutValue(words[n:])
			d.setNamed(v, at, bytes.TrimSpace(value))
			words = rest
			continue
		}
		var word []byte
		word, words = cutWord(words)
		if !d.setShaped(v, word) {
			d.keepOdd(word)
		}
	}
}

func (d *postgreSQLDivider) keepOdd(word []byte) {
	if len(d.odd) > 0 {
		d.odd = append(d.odd, ' ')
	}
	d.odd = append(d.odd, word...)
}

// cutWord cuts a word off, which [brackets] may hold together.
func cutWord(words []byte) (word, rest []byte) {
	if words[0] == '[' {
		if n := bytes.IndexByte(words, ']'); n > 0 && bytes.IndexByte(words[:n], ' ') < 0 && !bytes.HasPrefix(words[n+1:], []byte("@")) {
			return words[:n+1], words[n+1:]
		}
	}
	if n := bytes.IndexAny(words, " \t,|"); n >= 0 {
		return words[:n], words[n:]
	}
	return words, nil
}

// prefixNames are what log analysers and the documentation call fields in a prefix, and which they are.
var prefixNames = []struct {
	name string
	at   int
}{
	{"user=", pgUser}, {"db=", pgDatabase}, {"database=", pgDatabase}, {"app=", pgApplication}, {"application=", pgApplication},
	{"client=", pgHost}, {"host=", pgHost}, {"remote=", pgHost}, {"pid=", pgPID}, {"line=", pgLine}, {"session=", pgSession},
	{"vxid=", pgVXID}, {"xid=", pgTXID}, {"txid=", pgTXID}, {"state=", pgState}, {"sqlstate=", pgState}, {"cmd=", pgTag}, {"tag=", pgTag}, {"start=", pgStart},
}

// namedField tells the field whose name begins words, and how long the name is.
func namedField(words []byte) (at, n int) {
	for _, p := range prefixNames {
		if len(words) >= len(p.name) && string(words[:len(p.name)]) == p.name {
			return p.at, len(p.name)
		}
	}
	return -1, 0
}

// cutValue cuts a value off: up to a separator that another named field follows, or a comma, or the end.
func cutValue(words []byte) (value, rest []byte) {
	for i, c := range words {
		if c != ' ' && c != ',' && c != ';' && c != '|' {
			continue
		}
		if at, _ := namedField(words[i+1:]); at >= 0 || c == '|' {
			return words[:i], words[i:]
		}
	}
	return bytes.TrimRight(words, " ,:;|>]"), nil
}

func (d *postgreSQLDivider) setNamed(v *source.Values, at int, value []byte) {
	if at == pgHost {
		d.setClient(v, value, '(')
		return
	}
	d.set(v, at, unbracket(value))
}

// setShaped keeps a word that has the shape of a field.
func (d *postgreSQLDivider) setShaped(v *source.Values, word []byte) bool {
	word = bytes.TrimRight(word, ":;>")
	inner := unbracket(word)
	if len(inner) < len(word) && d.setBracketed(v, inner) {
		return true
	}
	if user, database, ok := cutLast(word, '@'); ok {
		d.set(v, pgUser, unbracket(user))
		d.set(v, pgDatabase, unbracket(database))
		return true
	}
	if host, _, _ := bytes.Cut(inner, []byte("(")); source.IsAddr(host) || string(word) == "[local]" {
		d.setClient(v, inner, '(')
		return true
	}
	switch {
	case isState(inner):
		d.set(v, pgState, inner)
	case isSession(inner):
		d.set(v, pgSession, inner)
	case isVXID(inner):
		d.set(v, pgVXID, inner)
	default:
		return false
	}
	return true
}

// setBracketed keeps [%p], [%p-%l] or [%l-1], whichever comes first.
func (d *postgreSQLDivider) setBracketed(v *source.Values, inner []byte) bool {
	number, line, both := bytes.Cut(inner, []byte("-"))
	if !source.IsDigits(number) || both && !source.IsDigits(line) {
		return false
	}
	if d.process {
		d.set(v, pgLine, number)
		return true
	}
	d.process = true
	d.set(v, pgPID, number)
	d.set(v, pgLine, line)
	return true
}

// isSession tells %c: two hexadecimal numbers around a dot.
func isSession(word []byte) bool {
	dot := bytes.IndexByte(word, '.')
	if dot < 6 || dot > 10 || len(word) == dot+1 {
		return false
	}
	for i, c := range word {
		if i != dot && !source.IsDigit(c) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isVXID tells %v: two numbers around a slash.
func isVXID(word []byte) bool {
	backend, local, ok := bytes.Cut(word, []byte("/"))
	return ok && source.IsDigits(backend) && source.IsDigits(local)
}
