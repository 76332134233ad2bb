package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

func finishFirewall(b *source.Binding) func(*source.Event) error {
	var (
		stamp, sent        = b.In("event.timestamp"), b.In("event_timestamp")
		kind, alert        = b.In("event.event_type"), b.In("event.alert.action")
		started, ended     = b.In("event.netflow.start"), b.In("event.netflow.end")
		began, stopped     = b.In("event.flow.start"), b.In("event.flow.end")
		flags              = b.In("event.tcp.tcp_flags")
		at, toKind, typ    = b.Out("@timestamp"), b.Out("event.kind"), b.Out("event.type")
		start, end         = b.Out("event.start"), b.Out("event.end")
		zone, region       = b.Out("cloud.availability_zone"), b.Out("cloud.region")
		flagNames          = b.Out("aws.firewall.tcp_flags_array")
		id, name           = b.Out("rule.id"), b.Out("rule.name")
		address, ipVersion = b.Out("source.ip"), b.Out("network.type")
		protocol           = bindFirewallProtocol(b)
		web                = bindFirewallWeb(b)
	)
	return func(e *source.Event) error {
		if ms, ok := eveTime(e.Text(stamp)); ok {
			e.SetTime(at, ms)
		} else if seconds, ok := source.ParseInt(e.Text(sent)); ok && seconds > 0 && seconds < 1e11 {
			e.SetTime(at, seconds*1000)
		}
		setEveTime(e, start, e.First(started, began))
		setEveTime(e, end, e.First(ended, stopped))
		if string(e.Text(kind)) == "alert" {
			e.SetText(toKind, "alert")
		} else {
			e.SetText(toKind, "event")
		}
		switch string(e.Text(alert)) {
		case "blocked":
			e.SetText(typ, "denied")
		case "allowed":
			e.SetText(typ, "allowed")
		}
		e.SetNew(region, regionOfZone(e.Get(zone)))
		e.SetNew(name, e.Get(id))
		setIPVersion(e, ipVersion, address)
		if bits, ok := hexByte(e.Text(flags)); ok {
			for i, name := range tcpFlags {
				if bits&(1<<i) != 0 {
					e.SetText(flagNames, name)
				}
			}
		}
		protocol.set(e)
		web.set(e)
		return nil
	}
}

// eveTime reads 2021-11-08T18:20:43.324542+0000 as Suricata writes times, and what has a zone of another form.
func eveTime(text []byte) (int64, bool) {
	if len(text) == 0 {
		return 0, false
	}
	n := len(text) - 5
	if n < 19 || text[n] != '+' && text[n] != '-' || !source.IsDigits(text[n+1:]) {
		ms, err := source.ParseTime(text, source.Verbatim)
		return ms, err == nil
	}
	ms, err := source.ParseTime(text[:n], source.Verbatim)
	hours, _ := source.ParseInt(text[n+1 : n+3])
	minutes, _ := source.ParseInt(text[n+3:])
	offset := (hours*60 + minutes) * 60_000
	if text[n] == '-' {
		offset = -offset
	}
	return ms - offset, err == nil
}

func setEveTime(e *source.Event, out source.Out, text []byte) {
	if ms, ok := eveTime(text); ok {
		e.SetTime(out, ms)
	}
}

// regionOfZone is the region of us-east-2a, and of us-west-2-lax-1a.
func regionOfZone(zone []byte) []byte {
	at := bytes.IndexFunc(zone, func(c rune) bool { return c >= '0' && c <= '9' })
	if at < 0 {
		return nil
	}
	return zone[:at+1]
}

// firewallProtocol is the protocols of an event.
type firewallProtocol struct {
	app, appTLS, given      source.In
	transport, protocol, id source.Out
	flow                    source.Flow
}

func bindFirewallProtocol(b *source.Binding) firewallProtocol {
	return firewallProtocol{
		app: b.In("event.app_proto"), appTLS: b.In("event.sni"), given: b.In("event.community_id"),
		transport: b.Out("network.transport"), protocol: b.Out("network.protocol"), id: b.Out("network.community_id"),
		flow: b.Flow(),
	}
}

