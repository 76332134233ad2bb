package source

import "net/netip"

// Flow is the fields that a flow's Community ID is made of, and where it goes.
type Flow struct {
	SrcIP, DstIP, SrcPort, DstPort, transport, id Out
	unnamed                                       bool // whether flows go without a Community ID
}

// Flow finds the fields of a flow: both ends' addresses and ports, network.transport and network.community_id.
func (b *Binding) Flow() Flow {
	return Flow{
		SrcIP: b.Out("source.ip"), DstIP: b.Out("destination.ip"), SrcPort: b.Out("source.port"), DstPort: b.Out("destination.port"),
		transport: b.Out("network.transport"), id: b.Out("network.community_id"),
		unnamed: b.Leaves("network.community_id"),
	}
}

// SetFlow names the transport by its number, and the flow that both directions share.
func (e *Event) SetFlow(f *Flow, number int64) {
	if number < 0 || number > 255 {
		return
	}
	e.Set(f.transport, Transport(number))
	if f.unnamed {
		return
	}
	src, okSrc := ParseAddr(e.Get(f.SrcIP))
	dst, okDst := ParseAddr(e.Get(f.DstIP))
	if !okSrc || !okDst {
		return
	}
	srcPort, _ := e.Int(f.SrcPort)
	dstPort, _ := e.Int(f.DstPort)
	e.setCommunityID(f.id, src, dst, uint8(number), srcPort, dstPort)
}

func (e *Event) setCommunityID(out Out, src, dst netip.Addr, proto uint8, srcPort, dstPort int64) {
	if srcPort < 0 || srcPort > 65535 || dstPort < 0 || dstPort > 65535 {
		return
	}
	var buf [32]byte
	e.Set(out, AppendCommunityID(buf[:0], src, dst, proto, uint16(srcPort), uint16(dstPort)))
}
