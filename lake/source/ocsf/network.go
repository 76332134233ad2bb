package ocsf

import (
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// networkMap is the ends of a connection, and what went over it.
func networkMap() []source.Mapping {
	all := endpointMap("source", "src_endpoint")
	all = append(all, endpointMap("destination", "dst_endpoint")...)
	return append(all,
		text("source.bytes", "traffic.bytes_out"),
		text("source.packets", "traffic.packets_out"),
		text("destination.bytes", "traffic.bytes_in"),
		text("destination.packets", "traffic.packets_in"),
		text("network.bytes", "traffic.bytes"),
		text("network.packets", "traffic.packets"),
		source.Mapping{To: "network.application", From: "src_endpoint.svc_name | dst_endpoint.svc_name", Type: ecs.Strings, As: source.Lower},
		text("network.iana_number", "connection_info.protocol_num"),
		lower("network.transport", "connection_info.protocol_name"),
		lower("network.type", "connection_info.protocol_ver"),
		text("network.vlan.id", "device.vlan_uid"),
		text("observer.hostname", "relay.hostname"),
		list("observer.ip", "relay.ip"),
		text("observer.name", "relay.name"),
		text("observer.type", "relay.type"),
		text("dns.question.name", "query.hostname"),
		text("dns.question.class", "query.class"),
		text("dns.question.type", "query.type"),
		list("dns.id", "answers[].packet_uid | query.packet_uid"),
		list("dns.answers.data", "answers[].rdata"),
		list("dns.answers.class", "answers[].class"),
		list("dns.answers.type", "answers[].type"),
		list("dns.answers.ttl", "answers[].ttl"),
		list("dns.resolved_ip", "answers[].rdata"),
		text("dns.response_code", "rcode"),
		text("tls.cipher", "tls.cipher"),
		text("tls.version", "tls.version"),
		text("tls.client.ja3", "tls.ja3_hash.value"),
		text("tls.client.server_name", "tls.sni"),
		list("tls.client.supported_ciphers", "tls.client_ciphers[]"),
		list("tls.client.x509.alternative_names", "tls.sans[].name"),
		text("tls.client.x509.issuer.distinguished_name", "tls.certificate.issuer"),
		text("tls.client.x509.subject.distinguished_name", "tls.certificate.subject"),
		text("tls.client.x509.serial_number", "tls.certificate.serial_number"),
		text("tls.client.x509.version_number", "tls.certificate.version"),
		times("tls.client.x509.not_after", "tls.certificate.expiration_time"),
		kind("tls.server.ja3s", "tls.ja3s_hash.value", ecs.Hash),
		list("tls.server.certificate_chain", "certificate_chain[]"),
	)
}

// endpointMap is an end of a connection: https://schema.ocsf.io/1.3.0/objects/network_endpoint
func endpointMap(to, from string) []source.Mapping {
	return append(placeMap(to, from+".location"),
		text(to+".ip", from+".ip"),
		text(to+".port", from+".port"),
		list(to+".domain", from+".domain | "+from+".hostname"),
	)
}

// placeMap is where something is: https://schema.ocsf.io/1.3.0/objects/location
func placeMap(to, from string) []source.Mapping {
	return []source.Mapping{
		text(to+".geo.city_name", from+".city"),
		text(to+".geo.continent_name", from+".continent"),
		text(to+".geo.country_iso_code", from+".country"),
		text(to+".geo.name", from+".desc"),
		text(to+".geo.postal_code", from+".postal_code"),
		text(to+".geo.region_iso_code", from+".region"),
	}
}

// hostMap is the device: https://schema.ocsf.io/1.3.0/objects/device
func hostMap() []source.Mapping {
	return append(placeMap("host", "device.location"),
		text("host.id", "device.uid"),
		lower("host.name", "device.name"),
		text("host.hostname", "device.hostname"),
		text("host.domain", "device.domain"),
		list("host.ip", "device.ip"),
		text("host.type", "device.type"),
		text("host.os.name", "device.os.name"),
		text("host.os.version", "device.os.build"),
		text("host.risk.static_level", "device.risk_level"),
		text("host.risk.static_score", "device.risk_score"),
	)
}

// vendorNetworkMap is what ECS has no name for of devices, ends and connections.
func vendorNetworkMap() []source.Mapping {
	all := []source.Mapping{
		text("ocsf.connection_info.uid", "connection_info.uid"),
		text("ocsf.connection_info.direction", "connection_info.direction"),
		number("ocsf.connection_info.direction_id", "connection_info.direction_id"),
		text("ocsf.connection_info.boundary", "connection_info.boundary"),
		number("ocsf.connection_info.tcp_flags", "connection_info.tcp_flags"),
		number("ocsf.rcode_id", "rcode_id"),
		text("ocsf.query.opcode", "query.opcode"),
		number("ocsf.http_status", "http_status"),
		text("ocsf.command", "command"),
		text("ocsf.share", "share"),
		text("ocsf.share_type", "share_type"),
		text("ocsf.direction", "direction"),
		text("ocsf.type", "type"),
		text("ocsf.tls.certificate.uid", "tls.certificate.uid"),
		kind("ocsf.client_hassh.fingerprint.value", "client_hassh.fingerprint.value", ecs.Hash),
		kind("ocsf.server_hassh.fingerprint.value", "server_hassh.fingerprint.value", ecs.Hash),
		text("ocsf.firewall_rule.name", "firewall_rule.name"),
		text("ocsf.firewall_rule.uid", "firewall_rule.uid"),
		text("ocsf.firewall_rule.type", "firewall_rule.type"),
		text("ocsf.load_balancer.name", "load_balancer.name"),
		text("ocsf.load_balancer.uid", "load_balancer.uid"),
		kinds("ocsf.device.network_interfaces.ip", "device.network_interfaces[].ip", ecs.IP),
		text("ocsf.device.region", "device.region"),
		number("ocsf.device.type_id", "device.type_id"),
		text("ocsf.device.image.uid", "device.image.uid"),
	}
	for _, end := range []string{"device", "src_endpoint", "dst_endpoint"} {
		all = append(all,
			kind("ocsf."+end+".instance_uid", end+".instance_uid", ecs.Instance),
			text("ocsf."+end+".interface_uid", end+".interface_uid"),
			text("ocsf."+end+".subnet_uid", end+".subnet_uid"),
			text("ocsf."+end+".vpc_uid", end+".vpc_uid"),
		)
	}
	for _, end := range []string{"src_endpoint", "dst_endpoint"} {
		all = append(all,
			text("ocsf."+end+".uid", end+".uid"),
			text("ocsf."+end+".name", end+".name"),
			kinds("ocsf."+end+".intermediate_ips", end+".intermediate_ips[]", ecs.IP),
		)
	}
	for _, end := range []string{"proxy", "proxy_endpoint"} {
		all = append(all,
			kind("ocsf."+end+".ip", end+".ip", ecs.IP),
			number("ocsf."+end+".port", end+".port"),
			kind("ocsf."+end+".hostname", end+".hostname", ecs.Domain),
			kind("ocsf."+end+".domain", end+".domain", ecs.Domain),
			kinds("ocsf."+end+".intermediate_ips", end+".intermediate_ips[]", ecs.IP),
		)
	}
	return all
}
