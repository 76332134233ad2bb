package dialect

import "strings"

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
}

// Create is the table's CREATE TABLE for people to read, laid out as Athena's SHOW CREATE TABLE does.
func (t HiveTable) Create() SQL {
	lines := append([]string{"CREATE EXTERNAL TABLE " + hiveIdent(t.Database+"."+t.Name) + "("}, hiveColumns(t.Columns)...)
	if len(t.Partitions) > 0 {
		lines = append(append(lines, "PARTITIONED BY ( "), hiveColumns(t.Partitions)...)
	}
	lines = append(lines, "STORED AS PARQUET")
	if t.Location != "" {
		lines = append(lines, "LOCATION", "  "+hiveText(t.Location))
	}
	return SQL{strings.Join(lines, "\n")}
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
