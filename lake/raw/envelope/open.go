package envelope

import (
	"bytes"
	"encoding/base64"
	"io"

	"github.com/hindcast/hindcast/lake/raw/unpack/inflate"
)

// logs takes the log events of a subscription's envelope.
func (u *Unwrapper) logs(p *parts, at place) {
	at.shared = u.newInfo(at.shared)
	u.set(&at.shared.Account, p.values[ownerKey])
	u.set(&at.shared.LogGroup, p.values[logGroupKey])
	u.set(&at.shared.LogStream, p.values[logStreamKey])
	at.depth++
	at.lines = false
	before := len(u.messages)
	if !objects(p.values[logEventsKey], func(event []byte) (end int) { return u.logEvent(event, at) }) {
		u.fail(breaksOff)
	}
	if len(u.messages) == before && u.problem == "" {
		u.silent++
	}
}

// logEvent takes the one that data begins with, and answers where it ends. One without a message is left for the parser to
// reject, and so is what is no object.
func (u *Unwrapper) logEvent(data []byte, at place) (end int) {
	var message []byte
	end = fields(data, func(name, value []byte, whole bool) {
		if !whole {
			return
		}
		switch string(name) {
		case "id":
			u.set(&at.id, value)
		case "timestamp":
			u.set(&at.time, value)
		case "message":
			message = value
		case "@aws.account", "@aws.region", "extractedFields":
			u.system(&at, name, value)
		}
	})
	if end < 0 {
		event, next := value(data, 0)
		if event != nil {
			u.leave(event, at)
		}
		return next
	}
	if message == nil {
		message = data[:end]
	}
	u.take(u.unquote(message), at)
	return end
}

// system takes note of where a log event of a central log group came from, if the subscription sends that:
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html
func (u *Unwrapper) system(at *place, name, value []byte) {
	if string(name) == "extractedFields" {
		if bytes.Contains(value, []byte(`"@aws.`)) {
			_ = fields(value, func(name, value []byte, _ bool) {
				if string(name) == "@aws.account" || string(name) == "@aws.region" {
					u.system(at, name, value)
				}
			})
		}
		return
	}
	at.shared = u.newInfo(at.shared)
	if string(name) == "@aws.account" {
		u.set(&at.shared.Account, value)
		return
	}
	u.set(&at.shared.Region, value)
}

// batch takes messages that lie together in an array.
func (u *Unwrapper) batch(p *parts, at place) {
	at.depth++
	at.lines = true
	bare := p.has(requestIDKey) // {"data":…} alone tells nothing
	ok := elements(p.values[recordsKey], func(value []byte) {
		if data := dataOf(value); bare && data != nil {
			u.takeData(data, value, at)
			return
		}
		u.take(value, at)
	})
	if !ok {
		u.fail(breaksOff)
	}
}

// single takes the message of an envelope that has one.
func (u *Unwrapper) single(p *parts, k kind, object []byte, at place) {
	value, packed := p.payload(k)
	at.depth++
	at.lines = k != firelens && k != eventBridge
	switch k {
	case eventBridge:
		u.event(p, &at)
	case sns:
		u.set(&at.id, p.values[messageIDKey])
		u.set(&at.time, p.values[timestampKey])
	case sqs:
		u.set(&at.id, p.values[messageIDKey])
		u.set(&at.id, p.values[lambdaMessageIDKey])
	case firelens:
		u.container(p, &at)
	}
	switch {
	case packed:
		u.takeData(value, object, at)
	case len(value) == 0 || value[0] != '"' && value[0] != '{' && value[0] != '[':
		u.leave(object, at) // null, or a number
	default:
		u.take(u.unquote(value), at)
	}
}

// event notes what EventBridge says:
// https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
func (u *Unwrapper) event(p *parts, at *place) {
	info := u.newInfo(at.shared)
	at.shared = info
	u.set(&info.Account, p.values[accountKey])
	u.set(&info.Region, p.values[regionKey])
	u.set(&at.id, p.values[idKey])
	u.set(&at.time, p.values[timeKey])
	u.set(&info.DetailType, p.values[detailTypeKey])
	u.set(&info.Source, p.values[sourceKey])
	if r := p.values[resourcesKey]; p.is(resourcesKey, '[') && skipSpace(r, 1) < len(r)-1 { // some are named
		info.Resources = p.values[resourcesKey]
	}
}

// container notes what Firelens says. The task's ARN has the region and the account:
// arn:aws:ecs:eu-central-1:111122223333:task/cluster/0123456789abcdef
func (u *Unwrapper) container(p *parts, at *place) {
	info := u.newInfo(at.shared)
	at.shared = info
	u.set(&info.ContainerID, p.values[containerIDKey])
	u.set(&info.ContainerName, p.values[containerNameKey])
	u.set(&info.Cluster, p.values[clusterKey])
	u.set(&info.TaskARN, p.values[taskARNKey])
	u.set(&info.TaskDefinition, p.values[taskDefinitionKey])
	u.set(&info.Instance, p.values[instanceKey])
	u.set(&info.Stream, p.values[sourceKey])
	arn := info.TaskARN
	for i := range 5 {
		word, rest, ok := bytes.Cut(arn, []byte(":"))
		switch {
		case !ok || i == 0 && string(word) != "arn":
			return
		case i == 3 && len(word) > 0:
			info.Region = word
		case i == 4 && len(word) == len("111122223333"):
			info.Account = word
		}
		arn = rest
	}
}

// takeData takes what is in base64. What can't be decoded is left as the object that it came in.
func (u *Unwrapper) takeData(value, object []byte, at place) {
	text := u.unquote(value)
	if !u.room(base64.StdEncoding.DecodedLen(len(text))) {
		return
	}
	data := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(data, text)
	if err != nil {
		u.leave(object, at)
		return
	}
	data = data[:n]
	for range maxPacked {
		if !isGzip(data) {
			break
		}
		if data, err = u.inflate(data); err != nil {
			u.fail("an envelope whose packed data can't be unpacked: " + err.Error())
			break
		}
	}
	u.take(data, at)
}

// maxPacked is how many times the data of an envelope may be packed.
const maxPacked = 2

func isGzip(data []byte) bool { return len(data) > 2 && data[0] == 0x1f && data[1] == 0x8b }

// inflate unpacks gzip, as far as there is room.
func (u *Unwrapper) inflate(data []byte) ([]byte, error) {
	r := inflate.NewReader(bytes.NewReader(data))
	defer r.Close()
	out, err := io.ReadAll(io.LimitReader(r, int64(maxTexts-u.used)))
	if !u.room(len(out) + 1) { // it is as long as there was room
		return nil, nil
	}
	return out, err
}
