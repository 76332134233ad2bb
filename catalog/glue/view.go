package glue

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/hindcast/hindcast/lake/ecs"
)

// View is a SELECT over the database's tables.
type View struct {
	Name    string
	SQL     string // in Athena's dialect; tables are named without their database
	Columns []ViewColumn
}

// ViewColumn is a column of a view.
type ViewColumn struct {
	Name string
	Type ecs.Type
	Doc  string
}

// What Glue says of each view, as Athena's CREATE VIEW leaves it. It has no description, which Trino takes in place of the
// comment by which a view of its own is known, and an owner, without whom Trino refuses it.
const (
	ViewType     = "VIRTUAL_VIEW"
	ViewOwner    = "hadoop"
	ViewExpanded = "/* Presto View */"
)

// AthenaCatalog is what Athena calls Glue in a statement.
const AthenaCatalog = "awsdatacatalog"

// ViewParameters are those of each view.
func ViewParameters() map[string]string {
	return map[string]string{"presto_view": "true", "comment": viewComment}
}

// MaxView is how many bytes a view's text may have in Glue: https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html.
const MaxView = 409600

// The text of a view as Athena's CREATE VIEW leaves it: JSON in base64 in a comment. Trino reads it likewise, see
// ViewReaderUtil.PrestoViewReader in its Hive connector.
const (
	viewPrefix  = "/* Presto View: "
	viewSuffix  = " */"
	viewComment = "Presto View"
)

type prestoView struct {
	OriginalSQL string         `json:"originalSql"`
	Catalog     string         `json:"catalog"`
	Schema      string         `json:"schema"`
	Columns     []prestoColumn `json:"columns"`
}

type prestoColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Text is what Glue keeps of the view. Its tables are in the catalog's database.
func (v View) Text(catalog, database string) (string, error) {
	p := prestoView{OriginalSQL: v.SQL, Catalog: catalog, Schema: database}
	for _, c := range v.Columns {
		p.Columns = append(p.Columns, prestoColumn{c.Name, prestoType(c.Type)})
	}
	data, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("view %s: %w", v.Name, err)
	}
	text := viewPrefix + base64.StdEncoding.EncodeToString(data) + viewSuffix
	if len(text) > MaxView {
		return "", fmt.Errorf("view %s: its text has %d bytes, more than %d: %w", v.Name, len(text), MaxView, ErrInvalid)
	}
	return text, nil
}

// prestoType is a type as Trino calls it. Glue's columns have Hive's names.
func prestoType(t ecs.Type) string {
	switch t {
	case ecs.String:
		return "varchar"
	case ecs.Strings:
		return "array(varchar)"
	default:
		return t.Athena()
	}
}

// CompareView says what a view lacks. ErrForeign for a table, or a view of somebody else's, of that name.
func (c *Catalog) CompareView(ctx context.Context, v View) (Evolution, error) {
	in, err := c.defineView(v)
	if err != nil {
		return Evolution{}, err
	}
	have, err := c.get(ctx, v.Name)
	if errors.Is(err, ErrNotFound) {
		return Evolution{Create: true, Changes: []string{"the view is not there"}, input: in}, nil
	}
	if err != nil {
		return Evolution{}, err
	}
	version, err := schemaVersion(have)
	switch {
	case err == nil && value(have.TableType) != ViewType:
		err = fmt.Errorf("it is a table: %w", ErrForeign)
	case err == nil && version > c.format.Version:
		err = fmt.Errorf("it is of schema version %d, this program knows versions up to %d: %w", version, c.format.Version, ErrNewer)
	}
	if err != nil {
		return Evolution{}, fmt.Errorf("view %s.%s: %w", c.Database, v.Name, err)
	}
	e := Evolution{input: in, version: have.VersionId}
	if value(have.ViewOriginalText) != *in.ViewOriginalText {
		e.change("its SELECT is another%s", viewChange(value(have.ViewOriginalText), v))
	}
	if have.StorageDescriptor == nil || !slices.EqualFunc(have.StorageDescriptor.Columns, in.StorageDescriptor.Columns, sameColumn) {
		e.change("its columns are others")
	}
	for _, k := range changed(have.Parameters, in.Parameters) {
		e.change("parameter %s is %q instead of %q", k, have.Parameters[k], in.Parameters[k])
	}
	return e, nil
}

func sameColumn(a, b types.Column) bool {
	return value(a.Name) == value(b.Name) && sameType(value(a.Type), value(b.Type)) && value(a.Comment) == value(b.Comment)
}

// viewChange says which columns a view gains or loses, if it does.
func viewChange(text string, want View) (says string) {
	have, err := ReadView(text)
	if err != nil {
		return ""
	}
	had := map[string]bool{}
	for _, c := range have {
		had[c] = true
	}
	for _, c := range want.Columns {
		if !had[c.Name] {
			says += ", with column " + c.Name
		}
		delete(had, c.Name)
	}
	for _, c := range have {
		if had[c] {
			says += ", without column " + c
		}
	}
	return says
}

// ReadView reads the names of a view's columns from its text.
func ReadView(text string) (columns []string, err error) {
	v, err := readView(text)
	for _, c := range v.Columns {
		columns = append(columns, c.Name)
	}
	return columns, err
}

func readView(text string) (v prestoView, err error) {
	encoded, ok := strings.CutPrefix(text, viewPrefix)
	encoded, closed := strings.CutSuffix(encoded, viewSuffix)
	if !ok || !closed {
		return v, fmt.Errorf("a view's text begins with %q: %w", viewPrefix, ErrInvalid)
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	if err != nil {
		return prestoView{}, fmt.Errorf("a view's text: %w: %w", ErrInvalid, err)
	}
	return v, nil
}

// EnsureView creates a view, or replaces its SELECT. It answers what was done.
func (c *Catalog) EnsureView(ctx context.Context, v View) (Evolution, error) {
	return c.ensure(ctx, func() (Evolution, error) { return c.CompareView(ctx, v) })
}

func (c *Catalog) defineView(v View) (*types.TableInput, error) {
	text, err := v.Text(AthenaCatalog, c.Database)
	if err != nil {
		return nil, err
	}
	columns := make([]types.Column, len(v.Columns))
	for i, col := range v.Columns {
		columns[i] = types.Column{Name: aws.String(col.Name), Type: aws.String(col.Type.Athena())}
		if doc := comment(col.Doc); doc != "" {
			columns[i].Comment = &doc
		}
	}
	parameters := ViewParameters()
	parameters[paramSchema] = strconv.Itoa(c.format.Version)
	return &types.TableInput{
		Name: &v.Name, Owner: aws.String(ViewOwner), TableType: aws.String(ViewType), PartitionKeys: []types.Column{},
		ViewOriginalText: &text, ViewExpandedText: aws.String(ViewExpanded), Parameters: parameters,
		StorageDescriptor: &types.StorageDescriptor{Columns: columns, Location: aws.String(""), InputFormat: aws.String(""),
			OutputFormat: aws.String(""), SerdeInfo: &types.SerDeInfo{}},
	}, nil
}
