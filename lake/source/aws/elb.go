package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// ELB is the access logs of Application, Network and Classic Load Balancers, and the connection and health check logs of
// the first.
func ELB() *source.Source {
	return &source.Source{
		Name:    "aws_elb",
		Title:   "Elastic Load Balancing access logs",
		Version: "2",
		Docs: []string{
			"https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html",
			"https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-connection-logs.html",
			"https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-health-check-logs.html",
			"https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html",
			"https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html",
		},
		Keys:  []string{`/elasticloadbalancing/`, `_elasticloadbalancing_`, `(?i)(^|/)(alb|nlb|clb|elb)[-_]?(access[-_]?)?logs?/`},
		Skip:  []string{`/(ELBAccess|Connection|HealthCheck)LogTestFile$`},
		Looks: looksLikeELB,
		Notes: "The kinds of load balancer are told apart by where a record has its time, and health checks by the latency behind it. " +
			"The files by which AWS tries a bucket are passed over.",

		Framing: frame.Framing{Kind: frame.Lines},
		Divide:  elbLog,
		Static:  source.Fixed("event.kind", "event", "cloud.provider", "aws", "event.module", "aws"),
		Map:     elbMap(),
		Extra: append(source.URLFields(), []ecs.Field{
			{Name: "event.action"}, {Name: "event.category"}, {Name: "event.type"}, {Name: "event.outcome"}, {Name: "tls.version"}, {Name: "tls.version_protocol"},
			{Name: "http.request.body.bytes"}, {Name: "http.response.body.bytes"}, {Name: "source.bytes"}, {Name: "destination.bytes"},
		}...),
		Finish: finishELB,
	}
}

func elbMap() []source.Mapping {
	return []source.Mapping{
		{To: "@timestamp", From: "time"},
		{To: "event.start", From: "request_creation_time | tls_connection_creation_time"},
		{To: "event.end", From: "time"},
		{To: "source.address", From: "client_ip"},
		{To: "source.ip", From: "client_ip"},
		{To: "source.port", From: "client_port"},
		{To: "destination.domain", From: "domain_name"},
		{To: "http.request.method", From: "request_method"},
		{To: "http.response.status_code", From: "elb_status_code"},
		{To: "http.version", From: "request_version"},
		{To: "url.original", From: "request_url"},
		{To: "user_agent.original", From: "user_agent"},
		{To: "tls.cipher", From: "ssl_cipher"},
		{To: "tls.client.server_name", From: "domain_name"},
		{To: "tls.next_protocol", From: "alpn_fe_protocol"},
		{To: "trace.id", From: "trace_id"},
		{To: "aws.elb.name", From: "elb"},
		{To: "aws.elb.type", From: "type"},
		{To: "aws.elb.version", From: "version", Doc: "version of the log entry of a Network Load Balancer"},
		{To: "aws.elb.protocol", From: elbProtocol, Doc: "http or tcp"},
		{To: "aws.elb.listener", From: "listener"},
		{To: "aws.elb.listener_port", From: "listener_port", Type: ecs.Int},
		{To: "aws.elb.target_group.arn", From: "target_group_arn", Kind: ecs.ARN},
		{To: "aws.elb.request_processing_time.sec", From: "request_processing_time", Type: ecs.Float},
		{To: "aws.elb.backend_processing_time.sec", From: "target_processing_time", Type: ecs.Float},
		{To: "aws.elb.response_processing_time.sec", From: "response_processing_time", Type: ecs.Float},
		{To: "aws.elb.connection_time.ms", From: "connection_time", Type: ecs.Int},
		{To: "aws.elb.tls_handshake_time.ms", From: "tls_handshake_time | tls_handshake_latency", Type: ecs.Float},
		{To: "aws.elb.backend.ip", From: "target_ip", Kind: ecs.IP, Doc: "target that the load balancer chose"},
		{To: "aws.elb.backend.port", From: "target_port"},
		{To: "aws.elb.backend.http.response.status_code", From: "target_status_code", Type: ecs.Int},
		{To: "aws.elb.ssl_cipher", From: "ssl_cipher"},
		{To: "aws.elb.ssl_protocol", From: "ssl_protocol"},
		{To: "aws.elb.chosen_cert.arn", From: "chosen_cert_arn", Kind: ecs.ARN},
		{To: "aws.elb.chosen_cert.serial", From: "chosen_cert_serial"},
		{To: "aws.elb.incoming_tls_alert", From: "incoming_tls_alert"},
		{To: "aws.elb.tls_named_group", From: "tls_named_group"},
		{To: "aws.elb.alpn_fe_protocol", From: "alpn_fe_protocol"},
		{To: "aws.elb.alpn_be_protocol", From: "alpn_be_protocol"},
		{To: "aws.elb.alpn_client_preference_list", From: "alpn_client_preference_list"},
		{To: "aws.elb.tls_connection_creation_time", From: "tls_connection_creation_time", Type: ecs.Time},
		{To: "aws.elb.trace_id", From: "trace_id"},
		{To: "aws.elb.matched_rule_priority", From: "matched_rule_priority"},
		{To: "aws.elb.action_executed", From: "actions_executed", Type: ecs.Strings},
		{To: "aws.elb.redirect_url", From: "redirect_url"},
		{To: "aws.elb.error.reason", From: "error_reason"},
		{To: "aws.elb.target_port", From: "target_port_list", Type: ecs.Strings, Doc: "addresses and ports of the targets that processed the request"},
		{To: "aws.elb.target_status_code", From: "target_status_code_list", Type: ecs.Strings},
		{To: "aws.elb.classification", From: "classification"},
		{To: "aws.elb.classification_reason", From: "classification_reason"},
		{To: "aws.elb.conn_trace_id", From: "conn_trace_id", Doc: "joins the requests of a connection with its connection log"},
		{To: "aws.elb.transformed_host", From: "transformed_host"},
		{To: "aws.elb.transformed_uri", From: "transformed_uri"},
		{To: "aws.elb.request_transform_status", From: "request_transform_status"},
		{To: "aws.elb.client_cert.subject", From: "leaf_client_cert_subject"},
		{To: "aws.elb.client_cert.validity", From: "leaf_client_cert_validity"},
		{To: "aws.elb.client_cert.serial", From: "leaf_client_cert_serial_number"},
		{To: "aws.elb.tls_verify_status", From: "tls_verify_status"},
		{To: "aws.elb.tls_keyexchange", From: "tls_keyexchange"},
		{To: "event.reason", From: "reason_code"},
		{To: "aws.elb.target_group.id", From: "target_group_id"},
		{To: "aws.elb.health_check.status", From: "health_status", Doc: "PASS or FAIL"},
		{To: "aws.elb.health_check.reason", From: "reason_code"},
		{To: "aws.elb.health_check.latency.sec", From: "latency", Type: ecs.Float},
	}
}

