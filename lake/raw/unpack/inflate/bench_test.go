package inflate

import (
	"bytes"
	"context"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/lake/simulate"
)

// BenchmarkAgainstKlauspost unpacks the same objects with this package and with klauspost's in turn, and reports the
// medians of MB of output a second and of their ratio, pair by pair.
func BenchmarkAgainstKlauspost(b *testing.B) {
	logs := []struct {
		name     string
		simulate func(context.Context, int, uint64, simulate.Put) (simulate.Summary, error)
		n        int
	}{
		{"CloudTrail", simulate.CloudTrail, 20_000},
		{"VPCFlow", simulate.VPCFlow, 200_000},
		{"ALB", simulate.ALB, 60_000},
	}
	for _, log := range logs {
		b.Run(log.name, func(b *testing.B) {
			var objects [][]byte
			put := func(_ string, body []byte) error {
				objects = append(objects, bytes.Clone(body))
				return nil
			}
			if _, err := log.simulate(b.Context(), log.n, 1, put); err != nil {
				b.Fatal(err)
			}
			compare(b, objects)
		})
	}
}

func compare(b *testing.B, objects [][]byte) {
	var ours, theirs, ratios []float64
	for b.Loop() {
		mine, n := unpackAll(b, objects, func(src io.Reader) (io.ReadCloser, error) { return NewReader(src), nil })
		other, m := unpackAll(b, objects, func(src io.Reader) (io.ReadCloser, error) { return gzip.NewReader(src) })
		if n != m {
			b.Fatalf("%d bytes and %d", n, m)
		}
		ours, theirs = append(ours, float64(n)/1e6/mine.Seconds()), append(theirs, float64(n)/1e6/other.Seconds())
		ratios = append(ratios, other.Seconds()/mine.Seconds())
	}
	b.ReportMetric(median(ours), "MB/s")
	b.ReportMetric(median(theirs), "klauspost-MB/s")
	b.ReportMetric(median(ratios), "x-klauspost")
}

// unpackAll reads as a framer does, into a buffer of 64 KB.
func unpackAll(b *testing.B, objects [][]byte, open func(io.Reader) (io.ReadCloser, error)) (time.Duration, int) {
	b.Helper()
	buf := make([]byte, 64<<10)
	start, total := time.Now(), 0
	for _, object := range objects {
		r, err := open(bytes.NewReader(object))
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			var n int
			n, err = r.Read(buf)
			total += n
		}
		if err != io.EOF {
			b.Fatal(err)
		}
		r.Close()
	}
	return time.Since(start), total
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
