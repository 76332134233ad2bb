package aws

import (
	"bytes"
	"strings"

	"github.com/hindcast/hindcast/lake/source"
)

// eksOut fills what the mapping can't say of an audit event.
type eksOut struct {
	auditID, stage, verb, resource, subresource, code, reason, text, uri, addresses, arn, session source.In
	annotations, request, response, client, line, kind                                            source.In
	id, category, types, outcome, errorCode, errorText, ip, cluster                               source.Out
	decision, why, related, host                                                                  source.Out
	urls                                                                                          source.URL
	buf                                                                                           []byte
}

func finishEKSAudit(b *source.Binding) func(*source.Event) error {
	o := &eksOut{
		auditID: b.In("auditID"), stage: b.In("stage"), verb: b.In("verb"), resource: b.In("objectRef.resource"), subresource: b.In("objectRef.subresource"), code: b.In("responseStatus.code"),
		reason: b.In("responseStatus.reason"), text: b.In("responseStatus.message"), uri: b.In("requestURI"), addresses: b.In("sourceIPs[]"), arn: b.In("user.extra.arn[]"), session: b.In("user.extra.sessionName[]"),
		annotations: b.In("annotations"), request: b.In("requestObject"), response: b.In("responseObject"), client: b.In("line.client"),
		line: b.In("line.message"), kind: b.In("line.kind"),
		id: b.Out("event.id"), category: b.Out("event.category"), types: b.Out("event.type"), outcome: b.Out("event.outcome"),
		errorCode: b.Out("error.code"), errorText: b.Out("error.message"), ip: b.Out("source.ip"), cluster: b.Out("orchestrator.cluster.name"),
		decision: b.Out(eksAudit + "authorization.decision"), why: b.Out(eksAudit + "authorization.reason"), related: b.Out("related.ip"), host: b.Out("related.hosts"), urls: b.URL(),
	}
	for _, list := range []string{"sourceIPs", "user.groups", "user.extra.accessKeyId", "user.extra.arn", "user.extra.canonicalArn", "user.extra.principalId", "user.extra.sessionName", "impersonatedUser.groups"} {
		b.In(list) // whose elements have columns
	}
	klog := bindKlog(b)
	return func(e *source.Event) error {
		e.SetNew(o.cluster, clusterOf(e.Delivery().LogGroup))
		if e.Has(o.kind) {
			return o.component(e, klog)
		}
		o.audit(e)
		return nil
	}
}

// clusterOf is the cluster that the log group /aws/eks/NAME/cluster is named after.
func clusterOf(group []byte) []byte {
	rest, ok := bytes.CutPrefix(group, []byte("/aws/eks/"))
	if !ok {
		return nil
	}
	name, _, _ := bytes.Cut(rest, slash)
	return name
}

func (o *eksOut) audit(e *source.Event) {
	if id := e.Text(o.auditID); len(id) > 0 {
		o.buf = append(append(append(o.buf[:0], id...), '-'), e.Text(o.stage)...)
		e.Set(o.id, o.buf)
	}
	e.Set(o.ip, e.Text(o.addresses))
	e.SetURL(&o.urls, source.CutURL(e.Text(o.uri)))
	for _, in := range []source.In{o.arn, o.session} { // of an instance's role the session is named as the instance
		for v := range e.All(in) {
			e.Set(o.host, instanceOf(v.Bytes[bytes.LastIndexByte(v.Bytes, '/')+1:]))
		}
	}
	decision := o.annotate(e)
	o.classify(e)
	code, known := source.ParseInt(e.Text(o.code))
	switch {
	case decision == "forbid" || known && code >= 400:
		e.SetText(o.outcome, "failure")
		e.Set(o.errorCode, e.Text(o.reason))
		e.Set(o.errorText, e.Text(o.text))
	case known:
		e.SetText(o.outcome, "success")
	}
	switch decision {
	case "allow":
		e.SetText(o.types, "allowed")
	case "forbid":
		e.SetText(o.types, "denied")
	}
	each := func(_, value []byte) {
		if len(value) > 6 && len(value) < 46 {
			e.Set(o.related, value)
		}
	}
	source.EachText(e.Text(o.request), each)
	source.EachText(e.Text(o.response), each)
}

// annotate finds what was decided about the request, and answers it.
func (o *eksOut) annotate(e *source.Event) (decision string) {
	source.EachText(e.Text(o.annotations), func(name, value []byte) {
		switch string(name) {
		case "authorization.k8s.io/decision":
			e.Set(o.decision, value)
			switch string(value) {
			case "allow":
				decision = "allow"
			case "forbid":
				decision = "forbid"
			}
		case "authorization.k8s.io/reason":
			e.Set(o.why, value)
		}
	})
	return decision
}

// classify says by the verb and the resource what kind of event it is.
func (o *eksOut) classify(e *source.Event) {
	resource := string(e.Text(o.resource))
	switch {
	case resource == "tokenreviews" || resource == "selfsubjectreviews":
		e.SetText(o.category, "authentication")
	case strings.HasSuffix(resource, "roles") || strings.HasSuffix(resource, "rolebindings") || resource == "serviceaccounts" || resource == "users":
		e.SetText(o.category, "iam")
	case resource == "networkpolicies" || resource == "services" || resource == "ingresses":
		e.SetText(o.category, "network")
	}
	e.SetText(o.category, "api")
	if string(e.Text(o.subresource)) == "exec" {
		e.SetText(o.category, "process")
	}
	switch string(e.Text(o.verb)) {
	case "create":
		e.SetText(o.types, "creation")
	case "update", "patch":
		e.SetText(o.types, "change")
	case "delete", "deletecollection":
		e.SetText(o.types, "deletion")
	case "get", "list", "watch":
		e.SetText(o.types, "access")
	}
}

// component fills what a line of another component than the audit log says.
func (o *eksOut) component(e *source.Event, k *klog) error {
	e.SetText(o.types, "info")
	client := e.Text(o.client)
	host, _ := source.CutPort(client)
	e.Set(o.ip, host)
	switch string(e.Text(o.line)) {
	case "access granted":
		e.SetText(o.category, "authentication")
		e.SetText(o.outcome, "success")
	case "access denied":
		e.SetText(o.category, "authentication")
		e.SetText(o.outcome, "failure")
	}
	if host == nil {
		for address := range source.Addresses(e.Text(o.line)) {
			e.Set(o.related, address)
		}
	}
	return k.set(e)
}
