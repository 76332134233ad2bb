package aws_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/raw/envelope"
	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func TestEKSAudit(t *testing.T) {
	audit := func(rest string) string {
		return `{"kind":"Event","auditID":"a","stage":"ResponseComplete","stageTimestamp":"2026-01-15T09:00:00.1Z",` + rest + `}`
	}
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"its id is that of the request and its stage", audit(`"verb":"get"`), map[string]any{"event.id": "a-ResponseComplete", "event.type": sourcetest.List("access"), "event.outcome": nil}},
		{"several addresses", audit(`"sourceIPs":["2001:DB8::1","10.0.0.1"]`), map[string]any{"source.ip": "2001:db8::1", "related.ip": sourcetest.List("2001:db8::1", "10.0.0.1"), "unmapped": nil}},
		{"a decision against it", audit(`"annotations":{"authorization.k8s.io/decision":"forbid","other":"x"}`), map[string]any{"event.outcome": "failure", "event.type": sourcetest.List("denied"), "kubernetes.audit.authorization.decision": "forbid"}},
		{"a command in a pod", audit(`"verb":"create","objectRef":{"resource":"pods","subresource":"exec"}`), map[string]any{"event.category": sourcetest.List("api", "process")}},
		{"a role", audit(`"verb":"patch","objectRef":{"resource":"clusterroles"}`), map[string]any{"event.category": sourcetest.List("iam", "api"), "event.type": sourcetest.List("change")}},
		{"the role of an instance", audit(`"user":{"extra":{"arn":["arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0","arn"],"sessionName":["i-0123456789abcdef1","ann"]}}`), map[string]any{
			"related.hosts": sourcetest.List("i-0123456789abcdef0", "i-0123456789abcdef1")}},
		{"texts where objects were", audit(`"user":"x","objectRef":"y","responseStatus":7,"sourceIPs":"192.0.2.1"`), map[string]any{"unmapped.user": "x", "user.name": nil}},
		{"a line of klog has the year of its delivery", "E1231 23:59:59.000000       1 a.go:7] x 192.0.2.1", map[string]any{
			"@timestamp": "2025-12-31T23:59:59.000Z", "log.level": "error", "log.origin.file.line": 7.0, "message": "x 192.0.2.1", "related.ip": sourcetest.List("192.0.2.1")}},
		{"a line of klog without a place", "I0115 09:00:00.000000 text", map[string]any{"message": "text", "log.origin.file.name": nil}},
		{"logfmt with words alone", `time="2026-01-15T09:00:00Z" level=info msg=started word x="a b"`, map[string]any{"message": "started", "aws.eks.fields.x": "a b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sourcetest.New(t, aws.EKSAudit(), "k")
			r.Norm.Delivered(&envelope.Info{Time: []byte("1768467601000")})
			sourcetest.Check(t, r.Document(c.record), c.want)
		})
	}
}

func TestECSContainer(t *testing.T) {
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"a line of text", `{"container_id":"a","source":"stdout","log":"x 192.0.2.1","date":"1768467601.5"}`, map[string]any{
			"message": "x 192.0.2.1", "@timestamp": "2026-01-15T09:00:01.500Z", "related.ip": sourcetest.List("192.0.2.1"), "tags": nil}},
		{"a line of JSON has its own time", `{"container_id":"a","log":"{\"ts\":\"2026-01-15T09:00:00Z\",\"severity\":\"WARN\"}"}`, map[string]any{
			"@timestamp": "2026-01-15T09:00:00.000Z", "log.level": "WARN", "aws.ecs.log.severity": "WARN"}},
		{"what only looks like JSON is text", `{"container_id":"a","log":"{x}"}`, map[string]any{"message": "{x}", "aws.ecs.log": nil, "tags": sourcetest.List("time-of-delivery")}},
		{"an ARN that is cut", `{"container_id":"a","ecs_task_arn":"arn:aws","log":"x"}`, map[string]any{"cloud.account.id": nil, "aws.ecs.task.arn": "arn:aws"}},
		{"an object where a line was", `{"container_id":"a","log":{"b":1}}`, map[string]any{"message": `{"b":1}`, "aws.ecs.log.b": 1.0}},
		{"no record of Firelens", "[main] text", map[string]any{"message": "[main] text"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.ECSContainer(), "k").Document(c.record), c.want)
		})
	}
}

