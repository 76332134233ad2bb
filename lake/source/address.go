package source

import (
	"bytes"
	"encoding/binary"
	"net/netip"
)

// ParseAddr reads an address without making garbage, as netip would. A zone is dropped, IPv4 in IPv6 is IPv4.
func ParseAddr(text []byte) (netip.Addr, bool) {
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

// IsAddr tells whether text is an address.
func IsAddr(text []byte) bool {
	if plainIPv4(text) {
		return true
	}
	_, ok := ParseAddr(text)
	return ok
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

// IsPrivate tells whether an address is of RFC 1918.
func IsPrivate(ip []byte) bool {
	if bytes.HasPrefix(ip, []byte("10.")) || bytes.HasPrefix(ip, []byte("192.168.")) {
		return true
	}
	if !bytes.HasPrefix(ip, []byte("172.")) {
		return false
	}
	second, _, _ := bytes.Cut(ip[4:], []byte("."))
	n, ok := Digits(second)
	return ok && n >= 16 && n <= 31
}

func IsHostName(b []byte) bool {
	for _, c := range b {
		if !IsDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return len(b) > 0 && len(b) < 256 && b[0] != '-' && b[0] != '.'
}
