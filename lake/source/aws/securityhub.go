package aws

import (
	"bytes"
	"slices"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// SecurityHub is the findings that products send to Security Hub, in its finding format or, from version 2 of it, in OCSF.
func SecurityHub() *source.Source {
	return &source.Source{
		Name:    "aws_securityhub",
		Title:   "AWS Security Hub findings",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html",
			"https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html",
			"https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html",
			"https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-v2-eventbridge.html",
		},
		Keys:  []string{`(?i)security[-_]?hub`},
		Looks: looksLikeSecurityHub,
		Notes: "A finding's time is when it was created: each update of it is an event of that time, told apart by aws.securityhub_findings.updated_at. " +
			"Findings of version 2, which are OCSF, are known by their class_uid; their time is that of the update. " +
			"resources, product fields and action are kept whole; related.* is from everywhere within them. Ranges of addresses are not in related.ip.",

		Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"findings", "Findings"}},
		Divide:  source.JSON,
		Static: source.Fixed("event.kind", "event", "event.type", "info", "cloud.provider", "aws", "event.module", "aws",
			"observer.vendor", "AWS Security Hub"),
		Map:    slices.Concat(securityHubMap(), securityHubVendorMap(), securityHubOCSFMap()),
		Extra:  securityHubExtra(),
		Finish: finishSecurityHub,
	}
}

// asffNames are members that only the finding format has at its top; a finding's order of members is not fixed, and its
// description may be longer than what is looked at.
var asffNames = [][]byte{[]byte(`"AwsAccountId"`), []byte(`"ProductArn"`), []byte(`"GeneratorId"`), []byte(`"FindingProviderFields"`), []byte(`"ProductFields"`)}

func looksLikeSecurityHub(head []byte) bool {
	if bytes.Contains(head, []byte(`"aws.securityhub"`)) && bytes.Contains(head, []byte(`"detail-type"`)) {
		return true
	}
	names := 0
	for _, name := range asffNames {
		if bytes.Contains(head, name) {
			names++
		}
	}
	return names >= 2
}

// Places within a finding.
const (
	shNetwork    = "Network"
	shConnection = "Action.NetworkConnectionAction"
	shAPICall    = "Action.AwsApiCallAction"
	shProbe      = "Action.PortProbeAction.PortProbeDetails[]"
	shDNS        = "Action.DnsRequestAction"
	shUser       = "Resources[].Details.AwsIamUser"
	shAccessKey  = "Resources[].Details.AwsIamAccessKey"
	shInstance   = "Resources[].Details.AwsEc2Instance"
	shBucket     = "Resources[].Details.AwsS3Bucket"
	shContainer  = "Resources[].Details.Container"
	shEKS        = "Resources[].Details.AwsEksCluster"
	shPackages   = "Vulnerabilities[].VulnerablePackages[]"
	shProvider   = "FindingProviderFields"
	shGuardDuty  = "ProductFields.aws/guardduty/service"
)

