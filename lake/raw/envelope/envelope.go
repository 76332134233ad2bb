// Package envelope takes records out of the JSON in which AWS services wrap them on their way.
package envelope

import (
	"bytes"
	"slices"
)

// Info is what the envelopes around a record say about it; what they don't say is nil. Where envelopes nest, the
// inner one's word counts. The bytes are valid as long as the record's are.
type Info struct {
	Account   []byte // the owner of the log group, or the event's account
	Region    []byte
	LogGroup  []byte
	LogStream []byte
	ID        []byte // of the log event or of the event
	Time      []byte // milliseconds since 1970 of a log event; RFC 3339 of an event

	DetailType []byte // of an EventBridge event
	Source     []byte
}

// Message is what was wrapped.
type Message struct {
	Data []byte
	Info Info
}

// maxNesting is how many envelopes may lie in each other.
const maxNesting = 4

// Unwrapper takes messages out of envelopes. What is wrapped is unwrapped in turn.
type Unwrapper struct {
	arrays   []string
	text     bool
	messages []Message
	texts    []byte
	whole    bool
}

// NewUnwrapper makes an unwrapper for messages that are JSON, in which arrays are the keys of arrays of records, or
// for messages that are lines of text.
func NewUnwrapper(text bool, arrays []string) *Unwrapper {
	return &Unwrapper{arrays: arrays, text: text}
}

// Looks tells whether an object whose first bytes these are may begin with an envelope. It costs a look at the keys
// of its first JSON object.
func Looks(head []byte) bool {
	found := false
	head = bytes.TrimLeft(head, " \t\r\n[")
	fields(head, func(key, _ []byte) bool {
		switch string(key) {
		case "messageType", "logEvents", "detail-type":
			found = true
		}
		return !found
	})
	return found
}

// Unwrap answers the messages in a record: the record itself if it is no envelope, none if the envelope is only a
// sign of life. They are valid until the next call, and as long as data is. It answers false when an envelope breaks
// off; the messages before that are answered.
func (u *Unwrapper) Unwrap(data []byte) (messages []Message, whole bool) {
	u.messages, u.texts, u.whole = u.messages[:0], u.texts[:0], true
	u.take(data, Info{}, 0)
	return u.messages, u.whole
}

// parts are the values that tell what an object is.
type parts struct {
	messageType, owner, logGroup, logStream, logEvents    []byte
	detailType, detail, account, region, id, time, source []byte
	array                                                 []byte
}

// take takes the messages out of data.
func (u *Unwrapper) take(data []byte, info Info, depth int) {
	value := bytes.TrimSpace(data)
	switch {
	case len(value) == 0:
	case depth == maxNesting:
		u.leave(data, info)
	case value[0] == '[' && !u.text && depth > 0:
		u.takeAll(value, info, depth)
	case value[0] == '{':
		u.takeObject(value, info, depth)
	default:
		u.leave(data, info)
	}
}

func (u *Unwrapper) takeObject(object []byte, info Info, depth int) {
	p, ok := u.split(object)
	switch {
	case !ok:
		u.leave(object, info)
	case p.isLogs():
		u.logs(p, info, depth)
	case p.detailType != nil && len(p.detail) > 0 && p.detail[0] == '{':
		u.event(p, info, depth)
	case p.array != nil && depth > 0:
		u.takeAll(p.array, info, depth)
	default:
		u.leave(object, info)
	}
}

// leave takes data as a message.
func (u *Unwrapper) leave(data []byte, info Info) {
	u.messages = append(u.messages, Message{Data: bytes.TrimRight(data, "\r\n"), Info: info})
}

func (u *Unwrapper) takeAll(array []byte, info Info, depth int) {
	u.whole = elements(array, func(value []byte) { u.take(value, info, depth+1) }) && u.whole
}

// split finds the parts of an object.
func (u *Unwrapper) split(data []byte) (p parts, ok bool) {
	ok = fields(data, func(key, value []byte) bool {
		switch string(key) {
		case "messageType":
			p.messageType = value
		case "owner":
			p.owner = value
		case "logGroup":
			p.logGroup = value
		case "logStream":
			p.logStream = value
		case "logEvents":
			p.logEvents = value
		case "detail-type":
			p.detailType = value
		case "detail":
			p.detail = value
		case "account":
			p.account = value
		case "region":
			p.region = value
		case "id":
			p.id = value
		case "time":
			p.time = value
		case "source":
			p.source = value
		default:
			if !u.text && len(value) > 0 && value[0] == '[' && slices.Contains(u.arrays, string(key)) {
				p.array = value
			}
		}
		return true
	})
	return p, ok
}

// isLogs tells a CloudWatch Logs subscription's envelope:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
func (p *parts) isLogs() bool {
	switch string(p.messageType) {
	case `"DATA_MESSAGE"`, `"CONTROL_MESSAGE"`:
		return len(p.logEvents) > 0 && p.logEvents[0] == '['
	}
	return false
}

// logs takes the log events of a subscription's envelope. Control messages only say that the way is free.
func (u *Unwrapper) logs(p parts, info Info, depth int) {
	if string(p.messageType) == `"CONTROL_MESSAGE"` {
		return
	}
	u.set(&info.Account, p.owner)
	u.set(&info.LogGroup, p.logGroup)
	u.set(&info.LogStream, p.logStream)
	u.whole = elements(p.logEvents, func(event []byte) {
		info, message := info, event // an event without a message is left for the parser to reject
		fields(event, func(key, value []byte) bool {
			switch string(key) {
			case "id":
				u.set(&info.ID, value)
			case "timestamp":
				u.set(&info.Time, value)
			case "message":
				message = value
			}
			return true
		})
		u.take(u.unquote(message), info, depth+1)
	}) && u.whole
}

// event takes the detail of an EventBridge event:
// https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
func (u *Unwrapper) event(p parts, info Info, depth int) {
	u.set(&info.Account, p.account)
	u.set(&info.Region, p.region)
	u.set(&info.ID, p.id)
	u.set(&info.Time, p.time)
	u.set(&info.DetailType, p.detailType)
	u.set(&info.Source, p.source)
	u.take(p.detail, info, depth+1)
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
	from := len(u.texts)
	u.texts = appendText(u.texts, value)
	return u.texts[from:len(u.texts):len(u.texts)]
}
