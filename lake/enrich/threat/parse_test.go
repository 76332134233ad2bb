package threat

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shown is a value as tests write it.
func shown(v value) string {
	switch {
	case v.kind == ofHash:
		return fmt.Sprintf("hash %x", v.key)
	case v.kind == ofDomain:
		return "domain " + string(v.key)
	case v.kind == ofURL:
		return "url " + string(v.key)
	}
	return fmt.Sprint(v.blocks)
}

func TestAnEntryIsToldByItsShape(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.1":                                "[192.0.2.1/32]",
		"192[.]0[.]2[.]1":                          "[192.0.2.1/32]",
		"192.0.2.1:443":                            "[192.0.2.1/32]",
		"[2001:db8::1]:443":                        "[2001:db8::1/128]",
		"::ffff:192.0.2.1":                         "[192.0.2.1/32]",
		"192.0.2.77/24":                            "[192.0.2.0/24]",
		"192.0.2.1-192.0.2.4":                      "[192.0.2.1/32 192.0.2.2/31 192.0.2.4/32]",
		"192.0.2.1 - 192.0.2.1":                    "[192.0.2.1/32]",
		"2001:db8::-2001:db8::ffff":                "[2001:db8::/112]",
		"Evil.Example.":                            "domain evil.example",
		"*.evil[.]example":                         "domain evil.example",
		"évil.example":                             "domain xn--vil-9la.example",
		"hxxps://Evil[.]example/A?b=C#d":           "url evil.example/A?b=C",
		"hXXp://evil(.)example:80":                 "url evil.example/",
		"http[://]user@evil.example:8080?x":        "url evil.example:8080/?x",
		"evil.example/path":                        "url evil.example/path",
		"D41D8CD98F00B204E9800998ECF8427E":         "hash d41d8cd98f00b204e9800998ecf8427e",
		`"192.0.2.1"`:                              "[192.0.2.1/32]",
		"da39a3ee5e6b4b0d3255bfef95601890afd80709": "hash da39a3ee5e6b4b0d3255bfef95601890afd80709",
	} {
		v, err := parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := shown(v); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]error{
		"": errNothing, "word": errNothing, "1.2.3": errNothing, "192.0.2.300": errNothing, "a..example": errNothing, "-": errNothing,
		"192.0.2.4-192.0.2.1": errNothing, "http://": errNothing, "http:///path": errNothing, strings.Repeat("a", 64) + ".example": errNothing,
		"0.0.0.0/0": errWide, "::/0": errWide, "0.0.0.0-255.255.255.255": errWide, "10.0.0.0/8": errReserved, "fc00::/16": errReserved,
		"zz1d8cd98f00b204e9800998ecf8427e": errNothing, "2026-01-02": errNothing, "2026-01-02 03:04:05": errNothing,
	} {
		if v, err := parse(text); !errors.Is(err, want) {
			t.Errorf("%q is %s, %v; want %v", text, shown(v), err, want)
		}
	}
}

// hits is what a list says of values, each with the entry that it found.
func hits(x *index, values ...string) (found []string) {
	for _, v := range values {
		for _, look := range []func(*index, []byte, func(hit)){(*index).lookAddress, (*index).lookDomain, (*index).lookURL, (*index).lookHash} {
			look(x, []byte(v), func(h hit) { found = append(found, v+" by "+h.entry(v)) })
		}
	}
	return found
}

