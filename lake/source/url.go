package source

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
)

// urlParts are the parts of a URL, as they stand in it.
type urlParts struct{ scheme, user, domain, port, path, query, fragment []byte }

// cutURL takes a URL, or what stands for one in a request line, apart. What begins with a slash is a path, also when
// a second slash follows.
func cutURL(b []byte) (u urlParts) {
	if at := bytes.IndexByte(b, '#'); at >= 0 {
		b, u.fragment = b[:at], b[at+1:]
	}
	if at := bytes.IndexByte(b, '?'); at >= 0 {
		b, u.query = b[:at], b[at+1:]
	}
	u.path = b
	at := bytes.IndexByte(b, ':')
	if at <= 0 || !bytes.HasPrefix(b[at:], []byte("://")) || !isScheme(b[:at]) {
		return u
	}
	u.scheme = b[:at]
	b = b[at+3:]
	u.path = nil
	if at := bytes.IndexByte(b, '/'); at >= 0 {
		b, u.path = b[:at], b[at:]
	}
	u.authority(b)
	return u
}

// authority takes user:password@host:port apart. The password is left out.
func (u *urlParts) authority(b []byte) {
	if at := bytes.LastIndexByte(b, '@'); at >= 0 {
		u.user, _, _ = bytes.Cut(b[:at], []byte(":"))
		b = b[at+1:]
	}
	u.domain, u.port = cutPort(b)
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

// cutPort splits host:port. An IPv6 address has a port only behind brackets, which are taken off.
func cutPort(b []byte) (host, port []byte) {
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
type urlOut struct{ scheme, username, domain, port, path, extension, query, fragment Out }

// url finds the fields of a URL, which the source declares by [URLFields].
func (b *Binding) url() urlOut {
	return urlOut{
		scheme: b.Out("url.scheme"), username: b.Out("url.username"), domain: b.Out("url.domain"), port: b.Out("url.port"),
		path: b.Out("url.path"), extension: b.Out("url.extension"), query: b.Out("url.query"), fragment: b.Out("url.fragment"),
	}
}

// setURL fills the fields of a URL's parts that have no value yet. Path and query lose their percent escapes.
func (e *Event) setURL(o *urlOut, u urlParts) {
	path := e.values.unpercent(u.path)
	e.setNew(o.path, path)
	e.setNew(o.extension, extension(path))
	e.setNew(o.query, e.values.unpercent(u.query))
	e.setNew(o.fragment, u.fragment)
	e.setNew(o.scheme, u.scheme)
	e.setNew(o.username, u.user)
	e.setNew(o.domain, u.domain)
	if len(u.port) > 0 && !e.Filled(o.port) {
		if port, ok := parseInt(u.port); ok {
			e.SetInt(o.port, port)
		}
	}
}

func (e *Event) setNew(out Out, text []byte) {
	if len(text) > 0 && !e.Filled(out) {
		e.Set(out, text)
	}
}

// SplitURL is a Finish function that fills the url fields that the mapping leaves empty from a field that holds a URL.
func SplitURL(field string) func(*Binding) func(*Event) error {
	return func(b *Binding) func(*Event) error {
		from, to := b.Out(field), b.url()
		return func(e *Event) error {
			if whole := e.Get(from); len(whole) > 0 {
				e.setURL(&to, cutURL(whole))
			}
			return nil
		}
	}
}
