package database

import (
	"bytes"
	"errors"

	"github.com/hindcast/hindcast/lake/source"
)

// elastiCacheLog divides records of ElastiCache in JSON and in text.
func elastiCacheLog(want []string) (source.Divider, error) {
	json, err := source.JSON(want)
	if err != nil {
		return nil, err
	}
	return &elastiCacheDivider{json: json, fields: source.Bind(want, "CacheClusterId", "CacheNodeId", "Id", "Timestamp", "Duration (us)", "Command",
		"ClientAddress", "ClientName", "Role", "Time", "LogLevel", "Message")}, nil
}

type elastiCacheDivider struct {
	json   source.Divider
	fields source.Layout
}

func (d *elastiCacheDivider) Begin(key string) { d.json.Begin(key) }

var errNoCache = errors.New("the record is neither of the slow log, with commas between its fields, nor of the engine log, with cluster/node:role at its start")

func (d *elastiCacheDivider) Divide(record []byte, v *source.Values) error {
	record = bytes.TrimSpace(record)
	if len(record) > 0 && record[0] == '{' {
		return d.json.Divide(record, v)
	}
	var f cacheFields
	if !f.engine(record) && !f.slow(record) {
		return errNoCache
	}
	for i, field := range [][]byte{f.cluster, f.node, f.id, f.seconds, f.took, f.command, f.client, f.name, f.role, f.time, f.level, f.message} {
		d.fields.Take(v, i, field)
	}
	return nil
}

// cacheFields are the fields of a record of text.
type cacheFields struct {
	cluster, node, id, seconds, took, command, client, name []byte // of the slow log
	host                                                    []byte // of the client
	role, time, level, message                              []byte // of the engine log
}

// engine divides cluster/0001:M 29 Oct 2020 20:12:20.499 UTC * message.
func (f *cacheFields) engine(line []byte) bool {
	colon := bytes.IndexByte(line, ':')
	if colon < 0 || len(line) < colon+4 || line[colon+2] != ' ' || line[colon+1] < 'A' || line[colon+1] > 'Z' {
		return false
	}
	cluster, node, ok := bytes.Cut(line[:colon], []byte("/"))
	_, size := cutCacheTime(line[colon+3:])
	if !ok || size == 0 || bytes.IndexByte(line[:colon], ' ') >= 0 {
		return false
	}
	rest := line[colon+3+size:]
	if len(rest) < 3 || rest[0] != ' ' || rest[2] != ' ' {
		return false
	}
	f.level = levelName(rest[1])
	f.cluster, f.node, f.role, f.time, f.message = cluster, node, line[colon+1:colon+2], line[colon+3:colon+3+size], rest[3:]
	return f.level != nil
}

var cacheLevels = [...]struct {
	sign byte
	name []byte
}{{'.', []byte("debug")}, {'-', []byte("verbose")}, {'*', []byte("notice")}, {'#', []byte("warning")}}

func levelName(sign byte) []byte {
	for _, l := range cacheLevels {
		if l.sign == sign {
			return l.name
		}
	}
	return nil
}

// slow divides cluster,0001,[id,]timestamp,duration,command,client,name.
func (f *cacheFields) slow(line []byte) bool {
	cluster, rest, _ := bytes.Cut(line, []byte(","))
	node, rest, _ := bytes.Cut(rest, []byte(","))
	first, rest := cutNumber(rest)
	second, rest := cutNumber(rest)
	if len(cluster) == 0 || len(second) == 0 || !source.IsDigits(node) {
		return false
	}
	f.cluster, f.node, f.id, f.seconds, f.took = cluster, node, nil, first, second
	if third, after := cutNumber(rest); third != nil {
		f.id, f.seconds, f.took, rest = first, second, third, after
	}
	return f.clientOf(rest)
}

// clientOf finds the client behind the command: the first field that is an address and a port, else the last but one.
func (f *cacheFields) clientOf(rest []byte) bool {
	for from := 0; ; {
		n := bytes.IndexByte(rest[from:], ',')
		if n < 0 {
			break
		}
		at := from + n
		from = at + 1
		client, name, _ := bytes.Cut(rest[from:], []byte(","))
		host, port, ok := cutLast(client, ':')
		if ok && source.IsDigits(port) && source.IsAddr(host) {
			f.command, f.client, f.host, f.name = rest[:at], client, host, bytes.TrimSpace(name)
			return true
		}
	}
	head, name, ok := cutLast(rest, ',')
	if !ok {
		return false
	}
	f.command, f.client, ok = cutLast(head, ',')
	f.name = bytes.TrimSpace(name)
	return ok
}

var monthNames = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// cutCacheTime reads 29 Oct 2020 20:12:20.499 UTC, or 12-11-2020 01:28:16.155 UTC with its day first.
func cutCacheTime(text []byte) (ms int64, n int) {
	if len(text) < 23 || text[2] != text[5] && text[2] != text[6] {
		return 0, 0
	}
	day, ok := source.Digits(text[:2])
	month, at := 0, 6
	if text[2] == '-' {
		month, _ = source.Digits(text[3:5])
	} else {
		at = 7
		for i, name := range monthNames {
			if string(text[3:6]) == name {
				month = i + 1
			}
		}
	}
	year, isYear := source.Digits(text[at : at+4])
	if !ok || !isYear || text[at+4] != ' ' {
		return 0, 0
	}
	date, ok := dateOf(year, month, day)
	clock, size := cutTime(text[at+5:])
	if !ok || size == 0 {
		return 0, 0
	}
	n = at + 5 + size
	if bytes.HasPrefix(text[n:], []byte(" UTC")) {
		n += 4
	}
	return date + clock, n
}
