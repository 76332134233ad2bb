package publish

import (
	"context"

	"github.com/hindcast/hindcast/catalog"
)

// Store is a catalog whose lake is published: what becomes visible in it becomes visible in Glue too. A failure to
// publish is no failure of the change, which has happened: it is reported, and the outbox keeps it for the next try.
type Store struct {
	catalog.Store
	publisher *Publisher
}

// Wrap makes a catalog one that publishes.
func Wrap(s catalog.Store, p *Publisher) *Store { return &Store{s, p} }

// EnsureTable implements catalog.Tables. Glue follows with the table's next commit, since there is nothing to see before.
func (s *Store) EnsureTable(ctx context.Context, t catalog.Table) error {
	if err := s.Store.EnsureTable(ctx, t); err != nil {
		return err
	}
	s.publisher.changed()
	return nil
}

// Commit implements catalog.Ledger.
func (s *Store) Commit(ctx context.Context, c catalog.Commit) error {
	return s.publish(ctx, s.Store.Commit(ctx, c))
}

// Swap implements catalog.Merges.
func (s *Store) Swap(ctx context.Context, w catalog.Swap) error {
	return s.publish(ctx, s.Store.Swap(ctx, w))
}

// Expire implements catalog.Retention.
func (s *Store) Expire(ctx context.Context, e catalog.Expiry) error {
	return s.publish(ctx, s.Store.Expire(ctx, e))
}

// Restore implements catalog.Retention.
func (s *Store) Restore(ctx context.Context, table, day string) error {
	return s.publish(ctx, s.Store.Restore(ctx, table, day))
}

// publish publishes a change, if it has happened.
func (s *Store) publish(ctx context.Context, err error) error {
	if err == nil {
		s.publisher.Try(ctx)
	}
	return err
}
