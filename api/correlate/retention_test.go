package correlate

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine/enginetest"
	"github.com/hindcast/hindcast/lake/retain"
)

// kept is a retention that does not change.
type kept map[string]retain.Promise

func (k kept) Promises(context.Context, []string) (map[string]retain.Promise, error) { return k, nil }

func TestShownDays(t *testing.T) {
	held := []string{"2026-01-02", "2026-01-03", "2026-01-06", "2026-01-09", "2026-02-01"}
	for _, c := range []struct {
		name        string
		may         retain.Promise
		first, last string
		want        []DayRange
	}{
		{"all is kept", retain.Promise{}, "2026-01-01", "2026-01-31", []DayRange{{"2026-01-01", "2026-01-31"}}},
		{"the range is within what is kept", retain.Promise{First: "2025-12-01"}, "2026-01-01", "2026-01-31", []DayRange{{"2026-01-01", "2026-01-31"}}},
		{"the range begins before", retain.Promise{First: "2026-01-10"}, "2026-01-01", "2026-01-31", []DayRange{{"2026-01-10", "2026-01-31"}}},
		{"the range ends before", retain.Promise{First: "2026-02-01"}, "2026-01-01", "2026-01-31", nil},
		{"its last day is the first kept", retain.Promise{First: "2026-01-31"}, "2026-01-01", "2026-01-31", []DayRange{{"2026-01-31", "2026-01-31"}}},
		{"days before are held", retain.Promise{First: "2026-01-20", Held: held}, "2026-01-03", "2026-01-31",
			[]DayRange{{"2026-01-03", "2026-01-03"}, {"2026-01-06", "2026-01-06"}, {"2026-01-09", "2026-01-09"}, {"2026-01-20", "2026-01-31"}}},
		{"the day right before is held", retain.Promise{First: "2026-01-10", Held: held}, "2026-01-08", "2026-01-31", []DayRange{{"2026-01-09", "2026-01-31"}}},
		{"only held days are in the range", retain.Promise{First: "2026-03-01", Held: held}, "2026-01-01", "2026-01-05", []DayRange{{"2026-01-02", "2026-01-03"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, shownDays(c.may, c.first, c.last)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsPastItsRetentionIsNeitherReadNorShown(t *testing.T) {
	lake := enginetest.Estate(t)
	retention := kept{
		"aws_cloudtrail": {Table: "aws_cloudtrail", Keep: 2, First: "2026-01-03"},
		"aws_vpcflow":    {Table: "aws_vpcflow", Keep: 2, First: "2026-01-03", Held: []string{"2026-01-02"}},
		"apache_access":  {Table: "apache_access", Keep: 90, First: "2026-04-01"},
	}
	p, err := NewPlanner(lake).Keeping(retention).Plan(t.Context(), january(t))
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]int64{} // events by table and day that an unclamped search finds and that may be shown
	_, whole := ask(t, lake, january(t))
	for _, b := range whole.Histogram {
		if retention[b.Source].Shows(b.Day) {
			wanted[b.Source+" "+b.Day] = b.Count
		}
	}
	if len(wanted) == len(whole.Histogram) || len(wanted) == 0 {
		t.Fatalf("the estate has no events to leave out, or none to show: %v", whole.Histogram)
	}
	for _, table := range p.Tables {
		for _, f := range table.Files {
			if !retention[f.Table].Shows(f.Day) {
				t.Errorf("%s would be read", f.Path)
			}
		}
	}
	// By the statements alone too: Athena is told no files.
	for name, all := range map[string]bool{"with the files of the plan": false, "with all files": true} {
		t.Run(name, func(t *testing.T) {
			q := *p
			for i := range q.Timeline {
				for j := range q.Timeline[i].Scans {
					if scan := &q.Timeline[i].Scans[j]; all {
						scan.Files, err = lake.Files(t.Context(), catalog.FileQuery{Tables: []string{scan.Table}})
						if err != nil {
							t.Fatal(err)
						}
					}
				}
			}
			got := map[string]int64{}
			if _, err := NewRunner(open(t, lake), clock).Run(t.Context(), &q, func(e Event) error {
				got[e.Source+" "+catalog.Day(e.Time)]++
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(wanted, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAPlanSaysWhatRetentionLeavesOut(t *testing.T) {
	lake := enginetest.Estate(t)
	retention := kept{
		"aws_cloudtrail": {Table: "aws_cloudtrail", Keep: 2, First: "2026-01-03"},
		"aws_guardduty":  {Table: "aws_guardduty", Keep: 2, First: "2026-01-03"},
		"aws_vpcflow":    {Table: "aws_vpcflow", Keep: 2, First: "2026-01-03", Held: []string{"2026-01-01"}},
		"apache_access":  {Table: "apache_access", Keep: 90, First: "2026-04-01"},
		"doors":          {Table: "doors", Keep: 365, First: "2025-01-01"},
	}
	p, err := NewPlanner(lake).Keeping(retention).Plan(t.Context(), january(t))
	if err != nil {
		t.Fatal(err)
	}
	of := func(table string) TableCoverage {
		for _, c := range p.Coverage {
			if c.Table == table {
				return c
			}
		}
		t.Fatalf("nothing is said of %s", table)
		return TableCoverage{}
	}
	if c := of("aws_cloudtrail"); c.DaysPast != 2 || c.Days+c.DaysMissing != 2 || c.KeptFrom != "2026-01-03" || c.KeepDays != 2 || c.FirstDay < "2026-01-03" {
		t.Errorf("CloudTrail: %+v", c)
	}
	if c := of("aws_vpcflow"); c.DaysPast != 1 || !cmp.Equal(c.Held, []DayRange{{"2026-01-01", "2026-01-01"}}) || c.Days+c.DaysMissing != 3 {
		t.Errorf("flow logs: %+v", c)
	}
	if c := of("apache_access"); c.Searched || !strings.Contains(c.Reason, "past its retention of 90 days") || c.DaysPast != 4 || c.FirstDay != "" {
		t.Errorf("Apache: %+v", c)
	}
	if c := of("doors"); c.DaysPast != 0 || c.KeptFrom != "2025-01-01" || !c.Searched {
		t.Errorf("doors: %+v", c)
	}
	said := strings.Join(p.Warnings, "\n")
	for _, part := range []string{
		"events of aws_cloudtrail, aws_guardduty are kept for 2 days, so 2 days before 2026-01-03 are not searched",
		"events of aws_vpcflow are kept for 2 days, so 1 day before 2026-01-03 is not searched; 1 day before it is, because a hold keeps them",
		"events of apache_access are kept for 90 days, so 4 days before 2026-04-01 are not searched",
	} {
		if !strings.Contains(said, part) {
			t.Errorf("%q is not said in\n%s", part, said)
		}
	}
	if strings.Contains(said, "doors") {
		t.Errorf("what is not clamped is told too:\n%s", said)
	}
	for _, e := range p.Explain().Tables {
		if e.Table == "aws_vpcflow" && (e.DaysPast != 1 || len(e.Held) != 1 || e.KeptFrom != "2026-01-03" || e.KeepDays != 2) {
			t.Errorf("explained as %+v", e)
		}
	}
}

type brokenRetention struct{}

func (brokenRetention) Promises(context.Context, []string) (map[string]retain.Promise, error) {
	return nil, errLost
}

func TestNothingIsSearchedWhenItCannotBeToldWhatMayBeShown(t *testing.T) {
	if _, err := NewPlanner(enginetest.Estate(t)).Keeping(brokenRetention{}).Plan(t.Context(), january(t)); !errors.Is(err, errLost) {
		t.Errorf("got %v", err)
	}
}
