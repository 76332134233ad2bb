package aws

import (
	"bytes"
	"slices"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// Inspector is the findings of Inspector's second version, as it exports them to S3 and sends them to EventBridge.
func Inspector() *source.Source {
	return &source.Source{
		Name:    "aws_inspector",
		Title:   "Amazon Inspector findings",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/inspector/v2/APIReference/API_Finding.html",
			"https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html",
			"https://docs.aws.amazon.com/inspector/latest/user/findings-managing-exporting-reports.html",
		},
		Keys:  []string{`(?i)inspector2?[-_]?(finding|scan|coverage)`, `/Inspector2?/`},
		Looks: looksLikeInspector,
		Notes: "Inspector writes a finding again when it changes: each version is an event, told apart by its time. Times may be seconds since 1970, " +
			"RFC 3339, or written as Jan 19, 2026, 10:46:15 PM, which is UTC. Events of scans and coverage have the time of their envelope. " +
			"The score is the first of those in cvss; Inspector's own is in aws.inspector.inspector_score. Reports in CSV are not read.",

		Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"findings", "Findings"}},
		Divide:  source.JSON,
		OwnID:   true,
		Static: source.Fixed("event.kind", "event", "event.category", "vulnerability", "event.type", "info", "cloud.provider", "aws",
			"event.module", "aws", "observer.vendor", "Amazon Inspector", "vulnerability.scanner.vendor", "Amazon Inspector"),
		Map:    slices.Concat(inspectorMap(), inspectorVendorMap()),
		Extra:  inspectorExtra(),
		Finish: finishInspector,
	}
}

// looksLikeInspector tells findings by members that no other service's have together, and events by their source.
func looksLikeInspector(head []byte) bool {
	if bytes.Contains(head, []byte(`"aws.inspector2"`)) && bytes.Contains(head, []byte(`"detail-type"`)) {
		return true
	}
	if !bytes.Contains(head, []byte(`"findingArn"`)) && !bytes.Contains(head, []byte(`"awsAccountId"`)) {
		return false
	}
	for _, name := range []string{`"packageVulnerabilityDetails"`, `"networkReachabilityDetails"`, `"codeVulnerabilityDetails"`, `"inspectorScore`, `"arn:aws:inspector2:`} {
		if bytes.Contains(head, []byte(name)) {
			return true
		}
	}
	return false
}

// Places within a finding.
const (
	inInstance = "resources[].details.awsEc2Instance"
	inImage    = "resources[].details.awsEcrContainerImage"
	inFunction = "resources[].details.awsLambdaFunction"
	inPackage  = "packageVulnerabilityDetails"
	inPackages = inPackage + ".vulnerablePackages[]"
	inCode     = "codeVulnerabilityDetails"
	inReach    = "networkReachabilityDetails"
	inAdjusted = "inspectorScoreDetails.adjustedCvss"
)

// inspectorMap is what ECS has a name for.
func inspectorMap() []source.Mapping {
	return []source.Mapping{
		{To: "event.id", From: "findingArn"},
		{To: "message", From: "description"},
		{To: "cloud.account.id", From: "awsAccountId"},
		{To: "cloud.region", From: "resources[].region"},
		{To: "cloud.machine.type", From: inInstance + ".type"},
		{To: "host.type", From: inInstance + ".type"},
		{To: "host.os.platform", From: inInstance + ".platform"},
		{To: "host.ip", From: inInstance + ".ipV4Addresses[] | " + inInstance + ".ipV6Addresses[]"},
		{To: "container.image.name", From: inImage + ".repositoryName | repository-name"},
		{To: "file.name", From: inCode + ".filePath.fileName"},
		{To: "file.path", From: inCode + ".filePath.filePath"},
		{To: "network.transport", From: inReach + ".protocol", As: source.Lower},
		{To: "rule.id", From: inCode + ".ruleId"},
		{To: "rule.name", From: "title"},
		{To: "vulnerability.id", From: inPackage + ".vulnerabilityId"},
		{To: "vulnerability.description", From: "description"},
		{To: "vulnerability.reference", From: inPackage + ".referenceUrls[] | " + inCode + ".referenceUrls[]"},
		{To: "vulnerability.score.base", From: inPackage + ".cvss[].baseScore | " + inAdjusted + ".score"},
		{To: "vulnerability.score.version", From: inPackage + ".cvss[].version | " + inAdjusted + ".version"},
		{To: "vulnerability.severity", From: inPackage + ".vendorSeverity | severity"},
		{To: "vulnerability.category", From: "type | " + inInstance + ".platform | " + inImage + ".platform"},
		{To: "package.name", From: inPackages + ".name"},
		{To: "package.version", From: inPackages + ".version"},
		{To: "package.architecture", From: inPackages + ".arch"},
		{To: "package.path", From: inPackages + ".filePath"},
		{To: "package.fixed_version", From: inPackages + ".fixedInVersion", Type: ecs.Strings},
		{To: "resource.id", From: "resources[].id", Type: ecs.Strings, Doc: "ids of the resources: of an instance, an image by its ARN, a function by its ARN"},
		{To: "resource.name", From: "resources[].tags.Name", Type: ecs.Strings},
		{To: "resource.type", From: "resources[].type", Type: ecs.Strings},
	}
}

