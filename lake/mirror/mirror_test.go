package mirror_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/mirror"
)

// texts says of each difference what it is, and after an arrow what mends it.
func texts(r *mirror.Report) (all []string) {
	for _, d := range r.Differences {
		text := strings.Join(strings.Fields(strings.Join([]string{string(d.Kind), d.Table, d.Day, d.Path}, " ")), " ") + ": " + d.Text
		if d.Mend != "" {
			text += " → " + d.Mend
		}
		all = append(all, text)
	}
	return all
}

func TestALakeThatIsPublishedDoesNotDiffer(t *testing.T) {
	w := published(t)
	r, err := mirror.Compare(t.Context(), w.config())
	if err != nil || len(r.Differences) > 0 || r.Tables != 1 || r.Days != 2 || r.Files != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

// changeTable changes the table in Glue behind the program's back.
func changeTable(w *world, change func(*types.TableInput)) {
	w.Helper()
	out, err := w.client.GetTable(w.Context(), &sdk.GetTableInput{DatabaseName: aws.String(database), Name: aws.String(table)})
	w.must(err)
	in := &types.TableInput{Name: out.Table.Name, Description: out.Table.Description, Parameters: out.Table.Parameters, TableType: out.Table.TableType,
		PartitionKeys: out.Table.PartitionKeys, StorageDescriptor: out.Table.StorageDescriptor}
	change(in)
	_, err = w.client.UpdateTable(w.Context(), &sdk.UpdateTableInput{DatabaseName: aws.String(database), TableInput: in})
	w.must(err)
}

// differences are what is done to a lake that is published, and what is then said of it.
var differences = []struct {
	says string
	do   func(*world)
	want []string
	left int // differences that nothing here mends
}{
	{"a day that was committed and not published", func(w *world) { w.commit(table, today[2]) },
		[]string{"day aws_elb 2026-01-31: version 2 is not published, but version 1 → it is published"}, 0},
	{"a day that has expired and is shown", func(w *world) {
		p, err := w.store.Partition(w.Context(), table, today[1])
		w.must(err)
		w.must(w.store.Expire(w.Context(), catalog.Expiry{Seen: p, Due: w.clock.Add(1000 * time.Hour)}))
	}, []string{"day aws_elb 2026-01-30: the day has expired, but version 1 → it is hidden"}, 0},
	{"a day that somebody took out of Glue", func(w *world) { w.must(w.glue.Hide(w.Context(), table, today[2:])) },
		[]string{"day aws_elb 2026-01-31: Glue does not show the day → it is published"}, 0},
	{"a day that shows another manifest", func(w *world) {
		w.must(w.glue.Show(w.Context(), tableOf(table), []glue.Day{{There: true, Publication: catalog.Publication{Table: table, Day: today[2], Manifest: "manifests/x/f"}}}))
	}, []string{"day aws_elb 2026-01-31: Glue shows s3://bucket/lake/manifests/x/ instead of s3://bucket/lake/manifests/aws_elb/day=2026-01-31/MANIFEST/ → it is published"}, 0},
	{"a manifest that is gone", func(w *world) { w.must(w.files.Delete(w.Context(), w.manifestOf(today[2]))) },
		[]string{"file manifests/aws_elb/day=2026-01-31/MANIFEST/files.txt: the manifest of aws_elb 2026-01-31 is gone: Athena sees nothing of the day → the day is published with a new one"}, 0},
	{"days that the ledger does not know", func(w *world) {
		for _, d := range []string{"2020-01-01", today[0]} {
			w.must(w.glue.Show(w.Context(), tableOf(table), []glue.Day{{Publication: catalog.Publication{Table: table, Day: d, Manifest: "manifests/x/f"}}}))
		}
	}, []string{"day aws_elb 2020-01-01: Glue shows s3://bucket/lake/manifests/x/, the ledger has no files of the day → it is hidden",
		"day aws_elb 2026-01-29: Glue shows s3://bucket/lake/manifests/x/, the ledger has no files of the day → it is hidden"}, 0},
	{"a table that somebody dropped", func(w *world) {
		_, err := w.client.DeleteTable(w.Context(), &sdk.DeleteTableInput{DatabaseName: aws.String(database), Name: aws.String(table)})
		w.must(err)
	}, []string{"table aws_elb: the table is not there → it is created",
		"day aws_elb 2026-01-30: Glue does not show the day → it is published", "day aws_elb 2026-01-31: Glue does not show the day → it is published"}, 0},
	{"a column that Glue lacks, and the view with it", func(w *world) {
		wide := tableOf(table)
		wide.Columns = append(wide.Columns, catalog.Column{Name: "message", Type: ecs.String})
		w.must(w.store.EnsureTable(w.Context(), wide))
	}, []string{"table aws_elb: column message string is missing → it is evolved",
		"view events: its SELECT is another, with column message; its columns are others → it is evolved"}, 0},
	{"a column of another type", func(w *world) {
		changeTable(w, func(in *types.TableInput) { in.StorageDescriptor.Columns[1].Type = aws.String("int") })
	}, []string{"table aws_elb: table hindcast.aws_elb: column source_ip is of type int there and string here: a column's type never changes: " +
		"its data is in S3 and stays there, so drop the table (aws glue delete-table --database-name hindcast --name aws_elb), and then hindcast catalog sync makes it anew with all its days"}, 1},
	{"a table of a later version", func(w *world) {
		changeTable(w, func(in *types.TableInput) { in.Parameters["hindcast.schema_version"] = "9" })
	},
		[]string{"table aws_elb: table hindcast.aws_elb: it is of schema version 9, this program knows versions up to 1: it is of a version that this program does not know: update hindcast"}, 1},
	{"a table of somebody else's", func(w *world) { changeTable(w, func(in *types.TableInput) { in.Parameters = nil }) },
		[]string{"table aws_elb: table hindcast.aws_elb: it has no parameter hindcast.schema_version: it was not made by Hindcast, which leaves it alone: drop it, or choose another database"}, 1},
	{"a table that the ledger does not know", func(w *world) {
		_, err := w.glue.EnsureTable(w.Context(), tableOf("other"))
		w.must(err)
	}, []string{"table other: Glue has the table, the ledger does not; drop it if it is of no use"}, 1},
	{"a view that somebody dropped", func(w *world) {
		_, err := w.client.DeleteTable(w.Context(), &sdk.DeleteTableInput{DatabaseName: aws.String(database), Name: aws.String("events")})
		w.must(err)
	}, []string{"view events: the view is not there → it is created"}, 0},
	{"a file that nobody knows", func(w *world) { w.put("tables/aws_elb/day=2026-01-31/g000001/x.parquet") },
		[]string{"file tables/aws_elb/day=2026-01-31/g000001/x.parquet: the catalog does not know the file"}, 1},
	{"a file that is gone", func(w *world) {
		w.must(w.files.Delete(w.Context(), "tables/aws_elb/day=2026-01-31/g000001/b1-1.parquet"))
	},
		[]string{"file tables/aws_elb/day=2026-01-31/g000001/b1-1.parquet: the file is gone; the catalog has 1 rows in it"}, 1},
}

func TestDifferencesAreFoundAndMended(t *testing.T) {
	for _, c := range differences {
		t.Run(c.says, func(t *testing.T) {
			w := published(t)
			folder := strings.Split(w.manifestOf(today[2]), "/")[3]
			c.do(w)
			want := make([]string, len(c.want))
			for i, text := range c.want {
				want[i] = strings.ReplaceAll(text, "MANIFEST", folder)
			}
			dry, err := mirror.Compare(t.Context(), w.config())
			if diff := cmp.Diff(want, texts(dry)); diff != "" || err != nil {
				t.Fatal(diff, err)
			}
			done, err := mirror.Sync(t.Context(), w.config(), w.publisher())
			if diff := cmp.Diff(want, texts(done)); diff != "" || done.Left() != c.left || (err != nil) != strings.Contains(want[0], "table hindcast.") {
				t.Errorf("%d are left, want %d: %v %s", done.Left(), c.left, err, diff)
			}
			after, err := mirror.Compare(t.Context(), w.config())
			if err != nil || len(after.Differences) != c.left {
				t.Errorf("afterwards: %v, %v", texts(after), err)
			}
		})
	}
}

// What a difference that nothing mends advises is done, and mends it.
func TestATableWithAColumnOfAnotherTypeIsDroppedAndMadeAnew(t *testing.T) {
	w := published(t)
	changeTable(w, func(in *types.TableInput) { in.StorageDescriptor.Columns[1].Type = aws.String("int") })
	_, err := mirror.Sync(t.Context(), w.config(), w.publisher())
	if !errors.Is(err, catalog.ErrTypeChanged) {
		t.Fatal(err)
	}
	_, err = w.client.DeleteTable(t.Context(), &sdk.DeleteTableInput{DatabaseName: aws.String(database), Name: aws.String(table)})
	w.must(err)
	done, err := mirror.Sync(t.Context(), w.config(), w.publisher())
	if err != nil || done.Left() > 0 || done.Mended != 3 {
		t.Errorf("%v, %v", texts(done), err)
	}
	if after, err := mirror.Compare(t.Context(), w.config()); err != nil || len(after.Differences) > 0 {
		t.Errorf("afterwards: %v, %v", texts(after), err)
	}
}

func TestALakeThatIsNotPublishedIsFromThenOn(t *testing.T) {
	w := newWorld(t)
	want := []string{"lake: the lake is not published → it is published to glue:hindcast from now on", "table aws_elb: the table is not there → it is created",
		"day aws_elb 2026-01-30: version 1 is not published, and none is → it is published", "day aws_elb 2026-01-31: version 1 is not published, and none is → it is published",
		"view events: the view is not there → it is created"}
	dry, err := mirror.Compare(t.Context(), w.config())
	if diff := cmp.Diff(want, texts(dry)); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := w.store.Target(t.Context()); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("a comparison published the lake: %v", err)
	}
	done, err := mirror.Sync(t.Context(), w.config(), w.publisher())
	if err != nil || done.Mended != len(want) {
		t.Errorf("%d mended: %v", done.Mended, err)
	}
}

