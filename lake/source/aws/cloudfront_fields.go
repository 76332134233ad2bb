package aws

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/source"
)

// The fields of CloudFront's logs by the names that real-time logs have for them; those of standard logs differ in
// parentheses and capitals, those of Parquet have underscores.
const (
	cfStandard = "date time x-edge-location sc-bytes c-ip cs-method cs-host cs-uri-stem sc-status cs-referer cs-user-agent" +
		" cs-uri-query cs-cookie x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken" +
		" x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status" +
		" fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len" +
		" sc-range-start sc-range-end"
	cfSecond = "timestamp-ms distributionid origin-fbl origin-lbl asn c-country cache-behavior-path-pattern distribution-tenant-id" +
		" connection-id viewer-request-log-data viewer-response-log-data"

	cfRealtimeHead = "timestamp c-ip"
	cfRealtimeTail = " time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs-host cs-uri-stem cs-bytes x-edge-location" +
		" x-edge-request-id x-host-header time-taken cs-protocol-version c-ip-version cs-user-agent cs-referer cs-cookie" +
		" cs-uri-query x-edge-response-result-type x-forwarded-for ssl-protocol ssl-cipher x-edge-result-type" +
		" fle-encrypted-fields fle-status sc-content-type sc-content-len sc-range-start sc-range-end c-port" +
		" x-edge-detailed-result-type c-country cs-accept-encoding cs-accept cache-behavior-path-pattern cs-headers" +
		" cs-header-names cs-headers-count"
	cfRealtimeOrigin = " primary-distribution-id primary-distribution-dns-name origin-fbl origin-lbl asn"
	cfMedia          = "cmcd-encoded-bitrate cmcd-buffer-length cmcd-buffer-starvation cmcd-content-id cmcd-object-duration" +
		" cmcd-deadline cmcd-measured-throughput cmcd-next-object-request cmcd-next-range-request cmcd-object-type" +
		" cmcd-playback-rate cmcd-requested-maximum-throughput cmcd-streaming-format cmcd-session-id cmcd-stream-type" +
		" cmcd-startup cmcd-top-bitrate cmcd-version"
	cfRealtimeEnd = cfRealtimeOrigin + " " + cfMedia + " r-host sr-reason x-edge-mqcs"

	cfDistribution = "(distribution)" // of the key
)

// cfLayouts are the orders of fields that records without a header are told to have, from the first to whichever is
// the last: real-time logs without and with the server's address, then without the two of the distribution.
var cfLayouts = []string{
	cfStandard,
	cfRealtimeHead + cfRealtimeTail + cfRealtimeEnd,
	cfRealtimeHead + " s-ip" + cfRealtimeTail + cfRealtimeEnd,
	cfRealtimeHead + cfRealtimeTail + " origin-fbl origin-lbl asn " + cfMedia,
}

// cfFewest is how many fields a record without a header has at least: fewer have too little shape.
const cfFewest = 8

var cfNames = func() []string {
	var names []string
	for _, name := range strings.Fields(strings.Join(cfLayouts, " ") + " " + cfSecond) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}()

// cfName is the name of a field that a header or a schema calls otherwise.
func cfName(name string) string {
	plain := strings.NewReplacer("_", "-", "(", "-", ")", "").Replace(strings.ToLower(name))
	if slices.Contains(cfNames, plain) {
		return plain
	}
	return name
}

// cfMembers are the names that a field may have in JSON and in Parquet.
func cfMembers(name string) []string {
	members := []string{name}
	add := func(other string) {
		if !slices.Contains(members, other) {
			members = append(members, other)
		}
	}
	add(strings.ReplaceAll(name, "-", "_"))
	switch name {
	case "cs-host":
		add("cs(Host)")
	case "cs-referer":
		add("cs(Referer)")
	case "cs-user-agent":
		add("cs(User-Agent)")
	case "cs-cookie":
		add("cs(Cookie)")
	case "timestamp-ms":
		add("timestamp(ms)")
	case "distributionid":
		add("DistributionId")
		add("distribution_id")
		add("distribution-id")
	}
	return members
}

// cfShape is the shape of a field's values; nil when any will do.
func cfShape(name string) flowShape {
	switch name {
	case "date":
		return func(text []byte) bool { return len(text) == 10 && text[4] == '-' && text[7] == '-' }
	case "time":
		return func(text []byte) bool { return len(text) == 8 && text[2] == ':' && text[5] == ':' }
	case "timestamp", "time-taken", "time-to-first-byte", "origin-fbl", "origin-lbl":
		return isDecimal
	case "sc-bytes", "sc-status", "cs-bytes", "c-port", "sc-content-len", "sc-range-start", "sc-range-end", "cs-headers-count", "asn":
		return source.IsDigits
	case "c-ip", "s-ip":
		return source.IsAddr
	case "cs-protocol":
		return oneOf("http", "https", "ws", "wss", "grpcs")
	case "cs-protocol-version":
		return begins("HTTP/")
	case "c-ip-version":
		return oneOf("IPv4", "IPv6")
	case "ssl-protocol":
		return func(text []byte) bool {
			return bytes.HasPrefix(text, []byte("TLS")) || bytes.HasPrefix(text, []byte("SSL"))
		}
	case "cs-uri-stem":
		return func(text []byte) bool {
			return text[0] == '/' || text[0] == '*' || text[0] == '%' || bytes.Contains(text, []byte("://"))
		}
	}
	return nil
}

// isDecimal tells whether text is digits with at most one point.
func isDecimal(text []byte) bool {
	whole, part, point := bytes.Cut(text, []byte("."))
	return source.IsDigits(whole) && (!point || source.IsDigits(part))
}
