// Package view is what a statement in Athena's SQL sees of a lake: its tables, and the view over all of them.
package view

import (
	"errors"
	"fmt"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/glue"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Name is what the view is called. A table of that name hides it.
const Name = "events"

// ErrNoTables says that there is nothing to make a view of.
var ErrNoTables = errors.New("the lake has no tables")

// datasetColumn says which table an event is of.
const datasetColumn = "dataset"

// maxViewSQL is how long the view's SELECT may be, in bytes. In JSON and base64 it is at most twice as long, which is
// what Glue keeps; Athena takes statements of 262,144 bytes.
const maxViewSQL = min(glue.MaxView/2-16<<10, dialect.AthenaMaxBytes)

// useful are the columns that people look at first, in this order. They are in the view where a table has them.
var useful = []string{
	"timestamp", "event_id", "event_kind", "event_category", "event_type", "event_action", "event_outcome", "event_provider", "event_reason",
	"event_severity", "event_duration", "event_start", "event_end",
	"cloud_account_id", "cloud_region", "cloud_instance_id", "cloud_service_name",
	"source_ip", "source_port", "source_domain", "destination_ip", "destination_port", "destination_domain",
	"network_transport", "network_protocol", "network_direction", "network_bytes", "network_packets", "network_community_id",
	"user_name", "user_id", "user_domain", "user_target_name", "user_effective_name",
	"related_ip", "related_user", "related_hosts", "related_hash",
	"host_name", "host_id", "http_request_method", "http_response_status_code", "url_original", "url_domain", "url_path",
	"user_agent_original", "dns_question_name", "dns_question_type", "process_name", "process_pid", "process_command_line",
	"file_path", "file_name", "rule_name", "rule_id", "error_code", "error_message", "message",
	"source_geo_country_iso_code", "source_as_organization_name", "threat_indicator_name", "threat_technique_id", "threat_tactic_name",
	"log_file_path", "log_offset",
}

// Of is the view over all tables: which table an event is of, its day, the columns that people look at first, and all
// that every table has. Columns whose types differ between tables are left out, and the last ones when it would become
// too long. ErrNoTables.
func Of(tables []catalog.Table) (glue.View, error) {
	sql, columns, err := SQL(dialect.Athena(), tables)
	if err != nil {
		return glue.View{}, err
	}
	return glue.View{Name: Name, SQL: sql.String(), Columns: columns}, nil
}

// SQL is the SELECT of the view in a dialect, and its columns.
func SQL(d dialect.Dialect, tables []catalog.Table) (dialect.SQL, []glue.ViewColumn, error) {
	if len(tables) == 0 {
		return dialect.SQL{}, nil, ErrNoTables
	}
	columns := viewColumns(tables)
	for {
		sql, err := unionOf(d, tables, columns)
		if err != nil {
			return dialect.SQL{}, nil, err
		}
		if len(sql.String()) <= maxViewSQL {
			return sql, columns, nil
		}
		if len(columns) <= 3 {
			return dialect.SQL{}, nil, fmt.Errorf("view %s: a SELECT over %d tables is longer than %d bytes: %w", Name, len(tables), maxViewSQL, glue.ErrInvalid)
		}
		columns = columns[:max(3, len(columns)*9/10)]
	}
}

// viewColumns chooses the columns.
func viewColumns(tables []catalog.Table) []glue.ViewColumn {
	columns := []glue.ViewColumn{
		{Name: datasetColumn, Type: ecs.String, Doc: "The table that the event is in."},
		{Name: catalog.DayColumn, Type: ecs.String, Doc: "The UTC day of the event: a condition on it keeps other days from being read."},
	}
	count, first, mixed := map[string]int{}, map[string]catalog.Column{}, map[string]bool{datasetColumn: true}
	var order []string
	for _, t := range tables {
		for _, c := range t.Columns {
			was, known := first[c.Name]
			if !known {
				first[c.Name] = c
				order = append(order, c.Name)
			}
			mixed[c.Name] = mixed[c.Name] || known && was.Type != c.Type
			count[c.Name]++
		}
	}
	for _, name := range slices.Concat(useful, order) {
		c, known := first[name]
		shared := count[name] == len(tables)
		if known && !mixed[name] && (shared || slices.Contains(useful, name)) {
			columns = append(columns, glue.ViewColumn{Name: name, Type: c.Type, Doc: c.Doc})
			mixed[name] = true // it is in
		}
	}
	return columns
}

// unionOf selects the columns of each table, and nulls where it lacks them.
func unionOf(d dialect.Dialect, tables []catalog.Table, columns []glue.ViewColumn) (dialect.SQL, error) {
	selects := make([]sq.SelectBuilder, len(tables))
	for i, t := range tables {
		has := map[string]bool{catalog.DayColumn: true}
		for _, c := range t.Columns {
			has[c.Name] = true
		}
		s := sq.Select()
		for j, c := range columns {
			x := d.Null(c.Type)
			switch {
			case j == 0:
				x = d.Cast(d.Text(t.Name), ecs.String)
			case has[c.Name]:
				x = d.Ident(c.Name)
			}
			if i == 0 && (j == 0 || !has[c.Name]) { // the names of a union are its first part's
				x = d.As(x, c.Name)
			}
			s = s.Column(x)
		}
		selects[i] = s.From(d.Ident(t.Name).String())
	}
	return d.UnionAll(selects)
}
