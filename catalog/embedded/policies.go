package embedded

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// SetPolicy sets a table's policy.
func (s *Store) SetPolicy(ctx context.Context, p catalog.Policy) error {
	if err := p.Validate(); err != nil {
		return fmt.Errorf("set retention policy: %w", err)
	}
	parquet, err := json.Marshal(p.Parquet)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(p.Raw)
	if err != nil {
		return err
	}
	return s.write(ctx, "set retention policy of "+tableOrAll(p.Table), func(t session) error {
		_, err := t.exec(ctx, t.sq.Insert("retention_policies").Columns("table_name", "keep_days", "parquet_moves", "raw_moves", "set_at").
			Values(p.Table, p.Keep, string(parquet), string(raw), millis(t.now())).
			Suffix("ON CONFLICT (table_name) DO UPDATE SET keep_days = excluded.keep_days, "+
				"parquet_moves = excluded.parquet_moves, raw_moves = excluded.raw_moves, set_at = excluded.set_at"))
		return err
	})
}

// DropPolicy removes a table's policy.
func (s *Store) DropPolicy(ctx context.Context, table string) error {
	return s.drop(ctx, "drop retention policy of "+tableOrAll(table), "retention_policies", sq.Eq{"table_name": table})
}

// Policies are all policies.
func (s *Store) Policies(ctx context.Context) ([]catalog.Policy, error) {
	t := s.session(s.db)
	found, err := list(ctx, t, t.sq.Select("table_name", "keep_days", "parquet_moves", "raw_moves", "set_at").
		From("retention_policies"), scanPolicy)
	if err != nil {
		return nil, fmt.Errorf("list retention policies: %w", err)
	}
	slices.SortFunc(found, func(a, b catalog.Policy) int { return strings.Compare(a.Table, b.Table) })
	return found, nil
}

func scanPolicy(r row, p *catalog.Policy) error {
	var parquet, raw string
	if err := r.Scan(&p.Table, &p.Keep, &parquet, &raw, instant{&p.SetAt}); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(parquet), &p.Parquet); err != nil {
		return fmt.Errorf("moves of Parquet files: %w", err)
	}
	if err := json.Unmarshal([]byte(raw), &p.Raw); err != nil {
		return fmt.Errorf("moves of raw objects: %w", err)
	}
	return nil
}

// AddHold adds a hold.
func (s *Store) AddHold(ctx context.Context, h catalog.Hold) error {
	if err := h.Validate(); err != nil {
		return fmt.Errorf("add hold: %w", err)
	}
	return s.write(ctx, "add hold "+h.ID, func(t session) error {
		_, err := t.exec(ctx, t.sq.Insert("retention_holds").
			Columns("id", "table_name", "account", "from_time", "to_time", "reason", "owner", "set_at").
			Values(h.ID, h.Table, h.Account, ceilMillis(h.From), ceilMillis(h.To), h.Reason, h.Owner, millis(t.now())).
			Suffix("ON CONFLICT (id) DO UPDATE SET table_name = excluded.table_name, account = excluded.account, "+
				"from_time = excluded.from_time, to_time = excluded.to_time, reason = excluded.reason, "+
				"owner = excluded.owner, set_at = excluded.set_at"))
		return err
	})
}

// DropHold ends a hold.
func (s *Store) DropHold(ctx context.Context, id string) error {
	return s.drop(ctx, "drop hold "+id, "retention_holds", sq.Eq{"id": id})
}

// Holds are all holds.
func (s *Store) Holds(ctx context.Context) ([]catalog.Hold, error) {
	t := s.session(s.db)
	found, err := list(ctx, t, t.sq.Select("id", "table_name", "account", "from_time", "to_time", "reason", "owner", "set_at").
		From("retention_holds"), func(r row, h *catalog.Hold) error {
		return r.Scan(&h.ID, &h.Table, &h.Account, instant{&h.From}, instant{&h.To}, &h.Reason, &h.Owner, instant{&h.SetAt})
	})
	if err != nil {
		return nil, fmt.Errorf("list holds: %w", err)
	}
	slices.SortFunc(found, func(a, b catalog.Hold) int { return strings.Compare(a.ID, b.ID) })
	return found, nil
}

// drop deletes one row, which must be there.
func (s *Store) drop(ctx context.Context, what, from string, where sq.Eq) error {
	return s.write(ctx, what, func(t session) error {
		n, err := t.exec(ctx, t.sq.Delete(from).Where(where))
		if err == nil && n == 0 {
			err = catalog.ErrNotFound
		}
		return err
	})
}

func tableOrAll(table string) string {
	if table == "" {
		return "all tables"
	}
	return table
}

// noTime is how the zero time is stored, which is unbounded as the end of a hold. As its beginning it is just early.
var noTime = millis(time.Time{})

// What a hold, retention_holds h, has to do with the events of a file, or of one in the trash: of any account, since the
// catalog does not tell whose their events are. Both take noTime.
const (
	filesHeld = "files f ON (h.table_name = '' OR h.table_name = f.table_name) AND h.from_time <= f.max_time" +
		" AND (h.to_time = ? OR h.to_time > f.min_time)"
	trashNotHeld = "NOT EXISTS (SELECT 1 FROM retention_holds h WHERE (h.account = '' OR h.set_at >= trash.since)" +
		" AND (h.table_name = '' OR h.table_name = trash.table_name) AND h.from_time <= trash.max_time" +
		" AND (h.to_time = ? OR h.to_time > trash.min_time))"
)
