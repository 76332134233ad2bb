package s3http_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

var start = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// fixture is a server with a bucket, and a client of it.
type fixture struct {
	*testing.T
	*s3.Client
	url    string
	faults *s3http.Faults
}

// each runs a test over memory and over a folder.
func each(t *testing.T, test func(*fixture)) {
	for name, o := range map[string]s3http.Options{"in memory": {}, "in a folder": {Root: t.TempDir()}} {
		t.Run(name, func(t *testing.T) { test(serve(t, o)) })
	}
}

func serve(t *testing.T, o s3http.Options) *fixture {
	t.Helper()
	f := &fixture{T: t, faults: &s3http.Faults{}}
	o.Now, o.Before, o.Scratch = func() time.Time { return start }, f.faults.Before, t.TempDir()
	server, err := s3http.New(o)
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(server)
	f.url = listener.URL
	t.Cleanup(func() {
		listener.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	f.Client = s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: &f.url, UsePathStyle: true, RetryMaxAttempts: 1,
		DisableLogOutputChecksumValidationSkipped: true, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
	_, err = f.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("logs")})
	f.must(err)
	return f
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) put(key, content string) string {
	f.Helper()
	out, err := f.PutObject(f.Context(), &s3.PutObjectInput{Bucket: aws.String("logs"), Key: &key, Body: strings.NewReader(content)})
	f.must(err)
	return aws.ToString(out.ETag)
}

// get reads an object, with what is changed in the request.
func (f *fixture) get(key string, change func(*s3.GetObjectInput)) (string, *s3.GetObjectOutput, error) {
	in := &s3.GetObjectInput{Bucket: aws.String("logs"), Key: &key}
	if change != nil {
		change(in)
	}
	out, err := f.GetObject(f.Context(), in)
	if err != nil {
		return "", nil, err
	}
	defer out.Body.Close()
	data, err := io.ReadAll(out.Body)
	return string(data), out, err
}

// code is what an error is by its code, or by its status where an answer has no body.
func code(err error) string {
	var e smithy.APIError
	if errors.As(err, &e) {
		return e.ErrorCode()
	}
	return fmt.Sprint(err)
}

func TestAnObjectComesBackAsItWasPut(t *testing.T) {
	each(t, func(f *fixture) {
		content := strings.Repeat("0123456789", 300_000) // too much for memory
		for _, algorithm := range append(types.ChecksumAlgorithm("").Values()[:5], "") {
			in := &s3.PutObjectInput{Bucket: aws.String("logs"), Key: aws.String("a/b c+é%2F"), Body: strings.NewReader(content), ChecksumAlgorithm: algorithm,
				ContentType: aws.String("text/plain"), Metadata: map[string]string{"who": "me"}, ServerSideEncryption: types.ServerSideEncryptionAwsKms, SSEKMSKeyId: aws.String("key")}
			put, err := f.PutObject(f.Context(), in)
			f.must(err)
			got, out, err := f.get("a/b c+é%2F", func(in *s3.GetObjectInput) { in.ChecksumMode = types.ChecksumModeEnabled })
			if err != nil || got != content {
				f.Fatalf("%s: %d bytes: %v", algorithm, len(got), err)
			}
			if aws.ToString(out.ETag) != aws.ToString(put.ETag) || *out.ContentType != "text/plain" || out.Metadata["who"] != "me" || *out.SSEKMSKeyId != "key" {
				f.Errorf("%s: %+v", algorithm, out)
			}
			if algorithm == types.ChecksumAlgorithmCrc64nvme && aws.ToString(out.ChecksumCRC64NVME) == "" {
				f.Error("the checksum was lost")
			}
		}
		if etag := f.put("md5", "hello"); etag != `"5d41402abc4b2a76b9719d911017c592"` {
			f.Errorf("ETag %s", etag)
		}
		_, err := f.DeleteObject(f.Context(), &s3.DeleteObjectInput{Bucket: aws.String("logs"), Key: aws.String("md5")})
		f.must(err)
		if _, _, err := f.get("md5", nil); code(err) != "NoSuchKey" {
			f.Errorf("after it was deleted: %v", err)
		}
	})
}

