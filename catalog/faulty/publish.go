package faulty

import (
	"context"

	"github.com/hindcast/hindcast/catalog"
)

// Target may fail.
func (s *Store) Target(ctx context.Context) (string, error) {
	return answer(ctx, s, Target, func() (string, error) { return s.Store.Target(ctx) })
}

// Unpublished may fail.
func (s *Store) Unpublished(ctx context.Context, limit int) ([]catalog.Unpublished, error) {
	return answer(ctx, s, Unpublished, func() ([]catalog.Unpublished, error) { return s.Store.Unpublished(ctx, limit) })
}

// Publications may fail.
func (s *Store) Publications(ctx context.Context) ([]catalog.Publication, error) {
	return answer(ctx, s, Publications, func() ([]catalog.Publication, error) { return s.Store.Publications(ctx) })
}

// MarkPublished may fail.
func (s *Store) MarkPublished(ctx context.Context, p catalog.Publishing) error {
	return s.call(ctx, MarkPublished, func() error { return s.Store.MarkPublished(ctx, p) })
}

// Withdraw may fail.
func (s *Store) Withdraw(ctx context.Context, p []catalog.Publication) error {
	return s.call(ctx, Withdraw, func() error { return s.Store.Withdraw(ctx, p) })
}
