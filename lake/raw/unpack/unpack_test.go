package unpack

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

func gz(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(p)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func zstandard(t testing.TB, text string) string {
	t.Helper()
	e, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(e.EncodeAll([]byte(text), nil))
}

// logText is more than a peek shows, of which snappy makes copies.
var logText = strings.Repeat("198.51.100.7 - - [31/Jan/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 12\n", 300)

// written closes what wrote to b, and answers what it wrote.
func written(t testing.TB, b *bytes.Buffer, w io.WriteCloser, text string) string {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func lz4ed(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	return written(t, &b, lz4.NewWriter(&b), text)
}

func snappyFrames(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	return written(t, &b, snappy.NewBufferedWriter(&b), text)
}

func s2Frames(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	return written(t, &b, s2.NewWriter(&b), text)
}

// hadoopSnappy is what Hadoop's codec makes of one write that it cuts into blocks.
func hadoopSnappy(blocks ...string) string {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(strings.Join(blocks, ""))))
	return string(out) + snappyBlocks(blocks)
}

func javaSnappy(blocks ...string) string {
	return snappyJava + "\x00\x00\x00\x01\x00\x00\x00\x01" + snappyBlocks(blocks)
}

func snappyBlocks(blocks []string) string {
	var out []byte
	for _, b := range blocks {
		packed := snappy.Encode(nil, []byte(b))
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(packed))), packed...)
	}
	return string(out)
}

// bzipped is "hello bzip2\n" as the bzip2 program packs it.
func bzipped(t testing.TB) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString("QlpoOTFBWSZTWatrofEAAALZgAAQQAAQABJkwBAgADEA000EAB6j705RogeLuSKcKEhVtdD4gA==")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestContentsTellHowTheyArePacked(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"nothing is nothing":               {"", ""},
		"text is as it is":                 {"hello", "hello"},
		"gzip is unpacked":                 {gz(t, "hello"), "hello"},
		"gzip members are joined":          {gz(t, "hel", "", "lo"), "hello"},
		"zstd is unpacked":                 {zstandard(t, "hello"), "hello"},
		"zstd frames are joined":           {zstandard(t, "hel") + zstandard(t, "lo"), "hello"},
		"bzip2 is unpacked":                {bzipped(t), "hello bzip2\n"},
		"bzip2 streams are joined":         {bzipped(t) + bzipped(t), "hello bzip2\nhello bzip2\n"},
		"frames that zstd skips are":       {"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + zstandard(t, "hel") + "\x5f\x2a\x4d\x18\x00\x00\x00\x00" + zstandard(t, "lo"), "hello"},
		"LZ4 is unpacked":                  {lz4ed(t, "hello"), "hello"},
		"LZ4 frames are joined":            {lz4ed(t, "hel") + lz4ed(t, "lo"), "hello"},
		"frames that LZ4 skips are":        {"\x51\x2a\x4d\x18\x03\x00\x00\x00abc" + lz4ed(t, "hello"), "hello"},
		"snappy frames are unpacked":       {snappyFrames(t, "hello"), "hello"},
		"snappy streams are joined":        {snappyFrames(t, "hel") + snappyFrames(t, "lo"), "hello"},
		"S2 frames are unpacked":           {s2Frames(t, "hello"), "hello"},
		"Hadoop's snappy is unpacked":      {hadoopSnappy("hello", "hello", "you") + hadoopSnappy("there"), "hellohelloyouthere"},
		"snappy-java's streams are joined": {javaSnappy("hel", "lo") + javaSnappy("!"), "hello!"},
		"a snappy block is unpacked":       {string(snappy.Encode(nil, []byte(logText))), logText},
		"a short snappy block is unpacked": {string(snappy.Encode(nil, []byte(logText[:300]))), logText[:300]},
		"snappy in gzip is unpacked":       {gz(t, snappyFrames(t, "hello")), "hello"},
		"LZ4 in bzip2's company is text":   {"BZh9 " + lz4ed(t, "x"), "BZh9 " + lz4ed(t, "x")},
		"text with accents is text":        {"é" + strings.Repeat("tête à tête, ", 50), "é" + strings.Repeat("tête à tête, ", 50)},
		"gzip in gzip is unpacked":         {gz(t, gz(t, "hello")), "hello"},
		"gzip members in gzip are joined":  {gz(t, gz(t, "hel")+gz(t, "lo")), "hello"},
		"zstd in gzip is unpacked":         {gz(t, zstandard(t, "hello")), "hello"},
		"text like the mark of bzip2 is":   {"BZh9 is a name", "BZh9 is a name"},
		"a part of a mark is text":         {"\x1f\x8b", "\x1f\x8b"},
		"packed nothing is nothing":        {gz(t, ""), ""},
		"three layers are unpacked":        {gz(t, gz(t, gz(t, "hello"))), "hello"},
		"a mark behind the start is text ": {" " + gz(t, "hello"), " " + gz(t, "hello")},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			for _, src := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in)), iotest.DataErrReader(strings.NewReader(c.in))} {
				r := New(src, 0, Limits{})
				got, err := io.ReadAll(r)
				if err != nil || string(got) != c.want {
					t.Errorf("%q and %v, want %q", got, err, c.want)
				}
				checkSums(t, r, c.in, len(c.want))
			}
		})
	}
}

