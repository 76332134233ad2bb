package database

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// MSK is the logs of the brokers of Managed Streaming for Apache Kafka.
func MSK() *source.Source {
	return &source.Source{
		Name:    "aws_msk",
		Title:   "Amazon MSK broker logs",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/msk/latest/developerguide/msk-logging.html",
			"https://logging.apache.org/log4j/2.x/manual/pattern-layout.html",
		},
		Keys:  []string{`/KafkaBrokerLogs/`, `(?i)(^|[/_-])(msk|kafka)[-_]?(broker)?[-_]?logs?/`},
		Looks: looksLikeMSK,
		Notes: "Cluster and broker are from the object's key or the log stream. Lines that go on from a record, such as a stack trace, belong to it; " +
			"ones without a beginning have the envelope's time, or are rejected. Times are in UTC.",

		Framing: frame.Framing{Kind: frame.Multiline, First: isMSKFirst},
		Divide:  mskLog,
		Static:  source.Fixed("event.kind", "event", "cloud.provider", "aws", "event.module", "kafka", "event.dataset", "kafka.log"),
		Map: []source.Mapping{
			{To: "log.level", From: "level"},
			{To: "log.logger", From: "class"},
			{To: "message", From: "message"},
			{To: "kafka.log.class", From: "class", Doc: "class that wrote the record"},
			{To: "kafka.log.component", From: "component", Doc: "part of the broker that wrote the record"},
			{To: "kafka.log.trace.class", From: "exception", Doc: "class of the exception"},
			{To: "kafka.log.trace.message", From: "reason", Doc: "message of the exception"},
			{To: "kafka.log.trace.full", From: "trace", Unique: true, Doc: "the lines behind the first"},
		},
		Extra: []ecs.Field{
			{Name: "@timestamp"}, {Name: "event.type"}, {Name: "event.category"}, {Name: "event.action"}, {Name: "event.outcome"}, {Name: "event.reason"},
			{Name: "user.name"}, {Name: "source.address"}, {Name: "source.ip"}, {Name: "source.port"},
			{Name: "aws.msk.cluster.name", Related: "related.hosts", Doc: "cluster"},
			{Name: "aws.msk.cluster.uuid", Doc: "identifier of the cluster"},
			{Name: "aws.msk.broker.id", Doc: "number of the broker"},
			{Name: "kafka.acl.operation", Doc: "what a client wanted to do: Read, Write, Describe …"},
			{Name: "kafka.acl.resource", Doc: "what it wanted to do that to"},
			{Name: "kafka.acl.principal", Kind: ecs.User, Related: "related.user", Doc: "whom the broker took it for"},
			{Name: "kafka.consumer_lag.group", Doc: "consumer group"},
			{Name: "kafka.consumer_lag.topic", Doc: "topic that it reads"},
			{Name: "kafka.consumer_lag.sum", Type: ecs.Int, Doc: "messages that it lags behind, of all partitions"},
			{Name: "kafka.consumer_lag.max", Type: ecs.Int, Doc: "messages that it lags behind, of the worst partition"},
			{Name: "kafka.consumer_lag.seconds", Type: ecs.Int, Doc: "seconds that it lags behind"},
		},
		Finish: finishMSK,
	}
}

// isMSKFirst tells a line with a time in brackets and a level.
func isMSKFirst(line []byte) bool {
	_, n := cutMSKHead(line)
	return n > 0
}

var mskLevels = [...]string{"INFO", "WARN", "ERROR", "DEBUG", "TRACE", "FATAL"}

// cutMSKHead cuts [2026-01-31 10:00:00,123] INFO off. It answers the level and how many bytes that takes.
func cutMSKHead(line []byte) (level []byte, n int) {
	if len(line) < 26 || line[0] != '[' {
		return nil, 0
	}
	_, size := cutClock(line[1:])
	if size == 0 || len(line) < size+4 || line[size+1] != ']' || line[size+2] != ' ' {
		return nil, 0
	}
	rest := line[size+3:]
	for _, name := range mskLevels {
		if len(rest) > len(name) && string(rest[:len(name)]) == name && rest[len(name)] == ' ' {
			return rest[:len(name)], size + 4 + len(name)
		}
	}
	return nil, 0
}

func looksLikeMSK(head []byte) bool {
	for range 10 { // a stack trace may come first
		var line []byte
		line, head, _ = bytes.Cut(head, []byte("\n"))
		if _, n := cutMSKHead(line); n > 0 {
			return bytes.HasSuffix(bytes.TrimSpace(line), []byte(")")) && (bytes.Contains(line, []byte("kafka")) || bytes.Contains(line, []byte("(state.change.logger)")))
		}
	}
	return false
}

// mskLog divides records of brokers.
func mskLog(want []string) (source.Divider, error) {
	names := []string{"time", "level", "message", "class", "component", "exception", "reason", "trace"}
	if err := source.CheckPaths(want, names); err != nil {
		return nil, err
	}
	return &mskDivider{source.Bind(want, names...)}, nil
}

type mskDivider struct{ fields source.Layout }

func (d *mskDivider) Begin(string) {}

func (d *mskDivider) Divide(record []byte, v *source.Values) error {
	record = bytes.TrimRight(record, "\r\n")
	if len(bytes.TrimSpace(record)) == 0 {
		return source.ErrNoRecord
	}
	level, n := cutMSKHead(record)
	if n == 0 {
		d.fields.Take(v, 2, record)
		return nil
	}
	line, trace, _ := bytes.Cut(bytes.TrimLeft(record[n:], " "), []byte("\n"))
	line = bytes.TrimRight(line, " \r")
	message, class := cutClass(line)
	d.fields.Take(v, 0, record[1:bytes.IndexByte(record, ']')])
	d.fields.Take(v, 1, level)
	d.fields.Take(v, 3, class)
	d.fields.Take(v, 7, trace)
	if inner, rest := cutBrackets(message); inner != nil {
		d.fields.Take(v, 4, inner)
		message = bytes.TrimLeft(bytes.TrimLeft(rest, ":,."), " ")
	}
	d.fields.Take(v, 2, message)
	first, _, _ := bytes.Cut(trace, []byte("\n"))
	exception, reason, _ := bytes.Cut(bytes.TrimRight(first, "\r"), []byte(": "))
	if isJavaClass(exception) {
		d.fields.Take(v, 5, exception)
		d.fields.Take(v, 6, reason)
	}
	return nil
}

// cutClass cuts the (class) off the end of a line.
func cutClass(line []byte) (message, class []byte) {
	open := bytes.LastIndexByte(line, '(')
	if open < 0 || line[len(line)-1] != ')' || !isJavaClass(line[open+1:len(line)-1]) {
		return line, nil
	}
	return bytes.TrimRight(line[:open], " "), line[open+1 : len(line)-1]
}

// isJavaClass tells a name with dots and without spaces.
func isJavaClass(name []byte) bool {
	for _, c := range name {
		if c != '.' && c != '$' && c != '_' && !source.IsDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return bytes.IndexByte(name, '.') > 0
}
