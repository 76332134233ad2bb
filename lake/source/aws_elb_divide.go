package source

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The fields of load balancers' logs in their order, by names that are the same for all of them.
const (
	elbClassic = "time elb client target request_processing_time target_processing_time response_processing_time" +
		" elb_status_code target_status_code received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol"
	elbApplication = "type " + elbClassic + " target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority" +
		" request_creation_time actions_executed redirect_url error_reason target_port_list target_status_code_list" +
		" classification classification_reason conn_trace_id transformed_host transformed_uri request_transform_status"
	elbNetwork = "type version time elb listener client target connection_time tls_handshake_time received_bytes sent_bytes" +
		" incoming_tls_alert chosen_cert_arn chosen_cert_serial ssl_cipher ssl_protocol tls_named_group domain_name" +
		" alpn_fe_protocol alpn_be_protocol alpn_client_preference_list tls_connection_creation_time"
	elbConnection = "time client_ip client_port listener_port ssl_protocol ssl_cipher tls_handshake_latency" +
		" leaf_client_cert_subject leaf_client_cert_validity leaf_client_cert_serial_number tls_verify_status conn_trace_id" +
		" tls_keyexchange"

	// What the fields client, target and request are taken apart into, and which protocol the record is of.
	elbParts    = "client_ip client_port target_ip target_port request_method request_url request_version"
	elbProtocol = "(protocol)"
)

// elbLog divides the records of load balancers.
func elbLog(want []string) (Divider, error) {
	known := strings.Fields(elbApplication + " " + elbNetwork + " " + elbConnection + " " + elbParts + " " + elbProtocol)
	if err := checkPaths(want, known); err != nil {
		return nil, err
	}
	return &elbDivider{
		classic:     newELBLayout(want, elbClassic, "request"),
		application: newELBLayout(want, elbApplication, "trace_id"),
		network:     newELBLayout(want, elbNetwork, "ssl_protocol"),
		connection:  newELBLayout(want, elbConnection, "tls_verify_status"),
		parts:       bind(want, strings.Fields(elbParts)...),
		protocol:    slices.Index(want, elbProtocol),
	}, nil
}

type elbDivider struct {
	classic, application, network, connection elbLayout

	parts    layout
	protocol int
}

// elbLayout is a layout with what is done to some of its fields.
type elbLayout struct {
	layout
	as     []elbField
	fewest int // fields that a record has at least: more have been added over the years
}

type elbField uint8

const (
	elbPlain     elbField = iota
	elbClient             // address:port
	elbTarget             // address:port
	elbRequest            // method, URL and version
	elbMeasured           // -1 stands for no value
	elbSpaceList          // values between spaces
	elbCommaList          // values between commas
)

func newELBLayout(want []string, names, last string) elbLayout {
	l := elbLayout{layout: bind(want, strings.Fields(names)...)}
	l.fewest = 1 + slices.Index(l.names, last)
	for _, name := range l.names {
		as := elbPlain
		switch name {
		case "client":
			as = elbClient
		case "target":
			as = elbTarget
		case "request":
			as = elbRequest
		case "request_processing_time", "target_processing_time", "response_processing_time", "matched_rule_priority":
			as = elbMeasured
		case "target_port_list", "target_status_code_list":
			as = elbSpaceList
		case "actions_executed":
			as = elbCommaList
		}
		l.as = append(l.as, as)
	}
	return l
}

func (d *elbDivider) Begin(string) {}

var errNoELB = errors.New("the record has no time among its first three fields, as those of load balancers have")

func (d *elbDivider) Divide(record []byte, v *Values) error {
	t := tokens{line: record}
	first, second, third := t.word(), t.word(), t.word()
	t.at = 0
	switch {
	case isStamp(first):
		if _, ok := parseAddr(second); ok && isDigits(third) {
			return d.divide(&d.connection, &t, v, "tcp")
		}
		return d.divideClassic(&t, v)
	case isStamp(second):
		return d.divide(&d.application, &t, v, "http")
	case isStamp(third):
		return d.divideNetwork(&t, v)
	}
	return errNoELB
}

// isStamp tells whether a word looks like 2018-07-02T22:23:00.186641Z.
func isStamp(word []byte) bool {
	return len(word) >= 19 && word[4] == '-' && word[7] == '-' && word[10] == 'T' && word[13] == ':'
}

