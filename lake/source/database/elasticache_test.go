package database_test

import (
	"fmt"
	"testing"

	"github.com/hindcast/hindcast/lake/source/database"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func elastiCacheSeeds() []string {
	return []string{
		`{"CacheClusterId":"shop-001","CacheNodeId":"0001","Id":296,"Timestamp":1768467600,"Duration (us)":15000,"Command":"GET ... (1 more arguments)","ClientAddress":"192.0.2.12:55452","ClientName":"a"}`,
		`{"CacheClusterId":"shop-001","CacheNodeId":"0001","LogLevel":"VERBOSE","Role":"M","Time":"12 Nov 2025 01:28:57.994 UTC","Message":"m"}`,
		"shop-001,0001,1768467600,30,GET ... (1 more arguments),192.0.2.12:55452,a##",
		"shop-001/0001:M 29 Oct 2025 20:12:20.499 UTC * A slow-running Lua script",
	}
}

func TestElastiCache(t *testing.T) {
	checkDocuments(t, database.ElastiCache(), []documentCase{
		{"a slow command has its client and how long it took", elastiCacheSeeds()[0], nil,
			map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z", "event.duration": 15e6, "event.action": "get", "source.ip": "192.0.2.12", "source.port": 55452.0,
				"redis.slowlog.id": 296.0, "redis.slowlog.client.name": "a", "aws.elasticache.cluster.id": "shop-001", "related.ip": sourcetest.List("192.0.2.12")}},
		{"so it has in text", elastiCacheSeeds()[2], nil,
			map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z", "event.duration": 30e3, "event.action": "get", "source.ip": "192.0.2.12", "redis.slowlog.client.name": "a##", "redis.slowlog.id": nil}},
		{"text may have an id", "c,0001,7,1768467600,30,GET,[2001:db8::1]:1,x", nil,
			map[string]any{"redis.slowlog.id": 7.0, "event.duration": 30e3, "source.ip": "2001:db8::1", "source.address": "2001:db8::1"}},
		{"a client's name may have commas and an address", "c,0001,1768467600,30,GET ... (1 more arguments),192.0.2.12:1,a,203.0.113.1:2", nil,
			map[string]any{"source.ip": "192.0.2.12", "redis.slowlog.client.name": "a,203.0.113.1:2", "redis.slowlog.cmd": "GET ... (1 more arguments)"}},
		{"an engine's record has a role and a level", elastiCacheSeeds()[3], nil,
			map[string]any{"@timestamp": "2025-10-29T20:12:20.499Z", "redis.log.role": "M", "log.level": "notice", "message": "A slow-running Lua script", "event.type": sourcetest.List("info"), "event.dataset": "redis.log"}},
		{"so it has in JSON", elastiCacheSeeds()[1], nil, map[string]any{"@timestamp": "2025-11-12T01:28:57.994Z", "log.level": "verbose", "message": "m"}},
		{"a day comes before its month", `{"Time":"12-11-2025 01:28:16.155 UTC","Message":"m"}`, nil, map[string]any{"@timestamp": "2025-11-12T01:28:16.155Z"}},
		{"a record without a time has the envelope's", `{"Message":"m"}`, logGroup("g", "s"), map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z"}},
	})
}

func TestElastiCacheRejects(t *testing.T) {
	const neither = "the record is neither of the slow log, with commas between its fields, nor of the engine log, with cluster/node:role at its start"
	checkRejected(t, database.ElastiCache(), map[string]string{
		"c,0001,soon,30,GET,192.0.2.1:1,":           neither,
		"c,0001,1768467600,30":                      neither,
		"c/0001:M 32 Jan 2026 09:00:04.499 UTC # x": neither,
		"c/0001:M 12 Jan 2026 09:00:04.499 UTC ? x": neither,
		`{"Time":"soon"}`:                           `the record's time is none: "soon"`,
		`{"Timestamp":"soon","Command":"GET"}`:      `no time that is understood: "soon"`,
	})
}

func TestElastiCacheMakesNoGarbage(t *testing.T) {
	for _, record := range elastiCacheSeeds() {
		sourcetest.NoGarbage(t, database.ElastiCache(), record)
	}
}

func BenchmarkElastiCache(b *testing.B) {
	sourcetest.Bench(b, database.ElastiCache(), func(n int) string {
		return fmt.Sprintf(`{"CacheClusterId":"shop-%03d","CacheNodeId":"0001","Id":%d,"Timestamp":%d,"Duration (us)":%d,"Command":"HGETALL ... (%d more arguments)","ClientAddress":"192.0.2.%d:%d","ClientName":"checkout"}`,
			n%9, n, 1768467600+n/20, 10000+n, n%5, n%200, 1024+n)
	})
}

func BenchmarkElastiCacheText(b *testing.B) {
	sourcetest.Bench(b, database.ElastiCache(), func(n int) string {
		return fmt.Sprintf("shop-%03d/0001:M 15 Jan 2026 09:%02d:%02d.%03d UTC * Background saving started by pid %d: a snapshot of all keys is written", n%9, n/60%60, n%60, n%1000, n)
	})
}
