package source

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// quoted reads the string that begins here, and tells whether it has escapes.
func (r *jsonReader) quoted() (text []byte, escaped bool, err error) {
	from := r.at + 1
	for at := from; ; {
		n := bytes.IndexByte(r.buf[at:], '"')
		if n < 0 {
			r.at = len(r.buf)
			return nil, false, r.fault("'\"'")
		}
		end := at + n
		if end == from || r.buf[end-1] != '\\' {
			r.at = end + 1
			text = r.buf[from:end]
			return text, escaped || bytes.IndexByte(text, '\\') >= 0, nil
		}
		escaped = true
		slashes := 1
		for end-1-slashes >= from && r.buf[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			r.at = end + 1
			return r.buf[from:end], true, nil
		}
		at = end + 1
	}
}

// skip goes over the value that begins here. What it skips is checked for balance, not for grammar.
func (r *jsonReader) skip() error {
	if r.at >= len(r.buf) {
		return r.fault("a value")
	}
	switch r.buf[r.at] {
	case '"':
		_, _, err := r.quoted()
		return err
	case '{', '[':
		return r.skipNested()
	}
	from := r.at
	for r.at < len(r.buf) && !ends[r.buf[r.at]] {
		r.at++
	}
	if !scalar(r.buf[from:r.at]) {
		r.at = from
		return r.fault("a value")
	}
	return nil
}

func (r *jsonReader) skipNested() error {
	depth := 0
	for r.at < len(r.buf) {
		switch r.buf[r.at] {
		case '"':
			if _, _, err := r.quoted(); err != nil {
				return err
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				r.at++
				return nil
			}
		}
		r.at++
	}
	return r.fault("the end of an object or array")
}

// ends are the bytes that end a number or a literal.
var ends = [256]bool{' ': true, '\t': true, '\n': true, '\r': true, ',': true, '}': true, ']': true, ':': true, '"': true, '{': true, '[': true}

// scalar tells whether text is a literal or looks like a number.
func scalar(text []byte) bool {
	switch string(text) {
	case "null", "true", "false":
		return true
	case "":
		return false
	}
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9':
		case i == 0 && c == '-' && len(text) > 1:
		case i > 0 && (c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-'):
		default:
			return false
		}
	}
	return true
}

// unescape resolves the escapes of a JSON string. A wrong escape stays as it is.
func (r *jsonReader) unescape(s []byte) []byte {
	v := r.values
	at := len(v.text)
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			v.text = append(v.text, s[i])
			continue
		}
		i++
		switch s[i] {
		case 'b':
			v.text = append(v.text, '\b')
		case 'f':
			v.text = append(v.text, '\f')
		case 'n':
			v.text = append(v.text, '\n')
		case 'r':
			v.text = append(v.text, '\r')
		case 't':
			v.text = append(v.text, '\t')
		case '"', '\\', '/':
			v.text = append(v.text, s[i])
		case 'u':
			c, size := codePoint(s[i-1:])
			if size == 0 {
				v.text = append(v.text, '\\', 'u')
				continue
			}
			v.text = utf8.AppendRune(v.text, c)
			i += size - 2
		default:
			v.text = append(v.text, '\\', s[i])
		}
	}
	return v.text[at:len(v.text):len(v.text)]
}

// codePoint reads \uXXXX, or two of them that are a surrogate pair, and its length; 0 when it is neither.
func codePoint(s []byte) (rune, int) {
	high, ok := hex4(s)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(high) {
		if low, ok := hex4(s[6:]); ok {
			if c := utf16.DecodeRune(high, low); c != utf8.RuneError {
				return c, 12
			}
		}
		return utf8.RuneError, 6
	}
	return high, 6
}

func hex4(s []byte) (c rune, ok bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for _, b := range s[2:6] {
		switch {
		case b >= '0' && b <= '9':
			c = c<<4 | rune(b-'0')
		case b|0x20 >= 'a' && b|0x20 <= 'f':
			c = c<<4 | rune(b|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return c, true
}

// EachText calls f with every text in a JSON value, and the name of the member that it stands in. Escapes are left
// as they are: addresses and hashes have none.
func EachText(json []byte, f func(name, text []byte)) {
	r := jsonReader{buf: json}
	var name []byte
	for r.at < len(json) {
		if json[r.at] != '"' {
			r.at++
			continue
		}
		text, _, err := r.quoted()
		if err != nil {
			return
		}
		if r.space(); r.at < len(json) && json[r.at] == ':' {
			name = text
			continue
		}
		f(name, text)
	}
}

// Within finds the texts of JSON values with the names of the members that they stand in. It keeps its memory.
type Within struct{ names [][]byte }

// Each calls f with every text in a JSON value, and the names on the way to it, the innermost last; elements of arrays have
// none of their own. What is nested more than 512 deep is left out.
func (w *Within) Each(e *Event, json []byte, f func(names [][]byte, text []byte)) {
	r := jsonReader{buf: json, values: e.values}
	w.names = w.names[:0]
	for r.at < len(json) {
		switch json[r.at] {
		case '"':
			text, escaped, err := r.quoted()
			if err != nil {
				return
			}
			if escaped {
				text = r.unescape(text)
			}
			if r.space(); len(w.names) > 0 && r.at < len(json) && json[r.at] == ':' {
				w.names[len(w.names)-1] = text
			} else {
				f(w.names, text)
			}
			continue
		case '{':
			if len(w.names) == deepest {
				return
			}
			w.names = append(w.names, nil)
		case '}':
			w.names = w.names[:max(len(w.names)-1, 0)]
		}
		r.at++
	}
}

// UnwrapMessage takes the line out of {"message":"…"}, in which some deliver lines.
func UnwrapMessage(record []byte, v *Values) []byte {
	if len(record) == 0 || record[0] != '{' {
		return record
	}
	r := jsonReader{buf: record, at: 1, values: v}
	r.space()
	if name, err := r.name(); err != nil || string(name) != "message" || r.at >= len(record) || record[r.at] != '"' {
		return record
	}
	text, escapes, err := r.quoted()
	if err != nil {
		return record
	}
	if r.space(); r.at != len(record)-1 || record[r.at] != '}' {
		return record
	}
	if escapes {
		text = r.unescape(text)
	}
	return bytes.TrimRight(text, "\r\n")
}
