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
// entry that has any.
func Head(ctx context.Context, b Bucket, o catalog.Object) ([]byte, error) {
	body, err := b.Open(ctx, o.Key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	in := unpack.New(body, o.Size, unpack.Limits{})
	defer in.Close()
	for {
		head, err := in.Peek(unpack.HeadSize)
		if len(head) > 0 {
			return bytes.Clone(bytes.TrimPrefix(head, []byte(byteOrderMark))), nil
		}
		var entry *unpack.EntryError
		if err == nil || errors.As(err, &entry) {
			err = in.Next()
		}
		switch {
		case err == io.EOF:
			return nil, nil
		case err != nil && !errors.As(err, &entry):
			return nil, fmt.Errorf("read %s: %w", o.Key, err)
		}
	}
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
