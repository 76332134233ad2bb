package database

import (
	"bytes"
	"errors"

	"github.com/hindcast/hindcast/lake/source"
)

// mskFinish is what a broker's record says in its message.
type mskFinish struct {
	stamp, level, message source.In

	time, kind, category, action, outcome, reason source.Out
	user, address, ip, port                       source.Out
	cluster, uuid, broker                         source.Out
	operation, resource, principal                source.Out
	group, topic                                  source.Out
	lags                                          [3]source.Out
}

func finishMSK(b *source.Binding) func(*source.Event) error {
	f := &mskFinish{
		stamp: b.In("time"), level: b.In("level"), message: b.In("message"),
		time: b.Out("@timestamp"), kind: b.Out("event.type"), category: b.Out("event.category"), action: b.Out("event.action"),
		outcome: b.Out("event.outcome"), reason: b.Out("event.reason"),
		user: b.Out("user.name"), address: b.Out("source.address"), ip: b.Out("source.ip"), port: b.Out("source.port"),
		cluster: b.Out("aws.msk.cluster.name"), uuid: b.Out("aws.msk.cluster.uuid"), broker: b.Out("aws.msk.broker.id"),
		operation: b.Out("kafka.acl.operation"), resource: b.Out("kafka.acl.resource"), principal: b.Out("kafka.acl.principal"),
		group: b.Out("kafka.consumer_lag.group"), topic: b.Out("kafka.consumer_lag.topic"),
		lags: [3]source.Out{b.Out("kafka.consumer_lag.sum"), b.Out("kafka.consumer_lag.max"), b.Out("kafka.consumer_lag.seconds")},
	}
	return f.finish
}

var errNoStart = errors.New("the record has no time in brackets and no level: its beginning is in another object")

func (f *mskFinish) finish(e *source.Event) error {
	f.setBroker(e)
	ms, n := cutClock(e.Text(f.stamp))
	if n == 0 {
		var ok bool
		if ms, ok = e.Sent(); !ok {
			return errNoStart
		}
	}
	e.SetTime(f.time, ms)
	switch string(e.Text(f.level)) {
	case "ERROR", "FATAL":
		e.SetText(f.kind, "error")
	default:
		e.SetText(f.kind, "info")
	}
	f.setMessage(e, e.Text(f.message))
	return nil
}

// setBroker reads the cluster and the broker of a key, …/name-uuid-1/2026-01-31-10/Broker-1_10-00_x.log.gz, or of a stream.
func (f *mskFinish) setBroker(e *source.Event) {
	if stream := e.Delivery().LogStream; len(stream) > 0 {
		setBrokerBy(f, e, stream)
		return
	}
	setBrokerBy(f, e, e.Key())
}

func setBrokerBy[T string | []byte](f *mskFinish, e *source.Event, path T) {
	const broker = "Broker-"
	for i := 0; i+len(broker) < len(path); i++ {
		if string(path[i:i+len(broker)]) != broker {
			continue
		}
		end := i + len(broker)
		for end < len(path) && source.IsDigit(path[end]) {
			end++
		}
		e.Set(f.broker, []byte(path[i+len(broker):end]))
		break
	}
	from := 0
	for i := range len(path) {
		switch {
		case path[i] == '/':
			from = i + 1
		case path[i] == '-' && i > from && i+37 <= len(path) && isUUID(path[i+1:i+37]):
			e.Set(f.cluster, []byte(path[from:i]))
			e.Set(f.uuid, []byte(path[i+1:i+37]))
			return
		}
	}
}

// isUUID tells 36 hexadecimal digits and dashes.
func isUUID[T string | []byte](text T) bool {
	for i := range len(text) {
		c := text[i]
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !source.IsDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

func (f *mskFinish) setMessage(e *source.Event, message []byte) {
	if lag, ok := bytes.CutPrefix(message, []byte("ConsumerLag for ")); ok {
		f.setLag(e, lag)
		return
	}
	if principal, ok := bytes.CutPrefix(message, []byte("Principal = ")); ok {
		f.setDecision(e, principal)
		return
	}
	if at := bytes.Index(message, []byte("Failed authentication with ")); at >= 0 {
		f.setFailed(e, message[at+len("Failed authentication with "):])
	}
}

// setLag reads groupId=g topic=t : SumLag=3 MaxLag=1 TimeLag=60.
func (f *mskFinish) setLag(e *source.Event, text []byte) {
	e.SetText(f.action, "consumer-lag")
	t := source.Tokens{Line: text}
	for t.More() {
		name, value, _ := bytes.Cut(t.Word(), []byte("="))
		switch string(name) {
		case "groupId":
			e.Set(f.group, value)
		case "topic":
			e.Set(f.topic, value)
		case "SumLag":
			setNumber(e, f.lags[0], value)
		case "MaxLag":
			setNumber(e, f.lags[1], value)
		case "TimeLag":
			setNumber(e, f.lags[2], value)
		}
	}
}

func setNumber(e *source.Event, out source.Out, digits []byte) {
	if n, ok := source.ParseInt(digits); ok {
		e.SetInt(out, n)
	}
}

// setDecision reads what an authorizer has decided: User:CN=a is Denied operation = READ from host = 192.0.2.1 on
// resource = Topic:LITERAL:t for request = Fetch with resourceRefCount = 1.
func (f *mskFinish) setDecision(e *source.Event, text []byte) {
	principal, rest, ok := bytes.Cut(text, []byte(" is "))
	if !ok {
		return
	}
	e.SetText(f.action, "authorization")
	e.SetText(f.category, "iam")
	e.Set(f.principal, principal)
	if _, name, ok := bytes.Cut(principal, []byte(":")); ok {
		e.Set(f.user, name)
	}
	switch {
	case bytes.HasPrefix(rest, []byte("Denied")):
		e.SetText(f.outcome, "failure")
	case bytes.HasPrefix(rest, []byte("Allowed")):
		e.SetText(f.outcome, "success")
	}
	e.Set(f.operation, wordAfter(rest, "peration = "))
	e.Set(f.resource, wordAfter(rest, "resource = "))
	f.setPeer(e, wordAfter(rest, "host = "))
}

// wordAfter is the word behind a text.
func wordAfter(text []byte, before string) []byte {
	_, rest, _ := bytes.Cut(text, []byte(before))
	word, _, _ := bytes.Cut(rest, []byte(" "))
	return word
}

func (f *mskFinish) setPeer(e *source.Event, host []byte) {
	e.Set(f.address, host)
	e.Set(f.ip, host)
}

// setFailed reads /192.0.2.1 (channelId=10.0.0.1:9094-192.0.2.1:40000-1) (SSL handshake failed).
func (f *mskFinish) setFailed(e *source.Event, rest []byte) {
	e.SetText(f.action, "authentication-failed")
	e.SetText(f.category, "authentication")
	e.SetText(f.outcome, "failure")
	host, _, _ := bytes.Cut(rest, []byte(" "))
	if _, address, ok := cutLast(host, '/'); ok {
		host = address
	}
	f.setPeer(e, host)
	if open := bytes.LastIndexByte(rest, '('); open >= 0 {
		e.Set(f.reason, bytes.TrimRight(rest[open+1:], ")"))
	}
}
