package table

import (
	"encoding/binary"
	"slices"
	"testing"
)

// slackened is a page as the reader has it: with bytes behind it that are not of it.
func slackened(data []byte) []byte { return append(slices.Clone(data), make([]byte, slack)...) }

func FuzzRunsAreReadByAndBy(f *testing.F) {
	f.Add([]byte{2, 100, 3, 9, 2, 7, 2, 8, 5, 255}, uint8(1), uint8(3))
	f.Add([]byte{3, 200}, uint8(17), uint8(200))
	f.Add([]byte{0, 1}, uint8(0), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, width, step uint8) {
		w := int(width % 32)
		want := runs(data, w)
		packed := appendHybrid(nil, want, w)
		r := runReader{data: slackened(packed), end: len(packed), width: w}
		var got []uint32
		for len(got) < len(want) {
			part := make([]uint32, min(int(step)+1, len(want)-len(got)))
			if v, ok := r.same(len(part)); ok {
				part = appendSame32(part[:0], v, len(part))
			} else if err := r.read(part); err != nil {
				t.Fatal(err)
			}
			got = append(got, part...)
		}
		if !slices.Equal(want, got) {
			t.Fatalf("width %d: %v came back as %v", w, want, got)
		}
	})
}

func appendSame32(dst []uint32, v uint32, n int) []uint32 {
	for range n {
		dst = append(dst, v)
	}
	return dst
}

func FuzzDeltasAreReadByAndBy(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x00\x00\x00\x00\x80\xff\xff\xff\xff\xff\xff\xff\x7f"), uint8(0))
	f.Add(make([]byte, 8*300), uint8(31))
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		var want []int64
		for ; len(data) >= 8; data = data[8:] {
			want = append(want, int64(binary.LittleEndian.Uint64(data)))
		}
		if len(want) == 0 {
			return
		}
		packed := appendDelta(nil, want)
		d := deltaReader{data: slackened(packed), end: len(packed)}
		if err := d.begin(len(want)); err != nil {
			t.Fatal(err)
		}
		var got []int64
		for len(got) < len(want) {
			part := make([]int64, min(int(step)+1, len(want)-len(got)))
			if err := d.read(part); err != nil {
				t.Fatal(err)
			}
			got = append(got, part...)
		}
		if !slices.Equal(want, got) {
			t.Fatalf("%v came back as %v", want, got)
		}
		if d.read(make([]int64, 1)) == nil {
			t.Error("more was read than there is")
		}
	})
}

// Whatever stands in a page, values are read from it or refused.
func FuzzBrokenRunsAndDeltasAreRefused(f *testing.F) {
	f.Add(appendHybrid(nil, []uint32{1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4}, 3), uint8(3))
	f.Add(appendDelta(nil, []int64{1, 5, 9, -3, 1 << 40}), uint8(5))
	f.Fuzz(func(_ *testing.T, data []byte, n uint8) {
		r := runReader{data: slackened(data), end: len(data), width: int(n % 33)}
		for range 20 {
			if r.read(make([]uint32, n)) != nil {
				break
			}
		}
		d := deltaReader{data: slackened(data), end: len(data)}
		if d.begin(int(n)) == nil {
			_ = d.read(make([]int64, n))
		}
	})
}
