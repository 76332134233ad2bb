package aws_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func TestVPCFlow(t *testing.T) {
	const flow = "2 111122223333 eni-1 198.51.100.10 10.0.1.5 49152 22 6 20 4249 1768468200 1768468260 ACCEPT OK"
	for _, c := range []struct {
		name    string
		key     string
		headers string
		record  string
		want    map[string]any
	}{
		{"the header names the fields in any order", "k", "dstaddr end srcaddr", "10.0.0.2 1768468260 10.0.0.1",
			map[string]any{"source.ip": "10.0.0.1", "destination.ip": "10.0.0.2", "@timestamp": "2026-01-15T09:11:00.000Z", "tags": nil}},
		{"a later header takes the place of the first", "k", "srcaddr end\nend srcaddr", "1768468260 10.0.0.1",
			map[string]any{"source.ip": "10.0.0.1"}},
		{"a header may have underscores", "k", "src_addr pkt_srcaddr end", "x 10.0.0.1 1768468260",
			map[string]any{"source.ip": "10.0.0.1", "unmapped.src-addr": "x"}},
		{"a field of tomorrow is kept", "k", "srcaddr end wonder", "10.0.0.1 1768468260 full",
			map[string]any{"unmapped.wonder": "full"}},
		{"a format without an end has the time of its start", "k", "srcaddr start", "10.0.0.1 1768468200",
			map[string]any{"@timestamp": "2026-01-15T09:10:00.000Z", "tags": nil}},
		{"a format without times has that of the delivery", "AWSLogs/111122223333/vpcflowlogs/us-east-1/x_20260115T0905Z_y.log.gz", "srcaddr", "10.0.0.1",
			map[string]any{"@timestamp": "2026-01-15T09:05:00.000Z", "tags": sourcetest.List("time-of-delivery"), "cloud.account.id": "111122223333", "cloud.region": "us-east-1"}},
		{"without a delivery in the key, that of the ingestion", "k", "srcaddr", "10.0.0.1",
			map[string]any{"@timestamp": "2026-02-01T00:00:00.000Z", "tags": sourcetest.List("time-of-delivery")}},
		{"without a header the default format is told by its shape", "k", "", flow,
			map[string]any{"source.port": 49152.0, "network.transport": "tcp", "event.type": sourcetest.List("connection", "allowed")}},
		{"spaces around and between fields do not count", "k", "", " " + strings.ReplaceAll(flow, " ", "  ") + " ",
			map[string]any{"source.port": 49152.0, "destination.port": 22.0}},
		{"a port that is none is kept aside", "k", "srcaddr srcport end", "10.0.0.1 http 1768468260",
			map[string]any{"source.port": nil, "unmapped.srcport": "http"}},
		{"an address that is none is kept as it is", "k", "srcaddr end", "nonsense 1768468260",
			map[string]any{"source.ip": nil, "source.address": "nonsense", "related.ip": nil}},
		{"a port above 65535 gives no Community ID", "k", "srcaddr dstaddr srcport dstport protocol end", "10.0.0.1 10.0.0.2 65536 1 6 1768468260",
			map[string]any{"source.port": 65536.0, "network.community_id": nil}},
		{"addresses of different versions give a Community ID all the same", "k", "srcaddr dstaddr srcport dstport protocol end", "10.0.0.1 2001:db8::1 1 2 17 1768468260",
			map[string]any{"network.type": "ipv4", "network.transport": "udp"}},
		{"a row of Parquet, whose numbers are numbers", "k", "", `{"version":5,"account_id":"111122223333","interface_id":"eni-1","srcaddr":"2001:DB8::1","dstaddr":"10.0.0.2","srcport":49152,"dstport":22,"protocol":6,"packets":20,"bytes":4249,"start":1768468200,"end":1768468260,"action":"REJECT","tcp_flags":18,"flow_direction":"ingress","vpc_id":"-","traffic_path":null,"tomorrow":1}`,
			map[string]any{"source.ip": "2001:db8::1", "destination.port": 22.0, "network.bytes": 4249.0, "network.transport": "tcp", "event.type": sourcetest.List("connection", "denied"), "event.outcome": "failure",
				"aws.vpcflow.tcp_flags_array": sourcetest.List("syn", "ack"), "network.direction": "ingress", "aws.vpcflow.vpc_id": nil, "cloud.account.id": "111122223333", "unmapped.tomorrow": 1.0, "@timestamp": "2026-01-15T09:11:00.000Z"}},
		{"JSON with hyphens", "k", "", `{"interface-id":"eni-1","srcaddr":"10.0.0.1","end":"1768468260","log-status":"NODATA"}`,
			map[string]any{"source.ip": "10.0.0.1", "aws.vpcflow.interface_id": "eni-1", "aws.vpcflow.log_status": "NODATA"}},
		{"JSON does not hear of a header", "k", "dstaddr end srcaddr", `{"srcaddr":"10.0.0.1","end":1768468260}`, map[string]any{"source.ip": "10.0.0.1"}},
		{"a row without times has that of the delivery", "AWSLogs/111122223333/vpcflowlogs/us-east-1/x_20260115T0905Z_y.log.parquet", "", `{"srcaddr":"10.0.0.1"}`,
			map[string]any{"@timestamp": "2026-01-15T09:05:00.000Z", "tags": sourcetest.List("time-of-delivery")}},
		{"a flow of the Elastic Fabric Adapter has no addresses", "k", "type end", "EFA 1768468260",
			map[string]any{"network.type": "efa", "aws.vpcflow.type": "EFA"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sourcetest.New(t, aws.VPCFlow(), c.key)
			for header := range strings.Lines(c.headers) {
				if err := r.Norm.Add([]byte(strings.TrimSpace(header)), 0, 0); !errors.Is(err, source.ErrNoRecord) {
					t.Fatalf("header: %v", err)
				}
			}
			sourcetest.Check(t, r.Document(c.record), c.want)
		})
	}
}

