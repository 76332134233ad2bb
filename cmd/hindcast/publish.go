package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/publish"
)

// glue is the database that Athena reads the lake's tables by.
func (l *lake) glue() (*glue.Catalog, error) {
	g, err := glue.New(l.aws.config, glue.Options{Database: l.aws.settings.Glue.Database, Root: l.url, Mapping: mappingVersion})
	if err != nil {
		return nil, usageError("--database: %w", err)
	}
	return g, nil
}

// openPublisher makes what shows a lake in S3 to Athena.
func (l *lake) openPublisher() error {
	g, err := l.glue()
	if err != nil {
		return err
	}
	l.publisher = publish.New(publish.Config{
		Ledger: l.catalog, Lake: l.store(), Glue: g, Root: l.url, Owner: owner(), Alive: alive, Now: time.Now, Delay: replacedDelay,
		Report: func(err error) {
			slog.Warn("committed, but not shown to Athena yet: the next commit tries again", "error", err)
		},
	})
	return nil
}

// ledger is the catalog for those that write to the lake: what they commit to one in S3 is shown to Athena.
func (l *lake) ledger() catalog.Store {
	if l.publisher == nil {
		return l.catalog
	}
	return publish.Wrap(l.catalog, l.publisher)
}

// show makes sure that Athena sees all that is committed.
func (l *lake) show(ctx context.Context) error {
	if l.publisher == nil {
		return nil
	}
	if _, err := l.publisher.Flush(ctx); err != nil {
		return fmt.Errorf("what is committed is not shown to Athena yet; \"hindcast catalog sync %s\" does it: %w", l.flag(), err)
	}
	return nil
}
