package aws

import (
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// WAF is the logs of web ACLs of AWS WAF and of AWS WAF Classic, as S3, Firehose and CloudWatch Logs receive them.
func WAF() *source.Source {
	return &source.Source{
		Name:    "aws_waf",
		Title:   "AWS WAF web ACL traffic logs",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html",
			"https://docs.aws.amazon.com/waf/latest/developerguide/classic-logging.html",
		},
		Keys:  []string{`aws-waf-logs-`, `_waflogs_`, `/WAFLogs/`, `(?i)(^|/)(aws[-_])?waf[-_]?logs?/`},
		Looks: source.LooksLike(`"webaclId"`, `"terminatingRuleId"`, `"httpRequest"`),
		Notes: "Of the request's headers the values of authorization, cookie and the like are written as REDACTED. " +
			"A web ACL of AWS WAF Classic has an id where others have an ARN: its account and region are those of the object's key.",

		Framing: frame.Framing{Kind: frame.JSON},
		Divide:  source.SparseJSON,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "web,network", "event.type", "access",
			"cloud.provider", "aws", "event.module", "aws",
		),
		Map: wafMap(),
		Extra: []ecs.Field{
			{Name: "http.version"}, {Name: "network.protocol"}, {Name: "network.transport"}, {Name: "cloud.service.name"},
			{Name: "url.domain"}, {Name: "url.port"}, {Name: "http.request.referrer"}, {Name: "network.forwarded_ip"},
			{Name: "aws.waf.id", Doc: "scope, kind, name and id of the web ACL, from its ARN"},
			{Name: "aws.waf.scope", Doc: "regional or global (CloudFront)"},
			{Name: "aws.waf.web_acl.name", Doc: "name of the web ACL"},
			{Name: "aws.waf.captcha_response.solve_timestamp", Type: ecs.Time},
			{Name: "aws.waf.challenge_response.solve_timestamp", Type: ecs.Time},
			{Name: "aws.waf.request.headers", JSON: true, Unique: true, Doc: "headers of the request by name, without credentials"},
			{Name: "aws.waf.request_headers_inserted", JSON: true, Unique: true, Doc: "headers that AWS WAF inserted, by name"},
		},
		Finish: finishWAF,
	}
}

func wafMap() []source.Mapping {
	return []source.Mapping{
		{To: "@timestamp", From: "timestamp", As: source.EpochMilli},
		{To: "event.action", From: "action"},
		{To: "source.ip", From: "httpRequest.clientIp"},
		{To: "source.address", From: "httpRequest.clientIp"},
		{To: "source.geo.country_iso_code", From: "httpRequest.country"},
		{To: "source.as.number", From: "clientAsn | ClientASN | httpRequest.clientAsn", Type: ecs.Int},
		{To: "http.request.id", From: "httpRequest.requestId"},
		{To: "http.request.method", From: "httpRequest.httpMethod"},
		{To: "url.path", From: "httpRequest.uri"},
		{To: "url.query", From: "httpRequest.args"},
		{To: "url.fragment", From: "httpRequest.fragment"},
		{To: "url.scheme", From: "httpRequest.scheme"},
		{To: "host.domain", From: "httpRequest.host"},
		{To: "rule.id", From: "terminatingRuleId"},
		{To: "rule.ruleset", From: "terminatingRuleType"},
		{To: "tls.client.ja3", From: "ja3Fingerprint"},
		{To: "aws.waf.ja4_fingerprint", From: "ja4Fingerprint"},
		{To: "aws.waf.arn", From: "webaclId", Kind: ecs.ARN, Doc: "ARN of the web ACL, or its id"},
		{To: "aws.waf.format_version", From: "formatVersion"},
		{To: "aws.waf.source.name", From: "httpSourceName", Doc: "kind of the protected resource: CF, ALB, APIGW and others"},
		{To: "aws.waf.source.id", From: "httpSourceId", Doc: "the protected resource"},
		{To: "aws.waf.cf_distribution_tenant_id", From: "cfDistributionTenantId"},
		{To: "aws.waf.forwarded_asn", From: "forwardedAsn | httpRequest.forwardedAsn", Type: ecs.Int},
		{To: "aws.waf.request_body_size", From: "requestBodySize", Type: ecs.Int},
		{To: "aws.waf.request_body_size_inspected_by_waf", From: "requestBodySizeInspectedByWAF", Type: ecs.Int},
		{To: "aws.waf.response_code_sent", From: "responseCodeSent", Type: ecs.Int},
		{To: "aws.waf.oversize_fields", From: "oversizeFields[]", Type: ecs.Strings},
		{To: "aws.waf.labels", From: "labels", JSON: true},
		{To: "aws.waf.label_names", From: "labels[].name", Type: ecs.Strings, Doc: "labels that rules put on the request"},
		{To: "aws.waf.captcha_response.response_code", From: "captchaResponse.responseCode", Type: ecs.Int},
		{To: "aws.waf.captcha_response.failure_reason", From: "captchaResponse.failureReason"},
		{To: "aws.waf.challenge_response.response_code", From: "challengeResponse.responseCode", Type: ecs.Int},
		{To: "aws.waf.challenge_response.failure_reason", From: "challengeResponse.failureReason"},
		{To: "aws.waf.terminating_rule_match_details", From: "terminatingRuleMatchDetails", JSON: true, Doc: "what the terminating rule found: SQL injection or cross-site scripting"},
		{To: "aws.waf.rule_group_list", From: "ruleGroupList", JSON: true, Doc: "rule groups that were evaluated, with their matching and excluded rules"},
		{To: "aws.waf.rate_based_rule_list", From: "rateBasedRuleList", JSON: true},
		{To: "aws.waf.non_terminating_matching_rules", From: "nonTerminatingMatchingRules", JSON: true},
		{To: "aws.waf.matched_rules", Type: ecs.Strings, Doc: "ids of all rules that matched besides the terminating one",
			From: "ruleGroupList[].terminatingRule.ruleId | ruleGroupList[].nonTerminatingMatchingRules[].ruleId | " +
				"ruleGroupList[].excludedRules[].ruleId | nonTerminatingMatchingRules[].ruleId | rateBasedRuleList[].rateBasedRuleName"},
		{To: "aws.waf.limited", From: "rateBasedRuleList[].limitValue | rateBasedRuleList[].customValues[].value", Type: ecs.Strings, Doc: "values by which rate-based rules counted"},
	}
}
