package aws

import (
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// NetworkFirewall is the flow, alert and TLS logs of AWS Network Firewall: Suricata's events in an envelope of AWS.
func NetworkFirewall() *source.Source {
	return &source.Source{
		Name:    "aws_network_firewall",
		Title:   "AWS Network Firewall logs",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging-contents.html",
			"https://docs.suricata.io/en/latest/output/eve/eve-json-format.html",
		},
		Keys:  []string{`_network-firewall_`, `/network-firewall/`, `(?i)(^|/)(aws[-_])?network[-_]?firewall`},
		Looks: source.LooksLike(`"firewall_name"`, `"event_timestamp"`, `"event"`),
		Notes: "An event has the time that Suricata gave it, or else that of its envelope, in seconds. Flows are of one direction: their bytes " +
			"are the source's. What Suricata says of a protocol without fields in ECS is kept as JSON.",

		Framing: frame.Framing{Kind: frame.JSON},
		Divide:  source.SparseJSON,
		Static: source.Fixed(
			"event.category", "network", "event.type", "connection", "cloud.provider", "aws", "event.module", "aws", "cloud.service.name", "network-firewall",
			"observer.type", "firewall", "observer.vendor", "AWS", "observer.product", "Network Firewall",
		),
		Map: firewallMap(),
		Extra: append(source.URLFields(), []ecs.Field{
			{Name: "event.kind"}, {Name: "network.type"}, {Name: "network.community_id"}, {Name: "network.protocol"},
			{Name: "destination.domain"}, {Name: "http.version"}, {Name: "tls.version"}, {Name: "tls.version_protocol"},
			{Name: "tls.server.hash.sha1"}, {Name: "tls.server.x509.serial_number"}, {Name: "event.start"}, {Name: "event.end"},
			{Name: "tls.server.not_before"}, {Name: "tls.server.not_after"},
			{Name: "aws.firewall.tcp_flags_array", Type: ecs.Strings, Doc: "the names of the bits in tcp_flags"},
		}...),
		Finish: finishFirewall,
		Costly: []string{"network.community_id"},
	}
}

func firewallMap() []source.Mapping {
	return append(firewallEveMap(), []source.Mapping{
		{To: "cloud.availability_zone", From: "availability_zone"},
		{To: "observer.name", From: "firewall_name"},
		{To: "source.address", From: "event.src_ip"},
		{To: "source.ip", From: "event.src_ip"},
		{To: "source.port", From: "event.src_port"},
		{To: "source.bytes", From: "event.netflow.bytes | event.flow.bytes_toserver"},
		{To: "source.packets", From: "event.netflow.pkts | event.flow.pkts_toserver"},
		{To: "destination.address", From: "event.dest_ip"},
		{To: "destination.ip", From: "event.dest_ip"},
		{To: "destination.port", From: "event.dest_port"},
		{To: "destination.bytes", From: "event.flow.bytes_toclient"},
		{To: "destination.packets", From: "event.flow.pkts_toclient"},
		{To: "network.bytes", From: "event.netflow.bytes"},
		{To: "network.transport", From: "event.proto", As: source.Lower},
		{To: "network.packets", From: "event.netflow.pkts"},
		{To: "event.action", From: "event.alert.action | event.verdict.action | event.revocation_check.action"},
		{To: "event.severity", From: "event.alert.severity"},
		{To: "event.reason", From: "event.tls_error.error_message | event.flow.reason"},
		{To: "error.message", From: "event.tls_error.error_message"},
		{To: "message", From: "event.alert.category"},
		{To: "rule.category", From: "event.alert.category"},
		{To: "rule.id", From: "event.alert.signature_id"},
		{To: "rule.name", From: "event.alert.signature"},
		{To: "rule.version", From: "event.alert.rev | event.alert.rev_id"},
		{To: "http.request.method", From: "event.http.http_method"},
		{To: "http.request.referrer", From: "event.http.http_refer"},
		{To: "http.response.status_code", From: "event.http.status"},
		{To: "http.response.mime_type", From: "event.http.http_content_type"},
		{To: "http.response.body.bytes", From: "event.http.length"},
		{To: "url.original", From: "event.http.url"},
		{To: "user_agent.original", From: "event.http.http_user_agent"},
		{To: "tls.client.server_name", From: "event.tls.sni | event.sni"},
		{To: "tls.client.ja3", From: "event.tls.ja3.hash"},
		{To: "tls.client.ja4", From: "event.tls.ja4"},
		{To: "tls.server.ja3", From: "event.tls.ja3.hash", Doc: "as Elastic's integration names the client's fingerprint"},
		{To: "tls.server.ja3s", From: "event.tls.ja3s.hash"},
		{To: "tls.server.issuer", From: "event.tls.issuerdn"},
		{To: "tls.server.subject", From: "event.tls.subject"},
		{To: "tls.server.certificate", From: "event.tls.certificate"},
		{To: "dns.question.name", From: "event.dns.rrname | event.dns.query[].rrname | event.dns.queries[].rrname"},
		{To: "dns.question.type", From: "event.dns.rrtype | event.dns.query[].rrtype | event.dns.queries[].rrtype"},
		{To: "dns.response_code", From: "event.dns.rcode | event.dns.answer.rcode"},
		{To: "file.name", From: "event.fileinfo.filename"},
		{To: "file.size", From: "event.fileinfo.size"},
		{To: "file.hash.md5", From: "event.fileinfo.md5"},
		{To: "file.hash.sha1", From: "event.fileinfo.sha1"},
		{To: "file.hash.sha256", From: "event.fileinfo.sha256"},
		{To: "related.ip", From: "event.http.xff | event.xff"},
	}...)
}

