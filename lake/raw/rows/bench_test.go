package rows

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// BenchmarkFlows reads flow logs as VPC delivers them; MB are of JSON.
func BenchmarkFlows(b *testing.B) {
	var flows []flow
	for i := range 200_000 {
		src, port := fmt.Sprintf("198.51.100.%d", i%251), int32(i%60_000)
		flows = append(flows, flow{2, &src, &port, int64(i * 17 % 90_000), "ACCEPT"})
	}
	data := parquetOf(b, flows, parquet.Compression(&parquet.Snappy))
	b.ReportAllocs()
	for b.Loop() {
		r, err := New(bytes.NewReader(data), int64(len(data)), Limits{})
		if err != nil {
			b.Fatal(err)
		}
		size := int64(0)
		for err == nil {
			var row []byte
			row, err = r.Next()
			size += int64(len(row))
		}
		if r.Close(); err != io.EOF {
			b.Fatal(err)
		}
		b.SetBytes(size)
	}
}
