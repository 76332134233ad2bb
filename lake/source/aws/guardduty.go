package aws

import (
	"bytes"
	"strconv"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// GuardDuty is the findings that GuardDuty exports to S3 or sends to EventBridge.
func GuardDuty() *source.Source {
	return &source.Source{
		Name:    "aws_guardduty",
		Title:   "Amazon GuardDuty findings",
		Version: "2",
		Docs: []string{
			"https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html",
			"https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html",
		},
		Keys:  []string{`/GuardDuty/`, `(?i)(^|/)guard[-_]?duty[-_/]`},
		Looks: source.LooksLike(`"schemaVersion"`, `"service"`, `"resource"`, `"updatedAt"`),
		Notes: "GuardDuty writes a finding again when it happens again: each version is an event, told apart by its time. " +
			"The finding's resource and service are kept whole; addresses and hashes in related.* are from everywhere within them.",

		Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"findings", "Findings"}},
		Divide:  source.JSON,
		OwnID:   true,
		Static: source.Fixed(
			"event.kind", "event", "event.category", "intrusion_detection", "event.type", "info",
			"cloud.provider", "aws", "event.module", "aws",
		),
		Map: append(guardDutyMap(), guardDutyFields()...),
		Extra: []ecs.Field{
			{Name: "event.severity"}, {Name: "rule.category"}, {Name: "rule.ruleset"}, {Name: "network.direction"}, {Name: "process.start"},
			{Name: "source.ip"}, {Name: "source.address"}, {Name: "source.port"},
			{Name: "destination.ip"}, {Name: "destination.address"}, {Name: "destination.port"},
			{Name: "aws.guardduty.severity.value", Doc: "Low, Medium, High or Critical"},
		},
		Finish: finishGuardDuty,
	}
}

// Places within a finding.
const (
	gdInstance   = "resource.instanceDetails"
	gdInterface  = gdInstance + ".networkInterfaces[]"
	gdAPICall    = "service.action.awsApiCallAction"
	gdConnection = "service.action.networkConnectionAction"
	gdProbe      = "service.action.portProbeAction.portProbeDetails[]"
	gdKubernetes = "service.action.kubernetesApiCallAction"
	gdRDSLogin   = "service.action.rdsLoginAttemptAction"
	gdKubeUser   = "resource.kubernetesDetails.kubernetesUserDetails"
	gdKubeLoad   = "resource.kubernetesDetails.kubernetesWorkloadDetails"
	gdAccessKey  = "resource.accessKeyDetails"
	gdContainer  = "resource.containerDetails"
	gdTask       = "resource.ecsClusterDetails.taskDetails"
	gdBucket     = "resource.s3BucketDetails[]"
	gdProcess    = "service.runtimeDetails.process"
	gdContext    = "service.runtimeDetails.context"
	gdMalware    = "service.ebsVolumeScanDetails.scanDetections.threatDetectedByName.threatNames[]"
	gdSequence   = "service.detection.sequence"
	gdScan       = "service.malwareScanDetails.threats[]"
	gdS3Object   = gdBucket + ".s3ObjectDetails[]"
)

