package database_test

import (
	"fmt"
	"testing"

	"github.com/hindcast/hindcast/lake/source/database"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func mskSeeds() []string {
	const at = "[2026-01-15 09:00:00,123] "
	return []string{
		at + "INFO ConsumerLag for groupId=orders.v2 topic=orders : SumLag=300 MaxLag=120 TimeLag=60 (a.b.C)",
		at + "ERROR [ReplicaManager broker=1] Error processing (kafka.server.ReplicaManager)\norg.apache.kafka.X: why\n\n\tat a.b(C.scala:1)",
		at + "INFO [SocketServer nodeId=1] Failed authentication with host.example.com/192.0.2.66 (channelId=1) (SSL handshake failed) (org.apache.kafka.common.network.Selector)",
		at + "INFO Principal = User:CN=a b,O=Shop is Allowed operation = READ from host = 192.0.2.30 on resource = Topic:LITERAL:t for request = Fetch (kafka.authorizer.logger)",
	}
}

func TestMSK(t *testing.T) {
	checkDocuments(t, database.MSK(), []documentCase{
		{"a consumer lags behind", mskSeeds()[0], nil,
			map[string]any{"@timestamp": "2026-01-15T09:00:00.123Z", "kafka.consumer_lag.group": "orders.v2", "kafka.consumer_lag.topic": "orders", "kafka.consumer_lag.sum": 300.0,
				"kafka.consumer_lag.max": 120.0, "kafka.consumer_lag.seconds": 60.0, "event.action": "consumer-lag", "kafka.log.class": "a.b.C"}},
		{"a stack trace belongs to its record", mskSeeds()[1], nil,
			map[string]any{"event.type": sourcetest.List("error"), "log.level": "ERROR", "message": "Error processing", "kafka.log.component": "ReplicaManager broker=1", "kafka.log.trace.class": "org.apache.kafka.X",
				"kafka.log.trace.message": "why", "kafka.log.trace.full": "org.apache.kafka.X: why\n\n\tat a.b(C.scala:1)"}},
		{"a handshake fails from an address for a reason", mskSeeds()[2], nil,
			map[string]any{"event.outcome": "failure", "event.action": "authentication-failed", "event.category": sourcetest.List("authentication"), "source.ip": "192.0.2.66", "event.reason": "SSL handshake failed"}},
		{"an authorizer's decision has who, from where and on what", mskSeeds()[3], nil,
			map[string]any{"event.outcome": "success", "user.name": "CN=a b,O=Shop", "source.ip": "192.0.2.30", "kafka.acl.operation": "READ", "kafka.acl.resource": "Topic:LITERAL:t"}},
		{"brackets and parentheses may be missing", "[2026-01-15 09:00:00,123] WARN a (b c)", nil, map[string]any{"message": "a (b c)", "kafka.log.class": nil, "kafka.log.component": nil, "log.level": "WARN"}},
		{"cluster and broker are in the stream", "[2026-01-15 09:00:00,123] INFO x", logGroup("/msk", "a-b-0a1b2c3d-1111-2222-3333-444455556666-7-Broker-12"),
			map[string]any{"aws.msk.cluster.name": "a-b", "aws.msk.cluster.uuid": "0a1b2c3d-1111-2222-3333-444455556666", "aws.msk.broker.id": "12"}},
		{"a line that goes on has the envelope's time", "\tat x", logGroup("g", "s"), map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z", "message": "\tat x"}},
	})
}

func TestMSKClusterInTheKey(t *testing.T) {
	r := sourcetest.New(t, database.MSK(), "AWSLogs/111122223333/KafkaBrokerLogs/us-east-1/orders-0a1b2c3d-1111-2222-3333-444455556666-7/2026-01-15-09/Broker-2_09-00_x.log.gz")
	sourcetest.Check(t, r.Document(mskSeeds()[0]), map[string]any{"aws.msk.cluster.name": "orders", "aws.msk.broker.id": "2", "cloud.account.id": "111122223333", "cloud.region": "us-east-1"})
}

func TestMSKRejects(t *testing.T) {
	checkRejected(t, database.MSK(), map[string]string{
		"\tat x": "the record has no time in brackets and no level: its beginning is in another object",
		" \n":    "not a record",
	})
}

func TestMSKFirstLines(t *testing.T) {
	checkFirst(t, database.MSK(), map[string]bool{
		mskSeeds()[0]:                          true,
		"[2026-01-15 09:00:00,123] LOUD x":     false,
		"[2026-01-15 09:00:00,123]":            false,
		"[main] INFO x":                        false,
		"java.lang.X: [2026-01-15 09:00:00,1]": false,
	})
}

func TestMSKMakesNoGarbage(t *testing.T) {
	for _, record := range mskSeeds() {
		sourcetest.NoGarbage(t, database.MSK(), record)
	}
}

func BenchmarkMSK(b *testing.B) {
	sourcetest.Bench(b, database.MSK(), func(n int) string {
		return fmt.Sprintf("[2026-01-15 09:%02d:%02d,%03d] INFO [Log partition=orders-%d, dir=/kafka/datalogs] Rolled new log segment at offset %d in %d ms. (kafka.log.Log)", n/60%60, n%60, n%1000, n%90, n*77, n%50)
	})
}
