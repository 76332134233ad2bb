package aws

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// Config is what Config delivers to S3, sends to EventBridge and SNS, and answers of its rules' evaluations.
func Config() *source.Source {
	return &source.Source{
		Name:    "aws_config",
		Title:   "AWS Config: configuration items and compliance",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationItem.html",
			"https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html",
			"https://docs.aws.amazon.com/config/latest/developerguide/notifications-for-AWS-Config.html",
			"https://docs.aws.amazon.com/config/latest/APIReference/API_EvaluationResult.html",
		},
		Keys:  []string{`_Config(History|Snapshot)_`, `(^|/)Config/`, `(?i)config[-_.]?(rules|items|compliance)`},
		Skip:  []string{`ConfigWritabilityCheckFile`},
		Looks: looksLikeConfig,
		Notes: "An item of a snapshot has the snapshot's time, which its key tells, since it is a state at that time; when it was captured is in " +
			"aws.config.configuration_item_capture_time. Items of histories and of changes have the time of their capture. Notices without a time have that of " +
			"their delivery, and are tagged time-of-delivery where no envelope tells it. configuration and supplementaryConfiguration are kept whole; " +
			"related.* is from everywhere within them, policies included.",

		Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"configurationItems", "EvaluationResults"}},
		Divide:  source.JSON,
		Static:  source.Fixed("event.category", "configuration", "cloud.provider", "aws", "event.module", "aws", "observer.vendor", "Amazon"),
		Map:     slices.Concat(configMap(), configItemMap(), configRuleMap()),
		Extra: slices.Concat([]ecs.Field{
			{Name: "@timestamp"}, {Name: "tags"}, {Name: "event.kind"}, {Name: "event.type"}, {Name: "event.outcome"}, {Name: "event.created"}, {Name: "event.action"},
			{Name: "cloud.instance.id"}, {Name: "host.id"}, {Name: "user.name"}, {Name: "user.id"}, {Name: "group.name"}, {Name: "aws.s3.bucket.name"},
			{Name: "aws.config.configuration_item_capture_time", Type: ecs.Time}, {Name: "aws.config.config_rule_invoked_time", Type: ecs.Time},
			{Name: "aws.config.result_recorded_time", Type: ecs.Time}, {Name: "aws.config.notification_creation_time", Type: ecs.Time},
		}, mentionFields("aws.config")),
		Finish: finishConfig,
	}
}

func looksLikeConfig(head []byte) bool {
	has := func(text string) bool { return bytes.Contains(head, []byte(text)) }
	switch {
	case has(`"detail-type"`):
		return has(`"aws.config"`)
	case has(`"configurationItems"`), has(`"configurationItemCaptureTime"`), has(`"configurationItemStatus"`):
		return true
	case has(`"messageType"`):
		return has(`"configurationItemDiff"`) || has(`"ComplianceChangeNotification"`) || has(`"OversizedConfigurationItemChangeNotification"`) ||
			has(`"ConfigurationSnapshotDelivery`) || has(`"ConfigurationHistoryDelivery`) || has(`"ConfigRulesEvaluationStarted"`)
	}
	return has(`"EvaluationResultIdentifier"`) && has(`"ComplianceType"`)
}

// ofItem is a member of a configuration item: bare in a file, or in the notice of a change.
func ofItem(members ...string) string {
	var paths []string
	for _, m := range members {
		paths = append(paths, m, "configurationItem."+m, "configurationItemSummary."+m)
	}
	return strings.Join(paths, " | ")
}

// Places within evaluations, as notices and as the API write them.
const (
	coNew       = "newEvaluationResult"
	coNewOf     = coNew + ".evaluationResultIdentifier"
	coQualifier = coNewOf + ".evaluationResultQualifier"
	coAPI       = "EvaluationResultIdentifier"
	coAPIOf     = coAPI + ".EvaluationResultQualifier"
	coRule      = "ConfigRuleInfo"
)

// configMap is what ECS has a name for.
func configMap() []source.Mapping {
	return []source.Mapping{
		{To: "event.id", From: coNewOf + ".resourceEvaluationId | " + coAPI + ".ResourceEvaluationId"},
		{To: "message", From: coRule + ".Description | " + coNew + ".annotation | Annotation | deliveryStatus"},
		{To: "cloud.account.id", From: ofItem("awsAccountId", "accountId")},
		{To: "cloud.region", From: ofItem("awsRegion")},
		{To: "cloud.availability_zone", From: ofItem("availabilityZone")},
		{To: "rule.name", From: "configRuleName | " + coQualifier + ".configRuleName | " + coRule + ".ConfigRuleName | " + coAPIOf + ".ConfigRuleName"},
		{To: "rule.reference", From: "configRuleARN | " + coRule + ".ConfigRuleArn"},
		{To: "rule.uuid", From: coRule + ".ConfigRuleId"},
		{To: "rule.description", From: coRule + ".Description"},
		{To: "resource.id", From: ofItem("resourceId") + " | " + coQualifier + ".resourceId | " + coAPIOf + ".ResourceId", Type: ecs.Strings},
		{To: "resource.name", From: ofItem("resourceName"), Type: ecs.Strings},
		{To: "resource.type", From: ofItem("resourceType") + " | " + coQualifier + ".resourceType | " + coAPIOf + ".ResourceType", Type: ecs.Strings},
		{To: "result.evaluation", From: coNew + ".complianceType | ComplianceType"},
		{To: "related.user", From: coRule + ".CreatedBy"},
	}
}

