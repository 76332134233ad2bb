package envelope

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/raw/frame"
)

const (
	logs = `{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/g","logStream":"s","subscriptionFilters":["f"],` +
		`"logEvents":[{"id":"1","timestamp":1767225600000,"message":"first \"line\"\n"},{"id":"2","timestamp":1767225600001,"message":"second"}]}`
	control = `{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],` +
		`"logEvents":[{"id":"","timestamp":1767225600000,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}`
	event = `{"version":"0","id":"e1","detail-type":"Security Hub Findings - Imported","source":"aws.securityhub","account":"111122223333",` +
		`"time":"2026-01-01T00:00:00Z","region":"eu-central-1","resources":[],"detail":{"findings":[{"Id":"a"},{"Id":"b"}]}}`
)

// inLogs wraps a message into an envelope of CloudWatch Logs.
func inLogs(message string) string {
	quoted, _ := json.Marshal(message)
	return `{"messageType":"DATA_MESSAGE","logEvents":[{"message":` + string(quoted) + `}]}`
}

// events are so many events in each other.
func events(n int) string {
	const before, after = `{"detail-type":"t","detail":`, `}`
	return strings.Repeat(before, n) + `{"a":1}` + strings.Repeat(after, n)
}

func framing(text bool, arrays ...string) frame.Framing {
	f := frame.Framing{Arrays: arrays}
	if text {
		f.Kind = frame.Lines
	}
	return f
}

func TestUnwrap(t *testing.T) {
	tests := map[string]struct {
		text   bool
		arrays []string
		in     string
		want   []string
		broken bool
	}{
		"a bare record stays":                        {in: `{"a":1}`, want: []string{`{"a":1}`}},
		"log events are messages":                    {text: true, in: logs, want: []string{`first "line"`, "second"}},
		"a control message has none":                 {text: true, in: control},
		"an envelope of no log events has none":      {in: `{"messageType":"DATA_MESSAGE","logEvents":[]}`},
		"an event's detail is the message":           {in: event, want: []string{`{"findings":[{"Id":"a"},{"Id":"b"}]}`}},
		"records in an array of the detail are told": {arrays: []string{"findings"}, in: event, want: []string{`{"Id":"a"}`, `{"Id":"b"}`}},
		"a record's own array stays":                 {arrays: []string{"findings"}, in: `{"findings":[1]}`, want: []string{`{"findings":[1]}`}},
		"an event in a log event is unwrapped":       {arrays: []string{"findings"}, in: inLogs(event), want: []string{`{"Id":"a"}`, `{"Id":"b"}`}},
		"records in a log event's array are told":    {in: inLogs(`[{"a":1},{"a":2}]`), want: []string{`{"a":1}`, `{"a":2}`}},
		"brackets in lines of text stay":             {text: true, in: inLogs(`[main] {x} started`), want: []string{`[main] {x} started`}},
		"space before a line of text stays":          {text: true, in: inLogs("\tat Main\r\n"), want: []string{"\tat Main"}},
		"a message that is an object is one":         {in: `{"messageType":"DATA_MESSAGE","logEvents":[{"message":{"a":1}}]}`, want: []string{`{"a":1}`}},
		"an empty message is passed over":            {in: inLogs(""), want: nil},
		"a log event without a message is left":      {in: `{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1"}]}`, want: []string{`{"id":"1"}`}},
		"nesting has an end":                         {in: events(17), want: []string{events(1)}},
		"another kind of messageType is a record":    {in: `{"messageType":"x","logEvents":[]}`, want: []string{`{"messageType":"x","logEvents":[]}`}},
		"a detail that is no object is a field":      {in: `{"detail-type":"x","detail":"y"}`, want: []string{`{"detail-type":"x","detail":"y"}`}},
		"log events that break off are told":         {in: `{"messageType":"DATA_MESSAGE","logEvents":[{"message":"a"} {"message":"b"}]}`, want: []string{"a"}, broken: true},
		"what is no JSON is left":                    {in: `{"messageType" "DATA_MESSAGE"}`, want: []string{`{"messageType" "DATA_MESSAGE"}`}},
		"escapes are resolved and unknown ones stay": {text: true, in: `{"messageType":"DATA_MESSAGE","logEvents":[{"message":"\u00e9\ud83d\ude00\ud83dx\/\q\u12"}]}`, want: []string{"é😀\ufffdx/\\q\\u12"}},
		"bytes that are not UTF-8 stay":              {text: true, in: "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"message\":\"\\ta\xff\"}]}", want: []string{"\ta\xff"}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			messages, problem := NewUnwrapper(framing(c.text, c.arrays...)).Unwrap([]byte(c.in))
			var got []string
			for _, m := range messages {
				got = append(got, string(m.Data))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if (problem != "") != c.broken {
				t.Errorf("the problem is %q", problem)
			}
		})
	}
}

