package compact_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
)

// world is a bucket whose objects are made while they are read, so that there can be more of them than a disk holds.
type world struct {
	objects int
	records int // of each object
	packed  bool
	days    int // that the events of each object are spread over
	record  func(dst []byte, r *recordMaker) []byte
	sizes   map[string]int64
}

// recordMaker is where a record comes to stand, and the dice for what is in it.
type recordMaker struct {
	*rand.Rand
	object, index int
	at            time.Time
}

// worldOfDays is how many events a world of many days has.
const worldOfDays = 40_000

// The kinds of worlds. Of each, n says how much there is.
func newWorld(kind string, n int) (*world, error) {
	w := &world{objects: 1, records: n, packed: true, days: 1, record: ordinary, sizes: map[string]int64{}}
	switch kind {
	case "one object":
	case "two objects":
		w.objects = 2
	case "plain object":
		w.packed = false
	case "small objects":
		w.objects, w.records, w.packed = n, 1, false
	case "days":
		w.records, w.days = worldOfDays, n
	case "distinct values":
		w.objects, w.record = 2, distinct
	case "rejected records":
		w.objects, w.record = 2, everyOtherRejected
	case "long records":
		w.objects, w.record = 2, longEveryTenth
	case "records as long as may be":
		w.objects, w.record = 2, longEach
	default:
		return nil, fmt.Errorf("no world is called %q", kind)
	}
	return w, nil
}

func (w *world) key(i int) string {
	name := fmt.Sprintf("%07d.json", i)
	if w.packed {
		name += ".gz"
	}
	return fmt.Sprintf("AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/%02d/", 1+i*30/w.objects) + name
}

// List implements raw.Bucket.
func (w *world) List(ctx context.Context, prefix string) iter.Seq2[catalog.Object, error] {
	return func(yield func(catalog.Object, error) bool) {
		for i := range w.objects {
			key := w.key(i)
			if !strings.HasPrefix(key, prefix) {
				continue
			}
			size, err := w.size(i)
			if !yield(catalog.Object{Key: key, Size: size, ModTime: planned.Add(-time.Hour)}, err) || err != nil {
				return
			}
		}
	}
}

// size of a plain object is that of all, as all records are equally long; a packed one has to be made to know it.
func (w *world) size(i int) (int64, error) {
	key := w.key(i)
	if !w.packed {
		key = "any"
	}
	if _, ok := w.sizes[key]; !ok {
		n, err := io.Copy(io.Discard, w.body(i))
		if err != nil {
			return 0, err
		}
		w.sizes[key] = n
	}
	return w.sizes[key], nil
}

// Open implements raw.Bucket.
func (w *world) Open(_ context.Context, key string) (io.ReadCloser, error) {
	var i int
	if _, err := fmt.Sscanf(key[strings.LastIndexByte(key, '/')+1:], "%07d", &i); err != nil || i >= w.objects {
		return nil, raw.ErrNotFound
	}
	return io.NopCloser(w.body(i)), nil
}

func (w *world) body(i int) io.Reader {
	b := &body{world: w, maker: recordMaker{Rand: rand.New(rand.NewPCG(1, uint64(i))), object: i}}
	if w.packed {
		b.gzip, _ = gzip.NewWriterLevel(&b.buffer, gzip.BestSpeed) // a level that it knows
	}
	return b
}

// body is an object that is made while it is read.
type body struct {
	world  *world
	maker  recordMaker
	buffer bytes.Buffer
	gzip   *gzip.Writer // nil if it is plain
	text   []byte
	ended  bool
}

func (b *body) Read(p []byte) (int, error) {
	for b.buffer.Len() < len(p) && !b.ended {
		if err := b.more(); err != nil {
			return 0, err
		}
	}
	return b.buffer.Read(p)
}

func (b *body) more() error {
	for b.text = b.text[:0]; len(b.text) < 64<<10 && !b.ended; b.maker.index++ {
		if b.maker.index == 0 {
			b.text = append(b.text, `{"Records":[`...)
		}
		b.maker.at = day1.AddDate(0, 0, -b.maker.IntN(b.world.days)).Add(time.Duration(b.maker.IntN(24*60*60)) * time.Second)
		b.text = append(b.world.record(b.text, &b.maker), ',')
		if b.ended = b.maker.index == b.world.records-1; b.ended {
			b.text = append(b.text[:len(b.text)-1], "]}"...)
		}
	}
	if b.gzip == nil {
		b.buffer.Write(b.text)
		return nil
	}
	if _, err := b.gzip.Write(b.text); err != nil || !b.ended {
		return err
	}
	return b.gzip.Close()
}

