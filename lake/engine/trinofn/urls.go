package trinofn

import (
	"errors"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// urls are functions of URLs, which Trino reads by Java's java.net.URI: RFC 2396, strictly.
func urls() []Function {
	return []Function{
		{"trino_url", []Type{Text, Text}, Text, func(a []any) (any, error) { return urlPart(a[0].(string), a[1].(string)), nil }},
		{"trino_url_parameter", []Type{Text, Text}, Text, func(a []any) (any, error) { return urlParameter(a[0].(string), a[1].(string)), nil }},
		text("trino_url_encode", Text, func(s string) (string, error) { return javaEscapes.Replace(url.QueryEscape(s)), nil }),
		text("trino_url_decode", Text, urlDecode),
	}
}

// javaURI divides a URI, and refuses what java.net.URI refuses: blanks, quotes, < > \ ^ ` { | }, and a % without two digits.
var (
	javaURI    = regexp.MustCompile(`^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$`)
	notInURI   = regexp.MustCompile("[\\x00-\\x20\\x7f\"<>\\\\^`{|}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{80}-\\x{9f}]|%(?:$|[^0-9A-Fa-f]|[0-9A-Fa-f]$|[0-9A-Fa-f][^0-9A-Fa-f])")
	javaServer = regexp.MustCompile(`^(?:[^@\[\]]*@)?((?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9A-Fa-f:.]+\])(?::([0-9]*))?$`)
	javaQuad   = regexp.MustCompile(`^[0-9.]+$`)
	escapedURI = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
)

// javaEscapes are where Java writes a query's text in another way.
var javaEscapes = strings.NewReplacer("%2A", "*", "~", "%7E")

type javaURL struct{ protocol, host, port, path, query, fragment string }

func parseURL(s string) (u javaURL, ok bool) {
	m := javaURI.FindStringSubmatch(s)
	if m == nil || notInURI.MatchString(s) || strings.Contains(m[5], "#") || strings.ContainsAny(m[3], "[]") {
		return u, false
	}
	if first, _, _ := strings.Cut(m[3], "/"); m[1] == "" && m[2] == "" && strings.Contains(first, ":") {
		return u, false // what stands before the colon is no scheme
	}
	if m[1] != "" && m[2] == "" && m[3] == "" {
		return u, false // a scheme alone
	}
	u = javaURL{protocol: m[1], path: m[3], query: m[4], fragment: m[5]}
	if strings.HasPrefix(s[len(m[1]):], ":") && !strings.HasPrefix(m[3], "/") && m[2] == "" && m[1] != "" {
		// An opaque URI, such as mailto:a@b, has neither path nor query.
		return javaURL{protocol: m[1], fragment: m[5]}, true
	}
	if server := javaServer.FindStringSubmatch(m[2]); server != nil {
		u.host, u.port = server[1], server[2]
		if digits := u.host[len(u.host)-1]; digits >= '0' && digits <= '9' && net.ParseIP(u.host) == nil && javaQuad.MatchString(u.host) {
			u.host, u.port = "", "" // more than 255
		}
		if _, err := strconv.ParseInt(u.port, 10, 32); u.port != "" && err != nil {
			u.host, u.port = "", ""
		}
	} else if strings.ContainsAny(m[2], "[]") {
		return u, false
	}
	return u, true
}

// urlPart is null for what is no URI and, of a port, for none; other parts are empty then.
func urlPart(s, part string) any {
	u, ok := parseURL(s)
	if !ok {
		return nil
	}
	switch part {
	case "protocol":
		return u.protocol
	case "host":
		return u.host
	case "port":
		return maybe(u.port, u.port != "")
	case "path":
		return decoded(u.path)
	case "query":
		return decoded(u.query)
	}
	return decoded(u.fragment)
}

// decoded resolves escapes, as the getters of java.net.URI do.
func decoded(s string) string {
	out := escapedURI.ReplaceAllStringFunc(s, func(e string) string {
		b, err := url.PathUnescape(e)
		if err != nil {
			return e
		}
		return b
	})
	return strings.ToValidUTF8(out, "\ufffd")
}

// urlParameter is the first parameter of the name in the query.
func urlParameter(s, name string) any {
	u, ok := parseURL(s)
	if !ok || u.query == "" {
		return nil
	}
	for part := range strings.SplitSeq(u.query, "&") {
		key, v, has := strings.Cut(part, "=")
		if key != name {
			continue
		}
		if !has {
			return ""
		}
		text, err := urlDecode(v)
		return maybe(text, err == nil)
	}
	return nil
}

func urlDecode(s string) (string, error) {
	out, err := url.QueryUnescape(s)
	if err != nil {
		return "", errors.New("Illegal hex characters in escape (%) pattern")
	}
	return strings.ToValidUTF8(out, "\ufffd"), nil
}
