package attack

import (
	"bytes"
	"fmt"

	"github.com/hindcast/hindcast/lake/ecs"
)

// evaluator tells whether conditions hold of rows. Terms that many conditions have are looked at once, and a text's
// answer is kept as long as the batch is.
type evaluator struct {
	schema *ecs.Schema
	batch  *ecs.Batch
	terms  []bound
	judge  judge
	known  map[string]int // by what a term says
}

// bound is a term that knows its columns.
type bound struct {
	term
	typ        ecs.Type
	col, other int // -1 if the schema has none
	keys       []uint32
	answers    []answer // by id, of a column of text
}

type answer uint8

const (
	unasked answer = iota
	yes
	no
)

func newEvaluator(s *ecs.Schema) *evaluator { return &evaluator{schema: s, known: map[string]int{}} }

// bind makes terms ready, and gives their numbers.
func (e *evaluator) bind(terms []term) (numbers []int, err error) {
	for _, t := range terms {
		n, ok := e.known[t.text]
		if !ok {
			b := bound{term: t, col: e.schema.Col(t.column), other: e.schema.Col(t.other)}
			if b.col < 0 || t.other != "" && b.other < 0 {
				return numbers, fmt.Errorf("%q speaks of a column that is not there", t.text)
			}
			b.typ = e.schema.Fields()[b.col].Type
			text := b.typ == ecs.String && (b.other < 0 || e.schema.Fields()[b.other].Type == ecs.String)
			if !text && (b.typ != ecs.Bool || t.other != "" || t.path != nil) {
				return numbers, fmt.Errorf("%q is not of text, nor of true and false", t.text)
			}
			n = len(e.terms)
			e.terms, e.known[t.text] = append(e.terms, b), n
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

// begin turns to a batch.
func (e *evaluator) begin(b *ecs.Batch) {
	e.batch = b
	for i := range e.terms {
		t := &e.terms[i]
		if t.typ != ecs.String {
			continue
		}
		t.keys = b.Keys(t.col)
		if t.path == nil && t.other < 0 {
			n := b.Distinct(t.col) + 1
			if cap(t.answers) < n {
				t.answers = make([]answer, n+n/4)
			}
			t.answers = t.answers[:n]
			clear(t.answers)
		}
	}
}

// holds tells whether all of the terms hold of a row.
func (e *evaluator) holds(terms []int, row int) bool {
	for _, n := range terms {
		if !e.one(&e.terms[n], row) {
			return false
		}
	}
	return true
}

func (e *evaluator) one(t *bound, row int) bool {
	if t.typ == ecs.Bool {
		return t.ofBool(e.batch.Valid(t.col, row), e.batch.Num(t.col, row) != 0)
	}
	id := uint32(0)
	if row < len(t.keys) {
		id = t.keys[row]
	}
	switch {
	case t.path != nil:
		return e.judge.holds(&t.term, e.batch.Str(t.col, row))
	case t.other >= 0:
		return id != 0 && bytes.Equal(e.batch.Value(t.col, id), e.batch.Str(t.other, row)) == (t.op == equal)
	}
	a := &t.answers[id]
	if *a == unasked {
		*a = no
		if t.ofText(e.batch, id) {
			*a = yes
		}
	}
	return *a == yes
}

func (t *bound) ofText(b *ecs.Batch, id uint32) bool {
	var text []byte
	if id != 0 {
		text = b.Value(t.col, id)
	}
	switch t.op {
	case absent:
		return len(text) == 0
	case unequal:
		return len(text) > 0 && !fits(equal, t.values, text)
	}
	return fits(t.op, t.values, text)
}

func (t *bound) ofBool(has, is bool) bool {
	text := "false"
	if is {
		text = "true"
	}
	switch t.op {
	case absent:
		return !has
	case unequal:
		return has && !fits(equal, t.values, []byte(text))
	}
	return has && fits(t.op, t.values, []byte(text))
}
