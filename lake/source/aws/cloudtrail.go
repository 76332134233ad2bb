package aws

import (
	"bytes"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// CloudTrail is what a trail delivers to S3: events, insights, and the digests that prove them.
func CloudTrail() *source.Source {
	return &source.Source{
		Name:    "aws_cloudtrail",
		Title:   "AWS CloudTrail",
		Version: "3",
		Docs: []string{
			"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html",
			"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields.html",
			"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html",
			"https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html",
		},
		Keys:  []string{`/CloudTrail(-Insight|-Digest|-NetworkActivity)?/`, `_CloudTrail(-Insight|-Digest|-NetworkActivity)?_`},
		Looks: looksLikeCloudTrail,
		Notes: "Insights and digests lie under the same prefix: aws.cloudtrail.event_category says Management, Data, NetworkActivity, Insight or Digest.",

		Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"Records"}},
		Divide:  source.JSON,
		OwnID:   true,
		Static:  source.Fixed("event.kind", "event", "cloud.provider", "aws", "event.module", "aws"),
		Map:     cloudTrailMap(),
		Extra: append([]ecs.Field{
			{Name: "event.outcome"}, {Name: "tls.version"}, {Name: "tls.version_protocol"}, {Name: "file.hash.sha256"},
			{Name: "aws.cloudtrail.console_login.mfa_used", Type: ecs.Bool, Doc: "whether the console login used a second factor"},
		}, namedFields()...),
		Finish: finishCloudTrail,
	}
}

// looksLikeCloudTrail tells events by the members that all of them have, and digests by theirs.
func looksLikeCloudTrail(head []byte) bool {
	has := func(text string) bool { return bytes.Contains(head, []byte(text)) }
	return has(`"eventVersion"`) && (has(`"userIdentity"`) || has(`"insightDetails"`) || has(`"recipientAccountId"`)) || has(`"digestS3Object"`) && has(`"digestEndTime"`)
}