func (d *elbDivider) divide(l *elbLayout, t *tokens, v *Values, protocol string) error {
	i := 0
	for ; t.more(); i++ {
		d.take(l, v, i, t.next())
	}
	d.setProtocol(v, protocol)
	return l.complete(t, i)
}

// divideNetwork divides the record of a Network Load Balancer. None of its fields has spaces, and the quotes in it
// are those of a list.
func (d *elbDivider) divideNetwork(t *tokens, v *Values) error {
	i := 0
	for ; t.more(); i++ {
		d.take(&d.network, v, i, t.word())
	}
	d.setProtocol(v, "tcp")
	return d.network.complete(t, i)
}

// complete makes sure that a record has its fields to their ends.
func (l *elbLayout) complete(t *tokens, fields int) error {
	switch {
	case t.cut:
		return errCut
	case fields < l.fewest:
		return fmt.Errorf("the record ends after %d fields, before %s", fields, l.names[fields])
	}
	return nil
}

// divideClassic divides the record of a Classic Load Balancer, which does not escape the quotes in a user agent:
// the last quote of the record ends it.
func (d *elbDivider) divideClassic(t *tokens, v *Values) error {
	l := &d.classic
	const request = 11 // the position of the request
	var status []byte
	i := 0
	for ; i < request && t.more(); i++ {
		field := t.word()
		if d.take(l, v, i, field); i == 7 {
			status = field
		}
	}
	line := t.requestAndAgent()
	method, target, _ := cutRequest(line[0])
	if isDigits(status) || method != nil || target != nil {
		d.setProtocol(v, "http")
	} else {
		d.setProtocol(v, "tcp")
	}
	for _, field := range line {
		if field == nil {
			break
		}
		d.take(l, v, i, field)
		i++
	}
	for ; t.more(); i++ {
		d.take(l, v, i, t.word())
	}
	return l.complete(t, i)
}

// requestAndAgent are the two quoted fields that come next.
func (t *tokens) requestAndAgent() (fields [2][]byte) {
	if !t.more() || t.line[t.at] != '"' {
		return fields
	}
	from := t.at + 1
	last := bytes.LastIndexByte(t.line, '"')
	between := bytes.Index(t.line[from:], []byte(`" "`))
	if between < 0 || from+between+2 >= last {
		fields[0] = t.next()
		return fields
	}
	fields[0] = t.until(from + between)
	t.more()
	fields[1] = t.until(last)
	return fields
}

func (d *elbDivider) setProtocol(v *Values, protocol string) {
	if d.protocol < 0 {
		return
	}
	if protocol == "http" {
		v.Set(d.protocol, Text, protocolHTTP)
	} else {
		v.Set(d.protocol, Text, protocolTCP)
	}
}

var protocolHTTP, protocolTCP = []byte("http"), []byte("tcp")

// take keeps a field, or its parts.
func (d *elbDivider) take(l *elbLayout, v *Values, i int, field []byte) {
	as := elbPlain
	if i < len(l.as) {
		as = l.as[i]
	}
	switch as {
	case elbClient, elbTarget:
		if bytes.Equal(field, dash) {
			return
		}
		at := 0
		if as == elbTarget {
			at = 2
		}
		host, port := cutLastPort(field)
		d.parts.take(v, at, host)
		d.parts.take(v, at+1, port)
	case elbRequest:
		method, target, version := cutRequest(field)
		d.parts.take(v, 4, method)
		d.parts.take(v, 5, target)
		d.parts.take(v, 6, version)
	case elbMeasured:
		if string(field) != "-1" {
			l.take(v, i, field)
		}
	case elbSpaceList:
		l.takeList(v, i, field, ' ')
	case elbCommaList:
		l.takeList(v, i, field, ',')
	default:
		l.take(v, i, field)
	}
}

// takeList keeps the values of a list.
func (l *layout) takeList(v *Values, i int, list []byte, separator byte) {
	if l.slots[i] < 0 || bytes.Equal(list, dash) {
		l.take(v, i, list)
		return
	}
	for len(list) > 0 {
		item := list
		if at := bytes.IndexByte(list, separator); at >= 0 {
			item, list = list[:at], list[at+1:]
		} else {
			list = nil
		}
		if len(item) > 0 && !bytes.Equal(item, dash) {
			v.Add(l.slots[i], Text, item)
		}
	}
}
