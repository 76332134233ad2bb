package aws

import (
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// ClientVPN is who connected, or tried to, to a Client VPN endpoint.
func ClientVPN() *source.Source {
	return &source.Source{
		Name:    "aws_clientvpn",
		Title:   "AWS Client VPN connection logs",
		Version: "1",
		Docs:    []string{"https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/connection-logging.html"},
		Keys:    []string{`(?i)(^|[/_-])client-?vpn[/_-]`},
		Looks:   source.LooksLike(`"connection-log-type"`, `"client-vpn-endpoint-id"`),
		Notes: "An event has the time of the connection's last update. The source is the user's device; the address that the endpoint gave it " +
			"is aws.clientvpn.client_ip. What comes in is counted as the source's.",

		Framing: frame.Framing{Kind: frame.JSON},
		Divide:  clientVPNLog,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "network,session", "event.type", "connection", "cloud.provider", "aws", "event.module", "aws",
			"cloud.service.name", "clientvpn",
		),
		Map: []source.Mapping{
			{To: "@timestamp", From: "connection-last-update-time | connection-end-time | connection-start-time"},
			{To: "event.start", From: "connection-start-time"},
			{To: "event.end", From: "connection-end-time"},
			{To: "event.action", From: "connection-log-type"},
			{To: "event.reason", From: "connection-attempt-failure-reason"},
			{To: "error.message", From: "connection-attempt-failure-reason"},
			{To: "source.address", From: "device-ip"},
			{To: "source.ip", From: "device-ip"},
			{To: "source.port", From: "port"},
			{To: "source.bytes", From: "ingress-bytes"},
			{To: "source.packets", From: "ingress-packets"},
			{To: "destination.bytes", From: "egress-bytes"},
			{To: "destination.packets", From: "egress-packets"},
			{To: "network.transport", From: "transport-protocol", As: source.Lower},
			{To: "user.name", From: "username | common-name"},
			{To: "aws.clientvpn.common_name", From: "common-name", Kind: ecs.User, Doc: "common name of the client's certificate"},
			{To: "aws.clientvpn.endpoint_id", From: "client-vpn-endpoint-id"},
			{To: "aws.clientvpn.connection_id", From: "connection-id"},
			{To: "aws.clientvpn.attempt_status", From: "connection-attempt-status"},
			{To: "aws.clientvpn.reset_status", From: "connection-reset-status"},
			{To: "aws.clientvpn.client_ip", From: "client-ip", Kind: ecs.IP},
			{To: "aws.clientvpn.client_ipv6", From: "client-ipv6 | client-ipv6-address", Kind: ecs.IP},
			{To: "aws.clientvpn.device_ipv6", From: "device-ipv6", Kind: ecs.IP},
			{To: "aws.clientvpn.device_type", From: "device-type"},
			{To: "aws.clientvpn.posture_compliance_statuses", From: "posture-compliance-statuses"},
			{To: "aws.clientvpn.duration_seconds", From: "connection-duration-seconds", Type: ecs.Int},
		},
		Extra: []ecs.Field{
			{Name: "event.outcome"}, {Name: "event.duration"}, {Name: "network.bytes"}, {Name: "network.packets"}, {Name: "network.type"},
		},
		Finish: finishClientVPN,
	}
}

// clientVPNLog divides JSON in which NA stands for no value.
func clientVPNLog(want []string) (source.Divider, error) {
	d, err := source.JSON(want)
	return vpnDivider{d}, err
}

type vpnDivider struct{ source.Divider }

func (d vpnDivider) Divide(record []byte, v *source.Values) error {
	if err := d.Divider.Divide(record, v); err != nil {
		return err
	}
	v.DropBlanks("NA", "N/A")
	return nil
}

func finishClientVPN(b *source.Binding) func(*source.Event) error {
	var (
		attempt, reset     = b.In("connection-attempt-status"), b.In("connection-reset-status")
		kind               = b.In("connection-log-type")
		typ, outcome       = b.Out("event.type"), b.Out("event.outcome")
		seconds, duration  = b.Out("aws.clientvpn.duration_seconds"), b.Out("event.duration")
		in, out            = b.Out("source.bytes"), b.Out("destination.bytes")
		inPacks, outPacks  = b.Out("source.packets"), b.Out("destination.packets")
		bytes, packets     = b.Out("network.bytes"), b.Out("network.packets")
		address, ipVersion = b.Out("source.ip"), b.Out("network.type")
	)
	return func(e *source.Event) error {
		status := string(e.First(attempt, reset))
		switch status {
		case "successful":
			e.SetText(outcome, "success")
		case "failed":
			e.SetText(outcome, "failure")
		case "":
		default:
			e.SetText(outcome, "unknown")
		}
		switch {
		case string(e.Text(kind)) == "connection-reset":
			e.SetText(typ, "end")
		case status == "successful":
			e.SetText(typ, "start")
			e.SetText(typ, "allowed")
		case status == "failed":
			e.SetText(typ, "denied")
		}
		if s, ok := e.Int(seconds); ok && s >= 0 && s < 1e9 {
			e.SetInt(duration, s*1e9)
		}
		sum(e, bytes, in, out)
		sum(e, packets, inPacks, outPacks)
		setIPVersion(e, ipVersion, address)
		return nil
	}
}

// sum fills a field with the sum of two, of which one may be missing.
func sum(e *source.Event, to, a, b source.Out) {
	x, okX := e.Int(a)
	y, okY := e.Int(b)
	if okX {
		y += x
	}
	if okX || okY {
		e.SetInt(to, y)
	}
}

func setIPVersion(e *source.Event, to, address source.Out) {
	if text := e.Get(address); len(text) > 0 {
		e.SetLike(to, address, ipVersion(text))
	}
}
