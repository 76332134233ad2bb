// Package envelope takes records out of what AWS services wrap them in on their way: the subscriptions and exports of
// CloudWatch Logs, EventBridge, SNS, SQS, Kinesis and Firehose, Firelens; in whatever nesting.
//
// What is no envelope, or one that can't be opened, is left for the parser, which rejects it if it makes no sense.
package envelope

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/lake/raw/frame"
)

// Message is what was wrapped.
type Message struct {
	Data     []byte
	id, time []byte
	shared   *Info
}

// Info is what the envelopes say of the message.
func (m *Message) Info() Info {
	info := *m.shared
	info.ID, info.Time = m.id, m.time
	return info
}

const (
	maxNesting = 16       // envelopes that may lie in each other, arrays of records among them
	maxTexts   = 64 << 20 // bytes that the texts in one envelope may take when their escapes and packing are undone
	keptTexts  = 4 << 20  // of them that are kept for the next envelope
	keptCount  = 1 << 14  // messages that are kept room for
)

// Unwrapper takes messages out of envelopes. What is wrapped is unwrapped in turn.
type Unwrapper struct {
	framing frame.Framing
	text    bool                 // the records are no JSON
	keep    [len(kindNames)]bool // the kinds that are left around the records

	messages []Message
	texts    []byte
	used     int // bytes of texts, those that were moved included
	infos    []*Info
	taken    int // infos that are in use
	silent   int64
	problem  string
}

// NewUnwrapper makes an unwrapper for the envelopes around a log with such a framing.
func NewUnwrapper(f frame.Framing) *Unwrapper {
	u := &Unwrapper{framing: f, text: f.Kind != frame.JSON}
	for k, name := range kindNames {
		u.keep[k] = slices.Contains(f.Keep, name)
	}
	return u
}

// place is where in the nesting something lies.
type place struct {
	shared   *Info
	id, time []byte
	depth    int
	stream   []byte // of an export
	lines    bool   // what lies there may be several lines
}

// Unwrap answers the messages in a record: the record itself if it is no envelope, none if the envelope is only a
// sign of life. They are valid until the next call, and as long as data is. It answers a problem when an envelope breaks
// off, or can't be opened to its end; the messages before that are answered.
func (u *Unwrapper) Unwrap(data []byte) (messages []Message, problem string) {
	return u.unwrap(data, place{})
}

// UnwrapExported is [Unwrapper.Unwrap] for a log event of an export, of which data begins with the time.
func (u *Unwrapper) UnwrapExported(data []byte, stream []byte) (messages []Message, problem string) {
	message, ok := Exported(data)
	if !ok {
		return u.unwrap(data, place{})
	}
	return u.unwrap(message, place{depth: 1, time: data[:len(exportTime)-1], stream: stream})
}

func (u *Unwrapper) unwrap(data []byte, at place) ([]Message, string) {
	u.reset()
	at.shared = u.newInfo(nil)
	at.shared.LogStream = at.stream
	u.take(data, at)
	if len(u.messages) == 0 && u.silent == 0 && u.problem == "" {
		u.silent = 1
	}
	return u.messages, u.problem
}

// Silent is how many of the envelopes that were opened by the last call are signs of life, or empty.
func (u *Unwrapper) Silent() int64 { return u.silent }

func (u *Unwrapper) reset() {
	if cap(u.texts) > keptTexts {
		u.texts = nil
	}
	if cap(u.messages) > keptCount {
		u.messages = nil
	}
	u.messages, u.texts, u.used, u.taken, u.silent, u.problem = u.messages[:0], u.texts[:0], 0, 0, 0, ""
}

// newInfo is a copy of an info that envelopes may add to.
func (u *Unwrapper) newInfo(of *Info) *Info {
	if u.taken == len(u.infos) {
		u.infos = append(u.infos, &Info{})
	}
	info := u.infos[u.taken]
	u.taken++
	*info = Info{}
	if of != nil {
		*info = *of
	}
	return info
}

