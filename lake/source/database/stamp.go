package database

import (
	"bytes"
	"time"

	"github.com/hindcast/hindcast/lake/source"
)

// cutClock reads the 2006-01-02 15:04:05[.fraction] at the start of text as if it were UTC, in milliseconds since 1970,
// and answers how many bytes it takes; none if there is no such time. Between date and time may stand a T, before the
// fraction a comma, and an hour of one digit may follow two spaces.
func cutClock(text []byte) (ms int64, n int) {
	if len(text) < 18 || text[4] != '-' || text[7] != '-' || text[10] != ' ' && text[10] != 'T' {
		return 0, 0
	}
	year, ok0 := source.Digits(text[:4])
	month, ok1 := source.Digits(text[5:7])
	day, ok2 := source.Digits(text[8:10])
	second, n := cutTime(text[11:])
	if !ok0 || !ok1 || !ok2 || n == 0 {
		return 0, 0
	}
	date, ok := dateOf(year, month, day)
	return date + second, ifElse(ok, 11+n, 0)
}

// cutTime reads 15:04:05[.fraction] into milliseconds.
func cutTime(text []byte) (ms int64, n int) {
	at := 0
	if len(text) > 0 && text[0] == ' ' {
		at++
	}
	colon := bytes.IndexByte(text[at:min(len(text), at+3)], ':')
	if colon < 1 || len(text) < at+colon+6 || text[at+colon+3] != ':' {
		return 0, 0
	}
	hour, ok0 := source.Digits(text[at : at+colon])
	at += colon + 1
	minute, ok1 := source.Digits(text[at : at+2])
	second, ok2 := source.Digits(text[at+3 : at+5])
	if !ok0 || !ok1 || !ok2 || hour > 23 || minute > 59 || second > 60 {
		return 0, 0
	}
	at += 5
	fraction, size := cutFraction(text[at:])
	return int64((hour*60+minute)*60+second)*1000 + fraction, at + size
}

// cutFraction reads .123456 or ,123 into milliseconds.
func cutFraction(text []byte) (ms int64, n int) {
	if len(text) < 2 || text[0] != '.' && text[0] != ',' || !source.IsDigit(text[1]) {
		return 0, 0
	}
	scale := int64(100)
	for n = 1; n < len(text) && source.IsDigit(text[n]); n++ {
		ms += int64(text[n]-'0') * scale
		scale /= 10
	}
	return ms, n
}

// dateOf is the beginning of a day of the calendar.
func dateOf(year, month, day int) (ms int64, ok bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t.UnixMilli(), t.Day() == day && int(t.Month()) == month && year > 0
}

func ifElse(cond bool, yes, no int) int {
	if cond {
		return yes
	}
	return no
}

// zoneOffset is a zone's distance from UTC: of an abbreviation as time zone databases have them, or of +03, -0330, +05:30.
// Of an abbreviation that several zones share it is the one with most people: CST is America's, IST India's, BST Britain's,
// SST Singapore's.
func zoneOffset(zone []byte) (ms int64, ok bool) {
	if len(zone) == 0 {
		return 0, false
	}
	sign := int64(60_000)
	switch zone[0] {
	case '-':
		sign = -sign
	case '+':
	default:
		minutes, known := zones[string(zone)]
		return int64(minutes) * sign, known
	}
	digits := zone[1:]
	if len(digits) == 5 && digits[2] == ':' {
		hours, ok0 := source.Digits(digits[:2])
		minutes, ok1 := source.Digits(digits[3:])
		return sign * int64(hours*60+minutes), ok0 && ok1
	}
	n, isNumber := source.Digits(digits)
	switch len(digits) {
	case 1, 2:
		return sign * int64(n*60), isNumber
	case 4:
		return sign * int64(n/100*60+n%100), isNumber
	}
	return 0, false
}

// zones are minutes east of UTC.
var zones = map[string]int{
	"UTC": 0, "GMT": 0, "Z": 0, "UCT": 0, "WET": 0, "WEST": 60, "BST": 60, "IST": 330,
	"CET": 60, "CEST": 120, "MET": 60, "MEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "MSD": 240, "SAST": 120, "WAT": 60, "CAT": 120, "EAT": 180,
	"PKT": 300, "HKT": 480, "SGT": 480, "PHT": 480, "WIB": 420, "WITA": 480, "WIT": 540, "JST": 540, "KST": 540, "IDT": 180,
	"AEST": 600, "AEDT": 660, "ACST": 570, "ACDT": 630, "AWST": 480, "NZST": 720, "NZDT": 780, "ChST": 600,
	"NST": -210, "NDT": -150, "AST": -240, "ADT": -180, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
	"PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600, "HDT": -540, "SST": 480, "BRT": -180, "BRST": -120, "ART": -180, "CLT": -240, "CLST": -180,
}

// cutZone reads the zone at the start of text: letters, or a sign and digits.
func cutZone(text []byte) []byte {
	n := 0
	switch {
	case len(text) == 0:
	case text[0] == '+' || text[0] == '-':
		for n = 1; n < len(text) && n < 6 && (source.IsDigit(text[n]) || text[n] == ':' && n == 3); n++ {
		}
		if text[n-1] == ':' {
			n--
		}
	default:
		for n < len(text) && n < 6 && text[n]|0x20 >= 'a' && text[n]|0x20 <= 'z' {
			n++
		}
	}
	return text[:n]
}
