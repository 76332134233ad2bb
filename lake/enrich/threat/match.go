package threat

import (
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/source"
)

// Lists are the threat lists that rows are checked against, those that come first preferred.
type Lists []*List

// Refresh reads those again that have changed.
func (l Lists) Refresh() error {
	var errs []error
	for _, list := range l {
		if err := list.Refresh(); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Fills implements enrich.Enricher.
func (Lists) Fills(field string) bool {
	return strings.HasPrefix(field, "threat.indicator.") || strings.HasPrefix(field, "threat.feed.") || field == "threat.enrichments"
}

// For makes what checks the rows of a schema. What is looked at is the related fields, which have every address, host and
// hash of an event, and its URLs.
func (l Lists) For(s *ecs.Schema) (enrich.Filler, bool) {
	f := &filler{lists: l, columns: columnsOf(s), time: s.Col("@timestamp")}
	for _, list := range l {
		f.now = append(f.now, list.Now())
	}
	for _, w := range []watched{
		{field: "related.ip", look: (*index).lookAddress}, {field: "related.hosts", look: (*index).lookDomain},
		{field: "url.full", look: (*index).lookURL}, {field: "url.original", look: (*index).lookURL},
		{field: "related.hash", look: (*index).lookHash},
	} {
		if w.col = s.Col(w.field); w.col < 0 {
			continue
		}
		if w.list = s.Fields()[w.col].Type == ecs.Strings; w.list {
			w.parts = partsOf(s, w.field)
		}
		f.watched = append(f.watched, w)
	}
	return f, len(l) > 0 && len(f.watched) > 0 && f.columns.kind >= 0
}

// watched is a column whose values are looked up.
type watched struct {
	field string
	col   int
	list  bool  // whether it is a Strings column
	parts []int // the columns whose values it has too
	look  func(x *index, value []byte, found func(hit))
}

// partsOf are the columns that a list of related values has the values of, the ends of the connection first.
func partsOf(s *ecs.Schema, related string) (cols []int) {
	for _, first := range []string{"source.ip", "destination.ip", "dns.question.name", "url.domain", "destination.domain"} {
		if col := s.Col(first); col >= 0 && s.Fields()[col].Related == related {
			cols = append(cols, col)
		}
	}
	for col, f := range s.Fields() {
		if f.Related == related {
			cols = append(cols, col)
		}
	}
	return cols
}

// hit is an entry of a list that a value is, or is in.
type hit struct {
	kind   string // of indicator, as STIX names it
	bits   int    // of a range: how many of the address's are fixed
	length int    // of a domain: of its end that is listed, in ASCII
	detail uint32
	list   int
}

// entry is what is listed: the value, the range that it is in, or the domain that it is below.
func (h *hit) entry(value string) string {
	switch h.kind {
	case "ipv4-addr", "ipv6-addr":
		if a, ok := source.ParseAddr([]byte(value)); ok && h.bits < a.BitLen() {
			return netip.PrefixFrom(a, h.bits).Masked().String()
		}
	case "domain-name":
		if key, ok := domainKey([]byte(value), nil); ok {
			return string(key[len(key)-h.length:])
		}
	}
	return value
}

func (x *index) lookAddress(value []byte, found func(hit)) {
	if len(x.addresses.four) == 0 && len(x.addresses.six) == 0 {
		return
	}
	a, ok := source.ParseAddr(value)
	if !ok {
		return
	}
	kind := "ipv6-addr"
	if a.Is4() {
		kind = "ipv4-addr"
	}
	x.address(a, func(n uint32, bits int) { found(hit{kind: kind, bits: bits, detail: n}) })
}

func (x *index) lookDomain(value []byte, found func(hit)) {
	var buf [256]byte
	if x.domains.n == 0 {
		return
	}
	key, ok := domainKey(value, buf[:0])
	if !ok {
		return
	}
	if entry, n, ok := x.domain(key); ok {
		found(hit{kind: "domain-name", length: len(entry), detail: n})
	}
}

func (x *index) lookURL(value []byte, found func(hit)) {
	var buf [1024]byte
	if x.urls.n == 0 {
		return
	}
	key, ok := urlKey(value, buf[:0])
	if !ok {
		return
	}
	if n, ok := x.urls.find(key); ok {
		found(hit{kind: "url", detail: n})
	}
}

func (x *index) lookHash(value []byte, found func(hit)) {
	var buf [32]byte
	if n := len(value); n != 32 && n != 40 && n != 64 {
		return
	}
	n, err := hex.Decode(buf[:], value)
	if err != nil {
		return
	}
	if d, ok := x.hashes.find(buf[:n]); ok {
		found(hit{kind: "file", detail: d})
	}
}
