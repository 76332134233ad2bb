package aws_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func BenchmarkVPCFlow(b *testing.B) {
	const v2 = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
	sourcetest.Bench(b, aws.VPCFlow(), func(n int) string {
		return fmt.Sprintf("2 111122223333 eni-0123456789abcde%02x 198.51.%d.%d 10.0.%d.%d %d %d 6 %d %d %d %d ACCEPT OK",
			n%50, n%100, n*7%250, n%3, n%200, 1024+n*31%60000, []int{22, 80, 443, 5432}[n%4], n%90, n*73%100000, 1768468200+n/200, 1768468260+n/200)
	}, v2)
}

func BenchmarkVPCFlowWithoutHeader(b *testing.B) {
	sourcetest.Bench(b, aws.VPCFlow(), func(n int) string {
		return fmt.Sprintf("2 111122223333 eni-0123456789abcde%02x 198.51.%d.%d 10.0.%d.%d %d %d 6 %d %d %d %d ACCEPT OK",
			n%50, n%100, n*7%250, n%3, n%200, 1024+n*31%60000, []int{22, 80, 443, 5432}[n%4], n%90, n*73%100000, 1768468200+n/200, 1768468260+n/200)
	})
}

func BenchmarkVPCFlowRows(b *testing.B) {
	sourcetest.Bench(b, aws.VPCFlow(), func(n int) string {
		return fmt.Sprintf(`{"version":2,"account_id":"111122223333","interface_id":"eni-0123456789abcde%02x","srcaddr":"198.51.%d.%d","dstaddr":"10.0.%d.%d",`+
			`"srcport":%d,"dstport":%d,"protocol":6,"packets":%d,"bytes":%d,"start":%d,"end":%d,"action":"ACCEPT","log_status":"OK"}`,
			n%50, n%100, n*7%250, n%3, n%200, 1024+n*31%60000, []int{22, 80, 443, 5432}[n%4], n%90, n*73%100000, 1768468200+n/200, 1768468260+n/200)
	})
}

func BenchmarkELB(b *testing.B) {
	sourcetest.Bench(b, aws.ELB(), func(n int) string {
		return fmt.Sprintf(`https 2026-01-15T09:%02d:%02d.%06dZ app/shop/50dc6c495c0c9188 198.51.%d.%d:%d 10.0.0.%d:8080 0.000 0.0%02d 0.000 200 200 %d %d `+
			`"GET https://shop.example.com:443/api/v1/items/%d?page=%d HTTP/2.0" "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:135.0) Gecko/20100101 Firefox/%d.0" `+
			`TLS_AES_128_GCM_SHA256 TLSv1.3 arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/shop-targets/73e2d6bc24d8a067 `+
			`"Root=1-58337262-%024x" "shop.example.com" "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012" 1 `+
			`2026-01-15T09:22:48.364000Z "waf,forward" "-" "-" "10.0.0.%d:8080" "200" "-" "-" TID_%016x "-" "-" "-"`,
			n/60%60, n%60, n, n%100, n*7%250, 1024+n*31%60000, n%9, n%90, n%500, n*73%100000, n%3000, n%20, 100+n%40, n, n%9, n/10)
	})
}

func BenchmarkS3Access(b *testing.B) {
	sourcetest.Bench(b, aws.S3Access(), func(n int) string {
		return fmt.Sprintf(`79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be example-bucket [15/Jan/2026:09:%02d:%02d +0000] 198.51.100.%d `+
			`arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcde%02x %016X REST.GET.OBJECT exports/2026/%d.csv `+
			`"GET /example-bucket/exports/2026/%d.csv HTTP/1.1" 200 - %d %d %d %d "-" "aws-sdk-java/2.31.%d Linux/6.1 OpenJDK_64-Bit_Server_VM/21" - `+
			`s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi%07d= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader `+
			`example-bucket.s3.us-west-1.amazonaws.com TLSv1.2 - -`,
			n/60%60, n%60, n%200, n%50, n, n%5000, n%5000, n*73%100000, n*73%100000, n%90, n%50, n%9, n)
	})
}

func BenchmarkGuardDuty(b *testing.B) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "raw", "aws_guardduty", "findings.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	findings := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	sourcetest.Bench(b, aws.GuardDuty(), func(n int) string { return string(findings[n%len(findings)]) })
}

func BenchmarkWAF(b *testing.B) {
	records := fixtureLines(b, "aws_waf/v2.ndjson")
	sourcetest.Bench(b, aws.WAF(), func(n int) string { return records[n%len(records)] })
}

func BenchmarkCloudFront(b *testing.B) {
	lines := fixtureLines(b, "aws_cloudfront/standard.log")
	sourcetest.Bench(b, aws.CloudFront(), func(n int) string {
		return strings.Replace(lines[2], "\t198.51.100.7\t", fmt.Sprintf("\t198.51.%d.%d\t", n%100, n*7%250), 1)
	}, lines[1])
}

func BenchmarkCloudFrontRealtime(b *testing.B) {
	lines := fixtureLines(b, "aws_cloudfront/realtime.log")
	sourcetest.Bench(b, aws.CloudFront(), func(n int) string {
		return strings.Replace(lines[0], "\t198.51.100.7\t", fmt.Sprintf("\t198.51.%d.%d\t", n%100, n*7%250), 1)
	})
}

func BenchmarkRoute53Resolver(b *testing.B) {
	records := fixtureLines(b, "aws_route53_resolver/queries.ndjson")
	sourcetest.Bench(b, aws.Route53Resolver(), func(n int) string { return records[n%4] })
}

func BenchmarkRoute53Public(b *testing.B) {
	sourcetest.Bench(b, aws.Route53Public(), func(n int) string {
		return fmt.Sprintf("1.0 2026-01-15T09:%02d:%02d.%03dZ Z0EXAMPLE1234 h%d.example.com A NOERROR UDP FRA6 192.0.2.%d 198.51.%d.0/24", n/60%60, n%60, n%1000, n%3000, n%250, n%100)
	})
}

func BenchmarkNetworkFirewall(b *testing.B) {
	records := fixtureLines(b, "aws_network_firewall/events.ndjson")
	sourcetest.Bench(b, aws.NetworkFirewall(), func(n int) string { return records[n%5] })
}

func BenchmarkClientVPN(b *testing.B) {
	records := fixtureLines(b, "aws_clientvpn/connections.ndjson")
	sourcetest.Bench(b, aws.ClientVPN(), func(n int) string { return records[n%4] })
}

func BenchmarkAPIGateway(b *testing.B) {
	lines := fixtureLines(b, "aws_apigateway/access.log")
	sourcetest.Bench(b, aws.APIGateway(), func(n int) string {
		return strings.Replace(lines[n%8], "198.51.100.7", fmt.Sprintf("198.51.%d.%d", n%100, n*7%250), 1)
	})
}
