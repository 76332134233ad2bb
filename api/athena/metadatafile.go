package athena

import (
	"context"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

const (
	metadataSuffix = ".metadata"
	manifestSuffix = "-manifest.csv"
)

// writeMetadata puts a description of the columns beside an execution's object, as Athena does: ID.csv.metadata. AWS
// does not document the file's format, and no client of ours reads it; it is a message of Protocol Buffers. In ours the
// query's id is field 2, and each column is a message in field 4 with catalog (1), schema (2), table (3), name (4),
// label (5), type (6), precision (7), scale (8), nullable (9) and whether it is sensitive to case (10).
func (s *Service) writeMetadata(ctx context.Context, rec record, out result) error {
	at, err := parseLocation(rec.Output)
	if err != nil {
		return err
	}
	b := textField(nil, 2, rec.ID)
	for _, c := range out.Columns {
		var column []byte
		for i, text := range []string{c.CatalogName, c.SchemaName, c.TableName, c.Name, c.Label, c.Type} {
			column = textField(column, protowire.Number(i+1), text)
		}
		sensitive := 0
		if c.CaseSensitive {
			sensitive = 1
		}
		for i, n := range []int{c.Precision, c.Scale, 3, sensitive} {
			column = protowire.AppendTag(column, protowire.Number(i+7), protowire.VarintType)
			column = protowire.AppendVarint(column, uint64(n))
		}
		b = protowire.AppendTag(b, 4, protowire.BytesType)
		b = protowire.AppendBytes(b, column)
	}
	_, err = s.o.Objects.Put(ctx, at.object()+metadataSuffix, strings.NewReader(string(b)))
	return err
}

func textField(b []byte, n protowire.Number, text string) []byte {
	b = protowire.AppendTag(b, n, protowire.BytesType)
	return protowire.AppendString(b, text)
}
