package domains

import (
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/enrich/enrichtest"
)

func TestADomainIsDividedAtWhatWasRegistered(t *testing.T) {
	for domain, want := range map[string][3]string{
		"www.Example.co.uk.":              {"example.co.uk", "co.uk", "www"},
		"a.b.example.com":                 {"example.com", "com", "a.b"},
		"example.com":                     {"example.com", "com", ""},
		"ip-10-0-0-1.ec2.internal":        {"ec2.internal", "internal", "ip-10-0-0-1"},
		"someone.github.io":               {"someone.github.io", "github.io", ""},
		"com":                             {},
		"co.uk":                           {},
		"192.0.2.1":                       {},
		"2001:db8::1":                     {},
		"":                                {},
		".":                               {},
		"..com":                           {},
		"a b.example":                     {},
		strings.Repeat("a.", 200) + "com": {},
	} {
		registered, suffix, sub := divide(domain)
		if got := [3]string{registered, suffix, sub}; got != want {
			t.Errorf("%q is %q, want %q", domain, got, want)
		}
	}
}

func TestEachRowHasThePartsOfItsDomains(t *testing.T) {
	r := enrichtest.New(t, "url.domain", "dns.question.name")
	r.Add("url.domain", "www.example.org", "dns.question.name", "a.b.example.net")
	r.Add("dns.question.name", "localhost")
	r.Enrich(Domains{})
	flat := r.Flat(0)
	if flat["url.registered_domain"] != "example.org" || flat["dns.question.subdomain"] != "a.b" || flat["dns.question.top_level_domain"] != "net" {
		t.Errorf("the row is %v", flat)
	}
	if len(r.Flat(1)) != 1 {
		t.Errorf("the row is %v", r.Flat(1))
	}
}

func FuzzAnyDomainIsDividedIntoItself(f *testing.F) {
	for _, s := range []string{"www.example.co.uk", "a.b.ck", "www.ck", "\xff.com", "..", "a..b.com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, domain string) {
		registered, suffix, sub := divide(domain)
		if registered == "" {
			return
		}
		whole := strings.TrimSuffix(strings.ToLower(strings.TrimSuffix(domain, ".")), "."+registered)
		if sub != "" && whole != sub || !strings.HasSuffix(registered, "."+suffix) {
			t.Errorf("%q is %q, %q and %q", domain, registered, suffix, sub)
		}
	})
}
