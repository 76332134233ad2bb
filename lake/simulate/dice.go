package simulate

import (
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"time"
)

// dice draws everything that looks random. Each stream's day has its own, so that one does not depend on another.
type dice struct{ *rand.Rand }

func newDice(seed uint64, parts ...string) *dice {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return &dice{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

func (d *dice) chance(p float64) bool { return d.Float64() < p }

// between includes both ends.
func (d *dice) between(lo, hi int) int { return lo + d.IntN(hi-lo+1) }

func pick[T any](d *dice, from []T) T { return from[d.IntN(len(from))] }

// favour picks early elements far more often than late ones.
func favour[T any](d *dice, from []T) T {
	f := d.Float64()
	return from[int(f*f*float64(len(from)))]
}

// size draws a size in bytes: mostly small, at times very large.
func (d *dice) size(typical int) int {
	f := d.ExpFloat64()
	return int(float64(typical)*f*f/2) + d.IntN(64)
}

const (
	hexDigits  = "0123456789abcdef"
	nonZeroHex = "123456789abcdef"
	upperHex   = "0123456789ABCDEF"
	upperAlnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	alnum      = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	base64     = alnum + "+/"
)

// letters appends n characters of an alphabet of 16 to 64.
func (d *dice) letters(b []byte, alphabet string, n int) []byte {
	var pool uint64
	for i := range n {
		if i%8 == 0 {
			pool = d.Uint64()
		}
		b = append(b, alphabet[int(pool&0xff)*len(alphabet)>>8])
		pool >>= 8
	}
	return b
}

func (d *dice) hex(b []byte, n int) []byte { return d.letters(b, hexDigits, n) }

func (d *dice) name(alphabet string, n int) string { return string(d.letters(nil, alphabet, n)) }

// uuid appends a version 4 UUID.
func (d *dice) uuid(b []byte) []byte {
	from := len(b)
	b = d.hex(b, 36)
	id := b[from:]
	id[8], id[13], id[18], id[23] = '-', '-', '-', '-'
	id[14] = '4'
	id[19] = "89ab"[id[19]&3]
	return b
}

// port appends an ephemeral port.
func (d *dice) port(b []byte) []byte { return strconv.AppendInt(b, int64(d.between(32768, 60999)), 10) }

func appendInt[T ~int | ~int64](b []byte, n T) []byte { return strconv.AppendInt(b, int64(n), 10) }

// appendTime appends an instant to the second, as CloudTrail has it.
func appendTime(b []byte, t time.Time) []byte { return t.AppendFormat(b, "2006-01-02T15:04:05Z") }

// appendMicros appends an instant to the microsecond, as load balancers have it.
func appendMicros(b []byte, t time.Time) []byte {
	return t.AppendFormat(b, "2006-01-02T15:04:05.000000Z")
}

// appendCLF appends an instant in brackets, as web servers and S3 have it.
func appendCLF(b []byte, t time.Time) []byte {
	return t.AppendFormat(b, "[02/Jan/2006:15:04:05 +0000]")
}

// appendSeconds appends a duration in seconds with the given number of decimals.
func appendSeconds(b []byte, d time.Duration, decimals int) []byte {
	return strconv.AppendFloat(b, d.Seconds(), 'f', decimals, 64)
}
