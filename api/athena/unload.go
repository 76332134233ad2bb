package athena

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hindcast/hindcast/api/athena/cell"
	"github.com/hindcast/hindcast/catalog/awsjson"
	"github.com/hindcast/hindcast/lake/engine"
)

// userError makes what an API call would refuse the failure of a statement.
func userError(err error) error {
	var e *awsjson.Error
	if errors.As(err, &e) {
		return UserFailure(e.Message)
	}
	return err
}

func userFailure(format string, args ...any) error {
	return UserFailure(fmt.Sprintf(format, args...))
}

// exportOf reads the settings of UNLOAD and CREATE TABLE AS. A setting that is not served is refused by its name.
func exportOf(st statement, formatDefault string) (engine.Export, error) {
	e := engine.Export{Format: formatDefault}
	for name, value := range st.settings {
		switch name {
		case "format":
			e.Format = strings.ToLower(value)
		case "compression", "write_compression", "parquet_compression":
			e.Compression = strings.ToLower(value)
		case "field_delimiter":
			e.Delimiter = value
		case "external_location", "table_type", "is_external":
		default:
			return e, userFailure("INVALID_TABLE_PROPERTY: %s is not supported here", name)
		}
	}
	for name, values := range st.lists {
		if name != "partitioned_by" {
			return e, userFailure("INVALID_TABLE_PROPERTY: %s is not supported here", name)
		}
		e.PartitionBy = values
	}
	if e.Format == "textfile" {
		e.Format = "csv"
		if e.Delimiter == "" {
			e.Delimiter = "\x01"
		}
	}
	if !slices.Contains([]string{"parquet", "csv", "json"}, e.Format) {
		return e, userFailure("format %s is not supported here: PARQUET, TEXTFILE and JSON are", strings.ToUpper(e.Format))
	}
	return e, nil
}

// unload writes a query's rows to files below a location that must be empty.
func (s *Service) unload(ctx context.Context, rec record, st statement, planned func()) (result, error) {
	e, err := exportOf(st, "")
	if err != nil {
		return result{}, err
	}
	at, err := parseLocation(st.to)
	if err != nil {
		return result{}, userFailure("the location of UNLOAD: %v", err)
	}
	out, _, err := s.export(ctx, rec, st.asQuery(), at, e, planned)
	return out, err
}

// export writes a query's rows below a location, and the list of files beside the execution's object.
func (s *Service) export(ctx context.Context, rec record, q Query, at location, e engine.Export, planned func()) (result, []typed, error) {
	prefix := strings.TrimSuffix(at.key, "/")
	if prefix == "" {
		return result{}, nil, userFailure("the location %s has no prefix below its bucket", at)
	}
	at.key = prefix + "/"
	plan, err := s.plan(ctx, q)
	if err != nil {
		return result{}, nil, err
	}
	if err := writable(plan.Columns); err != nil {
		return result{}, nil, err
	}
	planned()
	if err := s.claim(at); err != nil {
		return result{}, nil, err
	}
	defer s.release(at)
	if err := s.checkEmpty(ctx, at); err != nil {
		return result{}, nil, err
	}
	e.Dir = s.o.Objects.Path(at.object())
	done, err := s.o.Engine.Export(ctx, plan.Statement, e)
	if err != nil {
		return result{Scanned: done.Stats.BytesRead}, nil, err
	}
	files := make([]string, len(done.Files))
	for i, f := range done.Files {
		files[i] = at.join(f).String()
	}
	out := result{Scanned: done.Stats.BytesRead, Read: reads(plan.Statement), Rows: done.Rows, Updated: done.Rows}
	out.Manifest, err = s.writeManifest(ctx, rec, files)
	return out, columnsOfExport(plan, done), err
}

// unwritable are types that Hive's formats have not. Rows could be written, but not with the names of their fields.
var unwritable = []string{"time", "time with time zone", "timestamp with time zone", "json", "ipaddress", "uuid", "unknown", "row"}

// writable refuses columns that no file can hold as they are.
func writable(columns []Column) error {
	for _, c := range columns {
		t, err := c.typ()
		if err != nil {
			return err
		}
		if bad, there := t.Find(unwritable); there {
			return userFailure("NOT_SUPPORTED: column %s: the type %s cannot be written to files here", c.Name, bad)
		}
	}
	return nil
}

