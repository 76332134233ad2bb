package database_test

import (
	"slices"
	"testing"

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
	sourcetest.Fuzz(f, database.Sources(), slices.Concat(postgreSQLSeeds(), mySQLErrorSeeds(), mySQLSlowSeeds(), mySQLAuditSeeds(), mySQLGeneralSeeds())...)
}
