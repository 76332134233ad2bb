package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/api/correlate"
)

// call is an event that acts on something, minutes before or after another.
func call(minute int, action, bucket, target string) correlate.Event {
	e := correlate.Event{
		Time: time.Date(2026, 1, 2, 3, minute, 14, 0, time.UTC), Source: "aws_cloudtrail", Target: target,
		Summary: action + " on " + target, Fields: map[string]any{"event.action": action},
	}
	if bucket != "" {
		e.Fields["aws.s3.bucket.name"] = bucket
	}
	return e
}

// did is an event with such fields and no target.
func did(minute int, summary string, fields ...string) correlate.Event {
	e := call(minute, "", "", "")
	e.Summary, e.Fields = summary, map[string]any{}
	for i := 0; i+1 < len(fields); i += 2 {
		e.Fields[fields[i]] = fields[i+1]
	}
	return e
}

func TestEventsAreAlike(t *testing.T) {
	reads := func(n int) (all []correlate.Event) {
		for i := range n {
			all = append(all, call(59-i/10, "GetObject", "b", fmt.Sprintf("b/k/%d", i)))
		}
		return all
	}
	for _, c := range []struct {
		name        string
		events      []correlate.Event
		cut, oldest bool
		want        []string
	}{
		{"reading the objects of a bucket is one line", reads(320), false, false, []string{"GetObject on b/k/0 (and 319 like it since 03:28:14)"}},
		{"objects of two buckets are two", append(reads(2), call(58, "GetObject", "c", "c/k"), call(57, "GetObject", "c", "c/l")), false, false,
			[]string{"GetObject on b/k/0 (and 1 like it since 03:59:14)", "GetObject on c/k (and 1 like it since 03:57:14)"}},
		{"what else differs in its target stays apart", []correlate.Event{
			call(9, "GetSecretValue", "", "prod/db"), call(8, "GetSecretValue", "", "prod/api"), call(7, "GetSecretValue", "", "prod/api")}, false, false,
			[]string{"GetSecretValue on prod/db", "GetSecretValue on prod/api (and 1 like it since 03:07:14)"}},
		{"commands that differ stay apart", []correlate.Event{
			did(9, "sudo rm", "event.action", "sudo", "process.command_line", "rm"), did(8, "sudo ls", "event.action", "sudo", "process.command_line", "ls")}, false, false,
			[]string{"sudo rm", "sudo ls"}},
		{"messages that differ stay apart, where nothing else tells what was done", []correlate.Event{
			did(9, "a", "message", "a"), did(8, "b", "message", "b"), did(7, "a", "message", "a")}, false, false,
			[]string{"a (and 1 like it since 03:07:14)", "b"}},
		{"messages that differ only in their details are one, where an action tells", []correlate.Event{
			did(9, "login", "event.action", "login", "message", "port 1"), did(8, "login", "event.action", "login", "message", "port 2")}, false, false,
			[]string{"login (and 1 like it since 03:08:14)"}},
		{"groups that are open at the cut say so", append([]correlate.Event{call(59, "A", "", "x"), call(58, "A", "", "x")},
			call(30, "B", "", "y"), call(20, "B", "", "y"), call(10, "C", "", "z")), true, false,
			[]string{"A on x (and 1 like it since 03:58:14)", "B on y (and at least 1 like it, since 03:20:14 or earlier)", "C on z"}},
		{"the oldest first", []correlate.Event{call(1, "A", "", "x"), call(2, "A", "", "x"), call(30, "A", "", "x")}, false, true,
			[]string{"A on x (and 1 like it until 03:02:14)", "A on x"}},
		{"the oldest first, cut", []correlate.Event{call(1, "A", "", "x"), call(2, "A", "", "x")}, true, true,
			[]string{"A on x (and at least 1 like it, until 03:02:14 or later)"}},
		{"over midnight the day is told", []correlate.Event{call(1, "A", "", "x"), call(-5, "A", "", "x"), call(-15, "A", "", "x"),
			call(-30, "A", "", "x"), call(-175, "B", "", "x"), call(-185, "B", "", "x")}, false, false,
			[]string{"A on x (and 3 like it since 02:30:14)", "B on x (and 1 like it since 2026-01-01 23:55:14)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, g := range group(c.events, false, c.cut) {
				got = append(got, g.first.Summary+g.others(c.oldest))
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
	if all := group(reads(3), true, false); len(all) != 3 {
		t.Errorf("each apart: %d lines", len(all))
	}
}

func TestWhatALogSaysDoesNotMoveOrHideText(t *testing.T) {
	for _, r := range "\x1b\n\u0085\u200b\u200f\u202a\u202e\u2028\u2029\u2060\u2065\u2069\ufeff" {
		if got := printable("a" + string(r) + "b"); got != "a·b" {
			t.Errorf("%U became %q", r, got)
		}
	}
	if text := "Zoë 日本 – “x”"; printable(text) != text {
		t.Errorf("got %q", printable(text))
	}
}

func TestLongValuesAreCut(t *testing.T) {
	var b bytes.Buffer
	printTop(&b, []correlate.TopValues{{Field: "user_agent.original", Values: []correlate.ValueCount{{Value: strings.Repeat("ü", 300), Count: 1}, {Value: "curl", Count: 1}}}})
	if want := "user_agent.original: " + strings.Repeat("ü", 109) + "… (1), curl (1)\n"; b.String() != want {
		t.Errorf("got %q", b.String())
	}
}
