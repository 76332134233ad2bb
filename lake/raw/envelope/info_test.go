package envelope

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/raw/frame"
)

func TestContainersAreDescribed(t *testing.T) {
	all := wrappings()
	u := NewUnwrapper(framing(true))
	messages, _ := u.Unwrap([]byte(all[len(all)-1].wrap("x")))
	want := Info{
		Account: b("444455556666"), Region: b("eu-west-1"), ContainerID: b("0123456789abcdef"), ContainerName: b("web"), Cluster: b("shop"),
		TaskARN: b("arn:aws:ecs:eu-west-1:444455556666:task/shop/0a1b"), TaskDefinition: b("web:7"), Instance: b("i-0a1b2c3d"), Stream: b("stderr"),
	}
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	info := messages[0].Info()
	if diff := cmp.Diff(want, info); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(info, Recall(info.Said())); diff != "" {
		t.Errorf("what was said is not what is recalled: %s", diff)
	}
	if (&Info{}).Said() != nil {
		t.Error("something was said of nothing")
	}
}

func TestLogEventsOfACentralGroupAreOfTheirOwnAccounts(t *testing.T) {
	in := `{"messageType":"DATA_MESSAGE","owner":"111122223333","logEvents":[{"id":"1","message":"a","extractedFields":{"@aws.account":"444455556666","@aws.region":"eu-west-1"}},` +
		`{"id":"2","message":"b"},{"id":"3","message":"c","@aws.account":"777788889999"}]}`
	messages, _ := NewUnwrapper(framing(true)).Unwrap([]byte(in))
	var got []string
	for _, m := range messages {
		info := m.Info()
		got = append(got, fmt.Sprintf("%s %s %s %s", m.Data, info.ID, info.Account, info.Region))
	}
	if diff := cmp.Diff([]string{"a 1 444455556666 eu-west-1", "b 2 111122223333 ", "c 3 777788889999 "}, got); diff != "" {
		t.Error(diff)
	}
}

func TestExports(t *testing.T) {
	const line = "2026-01-01T00:00:00.000Z "
	flow := frame.Framing{Kind: frame.Lines, Looks: func(head []byte) bool { return head[0] == '2' && head[1] == ' ' }}
	for _, c := range []struct {
		name, key, head string
		f               frame.Framing
		want            bool
	}{
		{"lines of a log that is told without the time", "x", line + "2 111122223333", flow, true},
		{"lines of a log that is not told", "x", line + "hello", flow, false},
		{"lines of a log that begin with a time of their own", "x", line + "hello", frame.Framing{Kind: frame.Lines, Looks: func([]byte) bool { return true }}, false},
		{"JSON", "x", line + `{"a":1}`, framing(false), true},
		{"a key", "exported/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f/host/000000.gz", line + "hello", framing(true), true},
		{"a time of another kind", "x", "2026-01-01T00:00:00.000000Z {}", framing(false), false},
		{"a time alone", "x", line, framing(false), false},
	} {
		if got := IsExport(c.key, []byte(c.head), c.f); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	u := NewUnwrapper(framing(false))
	messages, _ := u.UnwrapExported([]byte(line+"{\n\"a\":1}"), []byte("host"))
	info := messages[0].Info()
	if string(messages[0].Data) != "{\n\"a\":1}" || string(info.Time) != strings.TrimSpace(line) || string(info.LogStream) != "host" {
		t.Errorf("%q, %+v", messages[0].Data, info)
	}
}
