package merge_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/trinotest"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/verify"
)

var unload = regexp.MustCompile(`(?s)^UNLOAD \((.*)\) TO '(s3://lake/[^']*)' WITH`)

// TestADayIsMergedByWhatTrinoWrites has a Trino server write what Athena's UNLOAD would: files by the writer that Athena
// has, which are read back, taken, and read on.
func TestADayIsMergedByWhatTrinoWrites(t *testing.T) {
	l := newLake(t)
	server := trinotest.Open(t, l.dir, nil)
	for i := range 6 {
		l.deliver(fmt.Sprintf("h%02d", i), day1.Add(time.Duration(i)*time.Hour), 300, 20*time.Second)
	}
	tables, err := l.store.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server.Describe(t, tables, l.catalogFiles(""))
	before := l.rows()
	l.target = 8 << 10
	cfg := l.config()
	cfg.Remote = &merge.Remote{Root: "s3://lake", FromBytes: 1, Published: l.store, Athena: executes(
		func(ctx context.Context, s engine.Statement, _ string) (engine.Stats, error) {
			parts := unload.FindStringSubmatch(s.SQL)
			if parts == nil {
				return engine.Stats{}, fmt.Errorf("not an UNLOAD: %s", s.SQL)
			}
			_, err := server.Run(ctx, trinotest.Ask{
				SQL: "CREATE TABLE lake.unloaded WITH (format = 'PARQUET', partitioned_by = ARRAY['unload_part'], external_location = '" +
					strings.TrimSuffix(parts[2], "/") + "') AS " + parts[1],
				Session: map[string]string{"plain.compression_codec": "ZSTD"},
			})
			return engine.Stats{Execution: engine.Execution{ID: "trino"}}, err
		})}
	report, err := merge.Run(t.Context(), cfg, merge.Selection{})
	if err != nil || report.Merged != 1 || report.Days[0].By != "athena" {
		t.Fatalf("got %v, %+v", err, report.Days)
	}
	l.same(before)
	l.check()
	for _, f := range l.catalogFiles("") {
		t.Logf("%s: %d rows, %d bytes, %s to %s", f.Path, f.Rows, f.Bytes, f.MinTime, f.MaxTime)
	}
	l.deliver("late", day1.Add(90*time.Minute), 50, time.Minute)
	cfg = l.config()
	if report, err := merge.Run(t.Context(), cfg, merge.Selection{}); err != nil || report.Merged != 1 || report.Days[0].Rows != 1850 {
		t.Fatalf("merged on: %v, %+v", err, report.Days)
	}
	found, err := verify.Run(t.Context(), verify.Config{Catalog: l.store, Lake: l.files, Now: l.now, Deep: true, OwnIDs: func(string) bool { return true }})
	if err != nil || len(found.Findings) > 0 {
		t.Errorf("found %v, %v", found, err)
	}
}
