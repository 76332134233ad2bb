package follow_test

import (
	"context"
	"crypto/md5"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/catalog/embedded"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/follow"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/sqs"
	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

// fast is a clock that runs faster than the one on the wall, the same in all processes that know when it began.
type fast struct {
	began time.Time
	times int
	ahead *atomic.Int64
}

var epoch = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

func newFast(began time.Time, times int) fast { return fast{began, times, new(atomic.Int64)} }

func (c fast) Now() time.Time {
	return epoch.Add(time.Since(c.began)*time.Duration(c.times) + time.Duration(c.ahead.Load())).Truncate(time.Millisecond)
}

func (c fast) Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d / time.Duration(c.times))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// buckets is a folder as S3: its folders are buckets, and keys are whole URIs.
type buckets struct{ folder *raw.Folder }

const scheme = "s3://"

func (b buckets) List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error] {
	return func(yield func(catalog.Object, error) bool) {
		for o, err := range b.folder.List(ctx, strings.TrimPrefix(prefix, scheme)) {
			o.Key = scheme + o.Key
			if !yield(o, err) {
				return
			}
		}
	}
}

func (b buckets) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	return b.folder.Open(ctx, strings.TrimPrefix(key, scheme))
}

func (b buckets) Stat(ctx context.Context, key string) (catalog.Object, error) {
	o, err := b.folder.Stat(ctx, strings.TrimPrefix(key, scheme))
	if err != nil {
		return o, err
	}
	text, err := os.ReadFile(b.folder.Path(o.Key))
	o.Key, o.ETag = key, etag(text)
	return o, err
}

func etag(text []byte) string {
	sum := md5.Sum(text)
	return hex.EncodeToString(sum[:])
}

// world is buckets, a queue that tells of their objects, and a lake.
type world struct {
	*testing.T
	dir    string
	url    string // of the catalog on PostgreSQL; empty is SQLite in the lake's folder
	clock  fast
	server *httptest.Server
	fake   *sqsfake.Server
	client *awssqs.Client
	lines  map[string][]string // of the objects that are to be loaded
	serial int
}

const visibility = time.Minute

// newWorld makes a world whose clock runs so many times faster.
func newWorld(t *testing.T, times int, o sqsfake.Options) *world {
	t.Helper()
	w := &world{T: t, dir: t.TempDir(), clock: newFast(time.Now(), times), lines: map[string][]string{}}
	o.Clock = w.clock
	w.fake = sqsfake.New(o)
	w.server = httptest.NewServer(w.fake)
	t.Cleanup(w.server.Close)
	w.client = awssqs.NewFromConfig(configured(w.server.URL))
	w.create("dead", nil)
	w.create("logs", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + sqsfake.ARN("dead") + `","maxReceiveCount":"4"}`})
	for _, folder := range []string{"raw", "lake"} {
		w.must(os.MkdirAll(filepath.Join(w.dir, folder), 0o755))
	}
	return w
}

