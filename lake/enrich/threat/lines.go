package threat

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"
)

// errLong is why a line is passed over.
var errLong = errors.New("a line of more than 64 KiB")

const maxLine = 64 << 10

// readLines reads a list of an entry a line, or columns with a header or without. Of columns without names, the first that
// is an entry is taken, which also reads files of hosts: "0.0.0.0 example.com" asks for the domain.
func readLines(content []byte, x *index) {
	l := &lines{index: x}
	for len(content) > 0 {
		line, rest, _ := bytes.Cut(content, []byte("\n"))
		content = rest
		if len(line) > maxLine {
			x.skip(string(line[:maxSample]), errLong)
			continue
		}
		l.line(strings.TrimSpace(strings.ToValidUTF8(string(line), "\ufffd")))
	}
}

// lines is a list that is being read.
type lines struct {
	*index
	header  map[string]int // where the columns are, by their names
	value   int            // the column of the entries
	started bool           // whether an entry was read
	fields  []string
}

func (l *lines) line(text string) {
	comment := strings.TrimLeft(text, "#; \t")
	if text == "" || strings.HasPrefix(text, "//") {
		return
	}
	if text[0] == '#' || text[0] == ';' {
		if !l.started && l.header == nil {
			l.isHeader(comment) // some comment it out
		}
		return
	}
	if !l.started && l.header == nil && l.isHeader(text) {
		return
	}
	l.divide(text)
	if l.header != nil {
		l.named(text)
		return
	}
	l.unnamed(text)
}

// valueNames are the names of the columns that lists keep their entries in, and detailNames of those that say more.
var valueNames = []string{
	"indicator", "ioc_value", "ioc", "value", "observable", "dst_ip", "src_ip", "ip", "ip_address", "ipaddress", "address", "cidr", "network",
	"range", "domain", "fqdn", "host", "hostname", "url", "sha256_hash", "sha256", "sha1_hash", "sha1", "md5_hash", "md5", "hash",
}

// isHeader takes a line for the columns' names if it has one of an entry's and no entry.
func (l *lines) isHeader(text string) bool {
	l.divide(text)
	if len(l.fields) < 2 {
		return len(l.fields) == 1 && len(l.fields[0]) < 20 && nameIn(l.fields[0], valueNames) // a header of one column says nothing more
	}
	names := map[string]int{}
	for i, f := range l.fields {
		if _, err := parse(f); err == nil {
			return false
		}
		names[strings.ToLower(strings.TrimSpace(f))] = i
	}
	for _, n := range valueNames {
		if at, ok := names[n]; ok {
			l.header, l.value = names, at
			return true
		}
	}
	return false
}

func nameIn(text string, names []string) bool {
	for _, n := range names {
		if strings.EqualFold(text, n) {
			return true
		}
	}
	return false
}

// named reads a line whose columns have names.
func (l *lines) named(text string) {
	if l.value >= len(l.fields) || l.fields[l.value] == "" {
		l.skip(text, errNothing)
		return
	}
	l.started = true
	l.add(l.fields[l.value], detail{
		confidence:  parseConfidence(l.of("confidence", "confidence_level", "score")),
		description: l.of("description", "comment", "malware", "malware_printable", "threat", "tags"),
		reference:   l.of("reference", "link", "urlhaus_link", "source_url"),
		tlp:         parseTLP(l.of("tlp", "marking")),
		first:       parseWhen(l.of("first_seen", "first_seen_utc", "firstseen", "dateadded", "date_added")),
		last:        parseWhen(l.of("last_seen", "last_seen_utc", "last_online", "lastseen")),
		modified:    parseWhen(l.of("modified", "updated", "last_modified")),
		from:        parseWhen(l.of("valid_from")),
		until:       parseWhen(l.of("valid_until", "expires", "expiration", "expiry")),
	})
}

// of is the first column of such names that says something.
func (l *lines) of(names ...string) string {
	for _, n := range names {
		if at, ok := l.header[n]; ok && at < len(l.fields) && at != l.value && l.fields[at] != "" && l.fields[at] != "None" {
			return l.fields[at]
		}
	}
	return ""
}

// unnamed reads a line whose columns have no names.
func (l *lines) unnamed(text string) {
	var first error
	for i, f := range l.fields {
		v, err := parse(f)
		switch {
		case err != nil:
			if first == nil || errors.Is(first, errNothing) {
				first = err
			}
			continue
		case v.kind == ofAddress && len(l.fields) > i+1 && sinkhole(v): // of a file of hosts
			continue
		}
		l.started = true
		l.put(v, f, none)
		return
	}
	if first == nil {
		first = errNothing
	}
	l.skip(text, first)
}

// sinkhole tells whether an address is where files of hosts send what they block.
func sinkhole(v value) bool {
	if len(v.blocks) != 1 {
		return false
	}
	a := v.blocks[0].Addr()
	return a.IsUnspecified() || a.IsLoopback()
}

// divide divides a line at its commas, semicolons, tabs or spaces, whichever it has first in that order. Quotes keep
// commas and semicolons in a field; of a line without them, what follows # is a comment.
func (l *lines) divide(text string) {
	l.fields = l.fields[:0]
	quoted := strings.IndexByte(text, '"') >= 0
	if !quoted {
		for _, mark := range [...]string{" #", "\t#", " ;", " //"} {
			text, _, _ = strings.Cut(text, mark)
		}
	}
	separator := byte(' ')
	for _, c := range []byte(",;\t|") {
		if strings.IndexByte(text, c) >= 0 {
			separator = c
			break
		}
	}
	if separator == ' ' {
		if strings.Contains(text, " - ") { // a range
			l.fields = append(l.fields, text)
			return
		}
		l.fields = append(l.fields, strings.Fields(text)...)
		return
	}
	var field strings.Builder
	inside := false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"':
			inside = !inside
		case c == separator && !inside:
			l.fields = append(l.fields, strings.TrimSpace(field.String()))
			field.Reset()
		default:
			field.WriteByte(c)
		}
	}
	l.fields = append(l.fields, strings.TrimSpace(field.String()))
}

// parseConfidence reads a number of up to 100, or STIX's words for it; -1 if it says nothing.
func parseConfidence(text string) int {
	if n, err := strconv.Atoi(strings.TrimSuffix(text, "%")); err == nil && n >= 0 && n <= 100 {
		return n
	}
	switch strings.ToLower(text) {
	case "none":
		return 0
	case "low":
		return 15
	case "medium", "med":
		return 50
	case "high":
		return 85
	}
	return -1
}

// parseTLP reads a mark of the Traffic Light Protocol: tlp:amber, TLP:AMBER+STRICT, green.
func parseTLP(text string) string {
	text = strings.ToUpper(strings.TrimSpace(text))
	text = strings.TrimPrefix(text, "TLP:")
	switch text {
	case "WHITE", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED":
		return text
	}
	return ""
}

// parseWhen reads a time, as lists write it, in milliseconds since 1970; 0 if it is none.
func parseWhen(text string) int64 {
	if text == "" {
		return 0
	}
	for _, layout := range [...]string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04:05 MST", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixMilli()
		}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 1e8 && n < 1e11 {
		return n * 1000
	}
	return 0
}
