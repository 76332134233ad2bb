package table

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/hindcast/hindcast/lake/ecs"
)

// pageBytes are the ranges of a file in which its pages lie, headers included.
func pageBytes(t *testing.T, data []byte) (ranges [][2]int64) {
	t.Helper()
	f, err := openFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range f.meta.RowGroups {
		for _, c := range g.Columns {
			at := start(c.MetaData)
			ranges = append(ranges, [2]int64{at, at + c.MetaData.TotalCompressedSize})
		}
	}
	return ranges
}

func TestVerifyDetectsEveryFlippedByteOfAPage(t *testing.T) {
	for _, c := range []struct {
		rows, step int
		o          Options
	}{{12, 1, Options{}}, {200, 13, Options{RowsPerGroup: 80, RowsPerPage: 30}}} {
		b := batchOf(t, mixedRows(c.rows, 31), mixedFields()...)
		rows := order(c.rows)
		file := encode(t, b, rows, c.o)
		for i, r := range pageBytes(t, file) {
			for at := r[0] + int64(i%c.step); at < r[1]; at += int64(c.step) {
				bit := byte(1) << (at % 8)
				file[at] ^= bit
				if verify(file, b, rows) == nil {
					t.Errorf("chunk %d: bit %d of the byte at %d, which is %d from the chunk's start, was flipped unnoticed", i, at%8, at, at-r[0])
				}
				file[at] ^= bit
			}
		}
		if err := verify(file, b, rows); err != nil {
			t.Fatal(err)
		}
	}
}

func TestVerifyReturnsOnFilesCutOff(t *testing.T) {
	b := batchOf(t, mixedRows(20, 32), mixedFields()...)
	file := encode(t, b, order(20), Options{})
	for n := range file {
		if err := verify(file[:n], b, order(20)); err == nil {
			t.Fatalf("the first %d of %d bytes were taken for the file", n, len(file))
		}
	}
}

func FuzzVerifyReturnsOnDamage(f *testing.F) {
	b := batchOf(f, mixedRows(20, 33), mixedFields()...)
	file := encode(f, b, order(20), Options{})
	f.Add(uint32(10), []byte{1, 2, 3})
	f.Add(uint32(len(file)-10), []byte{0xff, 0xff})
	f.Fuzz(func(t *testing.T, at uint32, patch []byte) {
		damaged := slices.Clone(file)
		copy(damaged[int(at)%len(damaged):], patch)
		r := bytes.NewReader(damaged)
		_ = verify(damaged, b, order(20)) // a change in what nobody reads is no error
		_, _ = ShapeOf(r, int64(len(damaged)))
		_ = Find(r, int64(len(damaged)), []Key{{day, []byte("x")}}, func(int) {})
	})
}

// Verify must notice whatever the writer could get wrong, not only what a disk does.
func TestVerifyComparesContents(t *testing.T) {
	rows := mixedRows(300, 34)
	file := encode(t, batchOf(t, rows, mixedFields()...), order(300), Options{RowsPerGroup: 100, RowsPerPage: 30})
	for name, change := range map[string]func(rows []cells){
		"another time":                  func(rows []cells) { rows[250][0] = rows[250][0].(int64) + 1 },
		"another id":                    func(rows []cells) { rows[99][1] = "other" },
		"a value instead of a null":     func(rows []cells) { rows[7][5] = "value" },
		"a null instead of a value":     func(rows []cells) { rows[120][3] = nil },
		"another value of a dictionary": func(rows []cells) { rows[60][6] = rows[61][6].(string) + "!" },
		"two values exchanged":          func(rows []cells) { rows[0][1], rows[1][1] = rows[1][1], rows[0][1] },
		"a list with one item more": func(rows []cells) {
			l, _ := rows[3][8].([]string)
			rows[3][8] = append(slices.Clone(l), "new")
		},
		"a list instead of none":  func(rows []cells) { rows[299][9] = []string{"x"} },
		"another integer":         func(rows []cells) { rows[40][11] = int64(5) },
		"another port":            func(rows []cells) { rows[41][10] = int64(444) },
		"another float":           func(rows []cells) { rows[42][13] = 0.123 },
		"another boolean":         func(rows []cells) { rows[43][14] = rows[43][14] != true },
		"the last row is missing": func(rows []cells) { rows[299] = nil },
	} {
		t.Run(name, func(t *testing.T) {
			other := mixedRows(300, 34)
			change(other)
			n := len(other)
			if other[n-1] == nil {
				n--
			}
			if err := verify(file, batchOf(t, other[:n], mixedFields()...), order(n)); !errors.Is(err, ErrMismatch) {
				t.Errorf("err = %v, want ErrMismatch", err)
			}
		})
	}
}

func TestVerifyComparesTheSchema(t *testing.T) {
	rows := []cells{{day, "a"}}
	fields := []ecs.Field{{Name: "@timestamp", Type: ecs.Time}, {Name: "user.name", Type: ecs.String}}
	file := encode(t, batchOf(t, rows, fields...), order(1), Options{})
	for name, other := range map[string][]ecs.Field{
		"another name": {fields[0], {Name: "user.id", Type: ecs.String}},
		"another type": {fields[0], {Name: "user.name", Type: ecs.Strings}},
		"one more":     {fields[0], fields[1], {Name: "x", Type: ecs.Int}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := verify(file, batchOf(t, []cells{{day}}, other...), order(1)); !errors.Is(err, ErrMismatch) {
				t.Errorf("err = %v, want ErrMismatch", err)
			}
		})
	}
}

// Queries skip rows by these, so a wrong one loses rows without any error.
func TestVerifyDetectsWrongIndexes(t *testing.T) {
	b := batchOf(t, mixedRows(300, 35), mixedFields()...)
	rows := order(300)
	good := encode(t, b, rows, Options{RowsPerGroup: 100, RowsPerPage: 30})
	f, err := openFile(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	ids := f.meta.RowGroups[1].Columns[1]
	x, err := f.columnIndex(ids)
	if err != nil {
		t.Fatal(err)
	}
	for name, span := range map[string][]byte{
		"a page's least id":    x.MinValues[1],
		"a page's greatest id": x.MaxValues[1],
		"a chunk's least id":   ids.MetaData.Statistics.MinValue,
	} {
		t.Run(name, func(t *testing.T) {
			from := ids.GetColumnIndexOffset()
			if name == "a chunk's least id" {
				from = int64(bytes.LastIndex(good, ids.MetaData.Statistics.MaxValue)) - 100
			}
			bad := slices.Clone(good)
			at := from + int64(bytes.Index(good[from:], span))
			bad[at] ^= 0x40 // hexadecimal digits become letters, and letters control characters
			if err := verify(bad, b, rows); !errors.Is(err, ErrMismatch) {
				t.Errorf("err = %v, want ErrMismatch", err)
			}
		})
	}
	t.Run("the bloom filter", func(t *testing.T) {
		bad := slices.Clone(good)
		at := ids.MetaData.GetBloomFilterOffset()
		clear(bad[at+40 : at+60])
		if err := verify(bad, b, rows); !errors.Is(err, ErrMismatch) {
			t.Errorf("err = %v, want ErrMismatch", err)
		}
	})
}
