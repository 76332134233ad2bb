package source_test

import (
	"testing"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
)

func TestKeysTellSources(t *testing.T) {
	set, err := source.NewSet(source.Builtin()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key, want string
		skip      bool
	}{
		{"AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/111122223333_CloudTrail_us-east-1_20260115T0915Z_abc.json.gz", "aws_cloudtrail", false},
		{"AWSLogs/o-abc/111122223333/CloudTrail-Digest/us-east-1/2026/01/15/111122223333_CloudTrail-Digest_us-east-1_x_us-east-1_20260115T0915Z.json.gz", "aws_cloudtrail", false},
		{"AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/01/15/111122223333_vpcflowlogs_us-east-1_fl-0a_20260115T0905Z_5b.log.gz", "aws_vpcflow", false},
		{"p/AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=us-east-1/year=2026/month=01/day=15/111122223333_vpcflowlogs_us-east-1_fl-0a_20260115T0905Z_5b.log.gz", "aws_vpcflow", false},
		{"AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/01/15/111122223333_vpcflowlogs_us-east-1_fl-0a_20260115T0905Z_5b.log.parquet", "aws_vpcflow", true},
		{"firehose/vpc-flow-logs/2026/01/15/09/stream-1-2026-01-15-09-00-00-abc", "aws_vpcflow", false},
		{"AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/01/15/111122223333_elasticloadbalancing_us-east-1_app.shop.50dc_20260115T0925Z_192.0.2.1_20sg8hgm.log.gz", "aws_elb", false},
		{"AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/01/15/conn_log.111122223333_elasticloadbalancing_us-east-1_app.shop.50dc_20260115T0925Z_192.0.2.1_x.log.gz", "aws_elb", false},
		{"AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/01/15/health_check_log.111122223333_elasticloadbalancing_us-east-1_app.shop.50dc_20260115T0925Z_x.log.gz", "aws_elb", true},
		{"AWSLogs/111122223333/ELBAccessLogTestFile", "aws_elb", true},
		{"access/example-bucket/2026-01-15-09-15-22-0123456789ABCDEF", "aws_s3access", false},
		{"2026-01-15-09-15-22-0123456789ABCDEF", "aws_s3access", false},
		{"p/111122223333/us-east-1/example-bucket/2026/01/15/2026-01-15-09-15-22-0123456789ABCDEF", "aws_s3access", false},
		{"AWSLogs/111122223333/GuardDuty/us-east-1/2026/01/15/5c1a-4d.jsonl.gz", "aws_guardduty", false},
		{"UserLogs/apache/httpd/2026/01/15/09/x", "apache_access", false},
		{"AWSLogs/111122223333/Config/us-east-1/x.json.gz", "", false},
		{"notes.txt", "", false},
	} {
		got, skip := set.ByKey(c.key)
		name := ""
		if got != nil {
			name = got.Name
		}
		if name != c.want || skip != c.skip {
			t.Errorf("%s: got %q, skip %v; want %q, %v", c.key, name, skip, c.want, c.skip)
		}
	}
}

func TestLinesMakeNoGarbage(t *testing.T) {
	for name, c := range map[string]struct {
		source *source.Source
		header string
		line   string
	}{
		"a flow":                  {source.VPCFlow(), "", "2 111122223333 eni-1 198.51.100.10 10.0.1.5 49152 22 6 20 4249 1768468200 1768468260 ACCEPT OK"},
		"a flow of IPv6":          {source.VPCFlow(), "", "2 111122223333 eni-1 2001:db8::1 2001:DB8:0::2 49152 22 6 20 4249 1768468200 1768468260 REJECT OK"},
		"a flow under a header":   {source.VPCFlow(), "srcaddr end wonder", "198.51.100.10 1768468260 x"},
		"an application balancer": {source.ELB(), "", `https 2026-01-15T09:23:01.186641Z app/shop/1 192.0.2.1:1 10.0.0.1:80 0.001 0.002 0.003 200 200 29 805 "GET https://x:443/a?b=%20c HTTP/2.0" "curl" - TLSv1.3 arn:tg "Root=1" "-" "-" 1 2026-01-15T09:23:00.000000Z "waf,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1 "-" "-" "-" more`},
		"a classic balancer":      {source.ELB(), "", `2015-05-13T23:39:43.945958Z lb 192.0.2.1:2817 10.0.0.1:80 0.1 0.2 0.3 200 200 0 57 "GET http://x:80/ HTTP/1.1" "curl" A TLSv1`},
		"an S3 request":           {source.S3Access(), "", `79a5 b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 arn:aws:iam::111122223333:user/a 3E57 REST.GET.OBJECT k "GET /k%20a HTTP/1.1" 404 NoSuchKey 113 - 7 - "-" "a" - h= SigV4 C A b.s3.eu-west-1.amazonaws.com TLSV1.1 - -`},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReader(t, c.source, "k")
			if c.header != "" {
				_ = r.n.Add([]byte(c.header), 0, 0)
			}
			record := []byte(c.line)
			run := func() {
				r.batch.Reset()
				for range 100 {
					if err := r.n.Add(record, 0, 0); err != nil {
						t.Fatal(err)
					}
				}
			}
			if allocs := testing.AllocsPerRun(10, run); allocs > 0 {
				t.Errorf("100 records took %v allocations", allocs)
			}
		})
	}
}

func TestEverySourceSaysWhatItReads(t *testing.T) {
	names := map[string]bool{}
	for _, s := range source.Builtin() {
		c, err := s.Compile()
		if err != nil {
			t.Fatal(err)
		}
		if names[s.Name] || s.Title == "" || s.Version == "" || len(s.Docs) == 0 || len(s.Keys) == 0 || s.Looks == nil {
			t.Errorf("%s stands twice, or lacks a title, version, page, key pattern or look", s.Name)
		}
		names[s.Name] = true
		for _, name := range []string{"@timestamp", "event.kind", "event.category", "related.ip", "unmapped"} {
			if c.Schema().Col(name) < 0 {
				t.Errorf("%s has no %s", s.Name, name)
			}
		}
		for _, f := range c.Schema().Fields() {
			if f.Kind == ecs.IP && f.Related == "" && f.Name != "related.ip" {
				t.Errorf("%s: the addresses of %s do not reach related.ip", s.Name, f.Name)
			}
		}
	}
}
