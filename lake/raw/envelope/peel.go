package envelope

import (
	"bytes"
	"encoding/base64"
	"io"

	"github.com/hindcast/hindcast/lake/raw/unpack/inflate"
)

// Layer is what lies in an envelope.
type Layer struct {
	Envelope string // what kind it is
	Head     []byte // the first bytes of its first message
}

// Looks tells whether an object whose first bytes these are may begin with an envelope. It costs a look at the keys
// of its first JSON object.
func Looks(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n[")
	var p parts
	_ = split(&p, head, nil)
	return p.kind(true) != bare || p.cut && p.mayBe()
}

// Concatenated tells whether an object begins with JSON objects that nothing stands between, as Firehose delivers them:
// not lines, though there may be lines of text in them.
func Concatenated(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	end := fields(head, func(_, _ []byte, _ bool) {})
	return end > 0 && end < len(head) && head[end] == '{'
}

// mayBe tells whether an object of which the beginning is known may turn out to be an envelope.
func (p *parts) mayBe() bool {
	for _, k := range []key{
		messageTypeKey, logEventsKey, detailTypeKey, detailKey, snsMessageKey, bodyKey, lambdaBodyKey, logKey, dataKey, kinesisDataKey, rawDataKey,
	} {
		if p.has(k) {
			return true
		}
	}
	return false
}

// Peel takes the envelopes off an object whose first bytes these are, from the outermost to the innermost. Signs of life
// before the first message are passed over; lonely tells that there is nothing else.
func Peel(head []byte) (layers []Layer, lonely bool) {
	for range maxNesting {
		name, inner, rest := peel(head)
		for name == kindNames[silent] {
			if rest = bytes.TrimLeft(rest, " \t\r\n,]"); len(rest) == 0 {
				return layers, true
			}
			name, inner, rest = peel(rest)
		}
		if name == "" || len(inner) == 0 {
			return layers, false
		}
		layers = append(layers, Layer{name, inner})
		head = inner
	}
	return layers, false
}

// peel takes the first envelope off, which may be cut. rest is what comes behind it.
func peel(head []byte) (name string, inner, rest []byte) {
	if log, ok := Exported(head); ok && holdsObject(append([]byte{'"'}, log[:min(len(log), 64)]...)) {
		return Export, log, nil
	}
	object := bytes.TrimLeft(head, " \t\r\n[")
	var p parts
	end := split(&p, object, nil)
	k := p.kind(true)
	if end < 0 {
		end = len(object)
	}
	rest = object[end:]
	switch k {
	case bare, silent:
		return kindNames[k], nil, rest
	case batch:
		inner = firstElement(p.values[recordsKey])
		if data := dataOf(inner); p.has(requestIDKey) && data != nil {
			inner = beginning(data, true)
		}
	case cloudWatchLogs:
		_ = fields(firstElement(p.values[logEventsKey]), func(name, value []byte, _ bool) {
			if string(name) == "message" {
				inner = beginning(value, false)
			}
		})
	default:
		value, packed := p.payload(k)
		inner = beginning(value, packed)
	}
	return kindNames[k], inner, rest
}

// beginning is what a value that may be cut says, as far as that can be told.
func beginning(value []byte, packed bool) []byte {
	if len(value) == 0 || value[0] != '"' {
		return value
	}
	if end := stringEnd(value, 0); end > 0 {
		value = value[:end]
	} else {
		value = append(append([]byte{}, bytes.TrimRight(value, `\`)...), '"')
	}
	text := appendText(nil, value)
	if !packed {
		return text
	}
	data := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, _ := base64.StdEncoding.Decode(data, text) // as far as it goes
	data = data[:n]
	for range maxPacked {
		if isGzip(data) {
			r := inflate.NewReader(bytes.NewReader(data))
			data, _ = io.ReadAll(io.LimitReader(r, peeled))
			_ = r.Close() // it has no error of its own
		}
	}
	return data
}

// peeled is how much of packed data is looked at.
const peeled = 64 << 10