func cloudTrailMap() []source.Mapping {
	return []source.Mapping{
		{To: "@timestamp", From: "eventTime | digestEndTime"},
		{To: "event.id", From: "eventID"},
		{To: "event.action", From: "eventName | insightDetails.eventName"},
		{To: "event.provider", From: "eventSource | insightDetails.eventSource"},
		{To: "cloud.region", From: "awsRegion"},
		{To: "cloud.account.id", From: "userIdentity.accountId | recipientAccountId | awsAccountId"},
		{To: "source.address", From: "sourceIPAddress"},
		{To: "source.ip", From: "sourceIPAddress"},
		{To: "user_agent.original", From: "userAgent"},
		{To: "user.id", From: "userIdentity.principalId"},
		{To: "user.name", From: "userIdentity.userName | userIdentity.sessionContext.sessionIssuer.userName"},
		{To: "user.target.name", From: "requestParameters.userName"},
		{To: "user.target.id", From: "responseElements.user.userId"},
		{To: "user.changes.name", From: "requestParameters.newUserName"},
		{To: "group.name", From: "requestParameters.groupName"},
		{To: "group.id", From: "responseElements.group.groupId"},
		{To: "error.code", From: "errorCode"},
		{To: "error.message", From: "errorMessage"},
		{To: "tls.cipher", From: "tlsDetails.cipherSuite"},
		{To: "tls.client.server_name", From: "tlsDetails.clientProvidedHostHeader"},
		{To: "aws.cloudtrail.event_version", From: "eventVersion"},
		{To: "aws.cloudtrail.event_type", From: "eventType"},
		{To: "aws.cloudtrail.event_category", From: "eventCategory"},
		{To: "aws.cloudtrail.management_event", From: "managementEvent", Type: ecs.Bool},
		{To: "aws.cloudtrail.read_only", From: "readOnly", Type: ecs.Bool},
		{To: "aws.cloudtrail.api_version", From: "apiVersion"},
		{To: "aws.cloudtrail.request_id", From: "requestID", Unique: true},
		{To: "aws.cloudtrail.shared_event_id", From: "sharedEventID"},
		{To: "aws.cloudtrail.recipient_account_id", From: "recipientAccountId", Kind: ecs.Account},
		{To: "aws.cloudtrail.vpc_endpoint_id", From: "vpcEndpointId"},
		{To: "aws.cloudtrail.vpc_endpoint_account_id", From: "vpcEndpointAccountId", Kind: ecs.Account},
		{To: "aws.cloudtrail.session_credential_from_console", From: "sessionCredentialFromConsole", Type: ecs.Bool},
		{To: "aws.cloudtrail.error_code", From: "errorCode"},
		{To: "aws.cloudtrail.error_message", From: "errorMessage"},
		{To: "aws.cloudtrail.user_identity.type", From: "userIdentity.type"},
		{To: "aws.cloudtrail.user_identity.arn", From: "userIdentity.arn", Kind: ecs.ARN},
		{To: "aws.cloudtrail.user_identity.access_key_id", From: "userIdentity.accessKeyId", Kind: ecs.AccessKey},
		{To: "aws.cloudtrail.user_identity.invoked_by", From: "userIdentity.invokedBy"},
		{To: "aws.cloudtrail.user_identity.identity_provider", From: "userIdentity.identityProvider"},
		{To: "aws.cloudtrail.user_identity.on_behalf_of", From: "userIdentity.onBehalfOf", JSON: true},
		{To: "aws.cloudtrail.user_identity.session_context.mfa_authenticated", From: "userIdentity.sessionContext.attributes.mfaAuthenticated", Type: ecs.Bool},
		{To: "aws.cloudtrail.user_identity.session_context.creation_date", From: "userIdentity.sessionContext.attributes.creationDate", Type: ecs.Time},
		{To: "aws.cloudtrail.user_identity.session_context.session_issuer.type", From: "userIdentity.sessionContext.sessionIssuer.type"},
		{To: "aws.cloudtrail.user_identity.session_context.session_issuer.arn", From: "userIdentity.sessionContext.sessionIssuer.arn", Kind: ecs.ARN},
		{To: "aws.cloudtrail.user_identity.session_context.session_issuer.principal_id", From: "userIdentity.sessionContext.sessionIssuer.principalId"},
		{To: "aws.cloudtrail.user_identity.session_context.session_issuer.account_id", From: "userIdentity.sessionContext.sessionIssuer.accountId", Kind: ecs.Account},
		{To: "aws.cloudtrail.user_identity.session_context.source_identity", From: "userIdentity.sessionContext.sourceIdentity", Kind: ecs.User},
		{To: "aws.cloudtrail.user_identity.session_context.web_id_federation_data", From: "userIdentity.sessionContext.webIdFederationData", JSON: true},
		{To: "aws.cloudtrail.request_parameters", From: "requestParameters", JSON: true},
		{To: "aws.cloudtrail.response_elements", From: "responseElements", JSON: true},
		{To: "aws.cloudtrail.additional_eventdata", From: "additionalEventData", JSON: true},
		{To: "aws.cloudtrail.service_event_details", From: "serviceEventDetails", JSON: true},
		{To: "aws.cloudtrail.resources", From: "resources", JSON: true},
		{To: "aws.cloudtrail.resource_arns", From: "resources[].ARN | resources[].arn", Type: ecs.Strings, Kind: ecs.ARN, Doc: "ARNs of the resources that were accessed, and those that the call's parameters and answer name"},
		{To: "aws.cloudtrail.role_arn", From: "requestParameters.roleArn", Kind: ecs.ARN, Doc: "role that was assumed or passed"},
		{To: "aws.cloudtrail.target_access_key_id", From: "requestParameters.accessKeyId", Kind: ecs.AccessKey, Doc: "access key that was acted on"},
		{To: "aws.cloudtrail.issued_access_key_id", From: "responseElements.accessKey.accessKeyId | responseElements.credentials.accessKeyId", Kind: ecs.AccessKey, Doc: "access key that the call issued"},
		{To: "aws.cloudtrail.bytes_transferred_in", From: "additionalEventData.bytesTransferredIn", Type: ecs.Int, Doc: "bytes that a data event wrote"},
		{To: "aws.cloudtrail.bytes_transferred_out", From: "additionalEventData.bytesTransferredOut", Type: ecs.Int, Doc: "bytes that a data event read"},
		{To: "aws.cloudtrail.console_login.login_to", From: "additionalEventData.LoginTo"},
		{To: "aws.cloudtrail.target", From: targets, Doc: "what the call acted on, in short"},
		{To: "aws.s3.bucket.name", From: "requestParameters.bucketName"},
		{To: "aws.s3.object.key", From: "requestParameters.key"},
		{To: "related.user", From: "requestParameters.roleName | responseElements.role.roleName"},
		{To: "aws.cloudtrail.insight_details", From: "insightDetails", JSON: true},
		{To: "aws.cloudtrail.insight.type", From: "insightDetails.insightType"},
		{To: "aws.cloudtrail.insight.state", From: "insightDetails.state"},
		{To: "aws.cloudtrail.insight.error_code", From: "insightDetails.errorCode"},
		{To: "aws.cloudtrail.insight.average", From: "insightDetails.insightContext.statistics.insight.average", Type: ecs.Float, Doc: "calls or errors a minute while the insight lasted"},
		{To: "aws.cloudtrail.insight.baseline_average", From: "insightDetails.insightContext.statistics.baseline.average", Type: ecs.Float, Doc: "calls or errors a minute before"},
		{To: "aws.cloudtrail.insight.duration", From: "insightDetails.insightContext.statistics.insightDuration", Type: ecs.Int, Doc: "minutes that the insight lasted"},
		{To: "aws.cloudtrail.insight.baseline_duration", From: "insightDetails.insightContext.statistics.baselineDuration", Type: ecs.Int},
		{To: "aws.cloudtrail.user_identity.in_scope_of", From: "userIdentity.inScopeOf", JSON: true},
		{To: "aws.cloudtrail.user_identity.session_context.ec2_role_delivery", From: "userIdentity.sessionContext.ec2RoleDelivery"},
		{To: "aws.cloudtrail.addendum", From: "addendum", JSON: true, Doc: "why the event was delivered late or anew"},
		{To: "aws.cloudtrail.edge_device_details", From: "edgeDeviceDetails", JSON: true},
		{To: "aws.cloudtrail.event_context", From: "eventContext", JSON: true, Doc: "tags and conditions that the event was enriched with"},
		{To: "file.path", From: "digestS3Object"},
		{To: "aws.cloudtrail.digest.previous_s3_object", From: "previousDigestS3Object"},
		{To: "aws.cloudtrail.digest.previous_hash_value", From: "previousDigestHashValue", Kind: ecs.Hash},
		{To: "aws.cloudtrail.digest.previous_signature", From: "previousDigestSignature"},
		{To: "related.hash", From: "logFiles[].hashValue"},
		{To: "aws.cloudtrail.digest.log_files", From: "logFiles", JSON: true},
		{To: "aws.cloudtrail.digest.s3_bucket", From: "digestS3Bucket"},
		{To: "aws.cloudtrail.digest.start_time", From: "digestStartTime", Type: ecs.Time},
		{To: "aws.cloudtrail.digest.end_time", From: "digestEndTime", Type: ecs.Time},
		{To: "aws.cloudtrail.digest.newest_event_time", From: "newestEventTime", Type: ecs.Time},
		{To: "aws.cloudtrail.digest.oldest_event_time", From: "oldestEventTime", Type: ecs.Time},
		{To: "aws.cloudtrail.digest.previous_s3_bucket", From: "previousDigestS3Bucket"},
		{To: "aws.cloudtrail.digest.previous_hash_algorithm", From: "previousDigestHashAlgorithm"},
		{To: "aws.cloudtrail.digest.public_key_fingerprint", From: "digestPublicKeyFingerprint | publicKeyFingerprint"},
		{To: "aws.cloudtrail.digest.signature_algorithm", From: "digestSignatureAlgorithm"},
	}
}

