package correlate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Published says what of a lake the catalog that Athena reads does not show yet; catalog.Publications does.
type Published interface {
	// Unpublished are the partitions whose current version is not published, at most limit; 0 is all.
	Unpublished(ctx context.Context, limit int) ([]catalog.Unpublished, error)
}

// At is a planner for a lake at a URI, s3://bucket/prefix, that Athena reads. Its statements for Athena name the files to
// read where the bounds of files rule others of the same days out.
func (p *Planner) At(root string, published Published) *Planner {
	at := *p
	at.root, at.published = strings.TrimSuffix(root, "/")+"/", published
	return &at
}

// behind are the days of a range that Athena does not see as the catalog has them, by table.
func (p *Planner) behind(ctx context.Context, firstDay, lastDay string) (map[string][]string, error) {
	if p.published == nil {
		return nil, nil //nolint:nilnil // nothing is behind
	}
	all, err := p.published.Unpublished(ctx, 0)
	if err != nil {
		return nil, fmt.Errorf("find what is not published: %w", err)
	}
	days := map[string][]string{}
	for _, u := range all {
		if firstDay <= u.Day && u.Day <= lastDay {
			days[u.Table] = append(days[u.Table], u.Day)
		}
	}
	return days, nil
}

// narrow has statements name the files of tables, where they are few and not all of their days. A table with a day that
// is not published as it is stays as wide as its days: Athena would look for files that are not there yet, or no more.
func (p *Planner) narrow(plan *Plan, behind map[string][]string) {
	if p.root == "" {
		return
	}
	for i := range plan.searched {
		t := &plan.searched[i]
		at := slices.IndexFunc(plan.Coverage, func(c TableCoverage) bool { return c.Table == t.table.Name })
		if len(behind[t.table.Name]) > 0 || len(t.files) > dialect.MaxPaths || int64(len(t.files)) >= plan.Coverage[at].Files {
			continue
		}
		for _, f := range t.files {
			t.paths = append(t.paths, p.root+f.Path)
		}
	}
}

// widen takes the names of files out again: they may make a statement too long.
func (p *Plan) widen() (changed bool) {
	for i := range p.searched {
		changed = changed || len(p.searched[i].paths) > 0
		p.searched[i].paths = nil
	}
	return changed
}

// unseen warn of days that Athena does not see as they are.
func (p *Plan) unseen(behind map[string][]string) (texts []string) {
	for _, t := range p.searched {
		if days := behind[t.table.Name]; len(days) > 0 {
			texts = append(texts, fmt.Sprintf("Athena does not see the newest files of %s yet, on %d of the days searched: \"hindcast catalog sync\" publishes them", t.table.Name, len(days)))
		}
	}
	return texts
}

// staying makes sure, once a statement that names files has run, that they are still in the lake: a merge between would have
// left it looking for files that are shown no more, and finding nothing. What came meanwhile does no harm: it is shown
// beside them.
func (p *Planner) staying(plan *Plan) func(ctx context.Context) error {
	q := catalog.FileQuery{FromDay: plan.FirstDay, ToDay: plan.LastDay, FromTime: plan.Request.From, ToTime: plan.Request.To}
	named := map[string]bool{}
	for _, t := range plan.searched {
		if len(t.paths) == 0 {
			continue
		}
		q.Tables = append(q.Tables, t.table.Name)
		for _, f := range t.files {
			named[f.Path] = true
		}
	}
	if len(named) == 0 {
		return nil
	}
	return func(ctx context.Context) error {
		now, err := p.catalog.Files(ctx, q)
		if err != nil {
			return fmt.Errorf("look whether the files have stayed: %w", err)
		}
		there := 0
		for _, f := range now {
			if named[f.Path] {
				there++
			}
		}
		if gone := len(named) - there; gone > 0 {
			return fmt.Errorf("%w: %d of the %d files searched were replaced meanwhile", engine.ErrStale, gone, len(named))
		}
		return nil
	}
}
