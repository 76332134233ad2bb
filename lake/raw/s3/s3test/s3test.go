// Package s3test puts a store behind S3's protocol, and counts what is read through it.
package s3test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

// Store is a bucket of S3 whose objects are those of another store.
type Store struct {
	*s3.Store
	read atomic.Pointer[Read]
}

// Read is what was read.
type Read struct {
	Calls atomic.Int64 // of GetObject
	Bytes atomic.Int64 // of objects
}

// Open serves a store as a bucket until the test ends. Calls that fail are repeated at once.
func Open(t testing.TB, of raw.Store) *Store {
	t.Helper()
	server, err := s3http.New(s3http.Options{Buckets: map[string]raw.Store{"lake": of}, Now: time.Now, Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s := &Store{}
	s.Reset()
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Path != "/lake" && r.URL.Path != "/lake/" {
			read := s.read.Load()
			read.Calls.Add(1)
			w = counting{w, &read.Bytes}
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		listener.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: &listener.URL, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	s.Store, err = s3.OpenStore(cfg, "s3://lake", s3.Options{PathStyle: true, Now: time.Now,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Reset begins to count anew, and answers what was read until then.
func (s *Store) Reset() *Read { return s.read.Swap(&Read{}) }

type counting struct {
	http.ResponseWriter
	bytes *atomic.Int64
}

func (c counting) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.bytes.Add(int64(n))
	return n, err
}

// Whole is the store as one that gives no parts of objects.
func (s *Store) Whole() raw.Store { return struct{ raw.Store }{s.Store} }
