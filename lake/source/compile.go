package source

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Compiled is a source whose declaration has been checked, with the schema of its table.
type Compiled struct {
	*Source
	schema *ecs.Schema

	underived int // how many of its columns, the first ones, are not derived from others

	paths  []string // the slots' paths
	ops    []op
	masks  [][]uint64 // by slot: the ops that take its value, a bit each
	first  []bool     // by slot: whether of the elements of an array only the first is taken
	static []static
	common common
	ownsID bool     // whether event.id comes from the record
	left   []string // fields that are left out
}

// op fills a column from the first of its slots that has a value.
type op struct {
	target
	from  []string
	slots []int
	only  []bool // whether no other column takes a text of the slot that is unfit for this one
	as    As

	quick quick // what it comes to, where that is little

	like int // the column of an earlier op that is filled from the same slots in a way that decides this one, or -1

	layout string // of a time, instead of as
	zone   *time.Location
}

// target is a column that is filled, and the list that receives its values too.
type target struct {
	col     int
	related int // or -1
	typ     ecs.Type
	ip      bool
	json    bool
}

type static struct {
	col    int
	values [][]byte // of a list, its items
}

// common are the columns that every row has.
type common struct {
	time, id, ingested, path, offset, version, unmapped, account, region int
	carried                                                              carried
}

// Compile checks the declaration.
func (s *Source) Compile() (*Compiled, error) {
	if s.Name == "" || s.Divide == nil {
		return nil, fmt.Errorf("source %q lacks a name or a way to divide its records", s.Name)
	}
	fields, err := s.fields()
	if err != nil {
		return nil, err
	}
	underived := len(fields)
	fields = append(fields, ecs.Derived(fields)...)
	mapsID := slices.ContainsFunc(s.Map, func(m Mapping) bool { return m.To == "event.id" })
	for i := range fields {
		fields[i].Place = fields[i].Name == "event.id" && !s.OwnID && !mapsID
	}
	schema, err := ecs.NewSchema(fields...)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", s.Name, err)
	}
	own := *s
	own.Framing.Looks = s.Looks
	c := &Compiled{Source: &own, schema: schema, underived: underived}
	c.common = common{
		time: schema.Col("@timestamp"), id: schema.Col("event.id"), ingested: schema.Col("event.ingested"),
		path: schema.Col("log.file.path"), offset: schema.Col("log.offset"), version: schema.Col("mapping_version"),
		unmapped: schema.Col("unmapped"), account: schema.Col("cloud.account.id"), region: schema.Col("cloud.region"),
	}
	c.common.carried = c.carried()
	for _, m := range s.Map {
		o := op{target: c.target(m.To), from: m.paths(), as: m.As, layout: m.Layout, zone: m.Zone}
		if o.zone == nil {
			o.zone = time.UTC
		}
		for _, path := range o.from {
			o.slots = append(o.slots, c.slot(path))
		}
		o.like = c.alike(&o)
		o.quick = o.comesTo()
		c.ops = append(c.ops, o)
		c.ownsID = c.ownsID || m.To == "event.id"
	}
	for i := range c.ops {
		for _, slot := range c.ops[i].slots {
			c.ops[i].only = append(c.ops[i].only, c.ops[i].ip && !c.takesText(slot))
		}
	}
	c.mask()
	for _, st := range s.Static {
		t := c.target(st.To)
		values := [][]byte{[]byte(st.Value)}
		if t.typ == ecs.Strings {
			values = bytes.Split(values[0], []byte(","))
		}
		c.static = append(c.static, static{t.col, values})
	}
	b := &Binding{compiled: c}
	if s.Finish != nil {
		s.Finish(b)
		c.ownsID = c.ownsID || b.fillsID
		if b.err != nil {
			return nil, fmt.Errorf("source %s: %w", s.Name, b.err)
		}
	}
	if _, err := s.Divide(c.paths); err != nil {
		return nil, fmt.Errorf("source %s: %w", s.Name, err)
	}
	c.findFirst(b.reads)
	return c, nil
}

// findFirst notes which elements of arrays no list takes. What Finish reads, it reads whole.
func (c *Compiled) findFirst(finish []int) {
	c.first = make([]bool, len(c.paths))
	for slot, path := range c.paths {
		inList := func(o op) bool { return o.typ == ecs.Strings && slices.Contains(o.slots, slot) }
		c.first[slot] = strings.HasSuffix(path, "[]") && !slices.Contains(finish, slot) && !slices.ContainsFunc(c.ops, inList)
	}
}

