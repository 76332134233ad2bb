package threat

import (
	"cmp"
	"strconv"

	"github.com/hindcast/hindcast/lake/ecs"
)

// columns are those that are filled.
type columns struct {
	kind        int // threat.indicator.type
	texts       []textColumn
	times       []timeColumn
	enrichments int
}

type textColumn struct {
	col   int
	field string
	of    func(f *filler, m *match) string
}

type timeColumn struct {
	col   int
	field string
	of    func(f *filler, m *match) int64
}

func columnsOf(s *ecs.Schema) columns {
	c := columns{kind: s.Col("threat.indicator.type"), enrichments: s.Col("threat.enrichments")}
	hash := func(digits int) func(*filler, *match) string {
		return func(_ *filler, m *match) string { return when(m.kind == "file" && len(m.value) == digits, m.value) }
	}
	for _, t := range []textColumn{
		{0, "threat.indicator.type", func(_ *filler, m *match) string { return m.kind }},
		{0, "threat.indicator.name", func(_ *filler, m *match) string { return m.entry }},
		{0, "threat.indicator.ip", func(_ *filler, m *match) string { return when(m.kind == "ipv4-addr" || m.kind == "ipv6-addr", m.value) }},
		{0, "threat.indicator.url.domain", func(_ *filler, m *match) string { return when(m.kind == "domain-name", m.entry) }},
		{0, "threat.indicator.url.full", func(_ *filler, m *match) string { return when(m.kind == "url", m.value) }},
		{0, "threat.indicator.file.hash.md5", hash(32)},
		{0, "threat.indicator.file.hash.sha1", hash(40)},
		{0, "threat.indicator.file.hash.sha256", hash(64)},
		{0, "threat.indicator.confidence", func(f *filler, m *match) string { return confidenceName(f.confidence(m)) }},
		{0, "threat.indicator.description", func(f *filler, m *match) string { return f.detail(m).description }},
		{0, "threat.indicator.provider", func(f *filler, m *match) string { return cmp.Or(f.lists[m.list].Provider, f.lists[m.list].Name) }},
		{0, "threat.indicator.reference", func(f *filler, m *match) string { return f.detail(m).reference }},
		{0, "threat.indicator.marking.tlp", func(f *filler, m *match) string { return f.detail(m).tlp }},
		{0, "threat.feed.name", func(f *filler, m *match) string { return f.lists[m.list].Name }},
	} {
		if t.col = s.Col(t.field); t.col >= 0 && s.Fields()[t.col].Type == ecs.String {
			c.texts = append(c.texts, t)
		}
	}
	for _, t := range []timeColumn{
		{0, "threat.indicator.first_seen", func(f *filler, m *match) int64 { return f.detail(m).first }},
		{0, "threat.indicator.last_seen", func(f *filler, m *match) int64 { return f.detail(m).last }},
		{0, "threat.indicator.modified_at", func(f *filler, m *match) int64 {
			return cmp.Or(f.detail(m).modified, parseWhen(f.now[m.list].Version.Date))
		}},
	} {
		if t.col = s.Col(t.field); t.col >= 0 && s.Fields()[t.col].Type == ecs.Time {
			c.times = append(c.times, t)
		}
	}
	return c
}

func when(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

// confidenceName is ECS's name for a confidence of up to 100: those of STIX's None/Low/Med/High.
func confidenceName(c int) string {
	switch {
	case c < 0:
		return "Not Specified"
	case c == 0:
		return "None"
	case c < 30:
		return "Low"
	case c < 70:
		return "Medium"
	}
	return "High"
}

// fill fills the columns by the rows' groups.
func (g *groups) fill() {
	b := g.batch
	ids := make([]uint32, len(g.all))
	for _, t := range g.columns.texts {
		for n := range g.all {
			ids[n] = 0
			if m := g.all[n].first(); m != nil {
				if text := t.of(g.filler, m); text != "" {
					ids[n] = b.ID(t.col, []byte(text))
				}
			}
		}
		b.Derive(t.col, g.keys, ids)
	}
	nums, has := make([]int64, len(g.all)), make([]bool, len(g.all))
	for _, t := range g.columns.times {
		for n := range g.all {
			nums[n] = 0
			if m := g.all[n].first(); m != nil {
				nums[n] = t.of(g.filler, m)
			}
			has[n] = nums[n] != 0
		}
		b.DeriveNum(t.col, g.keys, nums, has)
	}
	if g.columns.enrichments < 0 {
		return
	}
	var text []byte
	for n := range g.all {
		ids[n] = 0
		if of := &g.all[n]; len(of.matches) > 1 || of.told {
			text = g.appendAll(text[:0], of.matches)
			ids[n] = b.ID(g.columns.enrichments, text)
		}
	}
	b.Derive(g.columns.enrichments, g.keys, ids)
}

// first is what goes into the columns, nil for nothing.
func (g *group) first() *match {
	if g.told || len(g.matches) == 0 {
		return nil
	}
	return &g.matches[0]
}

// appendAll writes what rows match as ECS's threat.enrichments.
func (f *filler) appendAll(dst []byte, all []match) []byte {
	dst = append(dst, '[')
	for i := range all {
		m := &all[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"indicator":{"type":`...)
		dst = ecs.AppendQuoted(dst, []byte(m.kind))
		for _, t := range []struct{ name, text string }{
			{"name", m.entry}, {"confidence", confidenceName(f.confidence(m))}, {"provider", cmp.Or(f.lists[m.list].Provider, f.lists[m.list].Name)},
			{"description", f.detail(m).description}, {"reference", f.detail(m).reference},
		} {
			if t.text != "" {
				dst = append(append(dst, ',', '"'), t.name...)
				dst = ecs.AppendQuoted(append(dst, '"', ':'), []byte(t.text))
			}
		}
		dst = append(dst, `},"feed":{"name":`...)
		dst = ecs.AppendQuoted(dst, []byte(f.lists[m.list].Name))
		dst = append(dst, `},"matched":{"atomic":`...)
		dst = ecs.AppendQuoted(dst, []byte(m.value))
		dst = append(dst, `,"field":`...)
		dst = strconv.AppendQuote(dst, m.field)
		dst = append(dst, `,"type":"indicator_match_rule"}}`...)
	}
	return append(dst, ']')
}
