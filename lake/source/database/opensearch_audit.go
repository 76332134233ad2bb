package database

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// OpenSearchAudit is the audit log of OpenSearch Service, and of OpenSearch's security plugin elsewhere.
func OpenSearchAudit() *source.Source {
	return &source.Source{
		Name:    "aws_opensearch_audit",
		Title:   "Amazon OpenSearch Service audit log",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/opensearch-service/latest/developerguide/audit-logs.html",
			"https://docs.opensearch.org/latest/security/audit-logs/field-reference/",
		},
		Keys:  []string{`(?i)(opensearch|elasticsearch).*audit`},
		Looks: looksLikeOpenSearchAudit,
		Notes: "OpenSearch Service cuts records at 10,000 characters. What stands before the cut is read, the record is kept whole in event.original, " +
			"and it is tagged truncated; without a time before the cut it has the envelope's.",

		Framing: frame.Framing{Kind: frame.JSON},
		Divide:  openSearchLog,
		Static:  source.Fixed("event.kind", "event", "cloud.provider", "aws", "event.module", "opensearch", "event.dataset", "opensearch.audit"),
		Map: []source.Mapping{
			{To: "@timestamp", From: "@timestamp | audit_utc_timestamp"},
			{To: "event.action", From: "audit_category", As: source.Lower},
			{To: "event.original", From: openSearchCut},
			{To: "user.name", From: "audit_request_initiating_user | audit_request_effective_user"},
			{To: "user.effective.name", From: "audit_request_effective_user"},
			{To: "source.address", From: "audit_request_remote_address"},
			{To: "source.ip", From: "audit_request_remote_address"},
			{To: "user_agent.original", From: osHeaders + "User-Agent[] | " + osHeaders + "user-agent[]"},
			{To: "http.request.method", From: "audit_rest_request_method"},
			{To: "url.path", From: "audit_rest_request_path"},
			{To: "host.name", From: "audit_node_host_name"},
			{To: "host.ip", From: "audit_node_host_address"},
			{To: "related.hosts", From: osHeaders + "Host[] | " + osHeaders + "host[]"},
			{To: "aws.opensearch.audit.category", From: "audit_category", Doc: "FAILED_LOGIN, AUTHENTICATED, GRANTED_PRIVILEGES, MISSING_PRIVILEGES …"},
			{To: "aws.opensearch.audit.format_version", From: "audit_format_version", Type: ecs.Int},
			{To: "aws.opensearch.audit.cluster", From: "audit_cluster_name", Doc: "account and domain"},
			{To: "aws.opensearch.node.id", From: "audit_node_id", Related: "related.hosts"},
			{To: "aws.opensearch.node.name", From: "audit_node_name", Related: "related.hosts"},
			{To: "aws.opensearch.audit.layer", From: "audit_request_layer", Doc: "REST or TRANSPORT"},
			{To: "aws.opensearch.audit.origin", From: "audit_request_origin", Doc: "the layer that the request came in by"},
			{To: "aws.opensearch.audit.is_admin", From: "audit_request_effective_user_is_admin", Type: ecs.Bool, Doc: "whether it came with an administrator's certificate"},
			{To: "aws.opensearch.audit.privilege", From: "audit_request_privilege", Doc: "privilege that the request needs"},
			{To: "aws.opensearch.audit.request_type", From: "audit_transport_request_type", Doc: "type of the request on the transport layer"},
			{To: "aws.opensearch.audit.action", From: "audit_transport_action", Doc: "action on the transport layer"},
			{To: "aws.opensearch.audit.indices", From: "audit_trace_indices[] | audit_trace_index", Type: ecs.Strings, Doc: "indices in the request"},
			{To: "aws.opensearch.audit.resolved_indices", From: "audit_trace_resolved_indices[]", Type: ecs.Strings, Doc: "indices that the request was on"},
			{To: "aws.opensearch.audit.shard_id", From: "audit_trace_shard_id", Type: ecs.Int},
			{To: "aws.opensearch.audit.doc_id", From: "audit_trace_doc_id", Unique: true, Doc: "document that was read or written"},
			{To: "aws.opensearch.audit.doc_version", From: "audit_trace_doc_version | audit_compliance_doc_version", Type: ecs.Int},
			{To: "aws.opensearch.audit.doc_types", From: "audit_trace_doc_types[]", Type: ecs.Strings},
			{To: "aws.opensearch.audit.doc_source", From: "audit_trace_doc_source", Unique: true, Doc: "the document, or the fields of it that were read"},
			{To: "aws.opensearch.audit.task_id", From: "audit_trace_task_id", Unique: true},
			{To: "aws.opensearch.audit.task_parent_id", From: "audit_trace_task_parent_id", Unique: true},
			{To: "aws.opensearch.audit.compliance.operation", From: "audit_compliance_operation", Doc: "CREATE, UPDATE, DELETE"},
			{To: "aws.opensearch.audit.compliance.diff", From: "audit_compliance_diff_content", Unique: true, Doc: "what a write has changed"},
			{To: "aws.opensearch.audit.request_body", From: "audit_request_body", Unique: true},
			{To: "aws.opensearch.audit.request_params", From: "audit_rest_request_params", JSON: true},
			{To: "aws.opensearch.audit.request_headers", From: "audit_rest_request_headers", JSON: true},
			{To: "aws.opensearch.audit.transport_headers", From: "audit_transport_headers", JSON: true},
			{To: "error.message", From: "audit_request_exception_stacktrace"},
		},
		Extra: deliveryFields(
			ecs.Field{Name: "event.category"}, ecs.Field{Name: "event.type"}, ecs.Field{Name: "event.outcome"}, ecs.Field{Name: "tags"},
			ecs.Field{Name: "related.ip"}, ecs.Field{Name: "event.reason"},
			ecs.Field{Name: "aws.opensearch.domain", Related: "related.hosts", Doc: "domain whose log it is"},
		),
		Finish: finishOpenSearchAudit,
	}
}

