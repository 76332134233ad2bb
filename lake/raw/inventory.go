package raw

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// isInventory tells a line of an S3 Inventory report in CSV, whose fields are all quoted: the bucket, the key, and
// what the report was asked for, in an order of its own.
func isInventory(line string) bool {
	return len(line) > 2 && line[0] == '"' && line[len(line)-1] == '"' && strings.Contains(line[1:len(line)-1], `","`)
}

// parseInventory reads such a line. Delete markers, and versions that are not the current one, are passed over.
func parseInventory(line string) (o Named, reason string) {
	fields := strings.Split(line[1:len(line)-1], `","`)
	key, err := url.QueryUnescape(fields[1])
	if err != nil || key == "" || fields[0] == "" {
		return o, "an inventory's line without a bucket and a key"
	}
	rest := fields[2:]
	if len(rest) >= 3 && isBool(rest[1]) && isBool(rest[2]) { // the version, whether it is the current one, whether a delete marker
		if rest[1] != "true" || rest[2] != "false" {
			return Named{}, ""
		}
		rest = rest[3:]
	}
	o.Bucket, o.Key = fields[0], key
	sized := false
	for _, field := range rest {
		if n, err := strconv.ParseInt(field, 10, 64); err == nil && n >= 0 && !sized {
			o.Size, sized = n, true
		} else if at, err := time.Parse(time.RFC3339, field); err == nil && o.ModTime.IsZero() {
			o.ModTime = at
		}
	}
	return o, ""
}

func isBool(text string) bool { return text == "true" || text == "false" }
