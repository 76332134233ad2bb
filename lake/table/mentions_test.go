package table

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/hindcast/hindcast/lake/ecs"
)

// accountRows are rows a minute apart: an account of three in a text, and in a list every tenth row names two others.
func accountRows(n int) (rows []cells) {
	for i := range n {
		row := cells{day + int64(i)*60_000, fmt.Sprintf("event-%06d", i), fmt.Sprintf("%012d", i%3), nil}
		if i%10 == 0 {
			row[3] = []string{"222222222222", fmt.Sprintf("9%011d", i)}
		}
		if i == n/2 {
			row[2] = "111111111111"
		}
		rows = append(rows, row)
	}
	return rows
}

func TestMentionsAreFoundExactly(t *testing.T) {
	const n = 3000
	fields := []ecs.Field{
		{Name: "@timestamp", Type: ecs.Time}, {Name: "event.id", Unique: true},
		{Name: "cloud.account.id", Kind: ecs.Account}, {Name: "named", Type: ecs.Strings, Kind: ecs.Account},
	}
	const middle = day + n/2*60_000
	both := []string{"cloud_account_id", "named"}
	for _, o := range []struct {
		name string
		Options
	}{
		{"with bloom filters", Options{RowsPerGroup: 1100, RowsPerPage: 100}},
		{"without bloom filters", Options{RowsPerGroup: 1100, RowsPerPage: 100, Bloom: func(ecs.Field) bool { return false }}},
		{"in one row group", Options{RowsPerPage: 100}},
	} {
		file := encode(t, batchOf(t, accountRows(n), fields...), order(n), o.Options)
		for _, c := range []struct {
			name     string
			columns  []string
			value    string
			from, to int64
			want     bool
		}{
			{"a value of many rows", both, "000000000001", math.MinInt64, math.MaxInt64, true},
			{"a value of one row", both, "111111111111", math.MinInt64, math.MaxInt64, true},
			{"a value of one row, in just its millisecond", both, "111111111111", middle, middle + 1, true},
			{"a value of one row, before it", both, "111111111111", math.MinInt64, middle, false},
			{"a value of one row, after it", both, "111111111111", middle + 1, math.MaxInt64, false},
			{"a value of a list", both, "222222222222", math.MinInt64, math.MaxInt64, true},
			{"a value of a list, in the millisecond of a row that has it", both, "222222222222", day + 600_000, day + 600_001, true},
			{"a value of a list, between rows that have it", both, "222222222222", day + 600_001, day + 2*600_000, false},
			{"the last of a list's values", []string{"named"}, "900000002990", day + 2990*60_000, day + 2990*60_000 + 1, true},
			{"a value of another column", []string{"named"}, "111111111111", math.MinInt64, math.MaxInt64, false},
			{"a column that the file lacks", []string{"owner"}, "111111111111", math.MinInt64, math.MaxInt64, false},
			{"the beginning of a value", both, "11111111111", math.MinInt64, math.MaxInt64, false},
			{"a value that is nowhere", both, "333333333333", math.MinInt64, math.MaxInt64, false},
			{"any row", nil, "", math.MinInt64, math.MaxInt64, true},
			{"any row, between two", nil, "", middle + 1, middle + 60_000, false},
			{"any row, up to the next one", nil, "", middle + 1, middle + 60_001, true},
			{"any row, after the last", nil, "", day + n*60_000, math.MaxInt64, false},
			{"a time without rows", both, "000000000001", day - 10, day, false},
		} {
			t.Run(o.name+", "+c.name, func(t *testing.T) {
				m := Mention{Columns: c.columns, From: c.from, To: c.to}
				if c.value != "" {
					m.Value = []byte(c.value)
				}
				got, err := Mentions(bytes.NewReader(file), int64(len(file)), m)
				if err != nil || got != c.want {
					t.Errorf("got %v, %v", got, err)
				}
			})
		}
	}
}

func TestADamagedFileIsNotTakenForOneWithoutTheValue(t *testing.T) {
	fields := []ecs.Field{{Name: "@timestamp", Type: ecs.Time}, {Name: "event.id", Unique: true}, {Name: "cloud.account.id", Kind: ecs.Account}}
	rows := []cells{{day, "a", "111111111111"}, {day + 1, "b", "222222222222"}}
	file := encode(t, batchOf(t, rows, fields...), order(2), Options{Bloom: func(ecs.Field) bool { return false }})
	ask := Mention{Columns: []string{"cloud_account_id"}, Value: []byte("333333333333"), From: math.MinInt64, To: math.MaxInt64}
	silent := 0
	for i := range file {
		damaged := bytes.Clone(file)
		damaged[i] ^= 0xff
		found, err := Mentions(bytes.NewReader(damaged), int64(len(damaged)), ask)
		if found && err == nil {
			t.Errorf("byte %d: a value was found that nobody wrote", i)
		}
		if err == nil {
			silent++
		}
	}
	// What is not looked at may be damaged: ids, statistics, names.
	if silent == len(file) {
		t.Error("no damage was noticed")
	}
	for _, cut := range []int{0, 4, len(file) / 2, len(file) - 1} {
		if _, err := Mentions(bytes.NewReader(file[:cut]), int64(cut), ask); err == nil {
			t.Errorf("the first %d bytes were taken for a file", cut)
		}
	}
}
