package trinofn

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// times are functions of dates and times.
func times() []Function {
	return []Function{
		{"trino_from_unixtime", []Type{Double}, Instant, func(a []any) (any, error) { return fromUnix(a[0].(float64)) }},
		{"trino_to_unixtime", []Type{Int}, Double, func(a []any) (any, error) { return float64(a[0].(int64)) / 1e6, nil }},
		text("trino_from_iso8601", Instant, fromISO),
		text("trino_iso8601_date", Date, dateFromISO),
		{"trino_date_parse", []Type{Text, Text}, Time, func(a []any) (any, error) { return parseByFormat(a[0].(string), a[1].(string)) }},
	}
}

// fromUnix rounds to milliseconds.
func fromUnix(seconds float64) (any, error) {
	millis := math.Floor(seconds*1000 + 0.5)
	if math.IsNaN(seconds) || millis < -1<<51 || millis >= 1<<51 { // what a timestamp with time zone has room for
		return nil, &failure{internalError, fmt.Sprintf("Millis overflow: %v seconds are no time", seconds)}
	}
	return time.UnixMilli(int64(millis)).UTC(), nil
}

var isoTime = regexp.MustCompile(`^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?(?:[.,](\d+))?)?([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$`)

// otherISO is what may be a time in a form that is not read: of a week, of a day of the year, of another year, of no date.
var otherISO = regexp.MustCompile(`^([+-]?\d{4,9}(-(W\d{1,2}(-\d)?|\d{1,3}(-\d{1,2})?))?)?(T(\d{1,2}(:\d{1,2}){0,2}([.,]\d+)?)?([Zz]|[+-]\d{2}(:?\d{2})?)?)?$`)

// fromISO reads an ISO 8601 time. It must be in UTC, as a time without a zone is.
func fromISO(s string) (any, error) {
	wrong := fmt.Errorf("Invalid format: %q", s)
	m := isoTime.FindStringSubmatch(s)
	switch {
	case m == nil && s != "" && otherISO.MatchString(s):
		return nil, unsupported("a time such as %q", s)
	case m == nil:
		return nil, wrong
	}
	if m[7] != "" && (m[5] == "" || m[6] == "") {
		return nil, unsupported("the fraction of an hour or a minute in %q", s)
	}
	switch m[8] {
	case "", "Z", "z", "+00:00", "+0000", "+00", "-00:00":
	default:
		return nil, unsupported("the time zone of %q, which is not UTC,", s)
	}
	var n [7]int
	for i, digits := range m[1:7] {
		n[i] = atoi(digits, i == 1 || i == 2)
	}
	at := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
	if at.Year() != n[0] || at.Month() != time.Month(n[1]) || at.Day() != n[2] || n[3] > 23 || n[4] > 59 || n[5] > 59 {
		return nil, wrong
	}
	// Joda keeps milliseconds and drops the rest.
	return at.Add(time.Duration(atoi((m[7] + "000")[:3], false)) * time.Millisecond), nil
}

