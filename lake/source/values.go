package source

import (
	"bytes"
	"slices"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Shape is what a value was in the raw record.
type Shape uint8

const (
	Missing Shape = iota // not there, null, or the log's sign for nothing
	Text
	Number
	Bool
	Object // raw JSON
	Array  // raw JSON
)

// Value is one value of a raw record. Its bytes are the text of a string, or the raw JSON of anything else.
type Value struct {
	Bytes []byte
	Shape Shape
}

// Values are the values of one raw record, by slot: each path that a source maps has one.
type Values struct {
	slots []Value
	held  []int   // slots that have a value
	more  []extra // further values of slots that have several
	text  []byte  // unescaped texts
	rest  []byte  // what no slot holds, as the inside of a JSON object
	spilt []int   // slots whose value was unfit for a column, and is in the rest
}

type extra struct {
	slot  int
	value Value
}

func (v *Values) reset() {
	for _, slot := range v.held {
		v.slots[slot] = Value{}
	}
	v.held = v.held[:0]
	v.more, v.text, v.rest, v.spilt = v.more[:0], v.text[:0], v.rest[:0], v.spilt[:0]
}

// Set gives a slot its value. The bytes stay valid only until the next record.
func (v *Values) Set(slot int, shape Shape, value []byte) {
	if v.slots[slot].Shape == Missing {
		v.held = append(v.held, slot)
	}
	v.slots[slot] = Value{value, shape}
}

// Add gives a slot a value that may be one of several.
func (v *Values) Add(slot int, shape Shape, value []byte) {
	if v.slots[slot].Shape == Missing {
		v.Set(slot, shape, value)
		return
	}
	v.more = append(v.more, extra{slot, Value{value, shape}})
}

// Rest keeps text that no slot holds, under its name.
func (v *Values) Rest(name string, text []byte) {
	v.rest = ecs.AppendQuoted(v.name(name), text)
}

// spill keeps the value of a slot that is unfit for a column, once however many columns it is unfit for.
func (v *Values) spill(slot int, name string, text []byte) {
	if !slices.Contains(v.spilt, slot) {
		v.spilt = append(v.spilt, slot)
		v.Rest(name, text)
	}
}

// restOf keeps all values of a slot but the first, once.
func (v *Values) restOf(slot int, name string) {
	if slices.Contains(v.spilt, slot) {
		return
	}
	v.spilt = append(v.spilt, slot)
	v.rest = append(v.name(name), '[')
	for _, x := range v.more {
		if x.slot != slot {
			continue
		}
		if x.value.Shape == Text {
			v.rest = ecs.AppendQuoted(v.rest, x.value.Bytes)
		} else {
			v.rest = append(v.rest, x.value.Bytes...)
		}
		v.rest = append(v.rest, ',')
	}
	v.rest[len(v.rest)-1] = ']'
}

// RestRaw keeps raw JSON that no slot holds, under its name.
func (v *Values) RestRaw(name string, json []byte) {
	v.rest = append(v.name(name), json...)
}

func (v *Values) name(name string) []byte {
	if len(v.rest) > 0 {
		v.rest = append(v.rest, ',')
	}
	return append(ecs.AppendQuoted(v.rest, []byte(name)), ':')
}

var dash = []byte("-")

// SetField gives a slot the field of a text log, where a dash or nothing at all stands for no value.
// A field that no slot holds (a negative slot) is kept under its name.
func (v *Values) SetField(slot int, name string, field []byte) {
	switch {
	case len(field) == 0 || bytes.Equal(field, dash):
	case slot < 0:
		v.Rest(name, field)
	default:
		v.Set(slot, Text, field)
	}
}

// Empty tells whether no slot has a value.
func (v *Values) Empty() bool { return len(v.held) == 0 }
