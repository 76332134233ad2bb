package correlate

import (
	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

const countColumn, setColumn, rankColumn = "events", "set", "rank"

// statisticsOutputs are the columns by which events are counted. The source and the day are the first two.
func statisticsOutputs(tables []searched) []output {
	outs := []output{
		{name: sourceColumn, ecs: sourceColumn, typ: ecs.String},
		{name: catalog.DayColumn, typ: ecs.String},
	}
	for _, o := range commonOutputs(tables, nil) {
		if isTop(o.ecs) {
			outs = append(outs, o)
		}
	}
	return outs
}

func isTop(field string) bool {
	for _, f := range topFields {
		if f == field {
			return true
		}
	}
	return false
}

// statistics counts events by source and day and by each field's values, all in one scan of few columns: grouping sets
// cost memory, which is cheap where bytes are paid for.
func (w writer) statistics(tables []searched) (Query, error) {
	outs := statisticsOutputs(tables)
	return w.query("statistics", tables, outs, func(d dialect.Dialect) (dialect.SQL, error) {
		matches, err := w.matching(d, tables, outs)
		if err != nil {
			return dialect.SQL{}, err
		}
		counts, err := countsOf(d, outs)
		if err != nil {
			return dialect.SQL{}, err
		}
		ranked, err := rankedOf(d, outs)
		if err != nil {
			return dialect.SQL{}, err
		}
		s := w.defining(d, d.Named("matches", matches), d.Named("counts", counts), d.Named("ranked", ranked))
		for _, x := range resultColumns(d, outs) {
			s = s.Column(x)
		}
		rank := d.Ident(rankColumn)
		s = s.From(d.Ident("ranked").String()).
			Where(dialect.Or(isHistogram(d, outs), d.AtMost(rank, d.Int(topCount)))).
			OrderByClause(d.Ident(setColumn)).OrderByClause(rank)
		return dialect.Built(s)
	})
}

func (w writer) matching(d dialect.Dialect, tables []searched, outs []output) (dialect.SQL, error) {
	branches := make([]sq.SelectBuilder, len(tables))
	for i, t := range tables {
		branches[i] = w.branch(d, t, outs)
	}
	return d.UnionAll(branches)
}

// countsOf counts the matches by every set of columns. The number of a set has a bit for each column not in it.
func countsOf(d dialect.Dialect, outs []output) (dialect.SQL, error) {
	columns := identsOf(d, outs)
	sets := [][]dialect.SQL{columns[:2]}
	for _, c := range columns[2:] {
		sets = append(sets, []dialect.SQL{c})
	}
	s := sq.Select().Column(d.As(d.Grouping(columns...), setColumn))
	for _, c := range columns {
		s = s.Column(c)
	}
	s = s.Column(d.As(d.Count(), countColumn)).From(d.Ident("matches").String())
	return dialect.Built(s.GroupBy(d.GroupingSets(sets...).String()))
}

// rankedOf ranks each field's values by how often they occur.
func rankedOf(d dialect.Dialect, outs []output) (dialect.SQL, error) {
	s := sq.Select()
	for _, x := range resultColumns(d, outs) {
		s = s.Column(x)
	}
	value := valueOf(d, outs)
	rank := d.RowNumber(d.Ident(setColumn), d.Descending(d.Ident(countColumn)), value)
	s = s.Column(d.As(rank, rankColumn)).From(d.Ident("counts").String())
	return dialect.Built(s.Where(dialect.Or(isHistogram(d, outs), d.NotNull(value))))
}

// valueOf is the value of a row that counts a field's value.
func valueOf(d dialect.Dialect, outs []output) dialect.SQL {
	return d.Coalesce(append(identsOf(d, outs)[2:], d.Null(ecs.String))...)
}

func resultColumns(d dialect.Dialect, outs []output) []dialect.SQL {
	return append(append([]dialect.SQL{d.Ident(setColumn)}, identsOf(d, outs)...), d.Ident(countColumn))
}

// isHistogram holds for rows that count by source and day: all but the first two columns are missing from their set.
func isHistogram(d dialect.Dialect, outs []output) dialect.SQL {
	return d.Equal(d.Ident(setColumn), d.Int(histogramSet(len(outs))))
}

func histogramSet(columns int) int64 { return 1<<(columns-2) - 1 }

// valueSet is the number of the set that counts the values of the column at the position.
func valueSet(columns, position int) int64 { return 1<<columns - 1 - 1<<(columns-1-position) }

func identsOf(d dialect.Dialect, outs []output) []dialect.SQL {
	idents := make([]dialect.SQL, len(outs))
	for i, o := range outs {
		idents[i] = d.Ident(o.name)
	}
	return idents
}
