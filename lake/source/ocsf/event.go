package ocsf

import "github.com/hindcast/hindcast/lake/source"

// eventMap is what every class has: https://schema.ocsf.io/1.3.0/classes/base_event
func eventMap() []source.Mapping {
	return []source.Mapping{
		times("@timestamp", "time"),
		times("event.start", "start_time"),
		times("event.end", "end_time"),
		times("event.created", "finding.created_time", "finding_info.created_time"),
		text("event.id", "metadata.uid"),
		text("event.code", "metadata.event_code"),
		text("event.provider", "metadata.log_provider | metadata.product.vendor_name"),
		text("event.sequence", "metadata.sequence"),
		text("event.severity", "severity_id"),
		text("event.reason", "status_detail"),
		text("event.reference", "finding.src_url | finding_info.src_url"),
		text("event.risk_score", "risk_score"),
		text("message", "message | finding_info.desc | finding.desc | finding_info.title | finding.title"),
		list("tags", "metadata.labels[]"),
		lower("cloud.provider", "cloud.provider"),
		text("cloud.account.id", "cloud.account.uid | cloud.account_uid"),
		text("cloud.account.name", "cloud.account.name"),
		text("cloud.availability_zone", "cloud.zone"),
		text("cloud.project.id", "cloud.project_uid"),
		text("cloud.region", "cloud.region"),
		text("error.code", "api.response.error"),
		text("error.message", "api.response.error_message | api.response.message"),
		text("service.name", "service.name"),
		text("service.id", "service.uid"),
		text("service.version", "service.version"),
		text("group.id", "group.uid"),
		text("group.name", "group.name"),
		text("process.exit_code", "exit_code"),
		list("package.name", "web_resources[].name"),
		list("package.description", "web_resources[].desc"),
		list("package.type", "web_resources[].type"),
	}
}

// vendorMap is what every class has that ECS has no name for, and what single classes have beside their objects.
func vendorMap() []source.Mapping {
	return []source.Mapping{
		number("ocsf.class_uid", "class_uid"),
		text("ocsf.class_name", "class_name"),
		number("ocsf.category_uid", "category_uid"),
		text("ocsf.category_name", "category_name"),
		number("ocsf.activity_id", "activity_id"),
		text("ocsf.activity_name", "activity_name"),
		number("ocsf.type_uid", "type_uid"),
		text("ocsf.type_name", "type_name"),
		text("ocsf.severity", "severity"),
		text("ocsf.status", "status"),
		number("ocsf.status_id", "status_id"),
		text("ocsf.status_code", "status_code"),
		text("ocsf.disposition", "disposition"),
		number("ocsf.disposition_id", "disposition_id"),
		text("ocsf.action", "action"),
		number("ocsf.action_id", "action_id"),
		number("ocsf.count", "count"),
		number("ocsf.duration", "duration"),
		number("ocsf.timezone_offset", "timezone_offset"),
		text("ocsf.metadata.version", "metadata.version"),
		text("ocsf.metadata.product.name", "metadata.product.name"),
		text("ocsf.metadata.product.vendor_name", "metadata.product.vendor_name"),
		text("ocsf.metadata.product.uid", "metadata.product.uid"),
		text("ocsf.metadata.product.version", "metadata.product.version"),
		text("ocsf.metadata.product.feature.name", "metadata.product.feature.name"),
		text("ocsf.metadata.product.feature.uid", "metadata.product.feature.uid"),
		list("ocsf.metadata.profiles", "metadata.profiles[]"),
		text("ocsf.metadata.log_name", "metadata.log_name"),
		text("ocsf.metadata.log_version", "metadata.log_version"),
		text("ocsf.metadata.correlation_uid", "metadata.correlation_uid"),
		text("ocsf.metadata.tenant_uid", "metadata.tenant_uid"),
		text("ocsf.metadata.original_time", "metadata.original_time"),
		times("ocsf.metadata.logged_time", "metadata.logged_time"),
		times("ocsf.metadata.processed_time", "metadata.processed_time"),
		times("ocsf.metadata.modified_time", "metadata.modified_time"),
		text("ocsf.cloud.org.uid", "cloud.org.uid"),
		text("ocsf.cloud.org.name", "cloud.org.name"),
		text("ocsf.cloud.account.type", "cloud.account.type"),
		text("ocsf.api.operation", "api.operation"),
		text("ocsf.api.version", "api.version"),
		text("ocsf.api.service.name", "api.service.name"),
		text("ocsf.api.request.uid", "api.request.uid"),
		number("ocsf.api.response.code", "api.response.code"),
		text("ocsf.api.response.message", "api.response.message"),
		text("ocsf.app.name", "app.name | app_name"),
		text("ocsf.app.version", "app.version"),
		list("ocsf.resources.uid", "resources[].uid | resource.uid"),
		list("ocsf.resources.name", "resources[].name | resource.name"),
		list("ocsf.resources.type", "resources[].type | resource.type"),
		kinds("ocsf.resources.account_uid", "resources[].owner.account.uid | resource.owner.account.uid | resources[].account_uid", "account"),
		list("ocsf.observables.value", "observables[].value"),
		list("ocsf.observables.type", "observables[].type"),
		text("ocsf.injection_type", "injection_type"),
		text("ocsf.job.name", "job.name"),
		text("ocsf.job.cmd_line", "job.cmd_line"),
		text("ocsf.job.run_state", "job.run_state"),
		text("ocsf.kernel.name", "kernel.name"),
		text("ocsf.kernel.system_call", "kernel.system_call"),
		text("ocsf.module.function_name", "module.function_name"),
		text("ocsf.module.load_type", "module.load_type"),
		text("ocsf.entity.name", "entity.name"),
		text("ocsf.entity.uid", "entity.uid"),
		text("ocsf.entity.type", "entity.type"),
	}
}

// rawMap is objects that are kept whole: what fields are made of stands in several places of them, or they go on below.
func rawMap() []source.Mapping {
	var all []source.Mapping
	for _, name := range []string{
		"actor", "process", "file", "file_result", "driver", "module", "job", "user", "user_result", "logon_process", "device", "url",
		"resources", "resource", "web_resources", "observables", "enrichments", "attacks", "malware", "answers", "tls", "certificate",
		"vulnerabilities", "finding_info", "finding", "finding_info_list", "evidences", "compliance", "remediation", "cis_benchmark_result",
		"entity", "entity_result", "databucket", "assignee",
	} {
		all = append(all, source.Mapping{To: "ocsf.raw." + name, From: name, JSON: true, Doc: name + " of the event, whole"})
	}
	return append(all,
		source.Mapping{To: "ocsf.raw_data", From: "raw_data", JSON: true, Doc: "the event as its source wrote it"},
		source.Mapping{To: "ocsf.unmapped", From: "unmapped", JSON: true, Doc: "what whoever made the event found no attribute for"},
		source.Mapping{To: "ocsf.api.request.data", From: "api.request.data", JSON: true},
		source.Mapping{To: "ocsf.api.response.data", From: "api.response.data", JSON: true},
	)
}
