package aws

import (
	"bytes"
	"time"

	"github.com/hindcast/hindcast/lake/source"
)

// finishInspector fills what depends on more than one value of a finding, and the times, which have several forms.
func finishInspector(b *source.Binding) func(*source.Event) error {
	var (
		at, code    = b.Out("@timestamp"), b.Out("event.severity")
		updated     = []source.In{b.In("updatedAt"), b.In("lastObservedAt"), b.In("firstObservedAt"), b.In("eventTimestamp")}
		severity    = b.In("severity")
		cve, score  = b.In(inPackage + ".vulnerabilityId"), b.Out("vulnerability.score.base")
		enumeration = b.Out("vulnerability.enumeration")
		scoring     = b.Out("vulnerability.classification")
		times       = inspectorTimes(b)
		host        = inspectorHost(b)
		m           = bindMentions(b, "aws.inspector")
		whole       = []source.In{b.In("resources"), b.In(inPackage + ".vulnerablePackages"), b.In(inReach + ".networkPath.steps"),
			b.In("image-digest"), b.In("repository-name"), b.In("instance-id"), b.In("findingArn")}
	)
	return func(e *source.Event) error {
		for _, in := range updated {
			if ms, ok := inspectorTime(e.Text(in)); ok && !e.Filled(at) {
				e.SetTime(at, ms)
			}
		}
		deliveredAt(e, at)
		times(e)
		host(e)
		if n := severityNumber(e.Text(severity)); n >= 0 {
			e.SetInt(code, n)
		}
		if bytes.HasPrefix(e.Text(cve), []byte("CVE-")) {
			e.SetText(enumeration, "CVE")
		}
		if e.Filled(score) {
			e.SetText(scoring, "CVSS")
		}
		m.walk(e, whole...)
		return nil
	}
}

// severityNumber is a severity as a number of Security Hub's scale; -1 for one that says nothing.
func severityNumber(label []byte) int64 {
	switch string(label) {
	case "INFORMATIONAL":
		return 0
	case "LOW":
		return 1
	case "MEDIUM":
		return 40
	case "HIGH":
		return 70
	case "CRITICAL":
		return 90
	}
	return -1
}

// inspectorTimes fills the times beside the event's own. One that can't be read is kept as it is.
func inspectorTimes(b *source.Binding) func(*source.Event) {
	paths := []string{
		"firstObservedAt", "event.start", "lastObservedAt", "event.end",
		inPackage + ".vendorCreatedAt", "vulnerability.published_date",
		inPackage + ".vendorUpdatedAt", "aws.inspector.package_vulnerability_details.vendor.updated_at",
		"exploitabilityDetails.lastKnownExploitAt", "aws.inspector.exploitability_details.last_known_exploit_at",
		"epss.updatedAt", "aws.inspector.epss.updated_at",
	}
	ins, outs := make([]source.In, len(paths)/2), make([]source.Out, len(paths)/2)
	for i := range ins {
		ins[i], outs[i] = b.In(paths[2*i]), b.Out(paths[2*i+1])
	}
	return func(e *source.Event) {
		for i, in := range ins {
			if ms, ok := inspectorTime(e.Text(in)); ok {
				e.SetTime(outs[i], ms)
			} else if e.Has(in) {
				e.Rest(paths[2*i], e.Text(in))
			}
		}
	}
}

// inspectorTime reads seconds since 1970, as a number or text with an exponent, RFC 3339, or the way in which Java writes
// a time in English, whose space before AM may be a narrow one that does not break.
func inspectorTime(text []byte) (int64, bool) {
	if len(text) == 0 {
		return 0, false
	}
	if bytes.Contains(text, narrowSpace) {
		text = bytes.ReplaceAll(text, narrowSpace, []byte(" "))
	}
	if ms, ok := looseTime(text); ok {
		return ms, true
	}
	t, err := time.Parse("Mon Jan 02 15:04:05 MST 2006", string(text))
	return t.UnixMilli(), err == nil
}

var narrowSpace = []byte("\u202f")

// inspectorHost takes the instance out of the resources.
func inspectorHost(b *source.Binding) func(*source.Event) {
	ids, single, platform := b.In("resources[].id"), b.In("instance-id"), b.In(inInstance+".platform")
	kind := b.In("resources[].type")
	instance, host, system := b.Out("cloud.instance.id"), b.Out("host.id"), b.Out("host.os.type")
	set := func(e *source.Event, id []byte) {
		if len(id) > 0 && !e.Filled(instance) {
			e.Set(instance, id)
			e.Set(host, id)
		}
	}
	return func(e *source.Event) {
		for v := range e.All(ids) {
			set(e, instanceOf(v.Bytes))
		}
		if string(e.Text(kind)) == "AWS_EC2_INSTANCE" {
			set(e, e.Text(ids))
		}
		set(e, e.Text(single))
		switch name := bytes.ToLower(e.Text(platform)); {
		case bytes.Contains(name, []byte("windows")):
			e.SetText(system, "windows")
		case bytes.Contains(name, []byte("linux")), bytes.Contains(name, []byte("ubuntu")), bytes.Contains(name, []byte("debian")):
			e.SetText(system, "linux")
		case bytes.Contains(name, []byte("macos")):
			e.SetText(system, "macos")
		}
	}
}
