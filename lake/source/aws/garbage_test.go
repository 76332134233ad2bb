package aws_test

import (
	"testing"

	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func TestLinesMakeNoGarbage(t *testing.T) {
	for name, c := range map[string]struct {
		source *source.Source
		header string
		line   string
	}{
		"a flow":                  {aws.VPCFlow(), "", "2 111122223333 eni-1 198.51.100.10 10.0.1.5 49152 22 6 20 4249 1768468200 1768468260 ACCEPT OK"},
		"a flow of IPv6":          {aws.VPCFlow(), "", "2 111122223333 eni-1 2001:db8::1 2001:DB8:0::2 49152 22 6 20 4249 1768468200 1768468260 REJECT OK"},
		"a flow under a header":   {aws.VPCFlow(), "srcaddr end wonder", "198.51.100.10 1768468260 x"},
		"an application balancer": {aws.ELB(), "", `https 2026-01-15T09:23:01.186641Z app/shop/1 192.0.2.1:1 10.0.0.1:80 0.001 0.002 0.003 200 200 29 805 "GET https://x:443/a?b=%20c HTTP/2.0" "curl" - TLSv1.3 arn:tg "Root=1" "-" "-" 1 2026-01-15T09:23:00.000000Z "waf,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1 "-" "-" "-" more`},
		"a classic balancer":      {aws.ELB(), "", `2015-05-13T23:39:43.945958Z lb 192.0.2.1:2817 10.0.0.1:80 0.1 0.2 0.3 200 200 0 57 "GET http://x:80/ HTTP/1.1" "curl" A TLSv1`},
		"an S3 request":           {aws.S3Access(), "", `79a5 b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 arn:aws:iam::111122223333:user/a 3E57 REST.GET.OBJECT k "GET /k%20a HTTP/1.1" 404 NoSuchKey 113 - 7 - "-" "a" - h= SigV4 C A b.s3.eu-west-1.amazonaws.com TLSV1.1 - -`},
		"a CloudFront request":    {aws.CloudFront(), fixtureLines(t, "aws_cloudfront/standard.log")[1], fixtureLines(t, "aws_cloudfront/standard.log")[3]},
		"a real-time request":     {aws.CloudFront(), "", fixtureLines(t, "aws_cloudfront/realtime.log")[0]},
		"a query":                 {aws.Route53Public(), "", "1.0 2026-01-15T09:23:01.130Z Z0EXAMPLE1234 www.example.com A NOERROR UDP FRA6 192.0.2.53 198.51.100.0/24"},
		"a resolver's query":      {aws.Route53Resolver(), "", fixtureLines(t, "aws_route53_resolver/queries.ndjson")[0]},
		"a VPN connection":        {aws.ClientVPN(), "", fixtureLines(t, "aws_clientvpn/connections.ndjson")[1]},
		"a call of an API in CLF": {aws.APIGateway(), "", fixtureLines(t, "aws_apigateway/access.log")[3]},
		"a call of an API in CSV": {aws.APIGateway(), "", fixtureLines(t, "aws_apigateway/access.log")[6]},
		"a call of an API in XML": {aws.APIGateway(), "", fixtureLines(t, "aws_apigateway/access.log")[7]},
		"a web request":           {aws.WAF(), "", fixtureLines(t, "aws_waf/v2.ndjson")[0]},
	} {
		t.Run(name, func(t *testing.T) { sourcetest.NoGarbage(t, c.source, c.line, c.header) })
	}
}
