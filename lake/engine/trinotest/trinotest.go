// Package trinotest asks a real Trino server, whose SQL is Athena's, in tests: it serves lakes to the server as S3 does,
// describes their tables to it, and runs statements there.
//
// The server is named by the environment, and tests are skipped where it is not; ".ci/run trino" starts one:
//
//	HINDCAST_TEST_TRINO=http://127.0.0.1:18080    where the server answers
//	HINDCAST_TEST_TRINO_AWS=127.0.0.1:18081       where it looks for S3 and Glue, which the test serves
package trinotest

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

// The server's catalogs, as .ci/trino/serve sets them up.
const (
	Plain = "plain"          // tables that [Server.Describe] describes: partitions are folders
	Glue  = "awsdatacatalog" // tables that Glue has; Athena calls it so
)

// Schema is where the tables are, in each catalog.
const Schema = "lake"

// Bucket is the bucket whose objects are a lake's files.
const Bucket = "lake"

// warehouse is the bucket in which the catalog Plain looks for its tables.
const warehouse = "warehouse"

// Server is a Trino server that sees one lake.
type Server struct {
	url    string
	tables *s3http.Memory // the bucket warehouse
	traffic
}

// Open serves the folder as the bucket "lake", and what glue answers as Glue, if it is not nil, until the test ends.
func Open(t testing.TB, folder string, glue http.Handler) *Server {
	t.Helper()
	url, address := os.Getenv("HINDCAST_TEST_TRINO"), os.Getenv("HINDCAST_TEST_TRINO_AWS")
	if url == "" || address == "" {
		t.Skip("no Trino server is named by HINDCAST_TEST_TRINO and HINDCAST_TEST_TRINO_AWS: .ci/run trino starts one")
	}
	clock := func() time.Time { return time.Unix(1_700_000_000, 0) }
	lake, err := raw.OpenFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{url: url, tables: s3http.NewMemory(clock)}
	s3, err := s3http.New(s3http.Options{Buckets: map[string]raw.Store{Bucket: lake, warehouse: s.tables}, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	s.serve(t, address, route(s3, glue))
	t.Cleanup(func() {
		if err := s3.Close(); err != nil {
			t.Error(err)
		}
		if err := lake.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// route tells calls of Glue's from S3's.
func route(s3, glue http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if glue != nil && r.Header.Get("X-Amz-Target") != "" {
			glue.ServeHTTP(w, r)
			return
		}
		s3.ServeHTTP(w, r)
	})
}

func (s *Server) serve(t testing.TB, address string, h http.Handler) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: s.count(h), ReadHeaderTimeout: time.Minute}
	server.SetKeepAlivesEnabled(false) // Trino would take the connections that it kept from a test for those of the next
	var done sync.WaitGroup
	done.Go(func() { _ = server.Serve(listener) }) // its error is that it was closed
	t.Cleanup(func() {
		_ = server.Close()
		done.Wait()
	})
}

// put writes an object of the bucket warehouse.
func (s *Server) put(ctx context.Context, key string, body []byte) error {
	_, err := s.tables.Put(ctx, key, bytes.NewReader(body))
	return err
}

// Traffic is what the server has fetched.
type Traffic struct {
	Gets, Lists int
	Bytes       int64 // of objects
}

type traffic struct {
	mu  sync.Mutex
	sum Traffic
}

// Fetched gives what the server fetched of the lake since it was last asked.
func (t *traffic) Fetched() Traffic {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := t.sum
	t.sum = Traffic{}
	return sum
}

// count notes the calls that read the lake.
func (t *traffic) count(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		counted := &counter{ResponseWriter: w}
		h.ServeHTTP(counted, r)
		path := r.URL.Path
		t.mu.Lock()
		defer t.mu.Unlock()
		switch {
		case r.Method != http.MethodGet:
		case path == "/"+Bucket || path == "/"+Bucket+"/":
			t.sum.Lists++
		case len(path) > len(Bucket)+2 && path[:len(Bucket)+2] == "/"+Bucket+"/":
			t.sum.Gets++
			t.sum.Bytes += counted.bytes
		}
	})
}

type counter struct {
	http.ResponseWriter
	bytes int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	c.bytes += int64(n)
	return n, err
}

func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