// claim keeps two statements from writing to one location, or one below the other: what fails takes all of its own back.
func (s *Service) claim(at location) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for other := range s.writing {
		if strings.HasPrefix(at.object(), other.object()) || strings.HasPrefix(other.object(), at.object()) {
			return userFailure("HIVE_PATH_ALREADY_EXISTS: Target directory for table already exists: %s (another statement writes to %s)", at, other)
		}
	}
	s.writing[at] = true
	return nil
}

func (s *Service) release(at location) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.writing, at)
}

// checkEmpty refuses a location that has objects, as Athena does: HIVE_PATH_ALREADY_EXISTS.
func (s *Service) checkEmpty(ctx context.Context, at location) error {
	for o, err := range s.o.Objects.List(ctx, at.object()) {
		if err != nil {
			return err
		}
		return userFailure("HIVE_PATH_ALREADY_EXISTS: Target directory for table already exists: %s (there is s3://%s)", at, o.Key)
	}
	return nil
}

func (s *Service) writeManifest(ctx context.Context, rec record, files []string) (string, error) {
	own, err := parseLocation(rec.Output)
	if err != nil {
		return "", err
	}
	own.key += manifestSuffix
	_, err = s.o.Objects.Put(ctx, own.object(), strings.NewReader(strings.Join(append(files, ""), "\n")))
	return own.String(), err
}

// typed is a column of what was written.
type typed struct {
	name string
	typ  cell.Type
}

func columnsOfExport(plan Plan, done engine.Exported) []typed {
	columns := make([]typed, len(done.Columns))
	for i, c := range done.Columns {
		columns[i] = typed{c.Name, cell.FromDuckDB(c.Type)}
		if i >= len(plan.Columns) {
			continue
		}
		columns[i].name = plan.Columns[i].Name
		if t, err := plan.Columns[i].typ(); err == nil {
			columns[i].typ = t
		}
	}
	return columns
}

// createAs keeps a query's rows as files, and a table's description of them for the catalog's clients. The table can be
// read by its files; queries do not see it.
func (s *Service) createAs(ctx context.Context, rec record, st statement, planned func()) (result, error) {
	e, err := exportOf(st, "parquet")
	if err != nil {
		return result{}, err
	}
	if _, err := s.table(ctx, st.name); err == nil {
		return result{}, userFailure("TABLE_ALREADY_EXISTS: line 1:1: Destination table '%s.%s.%s' already exists", strings.ToLower(CatalogName), s.o.Database, st.name)
	}
	at, err := parseLocation(st.settings["external_location"])
	if st.settings["external_location"] == "" {
		at, err = parseLocation(folder(rec.Output))
		at = at.join("tables/" + rec.ID)
	}
	if err != nil {
		return result{}, userFailure("external_location: %v", err)
	}
	out, columns, err := s.export(ctx, rec, st.asQuery(), at, e, planned)
	if err != nil {
		return out, err
	}
	made := madeTable{Name: st.name, Location: strings.TrimSuffix(at.String(), "/") + "/", Created: s.o.Now()}
	for _, c := range columns {
		if !slices.Contains(e.PartitionBy, c.name) {
			made.Columns = append(made.Columns, hiveColumn{Name: c.name, Type: hiveType(c.typ)})
		}
	}
	return out, s.change(ctx, func(r *registry) error {
		r.Made[st.name] = made
		return nil
	})
}

// hiveType is Hive's name of one of Trino's types.
func hiveType(t cell.Type) string {
	var of []string
	for i, f := range t.Of {
		text := hiveType(f.Type)
		if t.Name == "row" {
			text = cmp.Or(f.Name, "field"+strconv.Itoa(i)) + ":" + text
		}
		of = append(of, text)
	}
	switch t.Name {
	case "varchar", "json", "uuid":
		return "string"
	case "integer":
		return "int"
	case "real":
		return "float"
	case "varbinary":
		return "binary"
	case "array", "map":
		return t.Name + "<" + strings.Join(of, ",") + ">"
	case "row":
		return "struct<" + strings.Join(of, ",") + ">"
	case "decimal":
		return strings.ReplaceAll(t.String(), " ", "")
	}
	name, _, _ := strings.Cut(t.Name, " ")
	return name
}

// dropTable forgets a table that CREATE TABLE AS made. Its files stay, as those of an external table do.
func (s *Service) dropTable(ctx context.Context, st statement) error {
	there, err := s.forget(ctx, st.name)
	if err != nil || there {
		return err
	}
	if _, err := s.table(ctx, st.name); err == nil {
		return userFailure("%s is a table of the lake, which is not dropped here", st.name)
	}
	if st.ifExists {
		return nil
	}
	return userFailure("FAILED: SemanticException [Error 10001]: Table not found %s", st.name)
}
