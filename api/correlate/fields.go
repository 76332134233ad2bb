package correlate

import (
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// timelineFields are what an event of the timeline carries, as far as the searched tables have them.
var timelineFields = []string{
	"@timestamp", "event.id", "event.kind", "event.category", "event.action", "event.outcome", "event.provider", "threat.tactic.name",
	"user.name", "source.ip", "source.port", "destination.ip", "destination.port",
	"cloud.account.id", "cloud.region", "cloud.instance.id",
	"network.transport", "network.bytes", "http.request.method", "url.original", "url.path", "http.response.status_code",
	"user_agent.original", "rule.name", "error.code", "message", "log.file.path", "log.offset",
	targetField, bucketField, keyField, "user.target.name", "aws.cloudtrail.user_identity.access_key_id",
	"user.effective.name", "host.name", "host.hostname", "dns.question.name", "process.command_line",
	"orchestrator.resource.type", "orchestrator.resource.name", subresourceField, resourceTypeField, resourceIDField, statementField,
	"source.geo.country_iso_code", "destination.geo.country_iso_code", "threat.feed.name", "threat.indicator.name", "threat.indicator.ip",
}

// Fields of ours that say what was acted on.
const (
	targetField = "aws.cloudtrail.target"
	bucketField = "aws.s3.bucket.name"
	keyField    = "aws.s3.object.key"

	subresourceField  = "kubernetes.audit.objectRef.subresource"
	resourceTypeField = "resource.type"
	resourceIDField   = "resource.id"
	statementField    = "mysql.slowlog.query"
)

// fieldNamed is the field of ECS of that name, or a text or list of a source's own.
func fieldNamed(name string) ecs.Field {
	if f, known := ecs.Lookup(name); known {
		return f
	}
	if name == resourceTypeField || name == resourceIDField {
		return ecs.Field{Name: name, Type: ecs.Strings}
	}
	return ecs.Field{Name: name}
}

// topFields are those whose most frequent values a summary has.
var topFields = []string{
	"event.action", "user.name", "source.ip", "destination.ip", "cloud.account.id", "user_agent.original",
}

// topCount is how many values of a field a summary has.
const topCount = 10

// output is a column of a timeline's result: an ECS field, or the values of a kind by which indicators are told.
type output struct {
	name string // of the result's column
	ecs  string
	typ  ecs.Type
	kind ecs.Kind // not an event's field
	json bool
}

const sourceColumn = "source"

// commonOutputs are the outputs of a statement over several tables.
func commonOutputs(tables []searched, kinds []ecs.Kind) []output {
	outs := []output{{name: sourceColumn, ecs: sourceColumn, typ: ecs.String}}
	for _, name := range timelineFields {
		if f := fieldNamed(name); slices.ContainsFunc(tables, has(f)) {
			outs = append(outs, output{name: f.Column(), ecs: f.Name, typ: f.Type, json: f.JSON})
		}
	}
	return append(outs, kindOutputs(kinds)...)
}

// fullOutputs are the outputs of a statement over one table.
func fullOutputs(t searched, kinds []ecs.Kind) []output {
	outs := []output{{name: sourceColumn, ecs: sourceColumn, typ: ecs.String}}
	for _, c := range t.table.Columns {
		if c.Name != sourceColumn {
			outs = append(outs, output{name: c.Name, ecs: c.ECS, typ: c.Type, json: c.JSON})
		}
	}
	return append(outs, kindOutputs(kinds)...)
}

func kindOutputs(kinds []ecs.Kind) []output {
	var outs []output
	for _, k := range kinds {
		outs = append(outs, output{name: "match_" + ecs.ColumnName(string(k)), typ: ecs.Strings, kind: k})
	}
	return outs
}

func has(f ecs.Field) func(searched) bool {
	return func(t searched) bool {
		_, ok := column(t.table, f.Name, f.Type)
		return ok
	}
}

// expression is what a table gives for an output, and the columns that it reads for it.
func (t searched) expression(d dialect.Dialect, o output) (x dialect.SQL, reads []string) {
	switch c, ok := column(t.table, o.ecs, o.typ); {
	case o.kind != "":
		return t.valuesOf(d, o.kind)
	case o.name == sourceColumn:
		return d.Text(t.table.Name), nil
	case o.name == catalog.DayColumn: // a part of the path, for which nothing is read
		return d.Ident(o.name), nil
	case ok:
		return d.Ident(c.Name), []string{c.Name}
	}
	return d.Null(o.typ), nil
}

// valuesOf is the list of everything that stands in the columns of a kind.
func (t searched) valuesOf(d dialect.Dialect, k ecs.Kind) (x dialect.SQL, reads []string) {
	var lists, singles []dialect.SQL
	for _, c := range t.columns[k] {
		reads = append(reads, c.Name)
		if c.Type == ecs.Strings {
			lists = append(lists, d.Ident(c.Name))
		} else {
			singles = append(singles, d.Ident(c.Name))
		}
	}
	return d.Flatten(lists, singles), reads
}

// searched is a table that is searched, with the columns for each kind.
type searched struct {
	table   catalog.Table
	columns map[ecs.Kind][]catalog.Column
	filters filters
	files   []catalog.File
	paths   []string   // the URIs of the files, where Athena is to read no others of the days
	days    []DayRange // of the request's that may be shown
}
