package threat

import (
	"net/netip"
	"testing"
)

// check makes sure that an index answers, and that it has what its details are of.
func check(t *testing.T, x *index) {
	t.Helper()
	for _, v := range []string{"192.0.2.1", "2001:db8::1", "a.evil.example", "http://evil.example/", md5Text} {
		for _, look := range []func(*index, []byte, func(hit)){(*index).lookAddress, (*index).lookDomain, (*index).lookURL, (*index).lookHash} {
			look(x, []byte(v), func(h hit) {
				if int(h.detail) >= len(x.details) || h.entry(v) == "" {
					t.Errorf("%s: %+v of %d details", v, h, len(x.details))
				}
			})
		}
	}
}

func FuzzAListIsReadOrRefused(f *testing.F) {
	for _, s := range []string{
		bundle, event, "192.0.2.1\nevil.example # x\n0.0.0.0 a.example\n", "ip,confidence\n192.0.2.1,5\n", "# \"id\",\"url\"\n\"1\",\"http://evil.example/\"\n",
		"\ufeff198.51.100.0/24\r\n198.51.100.1-198.51.100.9", "[]", "{}", `[{"Event":{}}]`, `{"response":{"response":[]}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if x, err := read(content); err == nil {
			check(t, x)
		}
	})
}

func FuzzAPatternIsReadOrRefused(f *testing.F) {
	for _, s := range []string{
		"[ipv4-addr:value = '192.0.2.1' OR (file:hashes.'SHA-256' = 'b' AND a:b[*].c IN ('x', 1))] WITHIN 3 SECONDS", "[url:value = 'a\\'b'] START t'x'", "[[(",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		values, err := patternValues(pattern)
		if (err == nil) != (len(values) > 0) {
			t.Errorf("%q: %v, %v", pattern, values, err)
		}
	})
}

func FuzzAnEntryFindsItself(f *testing.F) {
	for _, s := range []string{"192.0.2.1", "198.51.100.3-198.51.100.77", "2001:db8::/33", "evil.example", "hxxp://a[.]b/c?d#e", md5Text, "évil.example", "a.b:80/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parse(text)
		if err != nil {
			return
		}
		x := newIndex()
		x.put(v, text, none)
		x.build()
		found := false
		switch v.kind {
		case ofAddress:
			found = true
			for _, b := range v.blocks {
				for _, a := range []netip.Addr{b.Addr(), lastOf(b)} {
					n := 0
					x.address(a, func(uint32, int) { n++ })
					found = found && n == 1
				}
			}
		case ofDomain:
			_, _, found = x.domain(v.key)
		case ofURL:
			_, found = x.urls.find(v.key)
		case ofHash:
			_, found = x.hashes.find(v.key)
		}
		if !found {
			t.Errorf("%q, which is %s, does not find itself", text, shown(v))
		}
	})
}
