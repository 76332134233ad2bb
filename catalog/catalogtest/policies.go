package catalogtest

import (
	"errors"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

var policyCases = []sentence{
	{"policies are listed by table, the one of all tables first", func(l *lake) {
		all := []catalog.Policy{
			{Keep: 365, SetAt: start},
			{Table: "aws_cloudtrail", SetAt: start, Raw: []catalog.Move{{After: 30, Class: "GLACIER"}}},
			{Table: "aws_vpcflow", Keep: 90, SetAt: start,
				Parquet: []catalog.Move{{After: 30, Class: "STANDARD_IA"}, {After: 60, Class: "GLACIER_IR"}}},
		}
		for _, i := range []int{2, 0, 1} {
			l.must(l.SetPolicy(l.ctx, all[i]))
		}
		got, err := l.Policies(l.ctx)
		l.must(err)
		l.same("policies", got, all)
	}},
	{"a policy takes the place of an earlier one, until it is dropped", func(l *lake) {
		l.must(l.SetPolicy(l.ctx, catalog.Policy{Table: table, Keep: 30, Raw: []catalog.Move{{After: 1, Class: "GLACIER"}}}))
		l.clock.Move(time.Hour)
		l.must(l.SetPolicy(l.ctx, catalog.Policy{Table: table, Keep: 60}))
		got, err := l.Policies(l.ctx)
		l.must(err)
		l.same("policies", got, []catalog.Policy{{Table: table, Keep: 60, SetAt: start.Add(time.Hour)}})
		l.must(l.DropPolicy(l.ctx, table))
		if err := l.DropPolicy(l.ctx, table); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("dropped twice: got %v", err)
		}
	}},
	{"policies of no possible table, age or class are refused", func(l *lake) {
		for _, p := range []catalog.Policy{
			{Table: "A"}, {Table: table, Keep: -1}, {Raw: []catalog.Move{{After: -1, Class: "GLACIER"}}}, {Parquet: []catalog.Move{{After: 1}}},
		} {
			if err := l.SetPolicy(l.ctx, p); !errors.Is(err, catalog.ErrBadName) {
				l.Errorf("%+v: got %v", p, err)
			}
		}
		got, err := l.Policies(l.ctx)
		l.must(err)
		l.same("policies", len(got), 0)
	}},
	{"holds are listed by id, and one of the same id takes the place of the other", func(l *lake) {
		one := catalog.Hold{ID: "h1", Table: table, Account: "111122223333", From: start, To: start.Add(time.Hour),
			Reason: "case 7", Owner: "legal"}
		l.must(l.AddHold(l.ctx, catalog.Hold{ID: "h2", Reason: "all of it"}))
		l.must(l.AddHold(l.ctx, catalog.Hold{ID: "h1", To: start}))
		l.clock.Move(time.Hour)
		l.must(l.AddHold(l.ctx, one))
		one.SetAt = start.Add(time.Hour)
		got, err := l.Holds(l.ctx)
		l.must(err)
		l.same("holds", got, []catalog.Hold{one, {ID: "h2", Reason: "all of it", SetAt: start}})
		l.must(l.DropHold(l.ctx, "h2"))
		if err := l.DropHold(l.ctx, "h2"); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("dropped twice: got %v", err)
		}
	}},
	{"holds without id, of no possible table or of no time are refused", func(l *lake) {
		for _, h := range []catalog.Hold{{}, {ID: "h", Table: "A"}, {ID: "h", From: start, To: start}} {
			if err := l.AddHold(l.ctx, h); !errors.Is(err, catalog.ErrBadName) {
				l.Errorf("%+v: got %v", h, err)
			}
		}
	}},
}
