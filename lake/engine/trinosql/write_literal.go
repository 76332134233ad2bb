package trinosql

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

func (e env) literal(x *literal) (value, error) {
	switch x.kind {
	case nullLiteral:
		return value{sql: "NULL", typ: tUnknown, simple: true}, nil
	case boolLiteral:
		return value{sql: x.text, typ: tBoolean, simple: true}, nil
	case stringLiteral:
		return textValue(x.text), nil
	case binaryLiteral:
		return value{sql: "unhex(" + quote(x.text) + ")", typ: tVarbinary, simple: true}, nil
	case integerLiteral:
		return integer(x)
	case decimalLiteral:
		return decimal(x)
	case doubleLiteral:
		return double(x, x.text)
	}
	return e.typed(x)
}

func integer(x *literal) (value, error) {
	n, err := strconv.ParseInt(x.text, 10, 64)
	if err != nil {
		return value{}, fail(int(x.pos), SyntaxError, "Invalid numeric literal: %s", x.text)
	}
	of := tBigint
	if n >= -1<<31 && n < 1<<31 {
		of = tInteger
	}
	digits := strconv.FormatInt(n, 10)
	sql := digits
	if n < 0 {
		sql = "(" + digits + ")"
	}
	return value{sql: sql, typ: of, simple: true, number: &digits}, nil
}

// decimal has the digits that are written, without zeros in front.
func decimal(x *literal) (value, error) {
	whole, fraction, _ := strings.Cut(strings.TrimLeft(x.text, "+-"), ".")
	whole = strings.TrimLeft(whole, "0")
	of := decimalOf(max(1, len(whole)+len(fraction)), len(fraction))
	if of.size > 38 {
		return value{}, fail(int(x.pos), InvalidLiteral, "DECIMAL precision must be in range [1, 38]: %d", of.size)
	}
	return value{sql: castTo(quote(x.text), of), typ: of, simple: true}, nil
}

func double(x *literal, text string) (value, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return value{}, fail(int(x.pos), InvalidLiteral, "Invalid numeric literal: %s", text)
	}
	return value{sql: "CAST(" + quote(strconv.FormatFloat(f, 'g', -1, 64)) + " AS DOUBLE)", typ: tDouble, simple: true, finite: true}, nil
}

var (
	datePattern      = regexp.MustCompile(`^\s*([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})\s*$`)
	timestampPattern = regexp.MustCompile(`^\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?: ([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]+))?)?)?(?:\s*([+-][0-9:]+|[A-Za-z].*?))?\s*$`)
)

