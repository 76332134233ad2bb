package unpack

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A zip archive is read from its beginning, as it was written, and not by the directory at its end: what is cut off
// gives the entries before the cut, and nothing must be held to be read twice. The directory is counted against the
// entries that were there.
//
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

// Signatures, and the sizes of what they begin up to the parts of variable length.
const (
	zipLocal       = "PK\x03\x04"
	zipDescriptor  = "PK\x07\x08"
	zipCentral     = "PK\x01\x02"
	zipExtraData   = "PK\x06\x08"
	zip64End       = "PK\x06\x06"
	zip64Locator   = "PK\x06\x07"
	zipSigned      = "PK\x05\x05"
	zipEnd         = "PK\x05\x06"
	zipLocalSize   = 30
	zipCentralSize = 46

	zipEncrypted = 1 << 0
	zipStreamed  = 1 << 3 // sizes and checksum come behind the entry

	zipStored   = 0
	zipDeflated = 8
	zipBzip2    = 12
	zipZstd     = 93
)

var (
	errZip          = errors.New("zip: not a valid archive")
	errZipChecksum  = errors.New("zip: the checksum or size is another")
	errZipEncrypted = errors.New("zip: the entry is encrypted")
)

// isZip also takes archives without entries, and the mark that split archives and streams begin with.
func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte(zipLocal)) || bytes.HasPrefix(head, []byte(zipEnd)) ||
		bytes.HasPrefix(head, []byte(zipDescriptor+zipLocal)) || bytes.HasPrefix(head, []byte("PK00"+zipLocal))
}

// zipReader reads the entries of a zip archive.
type zipReader struct {
	in      stream
	sub     *bufio.Reader // of an entry whose size is known
	entry   *zipEntry
	entries int64
	started bool
	text    []byte
}

func openZip(s stream) archive { return &zipReader{in: s, sub: bufio.NewReaderSize(nil, 4<<10)} }

func (z *zipReader) name() string {
	if z.entry == nil {
		return ""
	}
	return z.entry.name
}

// next implements archive.
func (z *zipReader) next() (io.Reader, error) {
	for {
		if err := z.leave(); err != nil {
			return nil, err
		}
		e, err := z.header()
		if err != nil {
			return nil, err
		}
		if err := e.open(); err != nil {
			if skipped := e.skip(); skipped != nil {
				return nil, err
			}
			e.blamed = true
			return nil, &EntryError{Name: e.name, Err: err}
		}
		if !strings.HasSuffix(e.name, "/") {
			return e, nil
		}
	}
}

// leave reads the rest of the entry, so that its checksum counts.
func (z *zipReader) leave() error {
	if z.entry == nil {
		return nil
	}
	e := z.entry
	_, err := io.Copy(io.Discard, e)
	if err == nil || e.blamed {
		err = nil
	} else if e.skip() == nil {
		err = &EntryError{Name: e.name, Err: err}
	}
	e.close()
	z.entry = nil
	return err
}

func (z *zipReader) skip() error {
	if z.entry == nil {
		return errZip
	}
	z.entry.blamed = true
	return z.entry.skip()
}

// header reads an entry's, or finds that there is none any more.
func (z *zipReader) header() (*zipEntry, error) {
	h, err := z.in.Peek(4)
	if err != nil {
		return nil, cutOff(err)
	}
	if !z.started {
		z.started = true
		if sign := string(h); sign == zipDescriptor || sign == "PK00" {
			_, _ = z.in.Discard(4) // that were peeked at
			if h, err = z.in.Peek(4); err != nil {
				return nil, cutOff(err)
			}
		}
	}
	if string(h) != zipLocal {
		return nil, z.directory()
	}
	if h, err = z.in.Peek(zipLocalSize); err != nil {
		return nil, cutOff(err)
	}
	e := &zipEntry{
		of: z, flags: binary.LittleEndian.Uint16(h[6:]), method: binary.LittleEndian.Uint16(h[8:]), crc: binary.LittleEndian.Uint32(h[14:]),
		packed: int64(binary.LittleEndian.Uint32(h[18:])), size: int64(binary.LittleEndian.Uint32(h[22:])),
	}
	names, extras := int(binary.LittleEndian.Uint16(h[26:])), int(binary.LittleEndian.Uint16(h[28:]))
	_, _ = z.in.Discard(zipLocalSize) // that were peeked at
	if z.text = append(z.text[:0], make([]byte, names+extras)...); len(z.text) > 0 {
		if _, err := io.ReadFull(z.in, z.text); err != nil {
			return nil, cutOff(err)
		}
	}
	e.name = string(z.text[:names])
	e.large(z.text[names:])
	z.entry = e
	z.entries++
	return e, nil
}

// directory reads what is behind the entries, and answers io.EOF if it names as many as there were.
func (z *zipReader) directory() error {
	for named := int64(0); ; {
		h, err := z.in.Peek(4)
		if err != nil {
			return cutOff(err)
		}
		size, parts := 0, []int(nil) // where two bytes say how much more there is
		switch string(h) {
		case zipCentral:
			size, parts = zipCentralSize, []int{28, 30, 32}
			named++
		case zipSigned:
			size, parts = 6, []int{4}
		case zip64Locator:
			size = 20
		case zipEnd:
			size, parts = 22, []int{20}
		case zip64End, zipExtraData:
			if err := z.long(string(h)); err != nil {
				return err
			}
			continue
		default:
			return errZip
		}
		end := string(h) == zipEnd
		if err := z.pass(size, parts); err != nil {
			return cutOff(err)
		}
		if end {
			if named > z.entries {
				return fmt.Errorf("zip: %d entries are there of %d", z.entries, named)
			}
			return io.EOF
		}
	}
}

// pass goes over so many bytes, and over as many more as are said in them.
func (z *zipReader) pass(size int, parts []int) error {
	h, err := z.in.Peek(size)
	if err != nil {
		return err
	}
	for _, at := range parts {
		size += int(binary.LittleEndian.Uint16(h[at:]))
	}
	_, err = z.in.Discard(size)
	return err
}

// long passes over a part of the directory whose size takes more bytes.
func (z *zipReader) long(sign string) error {
	h, err := z.in.Peek(12)
	if err != nil {
		return cutOff(err)
	}
	head, size := int64(12), binary.LittleEndian.Uint64(h[4:])
	if sign == zipExtraData {
		head, size = 8, uint64(binary.LittleEndian.Uint32(h[4:]))
	}
	if size > 1<<40 {
		return errZip
	}
	if _, err := io.CopyN(io.Discard, z.in, head+int64(size)); err != nil {
		return cutOff(err)
	}
	return nil
}