func mustRead(t testing.TB, content string) *index {
	t.Helper()
	x, err := read([]byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

const md5Text, sha256Text = "d41d8cd98f00b204e9800998ecf8427e", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestTextListsAreReadWhateverTheyLookLike(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		values  []string
		want    []string
		entries int64
		skipped int64
	}{
		"lines with comments, a BOM and CRLF": {
			"\ufeff# a list\r\n192.0.2.1\r\n\r\n; more\r\n// and more\r\nevil.example # why\r\n",
			[]string{"192.0.2.1", "evil.example", "192.0.2.2"}, []string{"192.0.2.1 by 192.0.2.1", "evil.example by evil.example"}, 2, 0,
		},
		"a file of hosts": {
			"127.0.0.1 localhost\n0.0.0.0 evil.example\n0.0.0.0 other.example\n", []string{"a.evil.example", "0.0.0.0", "other.example"},
			[]string{"a.evil.example by evil.example", "other.example by other.example"}, 2, 1,
		},
		"ranges in each other": {
			"198.51.100.0/24\n198.51.100.64/26\n198.51.100.70\n198.51.100.128-198.51.100.130\n2001:db8::/32\n2001:db8:1::/48\n",
			[]string{"198.51.100.1", "198.51.100.70", "198.51.100.129", "198.51.101.0", "2001:db8:1::5"},
			[]string{
				"198.51.100.1 by 198.51.100.0/24", "198.51.100.70 by 198.51.100.70", "198.51.100.70 by 198.51.100.64/26", "198.51.100.70 by 198.51.100.0/24",
				"198.51.100.129 by 198.51.100.128/31", "198.51.100.129 by 198.51.100.0/24", "2001:db8:1::5 by 2001:db8:1::/48", "2001:db8:1::5 by 2001:db8::/32",
			}, 6, 0,
		},
		"columns with a header in a comment and quotes": {
			"# \"id\",\"dateadded\",\"url\",\"threat\"\n\"1\",\"2026-01-01 00:00:00\",\"http://evil.example/a,b\",\"malware\"\n",
			[]string{"http://evil.example/a,b", "https://evil.example/a,b"}, []string{"http://evil.example/a,b by http://evil.example/a,b", "https://evil.example/a,b by https://evil.example/a,b"}, 1, 0,
		},
		"columns without names": {
			"2026-01-01 00:00:00;7;198.51.100.9;443\n2026-01-01 00:00:00;8;nothing;443\n", []string{"198.51.100.9"}, []string{"198.51.100.9 by 198.51.100.9"}, 1, 1,
		},
		"hashes in either case": {
			strings.ToUpper(md5Text) + "\n" + sha256Text + "  file.exe\n", []string{md5Text, strings.ToUpper(sha256Text)},
			[]string{md5Text + " by " + md5Text, strings.ToUpper(sha256Text) + " by " + strings.ToUpper(sha256Text)}, 2, 0,
		},
		"junk between entries": {
			"\x00\xff\n<html>\n192.0.2.1\n" + strings.Repeat("x", 70_000) + "\n0.0.0.0/0\n", []string{"192.0.2.1", "192.0.2.2"}, []string{"192.0.2.1 by 192.0.2.1"}, 1, 4,
		},
	} {
		x := mustRead(t, c.content)
		if diff := cmp.Diff(c.want, hits(x, c.values...)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		skipped := int64(0)
		for _, n := range x.skipped {
			skipped += n
		}
		if x.entries != c.entries || skipped != c.skipped {
			t.Errorf("%s: %d entries, %d passed over: %v", name, x.entries, skipped, x.skipped)
		}
	}
}

func TestColumnsThatSayMoreAreKept(t *testing.T) {
	x := mustRead(t, "indicator,confidence,description,first_seen,valid_until,tlp,reference\n"+
		"192.0.2.1,90,\"botnet, old\",2026-01-01,2026-02-01T00:00:00Z,tlp:amber,https://example.com/1\n192.0.2.2,high,,,,,\n")
	var got []detail
	for _, a := range []string{"192.0.2.1", "192.0.2.2"} {
		x.address(netip.MustParseAddr(a), func(n uint32, _ int) { got = append(got, x.details[n]) })
	}
	want := []detail{
		{confidence: 90, description: "botnet, old", first: 1767225600000, until: 1769904000000, tlp: "AMBER", reference: "https://example.com/1"},
		{confidence: 85},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(detail{})); diff != "" {
		t.Error(diff)
	}
	if !got[0].valid(1769903999999) || got[0].valid(1769904000000) {
		t.Error("the entry does not end at its end")
	}
}

func TestAListOfNothingIsRefused(t *testing.T) {
	for name, content := range map[string]string{
		"a page of HTML": "<!DOCTYPE html>\n<html>\n", "JSON of another kind": `{"a":1}`, "JSON that is cut off": `{"objects":[`,
	} {
		if _, err := read([]byte(content)); err == nil {
			t.Errorf("%s is taken for a list", name)
		}
	}
	if x := mustRead(t, "# nothing yet\n"); x.entries != 0 {
		t.Errorf("an empty list has %d entries", x.entries)
	}
}

func TestAPatternAsksForItsValues(t *testing.T) {
	for pattern, want := range map[string][]string{
		"[ipv4-addr:value = '192.0.2.1']":                                                                             {"192.0.2.1"},
		"[ipv4-addr:value = '192.0.2.1' OR domain-name:value = 'evil.example']":                                       {"192.0.2.1", "evil.example"},
		"[ipv4-addr:value = '192.0.2.1'] OR [ipv6-addr:value = '2001:db8::1']":                                        {"192.0.2.1", "2001:db8::1"},
		"[ipv4-addr:value ISSUBSET '198.51.100.0/24']":                                                                {"198.51.100.0/24"},
		"[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2')]":                                                             {"192.0.2.1", "192.0.2.2"},
		"[file:hashes.MD5 = 'a' AND file:hashes.'SHA-256' = 'b' AND file:name = 'x']":                                 {"a", "b"},
		`[file:hashes."SHA-1" = 'a']`:                                                                                 {"a"},
		"[domain-name:value = 'a.example' AND domain-name:resolves_to_refs[*].value = '192.0.2.1']":                   {"a.example"},
		"[network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port = 443]":                            {"192.0.2.1"},
		"([url:value = 'http://a.example/?q=\\'1\\''] FOLLOWEDBY [ipv4-addr:value = '192.0.2.1']) WITHIN 300 SECONDS": {"http://a.example/?q='1'", "192.0.2.1"},
		"[ipv4-addr:value = '192.0.2.1'] START t'2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00Z'":                  {"192.0.2.1"},
	} {
		got, err := patternValues(pattern)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", pattern, err, diff)
		}
	}
	for _, pattern := range []string{
		"", "[", "]", "[ipv4-addr:value]", "[ipv4-addr:value = ", "[ipv4-addr:value = '192.0.2.1'", "[ipv4-addr:value != '192.0.2.1']",
		"[ipv4-addr:value NOT = '192.0.2.1']", "[process:name = 'x']", "[ipv4-addr:value = '192.0.2.1'] x", "[url:value LIKE 'http://%']",
		strings.Repeat("(", 200) + "[ipv4-addr:value = '192.0.2.1']", "[ipv4-addr:value IN ('a'", "[a:b = 'x",
	} {
		if got, err := patternValues(pattern); err == nil {
			t.Errorf("%q asks for %q", pattern, got)
		}
	}
}

const bundle = `{"type":"bundle","id":"bundle--1","objects":[
{"type":"marking-definition","id":"marking-definition--7","name":"TLP:AMBER"},
{"type":"indicator","id":"indicator--1","name":"C2","description":"seen in spring","pattern":"[ipv4-addr:value = '192.0.2.1' OR file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']",
 "pattern_type":"stix","valid_from":"2026-01-01T00:00:00.000Z","valid_until":"2026-02-01T00:00:00Z","modified":"2026-01-02T00:00:00Z","confidence":80,"labels":["malicious-activity"],
 "object_marking_refs":["marking-definition--7"],"external_references":[{"source_name":"x"},{"source_name":"y","url":"https://example.com/y"}]},
{"type":"indicator","id":"indicator--2","pattern":"[domain-name:value = 'revoked.example']","pattern_type":"stix","revoked":true},
{"type":"indicator","id":"indicator--3","pattern":"rule x {}","pattern_type":"yara"},
{"type":"indicator","id":"indicator--4","pattern":7},
{"type":"malware","id":"malware--1"}, 7]}`

func TestABundleIsReadIndicatorByIndicator(t *testing.T) {
	x := mustRead(t, bundle)
	if diff := cmp.Diff([]string{"192.0.2.1 by 192.0.2.1", md5Text + " by " + md5Text}, hits(x, "192.0.2.1", md5Text, "revoked.example")); diff != "" {
		t.Error(diff)
	}
	want := detail{
		confidence: 80, description: "C2; seen in spring; malicious-activity", reference: "https://example.com/y", tlp: "AMBER",
		modified: 1767312000000, from: 1767225600000, until: 1769904000000,
	}
	if diff := cmp.Diff(want, x.details[1], cmp.AllowUnexported(detail{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int64{errRevoked.Error(): 1, errLanguage.Error(): 1, errObject.Error(): 2}, x.skipped); diff != "" {
		t.Error(diff)
	}
}

const event = `{"Event":{"info":"Spring","timestamp":"1767225600","Tag":[{"name":"type:OSINT"},{"name":"tlp:green"}],"Attribute":[
{"type":"ip-dst|port","value":"192.0.2.1|443","to_ids":true,"timestamp":"1767312000","comment":"C2","first_seen":"2026-01-01T00:00:00.000000+00:00","last_seen":null},
{"type":"hostname","value":"not.example","to_ids":false},{"type":"text","value":"x","to_ids":true},
{"type":"domain","value":"gone.example","to_ids":true,"deleted":true}],
"Object":[{"name":"file","Attribute":[{"type":"filename|md5","value":"a.exe|d41d8cd98f00b204e9800998ecf8427e","to_ids":true,"timestamp":1767312000}]}]}}`

func TestAnEventOfMISPIsReadAttributeByAttribute(t *testing.T) {
	for name, content := range map[string]string{
		"alone": event, "in an array": "[" + event + "]", "in an answer": `{"response":[` + event + `]}`, "after another": event + "\n" + event,
	} {
		x := mustRead(t, content)
		if diff := cmp.Diff([]string{"192.0.2.1 by 192.0.2.1", md5Text + " by " + md5Text}, hits(x, "192.0.2.1", md5Text, "not.example", "gone.example")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		want := detail{confidence: -1, description: "Spring; C2", tlp: "GREEN", first: 1767225600000, modified: 1767312000000}
		if !slices.Contains(x.details, want) {
			t.Errorf("%s: the details are %+v", name, x.details)
		}
	}
}
