package merge_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/hindcast/hindcast/api/athena/athenatest"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/athena"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/raw/s3"
	"github.com/hindcast/hindcast/lake/trash"
	"github.com/hindcast/hindcast/lake/verify"
)

// remote is a lake in S3, and an Athena that sees it.
type remote struct {
	*testLake
	athena *athenatest.Athena
	engine *athena.Engine
	merge.Remote
}

func newRemote(t *testing.T) *remote {
	t.Helper()
	buckets := t.TempDir()
	l := &testLake{TB: t, dir: filepath.Join(buckets, "lake"), clock: day1.AddDate(0, 0, 5), sources: newLake(t).sources, batch: 1, target: 8 << 10}
	if err := os.Mkdir(l.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	l.raw = openFolder(t, t.TempDir())
	l.open()
	a := athenatest.Start(t, athenatest.Options{Dir: l.dir, Catalog: l.store, Buckets: buckets})
	cfg := aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(a.URL),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
	}
	store, err := s3.OpenStore(cfg, "s3://lake", s3.Options{PathStyle: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	l.lakeStore = store
	e, err := athena.Open(cfg, athena.Options{
		Database: "hindcast", Output: "s3://results/", Now: time.Now, Sleep: func(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) },
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &remote{testLake: l, athena: a, engine: e}
	r.Remote = merge.Remote{Athena: e, Root: "s3://lake/", FromBytes: 1, Published: l.store, Price: e.Price}
	return r
}

// hours delivers some hours' logins, an object each, which overlap.
func (r *remote) hours(n int) {
	r.Helper()
	for i := range n {
		r.deliver(fmt.Sprintf("h%02d", i), day1.Add(time.Duration(i)*time.Hour), 300, 20*time.Second)
	}
}

func (r *remote) run(sel merge.Selection) (*merge.Report, error) {
	cfg := r.config()
	cfg.Remote = &r.Remote
	return merge.Run(r.Context(), cfg, sel)
}

// deep verifies all files of the lake.
func (r *remote) deep(t *testing.T) {
	t.Helper()
	report, err := verify.Run(t.Context(), verify.Config{Catalog: r.store, Lake: r.files, Now: r.now, Deep: true, OwnIDs: func(string) bool { return true }})
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("found %v, %v", report, err)
	}
}

// sized makes sure that the sizes of the files' columns are recorded; deep holds them against the files.
func (r *remote) sized(t *testing.T, files []catalog.File) {
	t.Helper()
	if b, err := r.store.ColumnBytes(t.Context(), "logins", files); err != nil || b.UnknownOf > 0 || b.Columns["timestamp"] == 0 {
		t.Errorf("the sizes of columns are %+v, %v", b, err)
	}
}

func TestADayIsMergedByAthena(t *testing.T) {
	r := newRemote(t)
	r.hours(6)
	before := r.rows()
	foreseen, err := r.run(merge.Selection{DryRun: true})
	if err != nil || len(foreseen.Days) != 1 || foreseen.Days[0].By != "athena" || foreseen.Days[0].MicroUSD == 0 {
		t.Errorf("foreseen %+v, %v", foreseen, err)
	}
	report, err := r.run(merge.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	r.same(before)
	r.check()
	r.deep(t)
	d := report.Days[0]
	if !d.Merged || d.By != "athena" || d.Execution == "" || d.MicroUSD == 0 || d.Rows != 1800 || d.GroupsBefore != 6 || d.GroupsAfter < 2 || d.To != 2 {
		t.Errorf("reported %+v", d)
	}
	files := r.catalogFiles("logins")
	for i, f := range files {
		if !strings.HasPrefix(f.Path, "tables/logins/day=2026-01-30/g000002/") || !strings.Contains(f.Path, "-1-1/unload_part=") {
			t.Errorf("a file lies at %s", f.Path)
		}
		if i > 0 && !files[i-1].MaxTime.Before(f.MinTime) {
			t.Errorf("parts of the day overlap: %s ends at %s", files[i-1].Path, files[i-1].MaxTime)
		}
	}
	if len(files) < 2 {
		t.Errorf("the day has %d files", len(files))
	}
	r.sized(t, files)
	again, err := r.run(merge.Selection{})
	if err != nil || again.Merged != 0 {
		t.Errorf("merged again: %+v, %v", again, err)
	}
}

func TestWhatAthenaMergedIsMergedOnByThisMachine(t *testing.T) {
	r := newRemote(t)
	r.hours(4)
	if _, err := r.run(merge.Selection{}); err != nil {
		t.Fatal(err)
	}
	r.deliver("late", day1.Add(90*time.Minute), 50, time.Minute)
	before := r.rows()
	r.target = 0
	report := r.merge(merge.Selection{})
	r.same(before)
	r.deep(t)
	r.sized(t, r.catalogFiles("logins"))
	if d := report.Days[0]; !d.Merged || d.By != "" || d.FilesAfter != 1 {
		t.Errorf("reported %+v", d)
	}
}

func TestFilesAddedWhileAthenaMergesAreMergedBeside(t *testing.T) {
	r := newRemote(t)
	r.hours(3)
	inner := r.Athena
	r.Athena = executes(func(ctx context.Context, s engine.Statement, token string) (engine.Stats, error) {
		stats, err := inner.Execute(ctx, s, token)
		r.deliver("late", day1.Add(time.Hour), 40, time.Minute)
		return stats, err
	})
	report, err := r.run(merge.Selection{})
	if err != nil || report.Days[0].Rows != 940 {
		t.Fatalf("reported %+v, %v", report.Days, err)
	}
	r.check()
	r.deep(t)
}

// executes is an executor that is a function.
type executes func(ctx context.Context, s engine.Statement, token string) (engine.Stats, error)

func (f executes) Execute(ctx context.Context, s engine.Statement, token string) (engine.Stats, error) {
	return f(ctx, s, token)
}

func TestADayIsLeftAsItIs(t *testing.T) {
	damage := func(r *remote, change func(path string) error) executes {
		inner := r.Athena
		return func(ctx context.Context, s engine.Statement, token string) (engine.Stats, error) {
			stats, err := inner.Execute(ctx, s, token)
			if err != nil {
				return stats, err
			}
			found, err := filepath.Glob(filepath.Join(r.dir, "tables", "logins", "*", "g000002", "*", "unload_part=00", "*"))
			if err != nil || len(found) == 0 {
				return stats, fmt.Errorf("nothing was written: %w", err)
			}
			return stats, change(found[0])
		}
	}
	for _, c := range []struct {
		name  string
		setup func(r *remote)
		says  string
	}{
		{"when a file of Athena's is lost", func(r *remote) { r.Athena = damage(r, os.Remove) }, "do not hold what the files merged do"},
		{"when a file of Athena's is damaged", func(r *remote) {
			r.Athena = damage(r, func(path string) error { return os.Truncate(path, 100) })
		}, "read tables/logins/"},
		{"when there is more than Athena wrote", func(r *remote) {
			r.Athena = damage(r, func(path string) error {
				data, err := os.ReadFile(path)
				return errors.Join(err, os.WriteFile(path+"-again", data, 0o600))
			})
		}, "do not hold what the files merged do"},
		{"when rows are not sorted", func(r *remote) {
			inner := r.Athena
			r.Athena = executes(func(ctx context.Context, s engine.Statement, token string) (engine.Stats, error) {
				s.SQL = strings.ReplaceAll(s.SQL, `ORDER BY "timestamp"`, `ORDER BY "timestamp" DESC`)
				return inner.Execute(ctx, s, token)
			})
		}, "not sorted by time"},
		{"when a row is not Athena's to lose", func(r *remote) {
			inner := r.Athena
			r.Athena = executes(func(ctx context.Context, s engine.Statement, token string) (engine.Stats, error) {
				s.SQL = strings.Replace(s.SQL, "WHERE", `WHERE "user_name" <> 'user-3' AND`, 1)
				return inner.Execute(ctx, s, token)
			})
		}, "do not hold what the files merged do"},
		{"when the statement fails", func(r *remote) {
			inner := r.Athena
			r.Athena = executes(func(ctx context.Context, s engine.Statement, token string) (engine.Stats, error) {
				s.SQL = strings.Replace(s.SQL, `"event_id"`, `"no_such"`, 1)
				return inner.Execute(ctx, s, token)
			})
		}, "no_such"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRemote(t)
			r.hours(3)
			before := r.rows()
			good := r.Athena
			c.setup(r)
			report, err := r.run(merge.Selection{})
			if err == nil || report.Merged != 0 || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v, %+v", err, report.Days)
			}
			r.same(before)
			for _, f := range r.catalogFiles("logins") {
				if f.Generation != 1 {
					t.Errorf("%s is shown", f.Path)
				}
			}
			r.Athena = good
			r.mends(t, before)
		})
	}
}

// mends merges the day once more, which must succeed, and makes sure that nothing is left of the failure in the end.
func (r *remote) mends(t *testing.T, before kept) {
	t.Helper()
	r.pass(25 * time.Hour) // after which what is left of it is waste
	report, err := r.run(merge.Selection{})
	if err != nil || report.Merged != 1 {
		t.Fatalf("got %v, %+v", err, report)
	}
	r.same(before)
	r.pass(25 * time.Hour)
	if _, err := trash.Empty(t.Context(), r.store, r.files); err != nil {
		t.Fatal(err)
	}
	left, err := r.store.Wasted(t.Context())
	if err != nil || len(left) > 0 {
		t.Errorf("the trash has %v, %v", left, err)
	}
	r.check()
	r.deep(t)
}

func TestADayThatIsNotPublishedWaits(t *testing.T) {
	r := newRemote(t)
	r.hours(3)
	r.Published = behind{{Partition: catalog.Partition{Table: "logins", Day: catalog.Day(day1)}}}
	report, err := r.run(merge.Selection{})
	if err != nil || report.Merged != 0 || len(report.Days) != 1 || !strings.Contains(report.Days[0].Why, "not published") {
		t.Errorf("got %v, %+v", err, report.Days)
	}
}

// behind are days that Athena does not see as they are.
type behind []catalog.Unpublished

func (b behind) Unpublished(context.Context, int) ([]catalog.Unpublished, error) { return b, nil }

func TestADayThatIsSmallIsThisMachines(t *testing.T) {
	r := newRemote(t)
	r.hours(3)
	r.FromBytes = 0
	report, err := r.run(merge.Selection{})
	if err != nil || report.Merged != 1 || report.Days[0].By != "" {
		t.Errorf("got %v, %+v", err, report.Days)
	}
}

func TestAMergeThatWasKilledGoesOnWithItsExecution(t *testing.T) {
	for _, c := range []struct {
		name string
		kill func(r *remote, kill func()) executes
	}{
		{"after Athena has written", func(r *remote, kill func()) executes {
			inner := r.Athena
			return func(ctx context.Context, s engine.Statement, token string) (engine.Stats, error) {
				stats, err := inner.Execute(ctx, s, token)
				kill()
				return stats, errors.Join(err, context.Canceled)
			}
		}},
		{"before it has begun", func(_ *remote, kill func()) executes {
			return func(context.Context, engine.Statement, string) (engine.Stats, error) {
				kill()
				return engine.Stats{}, context.Canceled
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRemote(t)
			r.hours(3)
			before, good := r.rows(), r.Athena
			ctx, kill := context.WithCancel(t.Context())
			r.Athena = c.kill(r, kill)
			cfg := r.config()
			cfg.Remote = &r.Remote
			if report, err := merge.Run(ctx, cfg, merge.Selection{}); err == nil || report.Merged != 0 {
				t.Fatalf("got %v, %+v", err, report)
			}
			r.Athena = good
			r.pass(2 * time.Minute) // the lease of the killed one has run out
			report, err := r.run(merge.Selection{})
			if err != nil || report.Merged != 1 {
				t.Fatalf("got %v, %+v", err, report)
			}
			if n := len(r.executions(t)); n != 1 {
				t.Errorf("Athena was paid for %d executions", n)
			}
			r.same(before)
			r.check()
		})
	}
}

// executions are the folders that Athena has written to.
func (r *remote) executions(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(r.dir, "tables", "logins", "*", "g000002", "*-*", "unload_part=00"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}
