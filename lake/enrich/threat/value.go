package threat

import (
	"bytes"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// kind is what an entry of a list is.
type kind uint8

const (
	ofAddress kind = iota
	ofDomain
	ofURL
	ofHash
)

// value is what an entry of a list asks for.
type value struct {
	kind   kind
	blocks []netip.Prefix // of an address or a range
	key    []byte         // of anything else, as it is looked up
}

// What is no entry, and why.
var (
	errNothing  = errors.New("neither an address, a range, a domain, a URL nor a hash")
	errWide     = errors.New("a range that is too wide: at most a /8 of IPv4, a /16 of IPv6")
	errReserved = errors.New("a range of private or reserved addresses")
)

// The widest ranges that are taken: a wider one would find nearly everything.
const widest4, widest6 = 8, 16

// fangs are how lists keep their entries from being clicked on.
var fangs = strings.NewReplacer(
	"[.]", ".", "(.)", ".", "{.}", ".", "[dot]", ".", "(dot)", ".", "[DOT]", ".", `\.`, ".",
	"[:]", ":", "[://]", "://", "[/]", "/", "[@]", "@",
)

// refang undoes what was done to keep an entry from being clicked on.
func refang(text string) string {
	text = strings.Trim(text, " \t\r\n\"'<>`")
	if strings.ContainsAny(text, `[({\`) {
		text = fangs.Replace(text)
	}
	for _, scheme := range [...]string{"hxxps://", "hxxp://", "hXXps://", "hXXp://", "fxp://"} {
		if len(text) > len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
			return map[byte]string{'h': "http", 'f': "ftp"}[scheme[0]] + text[strings.IndexAny(text, "pP")+1:]
		}
	}
	return text
}

// parse tells what an entry is.
func parse(text string) (value, error) {
	text = refang(text)
	if text == "" || len(text) > 4096 {
		return value{}, errNothing
	}
	if strings.Contains(text, "://") {
		return parseURL(text)
	}
	if likeAddresses(text) {
		if v, err := parseAddresses(text); !errors.Is(err, errNothing) {
			return v, err
		}
	}
	if v, ok := parseHash(text); ok {
		return v, nil
	}
	if host, _, ok := strings.Cut(text, "/"); ok && strings.Contains(host, ".") {
		return parseURL(text)
	}
	if d, ok := domainKey([]byte(text), nil); ok {
		return value{kind: ofDomain, key: d}, nil
	}
	return value{}, errNothing
}

// likeAddresses tells whether a text has no more than what addresses and ranges are written with: netip makes an error
// of every other, which costs more than all else that a line does.
func likeAddresses(text string) bool {
	marks := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '.' || c == ':':
			marks++
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F', c == '/', c == '-', c == ' ', c == '[', c == ']', c == '%':
		default:
			return strings.IndexByte(text, '%') >= 0 && marks > 0
		}
	}
	return marks > 1
}

// parseAddresses reads an address, alone or with a port, or a range of them.
func parseAddresses(text string) (value, error) {
	if a, ok := parseAddress(text); ok {
		return value{blocks: []netip.Prefix{netip.PrefixFrom(a, a.BitLen())}}, nil
	}
	if strings.IndexByte(text, '/') >= 0 {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return value{}, errNothing
		}
		if p = p.Masked(); p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		return ofBlocks(p)
	}
	from, to, ok := strings.Cut(text, "-")
	if !ok {
		return value{}, errNothing
	}
	first, ok1 := parseAddress(strings.TrimSpace(from))
	last, ok2 := parseAddress(strings.TrimSpace(to))
	if !ok1 || !ok2 || first.Is4() != last.Is4() || first.Compare(last) > 0 {
		return value{}, errNothing
	}
	return ofBlocks(span(first, last)...)
}

func parseAddress(text string) (netip.Addr, bool) {
	if strings.ContainsAny(text, "/ ") {
		return netip.Addr{}, false
	}
	if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return a.WithZone("").Unmap(), true
	}
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap.Addr().WithZone("").Unmap(), true
	}
	return netip.Addr{}, false
}

// ofBlocks are blocks of a range, none of which is too wide or reserved.
func ofBlocks(blocks ...netip.Prefix) (value, error) {
	for _, p := range blocks {
		a := p.Addr()
		if p.IsSingleIP() {
			continue
		}
		if a.Is4() && p.Bits() < widest4 || a.Is6() && p.Bits() < widest6 {
			return value{}, errWide
		}
		if a.IsPrivate() || a.IsLoopback() || a.IsUnspecified() || a.IsMulticast() || a.IsLinkLocalUnicast() {
			return value{}, errReserved
		}
	}
	return value{blocks: blocks}, nil
}

// parseHash reads the digits of an MD5, SHA-1 or SHA-256.
func parseHash(text string) (value, bool) {
	if n := len(text); n != 32 && n != 40 && n != 64 {
		return value{}, false
	}
	key, err := hex.DecodeString(text)
	return value{kind: ofHash, key: key}, err == nil
}

// domainKey is a domain as it is looked up: in lower case, in ASCII, without what stands for its subdomains. It is
// written over buf.
func domainKey(text, buf []byte) ([]byte, bool) {
	text = bytes.TrimPrefix(bytes.TrimPrefix(bytes.TrimSuffix(text, []byte(".")), []byte("*")), []byte("."))
	if len(text) > 253 || bytes.IndexByte(text, '.') < 1 {
		return nil, false
	}
	for _, c := range text {
		if c >= 0x80 {
			ascii, err := idna.Lookup.ToASCII(string(text))
			if err != nil {
				return nil, false
			}
			text = []byte(ascii)
			break
		}
	}
	buf = append(buf[:0], text...)
	label, digits := 0, true
	for i, c := range buf {
		switch {
		case c >= 'A' && c <= 'Z':
			buf[i] = c | 0x20
			digits = false
		case c >= 'a' && c <= 'z', c == '_', c == '-':
			digits = false
		case c >= '0' && c <= '9':
		case c == '.' && label > 0:
			label, digits = -1, true
		default:
			return nil, false
		}
		if label++; label > 63 {
			return nil, false
		}
	}
	return buf, label > 0 && !digits // what ends with a number is no domain but an address gone wrong
}

func parseURL(text string) (value, error) {
	key, ok := urlKey([]byte(text), nil)
	if !ok {
		return value{}, errNothing
	}
	return value{kind: ofURL, key: key}, nil
}

// urlKey is a URL as it is looked up: without its scheme, its user, its usual port and its fragment, and with its host in
// lower case. It is written over buf.
func urlKey(text, buf []byte) ([]byte, bool) {
	if _, rest, ok := bytes.Cut(text, []byte("://")); ok {
		text = rest
	}
	text, _, _ = bytes.Cut(text, []byte("#"))
	end := bytes.IndexAny(text, "/?")
	if end < 0 {
		end = len(text)
	}
	host, rest := text[:end], text[end:]
	if i := bytes.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	for _, port := range [...]string{":80", ":443"} {
		host = bytes.TrimSuffix(host, []byte(port))
	}
	if len(host) == 0 || bytes.IndexByte(host, '.') < 0 && bytes.IndexByte(host, ':') < 0 || bytes.ContainsAny(host, " \t\"<>") {
		return nil, false
	}
	buf = append(buf[:0], host...)
	for i, c := range buf {
		if c >= 'A' && c <= 'Z' {
			buf[i] = c | 0x20
		}
	}
	if len(rest) == 0 || rest[0] != '/' {
		buf = append(buf, '/')
	}
	return append(buf, rest...), true
}
