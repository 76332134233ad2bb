package source

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"regexp"
	"strconv"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Normalizer turns the records of a source into rows of a batch. It belongs to one worker.
type Normalizer struct {
	source  *Compiled
	divider Divider
	values  Values
	finish  func(*Event) error
	todo    []uint64 // the ops of the record that is being read, a bit each
	event   Event
	batch   *ecs.Batch
	buf     []byte
	badTime error // why the record's time could not be read

	ingested int64
	idStem   []byte // of the ids of this object's records, where the log has none

	keyAccount, keyRegion []byte // as the object's key says
	bare                  bool   // no envelope is around the record
}

// Origin is what the rows of an object have in common.
type Origin struct {
	Key      string
	Ingested time.Time // when its batch was planned
}

// New makes a normalizer that adds rows to a batch of the source's schema.
func (c *Compiled) New(b *ecs.Batch) (*Normalizer, error) {
	divider, err := c.Divide(c.paths)
	if err != nil {
		return nil, err
	}
	n := &Normalizer{source: c, divider: divider, batch: b}
	n.values.slots = make([]Value, len(c.paths))
	n.todo = make([]uint64, (len(c.ops)+63)/64)
	n.event = Event{batch: b, values: &n.values}
	if c.Finish != nil {
		n.finish = c.Finish(&Binding{compiled: c})
	}
	for _, st := range c.static {
		b.Fill(st.col, st.values...)
	}
	b.Fill(c.common.version, []byte(c.Version))
	return n, nil
}

var (
	accountInKey = regexp.MustCompile(`(?:^|[/_=])(\d{12})(?:[/_]|$)`)
	regionInKey  = regexp.MustCompile(`(?:^|[/_=])((?:us|eu|ap|sa|ca|me|af|il|mx|cn)(?:-(?:gov|iso[a-z]?))?-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d)(?:[/_]|$)`)
)

// Begin says that the records that follow are another object's.
func (n *Normalizer) Begin(o Origin) {
	n.ingested = o.Ingested.UnixMilli()
	n.idStem = fmt.Appendf(nil, "%016x-", xxh3.HashString(o.Key))
	var account, region []byte
	if m := accountInKey.FindStringSubmatch(o.Key); m != nil {
		account = []byte(m[1])
	}
	if m := regionInKey.FindStringSubmatch(o.Key); m != nil {
		region = []byte(m[1])
	}
	b, c := n.batch, &n.source.common
	b.Fill(c.path, []byte(o.Key))
	b.FillNum(c.ingested, n.ingested)
	n.keyAccount, n.keyRegion, n.bare = account, region, false
	n.event.key, n.event.ingested = o.Key, n.ingested
	n.Delivered(nil)
	n.divider.Begin(o.Key)
}

var errNoTime = errors.New("the record has no time")

// Add makes a row of a record. offset is the record's position in the unpacked object, index its number among
// those that share the position. An error leaves the batch as it was; [ErrNoRecord] says that there was none.
func (n *Normalizer) Add(record []byte, offset int64, index int) error {
	n.values.reset()
	n.badTime = nil
	if err := n.divider.Divide(record, &n.values); err != nil {
		return err
	}
	if err := n.fill(); err != nil {
		n.batch.Discard()
		return err
	}
	n.complete(offset, index)
	n.batch.Commit()
	return nil
}

// fill sets what the source's declaration says.
func (n *Normalizer) fill() error {
	c, b := n.source, n.batch
	n.applyAll()
	if len(n.values.more) > 0 {
		n.keepMore()
	}
	if n.finish != nil {
		if err := n.finish(&n.event); err != nil {
			return err
		}
	}
	if !b.Valid(c.common.time, b.Rows()) {
		return cmp.Or(n.badTime, errNoTime)
	}
	if at := b.Num(c.common.time, b.Rows()); at < earliest || at >= latest {
		return fmt.Errorf("the record's time is %s, which no log of AWS can have", time.UnixMilli(at).UTC().Format(time.RFC3339))
	}
	return nil
}

// keepMore keeps the elements of arrays of which only the first was taken.
func (n *Normalizer) keepMore() {
	v := &n.values
	for _, x := range v.more {
		if x.slot < len(n.source.first) && n.source.first[x.slot] {
			v.restOf(x.slot, n.source.paths[x.slot])
		}
	}
}

// The times that an event can have: a partition of the year 9999 would never be asked for.
var (
	earliest = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
)

// applyAll fills the columns for which the record has a value, in the order of the declaration.
func (n *Normalizer) applyAll() {
	c := n.source
	for _, slot := range n.values.held {
		if slot < len(c.masks) { // else it is one that Finish alone reads
			for w, mask := range c.masks[slot] {
				n.todo[w] |= mask
			}
		}
	}
	for w := range n.todo {
		for todo := n.todo[w]; todo != 0; todo &= todo - 1 {
			if o := &c.ops[w*64+bits.TrailingZeros64(todo)]; !n.applyQuick(o) {
				n.apply(o)
			}
		}
		n.todo[w] = 0
	}
}

