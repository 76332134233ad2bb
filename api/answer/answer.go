// Package answer translates between the API's messages and package correlate, which answers them.
package answer

import (
	"context"
	"errors"
	"fmt"

	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/api/indicator"
	"github.com/hindcast/hindcast/api/problem"
	"github.com/hindcast/hindcast/lake/ecs"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// planner turns requests into plans; correlate.Planner does.
type planner interface {
	Plan(ctx context.Context, r correlate.Request) (*correlate.Plan, error)
}

// runner runs plans; correlate.Runner does.
type runner interface {
	Run(ctx context.Context, p *correlate.Plan, emit func(correlate.Event) error) (*correlate.Summary, error)
}

// Correlator answers the queries of the API.
type Correlator struct {
	planner planner
	runner  runner
	engine  string
	sizer   correlate.Sizer
	pricer  correlate.Pricer
}

// Sized is a correlator whose plans are estimated by the columns that they read, not by whole files.
func (c *Correlator) Sized(by correlate.Sizer) *Correlator {
	sized := *c
	sized.sizer = by
	return &sized
}

// Priced is a correlator whose plans say what they would cost.
func (c *Correlator) Priced(by correlate.Pricer) *Correlator {
	priced := *c
	priced.pricer = by
	return &priced
}

// New makes a correlator; engine is the name that statistics give for what runs the queries.
func New(p planner, r runner, engineName string) *Correlator {
	return &Correlator{planner: p, runner: r, engine: engineName}
}

// Prepare gives the query in the form in which it is understood, and adds what is wrong with it to the fields.
func (c *Correlator) Prepare(ctx context.Context, q *hindcastv1.Query, wrong *problem.Fields) (*hindcastv1.Query, error) {
	r := requestOf(q, wrong)
	if wrong.Err() != nil {
		return q, nil
	}
	plan, err := c.planner.Plan(ctx, r)
	if refused := (*correlate.RequestError)(nil); errors.As(err, &refused) {
		wrong.Add(fieldOf(refused.Field), "%s", refused.Reason)
		return q, nil
	}
	if err != nil {
		return nil, fmt.Errorf("plan a correlation: %w", err)
	}
	return queryOf(plan.Request), nil
}

// Explain tells how a query would be answered.
func (c *Correlator) Explain(ctx context.Context, q *hindcastv1.Query) (*hindcastv1.Plan, error) {
	plan, err := c.plan(ctx, q)
	if err != nil {
		return nil, err
	}
	if c.pricer != nil {
		plan.PriceBy(c.pricer)
	}
	return planOf(plan), nil
}

// Run answers a query: each event, newest first, then what was found.
func (c *Correlator) Run(ctx context.Context, q *hindcastv1.Query, emit func(*hindcastv1.Event) error) (*hindcastv1.Summary, error) {
	plan, err := c.plan(ctx, q)
	if err != nil {
		return nil, err
	}
	sum, err := c.runner.Run(ctx, plan, func(e correlate.Event) error {
		out, err := eventOf(e)
		if err != nil {
			return err
		}
		return emit(out)
	})
	if err != nil {
		return nil, err
	}
	return summaryOf(sum, c.engine), nil
}

func (c *Correlator) plan(ctx context.Context, q *hindcastv1.Query) (*correlate.Plan, error) {
	var wrong problem.Fields
	r := requestOf(q, &wrong)
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	plan, err := c.planner.Plan(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("plan a correlation: %w", err)
	}
	if c.sizer != nil {
		err = plan.Refine(ctx, c.sizer)
	}
	return plan, err
}

var kinds = map[hindcastv1.IndicatorKind]ecs.Kind{
	hindcastv1.IndicatorKind_INDICATOR_KIND_IP:         ecs.IP,
	hindcastv1.IndicatorKind_INDICATOR_KIND_INSTANCE:   ecs.Instance,
	hindcastv1.IndicatorKind_INDICATOR_KIND_USER:       ecs.User,
	hindcastv1.IndicatorKind_INDICATOR_KIND_ACCESS_KEY: ecs.AccessKey,
	hindcastv1.IndicatorKind_INDICATOR_KIND_ACCOUNT:    ecs.Account,
	hindcastv1.IndicatorKind_INDICATOR_KIND_ARN:        ecs.ARN,
	hindcastv1.IndicatorKind_INDICATOR_KIND_DOMAIN:     ecs.Domain,
	hindcastv1.IndicatorKind_INDICATOR_KIND_HASH:       ecs.Hash,
}

func requestOf(q *hindcastv1.Query, wrong *problem.Fields) correlate.Request {
	r := correlate.Request{
		From: q.GetFromTime().AsTime(), To: q.GetToTime().AsTime(), Sources: q.GetSources(),
		Match: correlate.Any, Limit: int(q.GetLimit()), Full: q.GetFullDocuments(),
	}
	if q.GetMatch() == hindcastv1.Match_MATCH_ALL {
		r.Match = correlate.All
	}
	for i, in := range q.GetIndicators() {
		kind, known := kinds[in.GetKind()]
		if !known {
			wrong.Add(fmt.Sprintf("query.indicators[%d].kind", i), "is required: IP, INSTANCE, USER, ACCESS_KEY, ACCOUNT, ARN, DOMAIN or HASH, each with INDICATOR_KIND_ before it")
			continue
		}
		parsed, err := indicator.Parse(kind, in.GetValue())
		if err != nil {
			wrong.Add(fmt.Sprintf("query.indicators[%d].value", i), "%v", err)
			continue
		}
		r.Indicators = append(r.Indicators, parsed)
	}
	return r
}

// fieldOf is the path of a request's field in the API.
func fieldOf(name string) string {
	if name == "range" {
		return "query.to_time"
	}
	return "query." + name
}
