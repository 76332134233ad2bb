package s3http

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestChunkedBodies(t *testing.T) {
	for name, c := range map[string]struct{ in, want, sum string }{
		"one chunk and a trailer":      {"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "hello", "NhCmhg=="},
		"chunks with signatures":       {"3;chunk-signature=ab\r\nhel\r\n2;chunk-signature=cd\r\nlo\r\n0;chunk-signature=ef\r\n\r\n", "hello", ""},
		"nothing":                      {"0\r\n\r\n", "", ""},
		"no line after the last":       {"1\r\na\r\n0\r\n", "a", ""},
		"a chunk that breaks off":      {"5\r\nhel", "", "-"},
		"a chunk that is longer":       {"3\r\nhello\r\n0\r\n\r\n", "", "-"},
		"a length that is none":        {"x\r\n", "", "-"},
		"a length that is enormous":    {"ffffffffffffffff\r\n", "", "-"},
		"no chunk":                     {"", "", "-"},
		"a trailer that is none":       {"0\r\nnothing\r\n\r\n", "", "-"},
		"more trailers than there are": {"0\r\n" + strings.Repeat("a:b\r\n", maxTrailers+1) + "\r\n", "", "-"},
	} {
		r := newChunked(strings.NewReader(c.in))
		got, err := io.ReadAll(r)
		if (err != nil) != (c.sum == "-") || err == nil && (string(got) != c.want || r.trailer.Get("x-amz-checksum-crc32") != c.sum) {
			t.Errorf("%s: %q, %v, %v", name, got, r.trailer, err)
		}
	}
}

func FuzzChunked(f *testing.F) {
	f.Add([]byte("5;chunk-signature=ab\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := io.ReadAll(newChunked(bytes.NewReader(in)))
		if len(got) > len(in) || err != nil && !errors.Is(err, errChunk) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d bytes of %d: %v", len(got), len(in), err)
		}
	})
}

// FuzzRequests makes sure that whatever is asked is answered: by success, or by one of S3's errors.
func FuzzRequests(f *testing.F) {
	f.Add("GET", "/logs/a/b", "list-type=2&max-keys=3", "Range", "bytes=1-2", "")
	f.Add("PUT", "/logs/a", "partNumber=1&uploadId=x", "X-Amz-Copy-Source", "logs/a%20b", "5\r\nhello\r\n0\r\n\r\n")
	f.Add("POST", "/logs", "delete", "Content-MD5", "x", "<Delete><Object><Key>a</Key></Object></Delete>")
	f.Add("GET", "/logs", "list-type=2&prefix=a&delimiter=/&start-after=b&encoding-type=url&continuation-token=YQ", "X-Amz-Trailer", "x-amz-checksum-crc32", "")
	f.Add("POST", "/logs/key", "uploads", "X-Amz-Checksum-Algorithm", "CRC32", "")
	f.Fuzz(func(t *testing.T, method, path, query, name, value, body string) {
		now := func() time.Time { return time.Unix(0, 0) }
		s, err := New(Options{Now: now, Scratch: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.spaces.create("logs"); err != nil {
			t.Fatal(err)
		}
		r := &http.Request{Method: method, URL: &url.URL{Path: path, RawQuery: query}, Host: "localhost", Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)),
			ContentLength: int64(len(body))}
		r.Header.Set(name, value)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r.WithContext(t.Context()))
		var e errorBody
		switch {
		case w.Code == http.StatusInternalServerError:
			t.Errorf("%s %s?%s: %s", method, path, query, w.Body)
		case w.Code >= 400 && method != http.MethodHead:
			if err := xml.Unmarshal(w.Body.Bytes(), &e); err != nil || e.Code == "" {
				t.Errorf("%d: %v: %s", w.Code, err, w.Body)
			}
		}
	})
}

func TestChecksums(t *testing.T) {
	for algorithm, want := range map[string]string{
		"CRC32": "cbf43926", "CRC32C": "e3069283", "CRC64NVME": "ae8b14860a799888", "SHA1": "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
		"SHA256": "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225", "MD5": "25f9e794323b453885f5181f1b624d0b",
	} {
		h := newHash(algorithm)
		h.Write([]byte("123456789"))
		if got := fmt.Sprintf("%x", h.Sum(nil)); got != want {
			t.Errorf("%s: %s, want %s", algorithm, got, want)
		}
	}
}