func TestRejected(t *testing.T) {
	const elb = `2015-05-13T23:39:43.945958Z lb 192.0.2.1:2817 - -1 -1 -1 - - 82 0 `
	for _, c := range []struct {
		name   string
		source *source.Source
		lines  []string // of which the last is rejected
		reason string
	}{
		{"a flow with fewer fields than its header", aws.VPCFlow(), []string{"srcaddr dstaddr end", "10.0.0.1 10.0.0.2"}, "has 2 fields, the header of its object names 3"},
		{"a flow with more fields than its header", aws.VPCFlow(), []string{"srcaddr end", "10.0.0.1 1768468260 x"}, "has 3 fields"},
		{"a flow that no header explains", aws.VPCFlow(), []string{"Phony unsupported log format."}, "no header names the record's 4 fields"},
		{"a flow of dashes", aws.VPCFlow(), []string{"- - - - - -"}, "no header names"},
		{"a flow in JSON that breaks off", aws.VPCFlow(), []string{`{"srcaddr":"10.0.0.1","end":17684`}, "JSON ends"},
		{"an empty flow", aws.VPCFlow(), []string{""}, "no header names the record's 0 fields"},
		{"a balancer's record without a time", aws.ELB(), []string{"http app/x 192.0.2.1:1 -"}, "no time among its first three fields"},
		{"a balancer's record that ends early", aws.ELB(), []string{elb}, "before request"},
		{"a balancer's record that ends within quotes", aws.ELB(), []string{elb + `"GET /`}, "ends within a quoted field"},
		{"a balancer's record whose time is none", aws.ELB(), []string{`2015-99-13T23:39:43.945958Z lb 192.0.2.1:2817 - -1 -1 -1 - - 82 0 "- - - "`}, "time"},
		{"an S3 record without brackets around its time", aws.S3Access(), []string{"a b c d e f g h i"}, "no time in brackets"},
		{"an S3 record that ends early", aws.S3Access(), []string{`a b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - 3E57 REST.GET.OBJECT k "GET /k HTTP/1.1" 200`}, "ends before its error_code"},
		{"a finding that is no object", aws.GuardDuty(), []string{`[]`}, "not a JSON object"},
		{"a finding without a time", aws.GuardDuty(), []string{`{"id":"x"}`}, "has no time"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sourcetest.New(t, c.source, "k")
			var err error
			for _, line := range c.lines {
				err = r.Norm.Add([]byte(line), 0, 0)
			}
			if err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("got %v, want a reason with %q", err, c.reason)
			}
			if r.Batch.Rows() != 0 {
				t.Error("a row was made of it")
			}
		})
	}
}

