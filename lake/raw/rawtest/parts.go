package rawtest

import (
	"errors"
	"io"
	"strings"

	"github.com/hindcast/hindcast/lake/raw"
)

// partCases are what is true of reading at any place, whether a store gives parts or not.
var partCases = []sentence{
	{"an object is read at any place, and only while it is the same", func(s store) {
		const size = 4 << 20
		s.fill("key", strings.Repeat("0123456789abcdef", size/16))
		r, err := raw.OpenRandom(s.Context(), s, "key", size, s.TempDir())
		if err != nil {
			s.Fatal(err)
		}
		defer r.Close()
		p := make([]byte, 5)
		for off, want := range map[int64]string{1<<20 + 3: "34567", size - 5: "bcdef", 0: "01234"} {
			if _, err := r.ReadAt(p, off); err != nil || string(p) != want {
				s.Errorf("at %d: %q, %v", off, p, err)
			}
		}
		if n, err := r.ReadAt(p, size-2); n != 2 || err != io.EOF {
			s.Errorf("at the end: %d bytes, %v", n, err)
		}
		s.fill("key", strings.Repeat("fedcba9876543210", size/16))
		if _, err := r.ReadAt(p, 2<<20+3); !errors.Is(err, raw.ErrChanged) && (err != nil || string(p) != "34567") {
			s.Errorf("when it is another object: %q, %v", p, err)
		}
	}},
	{"what is not there is not opened at any place", func(s store) {
		if _, err := raw.OpenRandom(s.Context(), s, "key", 10, s.TempDir()); !errors.Is(err, raw.ErrNotFound) {
			s.Errorf("%v, want %v", err, raw.ErrNotFound)
		}
	}},
	{"a part that is given is whole, and of the object that was asked for", func(s store) {
		of, ok := s.Store.(raw.PartReader)
		if !ok {
			s.Skip("it gives no parts")
		}
		s.fill("key", "0123456789")
		known, err := s.Stat(s.Context(), "key")
		if err != nil {
			s.Fatal(err)
		}
		for name, c := range map[string]struct {
			key  string
			size int
			off  int64
			etag string
			want error
		}{
			"a part":                              {"key", 4, 3, "", nil},
			"all of it":                           {"key", 10, 0, known.ETag, nil},
			"more than there is":                  {"key", 8, 3, known.ETag, raw.ErrChanged},
			"what lies behind it":                 {"key", 8, 10, known.ETag, raw.ErrChanged},
			"a part of another object":            {"key", 4, 3, "0123456789abcdef0123456789abcdef", raw.ErrChanged},
			"a part of what is not there":         {"a", 4, 3, "", raw.ErrNotFound},
			"a part of what no key can stand for": {"../a", 4, 3, "", raw.ErrInvalidKey},
		} {
			p := make([]byte, c.size)
			o, err := of.ReadPart(s.Context(), c.key, p, c.off, c.etag)
			if !errors.Is(err, c.want) {
				s.Errorf("%s: %v, want %v", name, err, c.want)
			}
			if err == nil && (o.Size != 10 || o.ETag != known.ETag || o.Key != "key" || string(p) != "0123456789"[c.off:c.off+int64(c.size)]) {
				s.Errorf("%s: %q of %+v", name, p, o)
			}
		}
	}},
}

func (s store) fill(key, content string) {
	s.Helper()
	if _, err := s.Put(s.Context(), key, strings.NewReader(content)); err != nil {
		s.Fatal(err)
	}
}