func finishCloudTrail(b *source.Binding) func(*source.Event) error {
	var (
		name, version        = b.In("eventName"), b.In("tlsDetails.tlsVersion")
		code, message        = b.In("errorCode"), b.In("errorMessage")
		login, mfa           = b.In("responseElements.ConsoleLogin"), b.In("additionalEventData.MFAUsed")
		identity, arn        = b.In("userIdentity.type"), b.In("userIdentity.arn")
		digest               = b.In("digestEndTime")
		signature, algorithm = b.In("previousDigestSignature"), b.In("previousDigestHashAlgorithm")
		outcome, kindOfEvent = b.Out("event.outcome"), b.Out("aws.cloudtrail.event_category")
		category, typ        = b.Out("event.category"), b.Out("event.type")
		protocol, tlsVersion = b.Out("tls.version_protocol"), b.Out("tls.version")
		user, relatedUser    = b.Out("user.name"), b.Out("related.user")
		relatedHost          = b.Out("related.hosts")
		mfaUsed, fileHash    = b.Out("aws.cloudtrail.console_login.mfa_used"), b.Out("file.hash.sha256")
	)
	names, target := newNamed(b), targetOf(b)
	return func(e *source.Event) error {
		names.collect(e)
		target(e)
		switch result := e.Text(login); {
		case len(result) > 0 && string(e.Text(name)) == "ConsoleLogin":
			e.Set(outcome, bytes.ToLower(result))
		case e.Has(code) || e.Has(message):
			e.SetText(outcome, "failure")
		default:
			e.SetText(outcome, "success")
		}
		classify(e, cloudTrailClasses[string(e.Text(name))], category, typ)
		if used := e.Text(mfa); len(used) > 0 {
			e.SetBool(mfaUsed, string(used) == "Yes")
		}
		e.SetTLS(e.Text(version), protocol, tlsVersion)
		switch string(e.Text(identity)) {
		case "Root":
			if !e.Filled(user) {
				e.SetText(user, "root")
			}
		case "AssumedRole", "FederatedUser":
			if who := e.Text(arn); bytes.IndexByte(who, '/') >= 0 {
				session := who[bytes.LastIndexByte(who, '/')+1:]
				e.Set(relatedUser, session)
				e.Set(relatedHost, instanceOf(session)) // of an instance's role the session is named as the instance
			}
		}
		if e.Has(digest) {
			e.SetText(kindOfEvent, "Digest")
			if string(e.Text(algorithm)) == "SHA-256" {
				e.Set(fileHash, e.Text(signature))
			}
		}
		return nil
	}
}

