// Package glue writes a lake's tables, partitions and view into AWS Glue's catalog, where Athena finds them, and reads
// them back. It decides nothing: lake/publish says what is to be shown.
//
//	table ────── columns of the catalog, in the format of package migrations; evolved by appending alone
//	partition ── a day, whose location is the folder of one manifest: a list of files
//	view ─────── a SELECT, as Athena's CREATE VIEW leaves it
//
// The API is https://docs.aws.amazon.com/glue/latest/webapi/WebAPI_Reference.html.
package glue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/hindcast/hindcast/migrations"
)

// Options say which database of Glue, and what it shows.
type Options struct {
	Database string // of lower-case letters, digits and underscores
	Root     string // URI of the lake, without a slash at its end: s3://bucket/prefix

	// Mapping is the version of a table's mapping, for people; empty leaves what the table has. Nil is for none.
	Mapping func(table string) string
	// Formats are the versions of the tables' format, the current one last; nil is [migrations.TableFormats].
	Formats []migrations.TableFormat
	// Sleep waits between tries; nil waits by the clock of the system.
	Sleep func(ctx context.Context, d time.Duration) error
	// Tries is how often a call, or an item of a batch, is tried that is throttled or fails for the moment; 0 is 8 times.
	Tries int
}

// Catalog is a database in Glue. It is safe for use by many goroutines.
type Catalog struct {
	client *glue.Client
	Options
	format migrations.TableFormat // the current one
}

// New makes a catalog of a database, which [Catalog.EnsureDatabase] makes if need be. Nothing is called yet.
func New(cfg aws.Config, o Options) (*Catalog, error) {
	if !validName(o.Database) {
		return nil, fmt.Errorf("database %q: %w: lower-case letters, digits and underscores are one", o.Database, ErrInvalid)
	}
	if o.Root == "" || strings.HasSuffix(o.Root, "/") || !strings.Contains(o.Root, "://") {
		return nil, fmt.Errorf("lake at %q: %w: a URI without a slash at its end is one, such as s3://bucket/prefix", o.Root, ErrInvalid)
	}
	if o.Formats == nil {
		var err error
		if o.Formats, err = migrations.TableFormats(); err != nil {
			return nil, err
		}
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Tries == 0 {
		o.Tries = 8
	}
	client := glue.NewFromConfig(cfg, func(g *glue.Options) { g.Retryer = aws.NopRetryer{} }) // [Catalog.try] does it
	return &Catalog{client: client, Options: o, format: o.Formats[len(o.Formats)-1]}, nil
}

// Target names the database as one that a lake is published to.
func (c *Catalog) Target() string { return "glue:" + c.Database }

// FindDatabase looks whether the database is there. ErrNotFound.
func (c *Catalog) FindDatabase(ctx context.Context) error {
	return c.try(ctx, "read database "+c.Database, func(ctx context.Context) error {
		_, err := c.client.GetDatabase(ctx, &glue.GetDatabaseInput{Name: &c.Database})
		return err
	})
}

// EnsureDatabase makes the database if it is not there.
func (c *Catalog) EnsureDatabase(ctx context.Context) error {
	err := c.FindDatabase(ctx)
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	err = c.try(ctx, "create database "+c.Database, func(ctx context.Context) error {
		_, err := c.client.CreateDatabase(ctx, &glue.CreateDatabaseInput{DatabaseInput: &types.DatabaseInput{
			Name: &c.Database, Description: aws.String("Hindcast's tables of the lake in " + c.Root), LocationUri: &c.Root}})
		return err
	})
	if errors.Is(err, ErrExists) { // by somebody else, or by a call whose answer was lost
		err = nil
	}
	return err
}

// uri is where an object of the lake is.
func (c *Catalog) uri(path string) string { return c.Root + "/" + path }

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// validName tells whether a name needs no quotes in Athena: https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html.
func validName(s string) bool {
	return s != "" && len(s) <= 255 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
