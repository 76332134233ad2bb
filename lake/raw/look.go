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

// Head is the first unpacked bytes of an object, by which its source can be told: of an archive, those of the first
// entry that has any, and of a file in Parquet, its first rows.
func Head(ctx context.Context, b Bucket, o catalog.Object) ([]byte, error) {
	body, err := b.Open(ctx, o.Key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	r := &Reader{key: o.Key, body: body, in: unpack.New(body, o.Size, unpack.Limits{})}
	defer r.in.Close()
	for {
		head, err := r.head()
		if len(head) > 0 {
			return head, nil
		}
		var entry *unpack.EntryError
		if err == nil || err == io.EOF || errors.As(err, &entry) {
			err = r.in.Next()
		}
		switch {
		case err == io.EOF:
			return []byte{}, nil
		case err != nil && !errors.As(err, &entry):
			return nil, fmt.Errorf("read %s: %w", o.Key, err)
		}
	}
}

// head is the first bytes of the entry.
func (r *Reader) head() ([]byte, error) {
	if !r.inParquet() {
		head, err := r.in.Peek(unpack.HeadSize)
		return bytes.Clone(bytes.TrimPrefix(head, []byte(byteOrderMark))), err
	}
	r.openRows(false)
	defer r.leaveRows()
	var head []byte
	for len(head) < unpack.HeadSize {
		row, err := r.rows.Next()
		if err != nil && len(head) == 0 {
			return nil, err
		}
		if err != nil {
			break
		}
		head = append(append(head, row.Data...), '\n')
	}
	return head[:min(len(head), unpack.HeadSize)], nil
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
