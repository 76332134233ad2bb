package raw

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/hindcast/hindcast/catalog"
)

type flowRow struct {
	Src   string `parquet:"srcaddr"`
	Start int64  `parquet:"start"`
}

// inParquet is a file of so many rows, in groups of two.
func inParquet(t testing.TB, rows int) string {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[flowRow](&b, parquet.MaxRowsPerRowGroup(2), parquet.Compression(&parquet.Snappy))
	for i := range rows {
		if _, err := w.Write([]flowRow{{fmt.Sprintf("192.0.2.%d", i), int64(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func rowText(i int) string { return fmt.Sprintf(`{"srcaddr":"192.0.2.%d","start":%d}`, i, i) }

func rowPlaces(base int64, rows int) (places []place) {
	for i := range rows {
		places = append(places, place{base + int64(i), 0, rowText(i)})
	}
	return places
}

func TestRowsOfParquetAreRecords(t *testing.T) {
	file := inParquet(t, 5)
	broken := []byte(file)
	broken[len(broken)-5] ^= 0xff // in the footer's length
	mixed := append(append([]place{{0, 0, "a"}}, rowPlaces(2, 5)...), append(rowPlaces(7, 5), place{12, 0, "b"})...)
	tests := map[string]struct {
		stored string
		want   []place
	}{
		"as it is":                     {file, rowPlaces(0, 5)},
		"in gzip":                      {gz(t, file), rowPlaces(0, 5)},
		"in tar":                       {tarred(t, file), rowPlaces(0, 5)},
		"of none":                      {inParquet(t, 0), nil},
		"in a zip, between lines":      {zipped(t, "a\n", file, gz(t, file), "b\n"), mixed},
		"with a broken one before it":  {zipped(t, string(broken), file), append([]place{{0, 0, "bad: "}}, rowPlaces(0, 5)...)},
		"with one cut off before it":   {zipped(t, file[:len(file)/2], file), append([]place{{0, 0, "bad: "}}, rowPlaces(0, 5)...)},
		"in an archive of one of none": {zipped(t, inParquet(t, 0), "a\n"), []place{{0, 0, "a"}}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			f := folder(t)
			put(t, f, "key", c.stored)
			for _, b := range []Bucket{f, single(c.stored)} {
				got, totals, err := readAll(t, b, catalog.Object{Key: "key", Size: int64(len(c.stored))}, Framing{Kind: Lines})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
				if totals.StoredBytes != int64(len(c.stored)) {
					t.Errorf("totals %+v", totals)
				}
				for _, want := range c.want {
					if strings.HasPrefix(want.Text, "bad: ") {
						continue
					}
					rec, err := At(context.Background(), b, "key", want.Offset, 0, Framing{Kind: Lines}, Limits{})
					if got := (place{rec.Offset, rec.Index, string(rec.Data)}); err != nil || got != want {
						t.Errorf("%+v and %v, want %+v", got, err, want)
					}
				}
				if _, err := At(context.Background(), b, "key", 1000, 0, Framing{Kind: Lines}, Limits{}); !errors.Is(err, ErrNoRecord) {
					t.Errorf("behind the last row: %v, want ErrNoRecord", err)
				}
			}
		})
	}
}

func TestHeadOfParquetIsItsFirstRows(t *testing.T) {
	var want strings.Builder
	for i := range 3 {
		want.WriteString(rowText(i) + "\n")
	}
	file, f := inParquet(t, 3), folder(t)
	for name, stored := range map[string]string{"plain": file, "in gzip": gz(t, file), "in a zip": zipped(t, "", inParquet(t, 0), file)} {
		put(t, f, name, stored)
		for _, b := range []Bucket{f, single(stored)} {
			if got, err := Head(context.Background(), b, catalog.Object{Key: name}); err != nil || string(got) != want.String() {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
	}
	large := inParquet(t, 1000)
	if got, err := Head(context.Background(), single(large), catalog.Object{Key: "key"}); err != nil || len(got) != 8<<10 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestDamagedParquetIsToldWithItsRow(t *testing.T) {
	file := []byte(inParquet(t, 5))
	file[bytes.Index(file, []byte("192.0.2.4"))-2] = 0xff // in its length
	for _, b := range []Bucket{single(file), single(gz(t, string(file)))} {
		got, _, err := readAll(t, b, catalog.Object{Key: "key"}, Framing{})
		var damaged *DamagedError
		if !errors.As(err, &damaged) || damaged.Offset != int64(len(got)) || len(got) != 4 {
			t.Errorf("%d rows, then %v", len(got), err)
		}
	}
	if _, _, err := readAll(t, single("PAR1\x15\x00 and no more"), catalog.Object{Key: "key"}, Framing{}); err == nil {
		t.Error("a file without a footer is read")
	}
}

func TestParquetThatIsMuchMoreThanItsBytesIsStopped(t *testing.T) {
	var b bytes.Buffer
	w := parquet.NewGenericWriter[struct {
		Text string `parquet:"text,dict"`
	}](&b, parquet.Compression(&parquet.Zstd))
	rows := make([]struct {
		Text string `parquet:"text,dict"`
	}, 100_000)
	for i := range rows {
		rows[i].Text = strings.Repeat("x", 1000)
	}
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, stored := range map[string]string{"plain": b.String(), "in a zip": zipped(t, b.String(), "a\n")} {
		got, _, err := readAll(t, single(stored), catalog.Object{Key: "key"}, Framing{Kind: Lines})
		var bomb *BombError
		var damaged *DamagedError
		if !errors.As(err, &bomb) || !errors.As(err, &damaged) || len(got) > 80_000 {
			t.Errorf("%s: %d rows, then %v, want a BombError", name, len(got), err)
		}
	}
}

func TestCopiesOfParquetAreRemoved(t *testing.T) {
	dir := t.TempDir()
	file := inParquet(t, 5)
	for name, stored := range map[string]string{"whole": gz(t, file), "damaged": gz(t, file[:len(file)-9]), "in a zip": zipped(t, file, file), "too long": gz(t, file+file)} {
		r, err := Open(context.Background(), single(stored), catalog.Object{Key: "key"}, Framing{}, Limits{Scratch: dir, Spool: int64(len(file))})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for err == nil {
			_, err = r.Next()
			n++
		}
		if strings.Contains(name, "too long") && (n > 1 || !strings.Contains(err.Error(), "more than")) {
			t.Errorf("%s: %v after %d rows", name, err, n-1)
		}
		r.Close()
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%s: left are %v, %v", name, left, err)
		}
	}
	_, err := Open(context.Background(), single(gz(t, file)), catalog.Object{Key: "key"}, Framing{}, Limits{Scratch: dir + "/missing"})
	if err != nil {
		t.Fatal(err)
	}
	r, _ := Open(context.Background(), single(gz(t, file)), catalog.Object{Key: "key"}, Framing{}, Limits{Scratch: dir + "/missing"})
	_, err = r.Next()
	var damaged *DamagedError
	if err == nil || errors.As(err, &damaged) {
		t.Errorf("no room for a copy: %v, want an error that is no damage", err)
	}
}
