package raw_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// BenchmarkWrapped reads flow logs bare and in the envelopes of CloudWatch Logs. The MB are of the bare lines.
func BenchmarkWrapped(b *testing.B) {
	var lines, wrapped bytes.Buffer
	for i := range 200 {
		var events []string
		for j := range 200 {
			line := fmt.Sprintf("2 111122223333 eni-0a1b2c3d%08x 198.51.100.%d 10.0.1.5 %d 22 6 20 4249 1768468200 1768468260 ACCEPT OK", i*200+j, j, 49152+i)
			fmt.Fprintln(&lines, line)
			events = append(events, fmt.Sprintf(`{"id":"3%054d","timestamp":1768468200000,"message":"%s"}`, i*200+j, line))
		}
		fmt.Fprintf(&wrapped, `{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"flows","logStream":"eni-1-all","subscriptionFilters":["f"],"logEvents":[%s]}`, strings.Join(events, ","))
	}
	for name, data := range map[string][]byte{"bare": lines.Bytes(), "wrapped": wrapped.Bytes()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(lines.Len()))
			b.ReportAllocs()
			for b.Loop() {
				bucket := singleBucket{data: data}
				r, err := raw.Open(context.Background(), bucket, catalog.Object{Key: "k"}, raw.Framing{Kind: raw.Lines}, raw.Limits{})
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for ; ; n++ {
					if _, err := r.Next(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
				if n != 40_000 {
					b.Fatalf("%d records", n)
				}
				r.Close()
			}
		})
	}
}

type singleBucket struct {
	raw.Bucket
	data []byte
}

func (s singleBucket) Open(context.Context, string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(s.data)), nil
}
