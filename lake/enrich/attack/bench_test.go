package attack

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"

	"io"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/aws"
	"github.com/hindcast/hindcast/lake/table"
)

// simulated is the events of an estate's trails.
func simulated(b *testing.B, n int) (records []json.RawMessage) {
	b.Helper()
	_, err := simulate.CloudTrail(context.Background(), n, 1, func(_ string, body []byte) error {
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		var object struct{ Records []json.RawMessage }
		if err := json.Unmarshal(text, &object); err != nil {
			return err
		}
		records = append(records, object.Records...)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return records
}

// BenchmarkCost converts the same events without the tables and with them, in turn, and reports what part of the time
// from the record to the verified Parquet file the tables take: the filling alone, and with what the columns cost.
//
//	go test ./lake/enrich/attack -run - -bench Cost -benchtime 15x
func BenchmarkCost(b *testing.B) {
	records := simulated(b, 60_000)
	c, err := aws.CloudTrail().Compile()
	if err != nil {
		b.Fatal(err)
	}
	rows := ecs.NewBatch(c.Schema())
	norm, err := c.New(rows)
	if err != nil {
		b.Fatal(err)
	}
	encoder, err := table.NewEncoder(table.Options{})
	if err != nil {
		b.Fatal(err)
	}
	set := enrich.NewSet(nil, builtin(b))
	var file bytes.Buffer
	var filling time.Duration
	run := func(with *enrich.Set) time.Duration {
		begin := cpu(b)
		rows.Reset()
		norm.Begin(source.Origin{Key: "k", Ingested: noon})
		for i, r := range records {
			if err := norm.Add(r, int64(i), 0); err != nil {
				b.Fatal(err)
			}
		}
		filled := cpu(b)
		with.Begin(c.Schema()).Fill(rows)
		filling = cpu(b) - filled
		file.Reset()
		order := byTime(rows)
		if _, err := encoder.Write(&file, rows, order); err != nil {
			b.Fatal(err)
		}
		if err := table.Verify(bytes.NewReader(file.Bytes()), int64(file.Len()), rows, order); err != nil {
			b.Fatal(err)
		}
		return cpu(b) - begin
	}
	run(nil)
	plain := file.Len()
	run(set)
	tagged := 0
	for row := range rows.Rows() {
		if !rows.Null(c.Schema().Col("threat.tactic.id"), row) {
			tagged++
		}
	}
	grown := float64(file.Len()-plain) / float64(plain) * 100
	var all, fills []float64
	for b.Loop() {
		off := run(nil)
		on := run(set)
		all = append(all, float64(on-off)/float64(off)*100)
		fills = append(fills, float64(filling)/float64(off)*100)
	}
	b.ReportMetric(float64(tagged)/float64(rows.Rows())*100, "%tagged")
	b.ReportMetric(grown, "%bytes")
	b.ReportMetric(median(all), "%all")
	b.ReportMetric(median(fills), "%fill")
}

func byTime(b *ecs.Batch) []int32 {
	times, _ := b.Nums(b.Schema().Col("@timestamp"))
	order := make([]int32, b.Rows())
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(times[x], times[y]) })
	return order
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// cpu is the processor time that this process has used: others use the same machine.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
