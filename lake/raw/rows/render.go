package rows

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/format"

	"github.com/hindcast/hindcast/lake/ecs"
)

// appendValue renders the value that a column stands at.
func (l *leaf) appendValue(dst []byte) []byte {
	v := &l.value
	switch l.kind.form {
	case formText:
		return ecs.AppendQuoted(dst, v.bytes)
	case formJSON:
		if json.Valid(v.bytes) {
			return append(dst, v.bytes...)
		}
		return appendBytes(dst, v.bytes)
	case formUnsigned:
		if l.physical == format.Int32 {
			return strconv.AppendUint(dst, uint64(uint32(v.bits)), 10)
		}
		return strconv.AppendUint(dst, v.bits, 10)
	case formDecimal:
		return l.appendDecimal(dst)
	case formDate:
		return appendTime(dst, time.Unix(int64(v.bits)*86400, 0), time.DateOnly, int64(v.bits))
	case formTime:
		return append(appendClock(append(dst, '"'), int64(v.bits), l.kind.digit), '"')
	case formTimestamp:
		return l.appendTimestamp(dst)
	case formUUID:
		return appendUUID(dst, v.bytes)
	case formFloat16:
		return appendFloat(dst, float16(binary.LittleEndian.Uint16(v.bytes)), 32)
	case formInterval:
		return appendInterval(dst, v.bytes)
	}
	return l.appendRaw(dst)
}

func (l *leaf) appendRaw(dst []byte) []byte {
	switch v := &l.value; l.physical {
	case format.Boolean:
		return strconv.AppendBool(dst, v.bits != 0)
	case format.Int32, format.Int64:
		return strconv.AppendInt(dst, int64(v.bits), 10)
	case format.Float:
		return appendFloat(dst, float64(math.Float32frombits(uint32(v.bits))), 32)
	case format.Double:
		return appendFloat(dst, math.Float64frombits(v.bits), 64)
	default:
		return appendBytes(dst, v.bytes)
	}
}

// appendBytes renders bytes of which nothing is known.
func appendBytes(dst, b []byte) []byte {
	if utf8.Valid(b) {
		return ecs.AppendQuoted(dst, b)
	}
	return append(base64.StdEncoding.AppendEncode(append(dst, '"'), b), '"')
}

func appendFloat(dst []byte, f float64, size int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	return strconv.AppendFloat(dst, f, 'g', -1, size)
}

func float16(b uint16) float64 {
	sign, exponent, fraction := 1.0, int(b>>10&31), float64(b&1023)
	if b>>15 != 0 {
		sign = -1
	}
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

// maxDecimal is more bytes than the longest decimals take.
const maxDecimal = 64

func (l *leaf) appendDecimal(dst []byte) []byte {
	if l.physical == format.Int32 || l.physical == format.Int64 {
		return appendScaled(dst, strconv.AppendInt(nil, int64(l.value.bits), 10), l.kind.digit)
	}
	b := l.value.bytes
	if len(b) > maxDecimal {
		return appendBytes(dst, b)
	}
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return appendScaled(dst, n.Append(nil, 10), l.kind.digit)
}

// appendScaled puts the point into a number.
func appendScaled(dst, digits []byte, scale int) []byte {
	if digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	if scale == 0 {
		return append(dst, digits...)
	}
	if whole := len(digits) - scale; whole > 0 {
		return append(append(append(dst, digits[:whole]...), '.'), digits[whole:]...)
	}
	dst = append(dst, "0."...)
	for range scale - len(digits) {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

const (
	julianEpoch = 2440588 // the day 1970-01-01
	dayNanos    = 24 * int64(time.Hour)
)

func (l *leaf) appendTimestamp(dst []byte) []byte {
	if l.physical == format.Int96 {
		nanos, day := int64(binary.LittleEndian.Uint64(l.value.bytes)), int64(binary.LittleEndian.Uint32(l.value.bytes[8:]))
		return appendTime(dst, time.Unix((day-julianEpoch)*86400, nanos), "2006-01-02T15:04:05.000000000Z", nanos)
	}
	n := int64(l.value.bits)
	switch l.kind.digit {
	case 6:
		return appendTime(dst, time.UnixMicro(n), "2006-01-02T15:04:05.000000Z", n)
	case 9:
		return appendTime(dst, time.Unix(n/1e9, n%1e9), "2006-01-02T15:04:05.000000000Z", n)
	}
	return appendTime(dst, time.UnixMilli(n), "2006-01-02T15:04:05.000Z", n)
}

// appendTime renders a time as text, or as the number that is stored if a year of four digits does not tell it.
func appendTime(dst []byte, t time.Time, layout string, stored int64) []byte {
	t = t.UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		return strconv.AppendInt(dst, stored, 10)
	}
	return append(t.AppendFormat(append(dst, '"'), layout), '"')
}

// appendClock renders the time of a day.
func appendClock(dst []byte, n int64, digit int) []byte {
	unit := int64(1)
	for range 9 - digit {
		unit *= 10
	}
	layout := "15:04:05.000000000"[:len("15:04:05.")+digit]
	if n < 0 || n >= dayNanos/unit {
		return strconv.AppendInt(dst, n, 10)
	}
	return time.Unix(0, n*unit).UTC().AppendFormat(dst, layout)
}

func appendUUID(dst, b []byte) []byte {
	dst = append(dst, '"')
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, part)
	}
	return append(dst, '"')
}

func appendInterval(dst, b []byte) []byte {
	for i, name := range []string{`{"months":`, `,"days":`, `,"milliseconds":`} {
		dst = strconv.AppendUint(append(dst, name...), uint64(binary.LittleEndian.Uint32(b[4*i:])), 10)
	}
	return append(dst, '}')
}
