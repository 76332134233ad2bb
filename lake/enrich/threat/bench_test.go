package threat

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// million is a list of a million entries of each kind, and what looks half of them and as many others up.
func million(kind string) (list string, ask [][]byte) {
	const n = 1_000_000
	r := rand.New(rand.NewPCG(1, 2))
	entry := map[string]func() string{
		"addresses": func() string {
			return netip.AddrFrom4([4]byte{byte(11 + r.IntN(89)), byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32())}).String()
		},
		"ranges": func() string {
			return fmt.Sprintf("%d.%d.%d.0/%d", 11+r.IntN(89), r.IntN(256), r.IntN(256), 20+r.IntN(5))
		},
		"domains": func() string { return fmt.Sprintf("host%d.zone%d.example", r.IntN(1e9), r.IntN(1e5)) },
		"hashes": func() string {
			return fmt.Sprintf("%016x%016x%016x%016x", r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64())
		},
	}[kind]
	var b strings.Builder
	for i := range n {
		text := entry()
		b.WriteString(text)
		b.WriteByte('\n')
		if i%64 == 0 {
			text = strings.TrimSuffix(text, "/24")
			ask = append(ask, []byte(strings.Split(text, "/")[0]), []byte(strings.Split(entry(), "/")[0]))
		}
	}
	r.Shuffle(len(ask), func(i, j int) { ask[i], ask[j] = ask[j], ask[i] })
	return b.String(), ask
}

// used is the CPU time that the process has taken: other work on the machine does not count.
func used(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkLookup looks values up in lists of a million entries, half of which are on the list, and reports the bytes
// that an entry takes; a map of texts beside it, which knows of no ranges and no subdomains.
func BenchmarkLookup(b *testing.B) {
	looks := map[string]func(*index, []byte, func(hit)){
		"addresses": (*index).lookAddress, "ranges": (*index).lookAddress, "domains": (*index).lookDomain, "hashes": (*index).lookHash,
	}
	for _, kind := range []string{"addresses", "ranges", "domains", "hashes"} {
		list, ask := million(kind)
		b.Run(kind, func(b *testing.B) {
			x, err := read([]byte(list))
			if err != nil {
				b.Fatal(err)
			}
			found, look := 0, looks[kind]
			runtime.GC()
			before := used(b)
			b.ResetTimer()
			for i := range b.N {
				look(x, ask[i%len(ask)], func(hit) { found++ })
			}
			b.ReportMetric((used(b)-before).Seconds()*1e9/float64(b.N), "CPU-ns/op")
			b.ReportMetric(float64(x.size())/float64(x.entries), "B/entry")
			b.ReportMetric(float64(found)/float64(b.N), "found/op")
		})
		b.Run(kind+"-map", func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			m := map[string]uint32{}
			for line := range strings.Lines(list) {
				m[strings.Clone(strings.TrimSpace(line))] = 1
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			start := used(b)
			b.ResetTimer()
			found := uint32(0)
			for i := range b.N {
				found += m[string(ask[i%len(ask)])]
			}
			b.ReportMetric((used(b)-start).Seconds()*1e9/float64(b.N), "CPU-ns/op")
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(m)), "B/entry")
			b.ReportMetric(float64(found)/float64(b.N), "found/op")
		})
	}
}
