package mirror

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/view"
)

// tables holds Glue's tables, their days and the view against the ledger.
func (c *comparison) tables(ctx context.Context) error {
	all, err := c.Ledger.Tables(ctx)
	if err != nil {
		return fmt.Errorf("list the ledger's tables: %w", err)
	}
	c.report.Tables = len(all)
	missing, known := map[string]bool{}, map[string]bool{}
	var whole []catalog.Table // but for those whose days cannot be shown either
	for _, t := range all {
		known[t.Name] = true
		e, err := c.Glue.CompareTable(ctx, t)
		if c.definition(OfTable, t.Name, e, err); err != nil && !refusal(err) {
			return err
		}
		if err == nil {
			missing[t.Name] = e.Create
			whole = append(whole, t)
		}
	}
	shown, err := c.Glue.Tables(ctx)
	if err != nil {
		return err
	}
	for _, name := range shown {
		if !known[name] {
			c.add(Difference{Kind: OfTable, Table: name, Text: "Glue has the table, the ledger does not; drop it if it is of no use"})
		}
	}
	if err := c.days(ctx, whole, missing); err != nil {
		return err
	}
	return c.view(ctx, all)
}

// refusal tells whether an error is about what Glue has, and not about asking it.
func refusal(err error) bool {
	return errors.Is(err, glue.ErrForeign) || errors.Is(err, glue.ErrNewer) || errors.Is(err, glue.ErrInvalid) || errors.Is(err, catalog.ErrTypeChanged)
}

// definition notes what a table or a view lacks.
func (c *comparison) definition(kind Kind, name string, e glue.Evolution, err error) {
	switch {
	case err != nil && refusal(err):
		c.add(Difference{Kind: kind, Table: name, Text: err.Error()})
	case err != nil || !e.Needed():
	case e.Create:
		c.add(Difference{Kind: kind, Table: name, Text: strings.Join(e.Changes, "; "), Mend: "it is created"})
	case e.Anew:
		c.add(Difference{Kind: kind, Table: name, Text: strings.Join(e.Changes, "; "), Mend: "it is evolved, and all its days are shown anew"})
	default:
		c.add(Difference{Kind: kind, Table: name, Text: strings.Join(e.Changes, "; "), Mend: "it is evolved"})
	}
}

func (c *comparison) view(ctx context.Context, all []catalog.Table) error {
	v, err := view.Of(all)
	if errors.Is(err, view.ErrNoTables) {
		return nil
	}
	if err == nil {
		var e glue.Evolution
		e, err = c.Glue.CompareView(ctx, v)
		c.definition(OfView, v.Name, e, err)
	} else {
		c.definition(OfView, view.Name, glue.Evolution{}, err)
	}
	if err != nil && refusal(err) {
		return nil
	}
	return err
}

// day names a partition.
type day struct{ table, day string }

// days holds Glue's days against the ledger's. What looks wrong is looked at again: somebody may be publishing.
func (c *comparison) days(ctx context.Context, all []catalog.Table, missing map[string]bool) error {
	first, err := c.lookAtDays(ctx, all, missing)
	if err != nil || len(first) == 0 {
		return err
	}
	again, err := c.lookAtDays(ctx, all, missing)
	if err != nil {
		return err
	}
	var found []finding
	for k, f := range again {
		if was, ok := first[k]; ok && was.text == f.text {
			found = append(found, f)
		}
	}
	slices.SortFunc(found, func(a, b finding) int {
		return strings.Compare(a.table+" "+a.day.day, b.table+" "+b.day.day)
	})
	for _, f := range found {
		c.add(Difference{Kind: OfDay, Table: f.table, Day: f.day.day, Text: f.text, Mend: f.mend})
		if f.stranger {
			c.strangers[f.table] = append(c.strangers[f.table], f.day.day)
		}
		if f.withdraw {
			c.withdraw = append(c.withdraw, catalog.Publication{Table: f.table, Day: f.day.day})
		}
	}
	return nil
}

// finding is a day that is not shown as it should be.
type finding struct {
	day
	text, mend string
	withdraw   bool // what the ledger says of it is wrong
	stranger   bool // the ledger does not know it
}

const (
	republish = "it is published"
	rehide    = "it is hidden"
)

// lookAtDays compares all days once.
func (c *comparison) lookAtDays(ctx context.Context, all []catalog.Table, missing map[string]bool) (map[day]finding, error) {
	found := map[day]finding{}
	partitions, err := c.Ledger.Coverage(ctx, nil, "", "")
	if err != nil {
		return nil, fmt.Errorf("list the ledger's days: %w", err)
	}
	c.report.Days = len(partitions)
	recorded, err := c.Ledger.Publications(ctx)
	if err != nil {
		return nil, fmt.Errorf("list what is published: %w", err)
	}
	shown := map[day]catalog.Publication{}
	for _, s := range recorded {
		shown[day{s.Table, s.Day}] = s
	}
	want := map[day]catalog.Partition{}
	for _, p := range partitions {
		want[day{p.Table, p.Day}] = p
	}
	for _, t := range all {
		has := map[string]string{}
		if !missing[t.Name] {
			in, err := c.Glue.Partitions(ctx, t.Name)
			if err != nil {
				return nil, err
			}
			for _, s := range in {
				has[s.Day] = s.Location
			}
		}
		c.compareDays(t.Name, want, shown, has, found)
	}
	return found, nil
}

// compareDays compares the days of one table.
func (c *comparison) compareDays(table string, want map[day]catalog.Partition, shown map[day]catalog.Publication, has map[string]string, found map[day]finding) {
	for k, p := range want {
		if k.table != table {
			continue
		}
		s := shown[k]
		location, there := has[k.day]
		switch {
		case s.Version != p.Version:
			found[k] = finding{day: k, text: fmt.Sprintf("version %d is not published, %s", p.Version, which(s)), mend: republish}
		case !there:
			found[k] = finding{day: k, text: "Glue does not show the day", mend: republish, withdraw: true}
		case location != c.Glue.Location(s.Manifest):
			found[k] = finding{day: k, text: fmt.Sprintf("Glue shows %s instead of %s", location, c.Glue.Location(s.Manifest)), mend: republish, withdraw: true}
		}
	}
	for d, location := range has {
		k := day{table, d}
		if _, known := want[k]; known {
			continue
		}
		if s, recorded := shown[k]; recorded { // it has expired, and is in the outbox
			found[k] = finding{day: k, text: fmt.Sprintf("the day has expired, %s", which(s)), mend: rehide}
			continue
		}
		found[k] = finding{day: k, text: fmt.Sprintf("Glue shows %s, the ledger has no files of the day", location), mend: rehide, stranger: true}
	}
}

func which(s catalog.Publication) string {
	if s.Version == 0 {
		return "and none is"
	}
	return fmt.Sprintf("but version %d", s.Version)
}
