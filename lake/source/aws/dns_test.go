package aws_test

import (
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func TestRoute53Resolver(t *testing.T) {
	query := func(rest string) string { return `{"query_timestamp":"2026-01-15T09:23:01Z",` + rest + `}` }
	answers := func(answers string) string { return query(`"rcode":"NOERROR","answers":` + answers) }
	digits := strings.Repeat("0.", 23) + "8.b.d.0.1.0.0.2.ip6.arpa."
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"the dot of the root is taken off", query(`"query_name":"a.example.com.","query_type":"A"`), map[string]any{"dns.question.name": "a.example.com", "related.hosts": sourcetest.List("a.example.com")}},
		{"the root stays", query(`"query_name":"."`), map[string]any{"dns.question.name": "."}},
		{"all addresses are resolved addresses", answers(`[{"Rdata":"192.0.2.1","Type":"A","Class":"IN"},{"Rdata":"2001:DB8::1","Type":"AAAA"},{"Rdata":"192.0.2.2","Type":"A"}]`),
			map[string]any{"dns.resolved_ip": sourcetest.List("192.0.2.1", "2001:db8::1", "192.0.2.2"), "related.ip": sourcetest.List("192.0.2.1", "2001:db8::1", "192.0.2.2"), "event.outcome": "success"}},
		{"hosts of answers are related", answers(`[{"Rdata":"b.example.com.","Type":"CNAME"},{"Rdata":"10 mail.example.com.","Type":"MX"},{"Rdata":"0 5 5060 sip.example.com.","Type":"SRV"},{"Rdata":"text.example.com","Type":"TXT"}]`),
			map[string]any{"related.hosts": sourcetest.List("b.example.com", "mail.example.com", "sip.example.com")}},
		{"an answer that is no address is not one", answers(`[{"Rdata":"nonsense","Type":"A"}]`), map[string]any{"dns.resolved_ip": nil}},
		{"answers that break off are kept aside", query(`"answers":{"Rdata":"x"}`), map[string]any{"dns.answers": nil, "unmapped.answers": `{"Rdata":"x"}`}},
		{"the name of an IPv4 address", query(`"query_name":"7.100.51.198.in-addr.arpa.","query_type":"PTR"`), map[string]any{"related.ip": sourcetest.List("198.51.100.7"), "related.hosts": nil}},
		{"the name of an IPv6 address", query(`"query_name":"1.` + digits + `","query_type":"PTR"`), map[string]any{"related.ip": sourcetest.List("2001:db8::1")}},
		{"the name by which services are found", query(`"query_name":"b._dns-sd._udp.corp.example.","query_type":"PTR"`), map[string]any{"related.ip": nil, "related.hosts": sourcetest.List("b._dns-sd._udp.corp.example")}},
		{"the name of a network is no address", query(`"query_name":"51.198.in-addr.arpa.","query_type":"PTR"`), map[string]any{"related.ip": nil}},
		{"a name of five numbers is no address", query(`"query_name":"1.7.100.51.198.in-addr.arpa.","query_type":"PTR"`), map[string]any{"related.ip": nil}},
		{"numbers as texts and texts as numbers", query(`"srcport":53,"account_id":111122223333,"version":1.1`), map[string]any{"source.port": 53.0, "cloud.account.id": "111122223333"}},
		{"without a code there is no outcome", query(`"query_name":"a."`), map[string]any{"event.outcome": nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.Route53Resolver(), "k").Document(c.record), c.want)
		})
	}
}

func TestRoute53Public(t *testing.T) {
	r := sourcetest.New(t, aws.Route53Public(), "k")
	sourcetest.Check(t, r.Document("1.0 2026-01-15T09:23:01.130Z Z1 _dmarc.example.com TXT SERVFAIL TCP GRU1-C1 2001:DB8::53 -"), map[string]any{
		"@timestamp": "2026-01-15T09:23:01.130Z", "dns.question.name": "_dmarc.example.com", "event.outcome": "failure", "network.iana_number": "6",
		"network.type": "ipv6", "source.ip": "2001:db8::53", "aws.route53.edns_client_subnet": nil, "aws.route53.edge_location": "GRU1-C1",
	})
	for record, reason := range map[string]string{
		"": "ends after 0 fields", "1.0 2026-01-15T09:23:01.130Z Z1 a A": "ends after 5 fields, before response_code", "1.0 x Z1 a A NOERROR UDP F 192.0.2.1 -": "no time",
	} {
		if err := r.Add(record); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: got %v, want a reason with %q", record, err, reason)
		}
	}
}

