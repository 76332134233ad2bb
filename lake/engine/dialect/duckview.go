package dialect

import (
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
)

// What follows is DuckDB's alone: the engine's settings, and the views by which a statement sees files as tables.

// Set sets one of DuckDB's options.
func Set(option, value string) SQL { return SQL{"SET " + option + " = " + quote(value)} }

// Switch turns one of DuckDB's options on or off.
func Switch(option string, on bool) SQL { return SQL{"SET " + option + " = " + strconv.FormatBool(on)} }

// ReadParquet reads files as one relation. The day is a part of their paths.
func ReadParquet(paths []string) SQL {
	return SQL{"read_parquet([" + quoteAll(literalPaths(paths)) + "], hive_partitioning = true, hive_types_autocast = false, union_by_name = true)"}
}

// AllowPaths lets these files be read when no others may. A path is asked for as a pattern, and opened as a path.
func AllowPaths(paths []string) SQL {
	return SQL{"SET allowed_paths = [" + quoteAll(append(literalPaths(paths), paths...)) + "]"}
}

func literalPaths(paths []string) []string {
	patterns := make([]string, len(paths))
	for i, p := range paths {
		patterns[i] = globs.Replace(p)
	}
	return patterns
}

// globs keeps DuckDB from taking characters of a path for a pattern.
var globs = strings.NewReplacer("[", "[[]", "*", "[*]", "?", "[?]")

// Describe lists the columns of a relation with their types.
func Describe(relation SQL) SQL { return SQL{"DESCRIBE SELECT * FROM " + relation.text} }

// ViewColumn is a column of a view over files.
type ViewColumn struct {
	Name   string
	Type   ecs.Type
	Stored string // its type in the files as DuckDB calls it; empty when no file has it
	Key    bool   // a part of the files' paths
}

// View is a temporary view.
type View struct {
	Name     string
	Columns  []ViewColumn
	Relation SQL // empty when there are no files
	// From and To leave out rows by the timestamp as it is stored, which, unlike a converted one, DuckDB compares with
	// the statistics of row groups. Both are zero, or none.
	From, To time.Time
}

// Create makes the view.
func (v View) Create() SQL {
	d := DuckDB()
	var columns, conditions []SQL
	for _, c := range v.Columns {
		columns = append(columns, d.As(c.expression(d), c.Name))
		if c.Type == ecs.Time && c.Name == "timestamp" && c.Stored != "" && !v.From.IsZero() {
			conditions = append(conditions, d.AtLeast(d.Of("files", c.Name), c.literal(d, v.From)),
				d.Less(d.Of("files", c.Name), c.literal(d, v.To)))
		}
	}
	text := "CREATE TEMP VIEW " + ident(v.Name) + " AS SELECT " + join(columns, ", ")
	if v.Relation.Empty() {
		return SQL{text + " WHERE false"}
	}
	text += " FROM " + v.Relation.text + " AS " + ident("files")
	if len(conditions) > 0 {
		text += " WHERE " + And(conditions...).text
	}
	return SQL{text}
}

// expression gives the column in the catalog's type.
func (c ViewColumn) expression(d Dialect) SQL {
	switch {
	case c.Stored == "":
		return d.Null(c.Type)
	case c.Key:
		// DuckDB 1.5 answers max() of a bare key from statistics that it does not have, which is an internal error. As
		// an expression it still decides which files are opened.
		return SQL{d.Of("files", c.Name).text + " || ''"}
	case c.Stored == d.types[c.Type]:
		return d.Of("files", c.Name)
	}
	return SQL{"CAST(" + d.Of("files", c.Name).text + " AS " + d.types[c.Type] + ")"}
}

// literal is a time in the type that is stored.
func (c ViewColumn) literal(d Dialect, t time.Time) SQL {
	if c.Stored == "TIMESTAMP WITH TIME ZONE" {
		return SQL{"TIMESTAMPTZ " + quote(t.UTC().Format("2006-01-02 15:04:05.000+00"))}
	}
	return d.Time(t)
}

// Limited is at most n rows of a query of a user's, whose text has passed the check of package usersql. The line breaks
// end a comment at its end.
func Limited(checked string, n int) SQL {
	return SQL{"SELECT * FROM (\n" + checked + "\n) AS " + ident("result") + " LIMIT " + strconv.Itoa(n)}
}

// CountReads makes DuckDB note every read of a file. Its own metric of bytes leaves out what its threads read ahead.
func CountReads() SQL { return SQL{"CALL enable_logging('FileSystem')"} }

// BytesRead sums up the reads that were noted.
func BytesRead() SQL {
	return SQL{"SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM duckdb_logs_parsed('FileSystem') WHERE op = 'READ'"}
}

// Serialize parses a statement, which is but a literal here, into JSON.
func Serialize(sql string) SQL {
	return SQL{"SELECT CAST(json_serialize_sql(" + quote(sql) + ") AS VARCHAR)"}
}

// ColumnBytes sums up the compressed bytes of each column of the files, from their footers.
func ColumnBytes(paths []string) SQL {
	return SQL{"SELECT split_part(path_in_schema, ', ', 1) AS name, CAST(sum(total_compressed_size) AS BIGINT) AS bytes" +
		" FROM parquet_metadata([" + quoteAll(literalPaths(paths)) + "]) GROUP BY ALL"}
}