// class is how ECS classifies an action.
type class struct{ category, types []string }

// classify sets the category and types of an event; one without a class is of type info.
func classify(e *source.Event, c class, category, typ source.Out) {
	for _, text := range c.category {
		e.SetText(category, text)
	}
	if len(c.types) == 0 {
		e.SetText(typ, "info")
	}
	for _, text := range c.types {
		e.SetText(typ, text)
	}
}

// cloudTrailClasses are the actions that Elastic's AWS integration classifies, as it does.
var cloudTrailClasses = classes(
	"authentication: info", "AssumeRole ConsoleLogin",
	"file: creation", "CreateBucket",
	"file: deletion", "DeleteBucket",
	"iam: group change", `AddUserToGroup AttachGroupPolicy DeleteGroupPolicy DetachGroupPolicy PutGroupPolicy RemoveUserFromGroup UpdateGroup`,
	"iam: group creation", "CreateGroup",
	"iam: group deletion", "DeleteGroup",
	"iam: group info", `GetGroup GetGroupPolicy ListAttachedGroupPolicies ListGroupPolicies ListGroups ListGroupsForUser`,
	"iam: user creation", "CreateUser",
	"iam: user deletion", "DeleteUser",
	"iam: user change", `AttachUserPolicy ChangePassword CreateAccessKey CreateVirtualMFADevice DeactivateMFADevice DeleteAccessKey
		DeleteSSHPublicKey DeleteUserPermissionsBoundary DeleteUserPolicy DeleteVirtualMFADevice DetachUserPolicy EnableMFADevice
		PutUserPermissionsBoundary PutUserPolicy TagUser UntagUser UpdateAccessKey UpdateLoginProfile UpdateSSHPublicKey UpdateUser
		UploadSSHPublicKey CreateLoginProfile DeleteLoginProfile`,
	"iam: user info", `GetUser GetUserPolicy ListAttachedUserPolicies ListUserPolicies ListUsers ListUserTags`,
	"iam: admin creation", "CreateKeyPair",
	"iam: admin change", `SetDefaultPolicyVersion SetSecurityTokenServicePreferences UpdateAccountPasswordPolicy UpdateRole`,
)

// classes reads pairs of a class and the actions that belong to it.
func classes(pairs ...string) map[string]class {
	all := map[string]class{}
	for i := 0; i < len(pairs); i += 2 {
		category, types, _ := strings.Cut(pairs[i], ":")
		for _, action := range strings.Fields(pairs[i+1]) {
			all[action] = class{[]string{category}, strings.Fields(types)}
		}
	}
	return all
}
