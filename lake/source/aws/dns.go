package aws

import (
	"bytes"
	"net/netip"

	"github.com/hindcast/hindcast/lake/source"
)

// dnsOut is where what the logs of DNS have in common goes.
type dnsOut struct {
	name, kind, code, transport, address source.Out
	outcome, iana, version, ips, hosts   source.Out

	room [64]byte // for an address
}

func bindDNS(b *source.Binding) *dnsOut {
	return &dnsOut{
		name: b.Out("dns.question.name"), kind: b.Out("dns.question.type"), code: b.Out("dns.response_code"),
		transport: b.Out("network.transport"), address: b.Out("source.ip"),
		outcome: b.Out("event.outcome"), iana: b.Out("network.iana_number"), version: b.Out("network.type"), ips: b.Out("related.ip"), hosts: b.Out("related.hosts"),
	}
}

// set fills what follows from a query and its response code. The question's name loses the dot at its end.
func (d *dnsOut) set(e *source.Event, name []byte) {
	name = undotted(name)
	if address, ok := d.asked(e, name); ok {
		e.SetAlone(d.name, name)
		e.Set(d.ips, address.AppendTo(d.room[:0]))
	} else {
		e.Set(d.name, name)
	}
	if code := e.Get(d.code); len(code) > 0 {
		outcome := "failure"
		if string(code) == "NOERROR" {
			outcome = "success"
		}
		e.SetLike(d.outcome, d.code, outcome)
	}
	switch string(e.Get(d.transport)) {
	case "udp":
		e.SetLike(d.iana, d.transport, "17")
	case "tcp":
		e.SetLike(d.iana, d.transport, "6")
	}
	if address := e.Get(d.address); len(address) > 0 {
		e.SetLike(d.version, d.address, ipVersion(address))
	}
}

// asked is the address whose name is asked for. Services are found by PTR too, under names of hosts.
func (d *dnsOut) asked(e *source.Event, name []byte) (netip.Addr, bool) {
	if string(e.Get(d.kind)) != "PTR" {
		return netip.Addr{}, false
	}
	return reverseName(name)
}

// undotted is a name without the dot of the root at its end; the root itself stays.
func undotted(name []byte) []byte {
	if n := len(name); n > 1 && name[n-1] == '.' {
		return name[:n-1]
	}
	return name
}

// lastWord is what follows the last space: the host of "10 mail.example.com".
func lastWord(text []byte) []byte { return text[bytes.LastIndexByte(text, ' ')+1:] }

// reverseName is the address in 7.100.51.198.in-addr.arpa or in an ip6.arpa name of all its digits.
func reverseName(name []byte) (netip.Addr, bool) {
	if labels, ok := bytes.CutSuffix(name, []byte(".in-addr.arpa")); ok {
		var addr [4]byte
		for i := 3; i >= 0; i-- {
			label, rest, more := bytes.Cut(labels, []byte("."))
			n, ok := source.ParseInt(label)
			if !ok || n < 0 || n > 255 || more != (i > 0) {
				return netip.Addr{}, false
			}
			addr[i], labels = byte(n), rest
		}
		return netip.AddrFrom4(addr), true
	}
	digits, ok := bytes.CutSuffix(name, []byte(".ip6.arpa"))
	if !ok || len(digits) != 63 {
		return netip.Addr{}, false
	}
	var addr [16]byte
	for i := range 32 {
		c := digits[2*i] | 0x20
		switch {
		case i < 31 && digits[2*i+1] != '.':
			return netip.Addr{}, false
		case source.IsDigit(digits[2*i]):
			c = digits[2*i] - '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		default:
			return netip.Addr{}, false
		}
		addr[15-i/2] |= c << (4 * (i % 2))
	}
	return netip.AddrFrom16(addr), true
}
