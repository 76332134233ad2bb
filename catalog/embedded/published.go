package embedded

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// MarkPublished records what was published, in one transaction.
func (s *Store) MarkPublished(ctx context.Context, p catalog.Publishing) error {
	if err := p.Validate(); err != nil {
		return err
	}
	// Always in the same order, so that two of them cannot wait for each other.
	shown := slices.SortedFunc(slices.Values(p.Shown), func(a, b catalog.Publication) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Day, b.Day))
	})
	return s.write(ctx, "record published partitions", func(t session) error {
		if err := t.checkLease(ctx, p.Lease, millis(t.now())); err != nil {
			return err
		}
		if _, err := t.target(ctx); err != nil {
			return fmt.Errorf("the lake is not published: %w", err)
		}
		for _, s := range shown {
			if err := t.markPublished(ctx, s, millis(p.Due)); err != nil {
				return fmt.Errorf("%s/%s, version %d: %w", s.Table, s.Day, s.Version, err)
			}
		}
		return nil
	})
}

// markPublished records one partition. The update that changes nothing locks its row, so that what is read of it holds.
func (s session) markPublished(ctx context.Context, p catalog.Publication, due int64) error {
	here := sq.Eq{"table_name": p.Table, "day": p.Day}
	n, err := s.exec(ctx, s.sq.Update("partitions").Set("version", sq.Expr("version")).Where(here).Where(sq.GtOrEq{"version": p.Version}))
	if err == nil && n == 0 {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return err
	}
	before, err := s.publications(ctx, here)
	if err != nil {
		return err
	}
	was := before[0]
	if was.Version > p.Version || was == p {
		return nil
	}
	if err := s.exchange(ctx, was, p.Manifest, due); err != nil {
		return err
	}
	if err := s.delay(ctx, was, p, due); err != nil {
		return err
	}
	_, err = s.exec(ctx, s.sq.Update("partitions").Set("published_version", p.Version).Set("manifest", p.Manifest).Where(here))
	return err
}

// exchange takes a manifest out of the trash and throws the one that it replaces.
func (s session) exchange(ctx context.Context, was catalog.Publication, manifest string, due int64) error {
	if manifest == was.Manifest {
		return nil
	}
	if manifest != "" {
		n, err := s.exec(ctx, s.sq.Delete("trash").
			Where(sq.Eq{"path": manifest, "why": string(catalog.WasteUnfinished), "collected": false}))
		if err == nil && n == 0 {
			err = fmt.Errorf("manifest %s is not in the trash, or collected: %w", manifest, catalog.ErrNotFound)
		}
		if err != nil {
			return err
		}
	}
	if was.Manifest == "" {
		return nil
	}
	return s.throwManifests(ctx, []catalog.Publication{was}, due)
}

// delay keeps files that were shown until now for queries that have begun.
func (s session) delay(ctx context.Context, was, is catalog.Publication, due int64) error {
	_, err := s.exec(ctx, s.sq.Update("trash").Set("due", due).Where(sq.Eq{"table_name": is.Table, "day": is.Day, "collected": false}).
		Where(sq.Gt{"left_version": was.Version}).Where(sq.LtOrEq{"left_version": is.Version}).Where(sq.Lt{"due": due}))
	return err
}

// notShown holds for a file in the trash that the catalog which the lake is published to shows no more, if there is one.
const notShown = "(left_version = 0 OR NOT EXISTS (SELECT 1 FROM publication)" +
	" OR EXISTS (SELECT 1 FROM partitions p WHERE p.table_name = trash.table_name AND p.day = trash.day AND p.published_version >= trash.left_version))"