func (p *firewallProtocol) set(e *source.Event) {
	switch string(e.Get(p.transport)) {
	case "tcp":
		e.SetFlow(&p.flow, 6)
	case "udp":
		e.SetFlow(&p.flow, 17)
	case "sctp":
		e.SetFlow(&p.flow, 132)
	}
	e.SetNew(p.id, e.Text(p.given))
	app := e.Text(p.app)
	switch {
	case len(app) > 0 && string(app) != "failed":
		e.Set(p.protocol, app)
	case e.Has(p.appTLS):
		e.SetText(p.protocol, "tls")
	default:
		e.SetText(p.protocol, "unknown")
	}
}

// firewallWeb is what an event says of HTTP and TLS.
type firewallWeb struct {
	host, protocol, version, print, serial, before, after   source.In
	url                                                     source.URL
	domain, number, tlsName, tlsVersion, sha1, serialNumber source.Out
	serverName, original, notBefore, notAfter, ips          source.Out

	text []byte
}

func bindFirewallWeb(b *source.Binding) firewallWeb {
	return firewallWeb{
		host: b.In("event.http.hostname"), protocol: b.In("event.http.protocol"), version: b.In("event.tls.version"),
		print: b.In("event.tls.fingerprint"), serial: b.In("event.tls.serial"), before: b.In("event.tls.notbefore"), after: b.In("event.tls.notafter"),
		url: b.URL(), domain: b.Out("destination.domain"), number: b.Out("http.version"),
		tlsName: b.Out("tls.version_protocol"), tlsVersion: b.Out("tls.version"), sha1: b.Out("tls.server.hash.sha1"),
		serialNumber: b.Out("tls.server.x509.serial_number"), serverName: b.Out("tls.client.server_name"), original: b.Out("url.original"),
		notBefore: b.Out("tls.server.not_before"), notAfter: b.Out("tls.server.not_after"), ips: b.Out("related.ip"),
	}
}

func (w *firewallWeb) set(e *source.Event) {
	if original := e.Get(w.original); len(original) > 0 {
		e.SetURL(&w.url, source.CutURL(original))
	}
	if host := e.Text(w.host); len(host) > 0 {
		e.Set(w.domain, host)
		domain, _ := source.CutPort(host)
		e.SetNew(w.url.Domain, domain)
		e.Set(w.ips, domain)
	}
	e.Set(w.domain, e.Get(w.serverName))
	if _, version, ok := bytes.Cut(e.Text(w.protocol), slash); ok {
		e.Set(w.number, version)
	}
	if name, version, ok := bytes.Cut(e.Text(w.version), []byte(" ")); ok { // TLS 1.2
		e.Set(w.tlsName, bytes.ToLower(name))
		e.Set(w.tlsVersion, bytes.TrimPrefix(version, []byte("v")))
	} else {
		e.SetTLS(name, w.tlsName, w.tlsVersion)
	}
	e.Set(w.sha1, w.without(e.Text(w.print)))
	e.Set(w.serialNumber, w.without(e.Text(w.serial)))
	setEveTime(e, w.notBefore, e.Text(w.before))
	setEveTime(e, w.notAfter, e.Text(w.after))
}

// without is a text without its colons.
func (w *firewallWeb) without(text []byte) []byte {
	w.text = w.text[:0]
	for _, c := range text {
		if c != ':' {
			w.text = append(w.text, c)
		}
	}
	return w.text
}

// hexByte reads two hexadecimal digits.
func hexByte(text []byte) (v byte, ok bool) {
	for _, c := range text {
		switch {
		case source.IsDigit(c):
			v = v<<4 | c - '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | (c | 0x20 - 'a' + 10)
		default:
			return 0, false
		}
	}
	return v, len(text) == 2
}
