package ecs

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// TimeLayout is how a document writes a time: RFC 3339 in UTC, with the milliseconds that a column holds.
const TimeLayout = "2006-01-02T15:04:05.000Z07:00"

// Day is the partition that a time in milliseconds since 1970 falls into: its day in UTC.
func Day(unixMilli int64) string { return time.UnixMilli(unixMilli).UTC().Format(time.DateOnly) }

// node is a level of the nested document: either a column or the names below it.
type node struct {
	name     string
	col      int // -1 for an object
	children []node
}

// tree orders the schema's fields as a nested document shows them.
func (s *Schema) tree() []node {
	order := make([]int, len(s.fields))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(s.fields[a].Name, s.fields[b].Name) })
	root := node{}
	for _, col := range order {
		at := &root
		parts := strings.Split(s.fields[col].Name, ".")
		for _, part := range parts[:len(parts)-1] {
			if n := len(at.children); n == 0 || at.children[n-1].name != part {
				at.children = append(at.children, node{name: part, col: -1})
			}
			at = &at.children[len(at.children)-1]
		}
		at.children = append(at.children, node{name: parts[len(parts)-1], col: col})
	}
	return root.children
}

// Documents writes rows of a batch as nested ECS documents.
type Documents struct {
	batch *Batch
	tree  []node
}

// NewDocuments prepares to write a batch's rows.
func NewDocuments(b *Batch) *Documents { return &Documents{batch: b, tree: b.schema.tree()} }

// Append writes a row as a JSON object, without a line break.
func (d *Documents) Append(dst []byte, row int) []byte {
	dst, _ = d.object(dst, d.tree, row)
	return dst
}

func (d *Documents) object(dst []byte, nodes []node, row int) ([]byte, bool) {
	dst = append(dst, '{')
	empty := true
	for i := range nodes {
		n := &nodes[i]
		if n.col >= 0 && d.batch.Null(n.col, row) {
			continue
		}
		undo := len(dst)
		if !empty {
			dst = append(dst, ',')
		}
		dst = append(AppendQuoted(dst, []byte(n.name)), ':')
		if n.col < 0 {
			var filled bool
			if dst, filled = d.object(dst, n.children, row); !filled {
				dst = dst[:undo]
				continue
			}
		} else {
			dst = d.value(dst, n.col, row)
		}
		empty = false
	}
	return append(dst, '}'), !empty
}

func (d *Documents) value(dst []byte, col, row int) []byte {
	b, f := d.batch, &d.batch.schema.fields[col]
	switch f.Type {
	case Int:
		return strconv.AppendInt(dst, b.Num(col, row), 10)
	case Float:
		return appendFloat(dst, b.Float(col, row))
	case Bool:
		return strconv.AppendBool(dst, b.Num(col, row) != 0)
	case Time:
		dst = append(dst, '"')
		return append(time.UnixMilli(b.Num(col, row)).UTC().AppendFormat(dst, TimeLayout), '"')
	case Strings:
		return d.list(dst, col, row)
	}
	text := b.Str(col, row)
	if f.JSON && json.Valid(text) {
		return appendLine(dst, text)
	}
	return AppendQuoted(dst, text)
}

func (d *Documents) list(dst []byte, col, row int) []byte {
	dst = append(dst, '[')
	for i, id := range d.batch.Items(col, row) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendQuoted(dst, d.batch.Value(col, id))
	}
	return append(dst, ']')
}

// appendLine writes JSON without its line breaks, which in JSON stand only where any space may: a document is one line.
func appendLine(dst, text []byte) []byte {
	for {
		i := bytes.IndexAny(text, "\r\n")
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		text = bytes.TrimLeft(text[i:], " \t\r\n")
	}
}

// appendFloat writes what JSON has no number for as null.
func appendFloat(dst []byte, v float64) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(dst, "null"...)
	}
	return strconv.AppendFloat(dst, v, 'g', -1, 64)
}

// AppendQuoted writes text as a JSON string; bytes that are not UTF-8 become U+FFFD.
func AppendQuoted(dst, text []byte) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, text[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, text[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		start = i
	}
	return append(append(dst, text[start:]...), '"')
}
