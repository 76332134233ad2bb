package dialect

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
)

// AthenaMaxBytes is the longest statement that Athena takes.
const AthenaMaxBytes = 262144

// Athena is the SQL of Athena's engine version 3, which is Trino's.
func Athena() Dialect {
	return Dialect{
		name: "athena",
		types: map[ecs.Type]string{
			ecs.String: "varchar", ecs.Int: "bigint", ecs.Float: "double",
			ecs.Bool: "boolean", ecs.Time: "timestamp(3)", ecs.Strings: "array(varchar)",
		},
		listHas:  func(list, value string) string { return "contains(" + list + ", " + value + ")" },
		overlaps: func(list, values string) string { return "arrays_overlap(" + list + ", " + values + ")" },
		anyMatch: func(list, element, condition string) string {
			return "any_match(" + list + ", " + element + " -> " + condition + ")"
		},
		within:    athenaWithin,
		lookup:    athenaLookup,
		found:     athenaFound,
		listFound: athenaListFound,
		members: func(x, name string) string {
			return "CROSS JOIN UNNEST(CAST(json_parse(" + x + ") AS MAP(varchar, json))) AS " + ident(name) + ` ("key", "value")`
		},
		jsonText: func(x string) string { return "json_format(" + x + ")" },
		listText: func(x string) string { return "json_format(CAST(" + x + " AS JSON))" },
		joins:    true,
		names:    true,
	}
}

func athenaWithin(x string, p netip.Prefix) string {
	return "contains(" + quote(p.String()) + ", TRY_CAST(" + x + " AS IPADDRESS))"
}

// athenaLookup has one row with the values as a map's keys, which Trino finds by hash. Subqueries may not stand in a
// lambda, and an array literal of that size is refused.
func athenaLookup(name string, values []string) string {
	return ident(name) + ` AS (SELECT map_agg(CAST("value" AS varchar), true) AS "values" FROM (VALUES ` +
		rowsOf(values) + `) AS "v" ("value"))`
}

func athenaFound(x, name string) string { return "element_at(" + ident(name) + `."values", ` + x + ")" }

func athenaListFound(list, name string) string {
	return "any_match(" + list + ", x -> " + athenaFound("x", name) + ")"
}

func rowsOf(values []string) string {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + quote(v) + ")")
	}
	return b.String()
}

// Remarked is a statement with a comment at its end, which must be one line. The statement has passed a check, or was made here.
func Remarked(checked, remark string) SQL {
	return SQL{checked + "\n-- " + strings.ReplaceAll(remark, "\n", " ")}
}

// MaxPaths is how many files a statement names at most: Trino makes a range of more than so many values.
const MaxPaths = 100

// Unload is the rows of a day of a table as Parquet files below a place.
type Unload struct {
	Table, Day string
	Columns    []string
	To         string      // a URI that ends in a slash; nothing may be there
	Cuts       []time.Time // where one part of the day ends and the next begins, at most 99 of them, ascending
}

// UnloadPart is how the files' folders are named for the part of the day that they hold.
const UnloadPart = "unload_part"

// MaxCuts is into how many parts a day can be divided, less one: https://docs.aws.amazon.com/athena/latest/ug/unload.html
const MaxCuts = 99

// Statement writes the files, each sorted by time. They are not sorted relative to each other, but for the parts.
//
// That files are sorted as the query says is documented of UNLOAD. Trino, though, takes an ORDER BY for nothing where rows
// are only written, and so it may be here: the rows of a part come sorted out of a window in any case.
func (u Unload) Statement() SQL {
	d := Athena()
	columns := make([]SQL, len(u.Columns), len(u.Columns)+1)
	for i, c := range u.Columns {
		columns[i] = d.Ident(c)
	}
	at, part, row := d.Ident("timestamp"), d.Ident(UnloadPart), d.Ident("unload_row")
	all := join(append(columns, part), ", ")
	day := "SELECT " + join(append(columns, d.As(u.part(at), UnloadPart)), ", ") + " FROM " + ident(u.Table) + " WHERE " + d.Equal(d.Ident("day"), d.Text(u.Day)).text
	sorted := "SELECT " + all + ", " + d.RowNumber(part, at).text + " AS " + row.text + " FROM (" + day + ")"
	query := "SELECT " + all + " FROM (" + sorted + ") WHERE " + d.AtLeast(row, d.Int(1)).text + " ORDER BY " + at.text
	return SQL{"UNLOAD (" + query + ") TO " + quote(u.To) +
		" WITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY[" + quote(UnloadPart) + "])"}
}

// part is the name of the part that a time is of.
func (u Unload) part(at SQL) SQL {
	last := quote(partName(len(u.Cuts)))
	if len(u.Cuts) == 0 {
		return SQL{last}
	}
	text := "CASE"
	for i, cut := range u.Cuts {
		text += " WHEN " + Athena().Less(at, Athena().Time(cut)).text + " THEN " + quote(partName(i))
	}
	return SQL{text + " ELSE " + last + " END"}
}

func partName(i int) string { return fmt.Sprintf("%02d", i) }
