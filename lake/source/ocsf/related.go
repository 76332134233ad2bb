package ocsf

import (
	"bytes"
	"slices"

	"github.com/hindcast/hindcast/lake/source"
)

// walked are the objects that users, hosts, addresses and hashes stand anywhere in.
var walked = []string{
	"actor", "process", "file", "file_result", "driver", "module", "job", "container", "user", "user_result", "logon_process", "device",
	"resources", "resource", "finding_info", "assignee", "evidences", "tls", "certificate", "entity", "entity_result", "databucket", "malware",
}

// Members whose objects are users, hosts and hashes.
var (
	users  = []string{"user", "user_result", "owner", "accessor", "creator", "modifier", "assignee"}
	hosts  = []string{"device", "src_endpoint", "dst_endpoint", "proxy", "proxy_endpoint", "relay", "network_interfaces", "endpoint"}
	hashed = []string{"hash", "hashes", "fingerprint", "fingerprints", "digest", "signature", "ja3_hash", "ja3s_hash", "client_hassh", "server_hassh"}
)

// mentions collects what an analyst asks for from one event after the other.
type mentions struct {
	ips, users, hosts, hashes, arns, keys source.Out
	ancestorUsers, ancestorHashes, small  source.Out

	within source.Within
	event  *source.Event
	lower  []byte                            // room for a hash
	root   string                            // the object that is walked
	each   func(names [][]byte, text []byte) // take, bound once
	seen   func(id, name, value []byte)      // observe, bound once
	loose  func(names [][]byte, text []byte) // recognise, bound once
}

// collect fills related.* beyond what single fields bring.
func collect(b *source.Binding) func(*source.Event) {
	m := &mentions{
		ips: b.Out("related.ip"), users: b.Out("related.user"), hosts: b.Out("related.hosts"), hashes: b.Out("related.hash"),
		arns: b.Out("ocsf.resource_arns"), keys: b.Out("ocsf.access_key_ids"),
		ancestorUsers: b.Out("ocsf.ancestors.users"), ancestorHashes: b.Out("ocsf.ancestors.hashes"),
		small: b.Out("ocsf.hashes"),
	}
	m.each, m.seen, m.loose = m.take, m.observe, m.recognise
	ins := make([]source.In, len(walked))
	for i, name := range walked {
		ins[i] = b.In(name)
	}
	observables := b.In("observables")
	free := []source.In{b.In("unmapped"), b.In("api.request.data"), b.In("api.response.data")}
	euids := []source.In{b.In("process.euid"), b.In("actor.process.euid"), b.In("process.parent_process.euid"), b.In("actor.process.parent_process.euid")}
	relayed := []source.In{b.In("src_endpoint.owner"), b.In("dst_endpoint.owner")}
	return func(e *source.Event) {
		m.event = e
		for i, in := range ins {
			m.walk(e, walked[i], in)
		}
		for _, in := range relayed {
			m.walk(e, "owner", in)
		}
		for _, in := range euids {
			e.Set(m.users, e.Text(in))
		}
		for _, in := range free {
			m.within.Each(e, e.Text(in), m.loose)
		}
		e.EachObject(e.Text(observables), "type_id", "name", "value", m.seen)
	}
}

func (m *mentions) walk(e *source.Event, root string, in source.In) {
	if v := e.Value(in); v.Shape == source.Object || v.Shape == source.Array {
		m.root = root
		m.within.Each(e, v.Bytes, m.each)
	}
}

// take looks at a text and the names of the members that it stands in.
func (m *mentions) take(names [][]byte, text []byte) {
	if len(names) == 0 || len(text) == 0 {
		return
	}
	parent := []byte(nil)
	if len(names) > 1 {
		parent = names[len(names)-2]
	}
	under := func(members []string) bool {
		return parent != nil && containsText(members, parent) || parent == nil && slices.Contains(members, m.root)
	}
	switch string(names[len(names)-1]) {
	case "name", "full_name", "email_addr", "uid_alt":
		if under(users) {
			m.person(names, text)
		}
	case "uid", "uuid":
		if under(users) {
			m.person(names, text)
		}
		if bytes.HasPrefix(text, []byte("arn:")) {
			m.event.Set(m.arns, text)
		}
	case "credential_uid":
		m.event.Set(m.keys, text)
	case "value":
		if under(hashed) {
			m.hash(names, text)
		}
	case "ip", "intermediate_ips", "x_forwarded_for", "x_originating_ip":
		m.event.Set(m.ips, text)
	case "hostname":
		m.host(text)
	case "domain":
		if under(hosts) {
			m.host(text)
		}
	case "instance_uid":
		m.event.Set(m.hosts, text)
	}
}

// recognise takes a text of no known meaning by its form. What may be a version, as 5.10.0.1, is no address.
func (m *mentions) recognise(names [][]byte, text []byte) {
	switch {
	case len(names) == 0 || len(text) < 3 || bytes.HasSuffix(names[len(names)-1], []byte("ersion")):
	case bytes.HasPrefix(text, []byte("arn:")):
		m.event.Set(m.arns, text)
	case text[0] == 'i' && source.IsInstance(text):
		m.event.Set(m.hosts, text)
	case source.IsAccessKey(text):
		m.event.Set(m.keys, text)
	default:
		if _, ok := source.ParseAddr(text); ok {
			m.event.Set(m.ips, text)
		}
	}
}

func (m *mentions) person(names [][]byte, text []byte) {
	if ancestor(names) {
		m.event.Set(m.ancestorUsers, text)
		return
	}
	m.event.Set(m.users, text)
}

func (m *mentions) hash(names [][]byte, text []byte) {
	if ancestor(names) {
		m.addHash(m.ancestorHashes, text)
		return
	}
	m.addHash(m.hashes, text)
}

// addHash adds a hash as it is written, and in small letters, in which hashes are asked for, if that is another text.
func (m *mentions) addHash(to source.Out, text []byte) {
	m.event.Set(to, text)
	m.lower = m.lower[:0]
	for _, c := range text {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		m.lower = append(m.lower, c)
	}
	if !bytes.Equal(m.lower, text) {
		m.event.Set(m.small, m.lower)
	}
}

// host takes the name of a host, or the address that stands for it.
func (m *mentions) host(text []byte) {
	if _, isIP := source.ParseAddr(text); isIP {
		m.event.Set(m.ips, text)
		return
	}
	m.event.Set(m.hosts, text)
}

// ancestor tells whether a value is of a process above the parent.
func ancestor(names [][]byte) bool {
	above := 0
	for _, name := range names {
		if string(name) == "parent_process" {
			above++
		}
	}
	return above > 1
}

// observe takes an observable by its type: https://schema.ocsf.io/1.3.0/objects/observable
func (m *mentions) observe(id, _, value []byte) {
	switch string(id) {
	case "1":
		m.host(value)
	case "2":
		m.event.Set(m.ips, value)
	case "4", "5":
		m.event.Set(m.users, value)
	case "6":
		if bytes.Contains(value, []byte("://")) {
			m.host(source.CutURL(value).Domain)
		}
	case "8":
		m.addHash(m.hashes, value)
	case "10":
		if bytes.HasPrefix(value, []byte("arn:")) {
			m.event.Set(m.arns, value)
		}
	case "19":
		m.event.Set(m.keys, value)
	case "31":
		m.event.Set(m.users, value)
	}
}
