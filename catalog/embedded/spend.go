package embedded

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// Reserve counts what a statement may take. The day's row is locked by the change before it is compared with the limit.
func (s *Store) Reserve(ctx context.Context, r catalog.Reservation) error {
	if err := r.Validate(); err != nil {
		return fmt.Errorf("reserve for a statement: %w", err)
	}
	return s.write(ctx, "reserve for a statement on "+r.Day, func(t session) error {
		fresh, err := t.exec(ctx, t.sq.Insert("spend_reservations").Columns("id", "day", "size_bytes", "micro_usd").
			Values(r.ID, r.Day, r.Expected.Bytes, r.Expected.MicroUSD).Suffix("ON CONFLICT (id) DO NOTHING"))
		if err != nil || fresh == 0 {
			return err
		}
		if err := t.spend(ctx, r.Day, r.Expected); err != nil {
			return err
		}
		total, err := t.spent(ctx, r.Day)
		if err != nil {
			return err
		}
		if exceeds(total.Bytes, r.Limit.Bytes) || exceeds(total.MicroUSD, r.Limit.MicroUSD) {
			total.Bytes -= r.Expected.Bytes
			total.MicroUSD -= r.Expected.MicroUSD
			return &catalog.OverBudgetError{Reservation: r, Spent: total}
		}
		return nil
	})
}

func exceeds(n, limit int64) bool { return limit > 0 && n > limit }

// Settle counts what a statement took.
func (s *Store) Settle(ctx context.Context, id string, took catalog.Spend) error {
	return s.write(ctx, "settle what a statement took", func(t session) error {
		found, err := list(ctx, t, t.sq.Delete("spend_reservations").Where(sq.Eq{"id": id}).
			Suffix("RETURNING day, size_bytes, micro_usd"), scanReserved)
		if err != nil || len(found) == 0 {
			return err
		}
		r := found[0]
		return t.spend(ctx, r.Day, catalog.Spend{
			Bytes: took.Bytes - r.Expected.Bytes, MicroUSD: took.MicroUSD - r.Expected.MicroUSD, Executions: took.Executions,
		})
	})
}

// Spent is what was spent on a day.
func (s *Store) Spent(ctx context.Context, day string) (catalog.Spend, error) {
	total, err := s.session(s.db).spent(ctx, day)
	if err != nil {
		return total, fmt.Errorf("look at what was spent on %s: %w", day, err)
	}
	return total, nil
}

// spend adds to a day.
func (s session) spend(ctx context.Context, day string, more catalog.Spend) error {
	_, err := s.exec(ctx, s.sq.Insert("spend").Columns("day", "size_bytes", "micro_usd", "executions").
		Values(day, more.Bytes, more.MicroUSD, more.Executions).
		Suffix("ON CONFLICT (day) DO UPDATE SET size_bytes = spend.size_bytes + excluded.size_bytes, "+
			"micro_usd = spend.micro_usd + excluded.micro_usd, executions = spend.executions + excluded.executions"))
	return err
}

func (s session) spent(ctx context.Context, day string) (catalog.Spend, error) {
	found, err := list(ctx, s, s.sq.Select("size_bytes", "micro_usd", "executions").From("spend").Where(sq.Eq{"day": day}), scanSpend)
	if err != nil || len(found) == 0 {
		return catalog.Spend{}, err
	}
	return found[0], nil
}

func scanSpend(r row, s *catalog.Spend) error { return r.Scan(&s.Bytes, &s.MicroUSD, &s.Executions) }

func scanReserved(r row, v *catalog.Reservation) error {
	return r.Scan(&v.Day, &v.Expected.Bytes, &v.Expected.MicroUSD)
}
