package aws

import (
	"bytes"
	"slices"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// TrustedAdvisor is the results of Trusted Advisor's checks, as EventBridge and the APIs give them.
func TrustedAdvisor() *source.Source {
	return &source.Source{
		Name:    "aws_trustedadvisor",
		Title:   "AWS Trusted Advisor checks",
		Version: "1",
		Docs: []string{
			"https://docs.aws.amazon.com/awssupport/latest/user/cloudwatch-events-ta.html",
			"https://docs.aws.amazon.com/awssupport/latest/APIReference/API_TrustedAdvisorCheckResult.html",
			"https://docs.aws.amazon.com/awssupport/latest/APIReference/API_TrustedAdvisorCheckDescription.html",
			"https://docs.aws.amazon.com/trustedadvisor/latest/APIReference/API_RecommendationSummary.html",
			"https://docs.aws.amazon.com/trustedadvisor/latest/APIReference/API_RecommendationResourceSummary.html",
		},
		Keys:  []string{`(?i)trusted[-_]?advisor`},
		Looks: looksLikeTrustedAdvisor,
		Notes: "A record is an item that a check flagged, the result of a check, or a recommendation. An item of status error or warning is an alert. " +
			"A result without a time has that of its delivery, and is tagged time-of-delivery where no envelope tells it. " +
			"Of the result of a whole check, the flagged resources are in one row, as JSON.",

		Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"recommendationSummaries", "recommendationResourceSummaries", "checks"}},
		Divide:  source.JSON,
		Static:  source.Fixed("event.category", "configuration", "event.type", "info", "cloud.provider", "aws", "event.module", "aws", "observer.vendor", "AWS Trusted Advisor"),
		Map:     trustedAdvisorMap(),
		Extra: slices.Concat([]ecs.Field{
			{Name: "tags"}, {Name: "event.kind"}, {Name: "event.outcome"}, {Name: "event.created"}, {Name: "cloud.instance.id"}, {Name: "cloud.service.name"}, {Name: "host.id"},
		}, mentionFields("aws.trustedadvisor")),
		Finish: finishTrustedAdvisor,
	}
}

func looksLikeTrustedAdvisor(head []byte) bool {
	has := func(text string) bool { return bytes.Contains(head, []byte(text)) }
	return has(`"aws.trustedadvisor"`) && has(`"detail-type"`) || has(`"check-item-detail"`) || has(`"flaggedResource`) && has(`"checkId"`) ||
		has(`"arn:aws:trustedadvisor:`) && (has(`"recommendation`) || has(`"checkArn"`))
}

// Places within a record.
const (
	taResult = "result"
	taItem   = taResult + ".flaggedResource"
	taCheck  = "check"
)

