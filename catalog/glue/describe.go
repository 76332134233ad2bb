package glue

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/glue/types"
)

// Definition is a table or a view as Glue has it, for people.
type Definition struct {
	Name            string             `json:"name"`
	Comment         string             `json:"comment,omitempty"`
	Columns         []DefinitionColumn `json:"columns"`
	Keys            []DefinitionColumn `json:"partition_keys"`
	Serde           string             `json:"serde,omitempty"`
	SerdeParameters map[string]string  `json:"serde_parameters,omitempty"`
	Input           string             `json:"input_format,omitempty"`
	Output          string             `json:"output_format,omitempty"`
	Location        string             `json:"location,omitempty"`
	Parameters      map[string]string  `json:"parameters"`
	SQL             string             `json:"sql,omitempty"` // of a view
}

// DefinitionColumn is a column or a partition key.
type DefinitionColumn struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Comment string `json:"comment,omitempty"`
}

// Describe is a table or a view as Glue has it. ErrNotFound; ErrInvalid for a view that is not one of Athena's.
func (c *Catalog) Describe(ctx context.Context, name string) (Definition, error) {
	t, err := c.get(ctx, name)
	if err != nil {
		return Definition{}, err
	}
	d, serde := value(t.StorageDescriptor), value(value(t.StorageDescriptor).SerdeInfo)
	out := Definition{
		Name: value(t.Name), Comment: value(t.Description), Columns: described(d.Columns), Keys: described(t.PartitionKeys),
		Serde: value(serde.SerializationLibrary), SerdeParameters: serde.Parameters, Input: value(d.InputFormat), Output: value(d.OutputFormat),
		Location: value(d.Location), Parameters: t.Parameters,
	}
	if value(t.TableType) != ViewType {
		return out, nil
	}
	v, err := readView(value(t.ViewOriginalText))
	out.SQL = v.OriginalSQL
	return out, err
}

func described(columns []types.Column) []DefinitionColumn {
	out := make([]DefinitionColumn, len(columns))
	for i, c := range columns {
		out[i] = DefinitionColumn{value(c.Name), value(c.Type), value(c.Comment)}
	}
	return out
}
