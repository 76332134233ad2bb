package attack

import (
	"strings"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/enrich"
)

// findingTypes are the columns that say of what type a finding is, none in tables of other things.
func findingTypes(s *ecs.Schema) (from []int) {
	for _, f := range []struct{ marker, column string }{
		{"aws.guardduty.service.detector_id", "rule.name"},
		{"aws.securityhub_findings.types", "aws.securityhub_findings.types"},
		{"aws.macie.type", "aws.macie.type"},
	} {
		if s.Col(f.marker) >= 0 && s.Col(f.column) >= 0 {
			from = append(from, s.Col(f.column))
		}
	}
	return from
}

// findingFiller tags findings.
type findingFiller struct {
	table *Table
	columns
	results
	from []int
	keys []uint32
	rows []int32 // by id of a type: which row of the table says what it means, less one
}

// Versions say which table this is.
func (f *findingFiller) Versions() []enrich.Version { return []enrich.Version{f.table.ofAll} }

// Fill tags the findings.
func (f *findingFiller) Fill(b *ecs.Batch) {
	f.keys = append(f.keys[:0], make([]uint32, b.Rows())...)
	for _, col := range f.from {
		f.rows = f.rows[:0]
		f.rows = append(f.rows, -1)
		for id := 1; id <= b.Distinct(col); id++ {
			f.rows = append(f.rows, int32(f.table.finding(string(b.Value(col, uint32(id))))))
		}
		if b.Schema().Fields()[col].Type == ecs.Strings {
			for row := range f.keys {
				f.add(row, b.Items(col, row)...)
			}
			continue
		}
		for row, id := range b.Keys(col) {
			f.add(row, id)
		}
	}
	f.write(b, f.table.matrix, &f.results, f.keys)
}

func (f *findingFiller) add(row int, ids ...uint32) {
	for _, id := range ids {
		if n := f.rows[id]; n >= 0 {
			f.keys[row] = f.with(f.keys[row], uint32(n), f.table.findings[n].tags)
		}
	}
}

// finding is the row that says what a finding's type means, -1 if there is none. Security Hub writes GuardDuty's
// Recon:EC2/PortProbe as TTPs/Discovery/Recon:EC2-PortProbe.
func (t *Table) finding(kind string) int {
	if colon := strings.IndexByte(kind, ':'); colon > 0 {
		if slash := strings.LastIndexByte(kind[:colon], '/'); slash >= 0 {
			if n := t.longest(strings.Replace(kind[slash+1:], "-", "/", 1)); n >= 0 {
				return n
			}
		}
	}
	return t.longest(kind)
}

// longest is the row with the longest beginning of a type.
func (t *Table) longest(kind string) int {
	found, length := -1, 0
	for i, f := range t.findings {
		if len(f.kind) > length && strings.HasPrefix(kind, f.kind) {
			found, length = i, len(f.kind)
		}
	}
	return found
}
