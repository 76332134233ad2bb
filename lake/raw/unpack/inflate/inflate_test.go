package inflate

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	kgzip "github.com/klauspost/compress/gzip"
)

// texts have matches of all kinds, or none.
func texts() map[string][]byte {
	dice := rand.New(rand.NewPCG(1, 2))
	random := make([]byte, 150_000)
	for i := range random {
		random[i] = byte(dice.Uint32())
	}
	skewed := make([]byte, 100_000) // whose rarest bytes have the longest codes there are
	for i := range skewed {
		for skewed[i] < 30 && dice.IntN(2) == 0 {
			skewed[i]++
		}
	}
	var lines []byte
	for i := range 8000 {
		lines = fmt.Appendf(lines, `{"time":%d,"user":"user-%d","id":"%016x"}`+"\n", 1_700_000_000+i, dice.IntN(40), dice.Uint64())
	}
	var periods []byte
	for n := 1; n < 300; n++ {
		periods = append(periods, bytes.Repeat(random[n:2*n], 2+1000/n)...)
	}
	far := append(bytes.Clone(random[:windowSize]), random[:windowSize]...)
	return map[string][]byte{
		"nothing": nil, "a byte": {'x'}, "a word": []byte("hello"), "zeros": make([]byte, 1<<20), "random bytes": random, "skewed bytes": skewed,
		"lines": lines, "short periods": periods, "a match from as far as can be": append(far, far...),
	}
}