func finishELB(b *source.Binding) func(*source.Event) error {
	var (
		protocol, target         = b.In(elbProtocol), b.In("request_url")
		received, sent           = b.In("received_bytes"), b.In("sent_bytes")
		version, targets         = b.In("ssl_protocol"), b.In("target_port_list")
		verified, health         = b.In("tls_verify_status"), b.In("health_status")
		action                   = b.Out("event.action")
		category, typ            = b.Out("event.category"), b.Out("event.type")
		status, outcome          = b.Out("http.response.status_code"), b.Out("event.outcome")
		urls, addresses          = b.URL(), b.Out("related.ip")
		tlsName, tlsVersion      = b.Out("tls.version_protocol"), b.Out("tls.version")
		requestBytes, replyBytes = b.Out("http.request.body.bytes"), b.Out("http.response.body.bytes")
		sourceBytes, answerBytes = b.Out("source.bytes"), b.Out("destination.bytes")
		setBytes                 = func(e *source.Event, in source.In, out source.Out) {
			if n, ok := source.ParseInt(e.Text(in)); ok {
				e.SetInt(out, n)
			}
		}
	)
	return func(e *source.Event) error {
		switch {
		case e.Has(health):
			e.SetText(action, "health-check")
			e.SetText(category, "network")
			e.SetText(typ, "info")
			e.SetText(outcome, checked(e.Text(health)))
		case string(e.Text(protocol)) == "http":
			e.SetText(category, "web")
			e.SetText(typ, "access")
			setBytes(e, received, requestBytes)
			setBytes(e, sent, replyBytes)
		default:
			e.SetText(category, "network")
			e.SetText(typ, "connection")
			setBytes(e, received, sourceBytes)
			setBytes(e, sent, answerBytes)
		}
		if code, ok := e.Int(status); ok {
			e.SetOutcome(outcome, code)
		} else if e.Has(verified) {
			e.SetText(outcome, verification(e.Text(verified)))
		}
		if url := e.Text(target); len(url) > 0 {
			e.SetURL(&urls, source.CutURL(url))
			e.Set(addresses, e.Get(urls.Domain))
		}
		e.SetTLS(e.Text(version), tlsName, tlsVersion)
		for v := range e.All(targets) {
			host, _ := cutLastPort(v.Bytes)
			e.Set(addresses, host)
		}
		return nil
	}
}

// verification is the outcome of a TLS handshake.
func verification(status []byte) string {
	if bytes.EqualFold(status, []byte("Success")) {
		return "success"
	}
	return "failure"
}

// checked is the outcome of a health check.
func checked(status []byte) string {
	if string(status) == "PASS" {
		return "success"
	}
	return "failure"
}

// cutLastPort splits host:port where an IPv6 address may stand without brackets, as load balancers write it.
func cutLastPort(b []byte) (host, port []byte) {
	if i := bytes.LastIndexByte(b, ':'); i >= 0 && source.IsDigits(b[i+1:]) {
		b, port = b[:i], b[i+1:]
	}
	if n := len(b); n > 1 && b[0] == '[' && b[n-1] == ']' {
		b = b[1 : n-1]
	}
	return b, port
}

// looksLikeELB tells a balancer's first record: it is whole, and has the client, or the target of a health check, where it
// must be.
func looksLikeELB(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	line = bytes.TrimRight(line, "\r")
	d, err := elbLog(nil)
	if err != nil {
		return false
	}
	var v source.Values
	if d.Divide(line, &v) != nil {
		return false
	}
	var words [6][]byte
	for i, t := 0, (source.Tokens{Line: line}); i < len(words); i++ {
		words[i] = t.Word()
	}
	switch {
	case isStamp(words[0]):
		return isAddress(words[1]) || isAddress(words[2]) || string(words[2]) == "-"
	case isStamp(words[1]):
		return isKind(words[0]) && (isAddress(words[3]) || string(words[3]) == "-")
	}
	return isKind(words[0]) && isAddress(words[5])
}

// isKind tells whether text may name a protocol, as all records but the oldest begin.
func isKind(text []byte) bool {
	return !bytes.ContainsFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// isAddress tells whether text is an address, with a port or without.
func isAddress(text []byte) bool {
	host, _ := cutLastPort(text)
	return source.IsAddr(host)
}