func TestALakeThatIsPublishedElsewhereIsRefused(t *testing.T) {
	w := newWorld(t)
	w.must(w.store.PublishTo(t.Context(), "glue:other"))
	if _, err := mirror.Sync(t.Context(), w.config(), w.publisher()); !errors.Is(err, catalog.ErrPublished) || !strings.Contains(err.Error(), "glue:other") {
		t.Errorf("got %v", err)
	}
}

func TestOrphansAreThrownWhenNobodyHasKnownThemForADay(t *testing.T) {
	w := published(t)
	const orphan = "tables/aws_elb/day=2026-01-31/g000001/x.parquet"
	w.put(orphan)
	cfg := w.config()
	cfg.Orphans = true
	r, err := mirror.Sync(t.Context(), cfg, w.publisher())
	if err != nil || r.Mended != 0 || len(r.Differences) != 1 || r.Differences[0].Mend != "" {
		t.Errorf("a new file: %v, %v", texts(r), err)
	}
	w.clock = w.clock.Add(25 * time.Hour)
	r, err = mirror.Sync(t.Context(), cfg, w.publisher())
	if err != nil || r.Mended != 1 {
		t.Errorf("an old file: %v, %v", texts(r), err)
	}
	if due, err := w.store.Collect(t.Context(), 10); err != nil || len(due) != 0 {
		t.Errorf("at once: %v, %v", due, err)
	}
	w.clock = w.clock.Add(25 * time.Hour)
	if due, err := w.store.Collect(t.Context(), 10); err != nil || len(due) != 1 || due[0].Path != orphan {
		t.Errorf("later: %v, %v", due, err)
	}
}
