package ocsf

import "github.com/hindcast/hindcast/lake/source"

// findingMap is a finding, what it says about vulnerabilities, and the tactics and techniques that any event may name.
func findingMap() []source.Mapping {
	const cve, cves = "vulnerabilities[].cve", "malware[].cves[]"
	return []source.Mapping{
		text("rule.name", "cis_benchmark_result.rule.name | finding_info.title | finding.title | finding_info_list[].title"),
		text("rule.category", "cis_benchmark_result.rule.category | finding_info.analytic.category | analytic.category"),
		text("rule.description", "cis_benchmark_result.rule.desc"),
		text("rule.id", "compliance.control | finding_info.analytic.uid | analytic.uid"),
		text("rule.uuid", "cis_benchmark_result.rule.uid"),
		text("rule.version", "cis_benchmark_result.rule.version"),
		list("vulnerability.id", cve+".uid | "+cves+".uid"),
		list("vulnerability.description", "vulnerabilities[].desc"),
		list("vulnerability.reference", "vulnerabilities[].references[]"),
		list("vulnerability.severity", "vulnerabilities[].severity"),
		list("vulnerability.scanner.vendor", "vulnerabilities[].vendor_name"),
		list("vulnerability.score.base", cve+".cvss.base_score | "+cve+".cvss[].base_score | "+cves+".cvss.base_score | "+cves+".cvss[].base_score"),
		list("vulnerability.score.version", cve+".cvss.version | "+cve+".cvss[].version | "+cves+".cvss.version | "+cves+".cvss[].version"),
		list("threat.tactic.id", "attacks[].tactics[].uid | attacks[].tactic.uid | finding_info.attacks[].tactics[].uid | finding_info.attacks[].tactic.uid"),
		list("threat.tactic.name", "attacks[].tactics[].name | attacks[].tactic.name | finding_info.attacks[].tactics[].name | finding_info.attacks[].tactic.name"),
		list("threat.technique.id", "attacks[].technique.uid | finding_info.attacks[].technique.uid"),
		list("threat.technique.name", "attacks[].technique.name | finding_info.attacks[].technique.name"),
		list("threat.technique.subtechnique.id", "attacks[].sub_technique.uid | finding_info.attacks[].sub_technique.uid"),
		list("threat.technique.subtechnique.name", "attacks[].sub_technique.name | finding_info.attacks[].sub_technique.name"),
	}
}

// vendorFindingMap is what ECS has no name for of findings. From 1.1 on a finding is described by finding_info.
func vendorFindingMap() []source.Mapping {
	of := func(path string) string { return either(path, "finding_info", "finding", "finding_info_list[]") }
	return []source.Mapping{
		text("ocsf.finding_info.uid", of("uid")),
		text("ocsf.finding_info.title", of("title")),
		text("ocsf.finding_info.desc", of("desc")),
		list("ocsf.finding_info.types", of("types[]")),
		text("ocsf.finding_info.product_uid", of("product_uid")),
		times("ocsf.finding_info.first_seen_time", "finding_info.first_seen_time", "finding.first_seen_time"),
		times("ocsf.finding_info.last_seen_time", "finding_info.last_seen_time", "finding.last_seen_time"),
		times("ocsf.finding_info.modified_time", "finding_info.modified_time", "finding.modified_time"),
		text("ocsf.finding_info.analytic.name", "finding_info.analytic.name | analytic.name"),
		text("ocsf.finding_info.analytic.type", "finding_info.analytic.type | analytic.type"),
		list("ocsf.finding_info.data_sources", "finding_info.data_sources[]"),
		text("ocsf.compliance.status", "compliance.status"),
		list("ocsf.compliance.standards", "compliance.standards[]"),
		list("ocsf.compliance.requirements", "compliance.requirements[]"),
		text("ocsf.compliance.status_detail", "compliance.status_detail"),
		text("ocsf.confidence", "confidence"),
		number("ocsf.confidence_score", "confidence_score"),
		text("ocsf.impact", "impact"),
		number("ocsf.impact_score", "impact_score"),
		text("ocsf.risk_level", "risk_level"),
		text("ocsf.state", "state"),
		text("ocsf.verdict", "verdict"),
		text("ocsf.priority", "priority"),
		text("ocsf.comment", "comment"),
		list("ocsf.malware.name", "malware[].name"),
		list("ocsf.malware.classifications", "malware[].classifications[]"),
		list("ocsf.vulnerabilities.packages.name", "vulnerabilities[].packages[].name | vulnerabilities[].affected_packages[].name"),
		list("ocsf.vulnerabilities.packages.version", "vulnerabilities[].packages[].version | vulnerabilities[].affected_packages[].version"),
	}
}
