package gluefake

import (
	"context"
	"errors"
	"strings"

	"github.com/hindcast/hindcast/catalog/awsjson"
)

// keyOf names a partition in its table.
func keyOf(values []string) string { return strings.Join(values, "\x00") }

func (s *Server) put(t *table, in PartitionInput) error {
	if err := checkValues(t.PartitionKeys, in.Values); err != nil {
		return err
	}
	if err := checkStorage("partitionInput.storageDescriptor", in.StorageDescriptor); err != nil {
		return err
	}
	if err := checkParameters("partitionInput.parameters", in.Parameters); err != nil {
		return err
	}
	created := s.stamp()
	if was, ok := t.partitions[keyOf(in.Values)]; ok {
		created = was.CreationTime
	}
	t.partitions[keyOf(in.Values)] = Partition{PartitionInput: in, DatabaseName: t.DatabaseName, TableName: t.Name,
		CreationTime: created, CatalogId: Account}
	return nil
}

func (s *Server) create(t *table, in PartitionInput) error {
	if _, there := t.partitions[keyOf(in.Values)]; there {
		return exists("Partition", strings.Join(in.Values, ","))
	}
	return s.put(t, in)
}

// update replaces a partition, whose values may change.
func (s *Server) update(t *table, values []string, in PartitionInput) error {
	if _, there := t.partitions[keyOf(values)]; !there {
		return notFound("Partition", strings.Join(values, ","))
	}
	if keyOf(values) == keyOf(in.Values) {
		return s.put(t, in)
	}
	if err := s.create(t, in); err != nil {
		return err
	}
	delete(t.partitions, keyOf(values))
	return nil
}

func (s *Server) remove(t *table, values []string) error {
	if _, there := t.partitions[keyOf(values)]; !there {
		return notFound("Partition", strings.Join(values, ","))
	}
	delete(t.partitions, keyOf(values))
	return nil
}

type onePartition struct {
	DatabaseName, TableName string
	PartitionValues         []string // DeletePartition
	PartitionValueList      []string // UpdatePartition
	PartitionInput          PartitionInput
}

func (s *Server) createPartition(_ context.Context, in *onePartition) (*struct{}, error) {
	return s.one(in, func(t *table) error { return s.create(t, in.PartitionInput) })
}

func (s *Server) updatePartition(_ context.Context, in *onePartition) (*struct{}, error) {
	return s.one(in, func(t *table) error { return s.update(t, in.PartitionValueList, in.PartitionInput) })
}

func (s *Server) deletePartition(_ context.Context, in *onePartition) (*struct{}, error) {
	return s.one(in, func(t *table) error { return s.remove(t, in.PartitionValues) })
}

func (s *Server) one(in *onePartition, do func(*table) error) (*struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.table(in.DatabaseName, in.TableName)
	if err != nil {
		return nil, err
	}
	return nil, do(t)
}

type values struct{ Values []string }

// batch is the input of all calls on many partitions.
type batch struct {
	DatabaseName, TableName string
	PartitionInputList      []PartitionInput // create
	PartitionsToDelete      []values         // delete
	Entries                 []updateEntry    // update
}

type updateEntry struct {
	PartitionValueList []string
	PartitionInput     PartitionInput
}

type batchErrors struct {
	Errors []partitionError `json:",omitempty"`
}

func (s *Server) batchCreate(_ context.Context, in *batch) (*batchErrors, error) {
	if err := checkSize("partitionInputList", len(in.PartitionInputList), 0, 100); err != nil {
		return nil, err
	}
	return s.each(in, "BatchCreatePartition", len(in.PartitionInputList), func(t *table, i int) ([]string, error) {
		p := in.PartitionInputList[i]
		return p.Values, s.create(t, p)
	})
}

func (s *Server) batchUpdate(_ context.Context, in *batch) (*batchErrors, error) {
	if err := checkSize("entries", len(in.Entries), 1, 100); err != nil {
		return nil, err
	}
	out, err := s.each(in, "BatchUpdatePartition", len(in.Entries), func(t *table, i int) ([]string, error) {
		e := in.Entries[i]
		return e.PartitionValueList, s.update(t, e.PartitionValueList, e.PartitionInput)
	})
	if out != nil {
		for i := range out.Errors {
			e := &out.Errors[i]
			e.PartitionValues, e.PartitionValueList = nil, e.PartitionValues
		}
	}
	return out, err
}

func (s *Server) batchDelete(_ context.Context, in *batch) (*batchErrors, error) {
	if err := checkSize("partitionsToDelete", len(in.PartitionsToDelete), 0, 25); err != nil {
		return nil, err
	}
	return s.each(in, "BatchDeletePartition", len(in.PartitionsToDelete), func(t *table, i int) ([]string, error) {
		v := in.PartitionsToDelete[i].Values
		return v, s.remove(t, v)
	})
}

// valuesOf are those of the item, for the question whether it shall fail.
func (in *batch) valuesOf(i int) []string {
	switch {
	case in.Entries != nil:
		return in.Entries[i].PartitionValueList
	case in.PartitionsToDelete != nil:
		return in.PartitionsToDelete[i].Values
	}
	return in.PartitionInputList[i].Values
}

// each does every item for itself: those that fail are named in the answer, and the others are done.
func (s *Server) each(in *batch, operation string, n int, do func(t *table, i int) ([]string, error)) (*batchErrors, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.table(in.DatabaseName, in.TableName)
	if err != nil {
		return nil, err
	}
	out := &batchErrors{}
	for i := range n {
		var failed *awsjson.Error
		if s.options.Item != nil {
			failed = s.options.Item(operation, t.Name, in.valuesOf(i))
		}
		of := in.valuesOf(i)
		if failed == nil {
			of, err = do(t, i)
			if err != nil && !errors.As(err, &failed) {
				return nil, err
			}
		}
		if failed != nil {
			out.Errors = append(out.Errors, partitionError{PartitionValues: of, ErrorDetail: ErrorDetail{failed.Code, failed.Message}})
		}
	}
	return out, nil
}
