package correlate

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
)

// sentence says in a line what happened: who did what, from where, to what, and how it came out. A threat list is named
// where the address stands that is on it, or else before all.
func sentence(e Event) string {
	feed, listed := e.text("threat.feed.name"), e.text("threat.indicator.ip")
	if feed == "" || listed != "" && (listed == e.text("source.ip") || listed == e.text("destination.ip")) {
		return deed(e)
	}
	return clip("[" + feed + ": " + e.text("threat.indicator.name") + "] " + deed(e))
}

func deed(e Event) string {
	if e.text("http.request.method") != "" {
		return requestSentence(e)
	}
	what, target := e.text("event.action"), e.target()
	switch alert := e.alerts() && e.text("rule.name") != ""; {
	case alert:
		what = "alert: " + e.text("rule.name")
	case what == "" && e.text("message") != "":
		return clip(clipTo(e.text("message"), longestMessage) + e.where())
	case what == "" && e.text("dns.question.name") != "":
		what = "DNS query"
	case what == "" && e.text("event.kind") == "state":
		what = "state"
	case what == "":
		what = "event"
	}
	var b strings.Builder
	b.WriteString(what)
	part(&b, " on ", clipTo(target, longestTarget))
	part(&b, ": ", clipTo(e.command(), longestTarget))
	if user := e.text("user.name"); user != target { // who was made is in the log as who did it, where nobody is named
		part(&b, " by ", user)
	}
	part(&b, " from ", e.endpoint("source"))
	part(&b, " to ", e.endpoint("destination"))
	part(&b, " over ", e.text("network.transport"))
	b.WriteString(e.where())
	if n, ok := e.Fields["network.bytes"].(int64); ok {
		part(&b, ", ", strconv.FormatInt(n, 10)+" bytes")
	}
	return clip(b.String() + ending(e))
}

// requestSentence tells of an HTTP request as its log line would.
func requestSentence(e Event) string {
	var b strings.Builder
	b.WriteString(e.text("http.request.method"))
	target := e.text("url.original")
	if target == "" {
		target = e.text("url.path")
	}
	part(&b, " ", target)
	if bucket := e.text(bucketField); !strings.Contains(target, bucket) { // it stands in the host instead
		part(&b, " on ", bucket)
	}
	part(&b, " by ", e.text("user.name"))
	part(&b, " from ", e.endpoint("source"))
	if status, ok := e.Fields["http.response.status_code"].(int64); ok {
		fmt.Fprintf(&b, ": %d", status)
		return clip(b.String())
	}
	end := ending(e)
	for _, name := range []string{"event.action", "message"} { // what a firewall did, what an error log complains of
		if text := e.text(name); end == "" && text != "" {
			end = ": " + text
		}
	}
	return clip(b.String() + end)
}

// target is what the event says was acted on.
func (e Event) target() string {
	if t := e.text(targetField); t != "" {
		return t
	}
	if bucket, key := e.text(bucketField), e.text(keyField); bucket != "" && key != "" {
		return bucket + "/" + key
	} else if bucket != "" {
		return bucket
	}
	for _, t := range []string{
		e.text("user.target.name"), e.text("dns.question.name"),
		path(e.text("orchestrator.resource.type"), e.text("orchestrator.resource.name"), e.text(subresourceField)),
		strings.TrimSpace(e.first(resourceTypeField) + " " + e.first(resourceIDField)), e.text("user.effective.name"),
	} {
		if t != "" {
			return t
		}
	}
	return ""
}

// path joins what there is of a path.
func path(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "/")
}

// command is what was run: a program, or a statement.
func (e Event) command() string {
	if c := e.text("process.command_line"); c != "" {
		return c
	}
	return e.text(statementField)
}

// where names the host on which it happened.
func (e Event) where() string {
	for _, name := range []string{"host.name", "host.hostname"} {
		if host := e.text(name); host != "" {
			return " at " + host
		}
	}
	return ""
}

// first is the first text of a list.
func (e Event) first(name string) string {
	if list, _ := e.Fields[name].([]string); len(list) > 0 {
		return list[0]
	}
	return ""
}

// alerts tells whether the event is a detection; some sources say so in the category alone.
func (e Event) alerts() bool {
	categories, _ := e.Fields["event.category"].([]string)
	return e.text("event.kind") == "alert" || slices.Contains(categories, "intrusion_detection") ||
		slices.Contains(categories, "malware") || slices.Contains(categories, "threat")
}

// endpoint is an address with its port, its country and the threat list that it is on, where they are known.
func (e Event) endpoint(side string) string {
	ip := e.text(side + ".ip")
	if ip == "" {
		return ""
	}
	text := ip
	if port, ok := e.Fields[side+".port"].(int64); ok {
		text = net.JoinHostPort(text, strconv.FormatInt(port, 10))
	}
	var known []string
	if country := e.text(side + ".geo.country_iso_code"); country != "" {
		known = append(known, country)
	}
	if e.text("threat.indicator.ip") == ip {
		known = append(known, e.text("threat.feed.name"))
	}
	if len(known) == 0 {
		return text
	}
	return text + " (" + strings.Join(known, ", ") + ")"
}

func ending(e Event) string {
	outcome, code := e.text("event.outcome"), e.text("error.code")
	switch {
	case outcome == "" || outcome == "unknown":
		outcome = code
	case code != "":
		outcome += " (" + code + ")"
	}
	if outcome == "" {
		return ""
	}
	return ": " + outcome
}

func part(b *strings.Builder, before, text string) {
	if text != "" {
		b.WriteString(before)
		b.WriteString(text)
	}
}

// The most bytes of a sentence, and of the target and the message in it, so that what comes after is not lost.
const longestSentence, longestTarget, longestMessage = 200, 100, 160

// clip keeps a sentence to one line of bearable length.
func clip(s string) string { return clipTo(s, longestSentence) }

func clipTo(s string, longest int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= longest {
		return s
	}
	return strings.ToValidUTF8(s[:longest-3], "") + "..."
}
