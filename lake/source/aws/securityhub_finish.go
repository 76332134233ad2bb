package aws

import (
	"bytes"
	"strconv"

	"github.com/hindcast/hindcast/lake/source"
)

// finishSecurityHub fills what depends on more than one value of a finding.
func finishSecurityHub(b *source.Binding) func(*source.Event) error {
	var (
		steps = []func(*source.Event){
			findingTime(b), findingSeverity(b), findingResult(b), findingCategory(b), findingSides(b),
			findingResources(b), findingVulnerability(b), findingIndicators(b),
		}
		m     = bindMentions(b, "aws.securityhub_findings")
		typed = []source.In{b.In("Resources[].Details")}
		whole = []source.In{b.In("Resources[].Id"), b.In("Resources[].DataClassification"), b.In("insightResults"), b.In("Action"), b.In("ProductFields"), b.In("Threats"),
			b.In("NetworkPath"), b.In("Detection"), b.In("resources"), b.In("evidences"), b.In("finding_info"), b.In("vulnerabilities")}
		page, url = b.In("SourceUrl"), b.URL()
	)
	return func(e *source.Event) error {
		for _, step := range steps {
			step(e)
		}
		if e.Has(page) {
			e.SetURL(&url, source.CutURL(e.Text(page)))
		}
		for _, in := range typed {
			m.walkTyped(e, in)
		}
		m.walk(e, whole...)
		return nil
	}
}

// findingTime gives a finding of version 2 its time, which is a number.
func findingTime(b *source.Binding) func(*source.Event) {
	text, at, updated, modified := b.In("time"), b.Out("@timestamp"), b.Out("aws.securityhub_findings.updated_at"), b.In("finding_info.modified_time")
	return func(e *source.Event) {
		if ms, err := source.ParseTime(e.Text(text), source.EpochMilli); err == nil {
			e.SetTime(at, ms)
		}
		if ms, err := source.ParseTime(e.Text(modified), source.EpochMilli); err == nil {
			e.SetTime(updated, ms)
		}
		deliveredAt(e, at)
	}
}

// findingSeverity is the normalised severity. Where only the label is given, it is the least number of that label:
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html
func findingSeverity(b *source.Binding) func(*source.Event) {
	number, label, ocsf := b.In("Severity.Normalized"), b.In("Severity.Label"), b.In("severity_id")
	to := b.Out("event.severity")
	return func(e *source.Event) {
		if n, ok := source.ParseInt(e.Text(number)); ok {
			e.SetInt(to, n)
			return
		}
		if n, ok := source.ParseInt(e.Text(ocsf)); ok {
			e.SetInt(to, n)
			return
		}
		if n := severityNumber(e.Text(label)); n >= 0 {
			e.SetInt(to, n)
		}
	}
}

// findingResult says whether a control was passed.
func findingResult(b *source.Binding) func(*source.Event) {
	ins := []source.In{b.In("Compliance.Status"), b.In("compliance.status")}
	outcome, result := b.Out("event.outcome"), b.Out("result.evaluation")
	return func(e *source.Event) {
		switch status := e.First(ins...); {
		case bytes.EqualFold(status, []byte("passed")), bytes.EqualFold(status, []byte("pass")):
			e.SetText(outcome, "success")
			e.SetText(result, "passed")
		case bytes.EqualFold(status, []byte("failed")), bytes.EqualFold(status, []byte("fail")):
			e.SetText(outcome, "failure")
			e.SetText(result, "failed")
		default:
			e.SetText(outcome, "unknown")
			if len(status) > 0 {
				e.SetText(result, "unknown")
			}
		}
	}
}

// findingCategory follows the namespace of the finding's types, and what it holds:
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-type-taxonomy.html
func findingCategory(b *source.Binding) func(*source.Event) {
	types, malware, holes := b.In("Types[]"), b.In("Malware"), []source.In{b.In("Vulnerabilities"), b.In("vulnerabilities")}
	to := b.Out("event.category")
	return func(e *source.Event) {
		for v := range e.All(types) {
			space, _, _ := bytes.Cut(v.Bytes, []byte("/"))
			switch string(space) {
			case "TTPs", "Effects", "Unusual Behaviors":
				e.SetText(to, "intrusion_detection")
			case "Sensitive Data Identifications":
				e.SetText(to, "file")
			}
		}
		if e.Has(malware) {
			e.SetText(to, "malware")
		}
		if len(e.First(holes...)) > 0 {
			e.SetText(to, "vulnerability")
		}
		if !e.Filled(to) {
			e.SetText(to, "configuration")
		}
	}
}

// findingResources tells the instance and the service of a finding's resources. The first instance is the host.
func findingResources(b *source.Binding) func(*source.Event) {
	ids := []source.In{b.In("Resources[].Id"), b.In("resources[].uid")}
	instance, host, service, name := b.Out("cloud.instance.id"), b.Out("host.id"), b.Out("cloud.service.name"), b.Out("resource.name")
	return func(e *source.Event) {
		for _, in := range ids {
			for v := range e.All(in) {
				id := v.Bytes
				e.Set(name, id[bytes.LastIndexByte(id, ':')+1:])
				if !e.Filled(service) && bytes.HasPrefix(id, []byte("arn:")) {
					e.Set(service, arnService(id))
				}
				if i := instanceOf(id); i != nil && !e.Filled(instance) {
					e.Set(instance, i)
					e.Set(host, i)
				}
			}
		}
	}
}

// arnService is the service in an ARN.
func arnService(arn []byte) []byte {
	for range 2 {
		_, arn, _ = bytes.Cut(arn, []byte(":"))
	}
	service, _, _ := bytes.Cut(arn, []byte(":"))
	return service
}

// findingVulnerability takes the last of several vulnerabilities and scores, as Elastic does; all of them are in
// aws.securityhub_findings.vulnerabilities.
func findingVulnerability(b *source.Binding) func(*source.Event) {
	ids := []source.In{b.In("Vulnerabilities[].Id"), b.In("vulnerabilities[].cve.uid")}
	score, version := b.In("Vulnerabilities[].Cvss[].BaseScore"), b.In("Vulnerabilities[].Cvss[].Version")
	vendor := b.In("Vulnerabilities[].Vendor.Name")
	toID, toKind, toVendor := b.Out("vulnerability.id"), b.Out("vulnerability.enumeration"), b.Out("vulnerability.scanner.vendor")
	toScore, toVersion := b.Out("vulnerability.score.base"), b.Out("vulnerability.score.version")
	return func(e *source.Event) {
		for _, in := range ids {
			id := last(e, in)
			e.Set(toID, id)
			if bytes.HasPrefix(id, []byte("CVE-")) {
				e.SetText(toKind, "CVE")
			}
		}
		if n, err := strconv.ParseFloat(string(last(e, score)), 64); err == nil {
			e.SetFloat(toScore, n)
		}
		e.Set(toVersion, last(e, version))
		e.Set(toVendor, last(e, vendor))
	}
}

// last is the last value of a path that may lead to several.
func last(e *source.Event, in source.In) (text []byte) {
	for v := range e.All(in) {
		text = v.Bytes
	}
	return text
}
