package glue_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/awsjson"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/catalog/glue/gluefake"
	"github.com/hindcast/hindcast/lake/ecs"
)

func TestCallsThatAreThrottledWaitAndComeBack(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	w := faked(t, gluefake.Options{Before: func(_ context.Context, operation string) error {
		mu.Lock()
		defer mu.Unlock()
		if seen[operation]++; seen[operation] <= 3 {
			return gluefake.Throttled()
		}
		return nil
	}})
	w.ensure(elb())
	w.must(w.Show(t.Context(), elb(), daysOf(days(5), 1, false)))
	w.shows(days(5), 1)
	if time.Duration(w.slept.Load()) < time.Second {
		t.Errorf("it waited %v in all", time.Duration(w.slept.Load()))
	}
}

func TestErrorsAreTold(t *testing.T) {
	for _, c := range []struct {
		code  string
		want  error
		tries int
	}{
		{"ThrottlingException", glue.ErrThrottled, 8},
		{"InternalServiceException", nil, 8},
		{"AccessDeniedException", glue.ErrDenied, 1},
		{"ResourceNumberLimitExceededException", glue.ErrLimit, 1},
		{"InvalidInputException", glue.ErrInvalid, 1},
		{"EntityNotFoundException", glue.ErrNotFound, 1},
		{"SomethingNew", nil, 1},
	} {
		broken := faked(t, gluefake.Options{Before: func(_ context.Context, operation string) error {
			if operation == "BatchCreatePartition" {
				return awsjson.Errorf(c.code, "told to")
			}
			return nil
		}})
		broken.ensure(elb())
		err := broken.Show(t.Context(), elb(), daysOf(days(1), 1, false))
		if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), "told to") || !strings.Contains(err.Error(), "aws_elb") {
			t.Errorf("%s: got %v", c.code, err)
		}
		if n := broken.fake.Calls("BatchCreatePartition"); n != c.tries {
			t.Errorf("%s: %d tries, want %d", c.code, n, c.tries)
		}
	}
}

