package rows

import (
	"fmt"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"github.com/hindcast/hindcast/lake/ecs"
)

// maxNesting is how deep groups may lie in each other, and what is said of a value's levels fits in a byte.
const maxNesting = 64

// shape is how a group reads in JSON.
type shape uint8

const (
	object shape = iota
	list
	mapping
)

// node is a column, or a group of them.
type node struct {
	name     []byte // as a member: "name":
	optional bool
	repeated bool
	def, rep uint8 // levels from which on it is there, and at which another one of it begins
	shape    shape
	children []*node
	leaf     *leaf   // nil for groups
	leaves   []*leaf // in it
}

// first is the column that tells whether a node is there, and whether it goes on.
func (n *node) first() *leaf { return n.leaves[0] }

// schema builds the tree of nodes.
type schema struct {
	elements []format.SchemaElement
	leaves   []*leaf
}

func newSchema(elements []format.SchemaElement) (root *node, leaves []*leaf, err error) {
	s := schema{elements: elements}
	if root, err = s.node(nil, 0); err != nil {
		return nil, nil, err
	}
	if len(s.elements) > 0 || root.leaf != nil || len(root.leaves) == 0 {
		return nil, nil, fmt.Errorf("%w: not a schema of columns", errCorrupt)
	}
	return root, s.leaves, nil
}

// node takes the next element and those that lie in it.
func (s *schema) node(parent *node, depth int) (*node, error) {
	if len(s.elements) == 0 || depth > maxNesting {
		return nil, fmt.Errorf("%w: the schema ends too early or nests too deeply", errCorrupt)
	}
	e := &s.elements[0]
	s.elements = s.elements[1:]
	n := &node{name: append(ecs.AppendQuoted(nil, []byte(e.Name)), ':')}
	if parent != nil {
		n.def, n.rep = parent.def, parent.rep
		n.optional = e.RepetitionType.Valid && e.RepetitionType.V == format.Optional
		n.repeated = e.RepetitionType.Valid && e.RepetitionType.V == format.Repeated
	}
	if n.optional || n.repeated {
		n.def++
	}
	if n.repeated {
		n.rep++
	}
	if e.Type.Valid {
		return n, s.leaf(n, e)
	}
	from := len(s.leaves)
	for range max(0, int(e.NumChildren.V)) {
		child, err := s.node(n, depth+1)
		if err != nil {
			return nil, err
		}
		n.children = append(n.children, child)
	}
	if n.leaves = s.leaves[from:len(s.leaves):len(s.leaves)]; len(n.leaves) == 0 {
		return nil, fmt.Errorf("%w: the group %q has no columns", errCorrupt, e.Name)
	}
	n.shape = shapeOf(e, n)
	return n, nil
}

func (s *schema) leaf(n *node, e *format.SchemaElement) error {
	kind, err := kindOf(e)
	if err != nil {
		return fmt.Errorf("column %q: %w", e.Name, err)
	}
	n.leaf = &leaf{name: e.Name, kind: kind, maxDef: n.def, maxRep: n.rep, physical: e.Type.V, length: int(e.TypeLength.V)}
	if e.Type.V == format.FixedLenByteArray && (n.leaf.length <= 0 || n.leaf.length > 1<<20) {
		return fmt.Errorf("%w: column %q has values of %d bytes", errCorrupt, e.Name, n.leaf.length)
	}
	s.leaves = append(s.leaves, n.leaf)
	n.leaves = []*leaf{n.leaf}
	return nil
}

// shapeOf tells lists and maps, by both ways to say it, if they are built as such.
func shapeOf(e *format.SchemaElement, n *node) shape {
	if len(n.children) != 1 || !n.children[0].repeated {
		return object
	}
	_, isList := e.LogicalType.Value.(*format.ListType)
	_, isMap := e.LogicalType.Value.(*format.MapType)
	if t := e.ConvertedType; t.Valid {
		isList = isList || t.V == deprecated.List
		isMap = isMap || t.V == deprecated.Map || t.V == deprecated.MapKeyValue
	}
	inner := n.children[0]
	switch {
	case isMap && len(inner.children) == 2 && inner.children[0].leaf != nil && !inner.children[0].repeated:
		return mapping
	case isMap, isList:
		return list
	}
	return object
}

// element is what a list holds: the one field of the group that repeats, or that which repeats itself, as writers made
// lists before there was a rule:
// https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#backward-compatibility-rules
func (n *node) element(listName []byte) *node {
	switch {
	case n.leaf != nil, len(n.children) != 1, n.children[0].repeated:
		return n
	case string(n.name) == `"array":`, string(n.name) == string(listName[:len(listName)-2])+`_tuple":`:
		return n
	}
	return n.children[0]
}
