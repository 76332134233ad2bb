package correlate

import (
	"maps"
	"slices"

	"github.com/hindcast/hindcast/api/indicator"
	"github.com/hindcast/hindcast/lake/ecs"
)

// matcher tells which indicators an event matches, by the values that stand in its columns of each kind. It decides as
// the statements do.
type matcher struct {
	equal    map[ecs.Kind]map[string][]int
	patterns map[ecs.Kind][]pattern
}

type pattern struct {
	term      indicator.Term
	indicator int
}

// hits are positions of indicators.
type hits map[int]struct{}

func (h hits) sorted() []int { return slices.Sorted(maps.Keys(h)) }

func newMatcher(indicators []indicator.Indicator) *matcher {
	m := &matcher{equal: map[ecs.Kind]map[string][]int{}, patterns: map[ecs.Kind][]pattern{}}
	for i, ind := range indicators {
		for _, t := range ind.Terms() {
			if t.Op != indicator.Equal {
				m.patterns[t.Kind] = append(m.patterns[t.Kind], pattern{term: t, indicator: i})
				continue
			}
			if m.equal[t.Kind] == nil {
				m.equal[t.Kind] = map[string][]int{}
			}
			m.equal[t.Kind][t.Value] = append(m.equal[t.Kind][t.Value], i)
		}
	}
	return m
}

// find adds the indicators that the values of columns of the kind match.
func (m *matcher) find(kind ecs.Kind, values []string, found hits) {
	for _, v := range values {
		for _, i := range m.equal[kind][v] {
			found[i] = struct{}{}
		}
		for _, p := range m.patterns[kind] {
			if p.term.Matches(v) {
				found[p.indicator] = struct{}{}
			}
		}
	}
}
