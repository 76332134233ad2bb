package definition

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/source"
)

// rawValues are the raw values that a definition can name.
type rawValues struct {
	names []string // nil if they are not known before the log is read
	has   string   // what has them, for messages
	json  bool     // they are paths
}

// example is a raw value's name for messages.
func (v rawValues) example() string {
	switch {
	case len(v.names) > 0:
		return v.names[0]
	case v.json:
		return "request.ip"
	}
	return "NAME"
}

// formats are the ways to divide a record into values, with the keys that say more about each.
var formats = map[string][]string{
	"combined": nil, "common": nil, "json": nil, "kv": nil,
	"regexp": {"regexp"}, "csv": {"header", "columns", "delimiter"}, "tsv": {"header", "columns"},
}

var formatNames = []string{"combined", "common", "json", "regexp", "csv", "tsv", "kv"}

func (r *reader) readParse(n *node) {
	if n == nil {
		return
	}
	have, format := map[string]*node(nil), n
	if n.kind == mapping {
		have = r.keys(n, "parse", "format", "regexp", "header", "columns", "delimiter")
		if format = have["format"]; format == nil {
			r.wrong(n.at, "parse has no format", strings.Join(formatNames, ", "))
			return
		}
	}
	name := format.string(r)
	options, ok := formats[name]
	if !ok {
		r.wrong(format.at, fmt.Sprintf("there is no format %q", name), unknown(name, formatNames))
		return
	}
	for key, value := range have {
		if key != "format" && !slices.Contains(options, key) {
			r.wrong(value.at, fmt.Sprintf("%s is not for the format %s", key, name), "")
		}
	}
	r.readDivider(n, name, have)
}

// readDivider makes the parser of a format.
func (r *reader) readDivider(n *node, format string, have map[string]*node) {
	s := &r.source
	switch format {
	case "combined", "common":
		s.Divide = source.AccessLog
		r.values = rawValues{names: source.AccessLogValues(), has: "a line of an access log has"}
	case "json":
		s.Divide = source.JSON
		r.values.json = true
	case "kv":
		s.Divide = pairs
	case "csv", "tsv":
		r.readColumns(n, format, have)
	case "regexp":
		if have["regexp"] == nil {
			r.wrong(n.at, "the format regexp needs a regular expression", `regexp: '^(?P<ip>\S+) …'`)
			return
		}
		if re := r.pattern(have["regexp"]); re != nil {
			r.readGroups(have["regexp"], re)
		}
	}
}

func (r *reader) readGroups(n *node, re *regexp.Regexp) {
	names := slices.DeleteFunc(slices.Clone(re.SubexpNames()), func(name string) bool { return name == "" })
	if len(names) == 0 {
		r.wrong(n.at, "the regular expression has no named group", `'^(?P<ip>\S+) …'`)
		return
	}
	r.source.Divide = groups(re)
	r.values = rawValues{names: names, has: "the regular expression has"}
}

func (r *reader) readColumns(n *node, format string, have map[string]*node) {
	delimiter := byte(',')
	if format == "tsv" {
		delimiter = '\t'
	}
	if text := have["delimiter"].string(r); len(text) == 1 && text != `"` {
		delimiter = text[0]
	} else if have["delimiter"] != nil {
		r.wrong(have["delimiter"].at, fmt.Sprintf("%q can't be a delimiter", text), `one character, such as ";"`)
	}
	columns, header := have["columns"].strings(r), have["header"].bool(r)
	switch {
	case header && columns != nil:
		r.wrong(have["columns"].at, "the columns are named twice, by header and by columns", "header: true, or columns: [a, b]")
	case !header && columns == nil:
		r.wrong(n.at, "the columns have no names", "header: true, or columns: [a, b]")
	}
	for i, name := range columns {
		if slices.Contains(columns[:i], name) || strings.Contains(name, "|") {
			r.wrong(have["columns"].at, fmt.Sprintf("%q stands twice among the columns, or has a |", name), "")
		}
	}
	r.values = rawValues{names: columns, has: "the columns have"}
	r.source.Divide = delimited(delimiter, columns)
}
