package host

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf8"
)

// tag is a tag of XML: its name, and what else stands in it.
type tag struct {
	name, attributes []byte
	closing          bool // </name>
	empty            bool // <name/>
}

// xmlReader goes over the XML that Windows writes for an event. It knows tags, attributes, text, character references and
// CDATA; declarations of types are not XML that Windows writes.
type xmlReader struct {
	b    []byte
	at   int
	text []byte // texts without their references
}

var errTag = errors.New("the XML breaks off within a tag")

// next goes to the next tag and answers it with the text before it; done tells that there is no more.
func (x *xmlReader) next() (t tag, text []byte, done bool, err error) {
	from, start := x.at, len(x.text)
	decoded := false
	for {
		n := bytes.IndexByte(x.b[x.at:], '<')
		if n < 0 {
			x.at = len(x.b)
			return t, nil, true, nil
		}
		x.at += n
		rest := x.b[x.at:]
		switch {
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			end := bytes.Index(rest, []byte("]]>"))
			if end < 0 {
				return t, nil, false, errTag
			}
			x.decode(x.b[from:x.at])
			x.text = append(x.text, rest[len("<![CDATA["):end]...)
			decoded = true
			x.at += end + len("]]>")
			from = x.at
			continue
		case bytes.HasPrefix(rest, []byte("<!--")), bytes.HasPrefix(rest, []byte("<?")):
			end := bytes.IndexByte(rest, '>')
			if end < 0 {
				return t, nil, false, errTag
			}
			x.at += end + 1
			from = x.at
			continue
		}
		if text = x.b[from:x.at]; decoded || bytes.IndexByte(text, '&') >= 0 {
			x.decode(text)
			text = x.text[start:len(x.text):len(x.text)]
		}
		t, err = x.tag()
		return t, text, false, err
	}
}

// tag reads the tag that begins here. Quotes in it may hold what would end it.
func (x *xmlReader) tag() (t tag, err error) {
	b := x.b[x.at+1:]
	end, quote := 0, byte(0)
	for ; end < len(b); end++ {
		switch c := b[end]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
			continue
		case c == '"' || c == '\'':
			quote = c
			continue
		case c != '>':
			continue
		}
		break
	}
	if end == len(b) {
		return t, errTag
	}
	x.at += end + 2
	b = b[:end]
	if len(b) > 0 && b[0] == '/' {
		t.closing, b = true, b[1:]
	} else if len(b) > 0 && b[len(b)-1] == '/' {
		t.empty, b = true, b[:len(b)-1]
	}
	if at := bytes.IndexAny(b, " \t\r\n"); at >= 0 {
		b, t.attributes = b[:at], b[at+1:]
	}
	if at := bytes.IndexByte(b, ':'); at >= 0 { // of a namespace
		b = b[at+1:]
	}
	t.name = b
	return t, nil
}

// attribute is the value of an attribute of a tag; nil when it has none of that name.
func (x *xmlReader) attribute(t *tag, name string) []byte {
	for rest := t.attributes; ; {
		key, value, ok := bytes.Cut(rest, []byte("="))
		value = bytes.TrimLeft(value, " \t\r\n")
		if !ok || len(value) == 0 || value[0] != '"' && value[0] != '\'' {
			return nil
		}
		end := bytes.IndexByte(value[1:], value[0])
		if end < 0 {
			return nil
		}
		if string(bytes.TrimSpace(key)) == name {
			return x.plain(value[1 : 1+end])
		}
		rest = value[end+2:]
	}
}

// plain is text without its references.
func (x *xmlReader) plain(text []byte) []byte {
	if bytes.IndexByte(text, '&') < 0 {
		return text
	}
	start := len(x.text)
	x.decode(text)
	return x.text[start:len(x.text):len(x.text)]
}

// decode appends text without its references. What is no reference stays as it is.
func (x *xmlReader) decode(text []byte) {
	for {
		at := bytes.IndexByte(text, '&')
		if at < 0 {
			x.text = append(x.text, text...)
			return
		}
		x.text = append(x.text, text[:at]...)
		text = text[at:]
		end := bytes.IndexByte(text[:min(len(text), 12)], ';')
		if end < 0 {
			x.text = append(x.text, '&')
			text = text[1:]
			continue
		}
		if r := reference(text[1:end]); r >= 0 {
			x.text = utf8.AppendRune(x.text, r)
		} else {
			x.text = append(x.text, text[:end+1]...)
		}
		text = text[end+1:]
	}
}

// reference is the character that amp, #13 or #x41 stands for, or -1.
func reference(name []byte) rune {
	switch string(name) {
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "amp":
		return '&'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	if len(name) < 2 || name[0] != '#' {
		return -1
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' || digits[0] == 'X' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return -1
	}
	return rune(n)
}
