package table

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/xitongsys/parquet-go/encoding"

	"github.com/hindcast/hindcast/lake/ecs"
)

// decodeHybrid and decodeDelta are xitongsys/parquet-go's, unboxed.
func decodeHybrid(t *testing.T, p []byte, width, n int) []uint32 {
	t.Helper()
	boxed, err := encoding.ReadRLEBitPackedHybrid(bytes.NewReader(p), uint64(width), uint64(len(p)))
	if err != nil {
		t.Fatal(err)
	}
	if len(boxed) < n || len(boxed) > n+7 {
		t.Fatalf("%d values decoded, %d encoded", len(boxed), n)
	}
	v := make([]uint32, n)
	for i := range v {
		v[i] = uint32(boxed[i].(int64))
	}
	return v
}

// runs makes values in runs and in noise from random bytes.
func runs(data []byte, width int) []uint32 {
	var v []uint32
	mask := uint32(1)<<width - 1
	for len(data) >= 2 {
		x := uint32(data[0]) * 0x01000193 & mask
		for i := range uint32(data[1]) {
			if data[0]&1 == 1 {
				x = (x + i*0x9e3779b9) & mask
			}
			v = append(v, x)
		}
		data = data[2:]
	}
	return v
}

func FuzzHybridIsReadBack(f *testing.F) {
	f.Add([]byte{2, 100, 3, 9, 2, 7, 2, 8, 5, 255}, uint8(1))
	f.Add([]byte{3, 200}, uint8(17))
	f.Add([]byte{0, 1}, uint8(0))
	f.Add([]byte{4, 8, 6, 8, 7, 3}, uint8(31))
	f.Fuzz(func(t *testing.T, data []byte, bits uint8) {
		width := int(bits % 32)
		v := runs(data, width)
		if len(v) == 0 {
			return
		}
		p := appendHybrid(nil, v, width)
		if got := decodeHybrid(t, p, width, len(v)); !slices.Equal(got, v) {
			t.Fatalf("width %d: %v was read as %v", width, v, got)
		}
		if most := len(v)*width/8 + width + 12 + len(v)/64; len(p) > most {
			t.Errorf("%d values of width %d take %d bytes, more than %d", len(v), width, len(p), most)
		}
		if slices.Max(v) >= 1<<20 { // a dictionary that large would be slow to make
			return
		}
		d := decoder{typ: ecs.Int, dict: values{nums: make([]int64, 1<<20)}}
		got, err := d.index(append([]byte{byte(width)}, p...), len(v))
		for i := range got {
			if uint32(got[i]) != v[i] {
				t.Fatalf("width %d: %d was read as %d", width, v[i], got[i])
			}
		}
		if err != nil || len(got) != len(v) {
			t.Fatalf("width %d: %d of %d values were read: %v", width, len(got), len(v), err)
		}
	})
}

func TestHybridOfEveryWidthIsReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for width := range 32 {
		for range 50 {
			data := make([]byte, 2+r.IntN(40))
			for i := range data {
				data[i] = byte(r.Uint32())
			}
			data[1] |= 1
			v := runs(data, width)
			if got := decodeHybrid(t, appendHybrid(nil, v, width), width, len(v)); !slices.Equal(got, v) {
				t.Fatalf("width %d: %v was read as %v", width, v, got)
			}
		}
	}
}

func TestLongRunsAreWrittenAsRuns(t *testing.T) {
	v := make([]uint32, 100_000)
	v[50_000] = 1
	if p := appendHybrid(nil, v, 1); len(p) > 16 {
		t.Errorf("two runs take %d bytes", len(p))
	}
}

func FuzzDecodingDamagedLevelsReturns(f *testing.F) {
	f.Add(appendHybrid(nil, []uint32{1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3}, 3), uint8(3), uint16(19))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff}, uint8(1), uint16(100))
	f.Fuzz(func(t *testing.T, p []byte, bits uint8, n uint16) {
		v, err := levelRuns(nil, p, int(bits%9), int(n), 8)
		if err == nil && len(v) != int(n) {
			t.Fatalf("%d values, want %d", len(v), n)
		}
	})
}

func FuzzDeltaIsReadBack(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x00\x00\x00\x00\x80\xff\xff\xff\xff\xff\xff\xff\x7f"), 3)
	f.Add([]byte("0123456789abcdef"), 100)
	f.Fuzz(func(t *testing.T, data []byte, repeat int) {
		var v []int64
		for range min(max(repeat, 1), 200) {
			for i := 0; i+8 <= len(data); i += 8 {
				v = append(v, int64(binary.LittleEndian.Uint64(data[i:]))+int64(len(v)))
			}
		}
		checkDelta(t, v)
	})
}

func TestDeltaOfEveryLengthIsReadBack(t *testing.T) {
	for _, n := range []int{1, 2, 31, 32, 33, 34, 127, 128, 129, 130, 257, 1000} {
		for name, next := range map[string]func(i int) int64{
			"constant":   func(int) int64 { return 42 },
			"ascending":  func(i int) int64 { return day + int64(i)*1000 },
			"extremes":   func(i int) int64 { return []int64{math.MinInt64, math.MaxInt64, 0, -1}[i%4] },
			"descending": func(i int) int64 { return -int64(i) * 7 },
		} {
			t.Run(fmt.Sprint(n, " ", name), func(t *testing.T) {
				v := make([]int64, n)
				for i := range v {
					v[i] = next(i)
				}
				checkDelta(t, v)
			})
		}
	}
}

func checkDelta(t *testing.T, v []int64) {
	t.Helper()
	if len(v) == 0 {
		return
	}
	boxed, err := encoding.ReadDeltaBinaryPackedINT64(bytes.NewReader(appendDelta(nil, v)))
	if err != nil {
		t.Fatal(err)
	}
	if len(boxed) != len(v) {
		t.Fatalf("%d values decoded, %d encoded", len(boxed), len(v))
	}
	for i := range v {
		if boxed[i].(int64) != v[i] {
			t.Fatalf("value %d is %d, was %d", i, boxed[i], v[i])
		}
	}
}
