package table

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"github.com/hindcast/hindcast/lake/ecs"
)

const benchRows = 400_000

// cloudtrail is a batch shaped as a day of CloudTrail is: 60 columns, of which 15 are null and 8 differ in every row
// or nearly so.
var cloudtrail = sync.OnceValue(func() *ecs.Batch {
	r := rand.New(rand.NewPCG(11, 12))
	pool := func(n int, format string) []string {
		p := make([]string, n)
		for i := range p {
			p[i] = fmt.Sprintf(format, r.IntN(1<<30))
		}
		return p
	}
	type column struct {
		field ecs.Field
		pool  []string
		fill  float64
	}
	var columns []column
	add := func(n int, distinct int, format string, fill float64, f ecs.Field) {
		for i := range n {
			g := f
			g.Name = fmt.Sprintf("%s%d", f.Name, i)
			columns = append(columns, column{g, pool(distinct, format), fill})
		}
	}
	add(8, 1, "constant-%d", 1, ecs.Field{Name: "constant"})
	add(10, 12, "category-%d", 0.9, ecs.Field{Name: "few"})
	add(6, 300, "arn:aws:iam::111122223333:role/role-%d", 0.95, ecs.Field{Name: "role", Kind: ecs.ARN})
	add(4, 5000, "10.%d", 0.8, ecs.Field{Name: "address", Kind: ecs.IP})
	add(3, 40000, `{"bucketName":"logs-%[1]d","Host":"logs-%[1]d.s3.amazonaws.com","acl":"private","x-amz-acl":"bucket-owner-full-control"}`, 0.4, ecs.Field{Name: "parameters"})
	add(3, 5000, "10.%d", 0.9, ecs.Field{Name: "related", Type: ecs.Strings, Kind: ecs.IP})
	add(15, 1, "", 0, ecs.Field{Name: "never"})
	fields := []ecs.Field{
		{Name: "@timestamp", Type: ecs.Time}, {Name: "event.id", Unique: true}, {Name: "request.id", Unique: true},
		{Name: "log.offset", Type: ecs.Int}, {Name: "event.ingested", Type: ecs.Time}, {Name: "bytes", Type: ecs.Int},
		{Name: "mfa", Type: ecs.Bool}, {Name: "response", Unique: true}, {Name: "session.id", Unique: true},
	}
	fixed := len(fields)
	for _, c := range columns {
		fields = append(fields, c.field)
	}
	schema, err := ecs.NewSchema(fields...)
	if err != nil {
		panic(err)
	}
	b := ecs.NewBatch(schema)
	at := day
	uuid := func() []byte {
		return fmt.Appendf(nil, "%08x-%04x-%04x-%04x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16), r.Uint64()>>16)
	}
	for i := range benchRows {
		at += r.Int64N(3) / 2 * 1000 % 86_000_000
		b.SetTime(0, at)
		b.SetString(1, uuid())
		b.SetString(2, uuid()[:16])
		b.SetInt(3, int64(i%2000)*1300)
		b.SetTime(4, day)
		b.SetInt(5, int64(r.ExpFloat64()*5000))
		b.SetBool(6, r.IntN(2) == 1)
		if r.IntN(2) == 0 {
			b.SetString(7, fmt.Appendf(nil, `{"requestId":"%s","expires":%d,"status":"Success"}`, uuid(), r.Uint32()))
		}
		if r.IntN(5) == 0 {
			b.SetString(8, uuid())
		}
		for j, c := range columns {
			switch {
			case c.fill == 0 || r.Float64() > c.fill:
			case c.field.Type == ecs.Strings:
				for range 1 + r.IntN(2) {
					b.Append(fixed+j, []byte(c.pool[r.IntN(len(c.pool))]))
				}
			default:
				b.SetString(fixed+j, []byte(c.pool[int(float64(len(c.pool))*r.Float64()*r.Float64())]))
			}
		}
		b.Commit()
	}
	return b
})

func BenchmarkWrite(b *testing.B) {
	batch, rows := cloudtrail(), order(benchRows)
	for name, level := range map[string]zstd.EncoderLevel{"fastest": zstd.SpeedFastest, "default": zstd.SpeedDefault} {
		b.Run(name, func(b *testing.B) {
			e, err := NewEncoder(Options{Level: level})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				info, err := e.Write(io.Discard, batch, rows)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(info.Bytes)/1e6, "MB")
			}
			cellRate(b, batch)
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	batch, rows := cloudtrail(), order(benchRows)
	file := encode(b, batch, rows, Options{})
	b.ReportAllocs()
	for b.Loop() {
		if err := verify(file, batch, rows); err != nil {
			b.Fatal(err)
		}
	}
	cellRate(b, batch)
}

func cellRate(b *testing.B, batch *ecs.Batch) {
	cells := float64(batch.Rows()) * float64(batch.Schema().Len()) * float64(b.N)
	b.ReportMetric(cells/1e6/b.Elapsed().Seconds(), "Mcells/s")
}

func BenchmarkFind(b *testing.B) {
	batch, rows := cloudtrail(), order(benchRows)
	file := encode(b, batch, rows, Options{})
	for _, there := range []bool{false, true} {
		want := make([]Key, benchRows)
		for i := range want {
			want[i] = Key{batch.Num(0, i), batch.Str(1, i)}
			if !there {
				want[i].ID = append([]byte("x"), want[i].ID[1:]...)
			}
		}
		b.Run(map[bool]string{false: "none there", true: "all there"}[there], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				if err := Find(bytes.NewReader(file), int64(len(file)), want, func(int) { n++ }); err != nil {
					b.Fatal(err)
				}
				if there != (n == benchRows) {
					b.Fatalf("%d keys found", n)
				}
			}
		})
	}
}