// atoi is a number of digits that a pattern has matched; where there are none, months and days are 1.
func atoi(digits string, fromOne bool) int {
	if digits == "" && fromOne {
		return 1
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

var isoDate = regexp.MustCompile(`^\d{4}-\d{1,2}-\d{1,2}$`)

func dateFromISO(s string) (any, error) {
	if s == "" || !strings.ContainsAny(s[:1], "+-0123456789") {
		return nil, fmt.Errorf("Invalid format: %q", s)
	}
	if !isoDate.MatchString(s) {
		return nil, unsupported("a date such as %q, which is not of the form 2026-01-31,", s)
	}
	d, err := time.Parse("2006-1-2", s)
	if err != nil {
		return nil, fmt.Errorf("Invalid format: %q", s)
	}
	return d, nil
}

// parsed is what a format has found in a text.
type parsed struct {
	rest                                   string
	year, month, day, hour, minute, second int
	micros                                 int
	twelve, afternoon, half                bool
	ofYear, inYear                         bool // there was a year; a month or a day
}

// parseByFormat reads a text by a format of MySQL's letters, as date_parse does by Joda.
func parseByFormat(s, format string) (any, error) {
	wrong := fmt.Errorf("Invalid format: %q", s)
	p := &parsed{rest: s, year: 1970, month: 1, day: 1}
	for i := 0; i < len(format); i++ {
		ok := false
		if format[i] == '%' && i+1 < len(format) {
			i++
			ok = p.letter(format[i])
		} else {
			ok = p.take(format[i : i+1])
		}
		if !ok {
			return nil, wrong
		}
	}
	if p.rest != "" {
		return nil, fmt.Errorf("Invalid format: %q is malformed at %q", s, p.rest)
	}
	at, err := p.time()
	if err != nil {
		return nil, wrong
	}
	return at, nil
}

func (p *parsed) take(text string) bool {
	if len(p.rest) < len(text) || !strings.EqualFold(p.rest[:len(text)], text) {
		return false
	}
	p.rest = p.rest[len(text):]
	return true
}

// digits takes between one and most of them.
func (p *parsed) digits(most int, into *int) bool {
	n := 0
	for n < most && n < len(p.rest) && p.rest[n] >= '0' && p.rest[n] <= '9' {
		n++
	}
	if n == 0 {
		return false
	}
	*into = atoi(p.rest[:n], false)
	p.rest = p.rest[n:]
	return true
}

func (p *parsed) letter(f byte) bool {
	switch f {
	case 'Y':
		return p.longYear()
	case 'y':
		return p.shortYear()
	case 'm', 'c':
		p.inYear = true
		return p.digits(2, &p.month)
	case 'd', 'e':
		p.inYear = true
		return p.digits(2, &p.day)
	case 'H', 'k':
		return p.digits(2, &p.hour)
	case 'h', 'I', 'l':
		p.twelve = true
		return p.digits(2, &p.hour)
	case 'i':
		return p.digits(2, &p.minute)
	case 's', 'S':
		return p.digits(2, &p.second)
	case 'f':
		return p.fraction()
	case 'p':
		p.half = true
		if p.take("PM") {
			p.afternoon = true
			return true
		}
		return p.take("AM")
	case 'b', 'M':
		p.inYear = true
		return p.monthName()
	case 'T':
		return p.letter('H') && p.take(":") && p.letter('i') && p.take(":") && p.letter('s')
	case 'r':
		return p.letter('h') && p.take(":") && p.letter('i') && p.take(":") && p.letter('s') && p.take(" ") && p.letter('p')
	case '%':
		return p.take("%")
	}
	return false
}

// maxYear is the last that DuckDB has whole, and lastYear that of Trino's dates.
const (
	maxYear  = 294246
	lastYear = 5881580
)

// longYear has at most four digits, and may have a sign.
func (p *parsed) longYear() bool {
	p.ofYear = true
	negative := p.take("-")
	if !negative {
		p.take("+")
	}
	if !p.digits(4, &p.year) {
		return false
	}
	if negative {
		p.year = -p.year
	}
	return true
}

// shortYear is of 1970 to 2069.
func (p *parsed) shortYear() bool {
	p.ofYear = true
	if len(p.rest) < 2 || !p.digits(2, &p.year) {
		return false
	}
	if p.year < 70 {
		p.year += 100
	}
	p.year += 1900
	return true
}

func (p *parsed) fraction() bool {
	before := p.rest
	n := 0
	if !p.digits(9, &n) {
		return false
	}
	p.micros = atoi((before[:len(before)-len(p.rest)] + "000")[:3], false) * 1000
	return true
}

func (p *parsed) monthName() bool {
	for m := time.January; m <= time.December; m++ {
		if p.take(m.String()) || p.take(m.String()[:3]) {
			p.month = int(m)
			return true
		}
	}
	return false
}

func (p *parsed) time() (time.Time, error) {
	switch {
	case p.twelve && (p.hour < 1 || p.hour > 12):
		return time.Time{}, errors.New("no hour")
	case p.twelve:
		p.hour %= 12
		if p.afternoon {
			p.hour += 12
		}
	case p.half && p.afternoon != (p.hour >= 12):
		return time.Time{}, errors.New("no half of the day")
	}
	if p.inYear && !p.ofYear {
		p.year = 2000 // Joda's, which is a leap year
	}
	at := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, p.micros*1000, time.UTC)
	if at.Day() != p.day || int(at.Month()) != p.month || p.hour > 23 || p.minute > 59 || p.second > 59 {
		return time.Time{}, errors.New("no time")
	}
	return at, nil
}
