package ecs

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// derived is a batch of random rows, and what its columns are to hold once others are derived from the first.
type derived struct {
	*Batch
	from, text, num, list int
	want                  []string
}

func deriveSchema(t testing.TB) *Schema {
	t.Helper()
	s, err := NewSchema(Field{Name: "from"}, Field{Name: "text"}, Field{Name: "num", Type: Int}, Field{Name: "list", Type: Strings})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// textOf, numOf and listOf are what is derived from a value: of a third of the values, nothing.
func textOf(v string) string {
	if v == "" || v[0]%3 == 0 {
		return ""
	}
	return "text of " + v[:1]
}

func numOf(v string) (int64, bool) {
	if v == "" || v[0]%3 == 1 {
		return 0, false
	}
	return int64(v[0]), true
}

func listOf(v string) []string {
	if v == "" || v[0]%3 == 2 {
		return nil
	}
	return []string{"one", "of " + v}
}

// random builds rows of which each column is set, null or filled at random.
func random(t testing.TB, seed uint64) *derived {
	r := rand.New(rand.NewPCG(seed, 0))
	d := &derived{Batch: NewBatch(deriveSchema(t)), text: 1, num: 2, list: 3}
	fill := [4]string{}
	often := [4]float64{r.Float64() * r.Float64(), r.Float64() * float64(r.IntN(2)), r.Float64() * float64(r.IntN(2)), r.Float64() * float64(r.IntN(2))}
	for row, rows := 0, r.IntN(40); row < rows; row++ {
		if r.IntN(12) == 0 {
			col := []int{d.from, d.text, d.list}[r.IntN(3)]
			fill[col] = ""
			d.Fill(col)
			if r.IntN(2) == 0 {
				fill[col] = string(rune('a'+r.IntN(5))) + " fill"
				d.Fill(col, []byte(fill[col]))
			}
		}
		from, text, num, list := fill[d.from], fill[d.text], int64(0), []string(nil)
		if fill[d.list] != "" {
			list = append(list, fill[d.list])
		}
		if r.Float64() < often[d.from]+0.3 {
			from = string(rune('a'+r.IntN(20))) + " own"
			d.SetString(d.from, []byte(from))
		}
		if r.Float64() < often[d.text] {
			text = "own text"
			d.SetString(d.text, []byte(text))
		}
		if r.Float64() < often[d.num] {
			num = 7
			d.SetInt(d.num, num)
		}
		if r.Float64() < often[d.list] {
			list = append(list, "one")
			d.Append(d.list, []byte("one"))
		}
		d.Commit()
		d.want = append(d.want, expected(from, text, num, list))
	}
	return d
}

func expected(from, text string, num int64, list []string) string {
	if text == "" {
		text = textOf(from)
	}
	if n, ok := numOf(from); ok && num == 0 {
		num = n
	}
	for _, item := range listOf(from) {
		if !slices.Contains(list, item) {
			list = append(list, item)
		}
	}
	return fmt.Sprintf("%s|%s|%d|%v", from, text, num, list)
}

func (d *derived) derive() {
	n := d.Distinct(d.from) + 1
	ids, nums, has, lists := make([]uint32, n), make([]int64, n), make([]bool, n), make([][]uint32, n)
	for id := 1; id < n; id++ {
		v := string(d.Value(d.from, uint32(id)))
		if text := textOf(v); text != "" {
			ids[id] = d.ID(d.text, []byte(text))
		}
		nums[id], has[id] = numOf(v)
		for _, item := range listOf(v) {
			lists[id] = append(lists[id], d.ID(d.list, []byte(item)))
		}
	}
	keys := d.Keys(d.from)
	d.Derive(d.text, keys, ids)
	d.DeriveNum(d.num, keys, nums, has)
	d.DeriveItems(d.list, keys, lists)
}

func (d *derived) got() (rows []string) {
	for row := range d.Rows() {
		var list []string
		for _, id := range d.Items(d.list, row) {
			list = append(list, string(d.Value(d.list, id)))
		}
		rows = append(rows, fmt.Sprintf("%s|%s|%d|%v", d.Str(d.from, row), d.Str(d.text, row), d.Num(d.num, row), list))
	}
	return rows
}

func TestWhatIsDerivedIsWhatEachRowsValueLeadsToUnlessItHasAValueOfItsOwn(t *testing.T) {
	for seed := range uint64(3000) {
		d := random(t, seed)
		d.derive()
		if diff := cmp.Diff(d.want, d.got()); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
		d.SetString(d.text, []byte("next"))
		d.Commit()
		if got := string(d.Str(d.text, d.Rows()-1)); got != "next" {
			t.Fatalf("seed %d: the row after those that were derived is %q", seed, got)
		}
	}
}

func TestAColumnThatNothingIsDerivedForStaysEmpty(t *testing.T) {
	b := NewBatch(deriveSchema(t))
	for range 1000 {
		b.SetString(0, []byte("c")) // of which there is no text
		b.Commit()
	}
	b.Derive(1, b.Keys(0), []uint32{0, 0})
	b.DeriveNum(2, b.Keys(0), []int64{0, 0}, []bool{false, false})
	b.DeriveItems(3, b.Keys(0), [][]uint32{nil, nil})
	if n := b.columns[1].ids; len(n) > 0 {
		t.Errorf("a text column holds %d rows", len(n))
	}
	if n := b.columns[2].nums; len(n) > 0 {
		t.Errorf("a column of numbers holds %d rows", len(n))
	}
	if n := b.columns[3].ends; len(n) > 0 {
		t.Errorf("a list holds %d rows", len(n))
	}
}

func TestDerivingForgetsWhichColumnsWereEqual(t *testing.T) {
	b := NewBatch(deriveSchema(t))
	b.SetString(0, []byte("a"))
	b.Commit()
	if b.Same(0, 1) {
		t.Fatal("a value is equal to null")
	}
	b.Derive(1, b.Keys(0), []uint32{0, b.ID(1, []byte("a"))})
	if !b.Same(0, 1) {
		t.Error("the same text in both columns is not equal")
	}
}
