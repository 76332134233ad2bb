package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hindcast/hindcast/api/answer"
	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/api/server"
	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine/duckdb"
	bucket "github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/retain"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// retaining answers from the lake as its policies and holds say, on the 13th of January.
func (l lake) retaining(t *testing.T) (*answer.Correlator, *retain.Keeper) {
	t.Helper()
	files, err := bucket.OpenFolder(l.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	e, err := duckdb.Open(l.dir, duckdb.Options{Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	keeper := retain.NewKeeper(l.store, files, "", func() time.Time { return time.Date(2026, 1, 13, 9, 0, 0, 0, time.UTC) })
	return answer.New(correlate.NewPlanner(l.store).Keeping(keeper), correlate.NewRunner(e, time.Now), "duckdb"), keeper
}

func TestAnAnswerSaysWhatIsPastItsRetention(t *testing.T) {
	l := newLake(t)
	for _, p := range []catalog.Policy{{Table: trailTable, Keep: 2}, {Table: flowTable, Keep: 1}} {
		if err := l.store.SetPolicy(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.store.AddHold(t.Context(), catalog.Hold{ID: "case", Table: flowTable, Account: "111122223333", To: noon.Add(12 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	h := start(t, l, func(c *server.Config) { c.Correlator, c.Retention = l.retaining(t) })
	h.create(t, "alert-1", ipQuery(attacker))
	c := h.wait(t, "alert-1", succeeded)
	asked, err := h.catalog.GetCoverage(h.ctx, &hindcastv1.GetCoverageRequest{FirstDay: firstDay, LastDay: "2026-01-12"})
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range append(c.GetStatistics().GetCoverage(), asked.GetTables()...) {
		switch of.GetTable() {
		case trailTable: // the 10th is past
			if of.GetDaysPastRetention() != 1 || of.GetKeptFromDay() != "2026-01-11" || of.GetRetentionDays() != 2 || len(of.GetHeld()) != 0 || of.GetFirstDay() != "2026-01-11" {
				t.Errorf("CloudTrail: %v", of)
			}
		case flowTable: // the 10th is held, the 11th past
			if of.GetDaysPastRetention() != 1 || of.GetKeptFromDay() != "2026-01-12" || len(of.GetHeld()) != 1 || of.GetHeld()[0].GetLastDay() != firstDay || of.GetDaysMissing() != 0 {
				t.Errorf("flow logs: %v", of)
			}
		}
	}
	for _, e := range h.events(t, "alert-1", 100) {
		if day := catalog.Day(e.GetTime().AsTime()); day == firstDay && e.GetSource() == trailTable {
			t.Errorf("an event past its retention is shown: %v", e)
		}
	}
	plan, err := h.correlations.ExplainCorrelation(h.ctx, &hindcastv1.ExplainCorrelationRequest{Query: ipQuery(attacker)})
	if err != nil || !strings.Contains(strings.Join(plan.GetPlan().GetWarnings(), " "), "retention: events of "+trailTable+" are kept for 2 days") {
		t.Errorf("explained as %v, %v", plan.GetPlan().GetWarnings(), err)
	}
	rest := h.do(t, http.MethodGet, "/v1/correlations/alert-1", "")
	var doc struct {
		Correlation struct {
			Statistics struct {
				Coverage []struct {
					Table string
					Kept  string `json:"kept_from_day"`
				}
			}
		}
	}
	if err := json.Unmarshal(rest.body, &doc); err != nil || len(doc.Correlation.Statistics.Coverage) != 2 || doc.Correlation.Statistics.Coverage[0].Kept == "" {
		t.Errorf("over REST: %v\n%s", err, rest.body)
	}
}
