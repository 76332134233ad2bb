package s3

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/s3/s3http"
)

// faulty is a store whose server fails on demand.
func faulty(t *testing.T, o Options) (*Store, *s3http.Faults) {
	t.Helper()
	faults := &s3http.Faults{}
	return openStore(t, serve(t, s3http.Options{Before: faults.Before}), "s3://logs/lake", o), faults
}

func fill(t *testing.T, s raw.Store, key string, size int) []byte {
	t.Helper()
	content := bytes.Repeat([]byte("0123456789abcdef"), size/16)
	if _, err := s.Put(t.Context(), key, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	return content
}

func read(t *testing.T, b raw.Bucket, key string) ([]byte, error) {
	t.Helper()
	r, err := b.Open(t.Context(), key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestABodyThatBreaksOffGoesOnFromThere(t *testing.T) {
	s, faults := faulty(t, options())
	want := fill(t, s, "key", 3<<20)
	faults.Add("GetObject", "key", 0, 1, s3http.Fault{Cut: 1 << 20})
	faults.Add("GetObject", "key", 0, 1, s3http.InternalError())
	faults.Add("GetObject", "key", 0, 1, s3http.Fault{Cut: 1 << 19})
	if got, err := read(t, s, "key"); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%d bytes of %d: %v", len(got), len(want), err)
	}
	var ranges []string
	for _, c := range faults.Calls("GetObject") {
		ranges = append(ranges, c.Header.Get("Range"))
		if len(ranges) > 1 && c.Header.Get("If-Match") == "" {
			t.Error("it went on without asking for the same object")
		}
	}
	if got, want := fmt.Sprintf("%q", ranges), fmt.Sprintf("%q", []string{"", "bytes=1048576-", "bytes=1048576-", "bytes=1572864-"}); got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
}

func TestABodyThatGivesNothingGoesOnByAnotherConnection(t *testing.T) {
	o := options()
	o.Patience = 300 * time.Millisecond
	s, faults := faulty(t, o)
	want := fill(t, s, "key", 2<<20)
	faults.Add("GetObject", "key", 0, 1, s3http.Fault{Cut: 1 << 20, Stall: true})
	if got, err := read(t, s, "key"); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%d bytes of %d: %v", len(got), len(want), err)
	}
	if n := len(faults.Calls("GetObject")); n < 2 {
		t.Errorf("%d connections", n)
	}
}

func TestABodyThatIsReplacedWhileItIsBrokenHasChanged(t *testing.T) {
	for name, do := range map[string]func(*Store) error{
		"by another": func(s *Store) error {
			_, err := s.Put(t.Context(), "key", strings.NewReader("another"))
			return err
		},
		"by nothing": func(s *Store) error { return s.Delete(t.Context(), "key") },
	} {
		t.Run(name, func(t *testing.T) {
			s, faults := faulty(t, options())
			fill(t, s, "key", 3<<20)
			faults.Add("GetObject", "key", 0, 1, s3http.Fault{Cut: 1 << 20})
			r, err := s.Open(t.Context(), "key")
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if err := do(s); err != nil {
				t.Fatal(err)
			}
			n, err := io.Copy(io.Discard, r)
			if !errors.Is(err, raw.ErrChanged) && !errors.Is(err, raw.ErrNotFound) || raw.Transient(err) {
				t.Errorf("%d bytes: %v", n, err)
			}
		})
	}
}

func TestABodyThatBreaksAgainAndAgainIsGivenUp(t *testing.T) {
	s, faults := faulty(t, options())
	fill(t, s, "key", 3<<20)
	faults.Add("GetObject", "key", 0, 100, s3http.Fault{Cut: 16})
	_, err := read(t, s, "key")
	if err == nil || !raw.Transient(err) {
		t.Errorf("error %v", err)
	}
	if n := len(faults.Calls("GetObject")); n != 1+maxFailed {
		t.Errorf("%d connections", n)
	}
}

// clock is a time that moves when somebody waits.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.mu.Unlock()
	return ctx.Err()
}

// busy is a server that takes so many calls in each second of the clock.
type busy struct {
	*clock
	rate      int
	second    time.Time
	taken     int
	throttled int
	calls     int
}

func (b *busy) Before(context.Context, *s3http.Call) *s3http.Fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	if b.now.Sub(b.second) >= time.Second {
		b.second, b.taken = b.now, 0
	}
	if b.taken++; b.taken > b.rate {
		b.throttled++
		f := s3http.SlowDown()
		return &f
	}
	b.now = b.now.Add(time.Millisecond) // that a call takes
	return nil
}