// take takes the messages out of data.
func (u *Unwrapper) take(data []byte, at place) {
	value := bytes.TrimSpace(data)
	switch {
	case len(value) == 0:
	case at.depth >= maxNesting:
		u.leave(data, at)
	case value[0] == '{':
		u.takeObjects(data, value, at)
	case u.text || at.depth == 0:
		u.leave(data, at)
	case value[0] == '[':
		u.takeAll(value, at)
	case value[0] == '"' && stringEnd(value, 0) == len(value):
		at.depth++
		u.take(u.unquote(value), at)
	default:
		u.leave(data, at)
	}
}

// takeObjects takes objects that may stand one behind the other in a message.
func (u *Unwrapper) takeObjects(data, value []byte, at place) {
	for first := true; len(value) > 0; first = false {
		var p parts
		end := split(&p, value, u.framing.Arrays)
		if end < 0 {
			u.leave(value, at)
			return
		}
		rest := bytes.TrimLeft(value[end:], " \t\r\n,\x1e")
		switch {
		case len(rest) > 0 && rest[0] != '{' && first && u.text:
			u.leave(data, at) // a line that begins like JSON
			return
		case len(rest) > 0 && (rest[0] != '{' || at.depth == 0):
			u.leave(value, at)
			return
		}
		u.takeObject(&p, value[:end], at)
		value = rest
	}
}

func (u *Unwrapper) takeObject(p *parts, object []byte, at place) {
	k := p.kind(u.text)
	switch {
	case u.keep[k] || k == bare && (p.array == nil || at.depth == 0 || u.text):
		u.leave(object, at)
	case k == bare:
		u.takeAll(p.array, at)
	case k == silent:
		u.silent++
	case k == cloudWatchLogs:
		u.logs(p, at)
	case k == batch:
		u.batch(p, at)
	default:
		u.single(p, k, object, at)
	}
}

// leave takes data as a message, or its lines as one each where many may have been sent at once.
func (u *Unwrapper) leave(data []byte, at place) {
	if !at.lines || !u.text {
		u.add(data, at)
		return
	}
	start := 0
	for i := 0; i < len(data); {
		next := len(data)
		if k := bytes.IndexByte(data[i:], '\n'); k >= 0 {
			next = i + k + 1
		}
		if i > start && u.begins(data[start:i], data[i:next]) {
			u.add(data[start:i], at)
			start = i
		}
		i = next
	}
	u.add(data[start:], at)
}

// begins tells whether a line is the first of a record, and not one more of the record before it.
func (u *Unwrapper) begins(before, line []byte) bool {
	f := &u.framing
	line = bytes.TrimRight(line, "\r\n")
	switch {
	case f.Kind == frame.Lines:
		return true
	case f.First == nil:
		return false
	}
	return f.First(line) && (f.GoesOn == nil || !f.GoesOn(before, line))
}

func (u *Unwrapper) add(data []byte, at place) {
	if data = bytes.TrimRight(data, "\r\n"); len(data) > 0 {
		u.messages = append(u.messages, Message{data, at.id, at.time, at.shared})
	}
}

func (u *Unwrapper) takeAll(array []byte, at place) {
	at.depth++
	if !elements(array, func(value []byte) { u.take(value, at) }) {
		u.fail(breaksOff)
	}
}

const breaksOff = "an envelope that breaks off"

func (u *Unwrapper) fail(problem string) {
	if u.problem == "" {
		u.problem = problem
	}
}

// set keeps what an envelope says, unless it says nothing.
func (u *Unwrapper) set(field *[]byte, value []byte) {
	if value = u.unquote(value); len(value) > 0 && string(value) != "null" {
		*field = value
	}
}

// unquote is the text of a JSON string, and any other value as it is.
func (u *Unwrapper) unquote(value []byte) []byte {
	if len(value) < 2 || value[0] != '"' {
		return value
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return value[1 : len(value)-1]
	}
	if !u.room(len(value)) {
		return value
	}
	from := len(u.texts)
	u.texts = appendText(u.texts, value)
	return u.texts[from:len(u.texts):len(u.texts)]
}

// room tells whether there is room for another text, and takes note of it.
func (u *Unwrapper) room(n int) bool {
	if u.used+n > maxTexts {
		u.fail(fmt.Sprintf("an envelope that unpacks to more than %d bytes", maxTexts))
		return false
	}
	u.used += n
	return true
}
