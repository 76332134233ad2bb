package source

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
)

// URLParts are the parts of a URL, as they stand in it.
type URLParts struct{ Scheme, User, Domain, Port, Path, Query, Fragment []byte }

// CutURL takes a URL, or what stands for one in a request line, apart. What begins with a slash is a path, also when
// a second slash follows.
func CutURL(b []byte) (u URLParts) {
	if at := bytes.IndexByte(b, '#'); at >= 0 {
		b, u.Fragment = b[:at], b[at+1:]
	}
	if at := bytes.IndexByte(b, '?'); at >= 0 {
		b, u.Query = b[:at], b[at+1:]
	}
	u.Path = b
	at := bytes.IndexByte(b, ':')
	if at <= 0 || !bytes.HasPrefix(b[at:], []byte("://")) || !isScheme(b[:at]) {
		return u
	}
	u.Scheme = b[:at]
	b = b[at+3:]
	u.Path = nil
	if at := bytes.IndexByte(b, '/'); at >= 0 {
		b, u.Path = b[:at], b[at:]
	}
	u.Authority(b)
	return u
}

// Authority takes user:password@host:port apart. The password is left out.
func (u *URLParts) Authority(b []byte) {
	if at := bytes.LastIndexByte(b, '@'); at >= 0 {
		u.User, _, _ = bytes.Cut(b[:at], []byte(":"))
		b = b[at+1:]
	}
	u.Domain, u.Port = CutPort(b)
}

func isScheme(b []byte) bool {
	for i, c := range b {
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		default:
			return false
		}
	}
	return true
}

// CutPort splits host:port. An IPv6 address has a port only behind brackets, which are taken off.
func CutPort(b []byte) (host, port []byte) {
	if len(b) > 0 && b[0] == '[' {
		end := bytes.IndexByte(b, ']')
		if end < 0 {
			return b, nil
		}
		if rest := b[end+1:]; len(rest) > 0 && rest[0] == ':' {
			port = rest[1:]
		}
		return b[1:end], port
	}
	at := bytes.IndexByte(b, ':')
	if at < 0 || bytes.IndexByte(b[at+1:], ':') >= 0 {
		return b, nil
	}
	return b[:at], b[at+1:]
}

// extension is what follows the last dot of a path's last segment.
func extension(path []byte) []byte {
	segment := path[bytes.LastIndexByte(path, '/')+1:]
	if at := bytes.LastIndexByte(segment, '.'); at >= 0 {
		return segment[at+1:]
	}
	return nil
}

// unpercent resolves %41; what is no such escape stays as it is.
func (v *Values) unpercent(b []byte) []byte {
	at := bytes.IndexByte(b, '%')
	if at < 0 {
		return b
	}
	from := len(v.text)
	v.text = append(v.text, b[:at]...)
	for i := at; i < len(b); i++ {
		c := b[i]
		if c == '%' {
			if x, ok := hexByte(b[i+1:]); ok {
				c = x
				i += 2
			}
		}
		v.text = append(v.text, c)
	}
	return v.text[from:len(v.text):len(v.text)]
}

// hexByte reads two hexadecimal digits.
func hexByte(b []byte) (byte, bool) {
	if len(b) < 2 {
		return 0, false
	}
	high, ok1 := hexDigit(b[0])
	low, ok2 := hexDigit(b[1])
	return high<<4 | low, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// URLFields are the fields that the parts of a URL go to.
func URLFields() []ecs.Field {
	return []ecs.Field{
		{Name: "url.scheme"}, {Name: "url.username"}, {Name: "url.domain"}, {Name: "url.port"},
		{Name: "url.path"}, {Name: "url.extension"}, {Name: "url.query"}, {Name: "url.fragment"},
	}
}

// urlOut is where the parts of a URL go.
type URL struct{ Scheme, Username, Domain, Port, Path, Extension, Query, Fragment Out }

// URL finds the fields of a URL, which the source declares by [URLFields].
func (b *Binding) URL() URL {
	return URL{
		Scheme: b.Out("url.scheme"), Username: b.Out("url.username"), Domain: b.Out("url.domain"), Port: b.Out("url.port"),
		Path: b.Out("url.path"), Extension: b.Out("url.extension"), Query: b.Out("url.query"), Fragment: b.Out("url.fragment"),
	}
}

// SetURL fills the fields of a URL's parts that have no value yet. Path and query lose their percent escapes.
func (e *Event) SetURL(o *URL, u URLParts) {
	path := e.values.unpercent(u.Path)
	e.SetNew(o.Path, path)
	e.SetNew(o.Extension, extension(path))
	e.SetNew(o.Query, e.values.unpercent(u.Query))
	e.SetNew(o.Fragment, u.Fragment)
	e.SetNew(o.Scheme, u.Scheme)
	e.SetNew(o.Username, u.User)
	e.SetNew(o.Domain, u.Domain)
	if len(u.Port) > 0 && !e.Filled(o.Port) {
		if port, ok := ParseInt(u.Port); ok {
			e.SetInt(o.Port, port)
		}
	}
}

func (e *Event) SetNew(out Out, text []byte) {
	if len(text) > 0 && !e.Filled(out) {
		e.Set(out, text)
	}
}

// SplitURL is a Finish function that fills the url fields that the mapping leaves empty from a field that holds a URL.
func SplitURL(field string) func(*Binding) func(*Event) error {
	return func(b *Binding) func(*Event) error {
		from, to := b.Out(field), b.URL()
		return func(e *Event) error {
			if whole := e.Get(from); len(whole) > 0 {
				e.SetURL(&to, CutURL(whole))
			}
			return nil
		}
	}
}

// Unpercent resolves the percent escapes of a text; what is no such escape stays as it is.
func (e *Event) Unpercent(text []byte) []byte { return e.values.unpercent(text) }
