package table

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/hindcast/hindcast/lake/ecs"
)

// A file that is written batch by batch is that of one batch, though the memory of each is used for the next.
func TestBatchesOneAfterTheOtherGiveTheSameContents(t *testing.T) {
	rows, o := mixedRows(3300, 7), Options{RowsPerGroup: 1000, RowsPerPage: 130, PageBytes: 4000}
	whole := batchOf(t, rows, mixedFields()...)

	e, err := NewEncoder(o)
	if err != nil {
		t.Fatal(err)
	}
	b := ecs.NewBatch(whole.Schema())
	var buf bytes.Buffer
	var marks []Mark
	e.Begin(&buf, b.Schema())
	for len(rows) > 0 {
		n := min(len(rows), 1000)
		b.Reset()
		for _, row := range rows[:n] {
			for col, v := range row {
				set(b, col, v)
			}
			b.Commit()
		}
		total, err := e.Add(b, order(n))
		if err != nil || total <= int64(buf.Len()) && len(rows) == n {
			t.Fatalf("%d bytes, %v", total, err)
		}
		part, err := e.Added()
		if err != nil {
			t.Fatal(err)
		}
		r, size := part.File(bytes.NewReader(buf.Bytes()))
		m, err := Marks(r, size)
		if marks = append(marks, m...); err != nil {
			t.Error(err)
		}
		if err := Verify(r, size, b, order(n)); err != nil {
			t.Error(err)
		}
		swapped := order(n)
		swapped[0], swapped[n-1] = swapped[n-1], swapped[0]
		if err := Verify(r, size, b, swapped); !errors.Is(err, ErrMismatch) {
			t.Errorf("with rows swapped: %v", err)
		}
		rows = rows[n:]
	}
	info, err := e.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if info.Rows != 3300 || info.Bytes != int64(buf.Len()) || info.MinTime != whole.Num(0, 0) || info.MaxTime != whole.Num(0, 3299) {
		t.Errorf("%d bytes, was told %+v", buf.Len(), info)
	}
	if got, err := Marks(bytes.NewReader(buf.Bytes()), info.Bytes); err != nil || !slices.Equal(marks, got) {
		t.Errorf("marks %x of the file, %x of its parts (%v)", got, marks, err)
	}
	var h Hasher
	got, err := h.File(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil || got != h.Batch(whole) {
		t.Errorf("the file's contents are others than those of one batch: %v", err)
	}
}

func TestABatchMustBeOfTheFilesSchemaAndOrder(t *testing.T) {
	e, err := NewEncoder(Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := batchOf(t, []cells{{day + 1, "a"}, {day, "b"}}, mixedFields()[:2]...)
	other := batchOf(t, []cells{{day + 2, "a"}}, mixedFields()[:2]...)
	for name, add := range map[string]func() error{
		"a batch of another schema":        func() error { _, err := e.Add(other, order(1)); return err },
		"rows older than those before":     func() error { _, _ = e.Add(b, []int32{0}); _, err := e.Add(b, []int32{1}); return err },
		"rows that are not sorted by time": func() error { _, err := e.Add(b, order(2)); return err },
	} {
		e.Begin(new(bytes.Buffer), b.Schema())
		if add() == nil {
			t.Errorf("%s were taken", name)
		}
		if _, err := e.Finish(); err == nil {
			t.Errorf("the file of %s was finished", name)
		}
	}
}
