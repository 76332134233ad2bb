package unpack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// file is an entry of an archive.
type file struct{ name, text string }

// zipped packs files as archive/zip does when it can't go back: sizes come behind the entries.
func zipped(t testing.TB, files ...file) string {
	t.Helper()
	return zipOf(t, func(w *zip.Writer, f file) (io.Writer, error) { return w.Create(f.name) }, files...)
}

// zippedStill packs files with sizes in their headers.
func zippedStill(t testing.TB, method uint16, files ...file) string {
	t.Helper()
	return zipOf(t, func(w *zip.Writer, f file) (io.Writer, error) {
		packed := []byte(f.text)
		if method == zipZstd {
			packed = []byte(zstandard(t, f.text))
		}
		return &rawOnly{w: w, packed: packed, header: &zip.FileHeader{
			Name: f.name, Method: method, CRC32: crc32.ChecksumIEEE([]byte(f.text)),
			CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(len(f.text)),
		}}, nil
	}, files...)
}

// rawOnly writes an entry that was packed before.
type rawOnly struct {
	w      *zip.Writer
	header *zip.FileHeader
	packed []byte
}

func (r *rawOnly) Write(p []byte) (int, error) {
	w, err := r.w.CreateRaw(r.header)
	if err == nil {
		_, err = w.Write(r.packed)
	}
	return len(p), err
}

func zipOf(t testing.TB, create func(*zip.Writer, file) (io.Writer, error), files ...file) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		e, err := create(w, f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(e, f.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// storedInStream is a zip of an entry that is neither packed nor of a size that is told before it.
func storedInStream(name, text string) string {
	b := []byte(zipLocal + "\x14\x00\x08\x00\x00\x00" + strings.Repeat("\x00", 16))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(name)))
	b = append(append(b, "\x00\x00"+name...), text+zipDescriptor...)
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(text)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	return string(b) + zipEnd + strings.Repeat("\x00", 18)
}

func tarred(t testing.TB, format tar.Format, files ...file) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Size: int64(len(f.text)), Mode: 0o644, Typeflag: tar.TypeReg, Format: format}
		if strings.HasSuffix(f.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// readEntries reads to the end; an entry that can't be read on ends in "!".
func readEntries(r *Reader) (entries []string, err error) {
	defer r.Close()
	for {
		text, err := io.ReadAll(r)
		var bad *EntryError
		switch {
		case errors.As(err, &bad):
			entries = append(entries, string(text)+"!")
		case err != nil:
			return append(entries, string(text)), err
		default:
			entries = append(entries, string(text))
		}
		if err := r.Next(); err == io.EOF {
			return entries, nil
		} else if err != nil && !errors.As(err, &bad) {
			return entries, err
		}
	}
}

func archives(t testing.TB) map[string]struct {
	in   string
	want []string
} {
	abc := []file{{"a.log", "first\n"}, {"d/", ""}, {"d/b.log", "second"}, {"c.log", logText}}
	want := []string{"first\n", "second", logText}
	nested := []file{{"a.gz", gz(t, "first\n")}, {"b.zip", zipped(t, file{"b", "sec"}, file{"c", "ond"})}, {"c.tar", tarred(t, tar.FormatUSTAR, file{"c", logText})}}
	return map[string]struct {
		in   string
		want []string
	}{
		"a zip that was streamed":              {zipped(t, abc...), want},
		"a zip of stored entries":              {zippedStill(t, zipStored, abc[0], abc[2], abc[3]), want},
		"a zip of zstd entries":                {zippedStill(t, zipZstd, abc[0], abc[2], abc[3]), want},
		"a zip of entries stored in a stream":  {storedInStream("a", "PK\x07\x08 first PK\x07\x08PK"), []string{"PK\x07\x08 first PK\x07\x08PK"}},
		"a zip whose entries are packed again": {zipped(t, nested...), []string{"first\n", "sec", "ond", logText}},
		"a zip without entries":                {zipped(t), []string{""}},
		"a zip of empty entries":               {zipped(t, file{"a", ""}, file{"b", ""}), []string{"", ""}},
		"a zip that marks its beginning":       {zipDescriptor + zipped(t, abc...), want},
		"tar":                                  {tarred(t, tar.FormatUSTAR, abc...), want},
		"tar with long headers":                {tarred(t, tar.FormatPAX, abc[0], file{strings.Repeat("é", 200), "second"}, abc[3]), want},
		"tar of GNU":                           {tarred(t, tar.FormatGNU, abc[0], file{strings.Repeat("x", 200), "second"}, abc[3]), want},
		"tar in gzip":                          {gz(t, tarred(t, tar.FormatUSTAR, abc...)), want},
		"tar in zstd":                          {zstandard(t, tarred(t, tar.FormatUSTAR, abc...)), want},
		"a zip in tar in gzip":                 {gz(t, tarred(t, tar.FormatUSTAR, file{"a.zip", zipped(t, abc[0], abc[2])}, abc[3])), want},
		"tar whose entries are packed":         {tarred(t, tar.FormatUSTAR, nested...), []string{"first\n", "sec", "ond", logText}},
	}
}

func TestEveryEntryOfAnArchiveIsRead(t *testing.T) {
	for name, c := range archives(t) {
		t.Run(name, func(t *testing.T) {
			for _, src := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in)), iotest.DataErrReader(strings.NewReader(c.in))} {
				r := New(src, 0, Limits{})
				got, err := readEntries(r)
				if err != nil {
					t.Fatal(err)
				}
				if len(got) == 0 {
					got = []string{""} // there is nothing either way
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
				checkSums(t, r, c.in, len(strings.Join(c.want, "")))
			}
		})
	}
}