// firewallEveMap is what Elastic and we keep under names of our own.
func firewallEveMap() []source.Mapping {
	mappings := []source.Mapping{
		{To: "aws.firewall.event_type", From: "event.event_type", Doc: "netflow, alert, tls …"},
		{To: "aws.firewall.flow.id", From: "event.flow_id"},
		{To: "aws.firewall.flow.pkts", From: "event.netflow.pkts", Type: ecs.Int},
		{To: "aws.firewall.flow.bytes", From: "event.netflow.bytes", Type: ecs.Int},
		{To: "aws.firewall.flow.start", From: "event.netflow.start | event.flow.start"},
		{To: "aws.firewall.flow.end", From: "event.netflow.end | event.flow.end"},
		{To: "aws.firewall.flow.age", From: "event.netflow.age | event.flow.age", Type: ecs.Int},
		{To: "aws.firewall.flow.min_ttl", From: "event.netflow.min_ttl", Type: ecs.Int},
		{To: "aws.firewall.flow.max_ttl", From: "event.netflow.max_ttl", Type: ecs.Int},
		{To: "aws.firewall.flow.state", From: "event.flow.state"},
		{To: "aws.firewall.tcp_flags", From: "event.tcp.tcp_flags"},
		{To: "aws.firewall.tx_count", From: "event.tx_cnt", Type: ecs.Int},
		{To: "aws.firewall.tx_id", From: "event.tx_id"},
		{To: "aws.firewall.packet_source", From: "event.pkt_src"},
		{To: "aws.firewall.interface", From: "event.in_iface"},
		{To: "aws.firewall.icmp.type", From: "event.icmp_type", Type: ecs.Int},
		{To: "aws.firewall.icmp.code", From: "event.icmp_code", Type: ecs.Int},
		{To: "aws.firewall.direction", From: "event.direction"},
		{To: "aws.firewall.app_proto_ts", From: "event.app_proto_ts"},
		{To: "aws.firewall.app_proto_tc", From: "event.app_proto_tc"},
		{To: "aws.firewall.alert.gid", From: "event.alert.gid"},
		{To: "aws.firewall.tls.inspected", From: "event.tls_inspected", Type: ecs.Bool},
		{To: "aws.firewall.tls.revocation.status", From: "event.revocation_check.status"},
		{To: "aws.firewall.tls.revocation.leaf_certificate", From: "event.revocation_check.leaf_cert_fpr", Kind: ecs.Hash},
	}
	for _, name := range []string{"alert.metadata", "alert.source", "alert.target", "aws_category", "verdict", "dns", "http", "tls", "fileinfo",
		"files", "ssh", "smb", "smtp", "email", "ftp", "rdp", "krb5", "snmp", "anomaly", "metadata", "vlan", "tcp"} {
		mappings = append(mappings, source.Mapping{To: "aws.firewall.event." + name, From: "event." + name, JSON: true, Doc: "event." + name + ", whole"})
	}
	return mappings
}
