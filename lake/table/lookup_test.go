package table

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/hindcast/hindcast/lake/ecs"
)

func find(t *testing.T, file []byte, want []Key) (found []int) {
	t.Helper()
	slices.SortStableFunc(want, func(a, b Key) int { return cmp.Compare(a.Time, b.Time) })
	if err := Find(bytes.NewReader(file), int64(len(file)), want, func(i int) { found = append(found, i) }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

func keys(rows []cells) []Key {
	k := make([]Key, len(rows))
	for i, r := range rows {
		id, _ := r[1].(string)
		k[i] = Key{r[0].(int64), []byte(id)}
	}
	return k
}

func TestFindFindsExactlyTheKeysThatAreThere(t *testing.T) {
	rows := mixedRows(5000, 41)
	other := mixedRows(5000, 42)
	for name, fields := range map[string][]ecs.Field{
		"ids in plain pages":   mixedFields(),
		"ids in a dictionary":  withDictionary(mixedFields()),
		"without bloom filter": mixedFields(),
	} {
		o := Options{RowsPerGroup: 1500, RowsPerPage: 200, PageBytes: 3000}
		if name == "without bloom filter" {
			o.Bloom = func(ecs.Field) bool { return false }
		}
		file := encode(t, batchOf(t, rows, fields...), order(len(rows)), o)
		for _, c := range []struct {
			name  string
			want  []Key
			found int
		}{
			{"all of the file's", keys(rows), len(rows)},
			{"every hundredth", every(keys(rows), 100), 50},
			{"another file's of the same time", keys(other), 0},
			{"the same ids a millisecond later", later(keys(rows), 1), 0},
			{"the same ids a day later", later(keys(rows), 86_400_000), 0},
			{"half there and half not", append(keys(rows[:2500]), keys(other[2500:])...), 2500},
			{"none", nil, 0},
		} {
			t.Run(fmt.Sprint(name, ", ", c.name), func(t *testing.T) {
				found := find(t, file, c.want)
				there := map[string]bool{}
				for _, k := range keys(rows) {
					there[fmt.Sprint(k.Time, k.ID)] = true
				}
				for _, i := range found {
					if k := c.want[i]; !there[fmt.Sprint(k.Time, k.ID)] {
						t.Fatalf("key %d is not in the file", i)
					}
				}
				if len(slices.Compact(found)) != c.found {
					t.Errorf("%d keys found, want %d", len(found), c.found)
				}
			})
		}
	}
}

// withDictionary makes ids repeat often enough for a dictionary.
func withDictionary(fields []ecs.Field) []ecs.Field {
	fields[1].Unique = false
	return fields
}

func every(k []Key, n int) (some []Key) {
	for i := n - 1; i < len(k); i += n {
		some = append(some, k[i])
	}
	return some
}

func later(k []Key, ms int64) []Key {
	for i := range k {
		k[i].Time += ms
	}
	return k
}

func TestFindTellsApartEventsOfOneMomentAndOneIDOfTwoMoments(t *testing.T) {
	rows := []cells{{day, "a"}, {day, "b"}, {day, nil}, {day + 1, "a"}, {day + 1, "c"}, {day + 1, "c"}, {day + 1, "c"}}
	file := encode(t, batchOf(t, rows, mixedFields()[0], ecs.Field{Name: "event.id"}), order(len(rows)), Options{})
	want := []Key{{day, []byte("a")}, {day, []byte("c")}, {day + 1, []byte("a")}, {day + 1, []byte("b")}, {day + 1, []byte("c")}}
	if got := find(t, file, want); !slices.Equal(got, []int{0, 2, 4}) {
		t.Errorf("found %v, want [0 2 4]", got)
	}
}

// counting counts what is read.
type counting struct {
	io.ReaderAt
	n int64
}

func (c *counting) ReadAt(p []byte, at int64) (int, error) {
	c.n += int64(len(p))
	return c.ReaderAt.ReadAt(p, at)
}

func TestFindReadsLittleWhereNothingOverlaps(t *testing.T) {
	rows := mixedRows(20_000, 43)
	file := encode(t, batchOf(t, rows, mixedFields()...), order(len(rows)), Options{RowsPerGroup: 5000})
	for name, c := range map[string]struct {
		want []Key
		most int
	}{
		"no time overlaps":           {later(keys(rows), 86_400_000), len(file) / 20},
		"one event of another file":  {keys(mixedRows(1, 44)), len(file) / 10},
		"one event of the same file": {keys(rows[7000:7001]), len(file) / 4},
	} {
		t.Run(name, func(t *testing.T) {
			r := &counting{ReaderAt: bytes.NewReader(file)}
			if err := Find(r, int64(len(file)), c.want, func(int) {}); err != nil {
				t.Fatal(err)
			}
			if r.n > int64(c.most) {
				t.Errorf("%d of %d bytes read, want at most %d", r.n, len(file), c.most)
			}
		})
	}
}

func TestFindRefusesFilesWithoutKeys(t *testing.T) {
	file := encode(t, batchOf(t, []cells{{day, "x"}}, ecs.Field{Name: "@timestamp", Type: ecs.Time}, ecs.Field{Name: "user.name"}), order(1), Options{})
	if err := Find(bytes.NewReader(file), int64(len(file)), []Key{{day, []byte("x")}}, func(int) {}); err == nil {
		t.Error("a file without event ids was searched")
	}
}

func TestBloomFilterKeepsItsRate(t *testing.T) {
	for _, fpp := range []float64{0.01, 0.001} {
		for _, n := range []int{1, 10, 1000, 100_000} {
			f := newBloom(n, fpp)
			for i := range n {
				f.add(fmt.Appendf(nil, "in-%d", i))
			}
			const probes = 100_000
			wrong := 0
			for i := range max(n, probes) {
				if i < n && !f.has(fmt.Appendf(nil, "in-%d", i)) {
					t.Fatalf("value %d of %d is denied", i, n)
				}
				if i < probes && f.has(fmt.Appendf(nil, "out-%d", i)) {
					wrong++
				}
			}
			if rate := float64(wrong) / probes; rate > 2*fpp {
				t.Errorf("%d values at %g: %g of others are let through", n, fpp, rate)
			}
			if back := parseBloom(f.append(nil)); !slices.Equal(back, f) {
				t.Error("filter was read back as another")
			}
		}
	}
}
