package inflate

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

// described has all fields that a header can have, and a checksum of it.
func described(t *testing.T, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Header = gzip.Header{Name: name, Comment: "a comment", Extra: bytes.Repeat([]byte("extra"), 10_000), ModTime: time.Unix(1, 0), OS: 3}
	if _, err := w.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	packed := b.Bytes()
	packed[3] |= flagHeaderCRC
	data := headerSize + 2 + 50_000 + len(name) + 1 + len("a comment") + 1
	sum := binary.LittleEndian.AppendUint16(nil, uint16(crc32.ChecksumIEEE(packed[:data])))
	return append(packed[:data:data], append(sum, packed[data:]...)...)
}

func changed(packed []byte, at int, to byte) []byte {
	packed = bytes.Clone(packed)
	if at < 0 {
		at += len(packed)
	}
	packed[at] = to
	return packed
}

func TestWhatIsAroundTheDataIsRight(t *testing.T) {
	plain := pack(t, 6, []byte("hello"))
	full := described(t, "name")
	tests := map[string]struct {
		packed []byte
		want   string
		err    error
	}{
		"a header with all fields":                {full, "hello", nil},
		"two of them":                             {append(bytes.Clone(full), full...), "hellohello", nil},
		"a name as long as may be":                {described(t, strings.Repeat("n", maxName-1)), "hello", nil},
		"a name that is too long":                 {described(t, strings.Repeat("n", maxName)), "", ErrHeader},
		"a header with a wrong checksum":          {changed(full, 4, 9), "", ErrHeader},
		"a header that ends in the extra field":   {full[:10_000], "", io.ErrUnexpectedEOF},
		"a header that ends in the name":          {full[:headerSize+2+50_000+2], "", io.ErrUnexpectedEOF},
		"a reserved flag":                         {changed(plain, 3, 1<<6), "", ErrHeader},
		"another way of packing":                  {changed(plain, 2, 7), "", ErrHeader},
		"a wrong checksum":                        {changed(plain, -5, plain[len(plain)-5]^1), "hello", ErrChecksum},
		"a wrong size":                            {changed(plain, -1, 1), "hello", ErrChecksum},
		"no checksum":                             {plain[:len(plain)-8], "hello", io.ErrUnexpectedEOF},
		"half a size":                             {plain[:len(plain)-2], "hello", io.ErrUnexpectedEOF},
		"garbage behind the end":                  {append(bytes.Clone(plain), "some more bytes"...), "hello", ErrHeader},
		"little garbage behind the end":           {append(bytes.Clone(plain), "more"...), "hello", io.ErrUnexpectedEOF},
		"zeros behind the end":                    {append(bytes.Clone(plain), make([]byte, 512)...), "hello", ErrHeader},
		"a second member whose data is not there": {append(bytes.Clone(plain), plain[:headerSize]...), "hello", io.ErrUnexpectedEOF},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := io.ReadAll(NewReader(bytes.NewReader(c.packed)))
			if string(got) != c.want || !errors.Is(err, c.err) {
				t.Errorf("%q and %v, want %q and %v", got, err, c.want, c.err)
			}
		})
	}
}

func TestAnErrorStays(t *testing.T) {
	r := NewReader(strings.NewReader("no gzip at all"))
	for range 2 {
		if n, err := r.Read(make([]byte, 10)); n != 0 || err != ErrHeader {
			t.Errorf("%d and %v", n, err)
		}
	}
}

func TestAClosedReaderReadsNoMore(t *testing.T) {
	packed := pack(t, 6, bytes.Repeat([]byte("hello"), 1000))
	r := NewReader(bytes.NewReader(packed))
	if _, err := io.ReadFull(r, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if n, err := r.Read(make([]byte, 10)); n != 0 || !errors.Is(err, os.ErrClosed) {
			t.Errorf("%d and %v", n, err)
		}
	}
}

// What is left of one stream, wherever it was left, must not be seen by the next.
func TestDecodersAreUsedAgain(t *testing.T) {
	all := texts()
	next := pack(t, 6, all["lines"])
	for name, before := range all {
		packed := pack(t, 6, before)
		for _, n := range []int{1, 100, 33_000, 140_000} {
			d := new(decoder)
			d.start(bufio.NewReader(bytes.NewReader(packed[headerSize:])))
			_, _ = io.CopyN(io.Discard, readerFunc(d.read), int64(n)) // which may be more than there is
			d.start(bufio.NewReader(bytes.NewReader(next[headerSize:])))
			if got, err := io.ReadAll(readerFunc(d.read)); err != nil || !bytes.Equal(got, all["lines"]) {
				t.Fatalf("after %d bytes of %s: %d bytes and %v", n, name, len(got), err)
			}
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