func guardDutyMap() []source.Mapping {
	return []source.Mapping{
		{To: "@timestamp", From: "updatedAt | createdAt"},
		{To: "event.created", From: "createdAt"},
		{To: "event.start", From: "service.eventFirstSeen"},
		{To: "event.end", From: "service.eventLastSeen"},
		{To: "event.id", From: "id"},
		{To: "event.action", From: "service.action.actionType"},
		{To: "event.provider", From: gdAPICall + ".serviceName"},
		{To: "message", From: "description"},
		{To: "cloud.account.id", From: "accountId"},
		{To: "cloud.region", From: "region"},
		{To: "cloud.availability_zone", From: gdInstance + ".availabilityZone"},
		{To: "cloud.service.name", From: "service.serviceName"},
		{To: "cloud.instance.id", From: gdInstance + ".instanceId"},
		{To: "cloud.machine.type", From: gdInstance + ".instanceType"},
		{To: "host.id", From: gdInstance + ".instanceId"},
		{To: "host.type", From: gdInstance + ".instanceType"},
		{To: "host.os.platform", From: gdInstance + ".platform"},
		{To: "rule.name", From: "type"},
		{To: "dns.question.name", From: "service.action.dnsRequestAction.domain"},
		{To: "network.transport", From: gdConnection + ".protocol | service.action.dnsRequestAction.protocol", As: source.Lower},
		{To: "network.iana_number", From: gdContext + ".ianaProtocolNumber"},
		{To: "user.id", From: gdAccessKey + ".principalId | " + gdKubeUser + ".uid"},
		{To: "user.name", From: gdAccessKey + ".userName | " + gdKubeUser + ".username | resource.rdsDbUserDetails.user"},
		{To: "user.roles", From: gdKubeUser + ".groups[]"},
		{To: "user_agent.original", From: gdAPICall + ".userAgent | " + gdKubernetes + ".userAgent"},
		{To: "http.response.status_code", From: gdKubernetes + ".statusCode"},
		{To: "url.path", From: gdKubernetes + ".requestUri"},
		{To: "error.code", From: gdAPICall + ".errorCode"},
		{To: "process.name", From: gdProcess + ".name"},
		{To: "process.pid", From: gdProcess + ".pid"},
		{To: "process.executable", From: gdProcess + ".executablePath"},
		{To: "process.hash.sha256", From: gdProcess + ".executableSha256"},
		{To: "process.command_line", From: gdContext + ".commandLineExample"},
		{To: "process.working_directory", From: gdProcess + ".pwd"},
		{To: "file.hash.sha256", From: gdMalware + ".filePaths[].hash | " + gdScan + ".itemPaths[].hash | " + gdS3Object + ".hash"},
		{To: "file.name", From: gdMalware + ".filePaths[].fileName"},
		{To: "file.path", From: gdMalware + ".filePaths[].filePath | " + gdScan + ".itemPaths[].nestedItemPath"},
		{To: "threat.indicator.file.path", From: gdContext + ".threatFilePath"},
		{To: "threat.software.name", From: gdContext + ".toolName"},
		{To: "container.id", From: gdContainer + ".id | " + gdTask + ".containers[].id", Type: ecs.Strings},
		{To: "container.name", From: gdContainer + ".name | " + gdTask + ".containers[].name", Type: ecs.Strings},
		{To: "container.runtime", From: gdContainer + ".containerRuntime | " + gdTask + ".containers[].containerRuntime", Type: ecs.Strings},
		{To: "container.security_context.privileged", From: gdContainer + ".securityContext.privileged", Type: ecs.Bool},
		{To: "orchestrator.namespace", From: gdKubeLoad + ".namespace"},
		{To: "orchestrator.resource.name", From: gdKubeLoad + ".name"},
		{To: "orchestrator.resource.type", From: gdKubeLoad + ".type"},

		{To: "related.user", From: gdAccessKey + ".principalId | " + gdKubeUser + ".uid | " + gdBucket + ".owner.id | " +
			gdProcess + ".user | " + gdSequence + ".actors[].user.name | " + gdSequence + ".actors[].user.uid | " +
			gdSequence + ".resources[].data.accessKey.userName | " + gdSequence + ".resources[].data.accessKey.principalId | " +
			gdRDSLogin + ".loginAttributes[].user | " + gdKubeUser + ".impersonatedUser.username"},
		{To: "related.hosts", From: gdAPICall + ".domainDetails.domain | " + gdInterface + ".publicDnsName | " +
			gdInterface + ".privateDnsName | " + gdSequence + ".endpoints[].domain | " + gdSequence + ".resources[].data.ec2Instance.instanceId"},
		{To: "aws.s3.bucket.name", From: gdBucket + ".name"},
		{To: "aws.s3.object.key", From: gdS3Object + ".key"},
		{To: "process.parent.pid", From: gdProcess + ".lineage[].pid"},
	}
}