func TestEntriesAreLeftAnywhere(t *testing.T) {
	for name, c := range archives(t) {
		r := New(strings.NewReader(c.in), 0, Limits{})
		var got []string
		for r.err == nil {
			head, _ := r.Peek(3)
			got = append(got, string(head))
			if err := r.Next(); err != nil && err != io.EOF {
				t.Errorf("%s: %v", name, err)
			}
		}
		for i := range got {
			if !strings.HasPrefix(c.want[i], got[i]) {
				t.Errorf("%s: entry %d begins with %q, want %q", name, i, got[i], c.want[i])
			}
		}
		checkSums(t, r, c.in, 0)
	}
}

func TestAnArchiveThatIsCutAnywhereGivesItsBeginning(t *testing.T) {
	for name, c := range archives(t) {
		t.Run(name, func(t *testing.T) {
			whole := strings.Join(c.want, "\x00")
			nested := strings.Contains(name, "packed") || strings.Contains(name, " in ") // what is cut may not tell what it is
			for n := range len(c.in) {
				if n > 3000 && n%97 != 0 && n < len(c.in)-600 {
					continue
				}
				got, err := readEntries(New(strings.NewReader(c.in[:n]), 0, Limits{}))
				got = append(got, "")
				var damaged *DamagedError
				text := strings.TrimRight(strings.Join(got, "\x00"), "\x00")
				surely := strings.Join(got[:max(0, len(got)-2)], "\x00")
				switch {
				case formatOf([]byte(c.in[:min(n, magicSize)])) == nil: // not enough to tell what it is
				case !errors.As(err, &damaged) && (err != nil || !strings.HasPrefix(name, "tar") || text != strings.TrimRight(whole, "\x00")):
					t.Fatalf("cut to %d bytes: %v, want a DamagedError", n, err)
				case !strings.HasPrefix(whole, surely), !nested && !strings.HasPrefix(whole, text):
					t.Fatalf("cut to %d bytes it has %q", n, got)
				}
			}
		})
	}
}

