package answer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/lake/ecs"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

func queryOf(r correlate.Request) *hindcastv1.Query {
	q := &hindcastv1.Query{
		FromTime: timestamppb.New(r.From), ToTime: timestamppb.New(r.To), Sources: r.Sources,
		Match: hindcastv1.Match_MATCH_ANY, Limit: int64(r.Limit), FullDocuments: r.Full,
	}
	if r.Match == correlate.All {
		q.Match = hindcastv1.Match_MATCH_ALL
	}
	for _, i := range r.Indicators {
		q.Indicators = append(q.Indicators, &hindcastv1.Indicator{Kind: kindOf(i.Kind), Value: i.Value})
	}
	return q
}

func kindOf(k ecs.Kind) hindcastv1.IndicatorKind {
	for api, own := range kinds {
		if own == k {
			return api
		}
	}
	return hindcastv1.IndicatorKind_INDICATOR_KIND_UNSPECIFIED
}

func eventOf(e correlate.Event) (*hindcastv1.Event, error) {
	text, err := e.Document()
	if err != nil {
		return nil, err
	}
	doc, err := structOf(text)
	if err != nil {
		return nil, fmt.Errorf("event %s of %s: %w", e.ID, e.Source, err)
	}
	field := func(name string) string {
		s, _ := e.Fields[name].(string)
		return s
	}
	out := &hindcastv1.Event{
		Time: timestamppb.New(e.Time), Source: e.Source, Summary: e.Summary, EventId: e.ID,
		Action: field("event.action"), Outcome: field("event.outcome"), Provider: field("event.provider"),
		UserName: field("user.name"), SourceIp: field("source.ip"), DestinationIp: field("destination.ip"),
		AccountId: field("cloud.account.id"), Region: field("cloud.region"), InstanceId: field("cloud.instance.id"),
		LogFilePath: e.LogFilePath, LogOffset: e.LogOffset, Document: doc,
	}
	for _, i := range e.Matched {
		out.MatchedIndicators = append(out.MatchedIndicators, int32(i))
	}
	return out, nil
}

// structOf reads a document without balking at what logs hold: a key that stands twice, a number beyond a double's
// range, which stays text.
func structOf(text []byte) (*structpb.Struct, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var root map[string]any
	if err := d.Decode(&root); err != nil {
		return nil, fmt.Errorf("decode document: %w", err)
	}
	return fieldsOf(root), nil
}

func fieldsOf(m map[string]any) *structpb.Struct {
	s := &structpb.Struct{Fields: make(map[string]*structpb.Value, len(m))}
	for k, v := range m {
		s.Fields[k] = valueOf(v)
	}
	return s
}

func valueOf(v any) *structpb.Value {
	switch v := v.(type) {
	case bool:
		return structpb.NewBoolValue(v)
	case string:
		return structpb.NewStringValue(strings.ToValidUTF8(v, "\ufffd"))
	case json.Number:
		if f, err := v.Float64(); err == nil {
			return structpb.NewNumberValue(f)
		}
		return structpb.NewStringValue(v.String())
	case map[string]any:
		return structpb.NewStructValue(fieldsOf(v))
	case []any:
		l := &structpb.ListValue{Values: make([]*structpb.Value, len(v))}
		for i, item := range v {
			l.Values[i] = valueOf(item)
		}
		return structpb.NewListValue(l)
	}
	return structpb.NewNullValue()
}

var outcomes = map[correlate.Outcome]hindcastv1.Outcome{
	correlate.Found:   hindcastv1.Outcome_OUTCOME_FOUND,
	correlate.NoMatch: hindcastv1.Outcome_OUTCOME_NO_MATCH,
	correlate.NoData:  hindcastv1.Outcome_OUTCOME_NO_DATA,
}

func summaryOf(s *correlate.Summary, engine string) *hindcastv1.Summary {
	out := &hindcastv1.Summary{Statistics: &hindcastv1.Statistics{
		Outcome: outcomes[s.Outcome], Matched: s.Matched, Returned: int64(s.Returned), BytesRead: s.BytesRead,
		Elapsed: durationpb.New(s.Elapsed), Engine: engine, Sql: s.SQL, Coverage: CoverageOf(s.Coverage), Warnings: s.Warnings,
	}}
	costOf(s, out.GetStatistics())
	for _, b := range s.Histogram {
		out.Histogram = append(out.Histogram, &hindcastv1.HistogramBucket{Source: b.Source, Day: b.Day, Count: b.Count})
	}
	for _, t := range s.Top {
		top := &hindcastv1.TopValues{Field: t.Field}
		for _, v := range t.Values {
			top.Values = append(top.Values, &hindcastv1.ValueCount{Value: v.Value, Count: v.Count})
		}
		out.TopValues = append(out.TopValues, top)
	}
	return out
}

// costOf says what a service took for the statements, if one ran them.
func costOf(s *correlate.Summary, out *hindcastv1.Statistics) {
	out.PriceMicroUsd = s.MicroUSD
	for _, x := range s.Executions {
		out.Executions = append(out.Executions, &hindcastv1.Execution{
			ExecutionId: x.ID, PriceMicroUsd: x.MicroUSD, Reused: x.Reused,
			QueueTime: durationpb.New(x.Queue), PlanningTime: durationpb.New(x.Planning), EngineTime: durationpb.New(x.Run),
		})
	}
	if len(s.Executions) > 0 {
		out.EngineQueryId = s.Executions[0].ID
	}
}