// inspectorVendorMap is what ECS has no name for, under Elastic's names.
func inspectorVendorMap() []source.Mapping {
	const to = "aws.inspector."
	return []source.Mapping{
		{To: to + "finding_arn", From: "findingArn", Kind: ecs.ARN},
		{To: to + "type", From: "type"},
		{To: to + "status", From: "status"},
		{To: to + "severity", From: "severity"},
		{To: to + "inspector_score", From: "inspectorScore", Type: ecs.Float},
		{To: to + "inspector_score_details.adjusted_cvss.score.value", From: inAdjusted + ".score", Type: ecs.Float},
		{To: to + "inspector_score_details.adjusted_cvss.score.source", From: inAdjusted + ".scoreSource"},
		{To: to + "inspector_score_details.adjusted_cvss.cvss_source", From: inAdjusted + ".cvssSource"},
		{To: to + "inspector_score_details.adjusted_cvss.scoring_vector", From: inAdjusted + ".scoringVector"},
		{To: to + "inspector_score_details.adjusted_cvss.version", From: inAdjusted + ".version"},
		{To: to + "inspector_score_details.adjusted_cvss.adjustments", From: inAdjusted + ".adjustments", JSON: true},
		{To: to + "epss.score", From: "epss.score", Type: ecs.Float},
		{To: to + "exploit_available", From: "exploitAvailable"},
		{To: to + "fix_available", From: "fixAvailable"},
		{To: to + "code_vulnerability_details.cwes", From: inCode + ".cwes[]", Type: ecs.Strings},
		{To: to + "code_vulnerability_details.detector_id", From: inCode + ".detectorId"},
		{To: to + "code_vulnerability_details.detector_name", From: inCode + ".detectorName"},
		{To: to + "code_vulnerability_details.detector_tags", From: inCode + ".detectorTags[]", Type: ecs.Strings},
		{To: to + "code_vulnerability_details.file_path.start_line", From: inCode + ".filePath.startLine", Type: ecs.Int},
		{To: to + "code_vulnerability_details.file_path.end_line", From: inCode + ".filePath.endLine", Type: ecs.Int},
		{To: to + "code_vulnerability_details.source_lambda_layer_arn", From: inCode + ".sourceLambdaLayerArn", Kind: ecs.ARN},
		{To: to + "network_reachability_details.network_path.steps", From: inReach + ".networkPath.steps", JSON: true},
		{To: to + "network_reachability_details.open_port_range.begin", From: inReach + ".openPortRange.begin", Type: ecs.Int},
		{To: to + "network_reachability_details.open_port_range.end", From: inReach + ".openPortRange.end", Type: ecs.Int},
		{To: to + "package_vulnerability_details.cvss", From: inPackage + ".cvss", JSON: true},
		{To: to + "package_vulnerability_details.related_vulnerabilities", From: inPackage + ".relatedVulnerabilities[]", Type: ecs.Strings},
		{To: to + "package_vulnerability_details.source.value", From: inPackage + ".source"},
		{To: to + "package_vulnerability_details.source.url", From: inPackage + ".sourceUrl"},
		{To: to + "package_vulnerability_details.vendor.severity", From: inPackage + ".vendorSeverity"},
		{To: to + "package_vulnerability_details.vulnerable_packages", From: inPackage + ".vulnerablePackages", JSON: true},
		{To: to + "remediation.recommendation.text", From: "remediation.recommendation.text"},
		{To: to + "remediation.recommendation.url", From: "remediation.recommendation.Url | remediation.recommendation.url"},
		{To: to + "resources", From: "resources", JSON: true},
		{To: to + "resource.image.hash", From: inImage + ".imageHash | image-digest", Doc: "digest of the image, as Inspector writes it"},
		{To: to + "resource.image.tags", From: inImage + ".imageTags[] | image-tags[]", Type: ecs.Strings},
		{To: to + "resource.image.id", From: inInstance + ".imageId"},
		{To: to + "resource.function_name", From: inFunction + ".functionName"},
		{To: to + "scan.status", From: "scan-status | scanStatus.status | scanStatus.statusCodeValue", Doc: "of an event of a scan or of coverage"},
		{To: to + "scan.reason", From: "scanStatus.reason | scanStatus.statusReason"},
		{To: to + "scan.type", From: "scanType"},
		{To: to + "scan.version", From: "version"},
		{To: to + "scan.resource_type", From: "resourceType"},
		{To: to + "scan.finding_severity_counts", From: "finding-severity-counts", JSON: true},
	}
}

// inspectorExtra are the fields that only Finish fills.
func inspectorExtra() []ecs.Field {
	const to = "aws.inspector."
	fields := []ecs.Field{
		{Name: "@timestamp"}, {Name: "event.start"}, {Name: "event.end"}, {Name: "event.severity"},
		{Name: "cloud.instance.id"}, {Name: "host.id"}, {Name: "host.os.type"},
		{Name: "vulnerability.enumeration"}, {Name: "vulnerability.classification"}, {Name: "vulnerability.published_date", Type: ecs.Time},
		{Name: to + "package_vulnerability_details.vendor.updated_at", Type: ecs.Time},
		{Name: to + "exploitability_details.last_known_exploit_at", Type: ecs.Time},
		{Name: to + "epss.updated_at", Type: ecs.Time},
	}
	return slices.Concat(fields, mentionFields("aws.inspector"))
}