func TestEnvelopesDescribeTheirMessages(t *testing.T) {
	quoted, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	u := NewUnwrapper(framing(false, "findings"))
	messages, _ := u.Unwrap([]byte(strings.Replace(logs, `"second"`, string(quoted), 1)))
	if len(messages) != 3 {
		t.Fatalf("%d messages, want 3", len(messages))
	}
	first := Info{Account: b("111122223333"), LogGroup: b("/g"), LogStream: b("s"), ID: b("1"), Time: b("1767225600000")}
	inner := Info{
		Account: b("111122223333"), Region: b("eu-central-1"), LogGroup: b("/g"), LogStream: b("s"), ID: b("e1"),
		Time: b("2026-01-01T00:00:00Z"), DetailType: b("Security Hub Findings - Imported"), Source: b("aws.securityhub"),
	}
	for i, want := range []Info{first, inner, inner} {
		if diff := cmp.Diff(want, messages[i].Info()); diff != "" {
			t.Errorf("message %d: %s", i, diff)
		}
	}
}

func b(s string) []byte { return []byte(s) }

func TestLooks(t *testing.T) {
	tests := map[string]struct {
		head string
		want bool
	}{
		"log events":                           {logs, true},
		"a control message":                    {control, true},
		"an event":                             {event, true},
		"an array of events":                   {"[ " + event, true},
		"log events that are cut in the array": {logs[:len(logs)-50], true},
		"log events before the rest":           {`{"logEvents":[{"message":`, true},
		"nothing":                              {"", false},
		"a record":                             {`{"a":{"messageType":1},"b":"detail-type"}`, false},
		"text":                                 {"messageType logEvents", false},
		"a record that is cut":                 {`{"a":"mess`, false},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Looks([]byte(c.head)); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// FuzzUnwrap makes sure that nothing panics, that what is no envelope is left alone, and that the walkers find what
// encoding/json finds.
func FuzzUnwrap(f *testing.F) {
	for _, seed := range []string{logs, control, event, inLogs(event), `{"a":[1,"\u00e9",{"b":null}]}`} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, text bool) {
		messages, _ := NewUnwrapper(framing(text, "findings")).Unwrap(data)
		if !Looks(data) && len(bytes.TrimSpace(data)) > 0 && len(messages) != 1 {
			t.Errorf("%d messages in what does not look like an envelope", len(messages))
		}
		var want map[string]json.RawMessage
		if json.Unmarshal(data, &want) != nil || want == nil || bytes.IndexByte(data, '\\') >= 0 || !utf8.Valid(data) {
			return
		}
		got := map[string]json.RawMessage{}
		if fields(data, func(key, value []byte, _ bool) { got[string(key)] = value }) < 0 {
			t.Errorf("not walked to the end: %q", data)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// FuzzText compares the text of JSON strings with what encoding/json reads.
func FuzzText(f *testing.F) {
	for _, seed := range []string{`""`, `"a\"\\\/\b\f\n\r\t"`, `"\u00e9\ud83d\ude00\ud83d\ud83d\u0041"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
			return
		}
		got := appendText(nil, value)
		var want string
		if json.Unmarshal(value, &want) == nil && utf8.Valid(value) && string(got) != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
