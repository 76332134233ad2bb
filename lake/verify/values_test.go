package verify

import (
	"bytes"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
)

func TestTimesAreReadHoweverTheyAreStored(t *testing.T) {
	const at = int64(1769817600123) // 2026-01-31T00:00:00.123Z
	ms := at % 86_400_000 * 1_000_000
	for name, data := range map[string][]byte{
		"milliseconds": stored(t, struct {
			T int64 `parquet:"timestamp,timestamp(millisecond)"`
		}{at}),
		"microseconds": stored(t, struct {
			T int64 `parquet:"timestamp,timestamp(microsecond)"`
		}{at * 1000}),
		"nanoseconds": stored(t, struct {
			T int64 `parquet:"timestamp,timestamp(nanosecond)"`
		}{at * 1_000_000}),
		"INT96, as Hive and Trino write": stored(t, struct {
			T deprecated.Int96 `parquet:"timestamp"`
		}{deprecated.Int96{uint32(ms), uint32(ms >> 32), uint32(at/86_400_000 + 2_440_588)}}),
	} {
		f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		c, err := newColumn(f, timeColumn)
		if err != nil {
			t.Fatal(err)
		}
		v, err := c.next()
		if err != nil || c.millis(v) != at {
			t.Errorf("%s: got %d, %v", name, c.millis(v), err)
		}
		c.close()
	}
}

func stored[T any](t *testing.T, row T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b)
	if _, err := w.Write([]T{row}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
