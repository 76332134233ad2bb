package source

import (
	"net/netip"
	"testing"
)

// The vectors are those of the specification's baseline: https://github.com/corelight/community-id-spec/tree/master/baseline
func TestCommunityID(t *testing.T) {
	for _, c := range []struct {
		name             string
		src, dst         string
		proto            uint8
		srcPort, dstPort uint16
		want             string
	}{
		{"TCP", "128.232.110.120", "66.35.250.204", 6, 34855, 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{"TCP the other way", "66.35.250.204", "128.232.110.120", 6, 80, 34855, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{"UDP", "192.168.1.52", "8.8.8.8", 17, 54585, 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
		{"UDP the other way", "8.8.8.8", "192.168.1.52", 17, 53, 54585, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
		{"ICMP echo", "192.168.0.89", "192.168.0.1", 1, 8, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
		{"ICMP echo reply", "192.168.0.1", "192.168.0.89", 1, 0, 8, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk="},
		{"ICMPv6 neighbour solicitation", "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 58, 135, 0, "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="},
		{"ICMPv6 neighbour advertisement", "fe80::260:97ff:fe07:69ea", "fe80::200:86ff:fe05:80da", 58, 136, 0, "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := AppendCommunityID(nil, netip.MustParseAddr(c.src), netip.MustParseAddr(c.dst), c.proto, c.srcPort, c.dstPort)
			if string(got) != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestProtocolsWithoutPortsHashAddressesAlone(t *testing.T) {
	a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	one, other := AppendCommunityID(nil, a, b, 47, 0, 0), AppendCommunityID(nil, b, a, 47, 1, 2)
	if string(one) != string(other) {
		t.Errorf("GRE: %s one way, %s the other", one, other)
	}
}

func TestTransportNamesStandAtTheirNumbers(t *testing.T) {
	for number, want := range map[int64]string{0: "hopopt", 1: "icmp", 2: "igmp", 6: "tcp", 8: "egp", 17: "udp", 41: "ipv6", 47: "gre", 50: "esp", 51: "ah",
		58: "ipv6-icmp", 61: "", 89: "ospfigp", 94: "ipip", 103: "pim", 112: "vrrp", 115: "l2tp", 132: "sctp", 136: "udplite", 145: "nsh", 146: "", 255: "", -1: ""} {
		if got := Transport(number); string(got) != want {
			t.Errorf("%d is %q, want %q", number, got, want)
		}
	}
}

// FuzzParseAddr compares with package net/netip.
func FuzzParseAddr(f *testing.F) {
	for _, text := range []string{"192.0.2.1", "01.2.3.4", "::", "::1", "2001:db8::1", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "fe80::1", "1::2::3", "1:2", ":", "1:", "::1:", "12345::"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range text {
			if c == '%' || c == '[' || c == ']' {
				t.Skip("zones and brackets are dropped")
			}
		}
		want, err := netip.ParseAddr(text)
		got, ok := ParseAddr([]byte(text))
		if ok != (err == nil) || ok && got != want.Unmap() {
			t.Errorf("%q: got %v %v, netip says %v %v", text, got, ok, want, err)
		}
	})
}
