package dialect

import (
	"strings"
	"testing"
	"time"
)

func TestADayIsUnloadedInParts(t *testing.T) {
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	u := Unload{Table: "logs", Day: "2026-01-31", Columns: []string{"timestamp", "event_id", "related_ip"}, To: "s3://lake/it's/g000002/x/", Cuts: []time.Time{at, at.Add(time.Hour)}}
	want := `UNLOAD (SELECT "timestamp", "event_id", "related_ip", "unload_part" FROM (SELECT "timestamp", "event_id", "related_ip", "unload_part",` +
		` row_number() OVER (PARTITION BY "unload_part" ORDER BY "timestamp") AS "unload_row" FROM (SELECT "timestamp", "event_id", "related_ip",` +
		` CASE WHEN "timestamp" < TIMESTAMP '2026-01-31 12:00:00.000' THEN '00' WHEN "timestamp" < TIMESTAMP '2026-01-31 13:00:00.000' THEN '01'` +
		` ELSE '02' END AS "unload_part" FROM "logs" WHERE "day" = '2026-01-31')) WHERE "unload_row" >= 1` +
		` ORDER BY "timestamp") TO 's3://lake/it''s/g000002/x/' WITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['unload_part'])`
	if got := u.Statement().String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	u.Cuts = nil
	if got := u.Statement().String(); !strings.Contains(got, `"related_ip", '00' AS "unload_part" FROM`) {
		t.Errorf("a day in one part: %s", got)
	}
}

func TestARemarkStaysARemark(t *testing.T) {
	if got := Remarked("SELECT 1", "a\nDROP TABLE x").String(); got != "SELECT 1\n-- a DROP TABLE x" {
		t.Errorf("got %q", got)
	}
}

func TestOnlyAthenaIsToldWhatToRead(t *testing.T) {
	for _, c := range []struct {
		d    Dialect
		uris []string
		want string
	}{
		{Athena(), []string{"s3://a/b"}, `"$path" = 's3://a/b'`},
		{Athena(), []string{"s3://a/b", "s3://a/c"}, `"$path" IN ('s3://a/b', 's3://a/c')`},
		{Athena(), nil, ""},
		{DuckDB(), []string{"s3://a/b"}, ""},
	} {
		if got := c.d.ReadFrom(c.uris); got.String() != c.want || got.Empty() != (c.want == "") {
			t.Errorf("%s: got %q", c.d.Name(), got)
		}
	}
}
