package table

import (
	"bytes"
	"testing"

	"github.com/hindcast/hindcast/lake/ecs"
)

func TestAFileSaysWhichColumnsAreBlank(t *testing.T) {
	fields := []ecs.Field{
		{Name: "@timestamp", Type: ecs.Time}, {Name: "event.id", Unique: true},
		{Name: "cloud.account.id", Kind: ecs.Account}, {Name: "named", Type: ecs.Strings, Kind: ecs.Account},
	}
	both := []string{"cloud_account_id", "named"}
	rows := func(text any, list any) (all []cells) {
		for i := range 30 {
			row := cells{day + int64(i), string(rune('a' + i)), nil, nil}
			if i == 25 { // of the last row group
				row[2], row[3] = text, list
			}
			all = append(all, row)
		}
		return all
	}
	for _, c := range []struct {
		name    string
		rows    []cells
		columns []string
		want    bool
	}{
		{"no row has a value", rows(nil, nil), both, true},
		{"one row has a text", rows("111111111111", nil), both, false},
		{"one row has a list", rows(nil, []string{"111111111111"}), both, false},
		{"one row has a value in another column", rows("111111111111", nil), []string{"named"}, true},
		{"a column that the file has not", rows("111111111111", nil), []string{"absent"}, true},
	} {
		file := encode(t, batchOf(t, c.rows, fields...), order(len(c.rows)), Options{RowsPerGroup: 10})
		if got, err := Blank(bytes.NewReader(file), int64(len(file)), c.columns); got != c.want || err != nil {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
	if _, err := Blank(bytes.NewReader([]byte("no file")), 7, both); err == nil {
		t.Error("what is no file was read")
	}
}