// securityHubMap is what ECS has a name for.
func securityHubMap() []source.Mapping {
	return []source.Mapping{
		{To: "@timestamp", From: "CreatedAt | FirstObservedAt | UpdatedAt | finding_info.created_time_dt"},
		{To: "event.created", From: "ProcessedAt"},
		{To: "event.start", From: "FirstObservedAt"},
		{To: "event.end", From: "LastObservedAt"},
		{To: "event.id", From: "Id | finding_info.uid | metadata.uid"},
		{To: "event.action", From: "Action.ActionType", As: source.Lower},
		{To: "event.provider", From: "ProductName | ProductFields.aws/securityhub/ProductName | metadata.product.name"},
		{To: "message", From: "Description | finding_info.desc"},
		{To: "organization.name", From: "CompanyName"},
		{To: "cloud.account.id", From: "AwsAccountId | cloud.account.uid"},
		{To: "cloud.account.name", From: "AwsAccountName | cloud.account.name"},
		{To: "cloud.region", From: "Region | Resources[].Region | cloud.region"},
		{To: "cloud.machine.type", From: shInstance + ".Type"},
		{To: "host.ip", From: shInstance + ".IpV4Addresses[] | " + shInstance + ".IpV6Addresses[]"},
		{To: "host.type", From: shInstance + ".Type"},
		{To: "rule.id", From: "GeneratorId | Compliance.SecurityControlId | finding_info.analytic.uid"},
		{To: "rule.name", From: "Title | finding_info.title"},
		{To: "rule.description", From: "Description | finding_info.desc"},
		{To: "rule.reference", From: "Remediation.Recommendation.Url | remediation.references[]"},
		{To: "source.domain", From: shNetwork + ".SourceDomain"},
		{To: "source.ip", From: shNetwork + ".SourceIpV4 | " + shNetwork + ".SourceIpV6"},
		{To: "source.port", From: shNetwork + ".SourcePort"},
		{To: "destination.domain", From: shNetwork + ".DestinationDomain"},
		{To: "destination.ip", From: shNetwork + ".DestinationIpV4 | " + shNetwork + ".DestinationIpV6"},
		{To: "destination.port", From: shNetwork + ".DestinationPort"},
		{To: "network.protocol", From: shNetwork + ".Protocol", As: source.Lower},
		{To: "network.transport", From: shConnection + ".Protocol | " + shDNS + ".Protocol", As: source.Lower},
		{To: "dns.question.name", From: shDNS + ".Domain | " + shGuardDuty + "/action/dnsRequestAction/domain"},
		{To: "user.name", From: shUser + ".UserName | " + shAccessKey + ".UserName | " + shAccessKey + ".PrincipalName | " + shBucket + ".OwnerName"},
		{To: "user.id", From: shUser + ".UserId | " + shAccessKey + ".PrincipalId | " + shBucket + ".OwnerId"},
		{To: "process.name", From: "Process.Name"},
		{To: "process.executable", From: "Process.Path"},
		{To: "process.pid", From: "Process.Pid"},
		{To: "process.parent.pid", From: "Process.ParentPid"},
		{To: "process.start", From: "Process.LaunchedAt"},
		{To: "process.end", From: "Process.TerminatedAt"},
		{To: "container.name", From: shContainer + ".Name"},
		{To: "container.image.name", From: shContainer + ".ImageName"},
		{To: "orchestrator.cluster.name", From: shEKS + ".Name | Resources[].Details.AwsEcsCluster.ClusterName"},
		{To: "file.path", From: "Malware[].Path | Threats[].FilePaths[].FilePath"},
		{To: "file.name", From: "Threats[].FilePaths[].FileName"},
		{To: "url.original", From: "SourceUrl"},
		{To: "url.full", From: "SourceUrl"},
		{To: "vulnerability.reference", From: "Vulnerabilities[].ReferenceUrls[] | vulnerabilities[].references[]"},
		{To: "vulnerability.severity", From: "Vulnerabilities[].Vendor.VendorSeverity | vulnerabilities[].severity"},
		{To: "package.name", From: shPackages + ".Name"},
		{To: "package.version", From: shPackages + ".Version"},
		{To: "package.architecture", From: shPackages + ".Architecture"},
		{To: "package.path", From: shPackages + ".FilePath"},
		{To: "package.fixed_version", From: shPackages + ".FixedInVersion", Type: ecs.Strings},
		{To: "resource.id", From: "Resources[].Id | resources[].uid", Type: ecs.Strings, Doc: "ids of the resources, nearly always their ARNs"},
		{To: "resource.type", From: "Resources[].Type | resources[].type", Type: ecs.Strings},
		{To: "related.hosts", From: shAPICall + ".DomainDetails.Domain"},
		{To: "aws.s3.bucket.name", From: shBucket + ".Name"},
	}
}

// securityHubExtra are the fields that only Finish fills.
func securityHubExtra() []ecs.Field {
	fields := []ecs.Field{
		{Name: "event.category"}, {Name: "event.outcome"}, {Name: "event.severity"}, {Name: "network.direction"}, {Name: "source.mac"},
		{Name: "cloud.instance.id"}, {Name: "cloud.service.name"}, {Name: "host.id"},
		{Name: "source.address"}, {Name: "destination.address"},
		{Name: "vulnerability.id"}, {Name: "vulnerability.enumeration"}, {Name: "vulnerability.scanner.vendor"},
		{Name: "vulnerability.score.base"}, {Name: "vulnerability.score.version"},
		{Name: "threat.indicator.type"}, {Name: "threat.indicator.last_seen"}, {Name: "threat.indicator.ip"},
		{Name: "threat.indicator.url.domain"}, {Name: "threat.indicator.url.full"},
		{Name: "threat.indicator.file.hash.md5"}, {Name: "threat.indicator.file.hash.sha1"}, {Name: "threat.indicator.file.hash.sha256"},
		{Name: "result.evaluation", Doc: "passed, failed or unknown, of a control"},
		{Name: "resource.name", Type: ecs.Strings, Doc: "last parts of the resources' ids"},
	}
	return slices.Concat(fields, source.URLFields(), mentionFields("aws.securityhub_findings"))
}
