package publish_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/glue"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/catalogtest"
	"github.com/hindcast/hindcast/catalog/embedded/embeddedtest"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/catalog/glue/gluefake"
	"github.com/hindcast/hindcast/lake/publish"
	"github.com/hindcast/hindcast/lake/trash"
)

func TestWhatIsCommittedMergedExpiredAndRestoredIsShownAtOnce(t *testing.T) {
	w := newWorld(t)
	s := publish.Wrap(w.store, w.publisher(func(c *publish.Config) { c.Report = func(err error) { t.Error(err) } }))
	w.commit(s, table, "2026-01-30", "2026-01-31")
	w.mirrors()
	w.commit(s, "aws_vpcflow", "2026-01-31")
	w.mirrors()
	w.commit(s, table, "2026-01-31")
	w.mirrors()
	w.merge(s, "2026-01-31")
	w.mirrors()
	w.expire(s, "2026-01-30")
	w.mirrors()
	w.must(s.Restore(t.Context(), table, "2026-01-30"))
	w.mirrors()
	w.expire(s, "2026-01-30")
	w.move(2 * time.Hour)
	report, err := trash.Empty(t.Context(), s, w.files)
	if err != nil || report.Files < 5 {
		t.Errorf("%+v, %v", report, err)
	}
	w.mirrors()
	left, err := s.Wasted(t.Context())
	if err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestALakeThatWasThereBeforeIsPublishedInFewCalls(t *testing.T) {
	w := newWorld(t)
	w.commit(w.store, table, days(400)...)
	p := w.publisher()
	report, err := p.Publish(t.Context())
	if err != nil || report.Shown != 400 || report.Tables != 2 || report.Hidden != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	w.mirrors()
	w.commit(w.store, table, days(400)...)
	if report, err = p.Publish(t.Context()); err != nil || report.Shown != 400 || report.Tables != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	w.mirrors()
	if creates, updates := w.fake.Calls("BatchCreatePartition"), w.fake.Calls("BatchUpdatePartition"); creates != 4 || updates != 4 {
		t.Errorf("%d calls to create, %d to update", creates, updates)
	}
}

func TestPublishingAgainWritesNothing(t *testing.T) {
	w := newWorld(t)
	w.commit(w.store, table, days(3)...)
	if _, err := w.publisher().Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	report, err := w.publisher().Publish(t.Context())
	if err != nil || report != (publish.Report{}) || w.fake.Calls("BatchUpdatePartition")+w.fake.Calls("UpdateTable") != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestNewColumnsAreInTheTableThePartitionAndTheView(t *testing.T) {
	w := newWorld(t)
	p := w.publisher()
	s := publish.Wrap(w.store, p)
	w.commit(s, table, "2026-01-31")
	w.must(s.EnsureTable(t.Context(), tableOf(table, "message")))
	_, err := p.Flush(t.Context())
	w.must(err)
	w.mirrors()
	// Another process adds one more, which this one meets with the commit.
	w.must(w.store.EnsureTable(t.Context(), tableOf(table, "message", "user_name")))
	w.commit(s, table, "2026-01-31")
	w.mirrors()
	out, err := w.client.GetPartition(t.Context(), &sdk.GetPartitionInput{DatabaseName: aws.String(database), TableName: aws.String(table), PartitionValues: []string{"2026-01-31"}})
	if err != nil || len(out.Partition.StorageDescriptor.Columns) != 4 {
		t.Errorf("partition %+v, %v", out, err)
	}
}

// A commit that cannot be published has happened. The commits after it leave Glue alone for a while, and then catch up.
func TestACommitIsDoneAlthoughGlueIsAway(t *testing.T) {
	w := newWorld(t)
	var reported []error
	s := publish.Wrap(w.store, w.publisher(func(c *publish.Config) { c.Report = func(err error) { reported = append(reported, err) } }))
	w.commit(s, table, "2026-01-30")
	w.mirrors()
	down := true
	w.before = func(string) error {
		if down {
			return gluefake.Throttled()
		}
		return nil
	}
	w.commit(s, table, "2026-01-31")
	calls := w.fake.Calls("BatchCreatePartition")
	w.commit(s, table, "2026-01-31")
	if len(reported) != 1 || w.fake.Calls("BatchCreatePartition") != calls {
		t.Errorf("reported %v", reported)
	}
	down = false
	w.move(time.Minute)
	w.commit(s, table, "2026-01-30")
	w.mirrors()
}

func TestAPartitionThatCannotBeShownKeepsNoOtherFromIt(t *testing.T) {
	w := newWorld(t)
	w.commit(w.store, table, "2026-01-31")
	w.commit(w.store, "aws_vpcflow", "2026-01-30", "2026-01-31")
	_, err := w.publisher().Publish(t.Context())
	w.must(err)
	// Somebody has made another table of that name.
	_, err = w.client.UpdateTable(t.Context(), &sdk.UpdateTableInput{DatabaseName: aws.String(database), TableInput: foreign(table)})
	w.must(err)
	w.commit(w.store, table, "2026-01-31")
	w.commit(w.store, "aws_vpcflow", "2026-01-31")
	report, err := w.publisher().Publish(t.Context())
	if err == nil || report.Shown != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	todo, err := w.store.Unpublished(t.Context(), 0)
	if err != nil || len(todo) != 1 || todo[0].Table != table {
		t.Errorf("to publish %v, %v", todo, err)
	}
}

func TestATableOfManyDaysThatCannotBeShownKeepsNoOtherFromIt(t *testing.T) {
	w := newWorld(t)
	w.commit(w.store, table, days(600)...) // more than are taken from the outbox at a time
	w.commit(w.store, "aws_vpcflow", "2026-01-31")
	w.must(w.glue().EnsureDatabase(t.Context()))
	_, err := w.client.CreateTable(t.Context(), &sdk.CreateTableInput{DatabaseName: aws.String(database), TableInput: foreign(table)})
	w.must(err)
	report, err := w.publisher().Publish(t.Context())
	if !errors.Is(err, glue.ErrForeign) || report.Shown != 1 {
		t.Errorf("%+v, %v", report, err)
	}
	todo, err := w.store.Unpublished(t.Context(), 0)
	if err != nil || len(todo) != 600 {
		t.Errorf("to publish %d, %v", len(todo), err)
	}
}

func TestATableThatSomebodyDroppedIsShownAgainWithAllItsDays(t *testing.T) {
	w := newWorld(t)
	w.commit(w.store, table, days(5)...)
	p := w.publisher()
	_, err := p.Publish(t.Context())
	w.must(err)
	_, err = w.client.DeleteTable(t.Context(), &sdk.DeleteTableInput{DatabaseName: aws.String(database), Name: aws.String(table)})
	w.must(err)
	w.commit(w.store, table, "2026-01-31")
	if _, err := p.Publish(t.Context()); err == nil {
		t.Error("it did not notice")
	}
	_, err = p.Publish(t.Context())
	w.must(err)
	w.mirrors()
}

func TestALakeIsPublishedToOneDatabase(t *testing.T) {
	w := newWorld(t)
	w.must(w.store.PublishTo(t.Context(), "glue:other"))
	if _, err := w.publisher().Publish(t.Context()); !errors.Is(err, catalog.ErrPublished) {
		t.Errorf("got %v", err)
	}
}

func TestADatabaseShowsOneLake(t *testing.T) {
	w := newWorld(t)
	w.commit(w.store, table, days(3)...)
	_, err := w.publisher().Publish(t.Context())
	w.must(err)
	for _, moved := range []string{root + "/deeper", "s3://another"} {
		other, err := glue.New(w.cfg, glue.Options{Database: database, Root: moved})
		w.must(err)
		books := embeddedtest.Open(t, filepath.Join(t.TempDir(), "catalog.db"), w.now)
		w.must(books.EnsureTable(t.Context(), tableOf("aws_vpcflow")))
		second := w.publisher(func(c *publish.Config) { c.Ledger, c.Glue, c.Root = books, other, moved })
		if _, err := second.Publish(t.Context()); !errors.Is(err, glue.ErrOtherLake) || !strings.Contains(err.Error(), "lake in "+root+", table "+table) {
			t.Errorf("got %v", err)
		}
		if _, err := books.Target(t.Context()); !errors.Is(err, catalog.ErrNotFound) {
			t.Errorf("it counts as published: %v", err)
		}
	}
	w.mirrors()
}

func TestTwoPublishersAtOnceEndInTheNewestVersion(t *testing.T) {
	w := newWorld(t)
	w.commit(w.store, table, days(3)...)
	_, err := w.publisher().Publish(t.Context())
	w.must(err)
	other := w.publisher(func(c *publish.Config) { c.Owner = "other" })
	var once sync.Once
	// Amid the first one's write to Glue there is a merge, and somebody else who publishes.
	w.before = func(operation string) error {
		if operation == "BatchUpdatePartition" {
			once.Do(func() {
				w.merge(w.store, days(1)[0])
				r, err := other.Publish(context.Background())
				if err != nil || r.Busy != "me" {
					t.Errorf("the other: %+v, %v", r, err)
				}
			})
		}
		return nil
	}
	w.commit(w.store, table, days(3)...)
	_, err = w.publisher().Publish(t.Context())
	w.must(err)
	w.mirrors()
}

// One whose lease ran out, because its process stood still, writes nothing more.
func TestAPublisherThatLostItsLeaseGivesUp(t *testing.T) {
	w := newWorld(t)
	w.commit(w.store, table, days(2)...)
	_, err := w.publisher().Publish(t.Context())
	w.must(err)
	other := w.publisher(func(c *publish.Config) { c.Owner = "other" })
	w.commit(w.store, table, days(2)...)
	late := w.publisher(func(c *publish.Config) {
		c.Lake = putting{w.files, new(sync.Once), func() {
			w.move(2 * time.Minute)
			w.merge(w.store, days(1)[0])
			_, err := other.Publish(context.Background())
			w.must(err)
		}}
	})
	if _, err := late.Publish(t.Context()); !errors.Is(err, catalog.ErrLeaseLost) {
		t.Errorf("got %v", err)
	}
	w.mirrors()
}

func TestFlushWaitsForAnotherPublisher(t *testing.T) {
	w := newWorld(t)
	w.commit(w.store, table, "2026-01-31")
	_, err := w.store.AcquireLease(t.Context(), "publish", "dead", time.Minute)
	w.must(err)
	report, err := w.publisher().Flush(t.Context())
	if err != nil || report.Shown != 1 || report.Busy != "" {
		t.Errorf("%+v, %v", report, err)
	}
	w.mirrors()
}

func TestTheLeaseOfADeadProcessIsTaken(t *testing.T) {
	w := newWorld(t)
	w.commit(w.store, table, "2026-01-31")
	_, err := w.store.AcquireLease(t.Context(), "publish", "dead", time.Minute)
	w.must(err)
	report, err := w.publisher(func(c *publish.Config) { c.Alive = func(string) bool { return false } }).Publish(t.Context())
	if err != nil || report.Shown != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestACatalogThatIsPublishedKeepsTheContract runs the suite of all catalogs, and compares Glue after each case.
func TestACatalogThatIsPublishedKeepsTheContract(t *testing.T) {
	owners := 0
	catalogtest.RunPublished(t, func(t *testing.T) func(func() time.Time) catalog.Store {
		w := newWorld(t)
		path := filepath.Join(t.TempDir(), "published.db")
		return func(clock func() time.Time) catalog.Store {
			s := embeddedtest.Open(t, path, clock)
			owners++
			p := w.publisher(func(c *publish.Config) {
				c.Ledger, c.Now, c.Owner, c.Delay = s, clock, fmt.Sprint("p", owners), 0
				c.Report = func(err error) {
					if !errors.Is(err, catalog.ErrLeaseLost) { // some cases move the clock amid a commit
						t.Error(err)
					}
				}
			})
			t.Cleanup(func() {
				if _, err := p.Flush(context.Background()); err != nil {
					t.Error(err)
				}
				mirrors(t, s, w.client, w.files)
			})
			return withoutManifests{publish.Wrap(s, p)}
		}
	})
}