// guardDutyFields are the vendor's own fields.
func guardDutyFields() []source.Mapping {
	return []source.Mapping{
		{To: "aws.guardduty.schema_version", From: "schemaVersion"},
		{To: "aws.guardduty.arn", From: "arn", Kind: ecs.ARN},
		{To: "aws.guardduty.partition", From: "partition"},
		{To: "aws.guardduty.title", From: "title"},
		{To: "aws.guardduty.confidence", From: "confidence", Type: ecs.Float},
		{To: "aws.guardduty.severity.code", From: "severity", Type: ecs.Float},
		{To: "aws.guardduty.resource.type", From: "resource.resourceType"},
		{To: "aws.guardduty.resource.access_key_details.accesskey_id", From: gdAccessKey + ".accessKeyId", Kind: ecs.AccessKey},
		{To: "aws.guardduty.resource.access_key_details.user.type", From: gdAccessKey + ".userType"},
		{To: "aws.guardduty.resource.instance_details.iaminstance_profile.arn", From: gdInstance + ".iamInstanceProfile.arn", Kind: ecs.ARN},
		{To: "aws.guardduty.resource.instance_details.image.id", From: gdInstance + ".imageId"},
		{To: "aws.guardduty.resource.s3_bucket_details.arn", From: gdBucket + ".arn", Type: ecs.Strings, Kind: ecs.ARN},
		{To: "aws.guardduty.resource.s3_bucket_details.name", From: gdBucket + ".name", Type: ecs.Strings},
		{To: "aws.guardduty.resource.eks_cluster_details.arn", From: "resource.eksClusterDetails.arn", Kind: ecs.ARN},
		{To: "aws.guardduty.resource.eks_cluster_details.name", From: "resource.eksClusterDetails.name"},
		{To: "aws.guardduty.resource.ecs_cluster_details.arn", From: "resource.ecsClusterDetails.arn", Kind: ecs.ARN},
		{To: "aws.guardduty.resource.ecs_cluster_details.task_details.arn", From: gdTask + ".arn", Kind: ecs.ARN},
		{To: "aws.guardduty.resource.rdsdb_instance_details.instance_arn", From: "resource.rdsDbInstanceDetails.dbInstanceArn", Kind: ecs.ARN},
		{To: "aws.guardduty.resource.rdsdb_instance_details.instance_identifier", From: "resource.rdsDbInstanceDetails.dbInstanceIdentifier"},
		{To: "aws.guardduty.resource.lambda_details.function_arn", From: "resource.lambdaDetails.functionArn", Kind: ecs.ARN},
		{To: "aws.guardduty.service.action.aws_api_call_action.api", From: gdAPICall + ".api"},
		{To: "aws.guardduty.service.action.aws_api_call_action.caller_type", From: gdAPICall + ".callerType"},
		{To: "aws.guardduty.service.action.aws_api_call_action.remote_account_details.account_id", From: gdAPICall + ".remoteAccountDetails.accountId", Kind: ecs.Account},
		{To: "aws.guardduty.service.action.kubernetes_api_call_action.verb", From: gdKubernetes + ".verb"},
		{To: "aws.guardduty.service.action.dns_request_action.blocked", From: "service.action.dnsRequestAction.blocked", Type: ecs.Bool},
		{To: "aws.guardduty.service.action.network_connection_action.blocked", From: gdConnection + ".blocked", Type: ecs.Bool},
		{To: "aws.guardduty.service.archived", From: "service.archived", Type: ecs.Bool},
		{To: "aws.guardduty.service.count", From: "service.count", Type: ecs.Int},
		{To: "aws.guardduty.service.detector_id", From: "service.detectorId"},
		{To: "aws.guardduty.service.feature_name", From: "service.featureName"},
		{To: "aws.guardduty.service.resource_role", From: "service.resourceRole"},
		{To: "aws.guardduty.malware.names", From: gdScan + ".name | " + gdMalware + ".name", Type: ecs.Strings},
		{To: "aws.guardduty.malware.object_arn", From: gdS3Object + ".objectArn", Kind: ecs.ARN},
		{To: "aws.guardduty.threat_list.names", From: "service.evidence.threatIntelligenceDetails[].threatListName", Type: ecs.Strings},
		{To: "aws.guardduty.threat_list.threats", From: "service.evidence.threatIntelligenceDetails[].threatNames[]", Type: ecs.Strings},
		{To: "aws.guardduty.associated_attack_sequence_arn", From: "associatedAttackSequenceArn", Kind: ecs.ARN},
		{To: "aws.guardduty.sequence.uid", From: gdSequence + ".uid"},
		{To: "aws.guardduty.sequence.description", From: gdSequence + ".description"},
		{To: "aws.guardduty.sequence.indicators", From: gdSequence + ".sequenceIndicators", JSON: true},
		{To: "aws.guardduty.sequence.resource_uids", From: gdSequence + ".resources[].uid", Type: ecs.Strings, Kind: ecs.ARN},
		{To: "aws.guardduty.sequence.access_key_ids", From: gdSequence + ".actors[].user.credentialUid", Type: ecs.Strings, Kind: ecs.AccessKey},
		{To: "aws.guardduty.raw.resource", From: "resource", JSON: true, Doc: "resource of the finding, whole"},
		{To: "aws.guardduty.raw.service", From: "service", JSON: true, Doc: "service of the finding, whole: action, evidence, counts"},
	}
}

