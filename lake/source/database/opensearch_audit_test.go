package database_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/source/database"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

const osHead = `{"audit_cluster_name":"111122223333:orders","audit_format_version":4,"audit_category":"`

func openSearchSeeds() []string {
	return []string{
		osHead + `FAILED_LOGIN","@timestamp":"2026-01-15T09:00:01.000+00:00","audit_request_remote_address":"2001:DB8::66","audit_request_effective_user":"root","audit_rest_request_headers":{"User-Agent":["curl"],"X-Forwarded-For":["203.0.113.80, 10.0.0.4"]}}`,
		osHead + `GRANTED_PRIVILEGES","@timestamp":"2026-01-15T09:00:01.000Z","audit_trace_indices":["a","b"],"audit_request_privilege":"indices:data/read/search"}`,
	}
}

func TestOpenSearchAudit(t *testing.T) {
	body := `","audit_request_body":"` + strings.Repeat("x", 10_000)
	checkDocuments(t, database.OpenSearchAudit(), []documentCase{
		{"a failed login has its user and its addresses", openSearchSeeds()[0], nil,
			map[string]any{"event.outcome": "failure", "event.category": sourcetest.List("database", "authentication"), "user.name": "root", "source.ip": "2001:db8::66",
				"related.ip": sourcetest.List("2001:db8::66", "203.0.113.80", "10.0.0.4"), "user_agent.original": "curl", "cloud.account.id": "111122223333", "aws.opensearch.domain": "orders"}},
		{"granted privileges are a success on indices", openSearchSeeds()[1], nil,
			map[string]any{"event.outcome": "success", "aws.opensearch.audit.indices": sourcetest.List("a", "b"), "unmapped.audit_trace_indices": nil, "event.action": "granted_privileges"}},
		{"an index may be a text", osHead + `MISSING_PRIVILEGES","@timestamp":"2026-01-15T09:00:01.000Z","audit_trace_indices":"a"}`, nil,
			map[string]any{"event.outcome": "failure", "aws.opensearch.audit.indices": sourcetest.List("a")}},
		{"a category of tomorrow is unknown", osHead + `NEW","@timestamp":"2026-01-15T09:00:01.000Z"}`, nil, map[string]any{"event.outcome": "unknown", "event.action": "new"}},
		{"a record that is cut is read up to there", osHead + `FAILED_LOGIN","@timestamp":"2026-01-15T09:00:01.000Z","audit_request_effective_user":"root` + body, nil,
			map[string]any{"event.outcome": "failure", "user.name": "root", "tags": sourcetest.List("truncated"), "@timestamp": "2026-01-15T09:00:01.000Z"}},
		{"one that is cut before its time has the envelope's", osHead + "FAILED_LOGIN" + body, logGroup("/aws/OpenSearchService/domains/orders/audit-logs", "s"),
			map[string]any{"event.outcome": "failure", "@timestamp": "2026-01-15T09:00:00.000Z", "tags": sourcetest.List("truncated")}},
		{"the log group names the domain where the record does not", `{"audit_category":"AUTHENTICATED","@timestamp":"2026-01-15T09:00:01.000Z"}`, logGroup("/aws/OpenSearchService/domains/orders/audit-logs", "s"),
			map[string]any{"aws.opensearch.domain": "orders", "event.outcome": "success"}},
	})
}

func TestOpenSearchAuditRejects(t *testing.T) {
	checkRejected(t, database.OpenSearchAudit(), map[string]string{
		osHead + `x"}`:          "the record has no time",
		osHead + "FAILED_LOGIN": "JSON ends at byte 99, where '\"' should be",
		osHead + `FAILED_LOGIN","audit_request_body":"` + strings.Repeat("x", 10_000): "the record has no time",
		strings.Repeat("x", 10_000): "the record is not a JSON object",
	})
}

func BenchmarkOpenSearchAudit(b *testing.B) {
	sourcetest.Bench(b, database.OpenSearchAudit(), func(n int) string {
		return fmt.Sprintf(osHead+`GRANTED_PRIVILEGES","audit_request_origin":"REST","audit_node_id":"3xNJhm4XS_yTzEgDWcGR%02d","@timestamp":"2026-01-15T09:%02d:%02d.%03d+00:00","audit_request_layer":"TRANSPORT","audit_request_remote_address":"192.0.2.%d","audit_request_effective_user":"analyst%d","audit_request_privilege":"indices:data/read/search","audit_transport_request_type":"SearchRequest","audit_request_body":"{\"query\":{\"term\":{\"id\":%d}}}","audit_trace_task_id":"GIw:%d","audit_trace_indices":["orders-*"],"audit_trace_resolved_indices":["orders-1","orders-2"]}`,
			n%9, n/60%60, n%60, n%1000, n%200, n%50, n, n)
	})
}
