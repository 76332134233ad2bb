package cell

// Info is what Athena says of a column of a result; see ColumnInfo in its API.
type Info struct {
	CatalogName   string
	SchemaName    string
	TableName     string
	Name          string
	Label         string
	Type          string
	Precision     int
	Scale         int
	Nullable      string
	CaseSensitive bool
}

// precisions are what Athena says of types that have no parameters, in digits, characters or bytes.
var precisions = map[string]int{
	"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "float": 17, "double": 17,
	"varchar": 1<<31 - 1, "varbinary": 1 << 30, "timestamp": 3, "timestamp with time zone": 3, "time": 3, "time with time zone": 3,
}

// Column describes a column of a query's result.
func Column(name string, t Type) Info {
	i := Info{CatalogName: "hive", Name: name, Label: name, Type: t.Name, Nullable: "UNKNOWN"}
	if t.Name == "real" {
		i.Type = "float"
	}
	i.Precision = precisions[i.Type]
	if len(t.Params) > 0 && i.Type != "timestamp" && i.Type != "timestamp with time zone" {
		i.Precision = t.Params[0]
	}
	if len(t.Params) > 1 {
		i.Scale = t.Params[1]
	}
	i.CaseSensitive = t.Name == "varchar" || t.Name == "char"
	return i
}

// Text describes a column of a statement that is no query: SHOW TABLES and the like.
func Text(name string) Info {
	return Info{CatalogName: "hive", Name: name, Label: name, Type: "string", Nullable: "UNKNOWN"}
}
