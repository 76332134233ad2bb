package source

import (
	"math"
	"net/netip"
	"strconv"
	"testing"
	"time"
)

func TestAddressesBecomeCanonical(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.1":              "192.0.2.1",
		"255.255.255.255":        "255.255.255.255",
		"2001:DB8:0:0:0:0:0:1":   "2001:db8::1",
		"::ffff:192.0.2.1":       "192.0.2.1",
		"[2001:db8::1]":          "2001:db8::1",
		"fe80::1%eth0":           "fe80::1",
		"":                       "",
		"-":                      "",
		"192.0.2":                "",
		"192.0.2.1.5":            "",
		"192.0.2.256":            "",
		"192.0.2.01":             "",
		"cloudtrail.example.com": "",
		"AWS Internal":           "",
		"1.2.3.":                 "",
		".1.2.3":                 "",
	} {
		var room [64]byte
		if got := string(canonicalIP([]byte(text), room[:])); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
	}
}

func FuzzPlainIPv4IsWhatNetipAccepts(f *testing.F) {
	for _, s := range []string{"192.0.2.1", "0.0.0.0", "1.2.3.004", "256.1.1.1", "1..2.3", "1.2.3.4x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		addr, err := netip.ParseAddr(text)
		if got, want := plainIPv4([]byte(text)), err == nil && addr.Is4(); got != want {
			t.Errorf("%q: %v", text, got)
		}
	})
}

func TestTimesAreRead(t *testing.T) {
	at := func(text string) int64 {
		v, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		return v.UnixMilli()
	}
	for _, c := range []struct {
		text string
		as   As
		want string
	}{
		{"2026-01-31T23:59:59Z", Verbatim, "2026-01-31T23:59:59Z"},
		{"2024-02-29T12:00:00.123456Z", Verbatim, "2024-02-29T12:00:00.123Z"},
		{"2026-01-31T23:59:59", Verbatim, "2026-01-31T23:59:59Z"},
		{"2026-01-31T23:59:59+02:00", Verbatim, "2026-01-31T21:59:59Z"},
		{"2026-01-31 23:59:59", Verbatim, "2026-01-31T23:59:59Z"},
		{"20260131T010203Z", Verbatim, "2026-01-31T01:02:03Z"},
		{"1969-12-31T23:59:58Z", Verbatim, "1969-12-31T23:59:58Z"},
		{"2000-03-01T00:00:00Z", Verbatim, "2000-03-01T00:00:00Z"},
		{"1767225600", Epoch, "2026-01-01T00:00:00Z"},
		{"1767225600.5", Epoch, "2026-01-01T00:00:00.5Z"},
		{"1767225600123", EpochMilli, "2026-01-01T00:00:00.123Z"},
		{"10/Oct/2000:13:55:36 -0700", CommonLog, "2000-10-10T20:55:36Z"},
		{"29/Feb/2024:00:00:00 +0530", CommonLog, "2024-02-28T18:30:00Z"},
	} {
		if got, err := ParseTime([]byte(c.text), c.as); err != nil || got != at(c.want) {
			t.Errorf("%s is %s: %v", c.text, time.UnixMilli(got).UTC(), err)
		}
	}
	for _, c := range []struct {
		text string
		as   As
	}{
		{"", Verbatim}, {"yesterday", Verbatim}, {"2026-02-30T00:00:00Z", Verbatim}, {"2026-01-31T24:00:00Z", Verbatim}, {"2023-02-29T00:00:00Z", Verbatim},
		{"12a", Epoch}, {"1e300", Epoch}, {"NaN", EpochMilli}, {"31/Nov/2000:00:00:00 +0000", CommonLog}, {"10/oct/2000:13:55:36 -0700", CommonLog},
		{"10/Oct/2000 13:55:36 -0700", CommonLog},
	} {
		if got, err := ParseTime([]byte(c.text), c.as); err == nil {
			t.Errorf("%q is taken for %s", c.text, time.UnixMilli(got).UTC())
		}
	}
}

// FuzzTimesAgreeWithPackageTime holds what the fast way reads against package time.
func FuzzTimesAgreeWithPackageTime(f *testing.F) {
	for _, s := range []string{"2026-01-31T23:59:59Z", "2024-02-29T00:00:00.5Z", "0000-01-01T00:00:00Z", "2026-13-01T00:00:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := parseISO([]byte(text))
		want, err := time.Parse(time.RFC3339Nano, text)
		if ok && err == nil && got != want.UnixMilli() {
			t.Errorf("%q is %d, not %d", text, got, want.UnixMilli())
		}
	})
}

func TestWholeNumbersAreRead(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "42": 42, "-7": -7, "5.0": 5, "9223372036854775807": 1<<63 - 1} {
		if got, ok := ParseInt([]byte(text)); !ok || got != want {
			t.Errorf("%s is %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "-", "x", "1.5", "1e99", "0x10", "9223372036854775808"} {
		if got, ok := ParseInt([]byte(text)); ok {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
}

func FuzzNumbersAreReadAsStrconvReadsThem(f *testing.F) {
	for _, text := range []string{"0.001", "12.5", ".5", "5.", "-1", "1e3", "123456789012345.6", "0.0000000000000001", ".", "", "NaN", "1..2"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := parseFloat(text)
		want, wantErr := strconv.ParseFloat(string(text), 64)
		if (err == nil) != (wantErr == nil) || err == nil && math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("%q is %v, %v, want %v, %v", text, got, err, want, wantErr)
		}
	})
}

func TestTheSizeOfANumberTellsTheUnitOfATime(t *testing.T) {
	for text, want := range map[string]int64{
		"1768468500": 1768468500_000, "1768468500123": 1768468500123, "1768468500123456": 1768468500123, "1768468500123456789": 1768468500123,
		"1.768468500123E12": 1768468500123, "-5": -5000, "0": 0, "2026-01-15T09:15:00Z": 1768468500_000, "2026-01-15 09:15:00.25+00:00": 1768468500250,
	} {
		if got, err := ParseTime([]byte(text), EpochAny); err != nil || got != want {
			t.Errorf("%s: got %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-", "soon", "1e40", "12:30"} {
		if got, err := ParseTime([]byte(text), EpochAny); err == nil {
			t.Errorf("%q: got %d", text, got)
		}
	}
}
