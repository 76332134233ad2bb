package answer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/api/problem"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

func TestADocumentKeepsWhatLogsHold(t *testing.T) {
	e, err := eventOf(correlate.Event{
		Time: time.Date(2026, 1, 31, 12, 0, 0, 5e6, time.UTC), Source: "aws_cloudtrail", ID: "e1", Matched: []int{0, 2},
		Fields: map[string]any{
			"event.action": "GetObject", "source.ip": "192.0.2.1", "source.port": int64(443), "related.ip": []string{"192.0.2.1"},
			"aws.raw": json.RawMessage(`{"a":1,"a":2,"huge":1e999,"deep":[true,null,{"x":"y"}]}`), "message": "bad \xff byte",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := protojson.Marshal(e.GetDocument())
	if err != nil {
		t.Fatal(err)
	}
	var got, want map[string]any
	wanted := `{"event":{"action":"GetObject"},"source":{"ip":"192.0.2.1","port":443},"related":{"ip":["192.0.2.1"]},
		"aws":{"raw":{"a":2,"huge":"1e999","deep":[true,null,{"x":"y"}]}},"message":"bad ` + "\ufffd" + ` byte"}`
	if err := errors.Join(json.Unmarshal(text, &got), json.Unmarshal([]byte(wanted), &want)); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if e.GetAction() != "GetObject" || e.GetSourceIp() != "192.0.2.1" || len(e.GetMatchedIndicators()) != 2 || e.GetTime().GetNanos() != 5e6 {
		t.Errorf("got %v", e)
	}
}

func TestEveryKindOfIndicatorCanBeAskedFor(t *testing.T) {
	asked := map[ecs.Kind]bool{}
	for number := range hindcastv1.IndicatorKind_name {
		asked[kinds[hindcastv1.IndicatorKind(number)]] = true
	}
	for _, k := range ecs.Kinds() {
		if !asked[k] || kindOf(k) == hindcastv1.IndicatorKind_INDICATOR_KIND_UNSPECIFIED {
			t.Errorf("%s has no name in the API", k)
		}
	}
}

type planFunc func(correlate.Request) (*correlate.Plan, error)

func (f planFunc) Plan(_ context.Context, r correlate.Request) (*correlate.Plan, error) { return f(r) }

type runFunc func(emit func(correlate.Event) error) (*correlate.Summary, error)

func (f runFunc) Run(_ context.Context, _ *correlate.Plan, emit func(correlate.Event) error) (*correlate.Summary, error) {
	return f(emit)
}

func userQuery() *hindcastv1.Query {
	return &hindcastv1.Query{
		Indicators: []*hindcastv1.Indicator{{Kind: hindcastv1.IndicatorKind_INDICATOR_KIND_USER, Value: "alice"}},
		FromTime:   timestamppb.New(time.Unix(0, 0)), ToTime: timestamppb.New(time.Unix(86400, 0)),
	}
}

func TestWhatThePlannerRefusesIsToldByField(t *testing.T) {
	for field, want := range map[string]string{"sources": "query.sources", "range": "query.to_time", "limit": "query.limit"} {
		p := planFunc(func(correlate.Request) (*correlate.Plan, error) {
			return nil, fmt.Errorf("plan: %w", &correlate.RequestError{Field: field, Reason: "is odd"})
		})
		var wrong problem.Fields
		if _, err := New(p, nil, "test").Prepare(t.Context(), userQuery(), &wrong); err != nil {
			t.Fatal(err)
		}
		if err := wrong.Err(); err == nil || err.Error() != "rpc error: code = InvalidArgument desc = "+want+": is odd" {
			t.Errorf("%s: %v", field, err)
		}
	}
	broken := planFunc(func(correlate.Request) (*correlate.Plan, error) { return nil, errors.New("the catalog is gone") })
	if _, err := New(broken, nil, "test").Prepare(t.Context(), userQuery(), &problem.Fields{}); err == nil {
		t.Error("an error of the catalog is lost")
	}
}

// priced costs a micro-dollar a byte.
type priced struct{}

func (priced) Price(bytes int64) int64 { return bytes }
func (priced) PriceBasis() string      { return "a micro-dollar a byte" }

func TestAnswersAndPlansSayWhatTheyCostAndWarnOf(t *testing.T) {
	p := planFunc(func(r correlate.Request) (*correlate.Plan, error) {
		return &correlate.Plan{Request: r, Timeline: []correlate.Query{{Bytes: 70}}, Statistics: &correlate.Query{Bytes: 5}}, nil
	})
	r := runFunc(func(func(correlate.Event) error) (*correlate.Summary, error) {
		x := engine.Execution{ID: "x1", MicroUSD: 48, Queue: time.Second, Planning: 2 * time.Second, Run: 3 * time.Second}
		return &correlate.Summary{MicroUSD: 48, Warnings: []string{"mind the gap"}, Executions: []engine.Execution{x, {ID: "x2", Reused: true}}}, nil
	})
	c := New(p, r, "athena").Priced(priced{})
	sum, err := c.Run(t.Context(), userQuery(), func(*hindcastv1.Event) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	s := sum.GetStatistics()
	first := s.GetExecutions()[0]
	if s.GetPriceMicroUsd() != 48 || s.GetEngineQueryId() != "x1" || first.GetPriceMicroUsd() != 48 || first.GetQueueTime().GetSeconds() != 1 ||
		first.GetPlanningTime().GetSeconds() != 2 || first.GetEngineTime().GetSeconds() != 3 || !s.GetExecutions()[1].GetReused() || len(s.GetWarnings()) != 1 || s.GetWarnings()[0] != "mind the gap" {
		t.Errorf("got %v", s)
	}
	plan, err := c.Explain(t.Context(), userQuery())
	if e := plan.GetEstimate(); err != nil || e.GetPriceMicroUsd() != 75 || e.GetPriceBasis() != "a micro-dollar a byte" {
		t.Errorf("got %v, %v", e, err)
	}
}
