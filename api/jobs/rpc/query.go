package rpc

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hindcast/hindcast/api/problem"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// prepare checks a query and gives it the form in which it is kept and compared. Whatever is wrong is told at once.
func (s *Service) prepare(ctx context.Context, q *hindcastv1.Query, maxEvents int64, wrong *problem.Fields) (*hindcastv1.Query, error) {
	if q == nil {
		wrong.Add("query", "is required")
		return nil, wrong.Err()
	}
	s.checkRange(q, wrong)
	s.checkSize(q, maxEvents, wrong)
	q = proto.CloneOf(q)
	if q.Match == hindcastv1.Match_MATCH_UNSPECIFIED {
		q.Match = hindcastv1.Match_MATCH_ANY
	}
	if q.Limit == 0 {
		q.Limit = min(s.limits.Events, maxEvents)
	}
	prepared, err := s.correlator.Prepare(ctx, q, wrong)
	if err != nil {
		return nil, err
	}
	return prepared, wrong.Err()
}

func (s *Service) checkRange(q *hindcastv1.Query, wrong *problem.Fields) {
	from, fromOK := checkTime("query.from_time", q.GetFromTime(), wrong)
	to, toOK := checkTime("query.to_time", q.GetToTime(), wrong)
	switch {
	case !fromOK || !toOK:
	case !from.Before(to):
		wrong.Add("query.to_time", "%s must be after from_time, which is %s", stamp(to), stamp(from))
	case to.Sub(from) > s.limits.Range:
		wrong.Add("query.to_time", "the range has %d days; at most %d can be searched at once", days(to.Sub(from)), days(s.limits.Range))
	}
}

func (s *Service) checkSize(q *hindcastv1.Query, maxEvents int64, wrong *problem.Fields) {
	switch n := len(q.GetIndicators()); {
	case n == 0:
		wrong.Add("query.indicators", "at least one is required")
	case n > s.limits.Indicators:
		wrong.Add("query.indicators", "there are %d; at most %d can be looked for at once", n, s.limits.Indicators)
	}
	switch n := q.GetLimit(); {
	case n < 0:
		wrong.Add("query.limit", "must not be negative")
	case n > maxEvents:
		wrong.Add("query.limit", "%d is more than the %d events that this call can give", n, maxEvents)
	}
	if _, known := hindcastv1.Match_name[int32(q.GetMatch())]; !known {
		wrong.Add("query.match", "%d is none of MATCH_ANY and MATCH_ALL", q.GetMatch())
	}
}

func checkTime(field string, t *timestamppb.Timestamp, wrong *problem.Fields) (time.Time, bool) {
	if t == nil {
		wrong.Add(field, "is required")
		return time.Time{}, false
	}
	if err := t.CheckValid(); err != nil {
		wrong.Add(field, "is not a time: %v", err)
		return time.Time{}, false
	}
	return t.AsTime(), true
}

func (s *Service) pageSize(asked int32) (int, error) {
	switch {
	case asked < 0:
		return 0, problem.Invalid("page_size", "must not be negative")
	case asked == 0:
		return s.limits.PageSize, nil
	}
	return min(int(asked), s.limits.MaxPageSize), nil
}

func days(d time.Duration) int { return int((d + 24*time.Hour - 1) / (24 * time.Hour)) }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
