package aws

import (
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// Route53Resolver is the queries that resolvers of VPCs answer, and what DNS Firewall did about them.
func Route53Resolver() *source.Source {
	return &source.Source{
		Name:    "aws_route53_resolver",
		Title:   "Amazon Route 53 Resolver query logs",
		Version: "2",
		Docs: []string{
			"https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html",
		},
		Keys:  []string{`vpcdnsquerylogs`, `(?i)(^|/)(aws[-_])?(route[-_]?53|r53)[-_]?resolver`},
		Looks: source.LooksLike(`"query_timestamp"`, `"query_name"`, `"rcode"`),
		Notes: "All answers are in dns.answers, their addresses in dns.resolved_ip, and the hosts and addresses of all in related.*. " +
			"Of a query for the name of an address the address is in related.ip.",

		Framing: frame.Framing{Kind: frame.JSON},
		Divide:  source.SparseJSON,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "network", "event.type", "protocol", "network.protocol", "dns",
			"cloud.provider", "aws", "event.module", "aws", "cloud.service.name", "route53resolver",
		),
		Map: []source.Mapping{
			{To: "@timestamp", From: "query_timestamp"},
			{To: "cloud.account.id", From: "account_id"},
			{To: "cloud.region", From: "region"},
			{To: "cloud.instance.id", From: "srcids.instance | instance"},
			{To: "event.action", From: "firewall_rule_action", As: source.Lower},
			{To: "source.address", From: "srcaddr"},
			{To: "source.ip", From: "srcaddr"},
			{To: "source.port", From: "srcport"},
			{To: "network.transport", From: "transport", As: source.Lower},
			{To: "dns.question.type", From: "query_type"},
			{To: "dns.question.class", From: "query_class"},
			{To: "dns.response_code", From: "rcode"},
			{To: "aws.vpc_id", From: "vpc_id"},
			{To: "aws.instance_id", From: "srcids.instance | instance"},
			{To: "aws.route53.resolver.version", From: "version"},
			{To: "aws.route53.resolver.endpoint_id", From: "srcids.resolver_endpoint", Doc: "inbound endpoint that the query came through"},
			{To: "aws.route53.resolver.network_interface_id", From: "srcids.resolver_network_interface"},
			{To: "aws.route53.firewall.action", From: "firewall_rule_action"},
			{To: "aws.route53.firewall.rule_group.id", From: "firewall_rule_group_id"},
			{To: "aws.route53.firewall.domain_list.id", From: "firewall_domain_list_id"},
			{To: "aws.route53.firewall.protection", From: "firewall_protection", Doc: "what DNS Firewall Advanced found: a domain generation algorithm or a tunnel"},
			{To: "aws.route53.firewall.confidence_threshold", From: "firewall_protection_confidence_threshold | firewall_confidence_threshold"},
			{To: "rule.ruleset", From: "firewall_rule_group_id"},
			{To: "aws.route53.resolver.additional_properties", From: "additional_properties", JSON: true},
		},
		Extra: []ecs.Field{
			{Name: "event.outcome"}, {Name: "network.iana_number"}, {Name: "network.type"},
			{Name: "dns.question.name"}, {Name: "dns.answers"}, {Name: "dns.resolved_ip"},
		},
		Finish: finishResolver,
	}
}

func finishResolver(b *source.Binding) func(*source.Event) error {
	var (
		name, raw = b.In("query_name"), b.In("answers")
		question  = bindDNS(b)
		answers   = dnsAnswers{to: b.Out("dns.answers"), resolved: b.Out("dns.resolved_ip"), hosts: b.Out("related.hosts")}
	)
	return func(e *source.Event) error {
		question.set(e, e.Text(name))
		answers.json = answers.json[:0]
		whole := e.EachObject(e.Text(raw), "Rdata", "Type", "Class", func(data, kind, class []byte) {
			answers.add(e, data, kind, class)
		})
		if !whole && e.Has(raw) {
			e.Rest("answers", e.Text(raw))
		}
		answers.set(e)
		return nil
	}
}

// dnsAnswers collects the answers of a query.
type dnsAnswers struct {
	to, resolved, hosts source.Out

	json []byte
}

// add takes one answer: its address or the host that it names, and all of it.
func (a *dnsAnswers) add(e *source.Event, data, kind, class []byte) {
	data = undotted(data)
	separator := byte(',')
	if len(a.json) == 0 {
		separator = '['
	}
	a.json = append(a.json, separator)
	a.member('{', `"data":`, data)
	a.member(',', `"type":`, kind)
	a.member(',', `"class":`, class)
	switch string(kind) {
	case "A", "AAAA":
		e.Set(a.resolved, data)
	case "CNAME":
		a.member(',', `"name":`, data)
		e.Set(a.hosts, data)
	case "PTR", "NS", "MX", "SRV":
		e.Set(a.hosts, lastWord(data))
	}
	a.json = append(a.json, '}')
}

func (a *dnsAnswers) member(before byte, name string, text []byte) {
	if before == '{' || len(text) > 0 {
		a.json = ecs.AppendQuoted(append(append(a.json, before), name...), text)
	}
}

func (a *dnsAnswers) set(e *source.Event) {
	if len(a.json) > 0 {
		a.json = append(a.json, ']')
		e.Set(a.to, a.json)
	}
}
