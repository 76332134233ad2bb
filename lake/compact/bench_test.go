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
	"syscall"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/aws"
)

var (
	benchScale   = flag.Float64("scale", 1, "size of the benchmarks against DuckDB: of 400,000 CloudTrail events, 2 million flow records, 500,000 ALB lines")
	benchWorkers = flag.Int("workers", 1, "workers of the benchmarks against DuckDB, and threads of DuckDB")
)

// rival is a kind of log that a compaction and DuckDB's own COPY convert in turn.
type rival struct {
	name    string
	n       int
	write   func(ctx context.Context, n int, seed uint64, put simulate.Put) (simulate.Summary, error)
	source  *source.Source
	reading string // what DuckDB reads, of the objects %s
	finding string // the same, where it is left to find the columns' types out
}

var rivals = []rival{
	{"cloudtrail", 400_000, simulate.CloudTrail, aws.CloudTrail(), readCloudTrail, ""},
	{"vpcflow", 2_000_000, simulate.VPCFlow, aws.VPCFlow(), readFlow, `FROM read_csv('%s/**/*.log.gz', delim=' ')`},
	{"alb", 500_000, simulate.ALB, aws.ELB(), readALB, `FROM read_csv('%s/**/*.log.gz', delim=' ', header=false)`},
}

const readCloudTrail = `SELECT UNNEST(r) FROM (SELECT UNNEST(Records) AS r FROM read_json('%s/**/*.json.gz', columns={Records: 'STRUCT(
	eventVersion VARCHAR, eventTime TIMESTAMP, eventSource VARCHAR, eventName VARCHAR, awsRegion VARCHAR,
	sourceIPAddress VARCHAR, userAgent VARCHAR, errorCode VARCHAR, errorMessage VARCHAR, requestParameters JSON,
	responseElements JSON, additionalEventData JSON, requestID VARCHAR, eventID VARCHAR, readOnly BOOLEAN,
	eventType VARCHAR, managementEvent BOOLEAN, recipientAccountId VARCHAR, eventCategory VARCHAR,
	userIdentity STRUCT(type VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, userName VARCHAR),
	vpcEndpointId VARCHAR, resources JSON)[]'}))`

const readFlow = `FROM read_csv('%s/**/*.log.gz', delim=' ', header=true, nullstr='-', auto_detect=false, columns={
	'version': 'INTEGER', 'account-id': 'VARCHAR', 'interface-id': 'VARCHAR', 'srcaddr': 'VARCHAR', 'dstaddr': 'VARCHAR',
	'srcport': 'INTEGER', 'dstport': 'INTEGER', 'protocol': 'INTEGER', 'packets': 'BIGINT', 'bytes': 'BIGINT',
	'start': 'BIGINT', 'end': 'BIGINT', 'action': 'VARCHAR', 'log-status': 'VARCHAR'})`

const readALB = `FROM read_csv('%s/**/*.log.gz', delim=' ', quote='"', escape='\', header=false, nullstr='-', auto_detect=false, columns={
	'type': 'VARCHAR', 'time': 'TIMESTAMP', 'elb': 'VARCHAR', 'client': 'VARCHAR', 'target': 'VARCHAR', 'request_processing_time': 'DOUBLE',
	'target_processing_time': 'DOUBLE', 'response_processing_time': 'DOUBLE', 'elb_status_code': 'VARCHAR', 'target_status_code': 'VARCHAR',
	'received_bytes': 'BIGINT', 'sent_bytes': 'BIGINT', 'request': 'VARCHAR', 'user_agent': 'VARCHAR', 'ssl_cipher': 'VARCHAR',
	'ssl_protocol': 'VARCHAR', 'target_group_arn': 'VARCHAR', 'trace_id': 'VARCHAR', 'domain_name': 'VARCHAR', 'chosen_cert_arn': 'VARCHAR',
	'matched_rule_priority': 'VARCHAR', 'request_creation_time': 'TIMESTAMP', 'actions_executed': 'VARCHAR', 'redirect_url': 'VARCHAR',
	'error_reason': 'VARCHAR', 'target_port_list': 'VARCHAR', 'target_status_code_list': 'VARCHAR', 'classification': 'VARCHAR',
	'classification_reason': 'VARCHAR', 'conn_trace_id': 'VARCHAR'})`

// BenchmarkAgainstDuckDB runs a compaction and DuckDB's own COPY of the same objects in turn, and reports the medians
// of MB of text per CPU-second and of their ratio, pair by pair, and the bytes of Parquet that either wrote. The
// compaction does all that it does in use; DuckDB reads the log's fields, of types that it is told, and writes them as
// zstd Parquet. Of lines it is also left to find the types out, which is what most would write.
//
//	go test ./lake/compact -run - -bench AgainstDuckDB -benchtime 5x -timeout 1h
func BenchmarkAgainstDuckDB(b *testing.B) {
	for _, r := range rivals {
		b.Run(r.name, r.bench)
	}
}