const (
	osHeaders = "audit_rest_request_headers."
	// The record, where it was cut.
	openSearchCut = "(cut)"
)

func looksLikeOpenSearchAudit(head []byte) bool {
	object := head[:min(len(head), 16<<10)]
	return bytes.Contains(object, []byte(`"audit_category"`)) && bytes.Contains(object, []byte(`"audit_`)) && bytes.Contains(object, []byte(`"audit_format_version"`))
}

// openSearchLog divides records that may be cut.
func openSearchLog(want []string) (source.Divider, error) {
	json, err := source.JSON(want)
	if err != nil {
		return nil, err
	}
	return &openSearchDivider{json: json, cut: source.Bind(want, openSearchCut).Slots[0]}, nil
}

type openSearchDivider struct {
	json source.Divider
	cut  int
}

// longestAudit is how many characters a record has that OpenSearch Service has cut.
const longestAudit = 10_000

func (d *openSearchDivider) Begin(key string) { d.json.Begin(key) }

func (d *openSearchDivider) Divide(record []byte, v *source.Values) error {
	err := d.json.Divide(record, v)
	if err != nil && len(record) >= longestAudit && record[0] == '{' && record[len(record)-1] != '}' {
		v.Set(d.cut, source.Text, record)
		return nil
	}
	return err
}

