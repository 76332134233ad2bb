package compact_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/enrich/config"
	"github.com/hindcast/hindcast/lake/simulate"
)

// BenchmarkEnrichment compacts the same objects without enrichment and with all of it in turn, and reports the medians of
// MB of text per CPU-second, and of the share of the speed that is left, pair by pair. The threat list has a million
// entries besides those of the estate's intruder. Community IDs, which are nearly as many texts as there are flows, are
// left out, as a lake leaves them out unless it is asked to store them.
//
//	go test ./lake/compact -run - -bench Enrichment -benchtime 5x -timeout 1h
func BenchmarkEnrichment(b *testing.B) {
	more := everything(b)
	for _, r := range rivals {
		b.Run(r.name, func(b *testing.B) {
			rawDir := b.TempDir()
			mb := float64(r.fill(b, rawDir).RawBytes) / 1e6
			var plain, enriched, ratios []float64
			var before, after int64
			for b.Loop() {
				without := cpu(b, func() { before = compactAll(b, r.source, rawDir, b.TempDir(), nil).BytesOut })
				with := cpu(b, func() { after = compactAll(b, r.source, rawDir, b.TempDir(), more).BytesOut })
				plain, enriched, ratios = append(plain, mb/without), append(enriched, mb/with), append(ratios, without/with)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(plain), "plain-MB/CPU-s")
			b.ReportMetric(median(enriched), "MB/CPU-s")
			b.ReportMetric(100*median(ratios), "%-of-plain")
			b.ReportMetric(float64(after)/float64(before), "x-parquet")
		})
	}
}

// everything is all there is to enrich by but Community IDs.
func everything(b *testing.B) *enrich.Set {
	b.Helper()
	dir := b.TempDir()
	known, err := simulate.WriteKnown(dir)
	if err != nil {
		b.Fatal(err)
	}
	var list strings.Builder
	r := rand.New(rand.NewPCG(1, 2))
	for range 500_000 {
		fmt.Fprintf(&list, "%d.%d.%d.%d\nhost%d.example\n", 11+r.IntN(80), r.IntN(256), r.IntN(256), r.IntN(256), r.IntN(1e9))
	}
	million := filepath.Join(dir, "million.txt")
	if err := os.WriteFile(million, []byte(list.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	set, err := config.Config{
		Geo: []string{known.City, known.ASN}, ThreatLists: []config.List{{Name: "feed", File: known.Threats}, {Name: "million", File: million}},
		Accounts: known.Accounts, UserAgents: true, Domains: true, Protocols: true,
	}.Open(func(err error) { b.Error(err) })
	if err != nil {
		b.Fatal(err)
	}
	return set
}
