package aws

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// Route53Public is the queries that Route 53 answers for public hosted zones.
func Route53Public() *source.Source {
	return &source.Source{
		Name:    "aws_route53_public",
		Title:   "Amazon Route 53 public DNS query logs",
		Version: "2",
		Docs:    []string{"https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html"},
		Keys:    []string{`(^|/)aws/route53/`, `(?i)(^|/)(aws[-_])?(route[-_]?53|r53)[-_](public|query|dns)`},
		Looks:   looksLikeRoute53,
		Notes:   "The source is the resolver that asked; the network of its client, if it told, is aws.route53.edns_client_subnet.",

		Framing: frame.Framing{Kind: frame.Lines},
		Divide:  route53Log,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "network", "event.type", "protocol", "network.protocol", "dns",
			"cloud.provider", "aws", "event.module", "aws", "cloud.service.name", "route53",
		),
		Map: []source.Mapping{
			{To: "@timestamp", From: "timestamp"},
			{To: "source.address", From: "resolver_ip"},
			{To: "source.ip", From: "resolver_ip"},
			{To: "network.transport", From: "protocol", As: source.Lower},
			{To: "dns.question.type", From: "query_type"},
			{To: "dns.response_code", From: "response_code"},
			{To: "aws.route53.hosted_zone_id", From: "hosted_zone_id"},
			{To: "aws.route53.edge_location", From: "edge_location"},
			{To: "aws.route53.edns_client_subnet", From: "edns_client_subnet"},
			{To: "aws.route53.version", From: "version"},
		},
		Extra: []ecs.Field{
			{Name: "event.outcome"}, {Name: "network.iana_number"}, {Name: "network.type"}, {Name: "dns.question.name"},
		},
		Finish: func(b *source.Binding) func(*source.Event) error {
			name, question := b.In("query_name"), bindDNS(b)
			return func(e *source.Event) error {
				question.set(e, e.Text(name))
				return nil
			}
		},
	}
}

const route53Fields = "version timestamp hosted_zone_id query_name query_type response_code protocol edge_location resolver_ip edns_client_subnet"

// route53Log divides records into their ten words.
func route53Log(want []string) (source.Divider, error) {
	names := strings.Fields(route53Fields)
	if err := source.CheckPaths(want, names); err != nil {
		return nil, err
	}
	return &route53Divider{source.Bind(want, names...)}, nil
}

type route53Divider struct{ layout source.Layout }

func (d *route53Divider) Begin(string) {}

func (d *route53Divider) Divide(record []byte, v *source.Values) error {
	t := source.Tokens{Line: source.UnwrapMessage(record, v)}
	i := 0
	for ; t.More(); i++ {
		word := t.Word()
		if i == 1 && !isStamp(word) {
			return fmt.Errorf("the record has no time as its second field")
		}
		d.layout.Take(v, i, word)
	}
	if i < len(d.layout.Names) {
		return fmt.Errorf("the record ends after %d fields, before %s", i, d.layout.Names[i])
	}
	return nil
}

func looksLikeRoute53(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	var words [10][]byte
	t := source.Tokens{Line: bytes.TrimRight(line, "\r")}
	for i := range words {
		words[i] = t.Word()
	}
	_, ok := source.ParseAddr(words[8])
	return ok && !t.More() && string(words[0]) == "1.0" && isStamp(words[1]) && words[2][0] == 'Z' && oneOf("UDP", "TCP")(words[6])
}