func finishOpenSearchAudit(b *source.Binding) func(*source.Event) error {
	var (
		whose                 = bindDelivery(b)
		cut, category         = b.In(openSearchCut), b.In("audit_category")
		cluster               = b.In("audit_cluster_name")
		forwarded, lower      = b.In(osHeaders + "X-Forwarded-For[]"), b.In(osHeaders + "x-forwarded-for[]")
		time, account, domain = b.Out("@timestamp"), b.Out("cloud.account.id"), b.Out("aws.opensearch.domain")
		categories, kind      = b.Out("event.category"), b.Out("event.type")
		outcome, tags, reason = b.Out("event.outcome"), b.Out("tags"), b.Out("event.reason")
		addresses             = b.Out("related.ip")
		lists                 = bindLists(b)
	)
	return func(e *source.Event) error {
		whose.set(e)
		if owner, name, ok := bytes.Cut(e.Text(cluster), []byte(":")); ok && len(owner) == 12 && source.IsDigits(owner) {
			e.Set(account, owner)
			e.Set(domain, name)
		} else {
			e.Set(domain, nameAfter(e.Delivery().LogGroup, openSearchDomains))
		}
		lists.set(e)
		for _, list := range []source.In{forwarded, lower} {
			setAddresses(e, addresses, e.Text(list))
		}
		if e.Has(cut) {
			e.SetText(tags, "truncated")
			e.SetText(reason, "OpenSearch Service has cut the record at 10,000 characters")
			if ms, ok := e.Sent(); ok && !e.Filled(time) {
				e.SetTime(time, ms)
			}
		}
		class := classOf(e.Text(category))
		e.SetText(categories, "database")
		e.SetText(categories, class.category)
		e.SetText(kind, class.kind)
		e.SetText(outcome, class.outcome)
		return nil
	}
}

// openSearchLists are lists whose only item may be written as text; what is held here is not in unmapped.
type openSearchLists [3]struct {
	in  source.In
	out source.Out
}

func bindLists(b *source.Binding) (lists openSearchLists) {
	for i, p := range [...][2]string{
		{"audit_trace_indices", "indices"}, {"audit_trace_resolved_indices", "resolved_indices"}, {"audit_trace_doc_types", "doc_types"},
	} {
		lists[i].in, lists[i].out = b.In(p[0]), b.Out("aws.opensearch.audit."+p[1])
	}
	return lists
}

func (lists *openSearchLists) set(e *source.Event) {
	for _, l := range lists {
		if v := e.Value(l.in); v.Shape == source.Text {
			e.Set(l.out, v.Bytes)
		}
	}
}

var openSearchDomains = []byte("/domains/")

// setAddresses adds the addresses of a list to another.
func setAddresses(e *source.Event, to source.Out, list []byte) {
	for len(list) > 0 {
		var item []byte
		item, list, _ = bytes.Cut(list, []byte(","))
		e.Set(to, bytes.TrimSpace(item))
	}
}

// auditClass is what a category of audit records means.
type auditClass struct{ name, category, kind, outcome string }

var auditClasses = []auditClass{
	{"FAILED_LOGIN", "authentication", "start", "failure"},
	{"AUTHENTICATED", "authentication", "start", "success"},
	{"GRANTED_PRIVILEGES", "", "access", "success"},
	{"MISSING_PRIVILEGES", "", "access", "failure"},
	{"BAD_HEADERS", "", "error", "failure"},
	{"SSL_EXCEPTION", "network", "error", "failure"},
	{"OPENSEARCH_SECURITY_INDEX_ATTEMPT", "iam", "change", "failure"},
	{"OPENDISTRO_SECURITY_INDEX_ATTEMPT", "iam", "change", "failure"},
	{"COMPLIANCE_DOC_READ", "", "access", "success"},
	{"COMPLIANCE_DOC_WRITE", "", "change", "success"},
	{"COMPLIANCE_INTERNAL_CONFIG_READ", "configuration", "access", "success"},
	{"COMPLIANCE_INTERNAL_CONFIG_WRITE", "configuration", "change", "success"},
	{"COMPLIANCE_EXTERNAL_CONFIG", "configuration", "info", "success"},
}

func classOf(category []byte) auditClass {
	for _, class := range auditClasses {
		if string(category) == class.name {
			return class
		}
	}
	return auditClass{kind: "info", outcome: "unknown"}
}
