package aws

import (
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// EKSAudit is the control plane's logs of EKS: the Kubernetes audit log, and the lines of its other components.
func EKSAudit() *source.Source {
	return &source.Source{
		Name:    "aws_eks_audit",
		Title:   "Amazon EKS control plane logs (Kubernetes audit)",
		Version: "2",
		Docs: []string{
			"https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",
			"https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/",
		},
		Keys:  []string{`(?i)[/_-]eks[/_-]`, `(?i)kube-apiserver-audit`, `(?i)(kubernetes|k8s)[/_-]?audit`},
		Looks: source.LooksLike(`"audit.k8s.io/`, `"auditID"`),
		Notes: "All types of the control plane's logs come through one log group. Audit events are JSON. The lines of the API server, the authenticator, " +
			"the controller manager and the scheduler are told by their form: klog's, whose times have no year and take that of their delivery, and logfmt. " +
			"An object of such lines alone, without an envelope, is not read. An audit event is told apart from the other stages of its request by its stage.",

		Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"items"}},
		Divide:  eksLog,
		OwnID:   true,
		Static: source.Fixed(
			"event.kind", "event", "event.module", "kubernetes", "cloud.provider", "aws", "cloud.service.name", "eks", "orchestrator.type", "kubernetes",
		),
		Map: eksMap(),
		Extra: append(source.URLFields(), []ecs.Field{
			{Name: "event.id"}, {Name: "event.category"}, {Name: "event.type"}, {Name: "event.outcome"}, {Name: "source.ip"}, {Name: "orchestrator.cluster.name"},
			{Name: "kubernetes.audit.authorization.decision"}, {Name: "kubernetes.audit.authorization.reason"},
			{Name: "error.code"}, {Name: "error.message"}, {Name: "user.effective.name"},
		}...),
		Finish: finishEKSAudit,
	}
}

const eksAudit = "kubernetes.audit."

func eksMap() []source.Mapping {
	return []source.Mapping{
		{To: "@timestamp", From: "stageTimestamp | requestReceivedTimestamp | line.time"},
		{To: "event.start", From: "requestReceivedTimestamp"},
		{To: "event.end", From: "stageTimestamp"},
		{To: "event.action", From: "verb"},
		{To: "message", From: "line.message"},
		{To: "log.level", From: "line.level"},
		{To: "log.origin.file.name", From: "line.file"},
		{To: "log.origin.file.line", From: "line.line"},
		{To: "process.thread.id", From: "line.thread"},
		{To: "user.name", From: "user.username | line.username"},
		{To: "user.id", From: "user.uid | line.uid"},
		{To: "user.effective.name", From: "impersonatedUser.username"},
		{To: "user.effective.id", From: "impersonatedUser.uid"},
		{To: "user_agent.original", From: "userAgent"},
		{To: "url.original", From: "requestURI | line.path"},
		{To: "http.request.method", From: "line.method"},
		{To: "http.response.status_code", From: "responseStatus.code"},
		{To: "orchestrator.api_version", From: "objectRef.apiVersion"},
		{To: "orchestrator.namespace", From: "objectRef.namespace"},
		{To: "orchestrator.resource.name", From: "objectRef.name"},
		{To: "orchestrator.resource.type", From: "objectRef.resource"},
		{To: eksAudit + "auditID", From: "auditID"},
		{To: eksAudit + "apiVersion", From: "apiVersion"},
		{To: eksAudit + "kind", From: "kind"},
		{To: eksAudit + "level", From: "level"},
		{To: eksAudit + "stage", From: "stage"},
		{To: eksAudit + "verb", From: "verb"},
		{To: eksAudit + "requestURI", From: "requestURI"},
		{To: eksAudit + "userAgent", From: "userAgent"},
		{To: eksAudit + "sourceIPs", From: "sourceIPs[]", Type: ecs.Strings, Kind: ecs.IP},
		{To: eksAudit + "user.username", From: "user.username", Kind: ecs.User},
		{To: eksAudit + "user.uid", From: "user.uid"},
		{To: eksAudit + "user.groups", From: "user.groups[]", Type: ecs.Strings},
		{To: eksAudit + "user.extra.accessKeyId", From: "user.extra.accessKeyId[]", Type: ecs.Strings, Kind: ecs.AccessKey},
		{To: eksAudit + "user.extra.arn", From: "user.extra.arn[] | line.arn", Type: ecs.Strings, Kind: ecs.ARN},
		{To: eksAudit + "user.extra.canonicalArn", From: "user.extra.canonicalArn[]", Type: ecs.Strings, Kind: ecs.ARN},
		{To: eksAudit + "user.extra.principalId", From: "user.extra.principalId[]", Type: ecs.Strings, Kind: ecs.User, Related: "related.user"},
		{To: eksAudit + "user.extra.sessionName", From: "user.extra.sessionName[]", Type: ecs.Strings, Kind: ecs.User, Related: "related.user"},
		{To: eksAudit + "impersonatedUser.groups", From: "impersonatedUser.groups[]", Type: ecs.Strings},
		{To: eksAudit + "impersonatedUser.extra", From: "impersonatedUser.extra", JSON: true},
		{To: eksAudit + "objectRef.apiGroup", From: "objectRef.apiGroup"},
		{To: eksAudit + "objectRef.subresource", From: "objectRef.subresource"},
		{To: eksAudit + "objectRef.uid", From: "objectRef.uid"},
		{To: eksAudit + "objectRef.resourceVersion", From: "objectRef.resourceVersion"},
		{To: eksAudit + "responseStatus.code", From: "responseStatus.code", Type: ecs.Int},
		{To: eksAudit + "responseStatus.status", From: "responseStatus.status"},
		{To: eksAudit + "responseStatus.reason", From: "responseStatus.reason"},
		{To: eksAudit + "responseStatus.message", From: "responseStatus.message"},
		{To: eksAudit + "responseStatus.details", From: "responseStatus.details", JSON: true},
		{To: eksAudit + "annotations", From: "annotations", JSON: true},
		{To: eksAudit + "authenticationMetadata", From: "authenticationMetadata", JSON: true},
		{To: eksAudit + "requestObject", From: "requestObject", JSON: true},
		{To: eksAudit + "responseObject", From: "responseObject", JSON: true},
		{To: "aws.eks.component", From: "line.component", Doc: "the component of the control plane that wrote the line"},
		{To: "aws.eks.fields", From: "line.fields", JSON: true, Doc: "the pairs of a line in logfmt"},
	}
}
