package definition

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is a mistake in a definition.
type Problem struct {
	File   string `json:"file"`
	Line   int    `json:"line"`   // from 1
	Column int    `json:"column"` // from 1
	Wrong  string `json:"wrong"`
	Right  string `json:"right,omitempty"` // what would be right
}

func (p Problem) String() string {
	text := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Wrong)
	if p.Right != "" {
		text += " (right would be: " + p.Right + ")"
	}
	return text
}

// Error is the mistakes of a definition, in the order in which they stand in it.
type Error struct{ Problems []Problem }

func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// place is where something stands in a file.
type place struct{ line, column int }

// problems collects the mistakes of a file.
type problems struct {
	file string
	all  []Problem
}

func (p *problems) wrong(at place, wrong, right string) {
	p.all = append(p.all, Problem{File: p.file, Line: max(at.line, 1), Column: max(at.column, 1), Wrong: wrong, Right: right})
}

func (p *problems) err() error {
	if len(p.all) == 0 {
		return nil
	}
	slices.SortStableFunc(p.all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return &Error{p.all}
}

// unknown tells what would be right in the place of a name that is not known: the nearest one, if one is near, or all.
func unknown(name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return near
	}
	return strings.Join(known, ", ")
}

// nearest is the name that differs least from a wrong one; empty if all differ by much.
func nearest(name string, known []string) string {
	best, least := "", len(name)/3+2
	for _, k := range known {
		if abs(len(k)-len(name)) >= least {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// distance is the number of letters to insert, remove, replace or swap with their neighbour to make b of a.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
