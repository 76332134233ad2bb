package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/engine/dialect"
	"github.com/hindcast/hindcast/lake/view"
)

type catalogShow struct {
	lakeFlags
	Table []string `placeholder:"TABLE" help:"Only this table, or the view events; may be given again."`
	JSON  bool     `name:"json" help:"Print as JSON."`
}

func (*catalogShow) Help() string {
	return `Prints how Glue defines the lake's tables and the view over all of them, as the statements that would make them in Athena.

  hindcast catalog show --lake s3://BUCKET/lake --catalog postgres://... --table aws_cloudtrail`
}

func (c *catalogShow) Run(ctx context.Context, t *terminal) error {
	l, g, err := c.openMirrored(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := found(g.FindDatabase(ctx), g.Database, l); err != nil {
		return err
	}
	names := c.Table
	if len(names) == 0 {
		if names, err = g.Tables(ctx); err != nil {
			return err
		}
		if len(names) == 0 {
			fmt.Fprintf(t.err, "Database %s has no table of Hindcast's yet: hindcast catalog sync --lake %s makes those of the lake.\n", g.Database, l)
		}
		names = append(slices.Clone(names), view.Name)
	}
	all := []glue.Definition{}
	for _, name := range names {
		d, err := g.Describe(ctx, name)
		if errors.Is(err, glue.ErrNotFound) && len(c.Table) == 0 { // the view of a lake without tables
			continue
		}
		if err != nil {
			return err
		}
		all = append(all, d)
	}
	if c.JSON {
		return printJSON(t.out, all)
	}
	for _, d := range all {
		fmt.Fprintf(t.out, "%s;\n\n", statementOf(g.Database, d))
	}
	return nil
}

// found says what to do when the database is not there.
func found(err error, database string, l *lake) error {
	if errors.Is(err, glue.ErrNotFound) {
		return fmt.Errorf("there is no database %s in Glue, in the region and account of the credentials: name another with --database, or publish the lake to this one by hindcast catalog sync --lake %s (%w)", database, l, err)
	}
	return err
}

// statementOf is what would make a table, or a view.
func statementOf(database string, d glue.Definition) dialect.SQL {
	if d.SQL != "" {
		return dialect.CreateView(d.Name, d.SQL)
	}
	return dialect.HiveTable{
		Database: database, Name: d.Name, Comment: d.Comment, Columns: hiveColumns(d.Columns), Partitions: hiveColumns(d.Keys), Serde: d.Serde,
		SerdeParameters: d.SerdeParameters, Input: d.Input, Output: d.Output, Location: d.Location, Parameters: d.Parameters,
	}.Create()
}

func hiveColumns(columns []glue.DefinitionColumn) []dialect.HiveColumn {
	out := make([]dialect.HiveColumn, len(columns))
	for i, c := range columns {
		out[i] = dialect.HiveColumn{Name: c.Name, Type: c.Type, Comment: c.Comment}
	}
	return out
}

type catalogStop struct{ lakeFlags }

func (*catalogStop) Help() string {
	return `Ends the publishing of a lake to Glue, so that it can be published to another database, or files that merges and expiries
have replaced be deleted although a database is gone. Glue's tables stay as they are and go stale: drop them. The next
command that writes to the lake publishes it again, to the database that it is given.

  hindcast catalog stop --lake s3://BUCKET/lake --catalog postgres://...`
}

func (c *catalogStop) Run(ctx context.Context, t *terminal) error {
	l, g, err := c.openMirrored(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.catalog.StopPublishing(ctx, time.Now().Add(replacedDelay)); err != nil {
		return err
	}
	fmt.Fprintf(t.out, "The lake is published no more. Drop database %s of Glue if nobody needs it.\n", g.Database)
	return nil
}
