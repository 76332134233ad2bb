package retain

import (
	"context"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/catalog"
)

// Promise is what of a table queries may show.
type Promise struct {
	Table string
	Keep  int      // days that the policy keeps; 0 is for ever
	First string   // the first of those that it keeps now; empty when it keeps all
	Held  []string // days before it that a hold keeps, in order
}

// Shows tells whether a day may be shown.
func (p Promise) Shows(day string) bool {
	if day >= p.First {
		return true
	}
	_, held := slices.BinarySearch(p.Held, day)
	return held
}

// Promises say what queries may show of tables, none meaning all that have events.
func (k *Keeper) Promises(ctx context.Context, tables []string) (map[string]Promise, error) {
	rules, err := k.Rules(ctx)
	if err != nil || len(rules.policies) == 0 {
		return nil, err
	}
	now := k.now()
	promises := map[string]Promise{}
	for _, t := range tables {
		if first := rules.FirstDay(t, now); first != "" {
			promises[t] = Promise{Table: t, Keep: rules.Policy(t).Keep, First: first}
		}
	}
	if len(rules.holds) == 0 {
		return promises, nil
	}
	for name, p := range promises {
		if p.Held, err = k.heldDays(ctx, rules, name, dayBefore(p.First)); err != nil {
			return nil, err
		}
		promises[name] = p
	}
	return promises, nil
}

// heldDays are a table's days up to the last one that holds keep.
func (k *Keeper) heldDays(ctx context.Context, r Rules, name, last string) ([]string, error) {
	files, err := k.catalog.Files(ctx, catalog.FileQuery{Tables: []string{name}, ToDay: last})
	if err != nil {
		return nil, fmt.Errorf("list the files of %s: %w", name, err)
	}
	var days []string
	for len(files) > 0 {
		day, n := files[0].Day, 1
		for n < len(files) && files[n].Day == day {
			n++
		}
		holds, err := k.held(ctx, r, name, day, storedOf(files[:n]))
		if err != nil {
			return nil, err
		}
		if len(holds) > 0 {
			days = append(days, day)
		}
		files = files[n:]
	}
	return days, nil
}

// tablesAndFiles is what statements are prepared from.
type tablesAndFiles interface {
	Tables(ctx context.Context) ([]catalog.Table, error)
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
	ColumnBytes(ctx context.Context, table string, files []catalog.File) (catalog.ColumnBytes, error)
}

// Clamped is a catalog that lists only the files of days that may be shown. It is for one statement.
type Clamped struct {
	tablesAndFiles
	keeper *Keeper
	hidden map[string]Hidden
}

// Hidden is what of a table was left out.
type Hidden struct {
	Promise
	Days, Rows int64
}

// Clamp makes such a catalog.
func (k *Keeper) Clamp(c tablesAndFiles) *Clamped {
	return &Clamped{tablesAndFiles: c, keeper: k, hidden: map[string]Hidden{}}
}

// Files are the files that the query selects and that may be shown.
func (c *Clamped) Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error) {
	files, err := c.tablesAndFiles.Files(ctx, q)
	if err != nil {
		return nil, err
	}
	promises, err := c.keeper.Promises(ctx, q.Tables)
	if err != nil {
		return nil, err
	}
	for name, p := range promises {
		c.hidden[name] = Hidden{Promise: p}
	}
	days := map[[2]string]bool{}
	return slices.DeleteFunc(files, func(f catalog.File) bool {
		p, bound := promises[f.Table]
		if !bound || p.Shows(f.Day) {
			return false
		}
		h := c.hidden[f.Table]
		h.Rows += f.Rows
		if day := [2]string{f.Table, f.Day}; !days[day] {
			days[day] = true
			h.Days++
		}
		c.hidden[f.Table] = h
		return true
	}), nil
}

// Hidden are the tables of the statement that are not kept for ever, by name, and what of them was left out.
func (c *Clamped) Hidden() []Hidden {
	out := make([]Hidden, 0, len(c.hidden))
	for _, h := range c.hidden {
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b Hidden) int { return compareText(a.Table, b.Table) })
	return out
}