func TestBadEntriesCostNoOther(t *testing.T) {
	broken := []byte(gz(t, "first\n"))
	broken[len(broken)-6] ^= 1 // in the checksum
	bad := []file{{"a.gz", string(broken)}, {"b", "second"}}
	deflated := []byte(zipped(t, file{"a", logText}, file{"b", "second"}))
	deflated[bytes.Index(deflated, []byte(zipDescriptor))+4] ^= 1
	stored := []byte(zippedStill(t, zipStored, file{"a", "first"}, file{"b", "second"}))
	stored[zipLocalSize+1] ^= 1
	locked := []byte(zippedStill(t, zipStored, file{"a", "first"}, file{"b", "second"}))
	locked[6] |= zipEncrypted
	unknown := []byte(zippedStill(t, zipStored, file{"a", "first"}, file{"b", "second"}))
	unknown[8] = 14
	tests := map[string]struct {
		in   string
		want []string
	}{
		"gzip with a wrong checksum in a zip":       {zipped(t, bad...), []string{"first\n!", "second"}},
		"gzip with a wrong checksum in tar":         {tarred(t, tar.FormatUSTAR, bad...), []string{"first\n!", "second"}},
		"a zip that is cut off in tar":              {tarred(t, tar.FormatUSTAR, file{"a.zip", zipped(t, bad[1])[:40]}, bad[1]), []string{"second!", "second"}},
		"an entry with a wrong checksum behind it":  {string(deflated), []string{logText + "!", "second"}},
		"an entry with a wrong checksum before it":  {string(stored), []string{string([]byte{'f' ^ 1}) + "irst!", "second"}},
		"an entry that is encrypted":                {string(locked), []string{"!", "second"}},
		"an entry that is packed as nobody does":    {string(unknown), []string{"!", "second"}},
		"an entry that is packed too many times":    {zipped(t, file{"a", gz(t, gz(t, gz(t, gz(t, gz(t, "x")))))}, bad[1]), []string{"!", "second"}},
		"too many times in the archive in the last": {tarred(t, tar.FormatUSTAR, bad[1], file{"a", gz(t, gz(t, gz(t, gz(t, gz(t, "x")))))}), []string{"second", "!"}},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			r := New(strings.NewReader(c.in), 0, Limits{})
			got, err := readEntries(r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestADirectoryThatNamesMoreThanThereIsMeansDamage(t *testing.T) {
	whole := zipped(t, file{"a", "first"}, file{"b", "second"})
	second := strings.Index(whole[4:], zipLocal) + 4
	_, err := readEntries(New(strings.NewReader(whole[:second]+whole[strings.Index(whole, zipCentral):]), 0, Limits{}))
	var damaged *DamagedError
	if !errors.As(err, &damaged) || !strings.Contains(err.Error(), "1 entries are there of 2") {
		t.Errorf("error %v", err)
	}
}

func TestBombsOfEveryKindAreStopped(t *testing.T) {
	zeros := strings.Repeat("0", 8<<20)
	var many []file
	for i := range 2000 {
		many = append(many, file{fmt.Sprint(i), ""})
	}
	sparse := tarred(t, tar.FormatGNU, file{"a", "0"})
	tests := map[string]string{
		"zip":                         zipped(t, file{"a", zeros}),
		"the entries of a zip":        zipped(t, file{"a", zeros[:1<<20]}, file{"b", zeros[:1<<20]}, file{"c", zeros[:1<<20]}),
		"zip in zip":                  zipped(t, file{"a", zipped(t, file{"a", zeros})}),
		"tar in gzip":                 gz(t, tarred(t, tar.FormatUSTAR, file{"a", zeros})),
		"directories in gzip":         gz(t, strings.Repeat(tarred(t, tar.FormatUSTAR, file{"d/", ""})[:512], 1<<14)),
		"zstd":                        zstandard(t, zeros),
		"a zip that takes up no room": gz(t, zipped(t, many...)+zeros),
		"LZ4":                         lz4ed(t, zeros),
		"snappy in gzip":              gz(t, snappyFrames(t, zeros)),
		"Hadoop's snappy in gzip":     gz(t, hadoopSnappy(zeros[:1<<20], zeros[:1<<20], zeros[:1<<20], zeros[:1<<20])),
	}
	for name, in := range tests {
		t.Run(name, func(t *testing.T) {
			r := New(strings.NewReader(in), 0, Limits{MaxRatio: 20, FreeBytes: 1 << 20})
			got, err := readEntries(r)
			var bomb *BombError
			var damaged *DamagedError
			if !errors.As(err, &bomb) || !errors.As(err, &damaged) {
				t.Errorf("error %v, want a DamagedError because of a BombError", err)
			}
			if n := len(strings.Join(got, "")); n > 5<<20 {
				t.Errorf("%d bytes got through", n)
			}
			if size, _ := r.Stored(); size != int64(len(in)) {
				t.Errorf("%d bytes were read of %d", size, len(in))
			}
		})
	}
	_, err := readEntries(New(strings.NewReader(zipped(t, many...)), 0, Limits{Entries: 1000}))
	var bomb *BombError
	if !errors.As(err, &bomb) || bomb.Entries != 1000 {
		t.Errorf("too many entries: %v", err)
	}
	if got, err := readEntries(New(strings.NewReader(zipped(t, many...)), 0, Limits{})); err != nil || len(got) != 2000 {
		t.Errorf("%d entries, %v", len(got), err)
	}
	if got, err := readEntries(New(strings.NewReader(sparse), 0, Limits{})); err != nil || len(got) != 1 {
		t.Errorf("%q, %v", got, err)
	}
}

func TestErrorsOfTheStreamAreNoDamageOfAnArchive(t *testing.T) {
	errLost := errors.New("connection lost")
	for name, c := range archives(t) {
		for n := 0; n < len(c.in); n += 1 + len(c.in)/200 {
			src := io.MultiReader(strings.NewReader(c.in[:n]), iotest.ErrReader(errLost))
			_, err := readEntries(New(src, 0, Limits{}))
			var damaged *DamagedError
			if !errors.Is(err, errLost) || errors.As(err, &damaged) {
				t.Errorf("%s, after %d bytes: %v, want %v", name, n, err, errLost)
			}
		}
	}
}

// FuzzArchive makes sure that whatever comes in, it ends or is damaged, and all of it is read.
func FuzzArchive(f *testing.F) {
	for _, c := range archives(f) {
		f.Add([]byte(c.in[:min(len(c.in), 8<<10)]))
	}
	e, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(e.EncodeAll([]byte(zipped(f, file{"a", "first"}, file{"b.gz", gz(f, "second")})), nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := New(bytes.NewReader(data), 0, Limits{FreeBytes: 1 << 20, Entries: 1000})
		got, err := readEntries(r)
		var damaged *DamagedError
		if err != nil && !errors.As(err, &damaged) {
			t.Errorf("%v after %d entries", err, len(got))
		}
		if size, _ := r.Stored(); size != int64(len(data)) {
			t.Errorf("%d bytes stored, want %d", size, len(data))
		}
	})
}
