package table

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/ecs"
)

// cells is a row as a test wrote it: nil, string, int64, float64, bool or []string by column. Times are int64.
type cells []any

// batchOf fills a batch with rows.
func batchOf(t testing.TB, rows []cells, fields ...ecs.Field) *ecs.Batch {
	t.Helper()
	schema, err := ecs.NewSchema(fields...)
	if err != nil {
		t.Fatal(err)
	}
	b := ecs.NewBatch(schema)
	for _, row := range rows {
		for col, v := range row {
			set(b, col, v)
		}
		b.Commit()
	}
	return b
}

func set(b *ecs.Batch, col int, v any) {
	switch v := v.(type) {
	case string:
		b.SetString(col, []byte(v))
	case int64:
		if b.Schema().Fields()[col].Type == ecs.Time {
			b.SetTime(col, v)
		} else {
			b.SetInt(col, v)
		}
	case float64:
		b.SetFloat(col, v)
	case bool:
		b.SetBool(col, v)
	case []string:
		for _, item := range v {
			b.Append(col, []byte(item))
		}
	}
}

func order(n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}

func encode(t testing.TB, b *ecs.Batch, rows []int32, o Options) []byte {
	t.Helper()
	var buf bytes.Buffer
	info, err := Write(&buf, b, rows, o)
	if err != nil {
		t.Fatal(err)
	}
	if info.Bytes != int64(buf.Len()) || info.Rows != int64(len(rows)) {
		t.Fatalf("wrote %d bytes of %d rows, was told %+v", buf.Len(), len(rows), info)
	}
	return buf.Bytes()
}

func verify(file []byte, b *ecs.Batch, rows []int32) error {
	return Verify(bytes.NewReader(file), int64(len(file)), b, rows)
}

const day = int64(1769817600000) // 2026-01-31

// mixedFields and mixedRows are every type with every shape of values that the encoder treats apart.
func mixedFields() []ecs.Field {
	return []ecs.Field{
		{Name: "@timestamp", Type: ecs.Time},
		{Name: "event.id", Type: ecs.String, Unique: true},
		{Name: "source.ip", Type: ecs.String, Kind: ecs.IP},
		{Name: "event.module", Type: ecs.String},
		{Name: "error.code", Type: ecs.String},
		{Name: "never", Type: ecs.String},
		{Name: "url.path", Type: ecs.String},
		{Name: "payload", Type: ecs.String, JSON: true},
		{Name: "related.ip", Type: ecs.Strings, Kind: ecs.IP},
		{Name: "never_listed", Type: ecs.Strings},
		{Name: "destination.port", Type: ecs.Int},
		{Name: "log.offset", Type: ecs.Int},
		{Name: "wild", Type: ecs.Int},
		{Name: "score", Type: ecs.Float},
		{Name: "mfa", Type: ecs.Bool},
		{Name: "session.start", Type: ecs.Time},
		{Name: "tail", Type: ecs.String},
	}
}

func mixedRows(n int, seed uint64) []cells {
	r := rand.New(rand.NewPCG(seed, 1))
	maybe := func(p float64, v any) any {
		if r.Float64() < p {
			return v
		}
		return nil
	}
	odd := []string{"", "ünïcode ✓", "\x00\x01\x7f", strings.Repeat("long ", 40), "日本語", "a\nb\t\"c\"", strings.Repeat("é", 100)}
	rows, at := make([]cells, n), day
	for i := range rows {
		at += r.Int64N(400)
		ip := fmt.Sprintf("10.%d.%d.%d", r.IntN(3), r.IntN(20), r.IntN(50))
		var list any
		if k := r.IntN(4); k > 0 {
			items := []string{ip}
			for j := 1; j < k; j++ {
				items = append(items, fmt.Sprintf("192.168.%d.%d", j, r.IntN(9)))
			}
			list = items
		}
		rows[i] = cells{
			at,
			fmt.Sprintf("%08x-%04x-%012x", r.Uint32(), r.IntN(1<<16), i),
			maybe(0.9, ip),
			"aws",
			maybe(0.02, odd[r.IntN(len(odd))]),
			nil,
			odd[r.IntN(len(odd))] + fmt.Sprint(r.IntN(40)),
			maybe(0.5, fmt.Sprintf(`{"n":%d,"pad":%q}`, r.IntN(1<<30), strings.Repeat("x", r.IntN(120)))),
			list,
			nil,
			maybe(0.7, []int64{443, 80, 22, 3306}[r.IntN(4)]),
			int64(i) * 731,
			maybe(0.9, int64(r.Uint64())),
			maybe(0.6, r.NormFloat64()),
			maybe(0.8, r.IntN(2) == 1),
			maybe(0.3, at-int64(r.IntN(100000))),
			maybe(float64(n/2-i), "early"), // null from the middle of the batch on
		}
	}
	return rows
}

// extremes are values at the ends of their types.
func extremes() []cells {
	return []cells{
		{day, "a", int64(math.MinInt64), math.Inf(-1), false},
		{day, "b", int64(math.MaxInt64), math.Inf(1), true},
		{day, "c", int64(0), 0.0, nil},
		{day, "d", int64(-1), math.Copysign(0, -1), true},
		{day, "e", nil, math.MaxFloat64, false},
		{day, "f", int64(math.MinInt64), math.SmallestNonzeroFloat64, nil},
	}
}

func extremeFields() []ecs.Field {
	return []ecs.Field{
		{Name: "@timestamp", Type: ecs.Time}, {Name: "event.id", Type: ecs.String},
		{Name: "i", Type: ecs.Int}, {Name: "f", Type: ecs.Float}, {Name: "b", Type: ecs.Bool},
	}
}
