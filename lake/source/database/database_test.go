package database_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hindcast/hindcast/lake/raw/envelope"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/database"
	"github.com/hindcast/hindcast/lake/source/sourcetest"
)

// documentCase is a record, the fields of what becomes of it, and how it came.
type documentCase struct {
	name   string
	record string
	by     *envelope.Info
	want   map[string]any
}

func checkDocuments(t *testing.T, s *source.Source, cases []documentCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := sourcetest.New(t, s, "k")
			r.Norm.Delivered(c.by)
			sourcetest.Check(t, r.Document(c.record), c.want)
		})
	}
}

// checkRejected makes sure that records are rejected for a reason.
func checkRejected(t *testing.T, s *source.Source, reasons map[string]string) {
	for record, want := range reasons {
		got := "nothing"
		if err := sourcetest.New(t, s, "k").Add(record); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%.60q: got %q, want %q", record, got, want)
		}
	}
}

// checkFirst tells which lines begin a record.
func checkFirst(t *testing.T, s *source.Source, lines map[string]bool) {
	for line, want := range lines {
		if got := s.Framing.First([]byte(line)); got != want {
			t.Errorf("%q: got %v, want %v", line, got, want)
		}
	}
}

// logGroup is the delivery through a log group.
func logGroup(group, stream string) *envelope.Info {
	return &envelope.Info{Account: []byte("111122223333"), LogGroup: []byte(group), LogStream: []byte(stream), Time: []byte("1768467600000")}
}

func TestHostileRecords(t *testing.T) {
	for _, s := range database.Sources() {
		t.Run(s.Name, func(t *testing.T) { sourcetest.Hostile(t, s) })
	}
}

func TestDeliveryNamesTheDatabase(t *testing.T) {
	for _, c := range []struct {
		name, key, group, stream string
		instance, cluster        any
	}{
		{"an instance is in its log group", "k", "/aws/rds/instance/shop-db/postgresql", "shop-db.0", "shop-db", nil},
		{"a cluster is in its log group and the instance in the stream", "k", "/aws/rds/cluster/orders/postgresql", "orders-1.audit.log.0.2026-01-15-09-00.0.3", "orders-1", "orders"},
		{"another log group names none", "k", "/app/postgresql", "x", nil, nil},
		{"a key that has the path of a log group names an instance", "export/aws/rds/instance/shop-db/postgresql/000000.gz", "", "", "shop-db", nil},
		{"a key that has the path of a log group names a cluster", "export/aws/rds/cluster/orders/postgresql/000000.gz", "", "", nil, "orders"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sourcetest.New(t, database.PostgreSQL(), c.key)
			r.Norm.Delivered(&envelope.Info{LogGroup: []byte(c.group), LogStream: []byte(c.stream)})
			sourcetest.Check(t, r.Document("2026-01-15 09:00:00 UTC::@:[1]:LOG:  x"),
				map[string]any{"aws.rds.db_instance.identifier": c.instance, "aws.rds.db_cluster.identifier": c.cluster})
		})
	}
}

// FuzzSources makes sure that no record makes a source panic or write what is no document.
func FuzzSources(f *testing.F) {
	sourcetest.Fuzz(f, database.Sources(), slices.Concat(elastiCacheSeeds(), mskSeeds(), openSearchSeeds(), postgreSQLSeeds(), mySQLErrorSeeds(), mySQLSlowSeeds(), mySQLAuditSeeds(), mySQLGeneralSeeds())...)
}

// FuzzCSV makes sure that whatever stands in quotes in a csvlog comes out as it went in, and shifts nothing.
func FuzzCSV(f *testing.F) {
	f.Add(`a "b", c`, "app")
	f.Add("\n\"\"", `"`)
	r := sourcetest.New(f, database.PostgreSQL(), "k")
	f.Fuzz(func(t *testing.T, detail, application string) {
		if detail == "" || application == "" || !utf8.ValidString(detail) || !utf8.ValidString(application) {
			t.Skip("nothing to compare")
		}
		quoted := func(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }
		r.T = t
		r.Batch.Reset()
		got := r.Document(pgCSV + `"m",` + quoted(detail) + ",,,,,,,," + quoted(application) + `,"client backend",,5`)
		sourcetest.Check(t, got, map[string]any{
			"message": "m", "postgresql.log.detail": detail, "postgresql.log.application_name": application, "postgresql.log.query_id": 5.0, "unmapped": nil,
		})
	})
}

// FuzzAuditUser makes sure that whoever fails to log in to MySQL can't choose a name that changes what is read of it.
func FuzzAuditUser(f *testing.F) {
	f.Add("root")
	f.Add("x,203.0.113.1,1,1,CONNECT,,,0")
	f.Add("x,203.0.113.1,1,1,QUERY,,'a',0")
	r := sourcetest.New(f, database.MySQLAudit(), "k")
	f.Fuzz(func(t *testing.T, user string) {
		if user == "" || user == "-" || len(user) > 32 || strings.ContainsAny(user, "\n\r") || !utf8.ValidString(user) {
			t.Skip("no user of MySQL")
		}
		r.T = t
		r.Batch.Reset()
		got := r.Document("20260115 09:00:01,srv," + user + ",192.0.2.15,12,0,FAILED_CONNECT,,,1045")
		sourcetest.Check(t, got, map[string]any{"source.ip": "192.0.2.15", "event.outcome": "failure", "event.action": "failed_connect", "user.name": user})
	})
}
