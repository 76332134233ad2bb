package catalogtest

import (
	"errors"
	"fmt"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
)

var tableCases = []sentence{
	{"a table comes back as it was made", func(l *lake) {
		want := tableOf(table)
		for i, typ := range []ecs.Type{ecs.Int, ecs.Float, ecs.Bool, ecs.Strings} {
			want.Columns = append(want.Columns, catalog.Column{Name: fmt.Sprintf("c%d", i), ECS: "c", Type: typ})
		}
		want.Columns = append(want.Columns, catalog.Column{Name: "parameters", ECS: "parameters", Type: ecs.String, JSON: true})
		l.must(l.EnsureTable(l.ctx, want))
		got, err := l.Table(l.ctx, table)
		l.must(err)
		want.CreatedAt, want.UpdatedAt = start, start
		l.same("table", got, want)
	}},
	{"tables are listed by name", func(l *lake) {
		for _, name := range []string{"b", "c", "a_1", "a"} {
			l.must(l.EnsureTable(l.ctx, tableOf(name)))
		}
		tables, err := l.Tables(l.ctx)
		l.must(err)
		names := []string{}
		for _, t := range tables {
			names = append(names, t.Name)
			l.same("columns", t.Columns, tableOf(table).Columns)
		}
		l.same("names", names, []string{"a", "a_1", "b", "c"})
	}},
	{"ensuring a table twice changes nothing, not even when it was changed", func(l *lake) {
		l.withTable().clock.Move(time.Hour)
		l.withTable()
		got, err := l.Table(l.ctx, table)
		l.must(err)
		l.same("updated", got.UpdatedAt, start)
	}},
	{"new columns follow at the end, and columns that a definition lacks stay", func(l *lake) {
		l.withTable()
		narrow := tableOf(table)
		narrow.Columns = []catalog.Column{{Name: "event_id", ECS: "event.id", Type: ecs.String}, narrow.Columns[1]}
		l.must(l.EnsureTable(l.ctx, narrow))
		got, err := l.Table(l.ctx, table)
		l.must(err)
		l.same("columns", got.Columns, append(tableOf(table).Columns, narrow.Columns[0]))
	}},
	{"a column's description follows the definition", func(l *lake) {
		want := l.withTable().withDoc("where it came from")
		l.clock.Move(time.Hour)
		l.must(l.EnsureTable(l.ctx, want))
		got, err := l.Table(l.ctx, table)
		l.must(err)
		want.CreatedAt, want.UpdatedAt = start, start.Add(time.Hour)
		l.same("table", got, want)
	}},
	{"a column's type never changes, and the refusal changes nothing else", func(l *lake) {
		l.withTable()
		want := tableOf(table)
		want.Columns[1].Type = ecs.Int
		want.Columns = append(want.Columns, catalog.Column{Name: "more", ECS: "more", Type: ecs.Int})
		err := l.EnsureTable(l.ctx, want)
		if !errors.Is(err, catalog.ErrTypeChanged) {
			l.Fatalf("got %v", err)
		}
		got, err := l.Table(l.ctx, table)
		l.must(err)
		l.same("columns", got.Columns, tableOf(table).Columns)
	}},
	{"names that SQL would have to quote are refused", func(l *lake) {
		for _, name := range []string{"", "Users", "a-b", "a b", "1a", `a"b`, "a;b", "ä"} {
			if err := l.EnsureTable(l.ctx, catalog.Table{Name: name}); !errors.Is(err, catalog.ErrBadName) {
				l.Errorf("table %q: got %v", name, err)
			}
			want := catalog.Table{Name: table, Columns: []catalog.Column{{Name: name}}}
			if err := l.EnsureTable(l.ctx, want); !errors.Is(err, catalog.ErrBadName) {
				l.Errorf("column %q: got %v", name, err)
			}
		}
	}},
	{"the partition key is not a column, and no column stands twice", func(l *lake) {
		for _, names := range [][]string{{"day"}, {"a", "a"}} {
			want := catalog.Table{Name: table}
			for _, n := range names {
				want.Columns = append(want.Columns, catalog.Column{Name: n})
			}
			if err := l.EnsureTable(l.ctx, want); !errors.Is(err, catalog.ErrBadName) {
				l.Errorf("columns %v: got %v", names, err)
			}
		}
	}},
	{"a table that does not exist is not found", func(l *lake) {
		if _, err := l.Table(l.ctx, "nothing"); !errors.Is(err, catalog.ErrNotFound) {
			l.Fatalf("got %v", err)
		}
	}},
	{"what is committed to the database is there for the next process", func(l *lake) {
		l.withTable()
		_, err := l.reopen().Table(l.ctx, table)
		l.must(err)
	}},
}

func (l *lake) withDoc(doc string) catalog.Table {
	t := tableOf(table)
	t.Columns[1].Doc = doc
	return t
}
