package aws_test

import (
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

func TestInspector(t *testing.T) {
	finding := func(rest string) string { return `{"findingArn":"arn:f",` + rest + `}` }
	const at = `"updatedAt":"2026-01-15T09:00:00Z",`
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"seconds as text with an exponent", finding(`"updatedAt":"1.768467600123E9"`), map[string]any{"@timestamp": "2026-01-15T09:00:00.123Z"}},
		{"seconds as a number", finding(`"updatedAt":1768467600.5`), map[string]any{"@timestamp": "2026-01-15T09:00:00.500Z"}},
		{"milliseconds", finding(`"updatedAt":1768467600500`), map[string]any{"@timestamp": "2026-01-15T09:00:00.500Z"}},
		{"the time as Java writes it", finding(`"updatedAt":"Jan 5, 2026, 10:46:15 PM"`), map[string]any{"@timestamp": "2026-01-05T22:46:15.000Z"}},
		{"the time as Java of today writes it", finding("\"updatedAt\":\"Jan 5, 2026, 10:46:15\u202fAM\""), map[string]any{"@timestamp": "2026-01-05T10:46:15.000Z"}},
		{"a time that is none is kept", finding(at + `"firstObservedAt":"soon"`), map[string]any{"event.start": nil, "unmapped.firstObservedAt": "soon"}},
		{"the score of the vendor before Inspector's", finding(at + `"packageVulnerabilityDetails":{"cvss":[{"baseScore":9.8,"version":"3.1"},{"baseScore":5,"version":"2.0"}]},"inspectorScoreDetails":{"adjustedCvss":{"score":7.1,"version":"3.0"}}`),
			map[string]any{"vulnerability.score.base": 9.8, "vulnerability.score.version": "3.1", "aws.inspector.inspector_score_details.adjusted_cvss.score.value": 7.1}},
		{"Inspector's score where the vendor gave none", finding(at + `"packageVulnerabilityDetails":{"cvss":[]},"inspectorScoreDetails":{"adjustedCvss":{"score":7.1}}`),
			map[string]any{"vulnerability.score.base": 7.1, "vulnerability.classification": "CVSS"}},
		{"hashes lose their algorithm's name", finding(at + `"resources":[{"details":{"awsEcrContainerImage":{"imageHash":"sha256:` + strings.Repeat("ab", 32) + `"}}}]`),
			map[string]any{"related.hash": sourcetest.List(strings.Repeat("ab", 32)), "aws.inspector.resource.image.hash": "sha256:" + strings.Repeat("ab", 32)}},
		{"an image is no instance", finding(at + `"resources":[{"id":"arn:aws:ecr:us-east-1:111122223333:repository/x/sha256:1","type":"AWS_ECR_CONTAINER_IMAGE"}]`),
			map[string]any{"cloud.instance.id": nil, "resource.type": sourcetest.List("AWS_ECR_CONTAINER_IMAGE")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.Inspector(), "k").Document(c.record), c.want)
		})
	}
}

func TestMacie(t *testing.T) {
	finding := func(rest string) string { return `{"id":"f","updatedAt":"2026-01-15T09:00:00Z",` + rest + `}` }
	for _, c := range []struct {
		name, record string
		want         map[string]any
	}{
		{"a finding of sensitive data", finding(`"type":"SensitiveData:S3Object/Personal","severity":{"score":2}`),
			map[string]any{"event.category": sourcetest.List("file"), "rule.category": "SensitiveData", "rule.ruleset": "SensitiveData:S3Object", "event.severity": 2.0}},
		{"a finding of policy", finding(`"type":"Policy:IAMUser/S3BucketPublic"`), map[string]any{"event.category": sourcetest.List("configuration")}},
		{"a caller that is a role", finding(`"policyDetails":{"actor":{"userIdentity":{"assumedRole":{"principalId":"A:b","arn":"arn:aws:sts::111122223333:assumed-role/ops/b","sessionContext":{"sessionIssuer":{"userName":"ops"}}}}}}`),
			map[string]any{"user.name": "ops", "user.id": "A:b", "aws.macie.actor.arn": "arn:aws:sts::111122223333:assumed-role/ops/b", "related.user": sourcetest.List("ops", "A:b", "b")}},
		{"an object that was passed over", finding(`"classificationDetails":{"result":{"status":{"code":"SKIPPED","reason":["A","B"]}}}`),
			map[string]any{"event.outcome": "failure", "aws.macie.result.status.reason": sourcetest.List("A", "B")}},
		{"a reason that is a text", finding(`"classificationDetails":{"result":{"status":{"code":"PARTIAL","reason":"A"}}}`),
			map[string]any{"event.outcome": "unknown", "aws.macie.result.status.reason": sourcetest.List("A")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.Macie(), "k").Document(c.record), c.want)
		})
	}
}

