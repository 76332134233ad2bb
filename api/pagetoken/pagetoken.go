// Package pagetoken makes page tokens that cannot be altered: a position and a code over it and the list's name.
package pagetoken

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

// KeyBytes is how long a key is.
const KeyBytes = 32

const (
	keyFile  = "token.key"
	macBytes = 16
)

// Signer makes tokens and reads those that it made.
type Signer struct{ key []byte }

// New makes tokens by a key that somebody keeps.
func New(key []byte) Signer { return Signer{key} }

// Open reads the key in a folder, or makes one and has it written, so that tokens outlive a restart. What is written
// must replace the file as a whole.
func Open(dir string, write func(path string, content []byte) error) (Signer, error) {
	path := filepath.Join(dir, keyFile)
	key, err := os.ReadFile(path)
	if err == nil && len(key) == KeyBytes {
		return Signer{key}, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Signer{}, fmt.Errorf("read the key of page tokens: %w", err)
	}
	key = make([]byte, KeyBytes)
	rand.Read(key)
	if err := write(path, key); err != nil {
		return Signer{}, fmt.Errorf("keep the key of page tokens: %w", err)
	}
	return Signer{key}, nil
}

// Seal makes the token of a position in a list.
func (s Signer) Seal(list, position string) string {
	return base64.RawURLEncoding.EncodeToString(append(s.mac(list, position), position...))
}

// Open gives the position that a token of the list was made of. ErrToken.
func (s Signer) Open(list, token string) (position string, err error) {
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

func (s Signer) mac(list, position string) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(list))
	h.Write([]byte{0})
	h.Write([]byte(position))
	return h.Sum(nil)[:macBytes]
}
