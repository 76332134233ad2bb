package source

import (
	"bytes"
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

// appendCommunityID writes the Community ID of a flow, version 1 with seed 0, which is the same for both directions:
// https://github.com/corelight/community-id-spec. The ports of ICMP are its type and code.
func appendCommunityID(dst []byte, src, dst2 netip.Addr, proto uint8, srcPort, dstPort uint16) []byte {
	var buf [2 + 16 + 16 + 2 + 4]byte
	oneWay := false
	switch proto {
	case protoICMP:
		dstPort, oneWay = icmpPeer(icmpPeers, srcPort, dstPort)
	case protoICMPv6:
		dstPort, oneWay = icmpPeer(icmpv6Peers, srcPort, dstPort)
	}
	low, high := src, dst2
	if c := src.Compare(dst2); !oneWay && (c > 0 || c == 0 && srcPort > dstPort) {
		low, high = dst2, src
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

// parseAddr reads an address without making garbage, as netip would. A zone is dropped, IPv4 in IPv6 is IPv4.
func parseAddr(text []byte) (netip.Addr, bool) {
	text, _, _ = bytes.Cut(bytes.Trim(text, "[]"), []byte("%"))
	if four, ok := parseIPv4(text); ok {
		return netip.AddrFrom4(four), true
	}
	if len(text) < 2 || len(text) > 45 {
		return netip.Addr{}, false
	}
	sixteen, ok := parseIPv6(text)
	return netip.AddrFrom16(sixteen).Unmap(), ok
}

// parseIPv4 reads four numbers without leading zeros.
func parseIPv4(text []byte) (addr [4]byte, ok bool) {
	if !plainIPv4(text) {
		return addr, false
	}
	at := 0
	for _, c := range text {
		if c == '.' {
			at++
			continue
		}
		addr[at] = addr[at]*10 + c - '0'
	}
	return addr, true
}

// parseIPv6 reads groups of hexadecimal digits, of which one run of zeros may be left out, and the last two may be
// written as IPv4.
func parseIPv6(text []byte) (addr [16]byte, ok bool) {
	at, gap := 0, -1
	if bytes.HasPrefix(text, []byte("::")) {
		gap, text = 0, text[2:]
	}
	for len(text) > 0 {
		if at == 16 {
			return addr, false
		}
		if four, is4 := parseIPv4(text); is4 && at <= 12 {
			at += copy(addr[at:], four[:])
			break
		}
		group, n := hexGroup(text)
		if n == 0 {
			return addr, false
		}
		binary.BigEndian.PutUint16(addr[at:], group)
		at += 2
		if text = text[n:]; len(text) == 0 {
			break
		}
		if text[0] != ':' || len(text) == 1 {
			return addr, false
		}
		if text = text[1:]; text[0] == ':' {
			if gap >= 0 {
				return addr, false
			}
			gap, text = at, text[1:]
		}
	}
	if gap < 0 {
		return addr, at == 16
	}
	if at == 16 {
		return addr, false
	}
	moved := copy(addr[16-(at-gap):], addr[gap:at])
	clear(addr[gap : 16-moved])
	return addr, true
}

func hexGroup(text []byte) (group uint16, n int) {
	for n < len(text) && n < 4 {
		c := text[n]
		switch {
		case c >= '0' && c <= '9':
			group = group<<4 | uint16(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			group = group<<4 | uint16(c|0x20-'a'+10)
		default:
			return group, n
		}
		n++
	}
	return group, n
}
