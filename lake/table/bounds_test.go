package table

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hindcast/hindcast/lake/ecs"
)

func TestLongBoundsAreCutToValidTextThatStillBounds(t *testing.T) {
	for name, v := range map[string]string{
		"ascii":                                strings.Repeat("a", 100),
		"two bytes a character":                "x" + strings.Repeat("é", 100),
		"three bytes a character":              strings.Repeat("語", 60),
		"four bytes a character":               "ab" + strings.Repeat("😀", 60),
		"one less than a cut":                  strings.Repeat("a", maxBound),
		"the last character before surrogates": strings.Repeat("\ud7ff", 40),
		"the last character of all":            "k" + strings.Repeat("\U0010ffff", 40),
		"nothing but last characters":          strings.Repeat("\U0010ffff", 40),
		"ends in the last of a width":          strings.Repeat("a", 62) + "\u007f\u07ff" + "more",
		"empty":                                "",
	} {
		t.Run(name, func(t *testing.T) {
			short := bounds{[]byte(v), []byte(v)}.cut()
			if bytes.Compare(short.min, []byte(v)) > 0 || bytes.Compare(short.max, []byte(v)) < 0 {
				t.Errorf("%q is not within %q and %q", v, short.min, short.max)
			}
			if !utf8.Valid(short.min) || !utf8.Valid(short.max) {
				t.Errorf("%q and %q are not UTF-8", short.min, short.max)
			}
			if !strings.Contains(name, "nothing") && len(short.max) > maxBound+utf8.UTFMax {
				t.Errorf("upper bound of %d bytes", len(short.max))
			}
		})
	}
}

func TestTextBoundsAreFoundByTheWholeText(t *testing.T) {
	for _, c := range []struct{ values, min, max string }{
		{"b a c", "a", "c"},
		{"same-prefix-2 same-prefix-1 same-prefix-3", "same-prefix-1", "same-prefix-3"},
		{"ab a abc", "a", "abc"},
		{"exactly8 exactly80 exactly7", "exactly7", "exactly80"},
		{"\xff \x00\x00 \x00", "\x00", "\xff"},
	} {
		var b textBounds
		for _, v := range strings.Split(c.values, " ") {
			b.add([]byte(v))
		}
		if string(b.min) != c.min || string(b.max) != c.max {
			t.Errorf("bounds of %q are %q and %q", c.values, b.min, b.max)
		}
	}
}

func TestFloatsWithoutOrderHaveNoBounds(t *testing.T) {
	bits := func(f float64) int64 { return int64(math.Float64bits(f)) }
	if b := numBounds(ecs.Float, []int64{bits(1), bits(math.NaN()), bits(2)}); b.min != nil || b.max != nil {
		t.Errorf("bounds with a NaN: %v", b)
	}
	b := numBounds(ecs.Float, []int64{bits(0)})
	if !math.Signbit(math.Float64frombits(uint64(fixed(b.min)))) || math.Signbit(math.Float64frombits(uint64(fixed(b.max)))) {
		t.Errorf("bounds of zero are %v, want -0 and +0", b)
	}
	rows := []cells{{day, "a", int64(1), 1.0, true}, {day, "b", int64(2), math.NaN(), false}}
	batch := batchOf(t, rows, extremeFields()...)
	if err := verify(encode(t, batch, order(2), Options{}), batch, order(2)); err != nil {
		t.Error(err)
	}
}