func trustedAdvisorMap() []source.Mapping {
	const to = "aws.trustedadvisor."
	return []source.Mapping{
		{To: "event.id", From: "uuid"},
		{To: "message", From: "name | check-name | " + taCheck + ".name"},
		{To: "cloud.region", From: taItem + ".region | check-item-detail.Region | regionCode"},
		{To: "rule.id", From: taCheck + ".id | " + taResult + ".checkId | checkId | checkArn | recommendationArn"},
		{To: "rule.name", From: taCheck + ".name | check-name | name"},
		{To: "rule.category", From: taCheck + ".category"},
		{To: "rule.description", From: taCheck + ".description | description"},
		{To: "resource.id", From: "resource_id | " + taItem + ".resourceId | awsResourceId", Type: ecs.Strings},
		{To: "related.user", From: "check-item-detail.User Name (IAM or Root) | check-item-detail.IAM User"},
		{To: to + "status", From: taItem + ".status | status | " + taResult + ".status"},
		{To: to + "check.status", From: taResult + ".status"},
		{To: to + "check.metadata", From: taCheck + ".metadata", JSON: true, Doc: "names of the item's metadata, in its order"},
		{To: to + "item.metadata", From: taItem + ".metadata", JSON: true},
		{To: to + "item.is_suppressed", From: taItem + ".isSuppressed", Type: ecs.Bool},
		{To: to + "item.detail", From: "check-item-detail", JSON: true},
		{To: to + "flagged_resources", From: taResult + ".flaggedResources | flaggedResources", JSON: true},
		{To: to + "resources_summary", From: taResult + ".resourcesSummary | resourcesSummary", JSON: true},
		{To: to + "category_specific_summary", From: taResult + ".categorySpecificSummary | categorySpecificSummary", JSON: true},
		{To: to + "recommendation.id", From: "id"},
		{To: to + "recommendation.arn", From: "arn | recommendationArn", Kind: ecs.ARN},
		{To: to + "recommendation.type", From: "type"},
		{To: to + "recommendation.source", From: "source"},
		{To: to + "recommendation.pillars", From: "pillars[]", Type: ecs.Strings},
		{To: to + "recommendation.services", From: "awsServices[]", Type: ecs.Strings},
		{To: to + "recommendation.lifecycle_stage", From: "lifecycleStage"},
		{To: to + "recommendation.exclusion_status", From: "exclusionStatus"},
		{To: to + "recommendation.resources_aggregates", From: "resourcesAggregates", JSON: true},
		{To: to + "recommendation.pillar_specific_aggregates", From: "pillarSpecificAggregates", JSON: true},
		{To: to + "recommendation.metadata", From: "metadata", JSON: true},
	}
}

// finishTrustedAdvisor tells what a status means, and the resource's service and instance.
func finishTrustedAdvisor(b *source.Binding) func(*source.Event) error {
	var (
		statuses = []source.In{b.In(taItem + ".status"), b.In("status"), b.In(taResult + ".status")}
		ids      = []source.In{b.In("resource_id"), b.In(taItem + ".resourceId"), b.In("awsResourceId")}
		kinds    = []source.In{b.In(taCheck + ".category"), b.In("check-name"), b.In("checkArn"), b.In("arn"), statuses[0], statuses[2]}
		dated    = bindTimes(b, "@timestamp", "creation_date", taResult+".timestamp", "timestamp", "lastUpdatedAt", "createdAt")
		created  = bindTimes(b, "event.created", "createdAt")
		at, tags = b.Out("@timestamp"), b.Out("tags")
		kind     = b.Out("event.kind")
		outcome  = b.Out("event.outcome")
		instance = b.Out("cloud.instance.id")
		host     = b.Out("host.id")
		service  = b.Out("cloud.service.name")
		advice   = b.In("arn")
		account  = b.Out("cloud.account.id")
		m        = bindMentions(b, "aws.trustedadvisor")
		whole    = append([]source.In{b.In(taItem + ".metadata"), b.In("check-item-detail"), b.In(taResult + ".flaggedResources"), b.In("flaggedResources"), b.In("metadata")}, ids...)
	)
	return func(e *source.Event) error {
		dated.set(e)
		created.set(e)
		deliveredAt(e, at)
		if !e.Filled(at) && len(e.First(kinds...)) > 0 {
			keyTime(e, at, tags)
		}
		switch status := e.First(statuses...); {
		case bytes.EqualFold(status, []byte("error")), bytes.EqualFold(status, []byte("warning")), bytes.EqualFold(status, []byte("warn")):
			e.SetText(kind, "alert")
			e.SetText(outcome, "failure")
		case bytes.EqualFold(status, []byte("ok")), bytes.EqualFold(status, []byte("resolved")):
			e.SetText(kind, "event")
			e.SetText(outcome, "success")
		default:
			e.SetText(kind, "event")
			e.SetText(outcome, "unknown")
		}
		if parts := bytes.SplitN(e.Text(advice), colon, 6); len(parts) == 6 {
			e.SetNew(account, parts[4])
		}
		id := e.First(ids...)
		if bytes.HasPrefix(id, []byte("arn:")) {
			e.Set(service, arnService(id))
		}
		if i := instanceOf(id); i != nil {
			e.Set(instance, i)
			e.Set(host, i)
		}
		m.walk(e, whole...)
		return nil
	}
}
