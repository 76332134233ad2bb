package database

import (
	"bytes"
	"fmt"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// ElastiCache is the slow log and the engine log of ElastiCache for Redis OSS and Valkey.
func ElastiCache() *source.Source {
	return &source.Source{
		Name:    "aws_elasticache",
		Title:   "Amazon ElastiCache slow log and engine log",
		Version: "1",
		Docs:    []string{"https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html"},
		Keys:    []string{`(?i)(redis|valkey|elasticache)`},
		Looks:   looksLikeElastiCache,
		Notes: "Slow log and engine log are told apart record by record, and so are JSON and TEXT. A command's keys and values are not in the log: " +
			"ElastiCache counts them. A date of an engine log that is written in numbers has its day first.",

		Framing: frame.Framing{Kind: frame.Lines},
		Divide:  elastiCacheLog,
		Static:  source.Fixed("event.kind", "event", "event.category", "database", "cloud.provider", "aws", "event.module", "redis"),
		Map: []source.Mapping{
			{To: "message", From: "Message"},
			{To: "log.level", From: "LogLevel", As: source.Lower},
			{To: "redis.log.role", From: "Role", Doc: "M primary, S replica, C child, X sentinel"},
			{To: "redis.slowlog.id", From: "Id", Type: ecs.Int, Doc: "number of the entry on its node"},
			{To: "redis.slowlog.cmd", From: "Command", Doc: "the command, without its keys and values"},
			{To: "redis.slowlog.duration.us", From: "Duration (us)", Type: ecs.Int, Doc: "microseconds that the command took"},
			{To: "redis.slowlog.client.name", From: "ClientName", Doc: "name that the client has given itself"},
			{To: "aws.elasticache.cluster.id", From: "CacheClusterId", Related: "related.hosts", Doc: "cache cluster"},
			{To: "aws.elasticache.node.id", From: "CacheNodeId", Doc: "node of the cluster"},
		},
		Extra: []ecs.Field{
			{Name: "@timestamp"}, {Name: "event.type"}, {Name: "event.action"}, {Name: "event.dataset"}, {Name: "event.duration"},
			{Name: "source.address"}, {Name: "source.ip"}, {Name: "source.port"},
		},
		Finish: finishElastiCache,
	}
}

func looksLikeElastiCache(head []byte) bool {
	if bytes.HasPrefix(head, []byte("{")) {
		object := head[:min(len(head), 1<<10)]
		return bytes.Contains(object, []byte(`"CacheClusterId"`)) && bytes.Contains(object, []byte(`"CacheNodeId"`))
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	var f cacheFields
	return f.engine(line) || f.slow(line) && source.IsAddr(f.host)
}

// cacheFinish is what a mapping can't say of a cache's record.
type cacheFinish struct {
	seconds, stamp, command, client, took source.In

	time, kind, action, dataset, duration, address, ip, port source.Out
	name                                                     []byte
}

func finishElastiCache(b *source.Binding) func(*source.Event) error {
	f := &cacheFinish{
		seconds: b.In("Timestamp"), stamp: b.In("Time"), command: b.In("Command"), client: b.In("ClientAddress"), took: b.In("Duration (us)"),
		time: b.Out("@timestamp"), kind: b.Out("event.type"), action: b.Out("event.action"), dataset: b.Out("event.dataset"),
		duration: b.Out("event.duration"), address: b.Out("source.address"), ip: b.Out("source.ip"), port: b.Out("source.port"),
	}
	return f.finish
}

func (f *cacheFinish) finish(e *source.Event) error {
	if err := f.setTime(e); err != nil {
		return err
	}
	command := e.Text(f.command)
	if len(command) == 0 {
		e.SetText(f.kind, "info")
		e.SetText(f.dataset, "redis.log")
		return nil
	}
	e.SetText(f.kind, "access")
	e.SetText(f.dataset, "redis.slowlog")
	verb, _, _ := bytes.Cut(command, []byte(" "))
	f.name = f.name[:0]
	for _, c := range verb {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		f.name = append(f.name, c)
	}
	e.Set(f.action, f.name)
	if micros, ok := source.ParseInt(e.Text(f.took)); ok && micros >= 0 && micros < 1<<52 {
		e.SetInt(f.duration, micros*1000)
	}
	f.setClient(e)
	return nil
}

func (f *cacheFinish) setClient(e *source.Event) {
	host, digits, ok := cutLast(e.Text(f.client), ':')
	e.Set(f.address, unbracket(host))
	e.Set(f.ip, host)
	if port, isPort := source.ParseInt(digits); ok && isPort {
		e.SetInt(f.port, port)
	}
}

// setTime reads the slow log's seconds or the engine log's time.
func (f *cacheFinish) setTime(e *source.Event) error {
	if text := e.Text(f.seconds); len(text) > 0 {
		ms, err := source.ParseTime(text, source.Epoch)
		if err == nil {
			e.SetTime(f.time, ms)
		}
		return err
	}
	text := e.Text(f.stamp)
	if ms, n := cutCacheTime(text); n > 0 {
		e.SetTime(f.time, ms)
		return nil
	}
	if ms, ok := e.Sent(); ok && len(text) == 0 {
		e.SetTime(f.time, ms)
		return nil
	}
	return fmt.Errorf("the record's time is none: %.40q", text)
}
