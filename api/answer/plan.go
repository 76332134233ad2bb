package answer

import (
	"github.com/hindcast/hindcast/api/correlate"
	"github.com/hindcast/hindcast/lake/ecs"
	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

func planOf(p *correlate.Plan) *hindcastv1.Plan {
	out := &hindcastv1.Plan{
		Query: queryOf(p.Request), FirstDay: p.FirstDay, LastDay: p.LastDay,
		Estimate: &hindcastv1.Estimate{
			Files: int64(p.Estimate.Files), Rows: p.Estimate.Rows, Bytes: p.Estimate.Bytes, Basis: p.Estimate.Basis,
			PriceMicroUsd: p.Estimate.MicroUSD, PriceBasis: p.Estimate.PriceBasis,
		},
		Coverage: CoverageOf(p.Coverage), Warnings: p.Warnings,
	}
	for _, t := range p.Tables {
		out.Tables = append(out.Tables, plannedOf(t))
	}
	for _, q := range p.Explain().Statements {
		out.Statements = append(out.Statements, &hindcastv1.Statement{Purpose: q.Purpose, AthenaSql: q.Athena, DuckdbSql: q.DuckDB})
	}
	return out
}

func plannedOf(t correlate.TablePlan) *hindcastv1.PlannedTable {
	out := &hindcastv1.PlannedTable{Table: t.Table.Name, Days: int64(t.Days), Files: int64(len(t.Files))}
	for _, f := range t.Files {
		out.Rows += f.Rows
		out.Bytes += f.Bytes
	}
	for _, k := range ecs.Kinds() {
		if columns := t.Columns[k]; len(columns) > 0 {
			out.Columns = append(out.Columns, &hindcastv1.SearchedColumns{Kind: kindOf(k), Columns: columns})
		}
	}
	return out
}

// CoverageOf is what tables hold of a range of days, as the API says it.
func CoverageOf(all []correlate.TableCoverage) []*hindcastv1.TableCoverage {
	var out []*hindcastv1.TableCoverage
	for _, c := range all {
		t := &hindcastv1.TableCoverage{
			Table: c.Table, DaysPresent: int64(c.Days), DaysMissing: int64(c.DaysMissing),
			FirstDay: c.FirstDay, LastDay: c.LastDay, Files: c.Files, Rows: c.Rows, Bytes: c.Bytes,
			NotSearchedReason: c.Reason, RetentionDays: int64(c.KeepDays), KeptFromDay: c.KeptFrom, DaysPastRetention: int64(c.DaysPast),
		}
		t.Missing, t.Held = rangesOf(c.Missing), rangesOf(c.Held)
		out = append(out, t)
	}
	return out
}

func rangesOf(runs []correlate.DayRange) (out []*hindcastv1.DayRange) {
	for _, r := range runs {
		out = append(out, &hindcastv1.DayRange{FirstDay: r.From, LastDay: r.To})
	}
	return out
}
