package source

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// canonicalIP is an address as RFC 5952 writes it; nil when the text is no address. The usual IPv4 is its own
// canonical form and costs no memory.
func canonicalIP(text []byte, buf []byte) []byte {
	if plainIPv4(text) {
		return text
	}
	addr, ok := ParseAddr(text)
	if !ok {
		return nil
	}
	return addr.AppendTo(buf[:0])
}

// plainIPv4 tells whether text is an IPv4 address without leading zeros.
func plainIPv4(text []byte) bool {
	if len(text) < 7 || len(text) > 15 {
		return false
	}
	part, digits, dots := 0, 0, 0
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			if digits > 0 && part == 0 {
				return false
			}
			digits++
			if part = part*10 + int(c-'0'); part > 255 {
				return false
			}
		case c == '.' && digits > 0:
			part, digits = 0, 0
			dots++
		default:
			return false
		}
	}
	return dots == 3 && digits > 0
}

// fewDigits reads up to 18 digits.
func fewDigits(text []byte) (v int64, ok bool) {
	for _, c := range text {
		d := c - '0'
		if d > 9 {
			return 0, false
		}
		v = v*10 + int64(d)
	}
	return v, len(text) > 0 && len(text) < 19
}

// ParseInt reads a whole number; a fraction of zeros is allowed, since JSON may write 5 as 5.0.
func ParseInt(text []byte) (int64, bool) {
	if v, ok := fewDigits(text); ok || len(text) == 0 {
		return v, ok
	}
	if v, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		return v, true
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || f != float64(int64(f)) {
		return 0, false
	}
	return int64(f), true
}

// parseFloat reads a number. One of few digits is a whole number divided by a power of ten, both of which float64 holds
// exactly, so that the quotient is the nearest one.
func parseFloat(text []byte) (float64, error) {
	whole, digits, point := int64(0), 0, -1
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9' && digits < 15:
			whole = whole*10 + int64(c-'0')
			digits++
		case c == '.' && point < 0:
			point = i
		default:
			return strconv.ParseFloat(string(text), 64)
		}
	}
	if digits == 0 || point < 0 {
		return strconv.ParseFloat(string(text), 64)
	}
	return float64(whole) / powersOfTen[len(text)-1-point], nil
}

var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

var errTime = errors.New("no time that is understood")

func noTime(text []byte) error { return fmt.Errorf("%w: %.40q", errTime, text) }

// ParseTime reads a time into milliseconds since 1970.
func ParseTime(text []byte, as As) (int64, error) {
	switch as {
	case Epoch:
		return parseEpoch(text, 1000)
	case EpochMilli:
		return parseEpoch(text, 1)
	case CommonLog:
		return parseCommonLog(text)
	case EpochAny:
		if ms, ok := parseEpochAny(text); ok {
			return ms, nil
		}
	}
	if ms, ok := parseISO(text); ok {
		return ms, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "20060102T150405Z", "2006-01-02", "Jan 2, 2006 3:04:05 PM", "Jan 2, 2006, 3:04:05 PM"} {
		if t, err := time.Parse(layout, string(text)); err == nil {
			return t.UnixMilli(), nil
		}
	}
	return 0, noTime(text)
}

// parseTime reads a time in the way of the mapping.
func (o *op) parseTime(text []byte) (int64, error) {
	if o.layout == "" {
		ms, err := ParseTime(text, o.as)
		if err == nil && !inCalendar(ms) {
			err = noTime(text)
		}
		return ms, err
	}
	t, err := time.ParseInLocation(o.layout, string(text), o.zone)
	if err != nil || !inCalendar(t.UnixMilli()) {
		return 0, noTime(text)
	}
	return t.UnixMilli(), nil
}

// inCalendar tells whether a time is of the years 1 to 9999, which alone have days that partitions can be named after.
func inCalendar(ms int64) bool {
	const first, end = -62_135_596_800_000, 253_402_300_800_000
	return ms >= first && ms < end
}

