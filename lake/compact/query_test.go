package compact_test

import (
	"context"
	"database/sql"
	"strings"
	"sync"

	"github.com/hindcast/hindcast/catalog"
)

// list is files as a list of DuckDB's.
func (l *testLake) list(files []catalog.File) string {
	quoted := make([]string, len(files))
	for i, f := range files {
		quoted[i] = "'" + strings.ReplaceAll(l.files.Path(f.Path), "'", "''") + "'"
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// from is a table's files for a query, all of whose columns there are; empty when there are none.
func (l *testLake) from(name string) string {
	l.Helper()
	files, err := l.store.Files(context.WithoutCancel(l.Context()), catalog.FileQuery{Tables: []string{name}})
	if err != nil {
		l.Fatal(err)
	}
	if len(files) == 0 {
		return ""
	}
	return " FROM read_parquet(" + l.list(files) + ", union_by_name=true, hive_partitioning=true) t "
}

// table reads columns of a table's rows, sorted by them.
func (l *testLake) table(name, columns string) [][]any {
	l.Helper()
	from := l.from(name)
	if from == "" {
		return nil
	}
	return l.query("SELECT " + columns + from + "ORDER BY ALL")
}

// whole is the columns that tell rows apart; events leaves out which of several equal records a row was made from, and
// timeless also when its batch was planned.
const (
	whole  = "CAST(to_json(t) AS VARCHAR)"
	events = "CAST(to_json(struct_pack(a := COLUMNS(t.* EXCLUDE (log_file_path, log_offset)))) AS VARCHAR)"

	timeless = "CAST(to_json(struct_pack(a := COLUMNS(t.* EXCLUDE (log_file_path, log_offset, event_ingested)))) AS VARCHAR)"
)

// rows are tables as text, sorted: equal texts are equal lakes, however their rows are divided into files.
func (l *testLake) rows(columns string) map[string][]string {
	l.Helper()
	tables, err := l.store.Tables(context.WithoutCancel(l.Context()))
	if err != nil {
		l.Fatal(err)
	}
	all := map[string][]string{}
	for _, t := range tables {
		for _, r := range l.table(t.Name, columns) {
			all[t.Name] = append(all[t.Name], r[0].(string))
		}
	}
	return all
}

var duck = sync.OnceValues(func() (*sql.DB, error) { return sql.Open("duckdb", "") })

func (l *testLake) query(text string) (all [][]any) {
	l.Helper()
	db, err := duck()
	if err != nil {
		l.Fatal(err)
	}
	rows, err := db.QueryContext(context.WithoutCancel(l.Context()), text)
	if err != nil {
		l.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		l.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			l.Fatal(err)
		}
		all = append(all, values)
	}
	if err := rows.Err(); err != nil {
		l.Fatal(err)
	}
	return all
}

// objects are the ledger's entries of all raw objects, by key.
func (l *testLake) objects() map[string]catalog.ObjectResult {
	l.Helper()
	ctx := context.WithoutCancel(l.Context())
	var keys []string
	for o, err := range l.raw.List(ctx, "") {
		if err != nil {
			l.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	seen, err := l.store.Seen(ctx, keys)
	if err != nil {
		l.Fatal(err)
	}
	return seen
}

// counts are what became of the records of one object.
func (l *testLake) counts(key string) catalog.Counts {
	l.Helper()
	o, ok := l.objects()[key]
	if !ok {
		l.Fatalf("the ledger does not know %s", key)
	}
	return o.Counts
}
