package aws

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// Macie is the findings of Macie, and the results of its sensitive data discovery.
func Macie() *source.Source {
	return &source.Source{
		Name:    "aws_macie",
		Title:   "Amazon Macie findings and discovery results",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/macie/latest/APIReference/findings-describe.html",
			"https://docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html",
			"https://docs.aws.amazon.com/macie/latest/user/discovery-results-repository-s3.html",
		},
		Keys:  []string{`/Macie/`, `(?i)macie2?[-_]?(finding|result)`},
		Looks: looksLikeMacie,
		Notes: "Macie writes a policy finding again when it happens again: each version is an event, told apart by its time. The result of a discovery " +
			"has no severity, and nothing sensitive may be in it; its outcome says whether the object could be read. Of several places of a kind of " +
			"data, all are in aws.macie.classification_details.",

		Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"findings", "Findings"}},
		Divide:  source.JSON,
		OwnID:   true,
		Static:  source.Fixed("event.kind", "event", "event.type", "info", "cloud.provider", "aws", "event.module", "aws", "observer.vendor", "Amazon Macie"),
		Map:     slices.Concat(macieMap(), macieVendorMap()),
		Extra: slices.Concat([]ecs.Field{
			{Name: "event.category"}, {Name: "event.outcome"}, {Name: "event.severity"}, {Name: "rule.category"}, {Name: "rule.ruleset"},
		}, mentionFields("aws.macie")),
		Finish: finishMacie,
	}
}

func looksLikeMacie(head []byte) bool {
	if bytes.Contains(head, []byte(`"aws.macie"`)) && bytes.Contains(head, []byte(`"detail-type"`)) {
		return true
	}
	return bytes.Contains(head, []byte(`"resourcesAffected"`)) && (bytes.Contains(head, []byte(`"classificationDetails"`)) || bytes.Contains(head, []byte(`"policyDetails"`))) ||
		bytes.Contains(head, []byte(`"classificationDetails"`)) && bytes.Contains(head, []byte(`"sizeClassified"`))
}

// Places within a finding.
const (
	maBucket   = "resourcesAffected.s3Bucket"
	maObject   = "resourcesAffected.s3Object"
	maClass    = "classificationDetails"
	maResult   = maClass + ".result"
	maCall     = "policyDetails.action.apiCallDetails"
	maActor    = "policyDetails.actor"
	maIdentity = maActor + ".userIdentity"
)

// macieMap is what ECS has a name for.
func macieMap() []source.Mapping {
	return []source.Mapping{
		{To: "@timestamp", From: "updatedAt | createdAt"},
		{To: "event.created", From: "createdAt"},
		{To: "event.start", From: maCall + ".firstSeen"},
		{To: "event.end", From: maCall + ".lastSeen"},
		{To: "event.id", From: "id"},
		{To: "event.action", From: maCall + ".api"},
		{To: "event.provider", From: maCall + ".apiServiceName"},
		{To: "message", From: "description"},
		{To: "cloud.account.id", From: "accountId"},
		{To: "cloud.region", From: "region"},
		{To: "rule.name", From: "type"},
		{To: "rule.description", From: "description"},
		{To: "source.address", From: maActor + ".ipAddressDetails.ipAddressV4 | " + maActor + ".domainDetails.domainName"},
		{To: "source.ip", From: maActor + ".ipAddressDetails.ipAddressV4"},
		{To: "source.domain", From: maActor + ".domainDetails.domainName"},
		{To: "user.name", From: maIdentity + ".iamUser.userName | " + maIdentity + ".assumedRole.sessionContext.sessionIssuer.userName | " +
			maIdentity + ".federatedUser.sessionContext.sessionIssuer.userName"},
		{To: "user.id", From: maIdentity + ".iamUser.principalId | " + maIdentity + ".assumedRole.principalId | " + maIdentity + ".federatedUser.principalId | " +
			maIdentity + ".root.principalId | " + maIdentity + ".awsAccount.principalId"},
		{To: "related.user", From: maBucket + ".owner.displayName | " + maBucket + ".owner.id"},
		{To: "file.path", From: maObject + ".key"},
		{To: "file.extension", From: maObject + ".extension"},
		{To: "file.size", From: maObject + ".size"},
		{To: "file.mime_type", From: maResult + ".mimeType"},
		{To: "file.mtime", From: maObject + ".lastModified", Type: ecs.Time},
		{To: "aws.s3.bucket.name", From: maBucket + ".name"},
		{To: "aws.s3.object.key", From: maObject + ".key"},
	}
}