func TestABucketThatThrottlesIsReadWhole(t *testing.T) {
	b := &busy{clock: &clock{now: time.Unix(1_700_000_000, 0)}, rate: 1 << 30}
	memory := s3http.NewMemory(time.Now)
	endpoint := serve(t, s3http.Options{Before: b.Before, Buckets: map[string]raw.Store{"logs": memory}})
	o := options()
	o.Now, o.Sleep = b.Now, b.Sleep
	s := openStore(t, endpoint, "s3://logs", o)
	const n = 400
	for i := range n {
		if _, err := memory.Put(t.Context(), fmt.Sprint("key", i), strings.NewReader(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	b.rate = 20
	var readers sync.WaitGroup
	keys := make(chan int, n)
	for i := range n {
		keys <- i
	}
	close(keys)
	for range 8 {
		readers.Go(func() {
			for i := range keys {
				if got, err := read(t, s, fmt.Sprint("key", i)); err != nil || string(got) != fmt.Sprint(i) {
					t.Errorf("key %d: %q, %v", i, got, err)
				}
			}
		})
	}
	readers.Wait()
	if b.throttled == 0 || b.throttled > n/2 {
		t.Errorf("%d of %d calls were throttled: the rate was not lowered", b.throttled, b.calls)
	}
}

func TestThePaceFallsAndRises(t *testing.T) {
	c := &clock{now: time.Unix(1_700_000_000, 0)}
	p := &pace{now: c.Now, sleep: c.Sleep}
	call := func(n int) time.Duration { // and how long they take
		begin := c.Now()
		for range n {
			if _, err := p.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			p.succeeded()
		}
		return c.Now().Sub(begin)
	}
	if d := call(100); d != 0 {
		t.Errorf("free calls took %v", d)
	}
	made := c.Now()
	c.Sleep(t.Context(), time.Second)
	for range 10 { // a volley counts once
		p.throttled(made)
	}
	if p.rate != 50 {
		t.Errorf("%v calls a second after 100 were too many", p.rate)
	}
	if d := call(25); d < 400*time.Millisecond || d > 600*time.Millisecond {
		t.Errorf("25 calls took %v", d)
	}
	for range 30 {
		call(200)
	}
	if p.rate != 0 {
		t.Errorf("still %v calls a second", p.rate)
	}
}

func TestAThrottledCallThatIsGivenUpSaysSo(t *testing.T) {
	s, faults := faulty(t, options())
	faults.Add("HeadObject", "", 0, 100, s3http.SlowDown())
	_, err := s.Stat(t.Context(), "key")
	var throttled *raw.ThrottledError
	if !errors.As(err, &throttled) || !raw.Transient(err) {
		t.Errorf("error %v", err)
	}
	if n := len(faults.Calls("")); n != 8 {
		t.Errorf("%d attempts", n)
	}
}

func TestWhatFailsForTheMomentIsRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		operation string
		fault     s3http.Fault
	}{
		"KMS has too many calls":                             {"GetObject", s3http.Fault{Status: http.StatusBadRequest, Code: "KMS.ThrottlingException"}},
		"parts are not put together, after a good beginning": {"CompleteMultipartUpload", s3http.Fault{Status: http.StatusOK, Code: "InternalError"}},
		"nor by a busy server":                               {"CompleteMultipartUpload", s3http.Fault{Status: http.StatusOK, Code: "SlowDown"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, faults := faulty(t, options())
			faults.Add(c.operation, "key", 0, 3, c.fault)
			want := fill(t, s, "key", 6<<20)
			if got, err := read(t, s, "key"); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes: %v", len(got), err)
			}
			if faults.Met() != 3 {
				t.Errorf("%d faults", faults.Met())
			}
		})
	}
}

func TestConflictsAreRepeated(t *testing.T) {
	conflict := s3http.Fault{Status: http.StatusConflict, Code: "ConditionalRequestConflict", Message: "conflict"}
	for name, c := range map[string]struct {
		operation string
		fault     s3http.Fault
		times     int
		size      int
	}{
		"of a small object":                {"PutObject", conflict, 3, 16},
		"of an object in parts":            {"CompleteMultipartUpload", conflict, 3, 6 << 20},
		"until the upload must be redone":  {"CompleteMultipartUpload", conflict, 12, 6 << 20},
		"and so are uploads that are gone": {"CompleteMultipartUpload", s3http.Fault{Status: http.StatusNotFound, Code: "NoSuchUpload"}, 1, 6 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			s, faults := faulty(t, options())
			faults.Add(c.operation, "key", 0, c.times, c.fault)
			want := bytes.Repeat([]byte("x"), c.size)
			if o, err := s.PutNew(t.Context(), "key", bytes.NewReader(want)); err != nil || o.Size != int64(c.size) {
				t.Fatalf("%+v: %v", o, err)
			}
			if got, err := read(t, s, "key"); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes: %v", len(got), err)
			}
			for _, put := range faults.Calls(c.operation) {
				if put.Header.Get("If-None-Match") != "*" {
					t.Error("it was put over whatever is there")
				}
			}
		})
	}
}

func TestAPutThatFailsLeavesNoParts(t *testing.T) {
	s, faults := faulty(t, options())
	fill(t, s, "there", 16)
	body := bytes.Repeat([]byte("x"), 6<<20)
	if _, err := s.PutNew(t.Context(), "there", bytes.NewReader(body)); !errors.Is(err, raw.ErrExists) {
		t.Errorf("error %v", err)
	}
	faults.Add("UploadPart", "broken", 1, 100, s3http.InternalError())
	if _, err := s.Put(t.Context(), "broken", bytes.NewReader(body)); err == nil || !raw.Transient(err) {
		t.Errorf("error %v", err)
	}
	out, err := s.bucket.client.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String("logs")})
	if err != nil || len(out.Uploads) != 0 {
		t.Errorf("%d uploads are left: %v", len(out.Uploads), err)
	}
}
