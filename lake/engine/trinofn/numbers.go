package trinofn

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// numbers are functions of numbers, and the texts of them.
func numbers() []Function {
	return []Function{
		{"trino_double_text", []Type{Double}, Text, func(a []any) (any, error) { return floatText(a[0].(float64), -1), nil }},
		{"trino_real_text", []Type{Real}, Text, func(a []any) (any, error) { return realText(a[0].(float32)), nil }},
		{"trino_json_number", []Type{Double}, Text, func(a []any) (any, error) { return javaFloat(a[0].(float64)), nil }},
		{"trino_decimal", []Type{Text, Text, Text, Int}, Text, func(a []any) (any, error) {
			return decimal(a[0].(string), a[1].(string), a[2].(string), a[3].(int64))
		}},
		{"trino_decimal_round", []Type{Text, Int}, Text, func(a []any) (any, error) { return roundDecimal(a[0].(string), a[1].(int64)) }},
		{"trino_decimal_truncate", []Type{Text, Int}, Text, func(a []any) (any, error) { return truncateDecimal(a[0].(string), a[1].(int64)) }},
		text("trino_decimal_digits", Text, withZero),
		text("trino_decimal_sum", Text, sum),
		{"trino_from_base", []Type{Text, Int}, Int, func(a []any) (any, error) {
			if a[1].(int64) < 2 || a[1].(int64) > 36 {
				return nil, errors.New("Radix must be between 2 and 36")
			}
			n, err := strconv.ParseInt(a[0].(string), int(a[1].(int64)), 64)
			if err != nil {
				return nil, fmt.Errorf("Not a valid base-%d number: %s", a[1], a[0])
			}
			return n, nil
		}},
		{"trino_to_base", []Type{Int, Int}, Text, func(a []any) (any, error) {
			if a[1].(int64) < 2 || a[1].(int64) > 36 {
				return nil, errors.New("Radix must be between 2 and 36")
			}
			return strconv.FormatInt(a[0].(int64), int(a[1].(int64))), nil
		}},
	}
}

// realText is what a number of single precision is as varchar: at most seven of the digits that it needs, rounded half up.
func realText(f float32) string {
	digits, exponent := scientific(float64(f), 32, -1)
	shortest, err := strconv.ParseFloat(digits+"E"+exponent, 64)
	if err != nil || math.IsInf(float64(f), 0) || math.IsNaN(float64(f)) {
		return floatText(float64(f), -1)
	}
	eight := strconv.FormatFloat(shortest, 'E', 7, 64) // 1.2345675E+07
	written, ok := new(big.Rat).SetString(eight)
	if exact := new(big.Rat).SetFloat64(shortest); ok && strings.Contains(eight, "5E") && written.Cmp(exact) == 0 {
		shortest = math.Nextafter(shortest, math.Copysign(math.MaxFloat64, shortest))
	}
	return floatText(shortest, 6)
}

// floatText is what a floating point number is as varchar: 1.5E0. So many digits follow the point at most; -1 means as many as it needs.
func floatText(f float64, after int) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == 0 && math.Signbit(f):
		return "-0E0"
	case f == 0:
		return "0E0"
	}
	digits, exponent := scientific(f, 64, after)
	return digits + "E" + exponent
}

// scientific divides a number's digits, with a point in them and so many after it, and its exponent. -1 means its shortest digits,
// but two at least.
func scientific(f float64, bits, after int) (digits, exponent string) {
	text := strconv.FormatFloat(f, 'E', after, bits)
	if after < 0 && !strings.Contains(text, ".") {
		text = strconv.FormatFloat(f, 'E', 1, bits)
	}
	digits, exponent, _ = strings.Cut(text, "E")
	if digits = strings.TrimRight(digits, "0"); strings.HasSuffix(digits, ".") {
		digits += "0"
	}
	negative := strings.HasPrefix(exponent, "-")
	exponent = strings.TrimLeft(exponent, "+-0")
	if exponent == "" {
		return digits, "0"
	}
	if negative {
		exponent = "-" + exponent
	}
	return digits, exponent
}