func TestItemsThatFailForTheMomentAreTriedAgainAndOthersAreNamed(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	w := faked(t, gluefake.Options{Item: func(_, _ string, values []string) *awsjson.Error {
		mu.Lock()
		defer mu.Unlock()
		seen[values[0]]++
		switch {
		case values[0] == "2024-01-02" && seen[values[0]] <= 2:
			return awsjson.Errorf("InternalFailure", "again")
		case values[0] == "2024-01-03" && seen[values[0]] <= 1:
			return gluefake.Throttled()
		case values[0] == "2024-01-04":
			return awsjson.Errorf("InvalidInputException", "never")
		case values[0] == "2024-01-05":
			return gluefake.Throttled()
		}
		return nil
	}})
	w.ensure(elb())
	err := w.Show(t.Context(), elb(), daysOf(days(6), 1, false))
	var failed *glue.DaysError
	if !errors.As(err, &failed) || len(failed.Days) != 2 || !errors.Is(failed.Days["2024-01-04"], glue.ErrInvalid) ||
		!errors.Is(failed.Days["2024-01-05"], glue.ErrThrottled) || !errors.Is(err, glue.ErrThrottled) {
		t.Errorf("got %v", err)
	}
	all := days(6)
	w.shows(append(all[:3:3], all[5]), 1)
	if seen["2024-01-04"] != 1 || seen["2024-01-01"] != 1 {
		t.Errorf("tries %v", seen)
	}
	if w.slept.Load() == 0 {
		t.Error("it did not wait")
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := faked(t, gluefake.Options{Before: func(context.Context, string) error { return gluefake.Throttled() }},
		func(o *glue.Options) {
			o.Sleep = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
		})
	if err := w.EnsureDatabase(ctx); !errors.Is(err, context.Canceled) || w.fake.Calls("GetDatabase") != 1 {
		t.Errorf("got %v after %d calls", err, w.fake.Calls("GetDatabase"))
	}
}

// A connection that breaks after the call was done loses the answer; the call is made again.
func TestCallsWhoseAnswersAreLostAreRepeated(t *testing.T) {
	fake := gluefake.New(gluefake.Options{Now: time.Now})
	var mu sync.Mutex
	lost := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		target := r.Header.Get("X-Amz-Target")
		first := !lost[target]
		lost[target] = true
		mu.Unlock()
		if first {
			fake.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		fake.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w := open(t, config(server.URL))
	w.ensure(elb())
	w.ensure(elb(catalog.Column{Name: "more", Type: ecs.Int}))
	w.must(w.Show(t.Context(), elb(), daysOf(days(3), 1, false)))
	w.must(w.Show(t.Context(), elb(), daysOf(days(3), 2, true)))
	w.shows(days(3), 2)
	w.must(w.Hide(t.Context(), "aws_elb", days(3)[1:]))
	w.shows(days(1), 2)
	if n := len(w.stored().StorageDescriptor.Columns); n != 3 {
		t.Errorf("%d columns", n)
	}
}

func view(columns ...glue.ViewColumn) glue.View {
	return glue.View{Name: "events", SQL: `SELECT "a" FROM "aws_elb"`, Columns: append([]glue.ViewColumn{
		{Name: "dataset", Type: ecs.String, Doc: "the table"}, {Name: "timestamp", Type: ecs.Time}, {Name: "related_ip", Type: ecs.Strings}}, columns...)}
}

func TestAViewIsKeptAsAthenaKeepsIt(t *testing.T) {
	everywhere(t, func(w *world) {
		w.must(w.EnsureDatabase(w.Context()))
		if e, err := w.EnsureView(w.Context(), view()); err != nil || !e.Create {
			w.Fatalf("%+v, %v", e, err)
		}
		out, err := w.client.GetTable(w.Context(), &sdk.GetTableInput{DatabaseName: &w.db, Name: aws.String("events")})
		w.must(err)
		got := out.Table
		text := aws.ToString(got.ViewOriginalText)
		inner, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(strings.TrimPrefix(text, "/* Presto View: "), " */"))
		w.must(err)
		var kept map[string]any
		w.must(json.Unmarshal(inner, &kept))
		want := map[string]any{"originalSql": `SELECT "a" FROM "aws_elb"`, "catalog": "awsdatacatalog", "schema": w.db, "columns": []any{
			map[string]any{"name": "dataset", "type": "varchar"}, map[string]any{"name": "timestamp", "type": "timestamp"},
			map[string]any{"name": "related_ip", "type": "array(varchar)"}}}
		if diff := cmp.Diff(want, kept); diff != "" {
			w.Error(diff)
		}
		if aws.ToString(got.TableType) != "VIRTUAL_VIEW" || got.Parameters["presto_view"] != "true" || aws.ToString(got.ViewExpandedText) != "/* Presto View */" ||
			*got.StorageDescriptor.Columns[2].Type != "array<string>" || aws.ToString(got.StorageDescriptor.Columns[0].Comment) != "the table" {
			w.Errorf("view %+v", got)
		}
	})
}

func TestAViewIsReplacedWhenItIsAnotherAlone(t *testing.T) {
	everywhere(t, func(w *world) {
		w.must(w.EnsureDatabase(w.Context()))
		for _, step := range []struct {
			view glue.View
			want []string
		}{
			{view(), []string{"the view is not there"}},
			{view(), nil},
			{view(glue.ViewColumn{Name: "more"}), []string{"its SELECT is another, with column more", "its columns are others"}},
			{view(), []string{"its SELECT is another, without column more", "its columns are others"}},
		} {
			e, err := w.EnsureView(w.Context(), step.view)
			if diff := cmp.Diff(step.want, e.Changes); diff != "" || err != nil {
				w.Error(diff, err)
			}
		}
	})
}

func TestAViewDoesNotReplaceATable(t *testing.T) {
	everywhere(t, func(w *world) {
		table := elb()
		table.Name = "events"
		w.ensure(table)
		if _, err := w.EnsureView(w.Context(), view()); !errors.Is(err, glue.ErrForeign) {
			w.Errorf("got %v", err)
		}
	})
}

func TestAViewThatGlueCannotKeepIsRefused(t *testing.T) {
	long := view()
	long.SQL = strings.Repeat("x", glue.MaxView)
	if _, err := long.Text(glue.AthenaCatalog, "db"); !errors.Is(err, glue.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

func FuzzReadView(f *testing.F) {
	text, err := view().Text(glue.AthenaCatalog, "db")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add("/* Presto View: e30= */")
	f.Add("SELECT 1")
	f.Fuzz(func(t *testing.T, text string) {
		columns, err := glue.ReadView(text)
		if err != nil && (!errors.Is(err, glue.ErrInvalid) || len(columns) > 0) {
			t.Errorf("got %v, %v", columns, err)
		}
	})
}
