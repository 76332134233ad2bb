package glue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/hindcast/hindcast/catalog"
)

// Evolution is what a table in Glue lacks of its definition.
type Evolution struct {
	Create  bool     // it is not there
	Changes []string // what differs, for people
	Anew    bool     // its partitions have to be shown anew: it is not there, of an older format, or of another place

	input   *types.TableInput
	version *string
}

// Needed tells whether something is to be done.
func (e Evolution) Needed() bool { return e.Create || len(e.Changes) > 0 }

// CompareTable says what a table lacks. ErrForeign for one of that name that is not ours; ErrNewer for one of a later
// format than is known; catalog.ErrTypeChanged, with what to do, for a column of another type.
func (c *Catalog) CompareTable(ctx context.Context, want catalog.Table) (Evolution, error) {
	have, err := c.get(ctx, want.Name)
	if errors.Is(err, ErrNotFound) {
		return Evolution{Create: true, Anew: true, Changes: []string{"the table is not there"}, input: c.define(want)}, nil
	}
	if err != nil {
		return Evolution{}, err
	}
	e, err := c.evolve(have, want)
	if errors.Is(err, catalog.ErrTypeChanged) {
		err = fmt.Errorf("%w: its data is in S3 and stays there, so drop the table (aws glue delete-table --database-name %s --name %s), "+
			"and then hindcast catalog sync makes it anew with all its days", err, c.Database, want.Name)
	}
	if err != nil {
		return e, fmt.Errorf("table %s.%s: %w", c.Database, want.Name, err)
	}
	return e, nil
}

// EnsureTable creates a table, or evolves it: new columns follow at the end, those that the definition lacks stay, types
// never change. It answers what was done. Beside the errors of [Catalog.CompareTable]: ErrConflict when others keep
// changing the table.
func (c *Catalog) EnsureTable(ctx context.Context, want catalog.Table) (Evolution, error) {
	return c.ensure(ctx, func() (Evolution, error) { return c.CompareTable(ctx, want) })
}

// ensure does what is to be done, until nobody comes in between.
func (c *Catalog) ensure(ctx context.Context, compare func() (Evolution, error)) (Evolution, error) {
	for n := 1; ; n++ {
		e, err := compare()
		if err != nil || !e.Needed() {
			return e, err
		}
		err = c.apply(ctx, e)
		if err == nil {
			return e, nil
		}
		// Somebody came first, or did so in our name and the answer was lost: look again.
		if n >= c.Tries || !errors.Is(err, ErrConflict) && !errors.Is(err, ErrExists) {
			return e, err
		}
		if err := c.pause(ctx, n); err != nil {
			return e, err
		}
	}
}

func (c *Catalog) apply(ctx context.Context, e Evolution) error {
	if e.Create {
		return c.try(ctx, "create table "+c.Database+"."+*e.input.Name, func(ctx context.Context) error {
			_, err := c.client.CreateTable(ctx, &glue.CreateTableInput{DatabaseName: &c.Database, TableInput: e.input})
			return err
		})
	}
	return c.try(ctx, "update table "+c.Database+"."+*e.input.Name, func(ctx context.Context) error {
		_, err := c.client.UpdateTable(ctx, &glue.UpdateTableInput{DatabaseName: &c.Database, TableInput: e.input,
			VersionId: e.version, SkipArchive: aws.Bool(true)})
		return err
	})
}

