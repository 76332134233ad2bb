package cell

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
)

// Format writes a value of [engine.Exact], or of [engine.Rows], as Athena does; false means null.
func Format(v any, t Type) (string, bool) {
	if v == nil {
		return "", false
	}
	var b strings.Builder
	write(&b, v, t)
	return b.String(), true
}

func write(b *strings.Builder, v any, t Type) {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case string:
		if t.Name == "ipaddress" {
			v = address(v)
		}
		b.WriteString(v)
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case float64:
		b.WriteString(Double(v))
	case float32:
		b.WriteString(Real(v))
	case time.Time:
		writeTime(b, v, t)
	case []byte:
		fmt.Fprintf(b, "% x", v)
	case *big.Int:
		b.WriteString(v.String())
	case engine.Decimal:
		b.WriteString(string(v))
	case []any:
		writeArray(b, v, t)
	case []string: // of an engine that gives plain values
		b.WriteString("[" + strings.Join(v, ", ") + "]")
	case json.RawMessage:
		b.Write(v)
	case engine.Pairs:
		writeMap(b, v, t)
	case map[string]any:
		writeRow(b, v, t)
	default:
		fmt.Fprint(b, v)
	}
}

func writeTime(b *strings.Builder, v time.Time, t Type) {
	v = v.UTC()
	switch t.Name {
	case "date":
		b.WriteString(v.Format(time.DateOnly))
	case "time":
		b.WriteString(v.Format("15:04:05.000"))
	case "time with time zone":
		b.WriteString(v.Format("15:04:05.000-07:00"))
	case "timestamp with time zone":
		zone := cmp.Or(t.Zone, time.UTC)
		b.WriteString(v.In(zone).Format("2006-01-02 15:04:05.000") + " " + zone.String())
	default:
		b.WriteString(v.Format("2006-01-02 15:04:05.000"))
	}
}

// of is the i-th of the types that t is made of, or none if it is not known.
func (t Type) of(i int) Type {
	if i < len(t.Of) {
		return t.Of[i].Type
	}
	return Type{}
}

func writeArray(b *strings.Builder, v []any, t Type) {
	b.WriteByte('[')
	for i, x := range v {
		if i > 0 {
			b.WriteString(", ")
		}
		write(b, x, t.of(0))
	}
	b.WriteByte(']')
}

func writeMap(b *strings.Builder, v engine.Pairs, t Type) {
	b.WriteByte('{')
	for i := range v.Keys {
		if i > 0 {
			b.WriteString(", ")
		}
		write(b, v.Keys[i], t.of(0))
		b.WriteByte('=')
		write(b, v.Values[i], t.of(1))
	}
	b.WriteByte('}')
}

// writeRow goes by the type for the order of fields.
func writeRow(b *strings.Builder, v map[string]any, t Type) {
	b.WriteByte('{')
	for i, f := range t.Of {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(cmp.Or(f.Name, "field"+strconv.Itoa(i)) + "=")
		write(b, v[cmp.Or(f.Key, f.Name)], f.Type)
	}
	b.WriteByte('}')
}

// address is the text of an IPADDRESS, which the engine keeps as the digits of its sixteen bytes. One of IPv4 is shown
// as such.
func address(digits string) string {
	raw, err := hex.DecodeString(digits)
	a, ok := netip.AddrFromSlice(raw)
	if err != nil || !ok {
		return digits
	}
	return a.Unmap().String()
}
