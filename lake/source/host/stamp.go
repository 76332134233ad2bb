package host

import (
	"bytes"

	"github.com/hindcast/hindcast/lake/source"
)

// stamp is a time as syslog writes it. A year of 0 says that it has none.
type stamp struct {
	year, month, day int
	clock            int64 // milliseconds since midnight
	zone             int   // minutes east of Greenwich
}

// stampSize is the length of the time that a line begins with, or 0.
func stampSize(b []byte) int {
	if len(b) < 14 {
		return 0
	}
	if b[4] == '-' {
		return isoSize(b)
	}
	_, n := cutMonthTime(b)
	return n
}

// isoSize is the length of 2026-01-31T10:00:00.000+01:00.
func isoSize(b []byte) int {
	if len(b) < 19 || b[7] != '-' || b[10] != 'T' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return 0
	}
	if end := bytes.IndexByte(b[19:], ' '); end >= 0 {
		return 19 + end
	}
	return len(b)
}

// cutMonthTime reads Jan 31 10:00:00 and Jan  1 2026 10:00:00, and how long it is.
func cutMonthTime(b []byte) (t stamp, size int) {
	if t.month = source.Month(b[:3]); t.month == 0 || b[3] != ' ' {
		return t, 0
	}
	at := 4
	if b[at] == ' ' {
		at++
	}
	var ok bool
	if t.day, at, ok = number(b, at, 2); !ok {
		return t, 0
	}
	if len(b) > at+5 && b[at+4] == ' ' {
		if t.year, at, ok = number(b, at, 4); !ok {
			return t, 0
		}
	}
	clock, n := source.ParseClock(b[at:])
	t.clock = clock
	if n == 0 {
		return t, 0
	}
	return t, at + n
}

// number reads digits before a space, and goes on behind it.
func number(b []byte, at, most int) (n, next int, ok bool) {
	end := bytes.IndexByte(b[at:min(len(b), at+most+1)], ' ')
	if end < 1 {
		return 0, at, false
	}
	n, ok = source.Digits(b[at : at+end])
	return n, at + end + 1, ok
}

// parseStamp reads a time that [stampSize] has found.
func parseStamp(b []byte) (t stamp, ok bool) {
	if len(b) < 14 {
		return t, false
	}
	if b[4] != '-' {
		t, size := cutMonthTime(b)
		return t, size == len(b)
	}
	if len(b) < 19 {
		return t, false
	}
	var ok0, ok1, ok2, ok3 bool
	t.year, ok0 = source.Digits(b[:4])
	t.month, ok1 = source.Digits(b[5:7])
	t.day, ok2 = source.Digits(b[8:10])
	clock, n := source.ParseClock(b[11:])
	t.clock = clock
	t.zone, ok3 = source.ParseZone(b[11+n:])
	return t, ok0 && ok1 && ok2 && ok3 && n > 0 && t.year > 0
}

// unixMilli is the time in UTC.
func (t stamp) unixMilli() (int64, bool) {
	midnight, ok := source.UnixMilli(t.year, t.month, t.day, 0, 0, 0)
	return midnight + t.clock - int64(t.zone)*60_000, ok
}

const hour, day = int64(3600_000), 24 * int64(3600_000)

// before is the last time of that month, day and clock that is not later than what is known, but for a zone's worth.
func (t stamp) before(known int64, year int) (int64, bool) {
	const leapYears = 8 // between 29th of February at most
	for t.year = year + 1; t.year >= year-leapYears; t.year-- {
		if at, ok := t.unixMilli(); ok && at <= known+15*hour {
			return at, true
		}
	}
	return 0, false
}

// dayInKey finds the last of 2026/01/31, 2026-01-31, year=2026/month=01/day=31 and 20260131 in an object's key, and is the
// end of that day.
func dayInKey(key string) (end int64, year int) {
	for at := range len(key) {
		if at > 0 && key[at-1] >= '0' && key[at-1] <= '9' {
			continue
		}
		if y, ms := dateAt(key[at:]); y > 0 {
			end, year = ms+day, y
		}
	}
	return end, year
}

// dateAt reads the date that text begins with.
func dateAt(text string) (year int, ms int64) {
	parts := [3]int{}
	for i, digits := range [...]int{4, 2, 2} {
		if i > 0 {
			text = text[gap(text):]
		}
		if len(text) < digits {
			return 0, 0
		}
		for _, c := range []byte(text[:digits]) {
			if c < '0' || c > '9' {
				return 0, 0
			}
			parts[i] = parts[i]*10 + int(c-'0')
		}
		text = text[digits:]
	}
	if len(text) > 0 && text[0] >= '0' && text[0] <= '9' {
		return 0, 0
	}
	const first, last = 2000, 2099
	ms, ok := source.UnixMilli(parts[0], parts[1], parts[2], 0, 0, 0)
	if !ok || parts[0] < first || parts[0] > last {
		return 0, 0
	}
	return parts[0], ms
}

// gap is the length of what stands between the parts of a date.
func gap(text string) int {
	for _, between := range [...]string{"/", "-", "_", "/month=", "/day="} {
		if len(text) > len(between) && text[:len(between)] == between && text[len(between)] >= '0' && text[len(between)] <= '9' {
			return len(between)
		}
	}
	return 0
}
