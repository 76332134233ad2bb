package dialect

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hindcast/hindcast/lake/ecs"
)

// What follows is DuckDB's alone: the engine's settings, and the views by which a statement sees files as tables.

// Set sets one of DuckDB's options.
func Set(option, value string) SQL { return SQL{"SET " + option + " = " + quote(value)} }

// Switch turns one of DuckDB's options on or off.
func Switch(option string, on bool) SQL { return SQL{"SET " + option + " = " + strconv.FormatBool(on)} }

// PathColumn is what Athena calls the place of a row's file.
const PathColumn = "$path"

// ReadParquet reads files of one schema as one relation. The day is a part of their paths.
func ReadParquet(paths []string) SQL {
	return SQL{"read_parquet([" + quoteAll(literalPaths(paths)) + "], hive_partitioning = true, hive_types_autocast = false)"}
}

// Schemas gives each file's path with a text that is the same for files of the same schema.
func Schemas(paths []string) SQL {
	return SQL{"SELECT file_name, CAST(list_sort(list(concat_ws(' ', name, type, converted_type, logical_type, repetition_type)))" +
		" AS VARCHAR) FROM parquet_schema([" + quoteAll(literalPaths(paths)) + "]) GROUP BY file_name"}
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
	Name string
	Type ecs.Type
	Key  bool // a part of the files' paths
	Path Path // of a column that says where files are
}

// Path makes URIs of the paths of files on this machine.
type Path struct {
	Root string // the folder that all are below
	URI  string // that of the folder, with a slash at its end
}

// Part is the files of a view that have one schema.
type Part struct {
	Relation SQL
	Stored   map[string]string // the columns' types in the files, as DuckDB calls them
}

// View is a temporary view over files.
type View struct {
	Name    string
	Columns []ViewColumn
	Parts   []Part // none makes it empty
	// From and To leave out rows by the timestamp as it is stored, which, unlike a converted one, DuckDB compares with
	// the statistics of row groups. Both are zero, or none.
	From, To time.Time
}

// Create makes the view.
func (v View) Create() SQL {
	selects := make([]SQL, len(v.Parts))
	for i, p := range v.Parts {
		selects[i] = v.part(p)
	}
	if len(selects) == 0 {
		selects = []SQL{{v.columns(nil) + " WHERE false"}}
	}
	return SQL{"CREATE TEMP VIEW " + ident(v.Name) + " AS " + join(selects, " UNION ALL ")}
}

func (v View) part(p Part) SQL {
	text := v.columns(p.Stored) + " FROM " + p.Relation.text + " AS " + ident("files")
	stored := p.Stored["timestamp"]
	if stored == "" || v.From.IsZero() {
		return SQL{text}
	}
	d := DuckDB()
	at := d.Of("files", "timestamp")
	return SQL{text + " WHERE " + And(d.AtLeast(at, literalAs(stored, v.From)), d.Less(at, literalAs(stored, v.To))).text}
}

func (v View) columns(stored map[string]string) string {
	d := DuckDB()
	columns := make([]SQL, len(v.Columns))
	for i, c := range v.Columns {
		columns[i] = d.As(c.expression(d, stored), c.Name)
	}
	return "SELECT " + join(columns, ", ")
}

// pathOfFile is DuckDB's column of the paths of files, which every relation of files has and no table of ours. Its option to
// have it by another name makes count(*) of what a condition on that leaves an internal error in DuckDB 1.5.
const pathOfFile = "filename"

// expression gives the column in the catalog's type, of files that have columns of such types.
func (c ViewColumn) expression(d Dialect, types map[string]string) SQL {
	stored := types[c.Name]
	switch {
	case len(types) > 0 && c.Path.URI != "":
		after := strconv.Itoa(utf8.RuneCountInString(c.Path.Root) + 2) // the first character is 1, and a slash follows
		return SQL{quote(c.Path.URI) + " || substr(" + d.Of("files", pathOfFile).text + ", " + after + ")"}
	case stored == "":
		return d.Null(c.Type)
	case c.Key:
		// DuckDB 1.5 answers max() of a bare key from statistics that it does not have, which is an internal error. As
		// an expression it still decides which files are opened.
		return SQL{d.Of("files", c.Name).text + " || ''"}
	case stored == d.types[c.Type]:
		return d.Of("files", c.Name)
	}
	return SQL{"CAST(" + d.Of("files", c.Name).text + " AS " + d.types[c.Type] + ")"}
}

// literalAs is a time in the type that is stored.
func literalAs(stored string, t time.Time) SQL {
	if stored == "TIMESTAMP WITH TIME ZONE" {
		return SQL{"TIMESTAMPTZ " + quote(t.UTC().Format("2006-01-02 15:04:05.000+00"))}
	}
	return DuckDB().Time(t)
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
