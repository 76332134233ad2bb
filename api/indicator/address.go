package indicator

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// fangs undoes the ways in which reports make addresses harmless.
var fangs = strings.NewReplacer(
	"[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "{dot}", ".", "[DOT]", ".", "(DOT)", ".", `\.`, ".",
	"[://]", "://", "[:]", ":", "(:)", ":", "[/]", "/", "[@]", "@", "(@)", "@", "[at]", "@", "(at)", "@",
)

// refang gives the live form of a defanged value. What is left is not defanged any more.
func refang(s string) string {
	for next := fangs.Replace(s); next != s; next = fangs.Replace(s) {
		s = next
	}
	if len(s) >= 4 && strings.EqualFold(s[:4], "hxxp") {
		s = "http" + s[4:]
	}
	return s
}

const wantIP = "want an address such as 203.0.113.9 or 2001:db8::1, or a range such as 10.0.0.0/8"

func parseIP(s string) (value, reason string) {
	s = refang(s)
	if strings.Contains(s, "://") {
		s = hostOf(s)
	}
	if strings.Contains(s, "/") {
		return parseRange(s)
	}
	addr, err := netip.ParseAddr(hostOf(s))
	if err != nil {
		return "", "is not an IP address: " + wantIP
	}
	return addr.WithZone("").Unmap().String(), ""
}

func parseRange(s string) (value, reason string) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return "", "is not a range of addresses: " + wantIP
	}
	p = canonicalPrefix(p)
	if p.IsSingleIP() {
		return p.Addr().String(), ""
	}
	return p.String(), ""
}

// canonicalPrefix sets the host's bits to zero and takes IPv4 out of IPv6.
func canonicalPrefix(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked()
}

// hostOf is the host in a URL, in host:port or in host/path; a bare host is returned as it is.
func hostOf(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
		if i := strings.IndexAny(s, "/?#"); i >= 0 {
			s = s[:i]
		}
		if i := strings.LastIndexByte(s, '@'); i >= 0 {
			s = s[i+1:]
		}
	} else if i := strings.IndexAny(s, "/?#"); i >= 0 {
		s = s[:i]
	}
	if rest, ok := strings.CutPrefix(s, "["); ok {
		host, _, _ := strings.Cut(rest, "]")
		return host
	}
	if strings.Count(s, ":") == 1 {
		s, _, _ = strings.Cut(s, ":")
	}
	return s
}

const wantDomain = "want one such as example.com, or *.example.com for it and all below it"

var toASCII = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

func parseDomain(s string) (value, reason string) {
	s = hostOf(refang(s))
	if _, err := netip.ParseAddr(s); err == nil {
		return "", "is an IP address: give it as an ip"
	}
	rest, below := strings.CutPrefix(s, "*.")
	if !below {
		rest, below = strings.CutPrefix(s, ".")
	}
	name := asciiName(strings.TrimRight(rest, "."))
	if !domainName(name) {
		return "", "is not a domain: " + wantDomain
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return "", "is an IP address: give it as an ip"
	}
	if below {
		name = "*." + name
	}
	return name, ""
}

// asciiName is a name as it stands in logs of DNS. One that breaks the rules for names of other scripts, as generated ones
// do with their hyphens ("r3---sn-x.example"), was asked for all the same.
func asciiName(s string) string {
	name, err := toASCII.ToASCII(s)
	if err != nil {
		return strings.ToLower(s)
	}
	return name
}

// domainName tells whether the name could stand in a log: the letters, digits, hyphens of a host's name, and the
// underscores of a service's.
func domainName(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.IndexFunc(label, notInLabel) >= 0 {
			return false
		}
	}
	return true
}

func notInLabel(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
}