// javaFloat is Java's Double.toString, as JSON has numbers: 1.5, 1.0E10.
func javaFloat(f float64) string {
	abs := math.Abs(f)
	switch {
	case math.IsNaN(f):
		return `"NaN"`
	case math.IsInf(f, 1):
		return `"Infinity"`
	case math.IsInf(f, -1):
		return `"-Infinity"`
	case f != 0 && (abs < 1e-3 || abs >= 1e7):
		digits, exponent := scientific(f, 64, -1)
		return digits + "E" + exponent
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// withZero puts the zero before the point that DuckDB leaves out.
func withZero(s string) (string, error) {
	digits, negative := strings.CutPrefix(s, "-")
	if strings.HasPrefix(digits, ".") {
		digits = "0" + digits
	}
	if negative {
		return "-" + digits, nil
	}
	return digits, nil
}

// sum is a sum of decimals that has no more digits than a decimal may have.
func sum(s string) (string, error) {
	n, _, err := unscaled(s)
	if err != nil {
		return "", err
	}
	if n.CmpAbs(power(38)) >= 0 {
		return "", &failure{internalError, "Decimal overflow"}
	}
	return s, nil
}

var ten = big.NewInt(10)

func power(n int) *big.Int { return new(big.Int).Exp(ten, big.NewInt(int64(n)), nil) }

// unscaled are the digits of a decimal as a number, and how many of them follow the point.
func unscaled(s string) (*big.Int, int, error) {
	whole, part, _ := strings.Cut(s, ".")
	n, ok := new(big.Int).SetString(whole+part, 10)
	if !ok {
		return nil, 0, fmt.Errorf("%q is not a decimal", s)
	}
	return n, len(part), nil
}

func scaledText(n *big.Int, scale int) string {
	digits := new(big.Int).Abs(n).String()
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	out := digits[:len(digits)-scale]
	if scale > 0 {
		out += "." + digits[len(digits)-scale:]
	}
	if n.Sign() < 0 {
		return "-" + out
	}
	return out
}

// quotient divides, and rounds half away from zero.
func quotient(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Abs(r).Lsh(r, 1).Cmp(new(big.Int).Abs(b)) >= 0 {
		q.Add(q, big.NewInt(int64(a.Sign()*b.Sign())))
	}
	return q
}

// decimal divides decimals, or takes the remainder, to a number of digits after the point.
func decimal(op, a, b string, scale int64) (any, error) {
	x, xs, err := unscaled(a)
	if err != nil {
		return nil, err
	}
	y, ys, err := unscaled(b)
	if err != nil {
		return nil, err
	}
	switch {
	case y.Sign() == 0:
		return nil, &failure{divisionByZero, "Division by zero"}
	case scale < 0 || scale > 38:
		return nil, fmt.Errorf("a decimal has no %d digits after its point", scale)
	}
	common := max(xs, ys)
	x.Mul(x, power(common-xs))
	y.Mul(y, power(common-ys))
	if op == "%" {
		return scaledText(x.Rem(x, y), common), nil
	}
	return scaledText(quotient(x.Mul(x, power(int(scale))), y), int(scale)), nil
}

// roundDecimal rounds half away from zero, and keeps the scale.
func roundDecimal(s string, digits int64) (any, error) { return dropDigits(s, digits, quotient) }

// truncateDecimal drops digits, and keeps the scale.
func truncateDecimal(s string, digits int64) (any, error) {
	return dropDigits(s, digits, func(n, unit *big.Int) *big.Int { return n.Quo(n, unit) })
}

// dropDigits makes a decimal a whole number of units of its last digit that stays.
func dropDigits(s string, digits int64, units func(n, unit *big.Int) *big.Int) (any, error) {
	n, scale, err := unscaled(s)
	if err != nil {
		return nil, err
	}
	drop := int64(scale) - digits
	switch {
	case drop <= 0:
		return s, nil
	case drop > 80:
		return scaledText(new(big.Int), scale), nil
	}
	unit := power(int(drop))
	return scaledText(n.Mul(units(n, unit), unit), scale), nil
}
