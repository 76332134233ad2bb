package source

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"net/netip"
)

// IANA's numbers of the protocols that a Community ID treats in a way of their own.
const (
	protoICMP   = 1
	protoTCP    = 6
	protoUDP    = 17
	protoICMPv6 = 58
	protoSCTP   = 132
)

// AppendCommunityID writes the Community ID of a flow, version 1 with seed 0, which is the same for both directions:
// https://github.com/corelight/community-id-spec. The ports of ICMP are its type and code.
func AppendCommunityID(dst []byte, from, to netip.Addr, proto uint8, srcPort, dstPort uint16) []byte {
	var buf [2 + 16 + 16 + 2 + 4]byte
	oneWay := false
	switch proto {
	case protoICMP:
		dstPort, oneWay = icmpPeer(icmpPeers, srcPort, dstPort)
	case protoICMPv6:
		dstPort, oneWay = icmpPeer(icmpv6Peers, srcPort, dstPort)
	}
	low, high := from, to
	if c := from.Compare(to); !oneWay && (c > 0 || c == 0 && srcPort > dstPort) {
		low, high = to, from
		srcPort, dstPort = dstPort, srcPort
	}
	b := appendAddr(appendAddr(buf[:2], low), high)
	b = append(b, proto, 0)
	switch proto {
	case protoICMP, protoICMPv6, protoTCP, protoUDP, protoSCTP:
		b = binary.BigEndian.AppendUint16(b, srcPort)
		b = binary.BigEndian.AppendUint16(b, dstPort)
	}
	sum := sha1.Sum(b)
	return base64.StdEncoding.AppendEncode(append(dst, "1:"...), sum[:])
}

func appendAddr(dst []byte, a netip.Addr) []byte {
	if a.Is4() {
		four := a.As4()
		return append(dst, four[:]...)
	}
	sixteen := a.As16()
	return append(dst, sixteen[:]...)
}

// icmpPeer is what stands for the destination's port of an ICMP message: the type that answers it, or for a type
// without an answer its code, which makes the flow one-way.
func icmpPeer(peers map[uint16]uint16, kind, code uint16) (port uint16, oneWay bool) {
	if answer, ok := peers[kind]; ok {
		return answer, false
	}
	return code, true
}

// The types of ICMP that ask and answer each other.
var (
	icmpPeers = map[uint16]uint16{
		0: 8, 8: 0, // echo
		9: 10, 10: 9, // router advertisement and solicitation
		13: 14, 14: 13, // timestamp
		15: 16, 16: 15, // information
		17: 18, 18: 17, // address mask
	}
	icmpv6Peers = map[uint16]uint16{
		128: 129, 129: 128, // echo
		130: 131, 131: 130, // multicast listener
		133: 134, 134: 133, // router
		135: 136, 136: 135, // neighbour
		139: 140, 140: 139, // who are you
		144: 145, 145: 144, // home agent
	}
)
