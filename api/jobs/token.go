package jobs

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrToken says that a page token was not given out for this list.
var ErrToken = errors.New("not a page token of this list")

const (
	keyFile  = "token.key"
	keyBytes = 32
	macBytes = 16
)

// signer makes page tokens that cannot be altered: a position and a code over it and the list's name.
type signer struct{ key []byte }

// openSigner reads the key in dir, or makes one, so that tokens outlive a restart.
func openSigner(dir string) (signer, error) {
	path := filepath.Join(dir, keyFile)
	key, err := os.ReadFile(path)
	if err == nil && len(key) == keyBytes {
		return signer{key}, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return signer{}, fmt.Errorf("read the key of page tokens: %w", err)
	}
	key = make([]byte, keyBytes)
	rand.Read(key)
	if err := writeFile(path, key); err != nil {
		return signer{}, fmt.Errorf("keep the key of page tokens: %w", err)
	}
	return signer{key}, nil
}

func (s signer) seal(list, position string) string {
	return base64.RawURLEncoding.EncodeToString(append(s.mac(list, position), position...))
}

func (s signer) open(list, token string) (position string, err error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) < macBytes || base64.RawURLEncoding.EncodeToString(b) != token { // decoding passes over line ends
		return "", ErrToken
	}
	position = string(b[macBytes:])
	if !hmac.Equal(b[:macBytes], s.mac(list, position)) {
		return "", ErrToken
	}
	return position, nil
}

func (s signer) mac(list, position string) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(list))
	h.Write([]byte{0})
	h.Write([]byte(position))
	return h.Sum(nil)[:macBytes]
}