// configItemMap is what ECS has no name for in configuration items and in notices of them.
func configItemMap() []source.Mapping {
	const to = "aws.config."
	return []source.Mapping{
		{To: to + "arn", From: ofItem("ARN", "arn"), Kind: ecs.ARN},
		{To: to + "resource_type", From: ofItem("resourceType")},
		{To: to + "configuration_item_version", From: ofItem("configurationItemVersion", "version")},
		{To: to + "configuration_item_status", From: ofItem("configurationItemStatus")},
		{To: to + "configuration_state_id", From: ofItem("configurationStateId")},
		{To: to + "configuration_state_md5_hash", From: ofItem("configurationStateMd5Hash", "configurationItemMD5Hash"), Doc: "of the item; none of a file's"},
		{To: to + "configuration_item_delivery_time", From: ofItem("configurationItemDeliveryTime"), Type: ecs.Time},
		{To: to + "resource_creation_time", From: ofItem("resourceCreationTime"), Type: ecs.Time},
		{To: to + "recording_frequency", From: ofItem("recordingFrequency")},
		{To: to + "tags", From: ofItem("tags"), JSON: true},
		{To: to + "related_events", From: "relatedEvents[] | configurationItem.relatedEvents[]", Type: ecs.Strings, Doc: "event.id of CloudTrail's events that led to the change"},
		{To: to + "relationships", From: ofItem("relationships"), JSON: true},
		{To: to + "configuration", From: ofItem("configuration"), JSON: true},
		{To: to + "supplementary_configuration", From: ofItem("supplementaryConfiguration"), JSON: true},
		{To: to + "message_type", From: "messageType"},
		{To: to + "record_version", From: "recordVersion"},
		{To: to + "change_type", From: "configurationItemDiff.changeType | configurationItemSummary.changeType"},
		{To: to + "changed_properties", From: "configurationItemDiff.changedProperties", JSON: true},
		{To: to + "snapshot_id", From: "configSnapshotId"},
		{To: to + "s3_bucket", From: "s3Bucket | s3DeliverySummary.s3BucketLocation"},
		{To: to + "s3_object_key", From: "s3ObjectKey"},
		{To: to + "s3_delivery_summary", From: "s3DeliverySummary", JSON: true},
		{To: to + "rule_names", From: "configRuleNames[]", Type: ecs.Strings, Doc: "rules whose evaluation was started"},
	}
}

// configRuleMap is what ECS has no name for in evaluations of rules.
func configRuleMap() []source.Mapping {
	const to = "aws.config."
	return []source.Mapping{
		{To: to + "compliance_type", From: coNew + ".complianceType | ComplianceType"},
		{To: to + "old_compliance_type", From: "oldEvaluationResult.complianceType"},
		{To: to + "old_evaluation_result", From: "oldEvaluationResult", JSON: true},
		{To: to + "annotation", From: coNew + ".annotation | Annotation"},
		{To: to + "result_token", From: coNew + ".resultToken | ResultToken"},
		{To: to + "rule_info.config_rule_arn", From: "configRuleARN | " + coRule + ".ConfigRuleArn", Kind: ecs.ARN},
		{To: to + "rule_info.config_rule_state", From: coRule + ".ConfigRuleState"},
		{To: to + "rule_info.created_by", From: coRule + ".CreatedBy"},
		{To: to + "rule_info.input_parameters", From: coRule + ".InputParameters"},
		{To: to + "rule_info.maximum_execution_frequency", From: coRule + ".MaximumExecutionFrequency"},
		{To: to + "rule_info.scope", From: coRule + ".Scope", JSON: true},
		{To: to + "rule_info.source", From: coRule + ".Source", JSON: true},
		{To: to + "rule_info.evaluation_modes", From: coRule + ".EvaluationModes", JSON: true},
		{To: to + "evaluation_result_identifier.evaluation_result_qualifier.evaluation_mode", From: coQualifier + ".evaluationMode | " + coAPIOf + ".EvaluationMode"},
	}
}
