package source

import (
	"iter"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/envelope"
)

// Event is the row that is being built, with the record that it comes from.
type Event struct {
	batch  *ecs.Batch
	values *Values
	key    string
	ip     [64]byte // room for an address

	ingested int64
	delivery envelope.Info
}

// Key is the key of the raw object.
func (e *Event) Key() string { return e.key }

// Ingested is the time at which the record's batch was planned, in milliseconds since 1970.
func (e *Event) Ingested() int64 { return e.ingested }

// Delivery is what the envelopes around the record say: its log group and stream, the time at which it was sent.
func (e *Event) Delivery() *envelope.Info { return &e.delivery }

// Sent is when the envelope around the record says that it was written, in milliseconds since 1970.
func (e *Event) Sent() (ms int64, ok bool) {
	text, as := e.delivery.Time, Verbatim
	if len(text) == 0 {
		return 0, false
	}
	if IsDigits(text) {
		as = EpochMilli
	}
	ms, err := ParseTime(text, as)
	return ms, err == nil
}

// Has tells whether the record has a value.
func (e *Event) Has(in In) bool { return e.values.slots[in.slot].Shape != Missing }

// Value is a value of the record.
func (e *Event) Value(in In) Value { return e.values.slots[in.slot] }

// Text is the text of a value, or its raw JSON; nil when it is missing.
func (e *Event) Text(in In) []byte { return e.values.slots[in.slot].Bytes }

// All are the values of a path that leads to several.
func (e *Event) All(in In) iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if first := e.values.slots[in.slot]; first.Shape == Missing || !yield(first) {
			return
		}
		for _, x := range e.values.more {
			if x.slot == in.slot && !yield(x.value) {
				return
			}
		}
	}
}

// First is the first of values that the record has.
func (e *Event) First(ins ...In) []byte {
	for _, in := range ins {
		if e.Has(in) {
			return e.Text(in)
		}
	}
	return nil
}

// Filled tells whether a field has a value.
func (e *Event) Filled(out Out) bool { return !e.batch.Null(out.col, e.batch.Rows()) }

// Get is the text that a field has; nil when it has none.
func (e *Event) Get(out Out) []byte { return e.batch.Str(out.col, e.batch.Rows()) }

// Set gives a field a text; an address that is none is left out. A list receives it as one more item.
func (e *Event) Set(out Out, text []byte) {
	if len(text) == 0 {
		return
	}
	out.set(e.batch, text, &e.ip)
}

// SetText is [Event.Set] for a constant.
func (e *Event) SetText(out Out, text string) { e.Set(out, []byte(text)) }

// SetLike is [Event.SetText] for a text that another field's decides.
func (e *Event) SetLike(out, other Out, text string) {
	if e.batch.SetLike(out.col, other.col) {
		return
	}
	e.SetText(out, text)
	e.batch.Liken(out.col, other.col)
}

// SetAlone is [Event.Set] without adding the text to the related list of the field.
func (e *Event) SetAlone(out Out, text []byte) {
	out.related = -1
	e.Set(out, text)
}

// SetInt gives a field a number.
func (e *Event) SetInt(out Out, v int64) { e.batch.SetInt(out.col, v) }

// SetFloat gives a field a number.
func (e *Event) SetFloat(out Out, v float64) { e.batch.SetFloat(out.col, v) }

// SetBool gives a field a truth value.
func (e *Event) SetBool(out Out, v bool) { e.batch.SetBool(out.col, v) }

// SetTime gives a field a time in milliseconds since 1970.
func (e *Event) SetTime(out Out, unixMilli int64) { e.batch.SetTime(out.col, unixMilli) }

// Int is the number that a field has.
func (e *Event) Int(out Out) (int64, bool) {
	row := e.batch.Rows()
	return e.batch.Num(out.col, row), e.batch.Valid(out.col, row)
}

// Unset takes a field's value away.
func (e *Event) Unset(out Out) { e.batch.Unset(out.col) }

// Rest keeps a text under a name in the column of what no other column holds.
func (e *Event) Rest(name string, text []byte) { e.values.Rest(name, text) }

// set puts text into the target's column and its related list, and tells whether it was fit for the column.
func (t *target) set(b *ecs.Batch, text []byte, scratch *[64]byte) bool {
	if t.typ == ecs.Strings {
		if t.ip {
			if text = canonicalIP(text, scratch[:]); text == nil {
				return false
			}
		}
		b.Append(t.col, text)
		if t.related >= 0 {
			b.Append(t.related, text)
		}
		return true
	}
	if !t.ip {
		b.SetString(t.col, text)
	} else if !b.SetKnown(t.col, text) { // a column of addresses has no text that is not canonical
		if text = canonicalIP(text, scratch[:]); text == nil {
			return false
		}
		b.SetString(t.col, text)
	}
	if t.related >= 0 {
		b.AppendValueOf(t.related, t.col)
	}
	return true
}