func TestRangesAndConditions(t *testing.T) {
	each(t, func(f *fixture) {
		etag := f.put("key", "0123456789")
		for name, c := range map[string]struct {
			change func(*s3.GetObjectInput)
			want   string // the content, or the error's code
		}{
			"the middle":                       {func(in *s3.GetObjectInput) { in.Range = aws.String("bytes=2-4") }, "234"},
			"to the end":                       {func(in *s3.GetObjectInput) { in.Range = aws.String("bytes=7-") }, "789"},
			"the last bytes":                   {func(in *s3.GetObjectInput) { in.Range = aws.String("bytes=-2") }, "89"},
			"beyond the end":                   {func(in *s3.GetObjectInput) { in.Range = aws.String("bytes=8-99") }, "89"},
			"behind the end":                   {func(in *s3.GetObjectInput) { in.Range = aws.String("bytes=10-") }, "InvalidRange"},
			"what is no range is passed over":  {func(in *s3.GetObjectInput) { in.Range = aws.String("bytes=4-2") }, "0123456789"},
			"the ETag that it has":             {func(in *s3.GetObjectInput) { in.IfMatch = &etag }, "0123456789"},
			"another ETag":                     {func(in *s3.GetObjectInput) { in.IfMatch = aws.String(`"x"`) }, "PreconditionFailed"},
			"not the ETag that it has":         {func(in *s3.GetObjectInput) { in.IfNoneMatch = &etag }, "NotModified"},
			"changed since a time before":      {func(in *s3.GetObjectInput) { in.IfModifiedSince = aws.Time(start.Add(-24 * 365 * time.Hour)) }, "0123456789"},
			"unchanged since a time before it": {func(in *s3.GetObjectInput) { in.IfUnmodifiedSince = aws.Time(start.Add(-24 * 365 * time.Hour)) }, "PreconditionFailed"},
		} {
			got, _, err := f.get("key", c.change)
			if err != nil {
				got = code(err)
			}
			if got != c.want {
				f.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
	})
}

func TestConditionalPuts(t *testing.T) {
	each(t, func(f *fixture) {
		put := func(key string, change func(*s3.PutObjectInput)) string {
			in := &s3.PutObjectInput{Bucket: aws.String("logs"), Key: &key, Body: strings.NewReader("x")}
			change(in)
			_, err := f.PutObject(f.Context(), in)
			return code(err)
		}
		etag := f.put("there", "x")
		for name, c := range map[string]struct {
			key    string
			change func(*s3.PutObjectInput)
			want   string
		}{
			"a new one":                       {"new", func(in *s3.PutObjectInput) { in.IfNoneMatch = aws.String("*") }, "<nil>"},
			"a new one that is there":         {"there", func(in *s3.PutObjectInput) { in.IfNoneMatch = aws.String("*") }, "PreconditionFailed"},
			"the one that is known":           {"there", func(in *s3.PutObjectInput) { in.IfMatch = &etag }, "<nil>"},
			"another than the one known":      {"there", func(in *s3.PutObjectInput) { in.IfMatch = aws.String(`"x"`) }, "PreconditionFailed"},
			"one that is known, and is gone":  {"gone", func(in *s3.PutObjectInput) { in.IfMatch = &etag }, "NoSuchKey"},
			"a checksum that is not the body": {"sum", func(in *s3.PutObjectInput) { in.ChecksumCRC32 = aws.String("AAAAAA==") }, "BadDigest"},
			"an MD5 that is not the body":     {"sum", func(in *s3.PutObjectInput) { in.ContentMD5 = aws.String("XrY7u+Ae7tCTyyK7j1rNww==") }, "BadDigest"},
			"encryption that is none":         {"sse", func(in *s3.PutObjectInput) { in.ServerSideEncryption = "rot13" }, "InvalidArgument"},
			"a key without KMS":               {"sse", func(in *s3.PutObjectInput) { in.SSEKMSKeyId = aws.String("key") }, "InvalidArgument"},
			"a key that is too long":          {strings.Repeat("k", 1025), func(*s3.PutObjectInput) {}, "KeyTooLongError"},
		} {
			if got := put(c.key, c.change); got != c.want {
				f.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
		if _, _, err := f.get("sum", nil); code(err) != "NoSuchKey" {
			f.Errorf("a body that was refused is seen: %v", err)
		}
	})
}

// listed is all pages of a list: keys, and common prefixes.
func (f *fixture) listed(in s3.ListObjectsV2Input) (keys []string, pages int) {
	f.Helper()
	in.Bucket = aws.String("logs")
	for p := s3.NewListObjectsV2Paginator(f.Client, &in); p.HasMorePages(); pages++ {
		out, err := p.NextPage(f.Context())
		f.must(err)
		n := len(out.Contents) + len(out.CommonPrefixes)
		if in.MaxKeys != nil && n > int(*in.MaxKeys) || n > 1000 || int(*out.KeyCount) != n {
			f.Errorf("%d in a page, which says %d", n, *out.KeyCount)
		}
		for _, o := range out.Contents {
			keys = append(keys, *o.Key)
		}
		for _, c := range out.CommonPrefixes {
			keys = append(keys, *c.Prefix)
		}
	}
	return keys, pages
}

func TestLists(t *testing.T) {
	each(t, func(f *fixture) {
		all := []string{"a-b", "a/b/1", "a/b/2", "a/c", "a0", "b/with space", "b/x/1", "b/x/2", "b/x/3", "c"}
		for _, key := range all {
			f.put(key, key)
		}
		for name, c := range map[string]struct {
			in   s3.ListObjectsV2Input
			want []string
		}{
			"everything":                {s3.ListObjectsV2Input{}, all},
			"a prefix":                  {s3.ListObjectsV2Input{Prefix: aws.String("a/")}, all[1:4]},
			"a prefix of nothing":       {s3.ListObjectsV2Input{Prefix: aws.String("x")}, nil},
			"behind a key":              {s3.ListObjectsV2Input{StartAfter: aws.String("a/c")}, all[4:]},
			"folders and files":         {s3.ListObjectsV2Input{Delimiter: aws.String("/")}, []string{"a-b", "a/", "a0", "b/", "c"}},
			"folders in a folder":       {s3.ListObjectsV2Input{Delimiter: aws.String("/"), Prefix: aws.String("b/")}, []string{"b/with space", "b/x/"}},
			"from within a folder":      {s3.ListObjectsV2Input{Delimiter: aws.String("/"), StartAfter: aws.String("b/x/1")}, []string{"b/", "c"}},
			"a delimiter of two":        {s3.ListObjectsV2Input{Delimiter: aws.String("/x")}, []string{"a-b", "a/b/1", "a/b/2", "a/c", "a0", "b/with space", "b/x", "c"}},
			"encoded":                   {s3.ListObjectsV2Input{Prefix: aws.String("b/w"), EncodingType: types.EncodingTypeUrl}, []string{"b/with+space"}},
			"behind all":                {s3.ListObjectsV2Input{StartAfter: aws.String("c")}, nil},
			"a delimiter behind a file": {s3.ListObjectsV2Input{Delimiter: aws.String("/"), StartAfter: aws.String("a0")}, []string{"b/", "c"}},
		} {
			for _, most := range []int32{1, 2, 3, 1000} {
				in := c.in
				in.MaxKeys = &most
				got, pages := f.listed(in)
				slices.Sort(got)
				if !slices.Equal(got, c.want) {
					f.Errorf("%s, %d a page: %q, want %q", name, most, got, c.want)
				}
				if most == 1 && pages != max(1, len(c.want)) {
					f.Errorf("%s: %d pages of one", name, pages)
				}
			}
		}
		_, err := f.ListObjectsV2(f.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("logs"), ContinuationToken: aws.String("%%")})
		if code(err) != "InvalidArgument" {
			f.Errorf("a token that is none: %v", err)
		}
		old, err := f.ListObjects(f.Context(), &s3.ListObjectsInput{Bucket: aws.String("logs"), Delimiter: aws.String("/"), MaxKeys: aws.Int32(2)})
		if f.must(err); aws.ToString(old.NextMarker) != "a/" {
			f.Errorf("the first version's marker: %q", aws.ToString(old.NextMarker))
		}
	})
}

func TestDeletesInBatches(t *testing.T) {
	each(t, func(f *fixture) {
		f.put("a", "x")
		f.put("b", "x")
		batch := func(n int) (*s3.DeleteObjectsOutput, error) {
			ids := make([]types.ObjectIdentifier, n)
			for i := range ids {
				ids[i].Key = aws.String(string(rune('a' + i)))
			}
			return f.DeleteObjects(f.Context(), &s3.DeleteObjectsInput{Bucket: aws.String("logs"), Delete: &types.Delete{Objects: ids}})
		}
		out, err := batch(3)
		if f.must(err); len(out.Deleted) != 3 {
			f.Errorf("%+v", out)
		}
		if left, _ := f.listed(s3.ListObjectsV2Input{}); left != nil {
			f.Errorf("%q are left", left)
		}
		if _, err := batch(1001); code(err) != "MalformedXML" {
			f.Errorf("more than a batch has: %v", err)
		}
	})
}

func TestCopies(t *testing.T) {
	each(t, func(f *fixture) {
		etag := f.put("a/b c", "content")
		out, err := f.CopyObject(f.Context(), &s3.CopyObjectInput{Bucket: aws.String("logs"), Key: aws.String("copy"), CopySource: aws.String("logs/a/b%20c")})
		if f.must(err); aws.ToString(out.CopyObjectResult.ETag) != etag {
			f.Errorf("%+v", out.CopyObjectResult)
		}
		if got, _, err := f.get("copy", nil); got != "content" || err != nil {
			f.Errorf("%q: %v", got, err)
		}
		_, err = f.CopyObject(f.Context(), &s3.CopyObjectInput{Bucket: aws.String("logs"), Key: aws.String("copy"), CopySource: aws.String("logs/none")})
		if code(err) != "NoSuchKey" {
			f.Errorf("of what is not there: %v", err)
		}
	})
}

func TestBuckets(t *testing.T) {
	each(t, func(f *fixture) {
		ctx := f.Context()
		_, err := f.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("logs")})
		if code(err) != "BucketAlreadyOwnedByYou" {
			f.Errorf("made twice: %v", err)
		}
		_, err = f.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("other")})
		f.must(err)
		out, err := f.ListBuckets(ctx, &s3.ListBucketsInput{})
		if f.must(err); len(out.Buckets) != 2 || *out.Buckets[0].Name != "logs" || *out.Buckets[1].Name != "other" {
			f.Errorf("%+v", out.Buckets)
		}
		f.put("key", "x")
		for name, want := range map[string]string{"logs": "BucketNotEmpty", "other": "<nil>", "none": "NoSuchBucket"} {
			if _, err := f.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &name}); code(err) != want {
				f.Errorf("delete %s: %v", name, err)
			}
		}
		for name, want := range map[string]string{"logs": "<nil>", "other": "NotFound"} {
			if _, err := f.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name}); code(err) != want {
				f.Errorf("head %s: %v", name, err)
			}
		}
		where, err := f.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: aws.String("logs")})
		if f.must(err); where.LocationConstraint != "" {
			f.Errorf("%+v", where)
		}
		_, err = f.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: aws.String("logs")})
		if code(err) != "NotImplemented" {
			f.Errorf("what is not served: %v", err)
		}
	})
}

