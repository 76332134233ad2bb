package timerange

import (
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 3, 1, 12, 30, 0, 0, time.FixedZone("", 3600))

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"RFC 3339", "2026-01-31T15:04:05Z", "2026-01-31T15:04:05Z"},
		{"RFC 3339 in small letters", "2026-01-31t15:04:05z", "2026-01-31T15:04:05Z"},
		{"an offset", "2026-01-31T15:04:05+02:00", "2026-01-31T13:04:05Z"},
		{"a fraction", "2026-01-31T15:04:05.123Z", "2026-01-31T15:04:05.123Z"},
		{"minutes with an offset", "2026-01-31T15:04-05:30", "2026-01-31T20:34:00Z"},
		{"no offset is UTC", "2026-01-31T15:04:05", "2026-01-31T15:04:05Z"},
		{"a space for the T", "2026-01-31 15:04", "2026-01-31T15:04:00Z"},
		{"a date is its first moment", " 2026-01-31 ", "2026-01-31T00:00:00Z"},
		{"now", "now", "2026-03-01T11:30:00Z"},
		{"days ago", "-7d", "2026-02-22T11:30:00Z"},
		{"hours ago", "-36h", "2026-02-27T23:30:00Z"},
		{"a sum of units", "now-1d12h", "2026-02-27T23:30:00Z"},
		{"weeks and minutes", "-2W30M", "2026-02-15T11:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse(c.text, now)
			if err != nil || got.Format(time.RFC3339Nano) != c.want {
				t.Errorf("got %s: %v", got.Format(time.RFC3339Nano), err)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, says string }{
		{"nothing", "", "want one such as"},
		{"a word", "yesterday", "want one such as 2026-01-31"},
		{"a span without a sign", "7d", "say -7d"},
		{"a unit that is none", "-7y", "want a number and a unit"},
		{"no number", "-d", "want a number and a unit"},
		{"no unit", "-7", "want a number and a unit"},
		{"a day that does not exist", "2026-02-30", "want one such as"},
		{"a span that overflows", "-73200d73200d73200d", "want a number and a unit"},
		{"a year beyond all logs", "9999-12-31", "out of range"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Parse(c.text, now)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %s: %v", got, err)
			}
		})
	}
}

func TestRanges(t *testing.T) {
	for _, c := range []struct{ name, from, to, first, last string }{
		{"a day", "2026-01-31", "2026-02-01", "2026-01-31", "2026-01-31"},
		{"a millisecond into the next day", "2026-01-31", "2026-02-01T00:00:00.001Z", "2026-01-31", "2026-02-01"},
		{"fractions of a millisecond round up, as no event lies between", "2026-01-31T23:59:59.9999Z", "2026-02-01T00:00:00.0001Z", "2026-02-01", "2026-02-01"},
		{"offsets", "2026-01-31T23:00:00-05:00", "2026-02-01T23:00:00-05:00", "2026-02-01", "2026-02-02"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := ParseRange(c.from, c.to, now)
			if err != nil {
				t.Fatal(err)
			}
			if first, last := r.Days(); first != c.first || last != c.last {
				t.Errorf("days %s to %s", first, last)
			}
			if !r.Contains(r.From) || r.Contains(r.To) {
				t.Errorf("%+v is not half-open", r)
			}
		})
	}
	for _, c := range [][2]string{{"2026-01-31", "2026-01-31"}, {"now", "-1d"}, {"x", "now"}, {"now", "x"}} {
		if r, err := ParseRange(c[0], c[1], now); err == nil {
			t.Errorf("%v gives %+v", c, r)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-01-31T15:04:05+02:00", "-7d", "now-1h", "2026-01-31 15:04"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Parse(s, now)
		if err == nil && (got.Location() != time.UTC || got.Year() < 1800) {
			t.Errorf("%q gives %s", s, got)
		}
	})
}
