package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// findingSides fills who talked to whom where Network does not say it: of a connection outward the remote end is the
// destination, of all else the source.
func findingSides(b *source.Binding) func(*source.Event) {
	remote := func(action string) source.In { return b.In(action + ".RemoteIpDetails.IpAddressV4") }
	var (
		direction, mac = b.In(shNetwork + ".Direction"), b.In(shNetwork + ".SourceMac")
		connection     = b.In(shConnection + ".ConnectionDirection")
		connected      = remote(shConnection)
		local, distant = b.In(shConnection + ".LocalPortDetails.Port"), b.In(shConnection + ".RemotePortDetails.Port")
		probed         = b.In(shProbe + ".LocalPortDetails.Port")
		callers        = []source.In{remote(shAPICall), remote(shProbe)}
		host           = b.In(shInstance + ".IpV4Addresses[]")
		probedHost     = b.In(shProbe + ".LocalIpDetails.IpAddressV4")
		src, dst       = b.Out("source.ip"), b.Out("destination.ip")
		toSrc, toDst   = b.Out("source.address"), b.Out("destination.address")
		srcPort        = b.Out("source.port")
		dstPort        = b.Out("destination.port")
		toDirection    = b.Out("network.direction")
		toMAC          = b.Out("source.mac")
	)
	return func(e *source.Event) {
		if hardware := canonicalMAC(e.Text(mac)); hardware != nil {
			e.Set(toMAC, hardware)
		} else if e.Has(mac) {
			e.Rest(shNetwork+".SourceMac", e.Text(mac))
		}
		e.SetText(toDirection, directionOf(e.First(direction, connection)))
		if !e.Filled(src) && !e.Filled(dst) {
			switch {
			case directionOf(e.Text(connection)) == "outbound":
				setEnd(e, toSrc, src, srcPort, e.Text(host), e.Text(local))
				setEnd(e, toDst, dst, dstPort, e.Text(connected), e.Text(distant))
			case e.Has(connected):
				setEnd(e, toSrc, src, srcPort, e.Text(connected), e.Text(distant))
				setEnd(e, toDst, dst, dstPort, e.Text(host), e.Text(local))
			default:
				setEnd(e, toSrc, src, srcPort, e.First(callers...), nil)
				setEnd(e, toDst, dst, dstPort, e.Text(probedHost), e.Text(probed))
			}
			return
		}
		e.Set(toSrc, e.Get(src))
		e.Set(toDst, e.Get(dst))
	}
}

// directionOf is inbound for IN and INBOUND, outbound for OUT and OUTBOUND.
func directionOf(text []byte) string {
	switch {
	case bytes.EqualFold(text, []byte("IN")), bytes.EqualFold(text, []byte("INBOUND")):
		return "inbound"
	case bytes.EqualFold(text, []byte("OUT")), bytes.EqualFold(text, []byte("OUTBOUND")):
		return "outbound"
	case bytes.EqualFold(text, []byte("UNKNOWN")):
		return "unknown"
	}
	return ""
}

// canonicalMAC writes a hardware address as ECS does: in capitals, with dashes. What is none is nil.
func canonicalMAC(text []byte) []byte {
	if len(text) < 12 || len(text) > 32 {
		return nil
	}
	mac := bytes.ToUpper(text)
	for i, c := range mac {
		switch {
		case c == ':' || c == '.' || c == '-':
			mac[i] = '-'
		case !source.IsDigit(c) && (c < 'A' || c > 'F'):
			return nil
		}
	}
	return mac
}

// indicatorTypes are ECS's names for what a threat list holds.
var indicatorTypes = map[string]string{
	"DOMAIN": "domain-name", "EMAIL_ADDRESS": "email-addr", "HASH_MD5": "file", "HASH_SHA1": "file", "HASH_SHA256": "file", "HASH_SHA512": "file",
	"IPV4_ADDRESS": "ipv4-addr", "IPV6_ADDRESS": "ipv6-addr", "MUTEX": "mutex", "PROCESS": "process", "URL": "url",
}

// findingIndicators takes the indicators of threat lists that a finding holds; the last of several is in threat.indicator,
// all of their values in related.*.
func findingIndicators(b *source.Binding) func(*source.Event) {
	kinds, seen := b.In("ThreatIntelIndicators[].Type"), b.In("ThreatIntelIndicators[].LastObservedAt")
	all := b.In("ThreatIntelIndicators")
	toType, toSeen := b.Out("threat.indicator.type"), b.Out("threat.indicator.last_seen")
	hashes, hosts, ips := b.Out("related.hash"), b.Out("related.hosts"), b.Out("related.ip")
	to := map[string]source.Out{
		"DOMAIN": b.Out("threat.indicator.url.domain"), "URL": b.Out("threat.indicator.url.full"),
		"IPV4_ADDRESS": b.Out("threat.indicator.ip"), "IPV6_ADDRESS": b.Out("threat.indicator.ip"),
		"HASH_MD5": b.Out("threat.indicator.file.hash.md5"), "HASH_SHA1": b.Out("threat.indicator.file.hash.sha1"),
		"HASH_SHA256": b.Out("threat.indicator.file.hash.sha256"),
	}
	related := map[string]source.Out{
		"domain-name": hosts, "ipv4-addr": ips, "ipv6-addr": ips, "file": hashes,
	}
	return func(e *source.Event) {
		if !e.Has(all) {
			return
		}
		e.SetText(toType, indicatorTypes[string(last(e, kinds))])
		if ms, err := source.ParseTime(last(e, seen), source.Verbatim); err == nil {
			e.SetTime(toSeen, ms)
		}
		e.EachObject(e.Text(all), "Type", "Value", "", func(kind, value, _ []byte) {
			if out, ok := to[string(kind)]; ok {
				e.Set(out, value)
			}
			if out, ok := related[indicatorTypes[string(kind)]]; ok {
				e.Set(out, value)
			}
		})
	}
}
