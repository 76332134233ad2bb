package aws

import (
	"bytes"
	"net/url"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// Findings, and the configurations of resources, hold what an analyst asks for in hundreds of places that differ from
// one type of resource to the next. It is told there by its form, and where that is not enough by the name of the member
// that holds it.

// mentionFields are the columns that such values go to, beside related.*.
func mentionFields(prefix string) []ecs.Field {
	return []ecs.Field{
		{Name: prefix + ".resource_arns", Type: ecs.Strings, Kind: ecs.ARN, Doc: "ARNs that stand anywhere in the record"},
		{Name: prefix + ".named_account_ids", Type: ecs.Strings, Kind: ecs.Account, Doc: "accounts that stand in the record"},
		{Name: prefix + ".named_access_key_ids", Type: ecs.Strings, Kind: ecs.AccessKey, Doc: "access keys that stand in the record"},
	}
}

// mentions collects such values of one event after the other.
type mentions struct {
	named
	hashes source.Out
	event  *source.Event
	each   func(name, text []byte) // take, bound once
}

func bindMentions(b *source.Binding, prefix string) *mentions {
	m := &mentions{named: bindNamed(b, prefix), hashes: b.Out("related.hash")}
	m.each = m.take
	return m
}

// walk collects what stands in values of the record, and below them.
func (m *mentions) walk(e *source.Event, ins ...source.In) {
	m.event = e
	for _, in := range ins {
		for v := range e.All(in) {
			m.value(v)
		}
	}
}

func (m *mentions) value(v source.Value) {
	switch v.Shape {
	case source.Text:
		if c := v.Bytes[0]; c == '{' || c == '[' { // JSON that was written as text
			source.EachText(v.Bytes, m.each)
			return
		}
		m.take(nil, v.Bytes)
	case source.Object, source.Array:
		source.EachText(v.Bytes, m.each)
	}
}

// walkTyped collects what stands in the objects that are members of an object and named by their types, as the details
// of a resource are. Members of other shapes are not what the format has there.
func (m *mentions) walkTyped(e *source.Event, in source.In) {
	m.event = e
	for v := range e.All(in) {
		source.EachMember(v.Bytes, func(_, value []byte) {
			if value[0] == '{' {
				source.EachText(value, m.each)
			}
		})
	}
}

// take looks at a text and the name of its member.
func (m *mentions) take(name, text []byte) {
	name = name[bytes.LastIndexByte(name, '/')+1:]
	e := m.event
	switch {
	case len(text) < 2:
	case isPolicy(text):
		m.policy(e, text)
	case len(text) > 2048:
	case bytes.HasPrefix(text, []byte("arn:")):
		m.takeARN(e, text)
		if id := instanceOf(text); id != nil {
			e.Set(m.hosts, id)
		}
	case isAccount(text):
		if hasSuffixFold(name, "accountid", "account", "ownerid", "accountids") {
			e.Set(m.accounts, text)
		}
	case instanceOf(text) != nil:
		e.Set(m.hosts, text)
	case source.IsAccessKey(text):
		e.Set(m.keys, text)
	case hasSuffixFold(name, "hash", "sha256", "sha1", "md5", "digest"):
		e.Set(m.hashes, hashOf(text))
	case hasSuffixFold(name, "username", "principalname", "principalid", "ownername", "ownerid", "rolename", "createdby", "updatedby", "userid"):
		e.Set(m.people, text)
	case hasSuffixFold(name, "dnsname", "domain", "domainname", "hostname", "endpoint", "endpointaddress"):
		m.host(e, text)
	case !bytes.HasSuffix(name, []byte("ersion")): // 5.10.0.1 may be a version
		e.Set(m.ips, addressOf(text))
	}
}

// isPolicy tells whether a text is an object in JSON, plain or as a part of a URL, as policies of IAM are.
func isPolicy(text []byte) bool {
	return text[0] == '{' && len(text) > 2 || bytes.HasPrefix(text, []byte("%7B"))
}

// policy takes what a policy names.
func (m *mentions) policy(e *source.Event, text []byte) {
	if text[0] == '%' {
		plain, err := url.PathUnescape(string(text))
		if err != nil {
			return
		}
		text = []byte(plain)
	}
	m.words(e, text)
}

// instanceOf is the EC2 instance that an id or an ARN names; nil when it names none.
func instanceOf(text []byte) []byte {
	if at := bytes.LastIndex(text, []byte(":instance/")); at >= 0 {
		text = text[at+len(":instance/"):]
	}
	if len(text) == 0 || text[0] != 'i' || !source.IsInstance(text) {
		return nil
	}
	return text
}

// host takes the name of a host, or the address that stands for it. Of a URL it is the domain.
func (m *mentions) host(e *source.Event, text []byte) {
	if bytes.Contains(text, []byte("://")) {
		text = source.CutURL(text).Domain
	} else {
		text, _ = source.CutPort(text)
	}
	text = bytes.TrimSuffix(text, []byte("."))
	if _, isIP := source.ParseAddr(text); isIP {
		e.Set(m.ips, text)
	} else if source.IsHostName(text) && bytes.IndexByte(text, '.') > 0 {
		e.Set(m.hosts, text)
	}
}

// addressOf is the address in a text that is one, or a range of one address; nil for any other, a wider range too.
func addressOf(text []byte) []byte {
	if c := text[0]; c != ':' && !source.IsDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
		return nil
	}
	whole := "/32"
	if bytes.IndexByte(text, ':') >= 0 {
		whole = "/128"
	}
	text = bytes.TrimSuffix(text, []byte(whole))
	if _, ok := source.ParseAddr(text); !ok {
		return nil
	}
	return text
}

// hashOf is a text that is long enough for a hash, without the name of its algorithm; nil for any other.
func hashOf(text []byte) []byte {
	if at := bytes.IndexByte(text, ':'); at > 0 && bytes.HasPrefix(bytes.ToLower(text[:at]), []byte("sha")) {
		text = text[at+1:]
	}
	if len(text) < 32 || len(text) > 128 || bytes.ContainsAny(text, " \\") {
		return nil
	}
	return text
}

// hasSuffixFold tells whether a name ends in one of some words in whatever case. The words are in lower case.
func hasSuffixFold(name []byte, words ...string) bool {
	for _, word := range words {
		if len(name) >= len(word) && foldEqual(name[len(name)-len(word):], word) {
			return true
		}
	}
	return false
}

func foldEqual(name []byte, word string) bool {
	for i := range name {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
