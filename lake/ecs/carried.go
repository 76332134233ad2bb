package ecs

// carried are the fields for what the envelopes around a record say, beside its account and region. A source may have
// them too, and fill them as it likes.
func carried() []Field {
	return []Field{
		text("aws.cloudwatch.log_group", "log group that the record came through"),
		text("aws.cloudwatch.log_stream", "log stream that the record came through"),
		text("aws.delivery.id", "id of the log event, event or message that the record came in", unique),
		text("aws.delivery.time", "time of the log event, event or message that the record came in", typed(Time)),
		text("aws.delivery.detail_type", "kind of the EventBridge event that the record came in"),
		text("aws.delivery.source", "source of the EventBridge event that the record came in"),
		text("aws.delivery.resources", "resources of the EventBridge event that the record came in", asJSON),
		text("container.id", "container that wrote the record"),
		text("container.name", "name of that container"),
		text("orchestrator.cluster.name", "cluster that the container ran in"),
		text("aws.ecs.task.arn", "task that the container ran in", kind(ARN)),
		text("aws.ecs.task.definition", "family and revision of that task"),
		text("cloud.instance.id", "EC2 instance", kind(Instance), host),
		text("log.iostream", "stdout or stderr"),
	}
}

// Carried are the fields that every table gains for what envelopes say, if it has not got them.
func Carried(fields []Field) []Field {
	have := map[string]bool{}
	for _, f := range fields {
		have[f.Name] = true
	}
	var gained []Field
	for _, f := range carried() {
		if !have[f.Name] && fits(f.Name, fields) {
			gained = append(gained, f)
		}
	}
	return gained
}