// applyQuick fills one column in the way that nearly all values of it want, and tells whether that was enough.
func (n *Normalizer) applyQuick(o *op) bool {
	b := n.batch
	switch o.quick {
	case quickText:
		b.SetString(o.col, n.first(o).Bytes)
	case quickLike:
		if !b.SetLike(o.col, o.like) {
			return false
		}
	case quickInt:
		v, ok := fewDigits(n.values.slots[o.slots[0]].Bytes)
		if ok {
			b.SetInt(o.col, v)
		}
		return ok
	default:
		return false
	}
	if o.related >= 0 {
		b.AppendValueOf(o.related, o.col)
	}
	return true
}

// first is the first value that an op may take; it has one.
func (n *Normalizer) first(o *op) *Value {
	for _, slot := range o.slots {
		if v := &n.values.slots[slot]; v.Shape != Missing {
			return v
		}
	}
	return &Value{}
}

// apply fills one column.
func (n *Normalizer) apply(o *op) {
	for i, slot := range o.slots {
		v := &n.values.slots[slot]
		if v.Shape == Missing {
			continue
		}
		if o.typ == ecs.Strings {
			n.list(o, i)
			continue
		}
		if n.put(o, i, v) {
			if o.like >= 0 && o.typ == ecs.String && v == n.first(o) {
				n.batch.Liken(o.col, o.like)
			}
			return
		}
	}
}

// list appends every value of a slot.
func (n *Normalizer) list(o *op, i int) {
	for v := range n.event.All(In{o.slots[i]}) {
		text := v.Bytes
		if o.as == Lower {
			n.buf = appendLower(n.buf[:0], text)
			text = n.buf
		}
		if !o.set(n.batch, text, &n.event.ip) && o.only[i] {
			n.values.Rest(o.from[i], v.Bytes)
		}
	}
}

// put sets a column from a value and tells whether the value was fit for it. One that is not is kept in the rest,
// unless another column takes it.
func (n *Normalizer) put(o *op, i int, v *Value) bool {
	var fit bool
	lost := true
	if o.like >= 0 && o.typ != ecs.String && n.putLike(o) {
		return true
	}
	switch o.typ {
	case ecs.Int:
		var num int64
		if num, fit = ParseInt(v.Bytes); fit {
			n.batch.SetInt(o.col, num)
		}
	case ecs.Float:
		num, err := parseFloat(v.Bytes)
		if fit = err == nil; fit {
			n.batch.SetFloat(o.col, num)
		}
	case ecs.Bool:
		truth, err := strconv.ParseBool(string(v.Bytes))
		if fit = err == nil; fit {
			n.batch.SetBool(o.col, truth)
		}
	case ecs.Time:
		ms, err := o.parseTime(v.Bytes)
		if err != nil && o.col == n.source.common.time {
			n.badTime = err
		}
		if fit = err == nil; fit {
			n.batch.SetTime(o.col, ms)
		}
	default:
		fit, lost = n.putText(o, v), o.only[i]
	}
	if !fit && lost {
		n.values.spill(o.slots[i], o.from[i], v.Bytes)
	}
	return fit
}

// putLike sets a column from one of the same number, if that has been set.
func (n *Normalizer) putLike(o *op) bool {
	b, row := n.batch, n.batch.Rows()
	if !b.Valid(o.like, row) {
		return false
	}
	b.SetInt(o.col, b.Num(o.like, row))
	return true
}

func (n *Normalizer) putText(o *op, v *Value) bool {
	text := v.Bytes
	switch {
	case o.json && v.Shape == Text:
		n.buf = ecs.AppendQuoted(n.buf[:0], text)
		text = n.buf
	case o.as == Lower:
		n.buf = appendLower(n.buf[:0], text)
		text = n.buf
	}
	return o.set(n.batch, text, &n.event.ip)
}

// complete sets what every row has.
func (n *Normalizer) complete(offset int64, index int) {
	c, b, row := &n.source.common, n.batch, n.batch.Rows()
	if b.Null(c.id, row) {
		id := strconv.AppendInt(append(n.buf[:0], n.idStem...), offset, 16)
		if index > 0 {
			id = strconv.AppendInt(append(id, '.'), int64(index), 16)
		}
		b.SetString(c.id, id)
		n.buf = id
	}
	b.SetInt(c.offset, offset)
	if !n.bare {
		n.carry()
	}
	if rest := n.values.rest; len(rest) > 0 {
		n.buf = append(append(append(n.buf[:0], '{'), rest...), '}')
		b.SetString(c.unmapped, n.buf)
	}
}
