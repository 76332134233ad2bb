package gluefake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

type getPartitionsInput struct {
	DatabaseName, TableName, Expression string
	ExcludeColumnSchema                 bool
	Segment                             *struct{ SegmentNumber, TotalSegments int }
	paging
}

type partitionList struct {
	Partitions []Partition
	NextToken  string `json:",omitempty"`
}

func (s reads) getPartitions(ctx context.Context, in *getPartitionsInput) (*partitionList, error) {
	t, err := s.find(ctx, in.DatabaseName, in.TableName)
	if err != nil {
		return nil, err
	}
	keep, err := in.filter(t)
	if err != nil {
		return nil, err
	}
	all, err := s.Partitions(ctx, in.DatabaseName, in.TableName)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(p Partition) bool { return !keep(p) })
	slices.SortFunc(all, func(a, b Partition) int { return cmp.Compare(scatter(a.Values), scatter(b.Values)) })
	page, next, err := pageOf(all, in.paging, s.page, 1000, in.place())
	if in.ExcludeColumnSchema {
		page = withoutColumns(page)
	}
	return &partitionList{page, next}, err
}

// filter holds for the partitions that are asked for.
func (in *getPartitionsInput) filter(t Table) (func(Partition) bool, error) {
	matches := func([]string) bool { return true }
	if in.Expression != "" {
		if len(in.Expression) > maxExpression {
			return nil, violation("expression", "have length less than or equal to 2048")
		}
		keys := make([]string, len(t.PartitionKeys))
		for i, k := range t.PartitionKeys {
			keys[i] = fold(k.Name)
		}
		var err error
		if matches, err = ParseExpression(in.Expression, keys); err != nil {
			return nil, invalid("Unsupported expression '%s': %v", in.Expression, err)
		}
	}
	segment := func([]string) bool { return true }
	if g := in.Segment; g != nil {
		if g.TotalSegments < 1 || g.TotalSegments > maxSegments {
			return nil, violation("segment.totalSegments", "have value between 1 and 10")
		}
		if g.SegmentNumber < 0 || g.SegmentNumber >= g.TotalSegments {
			return nil, invalid("Segment number %d is not below the number of segments, %d.", g.SegmentNumber, g.TotalSegments)
		}
		segment = func(values []string) bool { return scatter(values)%uint64(g.TotalSegments) == uint64(g.SegmentNumber) }
	}
	return func(p Partition) bool { return matches(p.Values) && segment(p.Values) }, nil
}

// place names what a page is of, so that its token is of no use elsewhere.
func (in *getPartitionsInput) place() string {
	at := fmt.Sprintf("partitions %s %s %q", in.DatabaseName, in.TableName, in.Expression)
	if in.Segment != nil {
		at += fmt.Sprint(" ", *in.Segment)
	}
	return at
}

func withoutColumns(page []Partition) []Partition {
	out := slices.Clone(page)
	for i, p := range out {
		if p.StorageDescriptor != nil {
			d := *p.StorageDescriptor
			d.Columns = nil
			out[i].StorageDescriptor = &d
		}
	}
	return out
}

func (s reads) getPartition(ctx context.Context, in *struct {
	DatabaseName, TableName string
	PartitionValues         []string
}) (*struct{ Partition Partition }, error) {
	found, err := s.pick(ctx, in.DatabaseName, in.TableName, []values{{in.PartitionValues}})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, notFound("Partition", strings.Join(in.PartitionValues, ","))
	}
	return &struct{ Partition Partition }{found[0]}, nil
}

type batchGetOutput struct {
	Partitions      []Partition
	UnprocessedKeys []values
}

func (s reads) batchGet(ctx context.Context, in *struct {
	DatabaseName, TableName string
	PartitionsToGet         []values
}) (*batchGetOutput, error) {
	if err := checkSize("partitionsToGet", len(in.PartitionsToGet), 0, 1000); err != nil {
		return nil, err
	}
	wanted := in.PartitionsToGet
	rest := []values{} // Glue sends it when it is empty, and clients rely on it
	if s.page > 0 && len(wanted) > s.page {
		wanted, rest = wanted[:s.page], wanted[s.page:]
	}
	found, err := s.pick(ctx, in.DatabaseName, in.TableName, wanted)
	return &batchGetOutput{found, rest}, err
}

// pick are the partitions of these values that are there.
func (s reads) pick(ctx context.Context, database, name string, wanted []values) (found []Partition, err error) {
	t, err := s.find(ctx, database, name)
	if err != nil {
		return nil, err
	}
	all, err := s.Partitions(ctx, database, name)
	if err != nil {
		return nil, err
	}
	byKey := make(map[string]Partition, len(all))
	for _, p := range all {
		byKey[keyOf(p.Values)] = p
	}
	for _, w := range wanted {
		if err := checkValues(t.PartitionKeys, w.Values); err != nil {
			return nil, err
		}
		if p, ok := byKey[keyOf(w.Values)]; ok {
			found = append(found, p)
		}
	}
	return found, nil
}
