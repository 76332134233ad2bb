package definition

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// kind is what a node of a YAML document is.
type kind uint8

const (
	nothing kind = iota
	scalar
	sequence
	mapping
)

// node is a value in a YAML document, with its place. A nil node is a value that is not there: it reads as empty.
type node struct {
	at      place
	kind    kind
	text    string // of a scalar
	items   []*node
	entries []entry
}

type entry struct {
	at    place
	key   string
	value *node
}

// document reads the one YAML document of a file; nil when it can't be read.
func (r *reader) document(text []byte) *node {
	if len(text) > maxBytes {
		r.wrong(place{}, fmt.Sprintf("the definition has more than %d bytes", maxBytes), "")
		return nil
	}
	file, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var located yaml.Error
		if errors.As(err, &located) && located.GetToken() != nil && located.GetToken().Position != nil {
			at := located.GetToken().Position
			r.wrong(place{at.Line, at.Column}, "this is no YAML: "+located.GetMessage(), "")
		} else {
			r.wrong(place{}, "this is no YAML: "+err.Error(), "")
		}
		return nil
	}
	var docs []ast.Node
	for _, doc := range file.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.CommentType {
			docs = append(docs, doc.Body)
		}
	}
	if len(docs) == 0 {
		r.wrong(place{}, "the definition is empty", "name: acme_shop and so on")
		return nil
	}
	if len(docs) > 1 {
		r.wrong(placeOf(docs[1]), "a second document begins here", "one definition a file")
	}
	return r.convert(docs[0], 0)
}

func placeOf(n ast.Node) place {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return placeOf(m.Values[0].Key)
	}
	if v, ok := n.(*ast.MappingValueNode); ok {
		return placeOf(v.Key)
	}
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return place{}
	}
	at := n.GetToken().Position
	return place{at.Line, at.Column}
}

// convert takes from YAML what definitions need of it.
func (r *reader) convert(n ast.Node, depth int) *node {
	const deepest = 32
	out := &node{at: placeOf(n)}
	if depth > deepest {
		r.wrong(out.at, "the definition is nested too deeply", "")
		return out
	}
	switch n := n.(type) {
	case nil, *ast.NullNode, *ast.CommentGroupNode:
	case *ast.MappingNode:
		out.kind = mapping
		for _, v := range n.Values {
			r.entry(out, v, depth)
		}
	case *ast.MappingValueNode:
		out.kind = mapping
		r.entry(out, n, depth)
	case *ast.SequenceNode:
		out.kind = sequence
		for _, item := range n.Values {
			out.items = append(out.items, r.convert(item, depth+1))
		}
	case *ast.LiteralNode:
		out.kind = scalar
		if n.Value != nil {
			out.text = strings.TrimRight(n.Value.Value, "\n")
		}
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		out.kind, out.text = scalar, n.GetToken().Value
	case *ast.AnchorNode:
		r.wrong(out.at, "a definition can't have a YAML anchor", "the value itself in each place")
		return r.convert(n.Value, depth+1)
	case *ast.TagNode:
		r.wrong(out.at, "a definition can't have a YAML tag", "the value without it")
		return r.convert(n.Value, depth+1)
	default:
		r.wrong(out.at, fmt.Sprintf("a definition can't have a YAML %s", strings.ToLower(n.Type().String())), "plain texts, lists and mappings")
	}
	return out
}

func (r *reader) entry(in *node, v *ast.MappingValueNode, depth int) {
	e := entry{at: placeOf(v.Key)}
	switch v.Key.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		e.key = v.Key.GetToken().Value
	default:
		r.wrong(e.at, "a key must be a plain text", "")
		return
	}
	if slices.ContainsFunc(in.entries, func(other entry) bool { return other.key == e.key }) {
		r.wrong(e.at, fmt.Sprintf("the key %q stands twice", e.key), "one of them")
		return
	}
	if e.value = r.convert(v.Value, depth+1); e.value.kind == nothing {
		e.value.at = e.at
	}
	in.entries = append(in.entries, e)
}

// keys are the values of a mapping whose keys are known; others are mistakes.
func (r *reader) keys(n *node, what string, known ...string) map[string]*node {
	if n == nil || n.kind == nothing {
		return nil
	}
	if n.kind != mapping {
		r.wrong(n.at, what+" must be a mapping", "keys with a colon: "+strings.Join(known, ", "))
		return nil
	}
	have := map[string]*node{}
	for _, e := range n.entries {
		if !slices.Contains(known, e.key) {
			r.wrong(e.at, fmt.Sprintf("%s has no key %q", what, e.key), unknown(e.key, known))
			continue
		}
		have[e.key] = e.value
	}
	return have
}

// string is the text of a scalar; empty for a node that is not there.
func (n *node) string(r *reader) string {
	if n == nil {
		return ""
	}
	if n.kind != scalar {
		r.wrong(n.at, "a text must stand here", "")
		return ""
	}
	return n.text
}

// list is the items of a list; a value that is none stands for a list of one.
func (n *node) list() []*node {
	switch {
	case n == nil || n.kind == nothing:
		return nil
	case n.kind == sequence:
		return n.items
	}
	return []*node{n}
}

func (n *node) strings(r *reader) (texts []string) {
	for _, item := range n.list() {
		if text := item.string(r); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// bool is the truth value of a scalar; false for a node that is not there.
func (n *node) bool(r *reader) bool {
	switch text := n.string(r); text {
	case "", "false":
	case "true":
		return true
	default:
		r.wrong(n.at, fmt.Sprintf("%q is neither true nor false", text), "true or false")
	}
	return false
}

// choice reads a word, or a mapping whose one key is the word and whose value says more.
func (n *node) choice(r *reader, what string, known ...string) (word string, body *node) {
	at := n.at
	switch {
	case n.kind == scalar:
		word = n.text
	case n.kind == mapping && len(n.entries) == 1:
		word, body, at = n.entries[0].key, n.entries[0].value, n.entries[0].at
	default:
		r.wrong(n.at, what+" must be one word, or one key with more below it", strings.Join(known, ", "))
		return "", nil
	}
	if !slices.Contains(known, word) {
		r.wrong(at, fmt.Sprintf("there is no %s %q", what, word), strings.Join(known, ", "))
		return "", nil
	}
	return word, body
}
