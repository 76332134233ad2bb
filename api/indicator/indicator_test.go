package indicator

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/hindcast/hindcast/lake/ecs"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name string
		kind ecs.Kind
		raw  string
		want string
	}{
		{"an address", ecs.IP, "203.0.113.9", "203.0.113.9"},
		{"an address in brackets, quotes and spaces", ecs.IP, ` "203[.]0[.]113[.]9" `, "203.0.113.9"},
		{"an address with words for dots", ecs.IP, "203(dot)0[dot]113[DOT]9", "203.0.113.9"},
		{"an address with a port", ecs.IP, "203.0.113.9:443", "203.0.113.9"},
		{"an address in a URL", ecs.IP, "hxxps://user@203.0.113[.]9:8443/a/b?c=1.2.3.4", "203.0.113.9"},
		{"a long IPv6 address in capitals", ecs.IP, "2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
		{"an IPv6 address with a port", ecs.IP, "[2001:db8::1]:443", "2001:db8::1"},
		{"an IPv6 address in a URL", ecs.IP, "http://[2001:db8::1]/x", "2001:db8::1"},
		{"an IPv6 address with a zone", ecs.IP, "fe80::1%eth0", "fe80::1"},
		{"an IPv4 address in an IPv6 one", ecs.IP, "::ffff:203.0.113.9", "203.0.113.9"},
		{"an IPv4 address in an IPv6 one, in hexadecimal", ecs.IP, "::ffff:cb00:7109", "203.0.113.9"},
		{"a range with bits of a host", ecs.IP, "10.1.2.3/8", "10.0.0.0/8"},
		{"a range that is defanged", ecs.IP, "10[.]1[.]0[.]0/16", "10.1.0.0/16"},
		{"a range of one address", ecs.IP, "203.0.113.9/32", "203.0.113.9"},
		{"an IPv6 range", ecs.IP, "2001:DB8:1::5/32", "2001:db8::/32"},
		{"an IPv4 range in IPv6", ecs.IP, "::ffff:10.0.0.0/104", "10.0.0.0/8"},
		{"an instance", ecs.Instance, "I-0123456789ABCDEF0", "i-0123456789abcdef0"},
		{"an instance of the old days", ecs.Instance, "i-01234567", "i-01234567"},
		{"an instance of an anonymous log", ecs.Instance, "i-cf6ffvclrtu9msqi", "i-cf6ffvclrtu9msqi"},
		{"a machine managed from outside of EC2", ecs.Instance, "mi-0123456789abcdef0", "mi-0123456789abcdef0"},
		{"an access key in small letters", ecs.AccessKey, "akiaiosfodnn7example", "AKIAIOSFODNN7EXAMPLE"},
		{"an account with leading zeros", ecs.Account, "000123456789", "000123456789"},
		{"an account as the console writes it", ecs.Account, "1234-5678-9012", "123456789012"},
		{"an ARN", ecs.ARN, "<arn:aws:iam::123456789012:user/Alice>", "arn:aws:iam::123456789012:user/Alice"},
		{"an ARN of China", ecs.ARN, "arn:aws-cn:s3:::bucket/key(.)x", "arn:aws-cn:s3:::bucket/key(.)x"},
		{"a user keeps its case", ecs.User, " Alice ", "Alice"},
		{"a user's mail address", ecs.User, "alice[at]example[.]com", "alice@example.com"},
		{"a domain", ecs.Domain, "Evil.Example.COM.", "evil.example.com"},
		{"a domain in a URL", ecs.Domain, "hXXp://evil[.]example[.]com:8080/path#x", "evil.example.com"},
		{"a domain with a path", ecs.Domain, "evil.example.com/path", "evil.example.com"},
		{"a domain and all below", ecs.Domain, "*.Example.com", "*.example.com"},
		{"a domain and all below, with a dot alone", ecs.Domain, ".example.com", "*.example.com"},
		{"a generated domain with three hyphens", ecs.Domain, "R3---sn-5hne6nsr.googlevideo[.]com", "r3---sn-5hne6nsr.googlevideo.com"},
		{"a domain that says it is of another script and is not", ecs.Domain, "*.xn--zzzz.example", "*.xn--zzzz.example"},
		{"a domain in another script", ecs.Domain, "Bücher.example", "xn--bcher-kva.example"},
		{"a service's name", ecs.Domain, "_dmarc.example.com", "_dmarc.example.com"},
		{"an MD5 in capitals", ecs.Hash, "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"},
		{"a SHA-256 with its name", ecs.Hash, "SHA256:" + strings.Repeat("Ab", 32), strings.Repeat("ab", 32)},
		{"the fingerprint of an SSH key", ecs.Hash, "SHA256:2Vt1x7mNqk1pQ8wY0bqkzQm0Qe8yQ6wY3xq8a7bC9dE", "SHA256:2Vt1x7mNqk1pQ8wY0bqkzQm0Qe8yQ6wY3xq8a7bC9dE"},
		{"the hash of a function's code", ecs.Hash, "E53D1kPAS1TiHpZbZZrZbIRLEjE7tdUT4qVfCIWQhUc=", "E53D1kPAS1TiHpZbZZrZbIRLEjE7tdUT4qVfCIWQhUc="},
		{"a SHA-1", ecs.Hash, strings.Repeat("0", 40), strings.Repeat("0", 40)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse(c.kind, c.raw)
			if err != nil || got.Value != c.want || got.Kind != c.kind || got.Raw != c.raw {
				t.Errorf("got %+v: %v", got, err)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		kind ecs.Kind
		raw  string
		says string
	}{
		{"nothing", ecs.IP, ` "" `, "is empty"},
		{"a number too large for an address", ecs.IP, "203.0.113.999", "is not an IP address: want an address such as"},
		{"leading zeros, which some read as octal", ecs.IP, "010.0.0.1", "is not an IP address"},
		{"a range that is too narrow", ecs.IP, "10.0.0.0/33", "is not a range of addresses"},
		{"a domain given as an address", ecs.IP, "example.com", "is not an IP address"},
		{"an address given as a domain", ecs.Domain, "203[.]0.113.9", "give it as an ip"},
		{"an address in a URL given as a domain", ecs.Domain, "http://203.0.113.9/", "give it as an ip"},
		{"a domain with an empty label", ecs.Domain, "a..b", "is not a domain"},
		{"a domain with spaces", ecs.Domain, "not a domain", "is not a domain"},
		{"a star in the middle", ecs.Domain, "a.*.com", "is not a domain"},
		{"an account without its zeros", ecs.Account, "123456789", "has 9 digits: an account has 12"},
		{"an account's name", ecs.Account, "production", "want its 12 digits"},
		{"a role's id given as an access key", ecs.AccessKey, "AROAIOSFODNN7EXAMPLE", "give it as a user"},
		{"a secret key", ecs.AccessKey, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "is not an access key's id"},
		{"a host's name given as an instance", ecs.Instance, "web-1", "is not an EC2 instance"},
		{"a name given as an ARN", ecs.ARN, "alice", "is not an ARN"},
		{"a hash of the wrong length", ecs.Hash, "abcdef", "has 6 digits: an MD5 has 32"},
		{"a word given as a hash", ecs.Hash, "malware", "is not a hash"},
		{"a line break", ecs.User, "alice\nbob", "control characters"},
		{"bytes that are no text", ecs.User, "al\xffice", "is not UTF-8"},
		{"a text of great length", ecs.User, strings.Repeat("x", 5000), "none is longer than 2048"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse(c.kind, c.raw)
			var refused *Error
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %+v: %v", got, err)
			}
			if err != nil && len(err.Error()) > 300 {
				t.Errorf("the message has %d bytes", len(err.Error()))
			}
		})
	}
	if _, err := Parse("mac", "x"); err == nil || !strings.Contains(err.Error(), "ip, instance, user") {
		t.Errorf("an unknown kind: %v", err)
	}
}

