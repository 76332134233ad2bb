package definition_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/source/definition"
)

// valid is the smallest definition, with a line for each key that must be there.
const valid = `name: acme_test
keys: ['^UserLogs/test/']
parse: json
time: when
map:
  source.ip: client.ip`

func TestEveryMistakeIsReportedWithItsPlaceAndWhatWouldBeRight(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string   // what is changed in a valid definition; without old, new is added
		want     []string // line:column, and parts of the message, between bars
	}{
		"an unknown key":             {"keys:", "kyes:", []string{`2:1| no key "kyes"| keys`, "1:1| there is no keys"}},
		"a key that stands twice":    {"", "parse: kv", []string{`7:1| "parse" stands twice`}},
		"a field that stands twice":  {"", "  source.ip: ip", []string{`7:3| "source.ip" stands twice`}},
		"no name":                    {"name: acme_test\n", "", []string{"1:1| there is no name| name: acme_shop"}},
		"a name for no table":        {"acme_test", "Acme-Test", []string{`1:7| "Acme-Test"| lower-case`}},
		"no map":                     {"map:\n  source.ip: client.ip", "", []string{"1:1| there is no map"}},
		"an empty map":               {"\n  source.ip: client.ip", "", []string{"5:1| map has no value"}},
		"no time":                    {"time: when\n", "", []string{"1:1| there is no time"}},
		"no parse":                   {"parse: json\n", "", []string{"1:1| there is no parse"}},
		"a list for a text":          {"acme_test", "[a, b]", []string{"1:7| a text must stand here"}},
		"a misspelled ECS field":     {"source.ip", "sorce.ip", []string{`6:3| "sorce.ip" is no ECS field| source.ip; `}},
		"an unknown ECS field":       {"source.ip", "http.colour", []string{`6:3| "http.colour" is no ECS field| acme.colour`}},
		"a vendor field with no dot": {"source.ip", "tenant", []string{`6:3| "tenant" is no ECS field| acme.tenant`}},
		"a vendor field in capitals": {"source.ip", "acme.Tenant", []string{`6:3| "acme.Tenant" can't be a field's name`}},
		"a field of the lake":        {"source.ip", "log.offset", []string{"6:3| log.offset is not filled here"}},
		"the time in the map":        {"source.ip", "'@timestamp'", []string{"6:3| @timestamp is not filled here| time:"}},
		"an empty part of a path":    {"client.ip", "client..ip", []string{`6:14| "client..ip" has an empty part`}},
		"a field from nothing":       {" client.ip", "", []string{"6:3| source.ip is mapped from nothing"}},
		"a field below another":      {"", "  acme.a: x\n  acme.a.b: y", []string{"6:3| acme.a.b is below acme.a"}},
		"a bad key pattern":          {"^UserLogs/test/", "^(UserLogs", []string{"2:8| missing closing )"}},
		"a look-ahead in a pattern":  {"^UserLogs/test/", "^(?!UserLogs)", []string{"2:8| invalid or unsupported Perl syntax| no look-around"}},
		"an unknown format":          {"parse: json", "parse: jsn", []string{`3:8| no format "jsn"| json`}},
		"an expression for JSON":     {"parse: json", "parse: {format: json, regexp: x}", []string{"3:31| regexp is not for the format json"}},
		"no expression":              {"parse: json", "parse: {format: regexp}", []string{"3:8| needs a regular expression"}},
		"no named group":             {"parse: json", "parse: {format: regexp, regexp: '(a)'}", []string{"3:33| no named group"}},
		"a group that is not there": {"parse: json\ntime: when", "parse: {format: regexp, regexp: '^(?P<client>.*) (?P<at>.*)$'}\ntime: when",
			[]string{`4:7| the regular expression has no "when"| client, at`, `6:14| the regular expression has no "client.ip"| client`}},
		"a value that an access log has not": {"parse: json", "parse: combined", []string{`4:7| no "when"`, `6:14| no "client.ip"| client`}},
		"a column that is not there":         {"parse: json", "parse: {format: csv, columns: [when, client_ip]}", []string{`6:14| the columns have no "client.ip"| client_ip`}},
		"columns without names":              {"parse: json", "parse: {format: tsv}", []string{"3:8| the columns have no names| header: true"}},
		"columns with two names":             {"parse: json", "parse: {format: csv, header: true, columns: [when, client.ip]}", []string{"3:45| named twice"}},
		"a delimiter of two letters":         {"parse: json", "parse: {format: csv, header: true, delimiter: '||'}", []string{`3:47| "||" can't be a delimiter`}},
		"an unknown time format":             {"time: when", "time: {from: when, format: iso}", []string{`4:28| no time format "iso"| common_log, epoch`}},
		"a layout without a year":            {"time: when", "time: {from: when, format: 'Jan 2 15:04:05'}", []string{"4:28| does not tell the whole of a time"}},
		"a layout of twelve hours":           {"time: when", "time: {from: when, format: '%Y-%m-%d %I:%M:%S'}", []string{"4:28| does not tell the whole of a time"}},
		"an unknown directive":               {"time: when", "time: {from: when, format: '%Y-%q'}", []string{"4:28| %q, which is not known"}},
		"a zone's short name":                {"time: when", "time: {from: when, format: '2006-01-02 15:04:05 MST'}", []string{"4:28| short name"}},
		"a zone that is not there":           {"time: when", "time: {from: when, format: '2006-01-02 15:04:05', zone: Mars/Base}", []string{`4:57| no time zone "Mars/Base"`}},
		"two zones":                          {"time: when", "time: {from: when, format: '%Y-%m-%d %H:%M:%S %z', zone: UTC}", []string{"4:58| has a zone of its own"}},
		"a zone for a number":                {"time: when", "time: {from: when, format: epoch, zone: UTC}", []string{"4:41| a zone is for layouts"}},
		"time from nothing":                  {"time: when", "time: {format: epoch}", []string{"4:7| does not say from what"}},
		"a type for an ECS field":            {"source.ip: client.ip", "source.ip: {from: a, type: bigint}", []string{"6:30| source.ip is a string in ECS"}},
		"an unknown type":                    {"source.ip: client.ip", "acme.a: {from: a, type: int}", []string{`6:27| no type "int"| bigint`}},
		"an unknown kind of indicator":       {"source.ip: client.ip", "acme.a: {from: a, indicator: users}", []string{`6:32| kind of indicator "users"| user`}},
		"an indicator that is a number":      {"source.ip: client.ip", "acme.a: {from: a, type: bigint, indicator: user}", []string{"6:46| an indicator is a text"}},
		"a number in lower case":             {"source.ip: client.ip", "acme.a: {from: a, type: bigint, lower: true}", []string{"6:42| only a string can be made lower case"}},
		"a truth value that is none":         {"source.ip: client.ip", "acme.a: {from: a, lower: yes}", []string{`6:28| "yes" is neither`}},
		"an unknown word of a mapping":       {"source.ip: client.ip", "acme.a: {form: a}", []string{`6:12| no key "form"| from`, "6:11| does not say from what"}},
		"an unknown framing":                 {"", "framing: line", []string{`7:10| no framing "line"| lines`}},
		"an unknown word of a framing":       {"", "framing: {lines: {head: '^#'}}", []string{`7:19| no key "head"| header`}},
		"no first line":                      {"", "framing: multiline", []string{"7:10| multiline needs"}},
		"JSON framing for pairs":             {"parse: json", "parse: kv\nframing: json", []string{"4:10| framed as JSON"}},
		"a static number":                    {"", "static: {source.port: 80}", []string{"7:10| a static value is a text"}},
		"a static list for a text":           {"", "static: {event.kind: [a, b]}", []string{"7:22| event.kind has one value"}},
		"a static value without one":         {"", "static: {event.kind: }", []string{"7:10| event.kind has no value"}},
		"a field both static and mapped":     {"", "static: {acme.a: b}\nid: x\nenrich: {}", nil},
		"a field with two values":            {"source.ip:", "user.name: a\n  source.ip:", nil},
		"a static field that is mapped":      {"", "  user.name: a\nstatic: {user.name: b}", []string{"8:10| user.name has a value already, from line 7"}},
		"an unknown enrichment":              {"", "enrich: {geo: source.ip}", []string{`7:10| no key "geo"| url, outcome`}},
		"an enrichment of no field":          {"", "enrich: {url: url.original}", []string{"7:15| url.original is not among the fields"}},
		"an outcome by a text":               {"", "enrich: {outcome: source.ip}", []string{"7:19| source.ip is no number"}},
		"a list for the whole":               {valid, "- a\n- b", []string{"1:1| must be a mapping"}},
		"nothing":                            {valid, "", []string{"1:1| is empty"}},
		"no YAML":                            {"map:", "map: {", []string{"| this is no YAML"}},
		"a tab":                              {"  source.ip", "\tsource.ip", []string{"| this is no YAML"}},
		"two documents":                      {"", "---\nname: b", []string{"8:1| a second document"}},
		"an anchor":                          {"acme_test", "&a acme_test", []string{"1:7| can't have a YAML anchor"}},
		"a tag":                              {"acme_test", "!!str acme_test", []string{"1:7| can't have a YAML tag"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := valid + "\n" + c.new + "\n"
			if c.old != "" {
				text = strings.Replace(valid, c.old, c.new, 1) + "\n"
			}
			checkProblems(t, text, c.want)
		})
	}
}

