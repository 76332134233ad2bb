package builtin_test

import (
	"testing"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

func TestKeysTellSources(t *testing.T) {
	set, err := source.NewSet(builtin.Sources()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key, want string
		skip      bool
	}{
		{"AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/111122223333_CloudTrail_us-east-1_20260115T0915Z_abc.json.gz", "aws_cloudtrail", false},
		{"s3://org-trail/AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/15/111122223333_CloudTrail_us-east-1_20260115T0915Z_abc.json.gz", "aws_cloudtrail", false},
		{"AWSLogs/o-abc/111122223333/CloudTrail-Digest/us-east-1/2026/01/15/111122223333_CloudTrail-Digest_us-east-1_x_us-east-1_20260115T0915Z.json.gz", "aws_cloudtrail", false},
		{"AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/01/15/111122223333_vpcflowlogs_us-east-1_fl-0a_20260115T0905Z_5b.log.gz", "aws_vpcflow", false},
		{"p/AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=us-east-1/year=2026/month=01/day=15/111122223333_vpcflowlogs_us-east-1_fl-0a_20260115T0905Z_5b.log.gz", "aws_vpcflow", false},
		{"AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/01/15/111122223333_vpcflowlogs_us-east-1_fl-0a_20260115T0905Z_5b.log.parquet", "aws_vpcflow", false},
		{"firehose/vpc-flow-logs/2026/01/15/09/stream-1-2026-01-15-09-00-00-abc", "aws_vpcflow", false},
		{"AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/01/15/111122223333_elasticloadbalancing_us-east-1_app.shop.50dc_20260115T0925Z_192.0.2.1_20sg8hgm.log.gz", "aws_elb", false},
		{"AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/01/15/conn_log.111122223333_elasticloadbalancing_us-east-1_app.shop.50dc_20260115T0925Z_192.0.2.1_x.log.gz", "aws_elb", false},
		{"AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/01/15/health_check_log_111122223333_elasticloadbalancing_us-east-1_app.shop.50dc_20260115T0925Z_192.0.2.1_x.log.gz", "aws_elb", false},
		{"AWSLogs/111122223333/ELBAccessLogTestFile", "aws_elb", true},
		{"access/example-bucket/2026-01-15-09-15-22-0123456789ABCDEF", "aws_s3access", false},
		{"2026-01-15-09-15-22-0123456789ABCDEF", "aws_s3access", false},
		{"p/111122223333/us-east-1/example-bucket/2026/01/15/2026-01-15-09-15-22-0123456789ABCDEF", "aws_s3access", false},
		{"AWSLogs/111122223333/GuardDuty/us-east-1/2026/01/15/5c1a-4d.jsonl.gz", "aws_guardduty", false},
		{"AWSLogs/111122223333/WAFLogs/eu-west-1/shop-acl/2026/01/15/09/20/111122223333_waflogs_eu-west-1_shop-acl_20260115T0920Z_5b.log.gz", "aws_waf", false},
		{"2026/01/15/09/aws-waf-logs-shop-1-2026-01-15-09-20-00-0a1b2c3d", "aws_waf", false},
		{"cf/E2EXAMPLE0ABCD.2026-01-15-09.0a1b2c3d.gz", "aws_cloudfront", false},
		{"AWSLogs/111122223333/CloudFront/E2EXAMPLE0ABCD/2026/01/15/09/x.parquet", "aws_cloudfront", false},
		{"AWSLogs/111122223333/CloudFront/eu-west-1/realtime/2026/01/15/x.gz", "aws_cloudfront", false},
		{"Inspector2_Finding/2026/01/15/09/stream-1-2026-01-15-09-00-00-abc", "aws_inspector", false},
		{"AWSLogs/111122223333/Macie/us-east-1/3ce05d/111122223333/1.jsonl.gz", "aws_macie", false},
		{"AWSLogs/111122223333/Config/us-east-1/2026/1/15/ConfigHistory/111122223333_Config_us-east-1_ConfigHistory_AWS::EC2::Instance_20260115T070000Z_20260115T090000Z_1.json.gz", "aws_config", false},
		{"AWSLogs/111122223333/Config/us-east-1/2026/1/15/ConfigSnapshot/111122223333_Config_us-east-1_ConfigSnapshot_20260115T090507Z_0a1b.json.gz", "aws_config", false},
		{"AWSLogs/111122223333/Config/ConfigWritabilityCheckFile", "aws_config", true},
		{"AWSLogs/111122223333/Config-Rules/us-east-1/2026/01/15/09/stream-1-2026-01-15-09-00-00-abc", "aws_config", false},
		{"AWSLogs/111122223333/TrustedAdvisor/us-east-1/2026/01/15/09/stream-1-2026-01-15-09-00-00-abc", "aws_trustedadvisor", false},
		{"AWSLogs/111122223333/WorkSpaces/Event/us-east-1/2026/01/15/09/stream-1-2026-01-15-09-00-00-abc", "aws_workspaces", false},
		{"AWSLogs/111122223333/WorkSpaces/Inventory/us-east-1/2026/01/15/09/stream-1-2026-01-15-09-00-00-abc", "aws_workspaces", false},
		{"AWSLogs/111122223333/SecurityHub/us-east-1/2026/01/15/09/stream-1-2026-01-15-09-00-00-abc", "aws_securityhub", false},
		{"AWSLogs/111122223333/vpcdnsquerylogs/vpc-0a1b/2026/01/15/vpc-0a1b_vpcdnsquerylogs_111122223333_20260115T0920Z_5b.log.gz", "aws_route53_resolver", false},
		{"exports/aws/route53/example.com/2026/01/15/x.gz", "aws_route53_public", false},
		{"AWSLogs/111122223333/network-firewall/alert/eu-west-1/edge/2026/01/15/09/111122223333_network-firewall_alert_eu-west-1_edge_202601150920_5b.log.gz", "aws_network_firewall", false},
		{"AWSLogs/111122223333/ClientVPN/eu-west-1/2026/01/15/09/x.gz", "aws_clientvpn", false},
		{"exports/API-Gateway-Execution-Logs_a1b2c3d4e5/prod/2026/01/15/x.gz", "aws_apigateway", false},
		{"logs/apigateway/2026/01/15/x.gz", "aws_apigateway", false},
		{"aws/CLOUD_TRAIL_MGMT/2.0/region=us-east-1/accountId=111122223333/eventDay=20260115/0123456789abcdef0123456789abcdef.gz.parquet", "aws_security_lake", false},
		{"aws/VPC_FLOW/1.0/region=us-east-1/accountId=111122223333/eventDay=20260115/0123456789abcdef0123456789abcdef.gz.parquet", "aws_security_lake", false},
		{"ext/okta/1.0/region=eu-west-1/accountId=111122223333/eventDay=20260115/part-0.gz.parquet", "aws_security_lake", false},
		{"ext/edr/region=eu-west-1/accountId=111122223333/eventDay=20260115/x.parquet", "aws_security_lake", false},
		{"logs/SecurityLake/2026/01/15/x.json.gz", "aws_security_lake", false},
		{"ocsf-json/2026/01/15/x", "aws_security_lake", false},
		{"UserLogs/apache/httpd/2026/01/15/09/x", "apache_access", false},
		{"AWSLogs/111122223333/RDS/PostgreSQL/postgresql/us-east-1/2026/01/15/09/stream-1.gz", "postgresql", false},
		{"AWSLogs/111122223333/RDS/MySQL/error/us-east-1/2026/01/15/09/stream-1.gz", "mysql_error", false},
		{"export/aws/rds/cluster/orders/error/orders-1/000000.gz", "mysql_error", false},
		{"AWSLogs/111122223333/RDS/MariaDB/slowquery/us-east-1/2026/01/15/09/stream-1.gz", "mysql_slow", false},
		{"AWSLogs/111122223333/RDS/MySQL/audit/us-east-1/2026/01/15/09/stream-1.gz", "mysql_audit", false},
		{"AWSLogs/111122223333/RDS/MySQL/general/us-east-1/2026/01/15/09/stream-1.gz", "mysql_general", false},
		{"AWSLogs/111122223333/redis/slow-log/us-east-1/2026/01/15/09/stream-1.gz", "aws_elasticache", false},
		{"AWSLogs/111122223333/KafkaBrokerLogs/us-east-1/orders-0a1b2c3d-1111-2222-3333-444455556666-7/2026-01-15-09/Broker-2_09-00_x.log.gz", "aws_msk", false},
		{"AWSLogs/111122223333/OpenSearch/audit/us-east-1/2026/01/15/09/stream-1.gz", "aws_opensearch_audit", false},
		{"AWSLogs/111122223333/Unheard/us-east-1/x.json.gz", "", false},
		{"AWSLogs/111122223333/Linux/secure/2026/01/31/x.gz", "linux_secure", false},
		{"var/log/auth.log-20260131.gz", "linux_secure", false},
		{"logs/linux-secure/2026/01/31/x", "linux_secure", false},
		{"Linux/messages/2026/01/31/x.gz", "linux_syslog", false},
		{"i-0123456789abcdef0/var/log/syslog.1", "linux_syslog", false},
		{"UserLogs/apache/httpd_error/2026/01/15/09/x", "apache_error", false},
		{"UserLogs/nginx/access/2026/01/15/09/x", "nginx_access", false},
		{"logs/Nginx-error.log.gz", "nginx_error", false},
		{"AWSLogs/111122223333/Windows/Event/2026/01/15/x.gz", "windows_event", false},
		{"AWSLogs/111122223333/DirectoryService/MicrosoftAD/2026/01/15/x.gz", "windows_event", false},
		{"AWSLogs/111122223333/aws-fsx-audit/2026/01/15/x.gz", "windows_event", false},
		{"AWSLogs/111122223333/eks/prod/2026/01/15/x.gz", "aws_eks_audit", false},
		{"firehose/ecs-web/2026/01/15/09/x", "aws_ecs", false},
		{"AWSLogs/111122223333/CloudHSM/cluster-a/2026/01/15/x.gz", "aws_cloudhsm", false},
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

func TestEverySourceSaysWhatItReads(t *testing.T) {
	names := map[string]bool{}
	for _, s := range builtin.Sources() {
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

func TestLooks(t *testing.T) {
	sources := map[string]string{
		"version account-id srcaddr":                                        "aws_vpcflow",
		"2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA": "aws_vpcflow",
		`79a5 b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - 3E57 REST.GET.OBJECT k "GET /k HTTP/1.1" 200 - 1 1 7 - "-" "a" -`:              "aws_s3access",
		`2015-05-13T23:39:43.945958Z lb 192.0.2.1:2817 - -1 -1 -1 - - 82 0 "- - - " "-" - -`:                                            "aws_elb",
		`127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326`:                                                          "apache_access",
		"Jan 31 08:03:00 web-1 sshd[1411]: Invalid user admin from 203.0.113.77 port 41022":                                             "linux_secure",
		"2026-01-31T08:00:01Z web-1 systemd[1]: Started a service.":                                                                     "linux_syslog",
		`127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "-" "curl" "-"`:                                           "nginx_access",
		`2026/01/15 14:49:35 [notice] 1#1: signal 15 (SIGTERM) received, exiting`:                                                       "nginx_error",
		`[Thu Jan 15 10:42:30.103522 2026] [mpm_prefork:notice] [pid 11379] AH00163: Apache/2.4.62 configured`:                          "apache_error",
		`[Mon Jan  5 16:22:14 2026] [notice] Apache/2.2.22 (Ubuntu) configured -- resuming normal operations`:                           "apache_error",
		"<Event xmlns='x'><System><Provider Name='a'/></System></Event>":                                                                "windows_event",
		`{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"x"}`:                                              "aws_eks_audit",
		`{"container_id":"x","container_name":"web","source":"stdout","log":"x"}`:                                                       "aws_ecs",
		"Time: 12/19/25 21:01:16.962174, usecs:1513717276962174\nSequence No : 0xe":                                                     "aws_cloudhsm",
		`{"version":2,"account_id":"111122223333","interface_id":"eni-1","srcaddr":"192.0.2.1"}`:                                        "aws_vpcflow",
		"#Version: 1.0\n#Fields: date time c-ip sc-status x-edge-location tomorrow":                                                     "aws_cloudfront",
		"#Version: 1.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-substatus": "",
		"1.0 2026-01-15T09:23:01.130Z Z0EXAMPLE1234 www.example.com A NOERROR UDP FRA6 192.0.2.53 -":                                    "aws_route53_public",
		`{"timestamp":1,"webaclId":"x","terminatingRuleId":"y","httpRequest":{}}`:                                                       "aws_waf",
		`http 2026-01-15T09:23:01.875678Z 0.019584011 10.0.1.5:80 shop-targets PASS 200 -`:                                              "aws_elb",
		`192.0.2.1,-,-,15/Jan/2026:09:23:01 +0000,GET,/a,HTTP/1.1,404,9,48752d0f-c99d-4cfa-a5a7-f3c6834d19e5`:                           "aws_apigateway",
		"some words that no log has": "",
		"":                           "",
		"\x00\xff":                   "",
	}
	for head, want := range sources {
		got := ""
		for _, s := range builtin.Sources() {
			if s.Looks != nil && s.Looks([]byte(head+"\nmore")) {
				got += s.Name
			}
		}
		if got != want {
			t.Errorf("%q looks like %q, want %q", head, got, want)
		}
	}
}
