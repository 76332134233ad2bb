// Package domains divides domains into what was registered, the public suffix it was registered below, and the rest, by
// the list of https://publicsuffix.org, which is part of the program.
package domains

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
)

// Domains divides domains.
type Domains struct{}

// places are the fields that domains are in, and what theirs parts are below.
var places = []struct{ from, below string }{
	{"url.domain", "url"}, {"source.domain", "source"}, {"destination.domain", "destination"}, {"client.domain", "client"},
	{"server.domain", "server"}, {"dns.question.name", "dns.question"},
}

type place struct {
	from int
	to   []int
}

type filler []place

// Fills implements enrich.Enricher.
func (Domains) Fills(field string) bool {
	return strings.HasSuffix(field, ".registered_domain") || strings.HasSuffix(field, ".top_level_domain") || strings.HasSuffix(field, ".subdomain")
}

// For makes what divides the domains of a schema.
func (Domains) For(s *ecs.Schema) (enrich.Filler, bool) {
	var f filler
	for _, p := range places {
		from := s.Col(p.from)
		if from < 0 || s.Fields()[from].Type != ecs.String {
			continue
		}
		f = append(f, place{from, []int{s.Col(p.below + ".registered_domain"), s.Col(p.below + ".top_level_domain"), s.Col(p.below + ".subdomain")}})
	}
	return f, len(f) > 0
}

// Versions says nothing: the list comes with the program.
func (filler) Versions() []enrich.Version { return nil }

func (f filler) Fill(b *ecs.Batch) {
	for _, p := range f {
		enrich.Texts(b, p.from, p.to, func(value []byte, texts []string) {
			texts[0], texts[1], texts[2] = divide(string(value))
		})
	}
}

// divide divides a domain. An address, or a name that is itself a public suffix, has no parts.
func divide(domain string) (registered, suffix, sub string) {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	if len(domain) > 253 || strings.IndexByte(domain, '.') < 1 || strings.ContainsAny(domain, " /:[]") {
		return "", "", ""
	}
	if _, err := netip.ParseAddr(domain); err == nil {
		return "", "", ""
	}
	registered, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return "", "", ""
	}
	suffix = registered[strings.IndexByte(registered, '.')+1:]
	return registered, suffix, strings.TrimSuffix(strings.TrimSuffix(domain, registered), ".")
}
