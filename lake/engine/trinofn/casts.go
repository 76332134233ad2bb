package trinofn

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// casts read texts as Trino's CAST does. Each has a like that gives null for what it cannot read.
func casts() []Function {
	return []Function{
		text("trino_fail", Text, func(s string) (string, error) { return "", errors.New(s) }),
		{"trino_refuse", []Type{Bool, Text}, Bool, refuse},
		text("trino_bigint", Int, parseInteger),
		text("trino_integer", Int, integer(32, "INT")),
		text("trino_smallint", Int, integer(16, "SMALLINT")),
		text("trino_tinyint", Int, integer(8, "TINYINT")),
		text("trino_double", Double, parseDouble),
		text("trino_decimal_text", Text, parseDecimal),
		text("trino_boolean", Bool, parseBoolean),
		text("trino_date", Date, parseDate),
		text("trino_timestamp", Time, parseTimestamp),
		text("trino_timestamp_utc", Instant, parseInstant),
		text("trino_address", Text, parseAddress),
	}
}

// refuse ends the statement where the condition holds; elsewhere it is false. Since it looks at the condition itself, DuckDB may
// compute it where the answer does not need it.
func refuse(a []any) (any, error) {
	if a[0].(bool) {
		return nil, unsupported("%s", a[1])
	}
	return false, nil
}

func cannot(s, to string) error {
	return fmt.Errorf("Cannot cast '%s' to %s", s, to)
}

func parseInteger(s string) (int64, error) { return integer(64, "BIGINT")(s) }

// integer is Java's Long.parseLong and its like: no blanks, no fraction.
func integer(bits int, called string) func(string) (int64, error) {
	return func(s string) (int64, error) {
		n, err := strconv.ParseInt(s, 10, bits)
		if err != nil {
			return 0, cannot(s, called)
		}
		return n, nil
	}
}

var (
	javaDouble = regexp.MustCompile(`^[+-]?(NaN|Infinity|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[fFdD]?)$`)
	javaHex    = regexp.MustCompile(`^[+-]?0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+[fFdD]?$`)
)

// parseDouble is Java's Double.parseDouble.
func parseDouble(s string) (float64, error) {
	trimmed := strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	if !javaDouble.MatchString(trimmed) && !javaHex.MatchString(trimmed) {
		return 0, cannot(s, "DOUBLE")
	}
	if strings.HasSuffix(trimmed, "NaN") {
		return math.NaN(), nil
	}
	digits := trimmed
	if !strings.HasSuffix(trimmed, "Infinity") {
		digits = strings.TrimRight(trimmed, "fFdD")
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, cannot(s, "DOUBLE")
	}
	return f, nil
}

var javaDecimal = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,9})?$`)

// parseDecimal gives digits that DuckDB casts to a decimal.
func parseDecimal(s string) (string, error) {
	if !javaDecimal.MatchString(s) {
		return "", cannot(s, "DECIMAL")
	}
	return strings.TrimPrefix(s, "+"), nil
}

func parseBoolean(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "true", "t", "1":
		return true, nil
	case "false", "f", "0":
		return false, nil
	}
	return false, cannot(s, "BOOLEAN")
}

var (
	dateText      = regexp.MustCompile(`^([+-]?[0-9]{4,7})-([0-9]{1,2})-([0-9]{1,2})$`)
	timestampText = regexp.MustCompile(`^(([+-]?[0-9]{4,9})-[0-9]{1,2}-[0-9]{1,2})(?: ([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]+))?)?)?(?: ?(.+))?$`)
)

// parseDate reads 2026-1-31.
func parseDate(s string) (time.Time, error) {
	m := dateText.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return time.Time{}, cannot(s, "DATE")
	}
	year, err := strconv.Atoi(m[1])
	month, day := atoi(m[2], false), atoi(m[3], false)
	d := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	switch {
	case err != nil || d.Day() != day || d.Month() != time.Month(month) || year > lastYear || year < -lastYear:
		return time.Time{}, cannot(s, "DATE")
	case year > maxYear || year < -maxYear:
		return time.Time{}, unsupported("the year %d", year)
	}
	return d, nil
}

// parseTimestamp reads a date and a time with a blank between: a T is none of Trino's. A zone counts for nothing.
func parseTimestamp(s string) (time.Time, error) {
	at, zone, err := readTimestamp(s)
	var beyond *failure
	switch {
	case errors.As(err, &beyond):
		return time.Time{}, err
	case err != nil || !isZone(zone):
		return time.Time{}, fmt.Errorf("Value cannot be cast to timestamp: %s", s)
	}
	return at, nil
}

// parseInstant reads a timestamp in UTC. Others would need the zone to be kept with each value.
func parseInstant(s string) (time.Time, error) {
	at, zone, err := readTimestamp(s)
	var beyond *failure
	switch {
	case errors.As(err, &beyond):
		return time.Time{}, err
	case err != nil:
		return time.Time{}, fmt.Errorf("Value cannot be cast to timestamp with time zone: %s", s)
	}
	switch zone {
	case "", "UTC", "Z", "+00:00":
		return at, nil
	}
	return time.Time{}, unsupported("the time zone of %q, which is not UTC,", s)
}

var offset = regexp.MustCompile(`^[+-][0-9]{2}:[0-9]{2}$`)

func isZone(s string) bool {
	if s == "Z" || offset.MatchString(s) {
		return true
	}
	_, err := time.LoadLocation(s)
	return err == nil && s != "Local"
}

func readTimestamp(s string) (time.Time, string, error) {
	m := timestampText.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return time.Time{}, "", strconv.ErrSyntax
	}
	if year, err := strconv.Atoi(m[2]); err != nil || year > maxYear || year < -maxYear {
		return time.Time{}, "", unsupported("the year %s", m[2])
	}
	day, err := parseDate(m[1])
	if err != nil {
		return time.Time{}, "", err
	}
	var clock [3]int
	for i, digits := range m[3:6] {
		if digits == "" {
			continue
		}
		if clock[i], err = strconv.Atoi(digits); err != nil {
			return time.Time{}, "", err
		}
	}
	if clock[0] > 23 || clock[1] > 59 || clock[2] > 59 {
		return time.Time{}, "", strconv.ErrRange
	}
	return day.Add(time.Duration(clock[0])*time.Hour + time.Duration(clock[1])*time.Minute + time.Duration(clock[2])*time.Second +
		fraction(m[6])), m[7], nil
}

// fraction is a part of a second in digits, rounded half up to microseconds.
func fraction(digits string) time.Duration {
	padded := (digits + "0000000")[:7]
	n, err := strconv.Atoi(padded)
	if err != nil {
		return 0
	}
	return time.Duration((n+5)/10) * time.Microsecond
}

// parseAddress gives the 32 hexadecimal digits of an address; those of IPv4 are the IPv6 addresses that stand for them.
func parseAddress(s string) (string, error) {
	a, err := netip.ParseAddr(s) // whose zone, such as %eth0, is no part of an address to Trino
	if err != nil {
		return "", cannot(s, "IPADDRESS")
	}
	bytes := a.WithZone("").As16()
	return hex.EncodeToString(bytes[:]), nil
}
