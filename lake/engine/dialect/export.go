package dialect

// CopyOptions say how DuckDB writes rows to files.
type CopyOptions struct {
	To          string // a file, or the folder of all files if they are partitioned
	Format      string // parquet, csv or json
	Compression string // as DuckDB calls it
	Delimiter   string // of csv
	PartitionBy []string
}

// Copy writes the rows of a checked query, which stands in brackets, to files. The line breaks end a comment at its end.
func Copy(checked string, o CopyOptions) SQL {
	text := "COPY (\n" + checked + "\n) TO " + quote(o.To) + " (FORMAT " + ident(o.Format) + ", COMPRESSION " + quote(o.Compression)
	if o.Format == "csv" {
		text += ", HEADER false, DELIMITER " + quote(o.Delimiter)
	}
	if len(o.PartitionBy) > 0 {
		names := make([]SQL, len(o.PartitionBy))
		for i, n := range o.PartitionBy {
			names[i] = SQL{ident(n)}
		}
		text += ", PARTITION_BY (" + join(names, ", ") + ")"
	}
	return SQL{text + ")"}
}

// AllowFolder lets files below a folder be written when no others may.
func AllowFolder(dir string) SQL { return SQL{"SET allowed_directories = [" + quote(dir) + "]"} }

// DescribeQuery lists the columns of a checked query with their types.
func DescribeQuery(checked string) SQL { return SQL{"DESCRIBE (\n" + checked + "\n)"} }

// Explain gives DuckDB's plan of a checked query.
func Explain(checked string) SQL { return SQL{"EXPLAIN (\n" + checked + "\n)"} }