func TestNetworkFirewall(t *testing.T) {
	event := func(rest string) string {
		return `{"firewall_name":"f","availability_zone":"us-gov-west-1b","event_timestamp":"1768468981","event":{` + rest + `}}`
	}
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"a time with a zone", event(`"timestamp":"2026-01-15T09:23:01.324542-0130"`), map[string]any{"@timestamp": "2026-01-15T10:53:01.324Z", "cloud.region": "us-gov-west-1"}},
		{"a time of another form", event(`"timestamp":"2026-01-15T09:23:01.5+00:00"`), map[string]any{"@timestamp": "2026-01-15T09:23:01.500Z"}},
		{"a time that is none gives way to the envelope's", event(`"timestamp":"soon"`), map[string]any{"@timestamp": "2026-01-15T09:23:01.000Z"}},
		{"an alert that was blocked", event(`"event_type":"alert","alert":{"action":"blocked","signature_id":7}`), map[string]any{"event.kind": "alert", "event.type": sourcetest.List("connection", "denied"), "rule.id": "7", "rule.name": "7"}},
		{"flags are hexadecimal", event(`"tcp":{"tcp_flags":"1a"}`), map[string]any{"aws.firewall.tcp_flags_array": sourcetest.List("syn", "psh", "ack")}},
		{"flags that are none", event(`"tcp":{"tcp_flags":"zz"}`), map[string]any{"aws.firewall.tcp_flags_array": nil, "aws.firewall.tcp_flags": "zz"}},
		{"a protocol that failed is unknown", event(`"app_proto":"failed"`), map[string]any{"network.protocol": "unknown"}},
		{"the name of TLS comes before the host", event(`"http":{"hostname":"a.example.com:8080"},"tls":{"sni":"b.example.com","version":"TLSv1.2"}`),
			map[string]any{"destination.domain": "b.example.com", "url.domain": "a.example.com", "tls.version": "1.2", "tls.version_protocol": "tls"}},
		{"an address for a host is related", event(`"http":{"hostname":"192.0.2.80","url":"/"}`), map[string]any{"related.ip": sourcetest.List("192.0.2.80"), "url.path": "/"}},
		{"the community id that Suricata gives", event(`"community_id":"1:x="`), map[string]any{"network.community_id": "1:x="}},
		{"what nobody knows is kept", event(`"new":{"a":1}`), map[string]any{"unmapped.event.new.a": 1.0}},
		{"objects where texts were", event(`"proto":{"a":1},"src_ip":[],"app_proto":{"b":2}`), map[string]any{"source.ip": nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := sourcetest.New(t, aws.NetworkFirewall(), "k").Document(c.record)
			sourcetest.Check(t, got, c.want)
		})
	}
}

func TestClientVPN(t *testing.T) {
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"an attempt that failed", `{"connection-last-update-time":"2026-01-15 09:23:01","connection-log-type":"connection-attempt","connection-attempt-status":"failed","connection-attempt-failure-reason":"expired","client-ip":"NA"}`,
			map[string]any{"@timestamp": "2026-01-15T09:23:01.000Z", "event.outcome": "failure", "event.type": sourcetest.List("connection", "denied"), "event.reason": "expired", "aws.clientvpn.client_ip": nil}},
		{"one that waits", `{"connection-last-update-time":"2026-01-15 09:23:01","connection-attempt-status":"waiting-for-assertion"}`, map[string]any{"event.outcome": "unknown", "event.type": sourcetest.List("connection")}},
		{"an end", `{"connection-end-time":"2026-01-15 09:23:01","connection-log-type":"connection-reset","connection-attempt-status":"NA","connection-reset-status":"successful","ingress-bytes":"5","egress-bytes":"NA","connection-duration-seconds":"2"}`,
			map[string]any{"event.outcome": "success", "event.type": sourcetest.List("connection", "end"), "network.bytes": 5.0, "destination.bytes": nil, "event.duration": 2e9}},
		{"a user and a certificate", `{"connection-start-time":"2026-01-15 09:23:01","username":"alice","common-name":"c.example.com"}`, map[string]any{"user.name": "alice", "related.user": sourcetest.List("alice", "c.example.com")}},
		{"a certificate alone", `{"connection-start-time":"2026-01-15 09:23:01","username":"N/A","common-name":"c.example.com"}`, map[string]any{"user.name": "c.example.com"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.ClientVPN(), "k").Document(c.record), c.want)
		})
	}
}
