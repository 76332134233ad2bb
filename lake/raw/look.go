package raw

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw/unpack"
)

// Seen is what a look into an object shows.
type Seen struct {
	Head   []byte   // the first unpacked bytes: of an archive, those of the first entry that has any; of Parquet, its first rows
	Packed []string // how they are packed, from the outermost
}

// headSize is how much of an object is looked at: more than a record has, unless it is a very long one.
const headSize = 256 << 10

// Head is the first unpacked bytes of an object, by which its source can be told.
func Head(ctx context.Context, b Bucket, o catalog.Object) ([]byte, error) {
	seen, err := Look(ctx, b, o)
	return seen.Head, err
}

// Look looks into an object.
func Look(ctx context.Context, b Bucket, o catalog.Object) (Seen, error) {
	body, err := b.Open(ctx, o.Key)
	if err != nil {
		return Seen{}, err
	}
	defer body.Close()
	r := &Reader{key: o.Key, body: body, in: unpack.New(body, o.Size, unpack.Limits{})}
	defer r.in.Close()
	for {
		head, packed, err := r.head()
		if len(head) > 0 {
			return Seen{head, packed}, nil
		}
		var entry *unpack.EntryError
		if err == nil || err == io.EOF || errors.As(err, &entry) {
			err = r.in.Next()
		}
		switch {
		case err == io.EOF:
			return Seen{Head: []byte{}}, nil
		case err != nil && !errors.As(err, &entry):
			return Seen{}, fmt.Errorf("read %s: %w", o.Key, err)
		}
	}
}

// head is the first bytes of the entry, and how they are packed.
func (r *Reader) head() (head []byte, packed []string, err error) {
	packed = r.in.Packings()
	if !r.inParquet() {
		if head, err = r.in.Peek(unpack.HeadSize); len(head) == unpack.HeadSize {
			head, _ = io.ReadAll(io.LimitReader(r.in, headSize)) // what goes wrong comes again when the object is read
		}
		return bytes.Clone(bytes.TrimPrefix(head, []byte(byteOrderMark))), packed, err
	}
	r.openRows(false)
	defer r.leaveRows()
	packed = append(packed, "parquet")
	for len(head) < unpack.HeadSize {
		row, err := r.rows.Next()
		if err != nil && len(head) == 0 {
			return nil, packed, err
		}
		if err != nil {
			break
		}
		head = append(append(head, row.Data...), '\n')
	}
	return head[:min(len(head), unpack.HeadSize)], packed, nil
}

// Checksum is the SHA-256 of an object's stored bytes, in hex.
func Checksum(ctx context.Context, b Bucket, key string) (string, error) {
	body, err := b.Open(ctx, key)
	if err != nil {
		return "", err
	}
	defer body.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, body); err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
