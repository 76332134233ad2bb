package aws

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

// wafRequest is what a web ACL's record says about the request, and where it goes.
type wafRequest struct {
	headers, inserted, host                       source.In
	toHeaders, toInserted                         source.Out
	domain, port, agent, referrer, forwarded, ips source.Out

	json []byte
}

func finishWAF(b *source.Binding) func(*source.Event) error {
	var (
		action, version  = b.In("action"), b.In("httpRequest.httpVersion")
		typ              = b.Out("event.type")
		number, protocol = b.Out("http.version"), b.Out("network.protocol")
		transport        = b.Out("network.transport")
		_                = b.In("oversizeFields") // whose elements have a column
		acl              = bindWebACL(b)
		request          = bindWAFRequest(b)
		captcha          = bindSolved(b, "captchaResponse.solveTimestamp", "aws.waf.captcha_response.solve_timestamp")
		challenge        = bindSolved(b, "challengeResponse.solveTimestamp", "aws.waf.challenge_response.solve_timestamp")
	)
	return func(e *source.Event) error {
		switch string(e.Text(action)) {
		case "ALLOW":
			e.SetText(typ, "allowed")
		case "BLOCK":
			e.SetText(typ, "denied")
		}
		if name, v, ok := bytes.Cut(e.Text(version), slash); ok {
			e.Set(number, v)
			if bytes.EqualFold(name, []byte("http")) {
				e.SetText(protocol, "http")
				e.SetText(transport, "tcp")
			} else {
				e.Set(protocol, bytes.ToLower(name))
			}
		} else if e.Has(version) {
			e.Rest("httpRequest.httpVersion", e.Text(version))
		}
		acl.set(e)
		request.set(e)
		captcha.set(e)
		challenge.set(e)
		return nil
	}
}

// webACL is what the ARN of a web ACL tells.
type webACL struct {
	arn, resource                                source.In
	service, region, account, id, scope, aclName source.Out
}

func bindWebACL(b *source.Binding) webACL {
	return webACL{
		arn: b.In("webaclId"), resource: b.In("httpSourceId"),
		service: b.Out("cloud.service.name"), region: b.Out("cloud.region"), account: b.Out("cloud.account.id"),
		id: b.Out("aws.waf.id"), scope: b.Out("aws.waf.scope"), aclName: b.Out("aws.waf.web_acl.name"),
	}
}

// set takes arn:aws:wafv2:us-east-1:111122223333:regional/webacl/NAME/ID apart. Classic ones have no scope and no name.
func (w *webACL) set(e *source.Event) {
	rest, ok := bytes.CutPrefix(e.Text(w.arn), []byte("arn:"))
	if !ok {
		e.SetNew(w.account, accountOf(e.Text(w.resource)))
		return
	}
	var parts [4][]byte // partition, service, region, account
	for i := range parts {
		parts[i], rest, _ = bytes.Cut(rest, colon)
	}
	e.Set(w.service, parts[1])
	e.Set(w.region, parts[2])
	e.Set(w.account, parts[3])
	e.Set(w.id, rest)
	scope, rest, _ := bytes.Cut(rest, slash)
	kind, rest, ok := bytes.Cut(rest, slash)
	if name, _, named := bytes.Cut(rest, slash); ok && named && string(kind) == "webacl" {
		e.Set(w.scope, scope)
		e.Set(w.aclName, name)
	}
}

// accountOf is the account that the name of a protected resource begins with: 111122223333-app/NAME/ID of a balancer,
// 111122223333:API:STAGE of an API.
func accountOf(resource []byte) []byte {
	if len(resource) > 12 && (resource[12] == '-' || resource[12] == ':') && source.IsDigits(resource[:12]) {
		return resource[:12]
	}
	return nil
}

func bindWAFRequest(b *source.Binding) wafRequest {
	return wafRequest{
		headers: b.In("httpRequest.headers"), inserted: b.In("requestHeadersInserted"), host: b.In("httpRequest.host"),
		toHeaders: b.Out("aws.waf.request.headers"), toInserted: b.Out("aws.waf.request_headers_inserted"),
		domain: b.Out("url.domain"), port: b.Out("url.port"), agent: b.Out("user_agent.original"),
		referrer: b.Out("http.request.referrer"), forwarded: b.Out("network.forwarded_ip"), ips: b.Out("related.ip"),
	}
}

func (w *wafRequest) set(e *source.Event) {
	w.setHost(e, e.Text(w.host))
	w.json = w.json[:0]
	whole := e.EachObject(e.Text(w.headers), "name", "value", "", func(name, value, _ []byte) {
		w.header(e, name, value)
	})
	w.keep(e, w.toHeaders, "httpRequest.headers", e.Text(w.headers), whole)

	w.json = w.json[:0]
	whole = e.EachObject(e.Text(w.inserted), "name", "value", "", func(name, value, _ []byte) { w.add(name, value) })
	w.keep(e, w.toInserted, "requestHeadersInserted", e.Text(w.inserted), whole)
}

// keep sets the column of headers. What is no list of headers is kept aside.
func (w *wafRequest) keep(e *source.Event, out source.Out, path string, raw []byte, whole bool) {
	switch {
	case whole && len(w.json) > 0:
		w.json = append(w.json, '}')
		e.Set(out, w.json)
	case !whole && len(raw) > 0:
		e.Rest(path, raw)
	}
}

func (w *wafRequest) header(e *source.Event, name, value []byte) {
	var lower [32]byte
	switch string(lowerName(lower[:0], name)) {
	case "host":
		w.setHost(e, value)
	case "user-agent":
		e.SetNew(w.agent, value)
	case "referer":
		e.SetNew(w.referrer, value)
	case "x-forwarded-for", "true-client-ip", "cf-connecting-ip", "x-real-ip":
		setForwardedFor(e, value, w.forwarded, w.ips)
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-amz-security-token", "x-auth-token", "x-csrf-token":
		value = []byte("REDACTED")
	}
	w.add(name, value)
}

// lowerName is a header's name in lower case; nil for one that is longer than those that are asked for.
func lowerName(buf, name []byte) []byte {
	if len(name) > cap(buf) {
		return nil
	}
	for _, c := range name {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buf = append(buf, c)
	}
	return buf
}

func (w *wafRequest) add(name, value []byte) {
	separator := byte(',')
	if len(w.json) == 0 {
		separator = '{'
	}
	w.json = append(ecs.AppendQuoted(append(w.json, separator), name), ':')
	w.json = ecs.AppendQuoted(w.json, value)
}

func (w *wafRequest) setHost(e *source.Event, host []byte) {
	domain, port := source.CutPort(host)
	if len(domain) == 0 || e.Filled(w.domain) {
		return
	}
	e.Set(w.domain, domain)
	e.Set(w.ips, domain)
	if n, ok := source.ParseInt(port); ok && n >= 0 && n < 1<<16 {
		e.SetInt(w.port, n)
	}
}

// solved is when a puzzle was solved: seconds since 1970, or milliseconds.
type solved struct {
	path string
	at   source.In
	to   source.Out
}

func bindSolved(b *source.Binding, path, field string) solved {
	return solved{path, b.In(path), b.Out(field)}
}

func (s *solved) set(e *source.Event) {
	at, ok := source.ParseInt(e.Text(s.at))
	switch {
	case ok && at > 0 && at < 1e11:
		e.SetTime(s.to, at*1000)
	case ok && at > 0 && at < 1e14:
		e.SetTime(s.to, at)
	case e.Has(s.at) && !(ok && at == 0):
		e.Rest(s.path, e.Text(s.at))
	}
}