func (c *Catalog) get(ctx context.Context, name string) (*types.Table, error) {
	var out *glue.GetTableOutput
	err := c.try(ctx, "read table "+c.Database+"."+name, func(ctx context.Context) (err error) {
		out, err = c.client.GetTable(ctx, &glue.GetTableInput{DatabaseName: &c.Database, Name: &name})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out.Table, nil
}

// evolve plans how a table becomes what is wanted.
func (c *Catalog) evolve(have *types.Table, want catalog.Table) (Evolution, error) {
	version, err := schemaVersion(have)
	switch {
	case err != nil:
		return Evolution{}, err
	case version > c.format.Version:
		return Evolution{}, fmt.Errorf("it is of schema version %d, this program knows versions up to %d: %w", version, c.format.Version, ErrNewer)
	}
	in := c.define(want)
	if have.StorageDescriptor == nil || !sameKeys(have.PartitionKeys, in.PartitionKeys) {
		return Evolution{}, fmt.Errorf("its partition keys are not (%s): %w", keysText(in.PartitionKeys), ErrForeign)
	}
	e := Evolution{input: in, version: have.VersionId, Anew: version < c.format.Version}
	if e.Anew {
		e.Changes = append(e.Changes, fmt.Sprintf("it is of schema version %d, which becomes %d", version, c.format.Version))
	}
	if err := e.columns(have.StorageDescriptor.Columns); err != nil {
		return e, err
	}
	e.storage(have.StorageDescriptor)
	for _, k := range changed(have.Parameters, in.Parameters) {
		e.change("parameter %s is %q instead of %q", k, have.Parameters[k], in.Parameters[k])
	}
	if value(have.Description) != value(in.Description) {
		e.change("its description is another")
	}
	if value(have.TableType) != external {
		e.change("its type is %s", value(have.TableType))
	}
	in.Parameters = with(have.Parameters, in.Parameters)
	in.Owner, in.Retention = have.Owner, have.Retention
	return e, nil
}

func (e *Evolution) change(format string, args ...any) {
	e.Changes = append(e.Changes, fmt.Sprintf(format, args...))
}

// columns puts the wanted columns after those that are there.
func (e *Evolution) columns(have []types.Column) error {
	out := append([]types.Column(nil), have...)
	at := make(map[string]int, len(have))
	for i, c := range have {
		at[value(c.Name)] = i
	}
	for _, w := range e.input.StorageDescriptor.Columns {
		i, known := at[*w.Name]
		switch {
		case !known:
			e.change("column %s %s is missing", *w.Name, *w.Type)
			out = append(out, w)
		case !sameType(value(out[i].Type), *w.Type):
			return fmt.Errorf("column %s is of type %s there and %s here: %w", *w.Name, value(out[i].Type), *w.Type, catalog.ErrTypeChanged)
		case value(out[i].Comment) != value(w.Comment):
			e.change("the comment of column %s is another", *w.Name)
			out[i].Comment = w.Comment
		}
	}
	e.input.StorageDescriptor.Columns = out
	return nil
}

// storage compares how files are read. Another place needs other partitions too.
func (e *Evolution) storage(have *types.StorageDescriptor) {
	want := e.input.StorageDescriptor
	if value(have.Location) != *want.Location {
		e.change("it is at %s instead of %s", value(have.Location), *want.Location)
		e.Anew = true
	}
	serde := value(have.SerdeInfo)
	for _, d := range []struct {
		what       string
		have, want *string
	}{{"input format", have.InputFormat, want.InputFormat}, {"output format", have.OutputFormat, want.OutputFormat},
		{"SerDe", serde.SerializationLibrary, want.SerdeInfo.SerializationLibrary}} {
		if value(d.have) != *d.want {
			e.change("its %s is %s", d.what, value(d.have))
			e.Anew = true
		}
	}
	for _, k := range changed(serde.Parameters, want.SerdeInfo.Parameters) {
		e.change("parameter %s of its SerDe is %q", k, serde.Parameters[k])
	}
}

// schemaVersion is the version of our table's format.
func schemaVersion(t *types.Table) (int, error) {
	text, ours := t.Parameters[paramSchema]
	if !ours {
		return 0, fmt.Errorf("it has no parameter %s: %w", paramSchema, ErrForeign)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("its parameter %s is %q: %w", paramSchema, text, ErrForeign)
	}
	return n, nil
}

func sameKeys(a, b []types.Column) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if value(a[i].Name) != value(b[i].Name) || !sameType(value(a[i].Type), value(b[i].Type)) {
			return false
		}
	}
	return true
}

// sameType compares types as Hive reads them.
func sameType(a, b string) bool {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
	return plain(a) == plain(b)
}

func keysText(keys []types.Column) string {
	texts := make([]string, len(keys))
	for i, k := range keys {
		texts[i] = value(k.Name) + " " + value(k.Type)
	}
	return strings.Join(texts, ", ")
}
