package source_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// told makes a set of sources of JSON: reds and blues look alike, but have their times in other places.
func told(t *testing.T) *source.Set {
	t.Helper()
	define := func(name, at string, looks string) *source.Source {
		return &source.Source{
			Name: name, Version: "1", Keys: []string{"^" + name + "/"}, Divide: source.JSON, Map: []source.Mapping{{To: "@timestamp", From: at}},
			Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"Records"}},
			Looks:   func(head []byte) bool { return bytes.Contains(head, []byte(looks)) },
		}
	}
	boxes := define("boxes", "at", `"container_id"`)
	boxes.Framing.Keep = []string{"firelens"}
	set, err := source.NewSet(boxes, define("reds", "at", `"colour"`), define("blues", "when", `"colour"`))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

const (
	red  = `{"colour":1,"at":"2026-01-30T01:02:03Z"}`
	blue = `{"colour":2,"when":"2026-01-30T01:02:03Z"}`
)

func inLogs(message string) string {
	return `{"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[{"id":"1","message":"` + strings.ReplaceAll(message, `"`, `\"`) + `"}]}`
}

func TestContentsAreToldByWhatLiesInnermost(t *testing.T) {
	const control = `{"messageType":"CONTROL_MESSAGE","logEvents":[]}`
	for _, c := range []struct {
		name, head, want string
		envelopes        []string
		lonely           bool
	}{
		{"bare", red, "reds", nil, false},
		{"the one that can read it, of two that know it", blue, "blues", nil, false},
		{"in an array", `{"Records":[` + blue + `,`, "blues", nil, false},
		{"in an envelope", inLogs(blue), "blues", []string{"cloudwatch_logs"}, false},
		{"behind a control message", control + inLogs(red), "reds", []string{"cloudwatch_logs"}, false},
		{"in an event in an envelope", inLogs(`{"detail-type":"t","detail":` + blue + `}`), "blues", []string{"cloudwatch_logs", "eventbridge"}, false},
		{"in an export", "2026-01-01T00:00:00.000Z " + red + "\n", "reds", []string{"cloudwatch_logs_export"}, false},
		{"what a container wrote", `{"container_id":"c","source":"stdout","log":"` + strings.ReplaceAll(red, `"`, `\"`) + `"}`, "reds", []string{"firelens"}, false},
		{"what a container wrote that nobody knows", `{"container_id":"c","source":"stdout","log":"hello","at":"2026-01-30T01:02:03Z"}`, "boxes", nil, false},
		{"nothing but control messages", control + "\n" + control, "", nil, true},
		{"nothing", "", "", nil, false},
		{"what nobody knows", `{"a":1}`, "", nil, false},
		{"a record that is cut, which nobody can read", red[:20], "reds", nil, false},
	} {
		got := told(t).Tell([]byte(c.head))
		name := ""
		if got.Source != nil {
			name = got.Source.Name
		}
		if name != c.want || !slices.Equal(got.Envelopes, c.envelopes) || got.Lonely != c.lonely {
			t.Errorf("%s: %q in %q, lonely %v", c.name, name, got.Envelopes, got.Lonely)
		}
	}
}

func TestAKeyIsWrongOnlyWhereThatIsSure(t *testing.T) {
	set := told(t)
	of := func(name string) *source.Compiled {
		c, err := set.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, c := range []struct{ name, source, head, want string }{
		{"another source reads it", "reds", blue, "blues"},
		{"another source reads it in an envelope", "reds", inLogs(blue), "blues"},
		{"it reads it itself", "blues", blue, ""},
		{"it reads one of the records itself", "reds", blue + red, ""},
		{"nobody reads it", "reds", `{"colour":3}`, ""},
		{"nobody knows it", "reds", `{"a":3}`, ""},
	} {
		got := ""
		if other := set.Instead(of(c.source), "k", []byte(c.head)); other != nil {
			got = other.Name
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestKeysThatHoldNoLog(t *testing.T) {
	for key, none := range map[string]bool{
		"AWSLogs/":                       true,
		"AWSLogs_$folder$":               true,
		"a/_SUCCESS":                     true,
		"a/.part-0.json.crc":             true,
		"AWSLogs/1/ELBAccessLogTestFile": true,
		"flows/aws-logs-write-test":      true,
		"p/AWSLogs/1/vpcflowlogs/us-east-1/aws-programmatic-access-test-object": true,
		"AWSLogs/1/Config/ConfigWritabilityCheckFile":                           true,
		"a/_SUCCESS/b.json": false,
		"a/folder$/b.json":  false,
		"a+b c%2F.json":     false,
	} {
		if got := source.NoLog(key); (got != "") != none {
			t.Errorf("%s: %q", key, got)
		}
	}
}

func TestAKeyIsToldWithItsBucketBeforeIt(t *testing.T) {
	set := told(t)
	for _, key := range []string{"reds/a.json", "s3://blues/reds/a.json"} {
		if c, skip := set.ByKey(key); c == nil || c.Name != "reds" || skip {
			t.Errorf("%s: %v, %v", key, c, skip)
		}
		if p := set.Pattern(key); p != "^reds/" {
			t.Errorf("%s: told by %q", key, p)
		}
	}
}