func (r rival) bench(b *testing.B) {
	rawDir := b.TempDir()
	summary := r.fill(b, rawDir)
	mb := float64(summary.RawBytes) / 1e6
	var ours, theirs, ratios, finding []float64
	var out, duckOut int64
	for b.Loop() {
		mine := cpu(b, func() { out = compactAll(b, r.source, rawDir, b.TempDir(), nil).BytesOut })
		duck := cpu(b, func() {
			duckOut = copyByDuckDB(b, fmt.Sprintf(r.reading, rawDir), filepath.Join(b.TempDir(), "out.parquet"))
		})
		ours, theirs = append(ours, mb/mine), append(theirs, mb/duck)
		ratios = append(ratios, duck/mine)
		if r.finding != "" {
			slower := cpu(b, func() { copyByDuckDB(b, fmt.Sprintf(r.finding, rawDir), filepath.Join(b.TempDir(), "out.parquet")) })
			finding = append(finding, slower/mine)
		}
	}
	if r.finding != "" {
		b.ReportMetric(median(finding), "x-duckdb-finding-types")
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(ours), "MB/CPU-s")
	b.ReportMetric(median(theirs), "duckdb-MB/CPU-s")
	b.ReportMetric(median(ratios), "x-duckdb")
	b.ReportMetric(float64(summary.Bytes)/1e6, "MB-stored")
	b.ReportMetric(float64(out)/1e6, "MB-parquet")
	b.ReportMetric(float64(duckOut)/1e6, "duckdb-MB-parquet")
}

// BenchmarkTwoWorkers runs a compaction with one worker and with two in turn, and reports the median of how many times
// as fast by the clock two are. The machine must have two cores that nobody else uses.
func BenchmarkTwoWorkers(b *testing.B) {
	for _, r := range rivals {
		b.Run(r.name, func(b *testing.B) {
			rawDir := b.TempDir()
			r.fill(b, rawDir)
			var ratios []float64
			for b.Loop() {
				one, two := r.wall(b, rawDir, 1), r.wall(b, rawDir, 2)
				ratios = append(ratios, one.Seconds()/two.Seconds())
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(ratios), "x-one-worker")
		})
	}
}

func (r rival) wall(b *testing.B, rawDir string, workers int) time.Duration {
	b.Helper()
	begin := time.Now()
	if report, err := compactFolder(b.Context(), r.source, rawDir, b.TempDir(), workers, nil); err != nil || report.Rejected > 0 {
		b.Fatalf("%d rejected: %v", report.Rejected, err)
	}
	return time.Since(begin)
}

func (r rival) fill(b *testing.B, dir string) simulate.Summary {
	b.Helper()
	folder, err := raw.CreateFolder(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer folder.Close()
	summary, err := r.write(b.Context(), int(float64(r.n)**benchScale), 1, func(key string, body []byte) error {
		_, err := folder.Put(b.Context(), key, bytes.NewReader(body))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return summary
}

func compactAll(b *testing.B, s *source.Source, rawDir, dir string, more *enrich.Set) *compact.Report {
	b.Helper()
	report, err := compactFolder(b.Context(), s, rawDir, dir, *benchWorkers, more)
	if err != nil || report.Rejected > 0 {
		b.Fatalf("%d rejected: %v", report.Rejected, err)
	}
	return report
}

func compactFolder(ctx context.Context, s *source.Source, rawDir, dir string, workers int, more *enrich.Set) (*compact.Report, error) {
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
	set, err := source.NewSet(s)
	if err != nil {
		return nil, err
	}
	return compact.Run(ctx, compact.Config{
		Raw: bucket, Lake: lake, Catalog: store, Sources: set.Lean(), Enrich: more, Work: filepath.Join(dir, "work"), Owner: "bench", Now: time.Now, Workers: workers,
	}, compact.Selection{Sources: []string{s.Name}})
}

func copyByDuckDB(b *testing.B, reading, out string) int64 {
	b.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	for _, text := range []string{
		fmt.Sprintf("SET threads=%d", *benchWorkers),
		fmt.Sprintf("COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION zstd)", reading, out),
	} {
		if _, err := db.ExecContext(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
	info, err := os.Stat(out)
	if err != nil || info.Size() == 0 {
		b.Fatalf("DuckDB wrote nothing: %v", err)
	}
	return info.Size()
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
