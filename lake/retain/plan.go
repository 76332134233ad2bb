package retain

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// Day is a day of a table that is past its retention.
type Day struct {
	Table string   `json:"table"`
	Day   string   `json:"day"`
	Rows  int64    `json:"rows"`
	Bytes int64    `json:"bytes"`
	Files int64    `json:"files"`
	Keep  int      `json:"keep_days"`
	Held  []string `json:"held_by,omitempty"`  // the holds that keep it, by id
	Unmet []string `json:"unmet_by,omitempty"` // the holds of an account on its table and time that none of its events names, by id
	Why   string   `json:"why,omitempty"`      // it is kept
	Error bool     `json:"error,omitempty"`    // it is kept because it cannot be told whether a hold keeps it
	Saves float64  `json:"saves_usd_month"`    // what its storage costs a month
	Early float64  `json:"early_deletion_usd,omitempty"`
}

// Awaiting is a day that was taken out of its table and whose files are not deleted yet.
type Awaiting struct {
	Table string    `json:"table"`
	Day   string    `json:"day"`
	Rows  int64     `json:"rows"`
	Bytes int64     `json:"bytes"`
	Due   time.Time `json:"due"`
}

// ClassMoves is how many files belong in another storage class than the first.
type ClassMoves struct {
	Table string `json:"table"`
	Class string `json:"class"`
	Files int64  `json:"files"`
	Bytes int64  `json:"bytes"`
}

// Plan says what an apply would do.
type Plan struct {
	At       time.Time    `json:"at"`
	Go       []Day        `json:"go"`   // by table and day
	Kept     []Day        `json:"kept"` // that holds keep, or of which it could not be told
	Awaiting []Awaiting   `json:"awaiting_deletion"`
	Moves    []ClassMoves `json:"moves"`
	Rows     int64        `json:"rows"`  // of Go, as are the next
	Bytes    int64        `json:"bytes"` //
	Saves    float64      `json:"saves_usd_month"`
	Early    float64      `json:"early_deletion_usd"`
	Prices   PriceNote    `json:"prices"`
}

// PlanCatalog is what a plan is made from.
type PlanCatalog interface {
	Catalog
	Tables(ctx context.Context) ([]catalog.Table, error)
	Expired(ctx context.Context) ([]catalog.Expired, error)
}

// Plan looks at every day that is past its retention.
func (k *Keeper) Plan(ctx context.Context, c PlanCatalog, prices Prices) (*Plan, error) {
	rules, err := k.Rules(ctx)
	if err != nil {
		return nil, err
	}
	now := k.now()
	p := &Plan{At: now.UTC(), Go: []Day{}, Kept: []Day{}, Awaiting: []Awaiting{}, Moves: []ClassMoves{}, Prices: prices.Note()}
	days, err := pastDays(ctx, c, rules, now)
	if err != nil {
		return nil, err
	}
	for _, day := range days {
		k.judge(ctx, rules, &day)
		lot := Lot{Age: age(day.Day, now), Objects: float64(day.Files), Bytes: float64(day.Bytes)}
		day.Saves, day.Early = prices.leaving(rules.Policy(day.Table), lot)
		if day.Why != "" {
			p.Kept = append(p.Kept, day)
			continue
		}
		p.Go = append(p.Go, day)
		p.Rows, p.Bytes, p.Saves, p.Early = p.Rows+day.Rows, p.Bytes+day.Bytes, p.Saves+day.Saves, p.Early+day.Early
	}
	if p.Awaiting, err = awaiting(ctx, c); err != nil {
		return nil, err
	}
	p.Moves, err = k.moves(ctx, c, rules)
	return p, err
}

