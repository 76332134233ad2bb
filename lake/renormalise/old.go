package renormalise

import (
	"encoding/binary"
	"errors"
	"os"

	"github.com/zeebo/xxh3"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/table"
)

// object is a raw object that old rows are from.
type object struct {
	key      string
	ingested int64 // of its rows, in milliseconds since 1970
	left     why   // why rows that are left of it have no place
}

// why is a reason for which an old row stays.
type why uint8

const (
	rejected why = iota // unless another is known
	gone
	changed
)

// old is the rows of a part by what tells them: their object, the place of their record in it, and their id, since records
// of one envelope share a place.
type old struct {
	objects []object
	of      []uint32 // by row: its object
	byID    map[xxh3.Uint128]int32
	byPlace map[xxh3.Uint128]int32 // shared where several rows have a place

	replaced []bool
	moved    []bool // whether the row's record is on another day now
	key      []byte
}

const shared = -1

// read takes note of the rows in a local file.
func (o *old) read(day *merge.Rows, local merge.Local) error {
	o.byID, o.byPlace = map[xxh3.Uint128]int32{}, map[xxh3.Uint128]int32{}
	s := day.Schema
	path, offset, id, ingested := s.Col("log_file_path"), s.Col("log_offset"), s.Col("event.id"), s.Col("event_ingested")
	known := map[string]uint32{}
	err := o.each(day, local, func(rows *ecs.Batch) error {
		for row := range rows.Rows() {
			key := rows.Str(path, row)
			n, ok := known[string(key)]
			if !ok {
				n = uint32(len(o.objects))
				known[string(key)] = n
				o.objects = append(o.objects, object{key: string(key), ingested: rows.Num(ingested, row)})
			}
			at := int32(len(o.of))
			o.of = append(o.of, n)
			place := o.hash(n, rows.Num(offset, row), nil)
			if _, several := o.byPlace[place]; several {
				o.byPlace[place] = shared
			} else {
				o.byPlace[place] = at
			}
			o.byID[o.hash(n, rows.Num(offset, row), rows.Str(id, row))] = at
		}
		return nil
	})
	o.replaced, o.moved = make([]bool, len(o.of)), make([]bool, len(o.of))
	return err
}

// find finds the row of a record: by its id, or by its place if that is its own, since a mapping may make other ids.
func (o *old) find(object uint32, offset int64, id []byte, ownPlace bool) (row int32, ok bool) {
	row, ok = o.byID[o.hash(object, offset, id)]
	if !ok && ownPlace {
		row, ok = o.byPlace[o.hash(object, offset, nil)]
	}
	return row, ok && row != shared && !o.replaced[row]
}

func (o *old) hash(object uint32, offset int64, id []byte) xxh3.Uint128 {
	o.key = binary.LittleEndian.AppendUint32(o.key[:0], object)
	o.key = binary.LittleEndian.AppendUint64(o.key, uint64(offset))
	return xxh3.Hash128(append(o.key, id...))
}

// count counts a row that stays.
func (o *old) count(k *Kept, row int) {
	switch {
	case o.moved[row]:
		k.Moved++
	case o.objects[o.of[row]].left == gone:
		k.Gone++
	case o.objects[o.of[row]].left == changed:
		k.Changed++
	default:
		k.Rejected++
	}
}

// each gives the rows of a local file in their order.
func (*old) each(day *merge.Rows, local merge.Local, f func(*ecs.Batch) error) (err error) {
	readers, err := table.NewReaders()
	if err != nil {
		return err
	}
	defer readers.Close()
	file, err := os.Open(local.Path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r, err := readers.Open(file, local.Info.Bytes, day.Schema)
	if err != nil {
		return err
	}
	const step = 16 << 10
	for b := ecs.NewBatch(day.Schema); r.Left() > 0; {
		b.Reset()
		readers.Turn()
		if err := r.Read(b, int(min(r.Left(), step))); err != nil {
			return err
		}
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}