// BenchmarkParquetGo writes the same cells with parquet-go/parquet-go's column writers.
func BenchmarkParquetGo(b *testing.B) {
	batch := cloudtrail()
	root := parquet.Group{}
	for _, f := range batch.Schema().Fields() {
		root[f.Column()] = parquet.Optional(parquetGoNode(f.Type))
	}
	schema := parquet.NewSchema("schema", root)
	for b.Loop() {
		w := parquet.NewWriter(io.Discard, schema, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(128<<10))
		for i, f := range batch.Schema().Fields() {
			if f.Type == ecs.Strings {
				continue
			}
			leaf, _ := schema.Lookup(f.Column())
			if _, err := w.ColumnWriters()[leaf.ColumnIndex].WriteRowValues(parquetGoValues(batch, i, leaf.ColumnIndex)); err != nil {
				b.Fatal(err)
			}
		}
		for i, f := range batch.Schema().Fields() { // its lists, so that rows stay of one length
			if f.Type == ecs.Strings {
				leaf, _ := schema.Lookup(f.Column(), "list", "element")
				if _, err := w.ColumnWriters()[leaf.ColumnIndex].WriteRowValues(parquetGoLists(batch, i, leaf.ColumnIndex)); err != nil {
					b.Fatal(err)
				}
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
	cellRate(b, batch)
}

func parquetGoNode(t ecs.Type) parquet.Node {
	switch t {
	case ecs.Int:
		return parquet.Encoded(parquet.Int(64), &parquet.DeltaBinaryPacked)
	case ecs.Time:
		return parquet.Encoded(parquet.Timestamp(parquet.Millisecond), &parquet.DeltaBinaryPacked)
	case ecs.Bool:
		return parquet.Leaf(parquet.BooleanType)
	case ecs.Float:
		return parquet.Leaf(parquet.DoubleType)
	case ecs.Strings:
		return parquet.List(parquet.Optional(parquet.Encoded(parquet.String(), &parquet.RLEDictionary)))
	}
	return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
}

func parquetGoValues(batch *ecs.Batch, col, leaf int) []parquet.Value {
	values := make([]parquet.Value, batch.Rows())
	for row := range values {
		var v parquet.Value
		level := 1
		switch t := batch.Schema().Fields()[col].Type; {
		case batch.Null(col, row):
			level = 0
		case t == ecs.String:
			v = parquet.ByteArrayValue(batch.Str(col, row))
		case t == ecs.Bool:
			v = parquet.BooleanValue(batch.Num(col, row) == 1)
		default:
			v = parquet.Int64Value(batch.Num(col, row))
		}
		values[row] = v.Level(0, level, leaf)
	}
	return values
}

func parquetGoLists(batch *ecs.Batch, col, leaf int) []parquet.Value {
	var values []parquet.Value
	for row := range batch.Rows() {
		items := batch.Items(col, row)
		if len(items) == 0 {
			values = append(values, parquet.NullValue().Level(0, 0, leaf))
		}
		for i, id := range items {
			values = append(values, parquet.ByteArrayValue(batch.Value(col, id)).Level(min(i, 1), 3, leaf))
		}
	}
	return values
}
