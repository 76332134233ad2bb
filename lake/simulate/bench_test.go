package simulate

import (
	"context"
	"testing"
)

func BenchmarkGenerate(b *testing.B) {
	discard := func(string, []byte) error { return nil }
	for _, c := range []struct {
		name  string
		write func(context.Context) (Summary, error)
	}{
		{"estate", func(ctx context.Context) (Summary, error) { return Estate{}.Generate(ctx, discard) }},
		{"cloudtrail", func(ctx context.Context) (Summary, error) { return CloudTrail(ctx, 50_000, 1, discard) }},
		{"vpcflow", func(ctx context.Context) (Summary, error) { return VPCFlow(ctx, 200_000, 1, discard) }},
		{"alb", func(ctx context.Context) (Summary, error) { return ALB(ctx, 100_000, 1, discard) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var sum Summary
			for b.Loop() {
				var err error
				if sum, err = c.write(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(sum.RawBytes)
			b.ReportMetric(float64(sum.RawBytes)/float64(sum.Total().Records), "B/record")
			b.ReportMetric(float64(sum.RawBytes)/float64(sum.Bytes), "raw/packed")
		})
	}
}
