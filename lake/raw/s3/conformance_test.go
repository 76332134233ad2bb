package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/rawtest"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

// config is that of an endpoint that takes test credentials.
func config(endpoint string) aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
}

// serve makes a server with a bucket in memory.
func serve(t testing.TB, o s3http.Options, buckets ...string) string {
	t.Helper()
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Buckets == nil {
		o.Buckets = map[string]raw.Store{}
	}
	for _, name := range append(buckets, "logs") {
		if o.Buckets[name] == nil {
			o.Buckets[name] = s3http.NewMemory(o.Now)
		}
	}
	o.Strict = true
	server, err := s3http.New(o)
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(server)
	t.Cleanup(func() {
		listener.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return listener.URL
}

// options are those of tests: nothing waits.
func options() Options {
	return Options{PathStyle: true, PartSize: minPartSize, Now: time.Now, Random: func() float64 { return 0 },
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
}

func openStore(t testing.TB, endpoint, url string, o Options) *Store {
	t.Helper()
	s, err := OpenStore(config(endpoint), url, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openBuckets(t testing.TB, endpoint string, o Options, urls ...string) *Buckets {
	t.Helper()
	b, err := OpenBuckets(config(endpoint), urls, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestStore(t *testing.T) {
	for name, url := range map[string]string{"of a bucket": "s3://logs", "below a prefix": "s3://logs/lakes/one/"} {
		t.Run(name, func(t *testing.T) {
			rawtest.Store(t, func(t *testing.T) raw.Store { return openStore(t, serve(t, s3http.Options{}), url, options()) })
		})
	}
}

func TestBuckets(t *testing.T) {
	rawtest.Read(t, func(t *testing.T) rawtest.Bucket { return bucketOf(t, serve(t, s3http.Options{}), "logs") })
}

// bucketOf is a bucket that lists one prefix.
func bucketOf(t *testing.T, endpoint, name string) rawtest.Bucket {
	url := "s3://" + name + "/some/prefix/"
	return rawtest.Bucket{Bucket: openBuckets(t, endpoint, options(), url), Into: openStore(t, endpoint, url, options()),
		Key: func(key string) string { return url + key }}
}

// HINDCAST_TEST_AWS_ENDPOINT is the URL of a server that speaks S3 and takes the credentials "test" and "test", as
// moto's does: `pip install 'moto[server]'; moto_server -p 5000`, then
// HINDCAST_TEST_AWS_ENDPOINT=http://127.0.0.1:5000 go test ./lake/raw/s3 -run Another
func TestAnotherServer(t *testing.T) {
	endpoint := os.Getenv("HINDCAST_TEST_AWS_ENDPOINT")
	if endpoint == "" {
		t.Skip("HINDCAST_TEST_AWS_ENDPOINT names no server")
	}
	var made atomic.Int64
	bucket := func(t *testing.T) string {
		name := fmt.Sprintf("hindcast-%d-%d", time.Now().UnixNano(), made.Add(1))
		client := s3.NewFromConfig(config(endpoint), func(o *s3.Options) { o.UsePathStyle = true })
		_, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name})
		var owned *types.BucketAlreadyOwnedByYou
		if err != nil && !errors.As(err, &owned) {
			t.Fatal(err)
		}
		return name
	}
	t.Run("store", func(t *testing.T) {
		rawtest.Store(t, func(t *testing.T) raw.Store { return openStore(t, endpoint, "s3://"+bucket(t)+"/lake", options()) })
	})
	t.Run("buckets", func(t *testing.T) {
		rawtest.Read(t, func(t *testing.T) rawtest.Bucket { return bucketOf(t, endpoint, bucket(t)) })
	})
}