func TestELB(t *testing.T) {
	const (
		alb  = `https 2026-01-15T09:23:01.186641Z app/shop/1 %s 10.0.0.1:80 0.001 0.002 0.003 200 200 29 805 "%s" "%s" - TLSv1.3 arn:tg "Root=1" "-" "-"`
		tail = ` 1 2026-01-15T09:23:00.000000Z "forward" "-" "-" "10.0.0.1:80 10.0.0.2:80" "200 502" "-" "-" TID_1`
		clb  = `2015-05-13T23:39:43.945958Z lb 192.0.2.1:2817 10.0.0.1:80 0.1 0.2 0.3 200 200 0 57 "%s" "%s" DHE-RSA-AES128-SHA TLSv1`
	)
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"an application load balancer's record", fmt.Sprintf(alb, "192.0.2.1:2817", "GET https://www.example.com:443/a.js?x=1#f HTTP/2.0", "curl") + tail,
			map[string]any{"url.scheme": "https", "url.domain": "www.example.com", "url.port": 443.0, "url.path": "/a.js", "url.extension": "js", "url.query": "x=1", "url.fragment": "f",
				"tls.version": "1.3", "aws.elb.target_port": sourcetest.List("10.0.0.1:80", "10.0.0.2:80"), "aws.elb.conn_trace_id": "TID_1",
				"related.ip": sourcetest.List("192.0.2.1", "10.0.0.1", "10.0.0.2"), "event.start": "2026-01-15T09:23:00.000Z"}},
		{"a field behind the last that is known is kept", fmt.Sprintf(alb, "192.0.2.1:2817", "- - -", "-") + tail + ` "-" "-" "-" "new one" -`,
			map[string]any{"unmapped.field_34": "new one", "unmapped.field_35": nil}},
		{"a missing space behind a quote shifts nothing", strings.Replace(fmt.Sprintf(alb, "192.0.2.1:2817", "- - -", "-")+tail, `"-" "-" 1 2026`, `"-" "-"1 2026`, 1),
			map[string]any{"aws.elb.matched_rule_priority": "1", "aws.elb.conn_trace_id": "TID_1", "event.start": "2026-01-15T09:23:00.000Z"}},
		{"escaped quotes shift nothing", fmt.Sprintf(alb, "192.0.2.1:2817", `GET http://x/?a=\x22 HTTP/1.1`, `a \"b\" 200 - "c`) + tail,
			map[string]any{"aws.elb.conn_trace_id": "TID_1"}},
		{"quotes that nobody escaped shift nothing", fmt.Sprintf(alb, "192.0.2.1:2817", `GET http://x:80/?a=" "b" c HTTP/1.1`, `() { :;}; echo "x" 200 "y`) + tail,
			map[string]any{"url.query": `a=" "b" c`, "user_agent.original": `() { :;}; echo "x" 200 "y`, "tls.version": "1.3", "aws.elb.trace_id": "Root=1", "aws.elb.conn_trace_id": "TID_1"}},
		{"a backslash that ends an agent shifts nothing", fmt.Sprintf(alb, "192.0.2.1:2817", "GET http://x:80/ HTTP/1.1", `a\`) + tail,
			map[string]any{"user_agent.original": `a\`, "aws.elb.trace_id": "Root=1", "aws.elb.conn_trace_id": "TID_1"}},
		{"an IPv6 client needs no brackets", fmt.Sprintf(alb, "2001:db8::1:2817", "- - -", "-") + tail,
			map[string]any{"source.ip": "2001:db8::1", "source.port": 2817.0}},
		{"an address for a host is in related.ip", fmt.Sprintf(alb, "192.0.2.1:2817", "GET http://192.0.2.77:80/ HTTP/1.1", "-") + tail,
			map[string]any{"url.domain": "192.0.2.77", "related.ip": sourcetest.List("192.0.2.1", "10.0.0.1", "192.0.2.77", "10.0.0.2")}},
		{"a request that is none has no URL", fmt.Sprintf(alb, "192.0.2.1:2817", "- - -", "-") + tail,
			map[string]any{"url.original": nil, "http.request.method": nil, "user_agent.original": nil, "event.category": sourcetest.List("web")}},
		{"a classic load balancer does not escape the quotes of an agent", fmt.Sprintf(clb, "GET http://x:80/ HTTP/1.1", `a "b" c`),
			map[string]any{"user_agent.original": `a "b" c`, "tls.cipher": "DHE-RSA-AES128-SHA", "tls.version": "1.0", "url.path": "/"}},
		{"TCP has bytes of source and destination", `2015-05-13T23:39:43.945958Z lb 192.0.2.1:2817 - -1 -1 -1 - - 82 305 "- - - " "-" - -`,
			map[string]any{"source.bytes": 82.0, "destination.bytes": 305.0, "http.request.body.bytes": nil, "event.category": sourcetest.List("network"), "event.outcome": nil,
				"aws.elb.request_processing_time.sec": nil}},
		{"an IPv6 client in brackets shifts nothing", fmt.Sprintf(alb, "[2001:db8::1]:2817", "- - -", "-") + tail,
			map[string]any{"source.ip": "2001:db8::1", "source.port": 2817.0, "aws.elb.conn_trace_id": "TID_1"}},
		{"a health check of an IPv6 target", `http 2026-01-15T09:23:01.875678Z 0.019584011 [2001:db8::5]:80 shop-targets PASS 200 -`,
			map[string]any{"aws.elb.backend.ip": "2001:db8::5", "aws.elb.backend.port": "80", "aws.elb.health_check.status": "PASS"}},
		{"a health check that passed", `http 2026-01-15T09:23:01.875678Z 0.019584011 10.0.1.5:80 shop-targets PASS 200 -`,
			map[string]any{"event.action": "health-check", "event.outcome": "success", "event.type": sourcetest.List("info"), "aws.elb.backend.ip": "10.0.1.5", "aws.elb.backend.http.response.status_code": 200.0,
				"aws.elb.health_check.latency.sec": 0.019584011, "aws.elb.target_group.id": "shop-targets", "event.reason": nil}},
		{"a health check that failed", `https 2026-01-15T09:23:01.875678Z - 10.0.1.5:443 shop-targets FAIL - RequestTimedOut`,
			map[string]any{"event.outcome": "failure", "event.reason": "RequestTimedOut", "aws.elb.health_check.latency.sec": nil}},
		{"a network load balancer's protocol has no dot", `tls 1.0 2018-12-20T02:59:40 net/x/1 l 192.0.2.1:1 10.0.0.1:443 5 2 98 246 - - - C tlsv12 - www.example.com`,
			map[string]any{"tls.version": "1.2", "tls.version_protocol": "tls", "destination.domain": "www.example.com", "related.hosts": sourcetest.List("www.example.com")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.ELB(), "k").Document(c.record), c.want)
		})
	}
}

func TestS3Access(t *testing.T) {
	line := func(requester, request, referrer, agent string) string {
		return `79a5 bucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 ` + requester + ` 3E57 REST.GET.OBJECT a%2520b ` + request +
			` 200 - 113 - 7 - ` + referrer + " " + agent + ` v1 host= SigV4 C AuthHeader b.s3.eu-west-1.amazonaws.com TLSv1.2 - Yes`
	}
	const get = `"GET /a HTTP/1.1"`
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"an agent with quotes of its own", line("-", get, `"-"`, `"a "b" 200 - 1 "c" d"`),
			map[string]any{"user_agent.original": `a "b" 200 - 1 "c" d`, "aws.s3access.version_id": "v1", "aws.s3access.aclrequired": "Yes", "http.request.referrer": nil}},
		{"a request with quotes of its own", line("-", `"GET /a"b" 404 x HTTP/1.1"`, `"-"`, `"-"`),
			map[string]any{"url.original": `/a"b" 404 x`, "http.response.status_code": 200.0, "user_agent.original": nil}},
		{"a referrer and no agent", line("-", get, `"http://x/"`, "-"),
			map[string]any{"http.request.referrer": "http://x/", "user_agent.original": nil, "aws.s3access.version_id": "v1"}},
		{"neither", line("-", "-", "-", "-"),
			map[string]any{"url.original": nil, "aws.s3access.version_id": "v1", "aws.s3access.host_header": "b.s3.eu-west-1.amazonaws.com"}},
		{"an agent that ends in a backslash", line("-", get, `"-"`, `"a\"`),
			map[string]any{"user_agent.original": `a\`, "aws.s3access.version_id": "v1"}},
		{"the key stays encoded", line("-", get, `"-"`, `"-"`), map[string]any{"aws.s3access.key": "a%2520b", "aws.s3.object.key": "a%2520b"}},
		{"a user", line("arn:aws:iam::111122223333:user/ops/alice", get, `"-"`, `"-"`),
			map[string]any{"user.name": "alice", "aws.s3access.requester_account_id": "111122223333", "aws.s3access.requester_arn": "arn:aws:iam::111122223333:user/ops/alice",
				"related.user": sourcetest.List("79a5"), "client.user.id": "arn:aws:iam::111122223333:user/ops/alice"}},
		{"a session", line("arn:aws-cn:sts::111122223333:assumed-role/web/i-1", get, `"-"`, `"-"`),
			map[string]any{"user.name": "web", "aws.s3access.requester_name": "web", "aws.s3access.requester_session": "i-1"}},
		{"the role of an instance", line("arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0", get, `"-"`, `"-"`),
			map[string]any{"related.hosts": sourcetest.List("b.s3.eu-west-1.amazonaws.com", "i-0123456789abcdef0")}},
		{"the root", line("arn:aws:iam::111122223333:root", get, `"-"`, `"-"`), map[string]any{"user.name": "root"}},
		{"an ARN that is cut", line("arn:aws:iam", get, `"-"`, `"-"`), map[string]any{"user.name": nil, "aws.s3access.requester": "arn:aws:iam"}},
		{"the region of the endpoint", line("-", get, `"-"`, `"-"`), map[string]any{"cloud.region": "eu-west-1", "event.duration": 7e6}},
		{"fields of tomorrow are kept", line("-", get, `"-"`, `"-"`) + " us-east-1 more", map[string]any{"aws.s3access.source_region": "us-east-1", "unmapped.field_28": "more"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.S3Access(), "k").Document(c.record), c.want)
		})
	}
}

func TestGuardDuty(t *testing.T) {
	finding := func(rest string) string {
		return `{"id":"f","updatedAt":"2026-01-15T10:00:00.000Z","type":"Recon:EC2/Portscan",` + rest + `}`
	}
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"a critical severity", finding(`"severity":9.5`), map[string]any{"event.severity": 9.0, "aws.guardduty.severity.value": "Critical", "aws.guardduty.severity.code": 9.5}},
		{"a severity that is none", finding(`"severity":"bad"`), map[string]any{"event.severity": nil, "unmapped.severity": "bad"}},
		{"a type without a purpose", `{"id":"f","updatedAt":"2026-01-15T10:00:00Z","type":"Odd"}`, map[string]any{"rule.name": "Odd", "rule.category": nil}},
		{"addresses from places that nobody knows", finding(`"service":{"x":[{"y":{"ip":"2001:DB8::7","z":["192.0.2.9"]}}]},"resource":{"q":"192.0.2.8"}`),
			map[string]any{"related.ip": sourcetest.List("192.0.2.8", "2001:db8::7", "192.0.2.9")}},
		{"a version is no address", finding(`"resource":{"kernelVersion":"5.10.0.1"}`), map[string]any{"related.ip": nil}},
		{"hashes from places that nobody knows", finding(`"service":{"x":{"itemHash":"ab","fooSha256":"cd","hash":"ef"}}`),
			map[string]any{"related.hash": sourcetest.List("ab", "cd", "ef")}},
		{"a connection outward goes from the instance", finding(`"resource":{"instanceDetails":{"instanceId":"i-1","networkInterfaces":[{"privateIpAddress":"10.0.0.1"}]}},` +
			`"service":{"action":{"networkConnectionAction":{"connectionDirection":"OUTBOUND","localPortDetails":{"port":1},"remotePortDetails":{"port":2},"remoteIpDetails":{"ipAddressV4":"192.0.2.1"}}}}`),
			map[string]any{"source.ip": "10.0.0.1", "source.port": 1.0, "destination.ip": "192.0.2.1", "destination.port": 2.0, "network.direction": "outbound", "related.hosts": sourcetest.List("i-1")}},
		{"a probe comes to a port of the instance", finding(`"service":{"action":{"portProbeAction":{"portProbeDetails":[{"localPortDetails":{"port":22},"localIpDetails":{"ipAddressV4":"10.0.0.1"},"remoteIpDetails":{"ipAddressV4":"192.0.2.1"}}]}}}`),
			map[string]any{"source.ip": "192.0.2.1", "source.port": nil, "destination.ip": "10.0.0.1", "destination.port": 22.0}},
		{"a member that nobody knows is kept", finding(`"wonder":"x"`), map[string]any{"unmapped.wonder": "x"}},
		{"details that are null", finding(`"resource":{"instanceDetails":null},"service":{"action":null,"evidence":null}`), map[string]any{"cloud.instance.id": nil, "event.id": "f"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.GuardDuty(), "k").Document(c.record), c.want)
		})
	}
}

// FuzzS3Agent makes sure that an agent, whatever it sends, does not shift the fields behind it.
func FuzzS3Agent(f *testing.F) {
	f.Add(`a "b" 200 - 1 "c" d`)
	f.Add(`\`)
	f.Add(`" - - - -`)
	r := sourcetest.New(f, aws.S3Access(), "k")
	f.Fuzz(func(t *testing.T, agent string) {
		if agent == "" || agent == "-" || strings.ContainsAny(agent, "\n\r") {
			t.Skip("no agent")
		}
		r.T = t
		r.Batch.Reset()
		got := r.Document(`79a5 b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - 3E57 REST.GET.OBJECT k "GET /k HTTP/1.1" 200 - 113 - 7 - "-" "` +
			agent + `" v1 h= SigV4 C AuthHeader b.s3.amazonaws.com TLSv1.2 - Yes`)
		sourcetest.Check(t, got, map[string]any{"aws.s3access.version_id": "v1", "aws.s3access.aclrequired": "Yes", "http.response.status_code": 200.0})
	})
}

func TestHostileRecords(t *testing.T) {
	for _, s := range aws.Sources() {
		sourcetest.Hostile(t, s)
	}
}

func FuzzSources(f *testing.F) {
	sourcetest.Fuzz(f, aws.Sources(),
		"2 111122223333 eni-1 198.51.100.10 10.0.1.5 49152 22 6 20 4249 1768468200 1768468260 ACCEPT OK",
		"srcaddr dstaddr end", `{"srcaddr":"2001:DB8::1","dstaddr":"10.0.0.2","srcport":49152,"protocol":6,"end":1768468260,"tcp_flags":18,"vpc_id":"-"}`,
		`2015-05-13T23:39:43.945958Z lb 192.0.2.1:2817 - -1 -1 -1 - - 82 0 "- - - " "-" - -`,
		`wss 2018-07-02T22:23:00.186641Z app/l/5 10.0.0.140:44244 - 0 0 0 101 101 218 786 "GET https://10.0.0.30:443/ HTTP/1.1" "-" A TLSv1.2 arn "Root=1" "-" "-"1 2018-07-02T22:22:48.364000Z "forward" "-" "-"`,
		`http 2026-01-15T09:23:01.875678Z 0.019584011 10.0.1.5:80 shop-targets PASS 200 -`,
		`79a5 b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - 3E57 REST.GET.OBJECT k "GET /k HTTP/1.1" 200 - 113 - 7 - "-" "a "b"" - h= SigV4 C A b.s3.amazonaws.com TLSV1.1 - -`,
		`{"auditID":"a","stage":"x","stageTimestamp":"2026-01-15T09:00:00Z","annotations":{"authorization.k8s.io/decision":"forbid"},"requestObject":{"a":["192.0.2.1"]}}`,
		"I0115 09:00:00.000000 1 a.go:1] x", `time="2026-01-15T09:00:00Z" level=info msg="a \"b" c d=e`, `{"container_id":"a","log":"{\"ts\":\"x\"}"}`,
		"Time: 12/19/25 21:01:16.962174, usecs:1\nSequence No : 0xf\nOpcode : CN_LOGIN (0xd)\nResponse : 1:x\nUser Name : a",
		`{"id":"f","updatedAt":"2026-01-15T10:00:00Z","type":"A:B/C","severity":9,"service":{"a":["192.0.2.1","\"",{}]},"resource":{}}`,
		fixtureLines(f, "aws_waf/v2.ndjson")[0],
		fixtureLines(f, "aws_apigateway/access.log")[3], fixtureLines(f, "aws_apigateway/access.log")[6], fixtureLines(f, "aws_apigateway/access.log")[7],
		"(48752d0f-c99d-4cfa-a5a7-f3c6834d19e5) Method completed with status: 502",
		"1.0 2026-01-15T09:23:01.130Z Z0EXAMPLE1234 www.example.com A NOERROR UDP FRA6 192.0.2.53 198.51.100.0/24",
		fixtureLines(f, "aws_route53_resolver/queries.ndjson")[0], fixtureLines(f, "aws_route53_resolver/queries.ndjson")[2],
		fixtureLines(f, "aws_network_firewall/events.ndjson")[1], fixtureLines(f, "aws_network_firewall/events.ndjson")[2],
		fixtureLines(f, "aws_clientvpn/connections.ndjson")[1],
		"#Fields: date time c-ip cs(User-Agent)", "2026-01-15\t09:23:01\t192.0.2.1\ta%20b",
		fixtureLines(f, "aws_cloudfront/realtime.log")[1], fixtureLines(f, "aws_cloudfront/v2.json")[0],
		`{"Id":"f","CreatedAt":"2026-01-15T10:00:00Z","Resources":[{"Id":"arn:aws:ec2:r:1:instance/i-01234567","Details":{"X":{"Ip":"::1","UserName":"a"}}}],"ThreatIntelIndicators":[{"Type":"URL","Value":"x"}]}`,
	)
}
