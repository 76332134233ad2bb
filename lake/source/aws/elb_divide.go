package aws

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/source"
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
	elbHealth = "type time latency target target_group_id health_status target_status_code reason_code"

	// What the fields client, target and request are taken apart into, and which protocol the record is of.
	elbParts    = "client_ip client_port target_ip target_port request_method request_url request_version"
	elbProtocol = "(protocol)"
)

// elbLog divides the records of load balancers.
func elbLog(want []string) (source.Divider, error) {
	known := strings.Fields(elbApplication + " " + elbNetwork + " " + elbConnection + " " + elbHealth + " " + elbParts + " " + elbProtocol)
	if err := source.CheckPaths(want, known); err != nil {
		return nil, err
	}
	return &elbDivider{
		classic:     newELBLayout(want, elbClassic, "request"),
		application: newELBLayout(want, elbApplication, "trace_id"),
		network:     newELBLayout(want, elbNetwork, "ssl_protocol"),
		connection:  newELBLayout(want, elbConnection, "tls_verify_status"),
		health:      newELBLayout(want, elbHealth, "health_status"),
		parts:       source.Bind(want, strings.Fields(elbParts)...),
		protocol:    slices.Index(want, elbProtocol),
	}, nil
}

type elbDivider struct {
	classic, application, network, connection, health elbLayout

	parts    source.Layout
	protocol int
}

// elbLayout is a layout with what is done to some of its fields.
type elbLayout struct {
	source.Layout
	as     []elbField
	fewest int // fields that a record has at least: more have been added over the years
}

type elbField uint8

const (
	elbPlain     elbField = iota
	elbClient             // address:port
	elbTarget             // address:port
	elbRequest            // method, URL and version
	elbAgent              // what a client says of itself
	elbMeasured           // -1 stands for no value
	elbSpaceList          // values between spaces
	elbCommaList          // values between commas
)

func newELBLayout(want []string, names, last string) elbLayout {
	l := elbLayout{Layout: source.Bind(want, strings.Fields(names)...)}
	l.fewest = 1 + slices.Index(l.Names, last)
	for _, name := range l.Names {
		as := elbPlain
		switch name {
		case "client":
			as = elbClient
		case "target":
			as = elbTarget
		case "request":
			as = elbRequest
		case "user_agent":
			as = elbAgent
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

func (d *elbDivider) Divide(record []byte, v *source.Values) error {
	t := source.Tokens{Line: record}
	first, second, third := t.Word(), t.Word(), t.Word()
	t.At = 0
	switch {
	case isStamp(first):
		if _, ok := source.ParseAddr(second); ok && source.IsDigits(third) {
			return d.divide(&d.connection, &t, v, "tcp")
		}
		return d.divideClassic(&t, v)
	case isStamp(second) && (isDecimal(third) || bytes.Equal(third, dash)):
		return d.divide(&d.health, &t, v, "http")
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

func (d *elbDivider) divide(l *elbLayout, t *source.Tokens, v *source.Values, protocol string) error {
	i := 0
	for ; t.More(); i++ {
		if t.Line[t.At] == '"' {
			d.take(l, v, i, l.quoted(t, i))
		} else { // a bracket begins an address
			d.take(l, v, i, t.Word())
		}
	}
	d.setProtocol(v, protocol)
	return l.complete(t, i)
}

// divideNetwork divides the record of a Network Load Balancer. None of its fields has spaces, and the quotes in it
// are those of a list.
func (d *elbDivider) divideNetwork(t *source.Tokens, v *source.Values) error {
	i := 0
	for ; t.More(); i++ {
		d.take(&d.network, v, i, t.Word())
	}
	d.setProtocol(v, "tcp")
	return d.network.complete(t, i)
}

// complete makes sure that a record has its fields to their ends.
func (l *elbLayout) complete(t *source.Tokens, fields int) error {
	switch {
	case t.Cut:
		return source.ErrCut
	case fields < l.fewest:
		return fmt.Errorf("the record ends after %d fields, before %s", fields, l.Names[fields])
	}
	return nil
}

// divideClassic divides the record of a Classic Load Balancer, which does not escape the quotes in a user agent:
// the last quote of the record ends it.
func (d *elbDivider) divideClassic(t *source.Tokens, v *source.Values) error {
	l := &d.classic
	const request = 11 // the position of the request
	var status []byte
	i := 0
	for ; i < request && t.More(); i++ {
		field := t.Word()
		if d.take(l, v, i, field); i == 7 {
			status = field
		}
	}
	line := requestAndAgent(t)
	method, target, _ := source.CutRequest(line[0])
	if source.IsDigits(status) || method != nil || target != nil {
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
	for ; t.More(); i++ {
		d.take(l, v, i, t.Word())
	}
	return l.complete(t, i)
}

// requestAndAgent are the two quoted fields that come next.
func requestAndAgent(t *source.Tokens) (fields [2][]byte) {
	if !t.More() || t.Line[t.At] != '"' {
		return fields
	}
	from := t.At + 1
	last := bytes.LastIndexByte(t.Line, '"')
	between := bytes.Index(t.Line[from:], []byte(`" "`))
	if between < 0 || from+between+2 >= last {
		fields[0] = t.Next()
		return fields
	}
	fields[0] = t.Until(from + between)
	t.More()
	fields[1] = t.Until(last)
	return fields
}

func (d *elbDivider) setProtocol(v *source.Values, protocol string) {
	if d.protocol < 0 {
		return
	}
	if protocol == "http" {
		v.Set(d.protocol, source.Text, protocolHTTP)
	} else {
		v.Set(d.protocol, source.Text, protocolTCP)
	}
}

var protocolHTTP, protocolTCP = []byte("http"), []byte("tcp")

// take keeps a field, or its parts.
func (d *elbDivider) take(l *elbLayout, v *source.Values, i int, field []byte) {
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
		d.parts.Take(v, at, host)
		d.parts.Take(v, at+1, port)
	case elbRequest:
		method, target, version := source.CutRequest(field)
		d.parts.Take(v, 4, method)
		d.parts.Take(v, 5, target)
		d.parts.Take(v, 6, version)
	case elbMeasured:
		if string(field) != "-1" {
			l.Take(v, i, field)
		}
	case elbSpaceList:
		takeList(&l.Layout, v, i, field, ' ')
	case elbCommaList:
		takeList(&l.Layout, v, i, field, ',')
	default:
		l.Take(v, i, field)
	}
}

// takeList keeps the values of a list.
func takeList(l *source.Layout, v *source.Values, i int, list []byte, separator byte) {
	if l.Slots[i] < 0 || bytes.Equal(list, dash) {
		l.Take(v, i, list)
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
			v.Add(l.Slots[i], source.Text, item)
		}
	}
}