func TestConfig(t *testing.T) {
	const snapshot = "AWSLogs/111122223333/Config/us-east-1/2026/1/31/ConfigSnapshot/111122223333_Config_us-east-1_ConfigSnapshot_20260131T090507Z_0a.json.gz"
	item := func(rest string) string {
		return `{"configurationItemStatus":"OK","configurationItemCaptureTime":"2026-01-15T08:00:00.123Z",` + rest + `}`
	}
	for _, c := range []struct {
		name, key, record string
		want              map[string]any
	}{
		{"an item of a snapshot has the snapshot's time", snapshot, item(`"resourceId":"x"`),
			map[string]any{"@timestamp": "2026-01-31T09:05:07.000Z", "aws.config.configuration_item_capture_time": "2026-01-15T08:00:00.123Z", "event.kind": "state"}},
		{"any other item has the time of its capture", "k", item(`"resourceId":"x"`), map[string]any{"@timestamp": "2026-01-15T08:00:00.123Z", "tags": nil}},
		{"an instance is a host", "k", item(`"resourceType":"AWS::EC2::Instance","resourceId":"i-0123456789abcdef0","configuration":{"privateIpAddress":"10.0.0.1"}`),
			map[string]any{"cloud.instance.id": "i-0123456789abcdef0", "host.id": "i-0123456789abcdef0", "related.ip": sourcetest.List("10.0.0.1")}},
		{"a policy that is part of a URL", "k", item(`"configuration":{"assumeRolePolicyDocument":"%7B%22AWS%22%3A%22arn%3Aaws%3Aiam%3A%3A444455556666%3Auser%2Feve%22%7D"}`),
			map[string]any{"related.user": sourcetest.List("eve"), "aws.config.named_account_ids": sourcetest.List("444455556666")}},
		{"a policy that is broken", "k", item(`"configuration":{"assumeRolePolicyDocument":"%7B%2"}`), map[string]any{"related.user": nil}},
		{"a user whom a resource is related to", "k", item(`"relationships":[{"resourceType":"AWS::IAM::User","resourceName":"bob"},{"resourceId":"i-0123456789abcdef0"}]`),
			map[string]any{"related.user": sourcetest.List("bob"), "related.hosts": sourcetest.List("i-0123456789abcdef0")}},
		{"a rule that was broken", "k", `{"messageType":"ComplianceChangeNotification","notificationCreationTime":"2026-01-15T09:00:00Z","newEvaluationResult":{"complianceType":"NON_COMPLIANT"}}`,
			map[string]any{"event.kind": "event", "event.outcome": "failure", "result.evaluation": "NON_COMPLIANT", "event.action": "ComplianceChangeNotification"}},
		{"an evaluation has the account of its rule", "k", `{"ComplianceType":"COMPLIANT","ResultRecordedTime":1768467600,"ConfigRuleInfo":{"ConfigRuleArn":"arn:aws:config:eu-west-1:111122223333:config-rule/x"}}`,
			map[string]any{"@timestamp": "2026-01-15T09:00:00.000Z", "cloud.account.id": "111122223333", "cloud.region": "eu-west-1", "event.outcome": "success"}},
		{"a notice without a time has that of the ingestion, and says so", "k", `{"messageType":"ConfigRulesEvaluationStarted"}`,
			map[string]any{"@timestamp": "2026-02-01T00:00:00.000Z", "tags": sourcetest.List("time-of-delivery")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			sourcetest.Check(t, sourcetest.New(t, aws.Config(), c.key).Document(c.record), c.want)
		})
	}
}

func TestTrustedAdvisorAndWorkSpaces(t *testing.T) {
	advisor := sourcetest.New(t, aws.TrustedAdvisor(), "TrustedAdvisor/x-1-2026-01-16-02-03-04-0a")
	sourcetest.Check(t, advisor.Document(`{"check-name":"c","status":"WARN","resource_id":"arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0","check-item-detail":{"IAM User":"eve"}}`),
		map[string]any{"event.kind": "alert", "event.outcome": "failure", "cloud.instance.id": "i-0123456789abcdef0", "cloud.service.name": "ec2",
			"related.user": sourcetest.List("eve"), "@timestamp": "2026-01-16T02:03:04.000Z", "tags": sourcetest.List("time-of-delivery")})
	sourcetest.Check(t, advisor.Document(`{"arn":"arn:aws:trustedadvisor::111122223333:recommendation/1","status":"ok","lastUpdatedAt":"2026-01-15T09:00:00Z"}`),
		map[string]any{"event.kind": "event", "event.outcome": "success", "cloud.account.id": "111122223333", "tags": nil})
	spaces := sourcetest.New(t, aws.WorkSpaces(), "k")
	sourcetest.Check(t, spaces.Document(`{"workspaceId":"ws-1","actionType":"successfulLogin","clientIpAddress":"192.0.2.1","loginTime":"2026-01-15T09:00:00Z"}`),
		map[string]any{"event.kind": "event", "event.outcome": "success", "event.category": sourcetest.List("authentication", "host"), "source.ip": "192.0.2.1", "host.id": "ws-1"})
	sourcetest.Check(t, spaces.Document(`{"WorkspaceId":"ws-1","UserName":"eve","IpAddress":"10.0.0.1","ComputerName":"pc"}`),
		map[string]any{"event.kind": "state", "event.outcome": nil, "host.ip": sourcetest.List("10.0.0.1"), "related.hosts": sourcetest.List("ws-1", "pc"),
			"tags": sourcetest.List("time-of-delivery"), "@timestamp": "2026-02-01T00:00:00.000Z"})
}

func TestRecordsOfNoKindAreRejected(t *testing.T) {
	for _, s := range aws.Sources() {
		if err := sourcetest.New(t, s, "k").Add(`{}`); err == nil {
			t.Errorf("%s makes an event of an empty object", s.Name)
		}
	}
}
