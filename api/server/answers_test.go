package server_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

const succeeded = hindcastv1.CorrelationState_CORRELATION_STATE_SUCCEEDED

func TestACorrelationOverGRPCFindsWhatTheLakeHolds(t *testing.T) {
	h := start(t, newLake(t), nil)
	h.create(t, "alert-1", ipQuery("198[.]51[.]100[.]7"))
	c := h.wait(t, "alert-1", succeeded)
	s := c.GetStatistics()
	if s.GetMatched() != attacks || c.GetEvents() != attacks || s.GetOutcome() != hindcastv1.Outcome_OUTCOME_FOUND {
		t.Errorf("found %d, %d are listed, outcome %s; want %d", s.GetMatched(), c.GetEvents(), s.GetOutcome(), attacks)
	}
	if got := c.GetQuery().GetIndicators()[0].GetValue(); got != attacker {
		t.Errorf("the canonical address is %s", got)
	}
	if s.GetBytesRead() <= 0 || s.GetElapsed().AsDuration() <= 0 || s.GetEngine() != "duckdb" || len(s.GetSql()) == 0 {
		t.Errorf("statistics %v", s)
	}
	checkCoverage(t, s.GetCoverage())
	events := h.events(t, "alert-1", 4)
	checkTimeline(t, events)
	histogram, err := h.correlations.GetHistogram(h.ctx, &hindcastv1.GetHistogramRequest{CorrelationId: "alert-1"})
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, b := range histogram.GetBuckets() {
		sum += b.GetCount()
	}
	top, err := h.correlations.GetTopValues(h.ctx, &hindcastv1.GetTopValuesRequest{CorrelationId: "alert-1"})
	if err != nil || sum != attacks || len(top.GetFields()) == 0 {
		t.Errorf("histogram sums up to %d, top values %v, error %v", sum, top, err)
	}
}

func checkCoverage(t *testing.T, coverage []*hindcastv1.TableCoverage) {
	t.Helper()
	if len(coverage) != 2 {
		t.Fatalf("coverage %v", coverage)
	}
	for _, c := range coverage {
		missing := int64(0)
		if c.GetTable() == flowTable {
			missing = 1
		}
		if c.GetDaysMissing() != missing || c.GetDaysPresent() != 3-missing || c.GetFirstDay() != firstDay {
			t.Errorf("coverage %v", c)
		}
		if missing == 1 && (len(c.GetMissing()) != 1 || c.GetMissing()[0].GetFirstDay() != absentDay || c.GetMissing()[0].GetLastDay() != absentDay) {
			t.Errorf("missing %v", c.GetMissing())
		}
	}
}

func checkTimeline(t *testing.T, events []*hindcastv1.Event) {
	t.Helper()
	if len(events) != attacks {
		t.Fatalf("%d events, want %d", len(events), attacks)
	}
	if !slices.IsSortedFunc(events, func(a, b *hindcastv1.Event) int { return b.GetTime().AsTime().Compare(a.GetTime().AsTime()) }) {
		t.Error("they are not newest first")
	}
	for _, e := range events {
		doc := e.GetDocument().AsMap()
		source, _ := doc["source"].(map[string]any)
		if e.GetSourceIp() != attacker || source["ip"] != attacker || e.GetUserName() != "mallory" || e.GetAction() == "" ||
			e.GetSummary() == "" || e.GetAccountId() != "111122223333" || e.GetLogFilePath() != "AWSLogs/"+e.GetSource()+".json.gz" {
			t.Fatalf("event %v", e)
		}
	}
}

func (h *harness) events(t *testing.T, id string, size int32) []*hindcastv1.Event {
	t.Helper()
	var all []*hindcastv1.Event
	for token := ""; ; {
		resp, err := h.correlations.ListCorrelationEvents(h.ctx,
			&hindcastv1.ListCorrelationEventsRequest{CorrelationId: id, PageSize: size, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, resp.GetEvents()...)
		if token = resp.GetNextPageToken(); token == "" {
			return all
		}
	}
}

func TestPagingToTheEndEqualsTheStream(t *testing.T) {
	h := start(t, newLake(t), nil)
	q := ipQuery("198.51.100.0/24", bystander)
	q.FullDocuments = true
	h.create(t, "one", q)
	h.wait(t, "one", succeeded)
	paged := ids(h.events(t, "one", 3))
	streamed, sum := h.stream(t, q)
	if !slices.Equal(paged, ids(streamed)) || sum.GetStatistics().GetMatched() != int64(len(paged)) {
		t.Errorf("paged %v\nstreamed %v", paged, ids(streamed))
	}
	if rest := h.restEvents(t, "one", 7); !slices.Equal(paged, rest) {
		t.Errorf("paged %v\nover REST %v", paged, rest)
	}
	if rest := h.restStream(t); len(rest) != attacks {
		t.Errorf("REST streams %v", rest)
	}
	doc := streamed[0].GetDocument().AsMap()
	if _, there := doc["mapping_version"]; there || doc["related"] == nil {
		t.Errorf("a full document has what its row has and no more: %v", doc)
	}
}

func (h *harness) stream(t *testing.T, q *hindcastv1.Query) ([]*hindcastv1.Event, *hindcastv1.Summary) {
	t.Helper()
	s, err := h.correlations.StreamCorrelate(h.ctx, &hindcastv1.StreamCorrelateRequest{Query: q})
	if err != nil {
		t.Fatal(err)
	}
	var events []*hindcastv1.Event
	var sum *hindcastv1.Summary
	for {
		resp, err := s.Recv()
		if errors.Is(err, io.EOF) {
			return events, sum
		}
		if err != nil {
			t.Fatal(err)
		}
		if sum != nil {
			t.Fatalf("after the summary comes %v", resp)
		}
		if e := resp.GetEvent(); e != nil {
			events = append(events, e)
		}
		sum = resp.GetSummary()
	}
}

func ids(events []*hindcastv1.Event) []string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = e.GetEventId()
	}
	return out
}