func checkProblems(t *testing.T, text string, want []string) {
	t.Helper()
	_, err := definition.Parse("test.yaml", []byte(text))
	var problems *definition.Error
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("another error: %v", err)
	}
	if len(want) == 0 {
		if err != nil {
			t.Errorf("a valid definition was refused: %v", err)
		}
		return
	}
	if err == nil {
		t.Fatalf("no mistake was found in\n%s", text)
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Errorf("%d mistakes instead of %d", len(lines), len(want))
	}
	for _, w := range want {
		if !containsAll(lines, strings.Split(w, "|")) {
			t.Errorf("%q is not in\n%s", w, err)
		}
	}
}

// containsAll tells whether a line has a place and all parts.
func containsAll(lines, parts []string) bool {
	for _, line := range lines {
		ok := strings.HasPrefix(line, "test.yaml:"+parts[0])
		for _, part := range parts[1:] {
			ok = ok && strings.Contains(line, strings.TrimSpace(part))
		}
		if ok {
			return true
		}
	}
	return false
}

func TestSeveralMistakesAreReportedInTheirOrder(t *testing.T) {
	_, err := definition.Parse("test.yaml", []byte(`name: Acme
kyes: [a]
keys: ['(']
parse: {format: regexp, regexp: '^(?P<ip>\S+)'}
time: {from: at, format: sometimes}
map:
  sorce.ip: ip
  user.name: who
`))
	var problems *definition.Error
	if !errors.As(err, &problems) {
		t.Fatalf("no mistakes: %v", err)
	}
	var lines []int
	for _, p := range problems.Problems {
		lines = append(lines, p.Line)
	}
	if len(lines) != 7 || lines[0] != 1 || lines[6] != 8 {
		t.Errorf("mistakes on lines %v:\n%v", lines, err)
	}
}