// ordinary is a call of CloudTrail's, always of the same length.
func ordinary(dst []byte, r *recordMaker) []byte {
	user := r.IntN(50)
	return fmt.Appendf(dst, `{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDA%012d","arn":"arn:aws:iam::111122223333:user/user-%02d",`+
		`"accountId":"111122223333","accessKeyId":"AKIA%012d","userName":"user-%02d"},"eventTime":%q,"eventSource":"s3.amazonaws.com",`+
		`"eventName":"GetObject","awsRegion":"us-east-1","sourceIPAddress":"198.51.%d.%d","userAgent":"aws-cli/2.15","requestParameters":{"bucketName":"b","key":"k/%016x"},`+
		`"responseElements":null,"additionalEventData":{"bytesTransferredOut":%d,"x-amz-id-2":"%016x%016x"},"requestID":"%016X","eventID":"%08x-%08x-%016x","readOnly":true,`+
		`"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"111122223333","eventCategory":"Data"}`,
		user, user, user, user, r.at.Format(time.RFC3339), 100+r.IntN(156), 100+r.IntN(156), r.Uint64(),
		1<<20+r.IntN(1<<20), r.Uint64(), r.Uint64(), r.Uint64(), r.object, r.index, r.Uint64())
}

// distinct is a call of whose values none comes twice.
func distinct(dst []byte, r *recordMaker) []byte {
	v := func() string { return fmt.Sprintf("%016x", r.Uint64()) }
	return fmt.Appendf(dst, `{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","principalId":"AIDA%s","arn":"arn:aws:iam::111122223333:user/%s",`+
		`"accountId":"111122223333","accessKeyId":"AKIA%s","userName":"%s"},"eventTime":%q,"eventSource":"%s.amazonaws.com",`+
		`"eventName":"%s","awsRegion":"%s","sourceIPAddress":"2001:db8::%x:%x:%x","userAgent":"aws-cli/%s","errorCode":"%s","errorMessage":"%s","requestParameters":{"bucketName":"%s","%s":"%s"},`+
		`"responseElements":{"%s":"%s"},"requestID":"%s","eventID":"%08x-%08x","readOnly":true,"eventType":"%s","recipientAccountId":"%012d","eventCategory":"%s"}`,
		v(), v(), v(), v(), r.at.Format(time.RFC3339), v(), v(), v(), r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16), v(), v(), v(), v(), v(), v(),
		v(), v(), v(), r.object, r.index, v(), r.IntN(1e9), v())
}

// everyOtherRejected has as many calls as records without a time.
func everyOtherRejected(dst []byte, r *recordMaker) []byte {
	if r.index%2 == 0 {
		return ordinary(dst, r)
	}
	return fmt.Appendf(dst, `{"eventVersion":"1.11","eventID":"%08x-%08x","eventTime":"%d"}`, r.object, r.index, r.Uint64())
}

// longEveryTenth has nine calls for each record of 50 MB, which is more than is read of one.
func longEveryTenth(dst []byte, r *recordMaker) []byte {
	if r.index%10 != 5 {
		return ordinary(dst, r)
	}
	return longCall(dst, r, 50<<20)
}

// longEach has records that are nearly too long.
func longEach(dst []byte, r *recordMaker) []byte { return longCall(dst, r, 15<<20) }

func longCall(dst []byte, r *recordMaker, bytes int) []byte {
	dst = fmt.Appendf(dst, `{"eventVersion":"1.11","eventTime":%q,"eventID":"%08x-%08x","requestParameters":{"text":"`, r.at.Format(time.RFC3339), r.object, r.index)
	block := fmt.Appendf(nil, "%016x%016x%016x%016x", r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64())
	for n := 0; n < bytes; n += len(block) {
		block[r.IntN(len(block))] = "0123456789abcdef"[r.IntN(16)] // which does not pack so well that it is taken for a bomb
		dst = append(dst, block...)
	}
	return append(dst, `"}}`...)
}