func (h *harness) restEvents(t *testing.T, id string, size int) []string {
	t.Helper()
	var all []string
	for token := ""; ; {
		page := h.get(t, fmt.Sprintf("/v1/correlations/%s/events?page_size=%d&page_token=%s", id, size, url.QueryEscape(token)))
		for _, e := range page["events"].([]any) {
			all = append(all, e.(map[string]any)["event_id"].(string))
		}
		if token, _ = page["next_page_token"].(string); token == "" {
			return all
		}
	}
}

func (h *harness) restStream(t *testing.T) []string {
	t.Helper()
	a := h.do(t, http.MethodPost, "/v1/correlations:stream", `{"query":`+ipQueryJSON+`}`)
	var all []string
	summaries := 0
	for lines := bufio.NewScanner(bytes.NewReader(a.body)); lines.Scan(); {
		var line struct {
			Result struct {
				Event struct {
					EventID string `json:"event_id"`
				}
				Summary map[string]any
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("line %s: %v", lines.Bytes(), err)
		}
		if line.Result.Summary != nil {
			summaries++
		} else {
			all = append(all, line.Result.Event.EventID)
		}
	}
	if a.status != http.StatusOK || summaries != 1 {
		t.Errorf("status %d, %d summaries", a.status, summaries)
	}
	return all
}

func TestCreatingTwiceIsCreatingOnce(t *testing.T) {
	h := start(t, newLake(t), nil)
	first := h.create(t, "alert-1", ipQuery(attacker))
	again := h.create(t, "alert-1", ipQuery("198[.]51.100[.]7")) // the same address
	if !again.GetCreateTime().AsTime().Equal(first.GetCreateTime().AsTime()) {
		t.Error("a second correlation was made")
	}
	_, err := h.correlations.CreateCorrelation(h.ctx, &hindcastv1.CreateCorrelationRequest{CorrelationId: "alert-1", Query: ipQuery(bystander)})
	if status.Code(err) != codes.AlreadyExists {
		t.Errorf("another query: %v", err)
	}
	a := h.do(t, http.MethodPost, "/v1/correlations", `{"correlation_id":"alert-1","query":`+ipQueryJSON+`}`)
	if c := a.object(t, http.StatusOK)["correlation"].(map[string]any); c["correlation_id"] != "alert-1" {
		t.Errorf("over REST: %v", c)
	}
}

func TestNoDataIsToldFromNoMatch(t *testing.T) {
	h := start(t, newLake(t), nil)
	_, sum := h.stream(t, ipQuery("203.0.113.99"))
	if got := sum.GetStatistics().GetOutcome(); got != hindcastv1.Outcome_OUTCOME_NO_MATCH {
		t.Errorf("an address that nobody saw: %s", got)
	}
	q := ipQuery(attacker)
	q.FromTime.Seconds -= 365 * 86400
	q.ToTime.Seconds -= 365 * 86400
	_, sum = h.stream(t, q)
	s := sum.GetStatistics()
	if s.GetOutcome() != hindcastv1.Outcome_OUTCOME_NO_DATA || len(s.GetCoverage()) != 2 || s.GetCoverage()[0].GetDaysMissing() != 3 ||
		!strings.Contains(strings.Join(s.GetWarnings(), ""), "the lake has data from") {
		t.Errorf("a year before the lake: %v", s)
	}
}

func TestAnExplanationRunsNothing(t *testing.T) {
	l := newLake(t)
	held := hold(l.correlator(t))
	h := start(t, l, withCorrelator(held))
	resp, err := h.correlations.ExplainCorrelation(h.ctx, &hindcastv1.ExplainCorrelationRequest{Query: ipQuery(attacker)})
	if err != nil {
		t.Fatal(err)
	}
	p := resp.GetPlan()
	if len(p.GetTables()) != 2 || len(p.GetStatements()) == 0 || p.GetEstimate().GetBytes() <= 0 || p.GetEstimate().GetFiles() != 5 {
		t.Errorf("plan %v", p)
	}
	for _, s := range p.GetStatements() {
		if s.GetPurpose() == "" || s.GetAthenaSql() == "" || s.GetDuckdbSql() == "" {
			t.Errorf("statement %v", s)
		}
	}
	checkCoverage(t, p.GetCoverage())
	if len(held.started) != 0 {
		t.Error("a query was run")
	}
}