// typed is a literal such as DATE '2026-01-31'.
func (e env) typed(x *literal) (value, error) {
	wrong := fail(int(x.pos), InvalidLiteral, "'%s' is not a valid %s literal", x.text, x.typ.name)
	switch x.typ.name {
	case "varchar":
		return textValue(x.text), nil
	case "date":
		d, err := date(x.text)
		if err != nil {
			return value{}, wrong
		}
		return value{sql: "DATE " + quote(d.Format(time.DateOnly)), typ: tDate, simple: true}, nil
	case "timestamp", "timestamp with time zone":
		return instant(x, wrong)
	case "decimal":
		if !regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`).MatchString(x.text) {
			return value{}, wrong
		}
		return decimal(x)
	case "double", "real":
		v, err := double(x, strings.TrimSpace(x.text))
		return e.coerce(v, x.typ), err
	case "bigint", "integer", "smallint", "tinyint":
		n, ok := new(big.Int).SetString(x.text, 10)
		if !ok {
			return value{}, wrong
		}
		digits := n.String()
		return value{sql: castTo(quote(digits), x.typ), typ: x.typ, simple: true}, nil
	}
	if x.typ.name == "json" {
		return made(tJSON, "trino_json_parse(", quote(x.text), ")"), nil
	}
	return e.cast(int(x.pos), textValue(x.text), x.typ, false)
}

func date(text string) (time.Time, error) {
	m := datePattern.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, strconv.ErrSyntax
	}
	return time.Parse("2006-1-2", m[1]+"-"+m[2]+"-"+m[3])
}

// instant is a timestamp's literal; it has a time zone when one is written.
func instant(x *literal, wrong error) (value, error) {
	m := timestampPattern.FindStringSubmatch(x.text)
	if m == nil {
		return value{}, wrong
	}
	day, err := date(m[1])
	if err != nil {
		return value{}, wrong
	}
	if len(m[5]) > 6 {
		return value{}, refuseFor(int(x.pos), "a timestamp of more than 6 digits of a second", "use milliseconds")
	}
	clock := padded(m[2]) + ":" + padded(m[3]) + ":" + padded(m[4])
	if _, err := time.Parse(time.TimeOnly, clock); err != nil {
		return value{}, wrong
	}
	text := day.Format(time.DateOnly) + " " + clock
	if m[5] != "" {
		text += "." + m[5]
	}
	of := typ{name: "timestamp", size: len(m[5])}
	if m[6] == "" {
		if x.typ.name != of.name {
			of = typ{name: x.typ.name, size: of.size, zone: "UTC"}
			return value{sql: "TIMESTAMPTZ " + quote(text+"+00"), typ: of, simple: true}, nil
		}
		return value{sql: "TIMESTAMP " + quote(text), typ: of, simple: true}, nil
	}
	zone, err := zoneName(m[6], int(x.pos))
	if err != nil {
		return value{}, err
	}
	of = typ{name: tInstant.name, size: of.size, zone: zone}
	if zone == "UTC" {
		return value{sql: "TIMESTAMPTZ " + quote(text+"+00"), typ: of, simple: true}, nil
	}
	at, ok := clockTime(zone, day.Format(time.DateOnly)+" "+clock)
	if !ok {
		return value{}, wrong
	}
	if m[5] != "" {
		m[5] = "." + m[5]
	}
	return value{sql: "TIMESTAMPTZ " + quote(at.UTC().Format(time.DateTime)+m[5]+"+00"), typ: of, simple: true}, nil
}

// clockTime is when the clocks of the zone show the time first; they never do where they are put forward.
func clockTime(zone, text string) (time.Time, bool) {
	in, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation(time.DateTime, text, in)
	for _, back := range []time.Duration{30 * time.Minute, time.Hour} {
		if earlier := at.Add(-back); earlier.Format(time.DateTime) == text {
			at = earlier
		}
	}
	return at, err == nil && at.Format(time.DateTime) == text
}

func padded(n string) string { return strings.Repeat("0", 2-len(n)) + n }

var zonePattern = regexp.MustCompile(`^[A-Za-z]+(?:/[A-Za-z0-9_+-]+)*$`)

// zoneName is the name of a time zone as DuckDB knows it.
func zoneName(text string, at int) (string, error) {
	switch strings.ToUpper(text) {
	case "UTC", "Z", "GMT", "+00:00", "ETC/UTC":
		return "UTC", nil
	}
	if !zonePattern.MatchString(text) {
		return "", refuseFor(at, "the time zone "+text, "use a name such as Europe/Berlin")
	}
	if _, err := time.LoadLocation(text); err != nil {
		return "", fail(at, InvalidArguments, "'%s' is not a valid time zone", text)
	}
	return text, nil
}

// interval is a number of months, or of microseconds.
func (e env) interval(x *interval) (value, error) {
	amount, err := intervalAmount(x)
	if err != nil {
		return value{}, err
	}
	if x.from == "YEAR" || x.from == "MONTH" {
		return value{sql: "to_months(" + strconv.FormatInt(amount, 10) + ")", typ: tMonths, simple: true, days: true}, nil
	}
	const day = 24 * 60 * 60 * 1000
	if amount%day == 0 {
		return value{sql: "to_days(" + strconv.FormatInt(amount/day, 10) + ")", typ: tDays, simple: true, days: true}, nil
	}
	return value{sql: "to_milliseconds(" + strconv.FormatInt(amount, 10) + ")", typ: tDays, simple: true}, nil
}

var (
	intervalOrder = []string{"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}
	intervalSizes = map[string]int64{
		"YEAR": 12, "MONTH": 1, "DAY": 24 * 60 * 60 * 1000, "HOUR": 60 * 60 * 1000, "MINUTE": 60 * 1000, "SECOND": 1000,
	}
	intervalNumbers = regexp.MustCompile(`^\s*([0-9]{1,9})(?:([- ])([0-9]{1,9}))?(?::([0-9]{1,9}))?(?::([0-9]{1,9}))?(?:\.([0-9]{1,3}))?\s*$`)
)

// intervalAmount is in months, or in milliseconds.
func intervalAmount(x *interval) (int64, error) {
	wrong := fail(int(x.pos), InvalidLiteral, "'%s' is not a valid INTERVAL literal", x.text)
	m := intervalNumbers.FindStringSubmatch(strings.TrimPrefix(x.text, "-"))
	if m == nil {
		return 0, wrong
	}
	from := 0
	for intervalOrder[from] != x.from {
		from++
	}
	var amount int64
	unit := from
	for i, n := range []string{m[1], m[3], m[4], m[5]} {
		if n == "" {
			continue
		}
		if unit == len(intervalOrder) || i > 0 && x.to == "" {
			return 0, wrong
		}
		v, err := strconv.ParseInt(n, 10, 64)
		if err != nil {
			return 0, wrong
		}
		amount += v * intervalSizes[intervalOrder[unit]]
		unit++
	}
	last := intervalOrder[unit-1]
	if m[6] != "" {
		if last != "SECOND" {
			return 0, wrong
		}
		v, err := strconv.ParseInt((m[6] + "000")[:3], 10, 64)
		if err != nil {
			return 0, wrong
		}
		amount += v
	}
	if to := x.to; to != "" && to != last || (x.from == "YEAR" || x.from == "MONTH") != (last == "YEAR" || last == "MONTH") {
		return 0, wrong
	}
	if x.negative != strings.HasPrefix(x.text, "-") {
		amount = -amount
	}
	return amount, nil
}
