package cell_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/api/athena/cell"
	"github.com/hindcast/hindcast/lake/engine"
)

func typ(t *testing.T, text string) cell.Type {
	t.Helper()
	of, err := cell.ParseType(text)
	if err != nil {
		t.Fatal(err)
	}
	return of
}

func TestValuesAreWrittenAsAthenaDoes(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6_700_000, time.UTC)
	for _, c := range []struct {
		name, typ string
		value     any
		want      string
	}{
		{"a text", "varchar", `it's "so"`, `it's "so"`},
		{"a truth", "boolean", true, "true"},
		{"a number", "bigint", int64(-42), "-42"},
		{"a number beyond 64 bits", "decimal(38,0)", new(big.Int).Lsh(big.NewInt(1), 80), "1208925819614629174706176"},
		{"a decimal with all of its scale", "decimal(4,2)", engine.Decimal("12.50"), "12.50"},
		{"a whole double", "double", 3.0, "3.0"},
		{"a large double", "double", 1e7, "1.0E7"},
		{"a double just below", "double", 9999999.5, "9999999.5"},
		{"a small double", "double", 0.00012, "1.2E-4"},
		{"no number", "double", math.NaN(), "NaN"},
		{"less than all numbers", "double", math.Inf(-1), "-Infinity"},
		{"a number of single precision", "real", float32(0.1), "0.1"},
		{"a date", "date", at, "2026-01-02"},
		{"a timestamp", "timestamp(3)", at, "2026-01-02 03:04:05.006"},
		{"a timestamp with its zone", "timestamp(3) with time zone", at, "2026-01-02 03:04:05.006 UTC"},
		{"a time of day", "time(3)", at, "03:04:05.006"},
		{"bytes", "varbinary", []byte("hé"), "68 c3 a9"},
		{"a list", "array(varchar)", []any{"a", nil, "b, c"}, "[a, null, b, c]"},
		{"a map in its order", "map(varchar, double)", engine.Pairs{Keys: []any{"b", "a"}, Values: []any{1.0, nil}}, "{b=1.0, a=null}"},
		{"a row in its type's order", "row(b bigint, a varchar)", map[string]any{"a": "x", "b": int64(1)}, "{b=1, a=x}"},
		{"a list of dates", "array(date)", []any{at}, "[2026-01-02]"},
		{"an address", "ipaddress", "00000000000000000000ffff0a000001", "10.0.0.1"},
		{"an address of IPv6", "ipaddress", "20010db8000000000000000000000001", "2001:db8::1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, there := cell.Format(c.value, typ(t, c.typ))
			if got != c.want || !there {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if _, there := cell.Format(nil, cell.Type{Name: "varchar"}); there {
		t.Error("a null has a text")
	}
}

func TestATimestampIsShownInItsZone(t *testing.T) {
	at := time.Date(2026, 7, 2, 3, 4, 5, 0, time.UTC)
	for name, want := range map[string]string{
		"Europe/Berlin": "2026-07-02 05:04:05.000 Europe/Berlin", "-03:30": "2026-07-01 23:34:05.000 -03:30",
	} {
		zone, err := cell.Zone(name)
		if err != nil {
			t.Fatal(err)
		}
		of := typ(t, "timestamp(3) with time zone")
		of.Zone = zone
		if got, _ := cell.Format(at, of); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if _, err := cell.Zone("Mars/Base"); err == nil {
		t.Error("there is such a zone")
	}
}

func TestARowsFieldsGoByTheEnginesNames(t *testing.T) {
	of := typ(t, "row(f1 varchar, f0 array(row(x bigint)))").Stored(cell.FromDuckDB(`STRUCT("f0" VARCHAR, "f1" STRUCT("f0" BIGINT)[])`))
	got, _ := cell.Format(map[string]any{"f0": "first", "f1": []any{map[string]any{"f0": int64(7)}}}, of)
	if want := "{f1=first, f0=[{x=7}]}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTypesOfDuckDB(t *testing.T) {
	for duck, want := range map[string]string{
		"VARCHAR": "varchar", "VARCHAR[]": "array(varchar)", "BIGINT[][]": "array(array(bigint))", "INTEGER[3]": "array(integer)",
		"MAP(VARCHAR, DECIMAL(5,2))": "map(varchar, decimal(5, 2))", `STRUCT("a b" INTEGER, c VARCHAR[])`: `row("a b" integer, c array(varchar))`,
		"TIMESTAMP WITH TIME ZONE": "timestamp(3) with time zone", "HUGEINT": "decimal(38, 0)", "ENUM": "varchar", "BLOB": "varbinary",
	} {
		if got := cell.FromDuckDB(duck).String(); got != want {
			t.Errorf("%s is %s, want %s", duck, got, want)
		}
	}
}

func TestTypesThatAreNone(t *testing.T) {
	for _, text := range []string{"", "array", "array()", "map(varchar)", "array(varchar", "varchar)", "row()", "decimal(5,2", strings.Repeat("array(", 50) + "x" + strings.Repeat(")", 50)} {
		if got, err := cell.ParseType(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestWhatAColumnSaysOfItself(t *testing.T) {
	want := []cell.Info{
		{CatalogName: "hive", Name: "a", Label: "a", Type: "varchar", Precision: 2147483647, Nullable: "UNKNOWN", CaseSensitive: true},
		{CatalogName: "hive", Name: "a", Label: "a", Type: "decimal", Precision: 10, Scale: 2, Nullable: "UNKNOWN"},
		{CatalogName: "hive", Name: "a", Label: "a", Type: "timestamp", Precision: 3, Nullable: "UNKNOWN"},
		{CatalogName: "hive", Name: "a", Label: "a", Type: "float", Precision: 17, Nullable: "UNKNOWN"},
		{CatalogName: "hive", Name: "a", Label: "a", Type: "array", Nullable: "UNKNOWN"},
	}
	for i, text := range []string{"varchar", "decimal(10,2)", "timestamp(3)", "real", "array(bigint)"} {
		if diff := cmp.Diff(want[i], cell.Column("a", typ(t, text))); diff != "" {
			t.Error(diff)
		}
	}
}

func TestCSVKeepsNullsApartFromEmptyTexts(t *testing.T) {
	rows := [][]cell.Value{
		{{Text: "a"}, {Null: true}, {Text: ""}},
		{{Text: "with \"quotes\""}, {Text: "two\nlines"}, {Text: "a,b"}},
		{{Null: true}},
	}
	var file []byte
	for _, r := range rows {
		file = cell.AppendCSV(file, r)
	}
	if want := "\"a\",,\"\"\n\"with \"\"quotes\"\"\",\"two\nlines\",\"a,b\"\n\n"; string(file) != want {
		t.Errorf("wrote %q", file)
	}
	in := cell.NewReader(bytes.NewReader(file))
	for _, want := range rows {
		got, err := in.Read()
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("read %v, want %v: %v", got, want, err)
		}
	}
	if _, err := in.Read(); !errors.Is(err, io.EOF) || in.Bytes() != int64(len(file)) {
		t.Errorf("ended at %d with %v", in.Bytes(), err)
	}
}

func FuzzCSVIsReadAsItWasWrittenOrRefused(f *testing.F) {
	f.Add([]byte("\"a\",,\"\"\n"))
	f.Add([]byte("\"a\"b\n"))
	f.Add([]byte("a\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		in := cell.NewReader(bytes.NewReader(file))
		var again []byte
		for {
			row, err := in.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return
			}
			again = cell.AppendCSV(again, row)
		}
		if !bytes.Equal(file, again) {
			t.Errorf("%q was read, and is written as %q", file, again)
		}
	})
}

func FuzzAParsedTypeIsWrittenAsItself(f *testing.F) {
	for _, text := range []string{"varchar(3)", "row(a bigint, b array(map(varchar, double)))", "timestamp(3) with time zone", "decimal(38, 2)"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		of, err := cell.ParseType(text)
		if err != nil {
			return
		}
		again, err := cell.ParseType(of.String())
		if err != nil || again.String() != of.String() {
			t.Errorf("%q is %s, and that is %s: %v", text, of, again, err)
		}
	})
}
