package renormalise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/source"
)

// rebuild makes the rows of one day anew.
type rebuild struct {
	cfg      Config
	source   *source.Compiled
	norm     *source.Normalizer
	fresh    *ecs.Batch // rows of today's mapping
	enriched *enrich.Fillers

	rebuilt int64
	kept    Kept
}

// rows makes local files of the day's rows.
func (b *rebuild) rows(ctx context.Context, day *merge.Rows) ([]merge.Local, error) {
	b.fresh = ecs.NewBatch(b.source.Rows(b.cfg.Enrich.Fills))
	var err error
	if b.norm, err = b.source.New(b.fresh); err != nil {
		return nil, err
	}
	b.enriched = b.cfg.Enrich.Begin(b.fresh.Schema())
	made, parts, err := b.divide(day)
	if err != nil {
		return nil, fmt.Errorf("divide the rows: %w", err)
	}
	for i, local := range parts {
		p := &part{rebuild: b, ctx: ctx, day: day, name: fmt.Sprintf("new-%d", i)}
		locals, err := p.rows(local)
		if err != nil {
			return nil, err
		}
		made = append(made, locals...)
	}
	return made, nil
}

// part is rows of the past that are rebuilt together.
type part struct {
	*rebuild
	ctx  context.Context
	day  *merge.Rows
	name string

	old   old
	take  []int32 // rows of fresh that take the place of old ones
	since int     // records since the last look at the memory
	made  []merge.Local
}

// rows makes the rows of a part anew.
func (p *part) rows(local merge.Local) ([]merge.Local, error) {
	if err := p.old.read(p.day, local); err != nil {
		return nil, err
	}
	results, err := p.ledger()
	if err != nil {
		return nil, err
	}
	for i := range p.old.objects {
		if err := p.object(i, results); err != nil {
			return nil, err
		}
	}
	if err := p.flush(); err != nil {
		return nil, err
	}
	return p.made, p.rest(local)
}

// ledger is what is known of the part's raw objects.
func (p *part) ledger() (map[string]catalog.ObjectResult, error) {
	const chunk = 1000
	all := make(map[string]catalog.ObjectResult, len(p.old.objects))
	for some := range slices.Chunk(p.old.objects, chunk) {
		keys := make([]string, len(some))
		for i, o := range some {
			keys[i] = o.key
		}
		seen, err := p.cfg.Catalog.Seen(p.ctx, keys)
		if err != nil {
			return nil, fmt.Errorf("ask the ledger: %w", err)
		}
		for key, result := range seen {
			all[key] = result
		}
	}
	return all, nil
}

// flushBytes is the memory of new rows from which on they are written.
const flushBytes = 40 << 20

// flush writes the new rows that were taken.
func (p *part) flush() error {
	defer func() {
		p.fresh.Reset()
		p.take = p.take[:0]
	}()
	if len(p.take) == 0 {
		return nil
	}
	p.enriched.Fill(p.fresh)
	times, _ := p.fresh.Nums(p.fresh.Schema().Col("@timestamp"))
	slices.SortStableFunc(p.take, func(a, b int32) int { return cmp.Compare(times[a], times[b]) })
	f, err := newLocalFile(p.day, fmt.Sprintf("%s-%d", p.name, len(p.made)), p.fresh.Schema())
	if err != nil {
		return err
	}
	f.part = append(f.part, p.take...)
	err = f.add(p.fresh)
	made, e := f.end()
	if err = errors.Join(err, e); err != nil {
		return err
	}
	p.rebuilt += int64(len(p.take))
	p.made = append(p.made, made)
	return nil
}

// rest writes the old rows that nothing has taken the place of.
func (p *part) rest(local merge.Local) error {
	if !slices.Contains(p.old.replaced, false) {
		return nil
	}
	f, err := newLocalFile(p.day, p.name+"-rest", p.day.Schema)
	if err != nil {
		return err
	}
	next := 0
	err = p.old.each(p.day, local, func(rows *ecs.Batch) error {
		for row := range rows.Rows() {
			if !p.old.replaced[next] {
				f.part = append(f.part, int32(row))
				p.old.count(&p.kept, next)
			}
			next++
		}
		return f.add(rows)
	})
	made, e := f.end()
	p.made = append(p.made, made)
	return errors.Join(err, e)
}