func configured(endpoint string) aws.Config {
	return aws.Config{Region: sqsfake.Region, BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) create(name string, attributes map[string]string) {
	w.Helper()
	_, err := w.client.CreateQueue(w.Context(), &awssqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	w.must(err)
}

func (w *world) send(body string) {
	w.Helper()
	_, err := w.client.SendMessage(w.Context(), &awssqs.SendMessageInput{QueueUrl: aws.String(sqsfake.URL("logs")), MessageBody: &body})
	w.must(err)
}

// redrive gives the dead letters back to the queue, as StartMessageMoveTask does.
func (w *world) redrive() {
	w.Helper()
	dead := aws.String(sqsfake.URL("dead"))
	out, err := w.client.ReceiveMessage(w.Context(), &awssqs.ReceiveMessageInput{QueueUrl: dead, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"}})
	w.must(err)
	for _, m := range out.Messages {
		_, err := w.client.SendMessage(w.Context(), &awssqs.SendMessageInput{QueueUrl: aws.String(sqsfake.URL("logs")), MessageBody: m.Body, MessageAttributes: m.MessageAttributes})
		w.must(err)
		_, err = w.client.DeleteMessage(w.Context(), &awssqs.DeleteMessageInput{QueueUrl: dead, ReceiptHandle: m.ReceiptHandle})
		w.must(err)
	}
}

const accessKey = "UserLogs/apache/httpd/access/2026/01/31/"

func accessLine(n int) string {
	return fmt.Sprintf(`203.0.113.9 - alice [31/Jan/2026:23:59:59 +0000] "GET /%d HTTP/1.1" 200 512 "-" "curl/8.5.0"`+"\n", n)
}

// put puts an object of n lines into a bucket, and answers what S3 tells of it.
func (w *world) put(bucket, name string, n int) string {
	w.Helper()
	var text strings.Builder
	key, lines := accessKey+name, []string(nil)
	for range n {
		w.serial++
		lines = append(lines, fmt.Sprintf("/%d", w.serial))
		text.WriteString(accessLine(w.serial))
	}
	w.lines[scheme+bucket+"/"+key] = lines
	return w.putText(bucket, key, text.String())
}

func (w *world) putText(bucket, key, text string) string {
	w.Helper()
	at := filepath.Join(w.dir, "raw", bucket, filepath.FromSlash(key))
	w.must(os.MkdirAll(filepath.Dir(at), 0o755))
	w.must(os.WriteFile(at, []byte(text), 0o644))
	return w.told(bucket, key, []byte(text))
}

// told is what S3 tells of an object.
func (w *world) told(bucket, key string, text []byte) string {
	return fmt.Sprintf(`{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-01-31T23:59:59.000Z","eventName":"ObjectCreated:Put",`+
		`"s3":{"bucket":{"name":%q},"object":{"key":%q,"size":%d,"eTag":%q,"sequencer":"%016X"}}}]}`, bucket, key, len(text), etag(text), w.serial)
}

// worker is one that follows the queue.
type worker struct {
	follow.Config
	catalog *embedded.Store
	rounds  []follow.Round
	warned  []error
	watch   func(compact.Progress)
	close   func()
}

// place is where a worker's world is.
type place struct {
	dir, url, endpoint string
	clock              fast
}

// openCatalog opens the catalog, whose leases go by the clock on the wall: so do those who renew them.
func (p place) openCatalog(ctx context.Context) (*embedded.Store, error) {
	if p.url != "" {
		return embedded.OpenURL(ctx, p.url, time.Now)
	}
	return embedded.Open(ctx, filepath.Join(p.dir, "lake", "catalog.db"), time.Now)
}

// open makes a worker, which has a name of its own.
func (p place) open(ctx context.Context, name string) (*worker, error) {
	bucket, err := raw.OpenFolder(filepath.Join(p.dir, "raw"))
	if err != nil {
		return nil, err
	}
	folder, err := raw.OpenFolder(filepath.Join(p.dir, "lake"))
	if err != nil {
		return nil, err
	}
	store, err := p.openCatalog(ctx)
	if err != nil {
		return nil, err
	}
	set, err := source.NewSet(builtin.Sources()...)
	if err != nil {
		return nil, err
	}
	at, err := sqs.ParseAddress("sqs://logs")
	if err != nil {
		return nil, err
	}
	queue, err := sqs.Open(ctx, configured(p.endpoint), at, sqs.Options{Visibility: visibility, Now: p.clock.Now, Wait: p.clock.Wait})
	if err != nil {
		return nil, err
	}
	w := &worker{catalog: store, watch: func(compact.Progress) {}, close: func() { _ = errors.Join(store.Close(), folder.Close(), bucket.Close()) }}
	cfg := compact.Config{
		Raw: buckets{bucket}, Lake: folder, Catalog: store, Sources: set, Work: filepath.Join(p.dir, "lake", "work", "compact"),
		Owner: fmt.Sprintf("%s/%d", name, os.Getpid()), Alive: alive, Now: time.Now, Workers: 1, BatchBytes: 1,
		Watch: func(p compact.Progress) { w.watch(p) },
	}
	w.Config = follow.Config{
		Queue: queue, Ledger: store, Clock: p.clock, Visibility: visibility, Window: time.Second, Objects: 1000, Bytes: 1 << 30, Drain: true,
		Load: func(ctx context.Context, sel compact.Selection) (*compact.Report, error) {
			return compact.Run(ctx, cfg, sel)
		},
		Tell: func(r follow.Round) { w.rounds = append(w.rounds, r) },
		Warn: func(err error) { w.warned = append(w.warned, err) },
	}
	return w, nil
}

// alive tells whether the process of an owner still lives.
func alive(owner string) bool {
	var pid int
	if _, err := fmt.Sscanf(path.Base(owner), "%d", &pid); err != nil {
		return true
	}
	return syscall.Kill(pid, 0) == nil
}

func (w *world) place() place { return place{w.dir, w.url, w.server.URL, w.clock} }

// worker makes one in this process.
func (w *world) worker() *worker {
	w.Helper()
	one, err := w.place().open(w.Context(), "test")
	w.must(err)
	w.Cleanup(one.close)
	return one
}

// drain follows the queue until it is empty.
func (w *world) drain() *worker {
	w.Helper()
	one := w.worker()
	w.must(follow.Run(w.Context(), one.Config))
	return one
}

// whole makes sure that the lake has each line of each object once, and that its books balance.
func (w *world) whole() {
	w.Helper()
	one := w.worker()
	files, err := one.catalog.Files(w.Context(), catalog.FileQuery{})
	w.must(err)
	findings, err := one.catalog.Audit(w.Context())
	w.must(err)
	for _, f := range findings {
		w.Errorf("the books: %+v", f)
	}
	var want, got []string
	for key, lines := range w.lines {
		for _, line := range lines {
			want = append(want, key+" "+line)
		}
	}
	if len(files) > 0 {
		got = w.rows(files)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("the rows: %.2000s", diff)
	}
}

// rows are those of files: where each comes from, and what it says.
func (w *world) rows(files []catalog.File) (rows []string) {
	w.Helper()
	db, err := sql.Open("duckdb", "")
	w.must(err)
	defer db.Close()
	for _, f := range files {
		rows = append(rows, w.rowsOf(db, f)...)
	}
	return rows
}

func (w *world) rowsOf(db *sql.DB, f catalog.File) (rows []string) {
	w.Helper()
	found, err := db.QueryContext(w.Context(), "SELECT log_file_path || ' ' || url_path FROM read_parquet(?)", filepath.Join(w.dir, "lake", filepath.FromSlash(f.Path)))
	w.must(err)
	defer found.Close()
	for found.Next() {
		var row string
		w.must(found.Scan(&row))
		rows = append(rows, row)
	}
	w.must(found.Err())
	return rows
}

// left makes sure that the queue, and that of the dead letters, have so many messages.
func (w *world) left(messages, dead int) {
	w.Helper()
	if n, d := len(w.fake.Messages("logs")), len(w.fake.Messages("dead")); n != messages || d != dead {
		w.Errorf("%d messages and %d dead letters are left, want %d and %d", n, d, messages, dead)
	}
}
