package glue

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
)

// call makes one call for several days of one deed, and answers what is wrong with which.
func (c *Catalog) call(ctx context.Context, table string, batch []job) (wrong map[string]types.ErrorDetail, err error) {
	what := fmt.Sprintf("%s %d days of table %s.%s", [deeds]string{"create", "update", "delete"}[batch[0].do], len(batch), c.Database, table)
	err = c.try(ctx, what, func(ctx context.Context) (err error) {
		switch batch[0].do {
		case creates:
			wrong, err = c.batchCreate(ctx, table, batch)
		case updates:
			wrong, err = c.batchUpdate(ctx, table, batch)
		default:
			wrong, err = c.batchDelete(ctx, table, batch)
		}
		return err
	})
	return wrong, err
}

func (c *Catalog) batchCreate(ctx context.Context, table string, batch []job) (map[string]types.ErrorDetail, error) {
	in := &glue.BatchCreatePartitionInput{DatabaseName: &c.Database, TableName: &table}
	for _, j := range batch {
		in.PartitionInputList = append(in.PartitionInputList, *j.input)
	}
	out, err := c.client.BatchCreatePartition(ctx, in)
	if err != nil {
		return nil, err
	}
	return details(out.Errors), nil
}

func (c *Catalog) batchUpdate(ctx context.Context, table string, batch []job) (map[string]types.ErrorDetail, error) {
	in := &glue.BatchUpdatePartitionInput{DatabaseName: &c.Database, TableName: &table}
	for _, j := range batch {
		in.Entries = append(in.Entries, types.BatchUpdatePartitionRequestEntry{PartitionInput: j.input, PartitionValueList: []string{j.day}})
	}
	out, err := c.client.BatchUpdatePartition(ctx, in)
	if err != nil {
		return nil, err
	}
	wrong := map[string]types.ErrorDetail{}
	for _, e := range out.Errors {
		wrong[dayOf(e.PartitionValueList)] = value(e.ErrorDetail)
	}
	return wrong, nil
}

func (c *Catalog) batchDelete(ctx context.Context, table string, batch []job) (map[string]types.ErrorDetail, error) {
	in := &glue.BatchDeletePartitionInput{DatabaseName: &c.Database, TableName: &table}
	for _, j := range batch {
		in.PartitionsToDelete = append(in.PartitionsToDelete, types.PartitionValueList{Values: []string{j.day}})
	}
	out, err := c.client.BatchDeletePartition(ctx, in)
	if err != nil {
		return nil, err
	}
	return details(out.Errors), nil
}

func details(errs []types.PartitionError) map[string]types.ErrorDetail {
	wrong := make(map[string]types.ErrorDetail, len(errs))
	for _, e := range errs {
		wrong[dayOf(e.PartitionValues)] = value(e.ErrorDetail)
	}
	return wrong
}

// dayOf is the day among a partition's values, of which our tables have one.
func dayOf(values []string) string {
	if len(values) != 1 {
		return ""
	}
	return values[0]
}