func finishGuardDuty(b *source.Binding) func(*source.Event) error {
	var (
		kind, code      = b.In("type"), b.In("severity")
		service         = b.In("service")
		resource        = b.In("resource")
		category, set   = b.Out("rule.category"), b.Out("rule.ruleset")
		severity, label = b.Out("event.severity"), b.Out("aws.guardduty.severity.value")
		ends            = bindFindingEnds(b)
		started         = bindTimes(b, "process.start", gdProcess+".startTime")
		addresses, hash = b.Out("related.ip"), b.Out("related.hash")
	)
	return func(e *source.Event) error {
		purpose, ruleset := findingClass(e.Text(kind))
		e.Set(category, purpose)
		e.Set(set, ruleset)
		if score, err := strconv.ParseFloat(string(e.Text(code)), 64); err == nil {
			e.SetInt(severity, int64(score))
			e.SetText(label, severityLabel(score))
		}
		setFindingEnds(e, &ends)
		started.set(e)
		each := func(name, value []byte) {
			switch {
			case isHashName(name):
				e.Set(hash, value)
			case !bytes.HasSuffix(name, []byte("ersion")): // 5.10.0.1 may be a version
				e.Set(addresses, value)
			}
		}
		source.EachText(e.Text(resource), each)
		source.EachText(e.Text(service), each)
		return nil
	}
}

// findingClass cuts Trojan:EC2/BlackholeTraffic!DNS into Trojan and Trojan:EC2.
func findingClass(kind []byte) (purpose, ruleset []byte) {
	purpose, rest, ok := bytes.Cut(kind, []byte(":"))
	if !ok {
		return nil, nil
	}
	end := len(purpose) + 1
	for _, c := range rest {
		if c != '_' && !source.IsDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') {
			break
		}
		end++
	}
	return purpose, kind[:end]
}

// severityLabel is how GuardDuty's console calls a severity.
func severityLabel(score float64) string {
	switch {
	case score >= 9:
		return "Critical"
	case score >= 7:
		return "High"
	case score >= 4:
		return "Medium"
	}
	return "Low"
}

// isHashName tells whether a member of that name holds a hash.
func isHashName(name []byte) bool {
	n := len(name)
	return n >= 4 && bytes.EqualFold(name[n-4:], []byte("hash")) || n >= 6 && bytes.EqualFold(name[n-6:], []byte("sha256"))
}
