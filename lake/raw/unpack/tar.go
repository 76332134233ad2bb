package unpack

import (
	"archive/tar"
	"bytes"
	"io"
)

// tarReader reads the regular files of a tar archive.
type tarReader struct {
	*tar.Reader
	end  *zeroWatch
	file string
}

func openTar(s stream) archive {
	w := &zeroWatch{src: s}
	return &tarReader{Reader: tar.NewReader(w), end: w}
}

func (t *tarReader) name() string { return t.file }

func (t *tarReader) skip() error {
	_, err := io.Copy(io.Discard, t.Reader)
	return err
}

func (t *tarReader) next() (io.Reader, error) {
	for {
		h, err := t.Next()
		switch {
		case err == io.EOF && t.end.zeros < magicSize:
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		case h.Typeflag == tar.TypeReg || h.Typeflag == tar.TypeGNUSparse || h.Typeflag == tar.TypeCont:
			t.file = h.Name
			return t.Reader, nil
		}
	}
}

// zeroWatch counts the zeros that were read last: an archive ends with a block of them.
type zeroWatch struct {
	src   io.Reader
	zeros int
}

func (w *zeroWatch) Read(p []byte) (int, error) {
	n, err := w.src.Read(p)
	last := len(bytes.TrimRight(p[:n], "\x00"))
	if last > 0 {
		w.zeros = 0
	}
	w.zeros += n - last
	return n, err
}

// isTar holds a header's checksum against its bytes, since old archives have no mark.
func isTar(head []byte) bool {
	const from, to = 148, 156 // the checksum counts as spaces
	if len(head) < magicSize || head[0] == 0 {
		return false
	}
	sum, signed := int64(to-from)*' ', int64(to-from)*' '
	for i, c := range head[:magicSize] {
		if i < from || i >= to {
			sum += int64(c)
			signed += int64(int8(c))
		}
	}
	var want int64
	for _, c := range bytes.Trim(head[from:to], " \x00") {
		if c < '0' || c > '7' {
			return false
		}
		want = want<<3 | int64(c-'0')
	}
	return want == sum || want == signed
}
