package compact_test

import (
	"bytes"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
)

var (
	benchEvents  = flag.Int("events", 400_000, "CloudTrail events of the benchmark against DuckDB")
	benchWorkers = flag.Int("workers", 1, "workers of the benchmark against DuckDB, and threads of DuckDB")
)

// BenchmarkCloudTrailAgainstDuckDB runs a compaction and DuckDB's own COPY of the same objects in turn, and reports
// the medians of MB of JSON per CPU-second and of their ratio, pair by pair. The compaction does all that it does in
// use; DuckDB reads 22 fields and writes them as zstd Parquet.
//
//	go test ./lake/compact -run - -bench AgainstDuckDB -benchtime 5x -args -events 400000
func BenchmarkCloudTrailAgainstDuckDB(b *testing.B) {
	rawDir := b.TempDir()
	summary := writeBulk(b, rawDir, *benchEvents)
	var ours, theirs, ratios []float64
	for b.Loop() {
		mine := cpu(b, func() { compactAll(b, rawDir, b.TempDir()) })
		duck := cpu(b, func() { copyByDuckDB(b, rawDir, filepath.Join(b.TempDir(), "out.parquet")) })
		mb := float64(summary.RawBytes) / 1e6
		ours, theirs = append(ours, mb/mine), append(theirs, mb/duck)
		ratios = append(ratios, duck/mine)
	}
	b.ReportMetric(median(ours), "MB/CPU-s")
	b.ReportMetric(median(theirs), "duckdb-MB/CPU-s")
	b.ReportMetric(median(ratios), "x-duckdb")
}

func writeBulk(b *testing.B, dir string, n int) simulate.Summary {
	b.Helper()
	folder, err := raw.CreateFolder(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer folder.Close()
	summary, err := simulate.CloudTrail(b.Context(), n, 1, func(key string, body []byte) error {
		_, err := folder.Put(b.Context(), key, bytes.NewReader(body))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return summary
}

func compactAll(b *testing.B, rawDir, dir string) *compact.Report {
	b.Helper()
	report, err := compactFolder(b.Context(), rawDir, dir, *benchWorkers)
	if err != nil || report.Rejected > 0 {
		b.Fatalf("%d rejected: %v", report.Rejected, err)
	}
	return report
}

func compactFolder(ctx context.Context, rawDir, dir string, workers int) (*compact.Report, error) {
	bucket, err := raw.OpenFolder(rawDir)
	if err != nil {
		return nil, err
	}
	defer bucket.Close()
	lake, err := raw.CreateFolder(dir)
	if err != nil {
		return nil, err
	}
	defer lake.Close()
	store, err := embedded.Open(ctx, filepath.Join(dir, "catalog.db"), time.Now)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	set, err := source.NewSet(source.CloudTrail())
	if err != nil {
		return nil, err
	}
	return compact.Run(ctx, compact.Config{
		Raw: bucket, Lake: lake, Catalog: store, Sources: set, Work: filepath.Join(dir, "work"), Owner: "bench", Now: time.Now, Workers: workers,
	}, compact.Selection{})
}

func copyByDuckDB(b *testing.B, rawDir, out string) {
	b.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	columns := []string{
		"eventVersion VARCHAR", "eventTime TIMESTAMP", "eventSource VARCHAR", "eventName VARCHAR", "awsRegion VARCHAR",
		"sourceIPAddress VARCHAR", "userAgent VARCHAR", "errorCode VARCHAR", "errorMessage VARCHAR", "requestParameters JSON",
		"responseElements JSON", "additionalEventData JSON", "requestID VARCHAR", "eventID VARCHAR", "readOnly BOOLEAN",
		"eventType VARCHAR", "managementEvent BOOLEAN", "recipientAccountId VARCHAR", "eventCategory VARCHAR",
		"userIdentity STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, userName VARCHAR)",
		"vpcEndpointId VARCHAR", "resources JSON",
	}
	statement := fmt.Sprintf(`COPY (SELECT UNNEST(r) FROM (SELECT UNNEST(Records) AS r FROM read_json('%s/**/*.json.gz',
		columns={Records: 'STRUCT(%s)[]'}))) TO '%s' (FORMAT parquet, COMPRESSION zstd)`,
		rawDir, strings.Join(columns, ", "), out)
	for _, text := range []string{fmt.Sprintf("SET threads=%d", *benchWorkers), statement} {
		if _, err := db.ExecContext(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
	info, err := os.Stat(out)
	if err != nil || info.Size() == 0 {
		b.Fatalf("DuckDB wrote nothing: %v", err)
	}
}

// cpu is the CPU-seconds, of all threads, that a function takes.
func cpu(b *testing.B, f func()) float64 {
	b.Helper()
	before := used(b)
	f()
	return (used(b) - before).Seconds()
}

func used(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