func TestABucketMayStandInTheHostsName(t *testing.T) {
	f := serve(t, s3http.Options{})
	f.put("a/b", "content")
	for host, want := range map[string]int{"logs.localhost:9000": 200, "logs.s3.eu-central-1.amazonaws.com": 200, "logs.s3.amazonaws.com": 200, "none.localhost": 404, "localhost": 404} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.url+"/a/b", nil)
		f.must(err)
		req.Host = host
		res, err := http.DefaultClient.Do(req)
		f.must(err)
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", host, res.StatusCode, want)
		}
	}
}

func TestAStrictServerDeniesWhatIsNotSigned(t *testing.T) {
	f := serve(t, s3http.Options{Strict: true})
	f.put("key", "x")
	res, err := http.Get(f.url + "/logs/key")
	f.must(err)
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusForbidden || !bytes.Contains(body, []byte("<Code>AccessDenied</Code>")) {
		t.Errorf("%d: %s", res.StatusCode, body)
	}
	link, err := s3.NewPresignClient(f.Client).PresignGetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("key")})
	f.must(err)
	res, err = http.Get(link.URL)
	f.must(err)
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("a link that is signed: %d", res.StatusCode)
	}
}

func TestFaults(t *testing.T) {
	f := serve(t, s3http.Options{})
	f.put("key", "0123456789")
	f.faults.Add("GetObject", "key", 1, 1, s3http.SlowDown())
	f.faults.Add("GetObject", "", 0, 1, s3http.Fault{Cut: 4})
	f.faults.Add("PutObject", "lost", 0, 1, s3http.Fault{Lose: true})
	if got, _, err := f.get("key", nil); got != "0123" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("an answer that breaks off: %q, %v", got, err)
	}
	if _, _, err := f.get("key", nil); code(err) != "SlowDown" {
		t.Errorf("an answer that asks to slow down: %v", err)
	}
	in := &s3.PutObjectInput{Bucket: aws.String("logs"), Key: aws.String("lost"), Body: strings.NewReader("x"), RequestPayer: types.RequestPayerRequester}
	if _, err := f.PutObject(context.Background(), in); err == nil {
		t.Error("an answer that is lost came")
	}
	if got, _, err := f.get("lost", nil); got != "x" || err != nil {
		t.Errorf("what was put and not answered: %q, %v", got, err)
	}
	calls := f.faults.Calls("PutObject")
	if len(calls) != 2 || calls[1].Header.Get("x-amz-request-payer") != "requester" || f.faults.Met() != 3 {
		t.Errorf("%d calls, %d met a fault", len(calls), f.faults.Met())
	}
}
