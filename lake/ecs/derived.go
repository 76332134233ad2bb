package ecs

import "strings"

// derivation says which fields are made of another, by whoever enriches rows. A row that has them of its log keeps them.
type derivation struct {
	from []string // all of them
	to   []Field
}

// derivations are in the order of their columns; another is added at the end.
var derivations = []derivation{
	{[]string{"source.ip"}, place("source")},
	{[]string{"destination.ip"}, place("destination")},
	{[]string{"user_agent.original"}, []Field{
		text("user_agent.name", "program that the user agent names"),
		text("user_agent.version", "version of that program"),
		text("user_agent.os.name", "operating system that the user agent names"),
		text("user_agent.os.version", "version of that operating system"),
		text("user_agent.device.name", "device that the user agent names"),
	}},
	{[]string{"url.domain"}, domain("url")},
	{[]string{"source.domain"}, domain("source")},
	{[]string{"destination.domain"}, domain("destination")},
	{[]string{"client.domain"}, domain("client")},
	{[]string{"server.domain"}, domain("server")},
	{[]string{"dns.question.name"}, domain("dns.question")},
	{[]string{"cloud.account.id"}, []Field{known["cloud.account.name"]}},
	{[]string{"network.iana_number"}, []Field{known["network.transport"]}},
	{[]string{"source.ip", "destination.ip", "source.port", "destination.port", "network.transport"}, []Field{known["network.community_id"]}},
	{[]string{"related.ip"}, []Field{
		text("threat.indicator.type", "what kind of indicator of a threat list the event holds: ipv4-addr, ipv6-addr, domain-name, url, file"),
		text("threat.indicator.name", "the entry of the list as it is written there"),
		text("threat.indicator.ip", "the address that is in the list, or in a range of it"),
		text("threat.indicator.url.domain", "the domain that is in the list"),
		text("threat.indicator.url.full", "the URL that is in the list"),
		text("threat.indicator.file.hash.md5", "the MD5 that is in the list"),
		text("threat.indicator.file.hash.sha1", "the SHA-1 that is in the list"),
		text("threat.indicator.file.hash.sha256", "the SHA-256 that is in the list"),
		text("threat.indicator.confidence", "how sure the list is: None, Low, Medium or High"),
		text("threat.indicator.description", "what the list says of the indicator"),
		text("threat.indicator.provider", "who provides the list"),
		text("threat.indicator.reference", "a page about the indicator"),
		text("threat.indicator.marking.tlp", "how far the indicator may be passed on, by the Traffic Light Protocol"),
		text("threat.indicator.first_seen", "when the indicator was first seen", typed(Time)),
		text("threat.indicator.last_seen", "when the indicator was last seen", typed(Time)),
		text("threat.indicator.modified_at", "when the indicator was last changed", typed(Time)),
		text("threat.feed.name", "the list's name"),
		text("threat.enrichments", "every indicator that the event holds, with the field and the list, as JSON; where there are several", asJSON),
	}},
	{[]string{"event.action"}, []Field{
		text("threat.framework", "MITRE ATT&CK"),
		text("threat.tactic.id", "ids of the MITRE ATT&CK tactics", typed(Strings)),
		text("threat.tactic.name", "MITRE ATT&CK tactics", typed(Strings)),
		text("threat.tactic.reference", "pages about the tactics", typed(Strings)),
		text("threat.technique.id", "MITRE ATT&CK techniques", typed(Strings)),
		text("threat.technique.name", "names of the MITRE ATT&CK techniques", typed(Strings)),
		text("threat.technique.reference", "pages about the techniques", typed(Strings)),
		text("threat.technique.subtechnique.id", "MITRE ATT&CK sub-techniques", typed(Strings)),
		text("threat.technique.subtechnique.name", "names of the MITRE ATT&CK sub-techniques", typed(Strings)),
		text("threat.technique.subtechnique.reference", "pages about the sub-techniques", typed(Strings)),
	}},
}

// derivable are the fields that are derived, by name: a log may have them too.
var derivable = func() map[string]Field {
	var fields []Field
	for _, d := range derivations {
		fields = append(fields, d.to...)
	}
	return index(fields...)
}()

// place is what is known of an address.
func place(of string) []Field {
	return []Field{
		text(of+".geo.continent_code", "continent of the address"),
		text(of+".geo.country_iso_code", "country of the address, by ISO 3166-1"),
		text(of+".geo.country_name", "country of the address"),
		text(of+".geo.region_iso_code", "region of the address, by ISO 3166-2"),
		text(of+".geo.region_name", "region of the address"),
		text(of+".geo.city_name", "city of the address"),
		text(of+".geo.location", "latitude and longitude of the address: 59.33,18.06"),
		text(of+".as.number", "autonomous system that the address belongs to", typed(Int)),
		text(of+".as.organization.name", "who runs that autonomous system"),
	}
}

// domain is what the names of a domain consist of.
func domain(of string) []Field {
	return []Field{
		text(of+".registered_domain", "the domain's part that was registered"),
		text(of+".top_level_domain", "the public suffix that the domain was registered below"),
		text(of+".subdomain", "what stands before the registered domain"),
	}
}

// Derived are the fields that a table with such fields gains: columns to be filled from its others. They are the same
// whether anything fills them or not, so that enriching a lake changes no table.
func Derived(fields []Field) []Field {
	have := map[string]bool{}
	for _, f := range fields {
		have[f.Name] = true
	}
	var gained []Field
	for _, d := range derivations {
		if !all(d.from, have) {
			continue
		}
		for _, f := range d.to {
			if !have[f.Name] && fits(f.Name, fields) {
				have[f.Name] = true
				gained = append(gained, f)
			}
		}
	}
	return gained
}

// IsDerived tells whether a field is one that rows may gain from others. A log may have it too.
func IsDerived(name string) bool {
	_, ok := derivable[name]
	return ok
}

func all(names []string, have map[string]bool) bool {
	for _, n := range names {
		if !have[n] {
			return false
		}
	}
	return true
}

// fits tells whether a name is neither above nor below those of fields, which a source may have declared as it likes.
func fits(name string, fields []Field) bool {
	for _, f := range fields {
		if strings.HasPrefix(f.Name, name+".") || strings.HasPrefix(name, f.Name+".") {
			return false
		}
	}
	return true
}