// pastDays are the days with events that are past their tables' retention.
func pastDays(ctx context.Context, c PlanCatalog, r Rules, now time.Time) ([]Day, error) {
	tables, err := c.Tables(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	var days []Day
	for _, t := range tables {
		first := r.FirstDay(t.Name, now)
		if first == "" {
			continue
		}
		partitions, err := c.Coverage(ctx, []string{t.Name}, "", dayBefore(first))
		if err != nil {
			return nil, fmt.Errorf("list the days of %s: %w", t.Name, err)
		}
		for _, p := range partitions {
			if p.Files > 0 {
				days = append(days, Day{Table: p.Table, Day: p.Day, Rows: p.Rows, Bytes: p.Bytes, Files: p.Files, Keep: r.Policy(t.Name).Keep})
			}
		}
	}
	return days, nil
}

// judge says why a day is kept, if it is.
func (k *Keeper) judge(ctx context.Context, r Rules, d *Day) {
	all := r.holdsOn(d.Table, d.Day)
	if len(all) == 0 {
		return
	}
	files, err := k.filesOf(ctx, d.Table, d.Day)
	var holds []catalog.Hold
	if err == nil {
		holds, err = k.held(ctx, r, d.Table, d.Day, files)
	}
	d.Held, d.Why = keptBy(holds, err)
	d.Error = err != nil
	for _, h := range all {
		if err == nil && h.Account != "" && !slices.Contains(d.Held, h.ID) {
			d.Unmet = append(d.Unmet, h.ID)
		}
	}
}

// keptBy says why a day is kept.
func keptBy(holds []catalog.Hold, err error) (ids []string, why string) {
	if err != nil {
		return nil, fmt.Sprintf("whether a hold keeps it cannot be told: %v", err)
	}
	var texts []string
	for _, h := range holds {
		ids = append(ids, h.ID)
		texts = append(texts, describe(h))
	}
	return ids, strings.Join(texts, "; ")
}

// describe says what a hold is for.
func describe(h catalog.Hold) string {
	text := "hold " + h.ID
	if h.Account != "" {
		text += " of account " + h.Account
	}
	if h.Reason != "" {
		text += ": " + h.Reason
	}
	if h.Owner != "" {
		text += " (" + h.Owner + ")"
	}
	return text
}

// awaiting are the days that were expired and can still be restored.
func awaiting(ctx context.Context, c PlanCatalog) ([]Awaiting, error) {
	expired, err := c.Expired(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the expired days: %w", err)
	}
	out := []Awaiting{}
	for _, e := range expired {
		if !e.Restored && !e.Collected {
			out = append(out, Awaiting{e.Table, e.Day, e.Rows, e.Bytes, e.Due})
		}
	}
	return out, nil
}

// moves sums up the files that belong in a colder class by now. Smaller ones than S3 moves are left out.
func (k *Keeper) moves(ctx context.Context, c PlanCatalog, r Rules) ([]ClassMoves, error) {
	out := []ClassMoves{}
	err := k.eachMove(ctx, c, r, func(f catalog.File, class string) error {
		if n := len(out); n == 0 || out[n-1].Table != f.Table || out[n-1].Class != class {
			out = append(out, ClassMoves{Table: f.Table, Class: class})
		}
		m := &out[len(out)-1]
		m.Files, m.Bytes = m.Files+1, m.Bytes+f.Bytes
		return nil
	})
	return out, err
}

// eachMove calls f with each file that belongs in a colder class, oldest first, table by table.
func (k *Keeper) eachMove(ctx context.Context, c PlanCatalog, r Rules, f func(catalog.File, string) error) error {
	tables, err := c.Tables(ctx)
	if err != nil {
		return fmt.Errorf("list the tables: %w", err)
	}
	now := k.now()
	for _, t := range tables {
		moves := r.Policy(t.Name).Parquet
		if len(moves) == 0 {
			continue
		}
		files, err := c.Files(ctx, catalog.FileQuery{Tables: []string{t.Name}})
		if err != nil {
			return fmt.Errorf("list the files of %s: %w", t.Name, err)
		}
		for _, file := range files {
			class := classAt(moves, age(file.Day, now))
			if class == Standard || file.Bytes < leastMoved {
				continue
			}
			if err := f(file, class); err != nil {
				return err
			}
		}
	}
	return nil
}
