package aws

import (
	"bytes"
	"strings"

	"github.com/hindcast/hindcast/lake/source"
)

// finishConfig tells the kinds of records apart, and fills what depends on the type of the resource.
func finishConfig(b *source.Binding) func(*source.Event) error {
	var (
		times    = configTimes(b)
		kind     = configKind(b)
		resource = configResource(b)
		m        = bindMentions(b, "aws.config")
		whole    []source.In
		related  = []source.In{b.In("relationships"), b.In("configurationItem.relationships")}
	)
	for _, member := range []string{"ARN", "configuration", "supplementaryConfiguration"} {
		whole = append(whole, b.In(member), b.In("configurationItem."+member))
	}
	whole = append(whole, b.In("configurationItemDiff.changedProperties"), b.In("resourceId"), b.In("configurationItem.resourceId"),
		b.In(coQualifier+".resourceId"), b.In(coAPIOf+".ResourceId"))
	return func(e *source.Event) error {
		times(e)
		kind(e)
		resource(e)
		m.walk(e, whole...)
		for _, in := range related {
			e.EachObject(e.Text(in), "resourceType", "resourceName", "resourceId", func(typ, name, id []byte) {
				if string(typ) == "AWS::IAM::User" || string(typ) == "AWS::IAM::Role" {
					e.Set(m.people, name)
				}
				e.Set(m.hosts, instanceOf(id))
			})
		}
		return nil
	}
}

// configTimes fills the times. Config writes them as text, the API as numbers of seconds or milliseconds.
func configTimes(b *source.Binding) func(*source.Event) {
	const to = "aws.config."
	var (
		captured = bindTimes(b, to+"configuration_item_capture_time",
			"configurationItemCaptureTime", "configurationItem.configurationItemCaptureTime", "configurationItemSummary.configurationItemCaptureTime")
		noticed  = bindTimes(b, to+"notification_creation_time", "notificationCreationTime")
		recorded = bindTimes(b, to+"result_recorded_time", coNew+".resultRecordedTime", "ResultRecordedTime")
		invoked  = bindTimes(b, to+"config_rule_invoked_time", coNew+".configRuleInvokedTime", "ConfigRuleInvokedTime")
		ordering = bindTimes(b, "event.created", coNewOf+".orderingTimestamp", coAPI+".OrderingTimestamp")
		at, tags = b.Out("@timestamp"), b.Out("tags")
		known    = []source.In{b.In("messageType"), b.In("configurationItemStatus"), b.In("resourceId")}
	)
	return func(e *source.Event) {
		for _, t := range []*timesOf{&captured, &noticed, &recorded, &invoked, &ordering} {
			t.set(e)
		}
		if e.Filled(captured.to) && strings.Contains(e.Key(), "_ConfigSnapshot_") {
			if ms, ok := timeInKey(e.Key()); ok {
				e.SetTime(at, ms)
				return
			}
		}
		for _, t := range []*timesOf{&captured, &noticed, &recorded} {
			if ms, ok := e.Int(t.to); ok && !e.Filled(at) {
				e.SetTime(at, ms)
			}
		}
		deliveredAt(e, at)
		if !e.Filled(at) && len(e.First(known...)) > 0 {
			keyTime(e, at, tags)
		}
	}
}

// configKind classifies the record: an item is a state, a change of it or a rule's verdict an event.
func configKind(b *source.Binding) func(*source.Event) {
	var (
		status     = []source.In{b.In("configurationItemStatus"), b.In("configurationItem.configurationItemStatus")}
		message    = b.In("messageType")
		change     = []source.In{b.In("configurationItemDiff.changeType"), b.In("configurationItemSummary.changeType")}
		compliance = []source.In{b.In(coNew + ".complianceType"), b.In("ComplianceType")}
		kind, typ  = b.Out("event.kind"), b.Out("event.type")
		action     = b.Out("event.action")
		outcome    = b.Out("event.outcome")
	)
	return func(e *source.Event) {
		if e.Has(status[0]) {
			e.SetText(kind, "state")
		} else {
			e.SetText(kind, "event")
		}
		e.Set(action, e.Text(message))
		what := e.First(change...)
		if len(what) == 0 {
			what = e.First(status...)
		}
		switch string(what) {
		case "CREATE", "ResourceDiscovered":
			e.SetText(typ, "creation")
		case "DELETE", "ResourceDeleted":
			e.SetText(typ, "deletion")
		case "UPDATE":
			e.SetText(typ, "change")
		default:
			e.SetText(typ, "info")
		}
		switch verdict := e.First(compliance...); string(verdict) {
		case "":
		case "COMPLIANT":
			e.SetText(outcome, "success")
		case "NON_COMPLIANT":
			e.SetText(outcome, "failure")
		default:
			e.SetText(outcome, "unknown")
		}
	}
}

// configResource fills the fields that stand for the resource by its type.
func configResource(b *source.Binding) func(*source.Event) {
	var (
		types, ids, names []source.In
		instance, host    = b.Out("cloud.instance.id"), b.Out("host.id")
		user, userID      = b.Out("user.name"), b.Out("user.id")
		group, bucket     = b.Out("group.name"), b.Out("aws.s3.bucket.name")
		people            = b.Out("related.user")
		rule              = b.In(coRule + ".ConfigRuleArn")
		account, region   = b.Out("cloud.account.id"), b.Out("cloud.region")
	)
	for _, in := range []string{"", "configurationItem.", "configurationItemSummary."} {
		types, ids, names = append(types, b.In(in+"resourceType")), append(ids, b.In(in+"resourceId")), append(names, b.In(in+"resourceName"))
	}
	types = append(types, b.In(coQualifier+".resourceType"), b.In(coAPIOf+".ResourceType"))
	ids = append(ids, b.In(coQualifier+".resourceId"), b.In(coAPIOf+".ResourceId"))
	return func(e *source.Event) {
		if parts := bytes.SplitN(e.Text(rule), colon, 6); len(parts) == 6 {
			e.SetNew(region, parts[3])
			e.SetNew(account, parts[4])
		}
		id, name := e.First(ids...), e.First(names...)
		switch string(e.First(types...)) {
		case "AWS::EC2::Instance", "AWS::SSM::ManagedInstanceInventory", "AWS::SSM::PatchCompliance", "AWS::SSM::AssociationCompliance":
			if i := instanceOf(id); i != nil {
				e.Set(instance, i)
				e.Set(host, i)
			}
		case "AWS::IAM::User":
			e.Set(user, name)
			e.Set(userID, id)
			e.Set(people, id)
		case "AWS::IAM::Role":
			e.Set(people, name)
			e.Set(people, id)
		case "AWS::IAM::Group":
			e.Set(group, name)
		case "AWS::S3::Bucket":
			e.Set(bucket, id)
		}
	}
}