// macieVendorMap is what ECS has no name for.
func macieVendorMap() []source.Mapping {
	const to = "aws.macie."
	return []source.Mapping{
		{To: to + "schema_version", From: "schemaVersion"},
		{To: to + "partition", From: "partition"},
		{To: to + "category", From: "category"},
		{To: to + "title", From: "title"},
		{To: to + "severity.score", From: "severity.score", Type: ecs.Int},
		{To: to + "severity.description", From: "severity.description"},
		{To: to + "archived", From: "archived", Type: ecs.Bool},
		{To: to + "sample", From: "sample", Type: ecs.Bool},
		{To: to + "count", From: "count", Type: ecs.Int},
		{To: to + "bucket.arn", From: maBucket + ".arn | " + maObject + ".bucketArn", Kind: ecs.ARN},
		{To: to + "bucket.created_at", From: maBucket + ".createdAt", Type: ecs.Time},
		{To: to + "bucket.effective_permission", From: maBucket + ".publicAccess.effectivePermission"},
		{To: to + "bucket.encryption_type", From: maBucket + ".defaultServerSideEncryption.encryptionType"},
		{To: to + "bucket.allows_unencrypted_object_uploads", From: maBucket + ".allowsUnencryptedObjectUploads"},
		{To: to + "object.path", From: maObject + ".path"},
		{To: to + "object.etag", From: maObject + ".eTag"},
		{To: to + "object.version_id", From: maObject + ".versionId"},
		{To: to + "object.storage_class", From: maObject + ".storageClass"},
		{To: to + "object.public_access", From: maObject + ".publicAccess", Type: ecs.Bool},
		{To: to + "object.encryption_type", From: maObject + ".serverSideEncryption.encryptionType"},
		{To: to + "resources_affected", From: "resourcesAffected", JSON: true},
		{To: to + "job.arn", From: maClass + ".jobArn", Kind: ecs.ARN},
		{To: to + "job.id", From: maClass + ".jobId"},
		{To: to + "job.origin_type", From: maClass + ".originType"},
		{To: to + "detailed_results_location", From: maClass + ".detailedResultsLocation"},
		{To: to + "result.status.code", From: maResult + ".status.code"},
		{To: to + "result.status.reason", From: maResult + ".status.reason[]", Type: ecs.Strings},
		{To: to + "result.size_classified", From: maResult + ".sizeClassified", Type: ecs.Int},
		{To: to + "result.additional_occurrences", From: maResult + ".additionalOccurrences", Type: ecs.Bool},
		{To: to + "sensitive_data.categories", From: maResult + ".sensitiveData[].category", Type: ecs.Strings},
		{To: to + "sensitive_data.types", From: maResult + ".sensitiveData[].detections[].type | " + maResult + ".customDataIdentifiers.detections[].name", Type: ecs.Strings},
		{To: to + "custom_data_identifiers.total_count", From: maResult + ".customDataIdentifiers.totalCount", Type: ecs.Int},
		{To: to + "classification_details", From: maClass, JSON: true},
		{To: to + "policy_details", From: "policyDetails", JSON: true},
		{To: to + "actor.type", From: maIdentity + ".type"},
		{To: to + "actor.arn", From: maIdentity + ".iamUser.arn | " + maIdentity + ".assumedRole.arn | " + maIdentity + ".federatedUser.arn | " + maIdentity + ".root.arn", Kind: ecs.ARN},
		{To: to + "actor.access_key_id", From: maIdentity + ".assumedRole.accessKeyId | " + maIdentity + ".federatedUser.accessKeyId", Kind: ecs.AccessKey},
		{To: to + "actor.account_id", From: maIdentity + ".iamUser.accountId | " + maIdentity + ".assumedRole.accountId | " + maIdentity + ".federatedUser.accountId | " +
			maIdentity + ".root.accountId | " + maIdentity + ".awsAccount.accountId", Kind: ecs.Account},
		{To: to + "actor.invoked_by", From: maIdentity + ".awsService.invokedBy"},
	}
}

// finishMacie fills what depends on the kind of a finding.
func finishMacie(b *source.Binding) func(*source.Event) error {
	var (
		kind, score     = b.In("type"), b.In("severity.score")
		policy, status  = b.In("policyDetails"), b.In(maResult + ".status.code")
		at, severity    = b.Out("@timestamp"), b.Out("event.severity")
		category        = b.Out("event.category")
		purpose, group  = b.Out("rule.category"), b.Out("rule.ruleset")
		outcome         = b.Out("event.outcome")
		reason, reasons = b.In(maResult + ".status.reason"), b.Out("aws.macie.result.status.reason")
		m               = bindMentions(b, "aws.macie")
		whole           = []source.In{b.In("resourcesAffected"), policy, b.In(maClass + ".jobArn")}
	)
	return func(e *source.Event) error {
		deliveredAt(e, at)
		class, ruleset := findingClass(e.Text(kind))
		e.Set(purpose, class)
		e.Set(group, ruleset)
		if n, err := strconv.ParseFloat(string(e.Text(score)), 64); err == nil {
			e.SetInt(severity, int64(n))
		}
		if e.Has(policy) || string(class) == "Policy" {
			e.SetText(category, "configuration")
		} else {
			e.SetText(category, "file")
		}
		if why := e.Value(reason); why.Shape == source.Text {
			e.Set(reasons, why.Bytes)
		}
		switch string(e.Text(status)) {
		case "COMPLETE":
			e.SetText(outcome, "success")
		case "SKIPPED":
			e.SetText(outcome, "failure")
		case "PARTIAL":
			e.SetText(outcome, "unknown")
		}
		m.walk(e, whole...)
		return nil
	}
}
