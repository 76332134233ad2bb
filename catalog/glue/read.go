package glue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
)

// Shown is a partition as Glue has it.
type Shown struct {
	Day      string
	Location string // of its manifest's folder
}

// segments is how many parts of a table's partitions are read at a time. Glue has at most 10.
const segments = 4

// Partitions are the partitions of a table, by day. ErrNotFound for a table that is not there.
func (c *Catalog) Partitions(ctx context.Context, table string) ([]Shown, error) {
	var (
		mu   sync.Mutex
		all  []Shown
		errs [segments]error
		wg   sync.WaitGroup
	)
	for i := range segments {
		wg.Go(func() {
			errs[i] = c.segment(ctx, table, i, func(page []types.Partition) {
				mu.Lock()
				defer mu.Unlock()
				for _, p := range page {
					all = append(all, Shown{dayOf(p.Values), value(value(p.StorageDescriptor).Location)})
				}
			})
		})
	}
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	byName(all, func(s Shown) string { return s.Day })
	return unique(all), nil
}

// unique leaves out partitions that came twice: a catalog that does not know segments answers each with all.
func unique(all []Shown) []Shown {
	out := all[:0]
	for i, s := range all {
		if i == 0 || s != all[i-1] {
			out = append(out, s)
		}
	}
	return out
}

// segment reads one part of the partitions, page by page.
func (c *Catalog) segment(ctx context.Context, table string, i int, add func([]types.Partition)) error {
	in := &glue.GetPartitionsInput{DatabaseName: &c.Database, TableName: &table, ExcludeColumnSchema: aws.Bool(true),
		MaxResults: aws.Int32(1000), Segment: &types.Segment{SegmentNumber: int32(i), TotalSegments: aws.Int32(segments)}}
	for {
		var out *glue.GetPartitionsOutput
		err := c.try(ctx, fmt.Sprintf("read partitions of table %s.%s", c.Database, table), func(ctx context.Context) (err error) {
			out, err = c.client.GetPartitions(ctx, in)
			return err
		})
		if err != nil {
			return err
		}
		add(out.Partitions)
		if value(out.NextToken) == "" {
			return nil
		}
		in.NextToken = out.NextToken
	}
}

// Tables are the names of the tables that Hindcast made in the database, views left out, by name. A database that is
// not there has none.
func (c *Catalog) Tables(ctx context.Context) ([]string, error) {
	all, err := c.ours(ctx)
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = value(t.Name)
	}
	return names, err
}

// CheckLake makes sure that no table in the database is one of another lake: two lakes would take their tables from each
// other. ErrOtherLake.
func (c *Catalog) CheckLake(ctx context.Context) error {
	all, err := c.ours(ctx)
	if err != nil {
		return err
	}
	for _, t := range all {
		at := value(value(t.StorageDescriptor).Location)
		if other, ok := strings.CutSuffix(at, "/"+manifestsOf(value(t.Name))); ok && other != c.Root {
			return fmt.Errorf("database %s in Glue has the tables of the lake in %s, table %s among them, and this lake is in %s: %w. Name another "+
				"database (--database, HINDCAST_DATABASE, or glue.database in the file of --aws); or, if the other lake is gone or was moved here, "+
				"drop its tables (aws glue delete-table --database-name %[1]s --name %[3]s)", c.Database, other, value(t.Name), c.Root, ErrOtherLake)
		}
	}
	return nil
}

// ours are the tables that Hindcast made in the database, views left out, by name.
func (c *Catalog) ours(ctx context.Context) (all []types.Table, err error) {
	in := &glue.GetTablesInput{DatabaseName: &c.Database, MaxResults: aws.Int32(100)}
	for {
		var out *glue.GetTablesOutput
		err := c.try(ctx, "list the tables of database "+c.Database, func(ctx context.Context) (err error) {
			out, err = c.client.GetTables(ctx, in)
			return err
		})
		if errors.Is(err, ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, t := range out.TableList {
			if _, ours := t.Parameters[paramSchema]; ours && value(t.TableType) == external {
				all = append(all, t)
			}
		}
		if value(out.NextToken) == "" {
			byName(all, func(t types.Table) string { return value(t.Name) })
			return all, nil
		}
		in.NextToken = out.NextToken
	}
}
