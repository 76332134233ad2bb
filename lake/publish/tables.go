package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/view"
)

// tables brings all tables and the view up to date, if they may have changed.
func (p *Publisher) tables(ctx context.Context, r *Report) error {
	p.mu.Lock()
	stale := p.stale
	p.stale = false
	p.mu.Unlock()
	if !stale {
		return nil
	}
	err := p.ensureAll(ctx, r)
	if err != nil {
		p.changed() // try again the next time
	}
	return err
}

// changed says that tables may have changed.
func (p *Publisher) changed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stale = true
}

// forget makes sure of a table anew the next time.
func (p *Publisher) forget(table string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, table)
}

func (p *Publisher) ensureAll(ctx context.Context, r *Report) error {
	all, err := p.Ledger.Tables(ctx)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	var errs []error
	for _, t := range all {
		if _, err := p.ensure(ctx, t, r); err != nil {
			errs = append(errs, fmt.Errorf("publish table %s: %w", t.Name, err))
		}
	}
	return errors.Join(append(errs, p.ensureView(ctx, all, r))...)
}

// ensure brings a table up to date in Glue, unless it is known to be. It tells whether there was something to do.
func (p *Publisher) ensure(ctx context.Context, t catalog.Table, r *Report) (bool, error) {
	print := fingerprint(t)
	p.mu.Lock()
	same := p.known[t.Name] == print
	p.mu.Unlock()
	if same {
		return false, nil
	}
	e, err := p.Glue.EnsureTable(ctx, t)
	if err != nil {
		return false, err
	}
	if e.Needed() {
		r.Tables++
	}
	if e.Anew {
		if err := p.withdraw(ctx, t.Name); err != nil {
			return true, err
		}
	}
	p.mu.Lock()
	p.known[t.Name] = print
	p.mu.Unlock()
	return true, nil
}

// withdraw puts all days of a table into the outbox: Glue has none of them any more, or has them in an older format.
func (p *Publisher) withdraw(ctx context.Context, table string) error {
	all, err := p.Ledger.Publications(ctx)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(s catalog.Publication) bool { return s.Table != table })
	if len(all) == 0 {
		return nil
	}
	return p.Ledger.Withdraw(ctx, all)
}

// fingerprint is the same for tables that are defined alike.
func fingerprint(t catalog.Table) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", t.Doc)
	for _, c := range t.Columns {
		fmt.Fprintf(h, " %q %s %q", c.Name, c.Type, c.Doc)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// ensureView brings the view over all tables up to date. A lake without tables has none.
func (p *Publisher) ensureView(ctx context.Context, tables []catalog.Table, r *Report) error {
	v, err := view.Of(tables)
	if errors.Is(err, view.ErrNoTables) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	p.mu.Lock()
	same := p.view == v.SQL
	p.mu.Unlock()
	if same {
		return nil
	}
	e, err := p.Glue.EnsureView(ctx, v)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if e.Needed() {
		r.Tables++
	}
	p.mu.Lock()
	p.view = v.SQL
	p.mu.Unlock()
	return nil
}
