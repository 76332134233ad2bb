package embedded

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
)

// PublishTo makes the lake a published one.
func (s *Store) PublishTo(ctx context.Context, target string) error {
	if target == "" {
		return errors.New("publish a lake: it has no target")
	}
	return s.write(ctx, "publish the lake to "+target, func(t session) error {
		_, err := t.exec(ctx, t.sq.Insert("publication").Columns("id", "target", "since").Values(1, target, millis(t.now())).
			Suffix("ON CONFLICT (id) DO NOTHING"))
		if err != nil {
			return err
		}
		has, err := t.target(ctx)
		if err == nil && has != target {
			err = fmt.Errorf("it is published to %s: %w", has, catalog.ErrPublished)
		}
		return err
	})
}

// Target is where the lake is published to.
func (s *Store) Target(ctx context.Context) (string, error) {
	target, err := s.session(s.db).target(ctx)
	if err != nil {
		return "", fmt.Errorf("read where the lake is published: %w", err)
	}
	return target, nil
}

func (s session) target(ctx context.Context) (string, error) {
	targets, err := list(ctx, s, s.sq.Select("target").From("publication"), scanText)
	if err == nil && len(targets) == 0 {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	return targets[0], nil
}

// StopPublishing makes the lake one that is not published.
func (s *Store) StopPublishing(ctx context.Context, due time.Time) error {
	return s.write(ctx, "stop publishing the lake", func(t session) error {
		if _, err := t.exec(ctx, t.sq.Delete("publication")); err != nil {
			return err
		}
		shown, err := t.publications(ctx, sq.NotEq{"manifest": ""})
		if err != nil {
			return err
		}
		if err := t.throwManifests(ctx, shown, millis(due)); err != nil {
			return err
		}
		_, err = t.exec(ctx, t.sq.Update("partitions").Set("manifest", "").Set("published_version", 0).
			Where(sq.Or{sq.NotEq{"manifest": ""}, sq.Gt{"published_version": 0}}))
		return err
	})
}

// throwManifests throws manifests that are published no more.
func (s session) throwManifests(ctx context.Context, gone []catalog.Publication, due int64) error {
	now := millis(s.now())
	for part := range slices.Chunk(gone, rowChunk) {
		insert := s.sq.Insert("trash").Columns(trashColumns...)
		for _, g := range part {
			insert = insert.Values(g.Manifest, g.Table, g.Day, 0, "", 0, 0, "", 0, 0, nil, string(catalog.WasteManifest), now, due, false, 0, 0)
		}
		if _, err := s.exec(ctx, insert); err != nil {
			return fmt.Errorf("throw manifests: %w", err)
		}
	}
	return nil
}

// Unpublished are the partitions whose current version is not published.
func (s *Store) Unpublished(ctx context.Context, limit int) (found []catalog.Unpublished, err error) {
	err = s.read(ctx, "look for partitions to publish", func(t session) error {
		if _, err := t.target(ctx); err != nil {
			if errors.Is(err, catalog.ErrNotFound) {
				return nil
			}
			return err
		}
		stmt := t.sq.Select(append(slices.Clone(partitionColumns), "published_version", "manifest")...).From("partitions").
			Where("version <> published_version").OrderBy("table_name", "day")
		if limit > 0 {
			stmt = stmt.Limit(uint64(limit))
		}
		found, err = list(ctx, t, stmt, scanUnpublished)
		return err
	})
	return found, err
}

func scanUnpublished(r row, u *catalog.Unpublished) error {
	p := &u.Partition
	err := r.Scan(&p.Table, &p.Day, &p.Generation, &p.Version, &p.Rows, &p.Bytes, &p.Files, instant{&p.MinTime}, instant{&p.MaxTime},
		&u.Shown.Version, &u.Shown.Manifest)
	u.Shown.Table, u.Shown.Day = p.Table, p.Day
	return err
}

// Publications are the partitions that are shown.
func (s *Store) Publications(ctx context.Context) ([]catalog.Publication, error) {
	found, err := s.session(s.db).publications(ctx, sq.NotEq{"manifest": ""})
	if err != nil {
		return nil, fmt.Errorf("list published partitions: %w", err)
	}
	return found, nil
}

func (s session) publications(ctx context.Context, where sq.Sqlizer) ([]catalog.Publication, error) {
	return list(ctx, s, s.sq.Select("table_name", "day", "published_version", "manifest").From("partitions").
		Where(where).OrderBy("table_name", "day"), func(r row, p *catalog.Publication) error {
		return r.Scan(&p.Table, &p.Day, &p.Version, &p.Manifest)
	})
}

// Withdraw forgets that partitions are published.
func (s *Store) Withdraw(ctx context.Context, all []catalog.Publication) error {
	return s.write(ctx, "withdraw published partitions", func(t session) error {
		for _, p := range all {
			_, err := t.exec(ctx, t.sq.Update("partitions").Set("published_version", 0).Where(sq.Eq{"table_name": p.Table, "day": p.Day}))
			if err != nil {
				return fmt.Errorf("%s/%s: %w", p.Table, p.Day, err)
			}
		}
		return nil
	})
}
