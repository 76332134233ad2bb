package mirror

import (
	"context"
	"errors"
	"fmt"

	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/publish"
)

// Sync finds what differs and mends what it can. The report is of what was found; what could not be mended is left.
func Sync(ctx context.Context, cfg Config, p *publish.Publisher) (*Report, error) {
	c, err := compare(ctx, cfg)
	if err != nil {
		return c.report, err
	}
	failed := c.mend(ctx, p)
	after, err := compare(ctx, cfg)
	if err != nil {
		return c.report, errors.Join(failed, err)
	}
	still := map[Difference]bool{}
	for _, d := range after.report.Differences {
		still[d] = true
	}
	for _, d := range c.report.Differences {
		if !still[d] {
			c.report.Mended++
		}
	}
	return c.report, failed
}

// mend makes Glue as the ledger has it. Each step is worth while without the others.
func (c *comparison) mend(ctx context.Context, p *publish.Publisher) error {
	var errs []error
	if len(c.withdraw) > 0 {
		errs = append(errs, c.Ledger.Withdraw(ctx, c.withdraw))
	}
	_, err := p.Flush(ctx)
	errs = append(errs, err, c.hide(ctx, p))
	if len(c.orphans) > 0 {
		errs = append(errs, c.Ledger.Throw(ctx, c.orphans))
	}
	return errors.Join(errs...)
}

// hide takes days out of Glue that the ledger has no files of, under the lease of whoever publishes: nobody shows one of
// them meanwhile.
func (c *comparison) hide(ctx context.Context, p *publish.Publisher) error {
	if len(c.strangers) == 0 {
		return nil
	}
	return p.Alone(ctx, func(ctx context.Context) error {
		var errs []error
		for table, days := range c.strangers {
			var gone []string
			for _, d := range days {
				now, err := c.Ledger.Partition(ctx, table, d)
				if err != nil {
					return err
				}
				if now.Files == 0 {
					gone = append(gone, d)
				}
			}
			err := c.Glue.Hide(ctx, table, gone)
			if err != nil && !errors.Is(err, glue.ErrNotFound) {
				errs = append(errs, fmt.Errorf("hide days of table %s: %w", table, err))
			}
		}
		return errors.Join(errs...)
	})
}
