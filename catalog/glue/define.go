package glue

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/migrations"
)

// Parameters by which a table is known to be ours.
const (
	paramSchema  = "hindcast.schema_version"
	paramMapping = "hindcast.mapping_version"
	paramVersion = "hindcast.partition_version" // of a partition
)

const external = "EXTERNAL_TABLE"

// define describes a table of the catalog to Glue.
func (c *Catalog) define(t catalog.Table) *types.TableInput {
	parameters := maps.Clone(c.format.Parameters)
	parameters[paramSchema] = strconv.Itoa(c.format.Version)
	parameters["comment"] = comment(t.Doc)
	if c.Mapping != nil {
		if v := c.Mapping(t.Name); v != "" {
			parameters[paramMapping] = v
		}
	}
	d := storage(c.format, c.uri(manifestsOf(t.Name)))
	d.Columns = columnsOf(t, true)
	in := &types.TableInput{Name: &t.Name, Description: aws.String(comment(t.Doc)), TableType: aws.String(external),
		Parameters: parameters, StorageDescriptor: d, PartitionKeys: []types.Column{}}
	for _, k := range c.format.PartitionKeys {
		in.PartitionKeys = append(in.PartitionKeys, types.Column{Name: aws.String(k.Name), Type: aws.String(k.Type), Comment: aws.String(k.Comment)})
	}
	return in
}

// manifestsOf is the folder in a lake that a table of ours is at.
func manifestsOf(table string) string { return "manifests/" + table + "/" }

// storage is what a table and its partitions say alike of where files are and how they are read.
func storage(f migrations.TableFormat, location string) *types.StorageDescriptor {
	return &types.StorageDescriptor{
		Location: &location, InputFormat: aws.String(f.InputFormat), OutputFormat: aws.String(f.OutputFormat),
		SerdeInfo: &types.SerDeInfo{SerializationLibrary: aws.String(f.Serde), Parameters: maps.Clone(f.SerdeParameters)},
	}
}

// columnsOf are the columns of a table. Those of a partition have no comments: there are hundreds of days.
func columnsOf(t catalog.Table, comments bool) []types.Column {
	out := make([]types.Column, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = types.Column{Name: aws.String(c.Name), Type: aws.String(c.Type.Athena())}
		if text := comment(c.Doc); comments && text != "" {
			out[i].Comment = &text
		}
	}
	return out
}

// maxComment is how long Glue lets a comment be: https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html.
const maxComment = 255

// comment is a text in one line of at most 255 bytes.
func comment(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, text)
	if len(text) <= maxComment {
		return text
	}
	cut := maxComment - len("…")
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// value is what a pointer of the SDK points to, or nothing.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// changed names the parameters of want that have does not have, in order.
func changed(have, want map[string]string) (names []string) {
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if v, ok := have[k]; !ok || v != want[k] {
			names = append(names, k)
		}
	}
	return names
}

// with is have with what want says.
func with(have, want map[string]string) map[string]string {
	out := maps.Clone(want)
	for k, v := range have {
		if _, ours := out[k]; !ours {
			out[k] = v
		}
	}
	return out
}

// byName sorts what has names.
func byName[T any](all []T, name func(T) string) {
	slices.SortFunc(all, func(a, b T) int { return cmp.Compare(name(a), name(b)) })
}