func pack(t testing.TB, level int, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func packByKlauspost(t testing.TB, level int, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := kgzip.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatWasPackedIsUnpacked(t *testing.T) {
	for name, text := range texts() {
		t.Run(name, func(t *testing.T) {
			for level := gzip.HuffmanOnly; level <= gzip.BestCompression; level++ {
				check(t, pack(t, level, text), text)
			}
			for level := kgzip.StatelessCompression; level <= kgzip.BestCompression; level++ {
				check(t, packByKlauspost(t, level, text), text)
			}
		})
	}
}

func check(t *testing.T, packed, want []byte) {
	t.Helper()
	if got, err := io.ReadAll(NewReader(bytes.NewReader(packed))); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%d bytes and %v, want %d", len(got), err, len(want))
	}
}

func TestItDoesNotMatterHowBytesComeAndGo(t *testing.T) {
	text := texts()["lines"][:100_000]
	packed := bytes.Repeat(pack(t, 6, text), 2)
	text = bytes.Repeat(text, 2)
	sources := map[string]func() io.Reader{
		"at once":               func() io.Reader { return bytes.NewReader(packed) },
		"a byte at a time":      func() io.Reader { return iotest.OneByteReader(bytes.NewReader(packed)) },
		"in halves":             func() io.Reader { return iotest.HalfReader(bytes.NewReader(packed)) },
		"the last with the end": func() io.Reader { return iotest.DataErrReader(bytes.NewReader(packed)) },
	}
	for name, source := range sources {
		t.Run("read "+name, func(t *testing.T) {
			if err := iotest.TestReader(NewReader(source()), text); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMembersAreJoined(t *testing.T) {
	var packed, want []byte
	for i := range 400 {
		text := fmt.Append(nil, strings.Repeat("member ", i%5), i)
		if i%3 == 0 {
			text = nil
		}
		packed, want = append(packed, pack(t, i%3*3, text)...), append(want, text...)
	}
	check(t, packed, want)
}

func TestAMatchFromBeforeTheMemberIsCorrupt(t *testing.T) {
	var b bytes.Buffer
	w, err := flate.NewWriterDict(&b, 6, []byte("a dictionary of words"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, "a dictionary of words")
	w.Close()
	empty := pack(t, 6, nil)
	member := append(bytes.Clone(empty[:headerSize]), b.Bytes()...)
	packed := append(pack(t, 6, []byte("a dictionary of words")), member...)
	got, err := io.ReadAll(NewReader(bytes.NewReader(packed)))
	if !errors.Is(err, ErrCorrupt) || string(got) != "a dictionary of words" {
		t.Errorf("%q and %v", got, err)
	}
}

func TestAnErrorOfTheSourceComesAfterWhatWasBeforeIt(t *testing.T) {
	errLost := errors.New("connection lost")
	text := texts()["lines"]
	packed := pack(t, 6, text)
	for _, n := range []int{0, 5, headerSize, headerSize + 1, 50, 1000, len(packed) / 2, len(packed) - 9, len(packed) - 5, len(packed)} {
		src := io.MultiReader(bytes.NewReader(packed[:n]), iotest.ErrReader(errLost))
		got, err := io.ReadAll(NewReader(src))
		want, _ := readAll(bytes.NewReader(packed[:n]))
		if !errors.Is(err, errLost) || !bytes.HasPrefix(text, got) || len(got) < len(want) {
			t.Errorf("%d bytes and %v after %d bytes packed, want %d", len(got), err, n, len(want))
		}
	}
}

// readAll unpacks as compress/gzip does.
func readAll(src io.Reader) ([]byte, error) {
	r, err := gzip.NewReader(src)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestEveryCutIsFound(t *testing.T) {
	for name, text := range map[string][]byte{"a word": []byte("hello"), "lines": texts()["lines"][:700], "zeros": make([]byte, 1000), "random": texts()["random bytes"][:500]} {
		for _, level := range []int{gzip.HuffmanOnly, 0, 1, 6} {
			packed := append(pack(t, level, text), pack(t, level, text)...)
			for n := 1; n < len(packed); n++ {
				got, err := io.ReadAll(NewReader(bytes.NewReader(packed[:n])))
				want, wantErr := readAll(bytes.NewReader(packed[:n]))
				if err != wantErr || !bytes.HasPrefix(got, want) || !bytes.HasPrefix(bytes.Repeat(text, 2), got) {
					t.Fatalf("%s of level %d cut to %d bytes: %d bytes and %v, want %d and %v", name, level, n, len(got), err, len(want), wantErr)
				}
			}
		}
	}
}

func TestEveryWrongBitIsFound(t *testing.T) {
	for name, text := range map[string][]byte{"a word": []byte("hello"), "lines": texts()["lines"][:300], "skewed": texts()["skewed bytes"][:400]} {
		for _, level := range []int{gzip.HuffmanOnly, 0, 1, 6} {
			packed := pack(t, level, text)
			for bit := range len(packed) * 8 {
				if bit/8 == 3 && bit%8 >= 5 {
					continue // a reserved flag, which compress/gzip lets pass
				}
				packed[bit/8] ^= 1 << (bit % 8)
				got, err := io.ReadAll(NewReader(bytes.NewReader(packed)))
				want, wantErr := readAll(bytes.NewReader(packed))
				if (err == nil) != (wantErr == nil) || !bytes.HasPrefix(got, want) || wantErr == nil && len(got) != len(want) {
					t.Fatalf("%s of level %d, bit %d: %d bytes and %v, want %d and %v", name, level, bit, len(got), err, len(want), wantErr)
				}
				packed[bit/8] ^= 1 << (bit % 8)
			}
		}
	}
}

// FuzzInflate compares with compress/flate. Where the input breaks off, that may give a symbol or two less.
func FuzzInflate(f *testing.F) {
	for _, text := range texts() {
		for _, level := range []int{gzip.HuffmanOnly, 0, 1, 6} {
			packed := pack(f, level, text[:min(len(text), 500)])
			f.Add(packed[headerSize : len(packed)-trailerSize])
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		const most = 200_000
		want, wantErr := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), most))
		d := new(decoder)
		d.start(bufio.NewReader(bytes.NewReader(data)))
		var got []byte
		var err error
		for buf := make([]byte, 10_000); err == nil && len(got) < most; {
			var n int
			n, err = d.read(buf)
			got = append(got, buf[:n]...)
		}
		if len(want) == most {
			if !bytes.HasPrefix(got, want) {
				t.Fatalf("%d bytes are others", len(got))
			}
			return
		}
		if (err == io.EOF) != (wantErr == nil) || !bytes.HasPrefix(got, want) || err == io.EOF && len(got) != len(want) {
			t.Fatalf("%d bytes and %v, want %d and %v", len(got), err, len(want), wantErr)
		}
	})
}
