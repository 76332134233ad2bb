package indicator

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Op is how a term compares.
type Op uint8

const (
	Equal  Op = iota // the value itself
	Within           // an address in the range
	Below            // a domain, or one below it
)

// Term is one comparison with the values of columns of its kind. An indicator matches a row when any of its terms does.
type Term struct {
	Kind   ecs.Kind
	Op     Op
	Value  string       // for Equal and Below
	Prefix netip.Prefix // for Within
}

// Terms are the comparisons that find the indicator. There is at least one.
func (i Indicator) Terms() []Term {
	switch i.Kind {
	case ecs.IP:
		if p, err := netip.ParsePrefix(i.Value); err == nil {
			return []Term{{Kind: ecs.IP, Op: Within, Prefix: p, Value: i.Value}}
		}
	case ecs.Domain:
		if name, below := strings.CutPrefix(i.Value, "*."); below {
			return []Term{{Kind: ecs.Domain, Op: Below, Value: name}}
		}
	case ecs.Hash:
		return hashTerms(i.Value)
	case ecs.User:
		return userTerms(i.Value)
	case ecs.ARN:
		terms := []Term{{Kind: ecs.ARN, Value: i.Value}}
		if a, ok := splitARN(i.Value); ok && a.principal() != "" {
			terms = append(terms, Term{Kind: ecs.ARN, Value: a.principal()})
		}
		return terms
	}
	return []Term{{Kind: i.Kind, Value: i.Value}}
}

// hashTerms look for digits as logs write them: small or capital, and behind the algorithm's name as in a digest of an
// image, https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests.
func hashTerms(value string) []Term {
	terms := []Term{{Kind: ecs.Hash, Value: value}}
	if !hexDigits.MatchString(value) {
		return terms
	}
	if upper := strings.ToUpper(value); upper != value {
		terms = append(terms, Term{Kind: ecs.Hash, Value: upper})
	}
	return append(terms, Term{Kind: ecs.Hash, Value: hashPrefixes[len(value)] + value})
}

// userTerms look for a user as given, and by the short names that an ARN or a session's principal has.
func userTerms(value string) []Term {
	terms := []Term{{Kind: ecs.User, Value: value}}
	var names []string
	if a, ok := splitARN(value); ok {
		terms = append(terms, Term{Kind: ecs.ARN, Value: value})
		names = a.names()
	} else if id, session, ok := strings.Cut(value, ":"); ok && uniqueID.MatchString(id) {
		names = []string{id, session}
	}
	slices.Sort(names)
	for _, n := range slices.Compact(names) {
		if n != "" && n != value {
			terms = append(terms, Term{Kind: ecs.User, Value: n})
		}
	}
	return terms
}

// Matches tells whether a value of a column of the term's kind is what the term looks for.
func (t Term) Matches(value string) bool {
	switch t.Op {
	case Within:
		addr, err := netip.ParseAddr(value)
		return err == nil && t.Prefix.Contains(addr)
	case Below:
		return value == t.Value || strings.HasSuffix(value, "."+t.Value)
	}
	return value == t.Value
}
