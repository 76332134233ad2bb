package dialect

import (
	"maps"
	"slices"
	"strings"
)

// HiveColumn is a column as Hive's DDL describes it.
type HiveColumn struct {
	Name    string
	Type    string // as Hive writes it: array<string>
	Comment string
}

// HiveTable is a table as Hive's DDL describes it.
type HiveTable struct {
	Database   string
	Name       string
	Columns    []HiveColumn
	Partitions []HiveColumn
	Location   string // none if empty

	Comment         string
	Serde           string // none if empty: the one for Parquet
	SerdeParameters map[string]string
	Input, Output   string // formats, beside a Serde
	Parameters      map[string]string
}

// Create is the table's CREATE TABLE for people to read, laid out as Athena's SHOW CREATE TABLE does.
func (t HiveTable) Create() SQL {
	lines := append([]string{"CREATE EXTERNAL TABLE " + hiveIdent(t.Database+"."+t.Name) + "("}, hiveColumns(t.Columns)...)
	if t.Comment != "" {
		lines = append(lines, "COMMENT "+hiveText(t.Comment))
	}
	if len(t.Partitions) > 0 {
		lines = append(append(lines, "PARTITIONED BY ( "), hiveColumns(t.Partitions)...)
	}
	lines = append(lines, t.format()...)
	if t.Location != "" {
		lines = append(lines, "LOCATION", "  "+hiveText(t.Location))
	}
	if len(t.Parameters) > 0 {
		lines = append(lines, "TBLPROPERTIES ("+hivePairs(t.Parameters)+")")
	}
	return SQL{strings.Join(lines, "\n")}
}

// format says how files are read.
func (t HiveTable) format() []string {
	if t.Serde == "" {
		return []string{"STORED AS PARQUET"}
	}
	lines := []string{"ROW FORMAT SERDE", "  " + hiveText(t.Serde)}
	if len(t.SerdeParameters) > 0 {
		lines = append(lines, "WITH SERDEPROPERTIES ("+hivePairs(t.SerdeParameters)+")")
	}
	return append(lines, "STORED AS INPUTFORMAT", "  "+hiveText(t.Input), "OUTPUTFORMAT", "  "+hiveText(t.Output))
}

func hivePairs(p map[string]string) string {
	var b strings.Builder
	for i, k := range slices.Sorted(maps.Keys(p)) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n  " + hiveText(k) + "=" + hiveText(p[k]))
	}
	return b.String()
}

// CreateView is Athena's statement that makes a view of a SELECT, whose text is a catalog's.
func CreateView(name, query string) SQL {
	return SQL{"CREATE OR REPLACE VIEW " + ident(name) + " AS\n" + query}
}

func hiveColumns(columns []HiveColumn) []string {
	lines := make([]string, len(columns))
	for i, c := range columns {
		lines[i] = "  " + hiveIdent(c.Name) + " " + c.Type
		if c.Comment != "" {
			lines[i] += " COMMENT " + hiveText(strings.Join(strings.Fields(c.Comment), " "))
		}
		if i == len(columns)-1 {
			lines[i] += ")"
		} else {
			lines[i] += ", "
		}
	}
	return lines
}

func hiveIdent(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// hiveText is a literal of Hive's, which unlike SQL's has escapes.
func hiveText(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}