// quick is what an op comes to.
type quick uint8

const (
	notQuick  quick = iota
	quickText       // text as it came, of the first slot that has any
	quickLike       // text that another column's decides
	quickInt        // digits
)

func (o *op) comesTo() quick {
	switch {
	case o.typ == ecs.Int && o.like < 0 && len(o.slots) == 1:
		return quickInt
	case o.typ == ecs.String && o.like >= 0:
		return quickLike
	case o.typ == ecs.String && !o.ip && !o.json && o.as == 0:
		return quickText
	}
	return notQuick
}

// alike finds an earlier op whose column decides that of another: a text as it came decides what is made of it, and a
// number is the same. Of several slots a number's may be one that was fit where the first was not.
func (c *Compiled) alike(o *op) int {
	for i := range c.ops {
		p := &c.ops[i]
		if !slices.Equal(p.slots, o.slots) || p.typ != o.typ || p.json || o.json || p.layout != "" || o.layout != "" {
			continue
		}
		switch o.typ {
		case ecs.String:
			if p.as == 0 && !p.ip && !c.unique(p.col) && !c.unique(o.col) {
				return p.col
			}
		case ecs.Int, ecs.Time:
			if p.as == o.as && len(o.slots) == 1 {
				return p.col
			}
		}
	}
	return -1
}

func (c *Compiled) unique(col int) bool { return c.schema.Fields()[col].Unique }

// mask notes which ops take a slot's value.
func (c *Compiled) mask() {
	c.masks = make([][]uint64, len(c.paths))
	for slot := range c.masks {
		c.masks[slot] = make([]uint64, (len(c.ops)+63)/64)
	}
	for i := range c.ops {
		for _, slot := range c.ops[i].slots {
			c.masks[slot][i/64] |= 1 << (i % 64)
		}
	}
}

// TellsAgain tells whether a record of an object that is read a second time can be told from one that is new: by the
// log's own id, or by an id that is the record's place.
func (c *Compiled) TellsAgain() bool { return c.OwnID || !c.ownsID }

// Schema is the schema of the source's table.
func (c *Compiled) Schema() *ecs.Schema { return c.schema }

// Rows is the schema of rows that the source makes: the table's without the columns that are derived from others, but for
// those that somebody fills. The source's own columns come first in either.
func (c *Compiled) Rows(fills func(field string) bool) *ecs.Schema {
	at := -1
	return c.schema.Keep(func(f ecs.Field) bool {
		at++
		return at < c.underived || fills(f.Name)
	})
}

func (c *Compiled) slot(path string) int {
	for i, p := range c.paths {
		if p == path {
			return i
		}
	}
	c.paths = append(c.paths, path)
	return len(c.paths) - 1
}

// takesText tells whether a column takes whatever text a slot has.
func (c *Compiled) takesText(slot int) bool {
	return slices.ContainsFunc(c.ops, func(o op) bool {
		return !o.ip && (o.typ == ecs.String || o.typ == ecs.Strings) && slices.Contains(o.slots, slot)
	})
}

func (c *Compiled) target(name string) target {
	col := c.schema.Col(name)
	if col < 0 || col >= c.underived {
		return target{col: -1, related: -1}
	}
	f := c.schema.Fields()[col]
	t := target{col: col, related: -1, typ: f.Type, ip: f.IP, json: f.JSON}
	if f.Related != "" {
		t.related = c.schema.Col(f.Related)
	}
	return t
}

// Binding is where a source's Finish function finds the values that it reads and the fields that it fills.
type Binding struct {
	compiled *Compiled
	fillsID  bool  // whether event.id was asked for
	reads    []int // slots that were asked for
	err      error
}

// Leaves tells whether a field is not to be filled.
func (b *Binding) Leaves(field string) bool { return slices.Contains(b.compiled.left, field) }

// In is a value of the record that Finish reads.
type In struct{ slot int }

// Out is a field that Finish fills.
type Out struct{ target }

// In finds the value at a path.
func (b *Binding) In(path string) In {
	slot := b.compiled.slot(path)
	b.reads = append(b.reads, slot)
	return In{slot}
}

// Out finds a field; one that the source does not declare is an error of the source.
func (b *Binding) Out(field string) Out {
	t := b.compiled.target(field)
	b.fillsID = b.fillsID || field == "event.id"
	if t.col < 0 && b.err == nil {
		b.err = fmt.Errorf("the Finish function fills %s, which the source does not declare", field)
	}
	return Out{t}
}
