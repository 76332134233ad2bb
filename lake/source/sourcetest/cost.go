package sourcetest

import (
	"syscall"
	"testing"

	"github.com/hindcast/hindcast/lake/source"
)

// NoGarbage makes sure that a record costs no allocation once its values have been seen. Lines of a header may stand
// before it.
func NoGarbage(t *testing.T, s *source.Source, record string, header ...string) {
	t.Helper()
	r := New(t, s, "k")
	for _, line := range header {
		_ = r.Add(line)
	}
	data := []byte(record)
	run := func() {
		r.Batch.Reset()
		for range 100 {
			if err := r.Norm.Add(data, 0, 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	if allocs := testing.AllocsPerRun(10, run); allocs > 0 {
		t.Errorf("100 records took %v allocations", allocs)
	}
}

// Bench measures a source from the record to the batch. Record is called for the numbers that tell records apart, as
// addresses, ports and bytes vary in a log.
func Bench(b *testing.B, s *source.Source, record func(n int) string, header ...string) {
	r := New(b, s, "k")
	const rows = 20000
	records := make([][]byte, rows)
	size := 0
	for n := range records {
		records[n] = []byte(record(n))
		size += len(records[n]) + 1
	}
	run := func() {
		r.Batch.Reset()
		r.Norm.Begin(source.Origin{Key: "k", Ingested: Ingested})
		for _, line := range header {
			_ = r.Add(line)
		}
		offset := int64(0)
		for _, data := range records {
			if err := r.Norm.Add(data, offset, 0); err != nil {
				b.Fatal(err)
			}
			offset += int64(len(data)) + 1
		}
	}
	run()
	b.SetBytes(int64(size))
	b.ReportAllocs()
	before := cpuSeconds(b)
	for b.Loop() {
		run()
	}
	b.ReportMetric(float64(size)/1e6*float64(b.N)/(cpuSeconds(b)-before), "MB/cpu-s")
}

// cpuSeconds is the processor time that this process has used: others use the same machine.
func cpuSeconds(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