// parseEpochAny reads a number whose size tells its unit: seconds have ten digits until the year 2286.
func parseEpochAny(text []byte) (ms int64, ok bool) {
	n, ok := fewDigits(text)
	if !ok && len(text) > 0 && (IsDigit(text[0]) || text[0] == '-') && bytes.IndexByte(text, ':') < 0 {
		f, err := parseFloat(text)
		n, ok = int64(f), err == nil && f > -1<<62 && f < 1<<62
	}
	switch size := max(n, -n); {
	case size < 1e10:
		return n * 1000, ok
	case size < 1e13:
		return n, ok
	case size < 1e16:
		return n / 1e3, ok
	}
	return n / 1e6, ok
}

func parseEpoch(text []byte, unit int64) (int64, error) {
	if n, ok := fewDigits(text); ok && n < 1<<50 {
		return n * unit, nil
	}
	f, err := parseFloat(text)
	if err != nil || !(f > -1<<50 && f < 1<<50) {
		return 0, noTime(text)
	}
	return int64(math.Round(f * float64(unit))), nil
}

// parseISO reads 2006-01-02T15:04:05[.fraction][zone], or with a space for the T; UTC if there is no zone. Other forms are left
// to package time.
func parseISO(b []byte) (int64, bool) {
	if len(b) < 19 || b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return 0, false
	}
	year, ok0 := Digits(b[0:4])
	month, ok1 := Digits(b[5:7])
	day, ok2 := Digits(b[8:10])
	hour, ok3 := Digits(b[11:13])
	minute, ok4 := Digits(b[14:16])
	second, ok5 := Digits(b[17:19])
	if !(ok0 && ok1 && ok2 && ok3 && ok4 && ok5) || year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	ms := int64(((daysTo(year, month, day)*24+hour)*60+minute)*60+second) * 1000
	tail := b[19:]
	if len(tail) > 0 && tail[0] == '.' {
		n, scale := 1, int64(100)
		for ; n < len(tail) && tail[n] >= '0' && tail[n] <= '9'; n++ {
			ms += int64(tail[n]-'0') * scale
			scale /= 10
		}
		tail = tail[n:]
	}
	minutes, ok := ParseZone(tail)
	return ms - int64(minutes)*60_000, ok
}

func Digits(b []byte) (n int, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// daysTo is the number of days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March.
func daysTo(year, month, day int) int {
	if month <= 2 {
		year--
		month += 12
	}
	const toEpoch = 719468 // days from 0000-03-01 to 1970-01-01
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - toEpoch
}

// parseCommonLog reads 10/Oct/2000:13:55:36 -0700.
func parseCommonLog(b []byte) (int64, error) {
	if len(b) != 26 || b[2] != '/' || b[6] != '/' || b[11] != ':' || b[14] != ':' || b[17] != ':' || b[20] != ' ' || b[21] != '+' && b[21] != '-' {
		return 0, noTime(b)
	}
	day, ok0 := Digits(b[0:2])
	month := Month(b[3:6])
	year, ok1 := Digits(b[7:11])
	hour, ok2 := Digits(b[12:14])
	minute, ok3 := Digits(b[15:17])
	second, ok4 := Digits(b[18:20])
	zoneHour, ok5 := Digits(b[22:24])
	zoneMinute, ok6 := Digits(b[24:26])
	if !(ok0 && ok1 && ok2 && ok3 && ok4 && ok5 && ok6) || month == 0 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60 {
		return 0, noTime(b)
	}
	zone := zoneHour*60 + zoneMinute
	if b[21] == '-' {
		zone = -zone
	}
	return int64(((daysTo(year, month, day)*24+hour)*60+minute-zone)*60+second) * 1000, nil
}

func IsDigits(text []byte) bool {
	_, ok := Digits(text)
	return ok && len(text) > 0
}

func appendLower(dst, text []byte) []byte {
	for _, c := range text {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}
