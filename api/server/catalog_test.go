package server_test

import (
	"strings"
	"testing"

	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

func TestTheCatalogIsServed(t *testing.T) {
	h := start(t, newLake(t), nil)
	first, err := h.catalog.ListTables(h.ctx, &hindcastv1.ListTablesRequest{PageSize: 1})
	if err != nil || len(first.GetTables()) != 1 || first.GetTables()[0].GetName() != trailTable || first.GetNextPageToken() == "" {
		t.Fatalf("first page %v, error %v", first, err)
	}
	second, err := h.catalog.ListTables(h.ctx, &hindcastv1.ListTablesRequest{PageSize: 1, PageToken: first.GetNextPageToken()})
	if err != nil || len(second.GetTables()) != 1 || second.GetTables()[0].GetName() != flowTable || second.GetNextPageToken() != "" {
		t.Fatalf("second page %v, error %v", second, err)
	}
	got, err := h.catalog.GetTable(h.ctx, &hindcastv1.GetTableRequest{Table: trailTable})
	if err != nil {
		t.Fatal(err)
	}
	tab := got.GetTable()
	if tab.GetRows() != perTable || tab.GetPartitions() != 3 || tab.GetFirstDay() != firstDay || tab.GetBytes() <= 0 || tab.GetDescription() == "" {
		t.Errorf("table %v", tab)
	}
	for _, c := range tab.GetColumns() {
		if c.GetName() == "source_ip" && (c.GetEcsName() != "source.ip" || c.GetIndicatorKind() != "ip" || c.GetDescription() == "" ||
			c.GetType() != hindcastv1.ColumnType_COLUMN_TYPE_STRING) {
			t.Errorf("column %v", c)
		}
		if c.GetType() == hindcastv1.ColumnType_COLUMN_TYPE_UNSPECIFIED {
			t.Errorf("column %s has no type", c.GetName())
		}
	}
}

func TestPartitionsArePagedByDay(t *testing.T) {
	h := start(t, newLake(t), nil)
	var days []string
	var rows int64
	for token := ""; ; {
		page, err := h.catalog.ListPartitions(h.ctx, &hindcastv1.ListPartitionsRequest{Table: trailTable, PageSize: 2, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.GetPartitions() {
			days = append(days, p.GetDay())
			rows += p.GetRows()
			if p.GetGeneration() != 1 || p.GetFiles() != 1 || p.GetBytes() <= 0 || p.GetMaxTime().AsTime().Before(p.GetMinTime().AsTime()) {
				t.Errorf("partition %v", p)
			}
		}
		if token = page.GetNextPageToken(); token == "" {
			break
		}
	}
	if got := strings.Join(days, " "); got != "2026-01-10 2026-01-11 2026-01-12" || rows != perTable {
		t.Errorf("days %s with %d rows", got, rows)
	}
	bounded := h.get(t, "/v1/tables/aws_cloudtrail/partitions?first_day=2026-01-11&last_day=2026-01-11")
	if n := len(bounded["partitions"].([]any)); n != 1 {
		t.Errorf("%d partitions of one day", n)
	}
}

func TestCoverageTellsWhichDaysThereAre(t *testing.T) {
	h := start(t, newLake(t), nil)
	got, err := h.catalog.GetCoverage(h.ctx, &hindcastv1.GetCoverageRequest{FirstDay: "2026-01-08", LastDay: "2026-01-14"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range got.GetTables() {
		var missing []string
		for _, m := range c.GetMissing() {
			missing = append(missing, m.GetFirstDay()[8:]+"-"+m.GetLastDay()[8:])
		}
		want, present := "08-09 13-14", int64(3)
		if c.GetTable() == flowTable {
			want, present = "08-09 11-11 13-14", 2
		}
		if strings.Join(missing, " ") != want || c.GetDaysPresent() != present || c.GetDaysPresent()+c.GetDaysMissing() != 7 || c.GetFiles() != present {
			t.Errorf("%s: missing %v, %v", c.GetTable(), missing, c)
		}
	}
	one := h.get(t, "/v1/coverage?tables=aws_vpcflow&first_day=2026-01-10&last_day=2026-01-10")
	if n := len(one["tables"].([]any)); n != 1 {
		t.Errorf("%d tables, one was asked for", n)
	}
}
