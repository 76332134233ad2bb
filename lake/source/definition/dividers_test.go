package definition_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shown are the fields of a definition's own, and what no field took, of each record; or why it was rejected.
func shown(t *testing.T, text, log string) (out []string) {
	t.Helper()
	lines, _, _ := normalize(t, mustParse(t, text), strings.NewReader(log))
	for line := range strings.Lines(lines) {
		var doc struct {
			Acme     map[string]any
			Unmapped map[string]any
			Time     string `json:"@timestamp"`
			Rejected string
		}
		if err := json.Unmarshal([]byte(line), &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Rejected != "" {
			out = append(out, "rejected: "+doc.Rejected)
			continue
		}
		out = append(out, strings.TrimSuffix(doc.Time, ".000Z")+" "+fmt.Sprint(doc.Acme)+" "+fmt.Sprint(doc.Unmapped))
	}
	return out
}

func with(parse, rest string) string {
	return "name: acme_test\nkeys: [x]\nparse: " + parse + "\n" + rest + "\nmap: {acme.a: a, acme.b: b}\n"
}

func TestRecordsAreDividedAsTheDefinitionSays(t *testing.T) {
	for name, c := range map[string]struct {
		definition, log string
		want            []string
	}{
		"commas, with quotes": {
			with("{format: csv, columns: [t, a, b, c]}", "time: {from: t, format: epoch}"),
			"1,one,\"two, \"\"2\"\"\",\n2,,\"\",rest\n3,short\n4,\"open,b,c\n5,\"a\"b,c,d\n6,1,2,3,4\n",
			[]string{`1970-01-01T00:00:01 map[a:one b:two, "2"] map[]`, "1970-01-01T00:00:02 map[] map[c:rest]",
				"rejected: the record has 2 fields, and there are 4 columns",
				"rejected: a quoted field does not end with a quote before a delimiter or the end of the line",
				"rejected: a quoted field does not end with a quote before a delimiter or the end of the line",
				"rejected: the record has 5 fields, and there are 4 columns"},
		},
		"a line that names the columns, and comes again": {
			with("{format: csv, header: true, delimiter: ;}", "time: {from: t, format: epoch}"),
			"\ufeffb; t;a\r\nB;1;A\r\nb; t;a\r\nBB;2;-\r\n",
			[]string{"1970-01-01T00:00:01 map[a:A b:B] map[]", "1970-01-01T00:00:02 map[b:BB] map[]"},
		},
		"tabs": {
			with("{format: tsv, header: true}", "time: {from: t, format: epoch}"),
			"b\tt\ta\nB B\t1\tA\n\n",
			[]string{"1970-01-01T00:00:01 map[a:A b:B B] map[]"},
		},
		"pairs": {
			with("kv", "time: t"),
			`t=2026-01-15T10:00:00Z a="a \"quoted\" = value" word b= other=1` + "\n" + `a=1 b="open` + "\nno pair\n\n",
			[]string{`2026-01-15T10:00:00 map[a:a "quoted" = value] map[other:1 word_1:word]`, "rejected: the record has no time", "rejected: the record has no key=value"},
		},
		"groups, with what stands around them": {
			with(`{format: regexp, regexp: '(?P<t>\d+) (?P<a>\w+)( (?P<b>\w+))?;'}`, "time: {from: t, format: epoch_ms}"),
			"<5> 1000 x; tail\n2000 x y;\nnone\n",
			[]string{"1970-01-01T00:00:01 map[a:x] map[before:<5> behind:tail]", "1970-01-01T00:00:02 map[a:x b:y] map[]", "rejected: the record does not match the definition's regular expression"},
		},
		"paths, the first that has a value": {
			"name: acme_test\nkeys: [x]\nparse: json\ntime: t\nmap:\n  acme.a: [x.y, x.z | w]\n  acme.b: {from: 'list[].v', type: array<string>}\n",
			`{"t":"2026-01-15 10:00:00","x":{"z":"zed"},"w":1}{"t":"2026-01-15T10:00:01Z","w":2,"list":[{"v":1},{"v":"b"}]}`,
			[]string{"2026-01-15T10:00:00 map[a:zed] map[]", "2026-01-15T10:00:01 map[a:2 b:[1 b]] map[list:[map[v:1] map[v:b]]]"},
		},
		"lines between header lines": {
			with("kv", "time: {from: t, format: epoch}\nframing: {lines: {header: '^#'}}"),
			"#head t=9\nt=1 a=x\n# t=3\nt=2 a=y\n",
			[]string{"1970-01-01T00:00:01 map[a:x] map[]", "1970-01-01T00:00:02 map[a:y] map[]"},
		},
		"records of several lines": {
			with(`{format: regexp, regexp: '(?s)^(?P<t>\d+) (?P<a>.*?)(?P<b>B)?$'}`, "time: {from: t, format: epoch}\nframing: {multiline: {first: '^\\d'}}"),
			"1 first\n  second\n2 x\n",
			[]string{"1970-01-01T00:00:01 map[a:first\n  second] map[]", "1970-01-01T00:00:02 map[a:x] map[]"},
		},
		"lines of JSON": {
			with("json", "time: {from: t, format: epoch}\nframing: lines"),
			"{\"t\":1,\"a\":\"x\"}\n{\"t\":\nhalf\n",
			[]string{"1970-01-01T00:00:01 map[a:x] map[]", "rejected: JSON ends at byte 5, where a value should be", "rejected: the record is not a JSON object"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, shown(t, c.definition, c.log)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTimesAreReadAsTheDefinitionSays(t *testing.T) {
	for _, c := range []struct{ time, text, want string }{
		{"{from: t}", "2026-01-15T10:00:00+01:00", "2026-01-15T09:00:00"},
		{"{from: t, format: rfc3339}", "2026-01-15T10:00:00Z", "2026-01-15T10:00:00"},
		{"{from: t, format: common_log}", "15/Jan/2026:10:00:00 -0500", "2026-01-15T15:00:00"},
		{"{from: t, format: epoch}", "1768471200", "2026-01-15T10:00:00"},
		{"{from: t, format: epoch_ms}", "1768471200000", "2026-01-15T10:00:00"},
		{"{from: t, format: '2006-01-02 15:04:05', zone: Europe/Berlin}", "2026-07-15 10:00:00", "2026-07-15T08:00:00"},
		{"{from: t, format: '2006-01-02 15:04:05', zone: '+09:00'}", "2026-01-15 10:00:00", "2026-01-15T01:00:00"},
		{"{from: t, format: '2006-01-02T15:04Z07:00'}", "2026-01-15T10:00Z", "2026-01-15T10:00:00"},
		{"{from: t, format: '%d.%m.%y %I:%M:%S %p'}", "15.01.26 03:04:05 PM", "2026-01-15T15:04:05"},
		{"{from: t, format: '%a, %e %B %Y %T %z'}", "Thu,  8 January 2026 10:00:00 +0100", "2026-01-08T09:00:00"},
		{"{from: t, format: '%Y-%j %R'}", "2026-033 10:30", "2026-02-02T10:30:00"},
		{"{from: t, format: '%F %T.%f'}", "2026-01-15 10:00:00.250", "2026-01-15T10:00:00.250Z"},
	} {
		definition := "name: acme_test\nkeys: [x]\nparse: json\ntime: " + c.time + "\nmap: {acme.a: a}\n"
		log, _ := json.Marshal(map[string]string{"t": c.text})
		if got := shown(t, definition, string(log)); len(got) != 1 || got[0] != c.want+" map[] map[]" {
			t.Errorf("%s reads %s as %q, not %s", c.time, c.text, got, c.want)
		}
	}
}