func TestTerms(t *testing.T) {
	const session = "arn:aws:sts::123456789012:assumed-role/Admin/bob@example.com"
	for _, c := range []struct {
		name string
		kind ecs.Kind
		raw  string
		want []string
	}{
		{"an address is itself", ecs.IP, "203.0.113.9", []string{"ip 203.0.113.9"}},
		{"a range is a range", ecs.IP, "10.0.0.0/8", []string{"ip within 10.0.0.0/8"}},
		{"a domain with all below it", ecs.Domain, "*.example.com", []string{"domain below example.com"}},
		{"a user's ARN is also the name in it", ecs.User, "arn:aws:iam::123456789012:user/team/alice",
			[]string{"user arn:aws:iam::123456789012:user/team/alice", "arn arn:aws:iam::123456789012:user/team/alice", "user alice"}},
		{"a session's ARN is also its role and its name", ecs.User, session,
			[]string{"user " + session, "arn " + session, "user Admin", "user bob@example.com"}},
		{"a session's principal is also its parts", ecs.User, "AROAIOSFODNN7EXAMPLE:bob",
			[]string{"user AROAIOSFODNN7EXAMPLE:bob", "user AROAIOSFODNN7EXAMPLE", "user bob"}},
		{"a name with a colon is one name", ecs.User, "corp:bob", []string{"user corp:bob"}},
		{"a session's ARN is also its role's", ecs.ARN, session, []string{"arn " + session, "arn arn:aws:iam::123456789012:role/Admin"}},
		{"a hash is its digits in either letters, and behind its algorithm", ecs.Hash, "D41d8cd98f00b204e9800998ecf8427e",
			[]string{"hash d41d8cd98f00b204e9800998ecf8427e", "hash D41D8CD98F00B204E9800998ECF8427E", "hash md5:d41d8cd98f00b204e9800998ecf8427e"}},
		{"a hash without letters has no capitals", ecs.Hash, strings.Repeat("0", 40), []string{"hash " + strings.Repeat("0", 40), "hash sha1:" + strings.Repeat("0", 40)}},
		{"a fingerprint is as it is written", ecs.Hash, "SHA256:2Vt1x7mNqk1pQ8wY0bqkzQm0Qe8yQ6wY3xq8a7bC9dE", []string{"hash SHA256:2Vt1x7mNqk1pQ8wY0bqkzQm0Qe8yQ6wY3xq8a7bC9dE"}},
		{"a bucket's ARN is itself", ecs.ARN, "arn:aws:s3:::bucket/key", []string{"arn arn:aws:s3:::bucket/key"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, err := Parse(c.kind, c.raw)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, term := range i.Terms() {
				got = append(got, string(term.Kind)+" "+[]string{"", "within ", "below "}[term.Op]+term.Value)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		term  Term
		value string
		want  bool
	}{
		{Term{Value: "alice"}, "alice", true},
		{Term{Value: "alice"}, "Alice", false},
		{Term{Op: Within, Prefix: netip.MustParsePrefix("10.0.0.0/8")}, "10.255.0.1", true},
		{Term{Op: Within, Prefix: netip.MustParsePrefix("10.0.0.0/8")}, "11.0.0.1", false},
		{Term{Op: Within, Prefix: netip.MustParsePrefix("::/0")}, "10.0.0.1", false},
		{Term{Op: Within, Prefix: netip.MustParsePrefix("10.0.0.0/8")}, "s3.amazonaws.com", false},
		{Term{Op: Below, Value: "example.com"}, "example.com", true},
		{Term{Op: Below, Value: "example.com"}, "a.b.example.com", true},
		{Term{Op: Below, Value: "example.com"}, "badexample.com", false},
	} {
		if got := c.term.Matches(c.value); got != c.want {
			t.Errorf("%+v matches %q: %v", c.term, c.value, got)
		}
	}
}

// What is canonical stays as it is, has terms, and can stand in a statement.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"203[.]0.113.9", "hxxp://[2001:db8::1]:80/x", "10.0.0.0/8", "*.Bücher.example.", "i-01234567",
		"AROAIOSFODNN7EXAMPLE:bob", "arn:aws:sts::123456789012:assumed-role/Admin/bob", "AKIAIOSFODNN7EXAMPLE", "1234-5678-9012",
		"md5:d41d8cd98f00b204e9800998ecf8427e", "[[.].]", "\u200b'x'"} {
		for k := range len(ecs.Kinds()) {
			f.Add(uint8(k), s)
		}
	}
	f.Fuzz(func(t *testing.T, k uint8, raw string) {
		kind := ecs.Kinds()[int(k)%len(ecs.Kinds())]
		i, err := Parse(kind, raw)
		if err != nil {
			return
		}
		again, err := Parse(kind, i.Value)
		if err != nil || again.Value != i.Value {
			t.Errorf("%s %q became %q, and that %q: %v", kind, raw, i.Value, again.Value, err)
		}
		if strings.ContainsFunc(i.Value, unicode.IsControl) || i.Value == "" {
			t.Errorf("%s %q became %q", kind, raw, i.Value)
		}
		for _, term := range i.Terms() {
			if term.Op == Equal && !term.Matches(term.Value) || term.Op == Within && !term.Prefix.IsValid() {
				t.Errorf("%s %q has the term %+v", kind, raw, term)
			}
		}
	})
}

func ExampleParse() {
	i, _ := Parse(ecs.Domain, "hxxps://Evil[.]example[.]com/login")
	fmt.Println(i)
	_, err := Parse(ecs.Account, "123456789")
	fmt.Println(err)
	// Output:
	// domain evil.example.com
	// account "123456789" has 9 digits: an account has 12, leading zeros among them
}
