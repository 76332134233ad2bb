package glue_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/catalog/glue/gluefake"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/migrations"
)

const root = "s3://bucket/lake"

// world is a catalog on some server, and the plain client of the same server.
type world struct {
	*testing.T
	*glue.Catalog
	client *sdk.Client
	fake   *gluefake.Server // nil on a server elsewhere
	slept  *atomic.Int64    // nanoseconds
	cfg    aws.Config
	db     string
}

var databases atomic.Int64

func config(url string) aws.Config {
	return aws.Config{Region: "eu-central-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}
}

// faked is a catalog on a fake server.
func faked(t *testing.T, fo gluefake.Options, change ...func(*glue.Options)) *world {
	t.Helper()
	fo.Now = time.Now
	fake := gluefake.New(fo)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	w := open(t, config(server.URL), change...)
	w.fake = fake
	return w
}

func open(t *testing.T, cfg aws.Config, change ...func(*glue.Options)) *world {
	t.Helper()
	w := &world{T: t, cfg: cfg, client: sdk.NewFromConfig(cfg), slept: new(atomic.Int64), db: fmt.Sprintf("hindcast_%d_%d", os.Getpid(), databases.Add(1))}
	w.Catalog = w.again(change...)
	return w
}

// again is another catalog of the same database.
func (w *world) again(change ...func(*glue.Options)) *glue.Catalog {
	w.Helper()
	o := glue.Options{Database: w.db, Root: root, Sleep: func(_ context.Context, d time.Duration) error { w.slept.Add(int64(d)); return nil }}
	for _, c := range change {
		c(&o)
	}
	c, err := glue.New(w.cfg, o)
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// everywhere runs a test on the fake, and on the server that HINDCAST_TEST_AWS_ENDPOINT names.
func everywhere(t *testing.T, test func(*world)) {
	t.Helper()
	t.Run("fake", func(t *testing.T) { test(faked(t, gluefake.Options{PageSize: 90})) })
	if at := os.Getenv("HINDCAST_TEST_AWS_ENDPOINT"); at != "" {
		t.Run("endpoint", func(t *testing.T) { test(open(t, config(at))) })
	}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) ensure(t catalog.Table) glue.Evolution {
	w.Helper()
	w.must(w.EnsureDatabase(w.Context()))
	e, err := w.EnsureTable(w.Context(), t)
	w.must(err)
	return e
}

func (w *world) stored() *types.Table {
	w.Helper()
	out, err := w.client.GetTable(w.Context(), &sdk.GetTableInput{DatabaseName: &w.db, Name: aws.String("aws_elb")})
	w.must(err)
	return out.Table
}

func elb(columns ...catalog.Column) catalog.Table {
	return catalog.Table{Name: "aws_elb", Doc: "Requests to load balancers", Columns: append([]catalog.Column{
		{Name: "timestamp", Type: ecs.Time, Doc: "when it happened"}, {Name: "source_ip", Type: ecs.String},
	}, columns...)}
}

func TestATableIsDefinedAsAthenaWantsIt(t *testing.T) {
	everywhere(t, func(w *world) {
		long := strings.Repeat("ä", 200)
		e := w.ensure(elb(catalog.Column{Name: "related_ip", Type: ecs.Strings, Doc: "a\nb\x00"}, catalog.Column{Name: "bytes", Type: ecs.Int, Doc: long},
			catalog.Column{Name: "took", Type: ecs.Float}, catalog.Column{Name: "ok", Type: ecs.Bool}))
		if !e.Create || !e.Anew {
			w.Errorf("evolution %+v", e)
		}
		got := w.stored()
		var columns []string
		for _, c := range got.StorageDescriptor.Columns {
			columns = append(columns, aws.ToString(c.Name)+" "+aws.ToString(c.Type)+" "+aws.ToString(c.Comment))
		}
		want := []string{"timestamp timestamp when it happened", "source_ip string ", "related_ip array<string> a b", "bytes bigint " + strings.Repeat("ä", 126) + "…",
			"took double ", "ok boolean "}
		if diff := cmp.Diff(want, columns); diff != "" {
			w.Error(diff)
		}
		d := got.StorageDescriptor
		for what, pair := range map[string][2]string{
			"type":          {aws.ToString(got.TableType), "EXTERNAL_TABLE"},
			"key":           {aws.ToString(got.PartitionKeys[0].Name) + " " + aws.ToString(got.PartitionKeys[0].Type), "day string"},
			"location":      {aws.ToString(d.Location), root + "/manifests/aws_elb/"},
			"input format":  {aws.ToString(d.InputFormat), "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat"},
			"output format": {aws.ToString(d.OutputFormat), "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"},
			"SerDe":         {aws.ToString(d.SerdeInfo.SerializationLibrary), "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
			"parameters":    {fmt.Sprint(got.Parameters), "map[EXTERNAL:TRUE classification:parquet comment:Requests to load balancers hindcast.schema_version:1 parquet.compression:ZSTD]"},
		} {
			if pair[0] != pair[1] {
				w.Errorf("%s: %s, want %s", what, pair[0], pair[1])
			}
		}
	})
}

func TestEnsuringATableThatIsAsItShallBeWritesNothing(t *testing.T) {
	everywhere(t, func(w *world) {
		w.ensure(elb())
		version := aws.ToString(w.stored().VersionId)
		if e := w.ensure(elb()); e.Needed() {
			w.Errorf("evolution %+v", e)
		}
		if got := aws.ToString(w.stored().VersionId); got != version {
			w.Errorf("version %s, was %s", got, version)
		}
	})
}

func TestATableEvolvesByColumnsAtItsEnd(t *testing.T) {
	everywhere(t, func(w *world) {
		w.ensure(elb(catalog.Column{Name: "theirs", Type: ecs.String}))
		e := w.ensure(elb(catalog.Column{Name: "ours", Type: ecs.Int, Doc: "new"}))
		if diff := cmp.Diff([]string{"column ours bigint is missing"}, e.Changes); diff != "" || e.Anew || e.Create {
			w.Errorf("evolution %+v: %s", e, diff)
		}
		var names []string
		for _, c := range w.stored().StorageDescriptor.Columns {
			names = append(names, aws.ToString(c.Name))
		}
		if diff := cmp.Diff([]string{"timestamp", "source_ip", "theirs", "ours"}, names); diff != "" {
			w.Error(diff)
		}
		if w.fake != nil && w.fake.Archived(w.db, "aws_elb") != 0 {
			w.Error("an earlier version is kept, of which Glue keeps so many only")
		}
	})
}

func TestWhatOthersSaidOfATableStays(t *testing.T) {
	everywhere(t, func(w *world) {
		w.ensure(elb())
		in := inputOf(w.stored())
		in.Parameters["lakeformation.owner"], in.Parameters["classification"] = "me", "orc"
		in.Owner = aws.String("me")
		_, err := w.client.UpdateTable(w.Context(), &sdk.UpdateTableInput{DatabaseName: &w.db, TableInput: in})
		w.must(err)
		e := w.ensure(elb())
		if diff := cmp.Diff([]string{`parameter classification is "orc" instead of "parquet"`}, e.Changes); diff != "" {
			w.Error(diff)
		}
		got := w.stored()
		if got.Parameters["lakeformation.owner"] != "me" || aws.ToString(got.Owner) != "me" || got.Parameters["classification"] != "parquet" {
			w.Errorf("owner %s, parameters %v", aws.ToString(got.Owner), got.Parameters)
		}
	})
}

func inputOf(t *types.Table) *types.TableInput {
	return &types.TableInput{Name: t.Name, Description: t.Description, Owner: t.Owner, Parameters: t.Parameters, PartitionKeys: t.PartitionKeys,
		StorageDescriptor: t.StorageDescriptor, TableType: t.TableType, ViewOriginalText: t.ViewOriginalText, ViewExpandedText: t.ViewExpandedText}
}

func TestTablesThatCannotBecomeWhatIsWantedAreRefused(t *testing.T) {
	for _, c := range []struct {
		says   string
		change func(*types.TableInput)
		want   error
		names  []string
	}{
		{"a column of another type", func(in *types.TableInput) { in.StorageDescriptor.Columns[1].Type = aws.String("bigint") },
			catalog.ErrTypeChanged, []string{"aws_elb", "source_ip", "bigint", "string", "drop the table", "then hindcast catalog sync"}},
		{"a table of somebody else's", func(in *types.TableInput) { delete(in.Parameters, "hindcast.schema_version") }, glue.ErrForeign, []string{"aws_elb"}},
		{"a version that is none", func(in *types.TableInput) { in.Parameters["hindcast.schema_version"] = "x" }, glue.ErrForeign, []string{`"x"`}},
		{"a table of a later version", func(in *types.TableInput) { in.Parameters["hindcast.schema_version"] = "7" }, glue.ErrNewer, []string{"version 7", "up to 1"}},
		{"other partition keys", func(in *types.TableInput) {
			in.PartitionKeys = append(in.PartitionKeys, types.Column{Name: aws.String("region"), Type: aws.String("string")})
		}, glue.ErrForeign, []string{"day string"}},
	} {
		t.Run(c.says, func(t *testing.T) {
			everywhere(t, func(w *world) {
				w.ensure(elb())
				in := inputOf(w.stored())
				c.change(in)
				_, err := w.client.UpdateTable(w.Context(), &sdk.UpdateTableInput{DatabaseName: &w.db, TableInput: in})
				w.must(err)
				_, err = w.EnsureTable(w.Context(), elb())
				if !errors.Is(err, c.want) {
					w.Fatalf("got %v, want %v", err, c.want)
				}
				for _, name := range c.names {
					if !strings.Contains(err.Error(), name) {
						w.Errorf("%v does not name %s", err, name)
					}
				}
			})
		})
	}
}

func TestATableOfAnOlderFormatBecomesOneOfTheCurrent(t *testing.T) {
	everywhere(t, func(w *world) {
		w.ensure(elb())
		formats, err := migrations.TableFormats()
		w.must(err)
		next := formats[0]
		next.Version, next.Serde, next.Parameters = 2, "org.example.Next", map[string]string{"EXTERNAL": "TRUE", "classification": "next"}
		newer := w.again(func(o *glue.Options) { o.Formats = append(formats, next) })
		e, err := newer.EnsureTable(w.Context(), elb())
		w.must(err)
		want := []string{"it is of schema version 1, which becomes 2", "its SerDe is " + formats[0].Serde,
			`parameter classification is "parquet" instead of "next"`, `parameter hindcast.schema_version is "1" instead of "2"`}
		if diff := cmp.Diff(want, e.Changes); diff != "" || !e.Anew {
			w.Errorf("anew %v: %s", e.Anew, diff)
		}
		if e, err := newer.EnsureTable(w.Context(), elb()); err != nil || e.Needed() {
			w.Errorf("again: %+v, %v", e, err)
		}
		if _, err := w.EnsureTable(w.Context(), elb()); !errors.Is(err, glue.ErrNewer) {
			w.Errorf("the older program: %v", err)
		}
	})
}

func TestTheMappingsVersionIsShownWhereItIsKnown(t *testing.T) {
	w := faked(t, gluefake.Options{}, func(o *glue.Options) { o.Mapping = func(string) string { return "12" } })
	w.ensure(elb())
	if e, err := w.again().EnsureTable(t.Context(), elb()); err != nil || e.Needed() {
		t.Errorf("without mappings: %+v, %v", e, err)
	}
	if got := w.stored().Parameters["hindcast.mapping_version"]; got != "12" {
		t.Errorf("mapping %q", got)
	}
}

// Of two that add columns at once, the one that comes second begins again with what the first has left.
func TestTwoEvolutionsAtOnceKeepBothColumns(t *testing.T) {
	var meanwhile func()
	w := faked(t, gluefake.Options{Before: func(_ context.Context, operation string) error {
		if f := meanwhile; operation == "UpdateTable" && f != nil {
			meanwhile = nil
			f()
		}
		return nil
	}})
	w.ensure(elb())
	other := w.again()
	meanwhile = func() {
		if _, err := other.EnsureTable(context.Background(), elb(catalog.Column{Name: "theirs", Type: ecs.Int})); err != nil {
			t.Error(err)
		}
	}
	w.ensure(elb(catalog.Column{Name: "ours", Type: ecs.Int}))
	columns := w.stored().StorageDescriptor.Columns
	if len(columns) != 4 || *columns[2].Name != "theirs" || *columns[3].Name != "ours" {
		t.Errorf("columns %+v", columns)
	}
}

func TestNamesThatGlueOrAthenaWouldChangeAreRefused(t *testing.T) {
	for _, o := range []glue.Options{
		{Database: "", Root: root}, {Database: "Lake", Root: root}, {Database: "my-lake", Root: root}, {Database: strings.Repeat("x", 256), Root: root},
		{Database: "lake", Root: ""}, {Database: "lake", Root: "s3://bucket/"}, {Database: "lake", Root: "bucket"},
	} {
		if _, err := glue.New(aws.Config{}, o); !errors.Is(err, glue.ErrInvalid) {
			t.Errorf("%q in %q: %v", o.Root, o.Database, err)
		}
	}
}

func days(n int) (all []string) {
	day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		all = append(all, day.AddDate(0, 0, i).Format(time.DateOnly))
	}
	return all
}

// daysOf are days to show at a version.
func daysOf(names []string, version int64, there bool) (all []glue.Day) {
	for _, d := range names {
		all = append(all, glue.Day{There: there, Publication: catalog.Publication{Table: "aws_elb", Day: d, Version: version,
			Manifest: fmt.Sprintf("manifests/aws_elb/day=%s/%d/files.txt", d, version)}})
	}
	return all
}

func (w *world) shows(names []string, version int64) {
	w.Helper()
	got, err := w.Partitions(w.Context(), "aws_elb")
	w.must(err)
	var want []glue.Shown
	for _, d := range names {
		want = append(want, glue.Shown{Day: d, Location: fmt.Sprintf("%s/manifests/aws_elb/day=%s/%d/", root, d, version)})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("partitions (-want +got):\n%s", diff)
	}
}

func TestDaysAreShownUpdatedAndHidden(t *testing.T) {
	everywhere(t, func(w *world) {
		ctx := w.Context()
		w.ensure(elb())
		all := days(230)
		w.must(w.Show(ctx, elb(), daysOf(all, 1, false)))
		w.shows(all, 1)
		w.must(w.Show(ctx, elb(), daysOf(all, 2, true)))
		w.shows(all, 2)
		if w.fake != nil && (w.fake.Calls("BatchCreatePartition") != 3 || w.fake.Calls("BatchUpdatePartition") != 3) {
			w.Errorf("%d calls to create, %d to update", w.fake.Calls("BatchCreatePartition"), w.fake.Calls("BatchUpdatePartition"))
		}
		// What is taken to be there is not, and the other way round.
		w.must(w.Hide(ctx, "aws_elb", all[200:]))
		w.must(w.Show(ctx, elb(), slices.Concat(daysOf(all[:100], 3, false), daysOf(all[100:], 3, true))))
		w.shows(all, 3)
		w.must(w.Hide(ctx, "aws_elb", all[1:]))
		w.must(w.Hide(ctx, "aws_elb", all[1:]))
		w.shows(all[:1], 3)
	})
}

func TestAPartitionHasItsTablesColumnsAndFormat(t *testing.T) {
	everywhere(t, func(w *world) {
		w.ensure(elb())
		w.must(w.Show(w.Context(), elb(catalog.Column{Name: "more", Type: ecs.Strings}), daysOf(days(1), 7, false)))
		out, err := w.client.GetPartition(w.Context(), &sdk.GetPartitionInput{DatabaseName: &w.db, TableName: aws.String("aws_elb"), PartitionValues: days(1)})
		w.must(err)
		d := out.Partition.StorageDescriptor
		if len(d.Columns) != 3 || *d.Columns[2].Type != "array<string>" || !strings.HasSuffix(*d.InputFormat, "SymlinkTextInputFormat") ||
			!strings.HasSuffix(*d.SerdeInfo.SerializationLibrary, "ParquetHiveSerDe") || out.Partition.Parameters["hindcast.partition_version"] != "7" {
			w.Errorf("partition %+v", out.Partition)
		}
	})
}

func TestTablesAreThoseThatHindcastMade(t *testing.T) {
	everywhere(t, func(w *world) {
		if names, err := w.Tables(w.Context()); err != nil || len(names) != 0 {
			w.Errorf("without a database: %v, %v", names, err)
		}
		w.ensure(elb())
		other := elb()
		other.Name = "a_flow"
		w.ensure(other)
		_, err := w.client.CreateTable(w.Context(), &sdk.CreateTableInput{DatabaseName: &w.db, TableInput: &types.TableInput{Name: aws.String("foreign")}})
		w.must(err)
		_, err = w.EnsureView(w.Context(), glue.View{Name: "events", SQL: "SELECT 1"})
		w.must(err)
		names, err := w.Tables(w.Context())
		if diff := cmp.Diff([]string{"a_flow", "aws_elb"}, names); diff != "" || err != nil {
			w.Error(diff, err)
		}
		if _, err := w.Partitions(w.Context(), "nothing"); !errors.Is(err, glue.ErrNotFound) {
			w.Errorf("partitions of nothing: %v", err)
		}
	})
}