func checkSums(t *testing.T, r *Reader, stored string, unpacked int) {
	t.Helper()
	size, sum := r.Stored()
	want := sha256.Sum256([]byte(stored))
	if size != int64(len(stored)) || sum != hex.EncodeToString(want[:]) {
		t.Errorf("stored %d bytes, sum %s; want %d, %x", size, sum, len(stored), want)
	}
	if r.Unpacked() != int64(unpacked) {
		t.Errorf("unpacked %d bytes, want %d", r.Unpacked(), unpacked)
	}
	r.Close()
}

func TestDamageComesAfterWhatCouldBeRead(t *testing.T) {
	text := strings.Repeat("0123456789", 20_000)
	packed := gz(t, text)
	broken := []byte(packed)
	broken[len(broken)-6] ^= 1 // in the checksum
	tests := map[string]struct {
		in   string
		want string
	}{
		"gzip without its end":          {packed[:len(packed)-4], text},
		"gzip with a wrong checksum":    {string(broken), text},
		"gzip with garbage behind it":   {packed + "garbage", text},
		"gzip whose second member ends": {gz(t, "hello", "more")[:len(gz(t, "hello"))+5], "hello"},
		"gzip's mark and no more":       {"\x1f\x8b\x08", ""},
		"zstd without its end":          {zstandard(t, "hello")[:8], ""},
		"bzip2 without its end":         {bzipped(t)[:20], ""},
		"too many layers":               {gz(t, gz(t, gz(t, gz(t, gz(t, gz(t, "hello")))))), ""},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			r := New(strings.NewReader(c.in), int64(len(c.in)), Limits{})
			got, err := io.ReadAll(r)
			var damaged *DamagedError
			if !errors.As(err, &damaged) {
				t.Fatalf("error %v, want a DamagedError", err)
			}
			if string(got) != c.want || damaged.Offset != int64(len(c.want)) {
				t.Errorf("%d bytes, damaged at %d; want %d", len(got), damaged.Offset, len(c.want))
			}
			checkSums(t, r, c.in, len(c.want))
		})
	}
}

func TestGzipCutInTheMiddleGivesItsBeginning(t *testing.T) {
	var text strings.Builder
	for i := range 100_000 {
		text.WriteString(strings.Repeat("x", i%7))
		text.WriteByte(byte('0' + i*i%10))
	}
	packed := gz(t, text.String())
	r := New(strings.NewReader(packed[:len(packed)/2]), 0, Limits{})
	got, err := io.ReadAll(r)
	var damaged *DamagedError
	if !errors.As(err, &damaged) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("error %v, want a DamagedError", err)
	}
	if len(got) < text.Len()/3 || !strings.HasPrefix(text.String(), string(got)) {
		t.Errorf("%d bytes of %d were read", len(got), text.Len())
	}
}

func TestErrorsOfTheStreamAreNoDamage(t *testing.T) {
	errLost := errors.New("connection lost")
	packed := gz(t, strings.Repeat("0123456789", 20_000))
	for name, n := range map[string]int{"at the start": 0, "in the mark": 2, "in the header": 8, "in the data": 100, "at the end": len(packed)} {
		t.Run(name, func(t *testing.T) {
			src := io.MultiReader(strings.NewReader(packed[:n]), iotest.ErrReader(errLost))
			_, err := io.ReadAll(New(src, 0, Limits{}))
			var damaged *DamagedError
			if !errors.Is(err, errLost) || errors.As(err, &damaged) {
				t.Errorf("error %v, want %v", err, errLost)
			}
		})
	}
}

func TestBombsAreStopped(t *testing.T) {
	bomb := gz(t, gz(t, strings.Repeat("0", 1<<20)))
	limits := Limits{MaxRatio: 100, FreeBytes: 100 << 10}
	n, err := io.Copy(io.Discard, New(strings.NewReader(bomb), 0, limits))
	var b *BombError
	var damaged *DamagedError
	if !errors.As(err, &b) || !errors.As(err, &damaged) {
		t.Fatalf("error %v, want a DamagedError because of a BombError", err)
	}
	if n > 200<<10 {
		t.Errorf("%d bytes got through", n)
	}
	limits.MaxRatio = 1 << 20
	if n, err := io.Copy(io.Discard, New(strings.NewReader(bomb), 0, limits)); n != 1<<20 || err != nil {
		t.Errorf("%d bytes and %v with a higher limit", n, err)
	}
}

func TestPeekTakesNothing(t *testing.T) {
	r := New(strings.NewReader(gz(t, "hello")), 0, Limits{})
	if head, err := r.Peek(1 << 20); string(head) != "hello" || err != nil {
		t.Errorf("%q, %v", head, err)
	}
	if got, err := io.ReadAll(r); string(got) != "hello" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// FuzzUnpack makes sure that whatever comes in, either it ends or it is damaged.
func FuzzUnpack(f *testing.F) {
	for _, seed := range []string{"hello", gz(f, "hello", "you"), zstandard(f, "hello"), bzipped(f), gz(f, gz(f, "hello")),
		lz4ed(f, "hello"), snappyFrames(f, "hello"), s2Frames(f, "hello"), hadoopSnappy("hello", "you"), javaSnappy("hello", "you"),
		string(snappy.Encode(nil, []byte(logText)))} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := New(bytes.NewReader(data), 0, Limits{FreeBytes: 1 << 20})
		n, err := io.Copy(io.Discard, r)
		var damaged *DamagedError
		if err != nil && (!errors.As(err, &damaged) || damaged.Offset != n) {
			t.Errorf("%v after %d bytes", err, n)
		}
		checkSums(t, r, string(data), int(n))
	})
}