func hsmRecord(opcode, response, rest string) string {
	return "Time: 12/19/25 21:01:16.962174, usecs:1\nSequence No : 0xfF\nReboot counter : 0xe8\nCommand Type(hex) : CN_MGMT_CMD (0x0)\nOpcode : " + opcode + "\nSession Handle : 0x1004001\nResponse : " + response + "\n" + rest
}

func TestCloudHSM(t *testing.T) {
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"who logs in acts", hsmRecord("CN_LOGIN (0xd)", "0:HSM Return: SUCCESS", "User Name : ann\nUser Type : CN_CRYPTO_USER (1)"), map[string]any{
			"user.name": "ann", "user.target.name": nil, "event.sequence": 255.0, "event.outcome": "success", "event.code": "0xd"}},
		{"who is deleted is acted on", hsmRecord("CN_DELETE_USER (0xa1)", "0:HSM Return: SUCCESS", "User Name : ann"), map[string]any{"user.name": nil, "user.target.name": "ann", "related.user": sourcetest.List("ann")}},
		{"an error", hsmRecord("CN_LOGIN (0xd)", "163:HSM Error: x : y", ""), map[string]any{"event.outcome": "failure", "error.code": "163", "aws.cloudhsm.response": "163:HSM Error: x : y"}},
		{"an opcode that nobody knows", hsmRecord("CN_WONDER (0xfff)", "0:", "Wonder : full"), map[string]any{"event.action": "CN_WONDER", "event.category": sourcetest.List("configuration"), "aws.cloudhsm.fields.Wonder": "full"}},
		{"a number that is none", strings.Replace(hsmRecord("CN_LOGIN", "0:", ""), "0xfF", "0xzz", 1), map[string]any{"event.sequence": nil, "unmapped.sequence": "0xzz", "event.code": nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.CloudHSM(), "k").Document(c.record), c.want)
		})
	}
}

func TestContainersMakeNoGarbage(t *testing.T) {
	sourcetest.NoGarbage(t, aws.CloudHSM(), hsmRecord("CN_LOGIN (0xd)", "0:HSM Return: SUCCESS", "User Name : ann"))
	sourcetest.NoGarbage(t, aws.ECSContainer(), `{"container_id":"a","source":"stdout","ecs_task_arn":"arn:aws:ecs:eu-west-1:111122223333:task/c/1","log":"x 192.0.2.1","timestamp":"2026-01-15T09:00:00Z"}`)
}

func BenchmarkEKSAudit(b *testing.B) {
	sourcetest.Bench(b, aws.EKSAudit(), func(n int) string {
		return fmt.Sprintf(`{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"5e7f0c1a-0000-4000-8000-%012d","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods/web-%d","verb":"get",`+
			`"user":{"username":"system:node:ip-10-0-%d-1","groups":["system:nodes","system:authenticated"]},"sourceIPs":["10.0.%d.%d"],"userAgent":"kubelet/v1.31.0 (linux/amd64) kubernetes/9edcffc",`+
			`"objectRef":{"resource":"pods","namespace":"shop","name":"web-%d","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"2026-01-15T09:%02d:%02d.000001Z","stageTimestamp":"2026-01-15T09:%02d:%02d.101234Z",`+
			`"annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":""}}`, n, n%300, n%20, n%20, n%250, n%300, n/60%60, n%60, n/60%60, n%60)
	})
}

func BenchmarkECSContainer(b *testing.B) {
	sourcetest.Bench(b, aws.ECSContainer(), func(n int) string {
		return fmt.Sprintf(`{"container_id":"43ae1b02-0000-0000-0000-00000000000%d","container_name":"web","source":"stdout","log":"GET /items/%d from 10.0.%d.%d took %d ms","ecs_cluster":"prod",`+
			`"ecs_task_arn":"arn:aws:ecs:eu-west-1:111122223333:task/prod/0123456789abcdef0123456789abcde%d","ecs_task_definition":"web:7","date":%d.5}`, n%9, n%900, n%20, n%250, n%300, n%9, 1768467601+n/50)
	})
}

func BenchmarkCloudHSM(b *testing.B) {
	sourcetest.Bench(b, aws.CloudHSM(), func(n int) string {
		return strings.Replace(hsmRecord("CN_LOGIN (0xd)", "0:HSM Return: SUCCESS", fmt.Sprintf("Log type : MGMT_USER_DETAILS_LOG (2)\nUser Name : user%d\nUser Type : CN_CRYPTO_USER (1)", n%50)), "0xfF", fmt.Sprintf("0x%x", n), 1)
	})
}
