// Package flows names the protocol and the Community ID of connections whose log names neither.
package flows

import (
	"net/netip"
	"strconv"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/source"
)

// Protocols names protocols by IANA's numbers: network.transport of network.iana_number.
type Protocols struct{}

type protocols struct {
	from int
	to   []int
}

// Fills implements enrich.Enricher.
func (Protocols) Fills(field string) bool {
	return field == "network.transport"
}

// For makes what names the protocols of a schema.
func (Protocols) For(s *ecs.Schema) (enrich.Filler, bool) {
	f := &protocols{s.Col("network.iana_number"), []int{s.Col("network.transport")}}
	return f, f.from >= 0 && s.Fields()[f.from].Type == ecs.String
}

func (*protocols) Versions() []enrich.Version { return nil }

func (f *protocols) Fill(b *ecs.Batch) {
	enrich.Texts(b, f.from, f.to, func(value []byte, texts []string) {
		if n, err := strconv.ParseInt(string(value), 10, 64); err == nil {
			texts[0] = string(source.Transport(n))
		}
	})
}

// CommunityIDs gives connections the id that both their directions share: network.community_id of the addresses, the
// ports and the protocol. It is nearly as many texts as there are rows.
type CommunityIDs struct{}

type communityIDs struct{ from, to, fromPort, toPort, transport, id int }

// Fills implements enrich.Enricher.
func (CommunityIDs) Fills(field string) bool {
	return field == "network.community_id" || field == "network.transport"
}

// For makes what names the connections of a schema.
func (CommunityIDs) For(s *ecs.Schema) (enrich.Filler, bool) {
	f := &communityIDs{
		s.Col("source.ip"), s.Col("destination.ip"), s.Col("source.port"), s.Col("destination.port"), s.Col("network.transport"), s.Col("network.community_id"),
	}
	return f, min(f.from, f.to, f.fromPort, f.toPort, f.transport, f.id) >= 0
}

func (*communityIDs) Versions() []enrich.Version { return nil }

// numbers are those of the protocols that have ports, or types and codes in their place.
var numbers = map[string]uint8{"icmp": 1, "tcp": 6, "udp": 17, "ipv6-icmp": 58, "icmpv6": 58, "sctp": 132}

func (f *communityIDs) Fill(b *ecs.Batch) {
	ends := [2][]netip.Addr{addresses(b, f.from), addresses(b, f.to)}
	protocol := make([]uint8, b.Distinct(f.transport)+1)
	for id := 1; id < len(protocol); id++ {
		protocol[id] = numbers[string(b.Value(f.transport, uint32(id)))]
	}
	from, to, transport := b.Keys(f.from), b.Keys(f.to), b.Keys(f.transport)
	rows := min(len(from), len(to), len(transport))
	keys, ids := make([]uint32, rows), []uint32{0}
	var text []byte
	for row := range rows {
		src, dst, number := ends[0][from[row]], ends[1][to[row]], protocol[transport[row]]
		if number == 0 || !src.IsValid() || !dst.IsValid() || !b.Null(f.id, row) || !b.Valid(f.fromPort, row) || !b.Valid(f.toPort, row) {
			continue
		}
		srcPort, dstPort := b.Num(f.fromPort, row), b.Num(f.toPort, row)
		if srcPort < 0 || srcPort > 65535 || dstPort < 0 || dstPort > 65535 {
			continue
		}
		text = source.AppendCommunityID(text[:0], src, dst, number, uint16(srcPort), uint16(dstPort))
		keys[row] = uint32(len(ids))
		ids = append(ids, b.ID(f.id, text))
	}
	b.Derive(f.id, keys, ids)
}

// addresses are those of a column by its ids.
func addresses(b *ecs.Batch, col int) []netip.Addr {
	all := make([]netip.Addr, b.Distinct(col)+1)
	for id := 1; id < len(all); id++ {
		if a, ok := source.ParseAddr(b.Value(col, uint32(id))); ok {
			all[id] = a
		}
	}
	return all
}
