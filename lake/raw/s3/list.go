package s3

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/hindcast/hindcast/catalog"
)

// root is a prefix of a bucket that is listed.
type root struct {
	bucket *bucket
	prefix string
}

// listed is an object and the bucket that it is in.
type listed struct {
	catalog.Object
	in *bucket
}

// How many pages are asked for or held before they are wanted: of the first spans of a chain, and of any. Without the
// first of these, pages that are wanted late would keep out those that are wanted next.
const (
	near  = 16
	ahead = 32
)

// frontier is a list under way: a chain of spans in the order of their keys, of which the first ones are listed
// at a time. A page that does not reach the end of its span leaves another span behind it, or several where places are
// known at which it can be divided (span.go).
type frontier struct {
	ctx     context.Context
	head    *span
	answers chan answer
	over    chan struct{} // closed when nobody takes answers any more
	busy    int           // spans that are asked for or held, and searches that are under way
}

// answer is what came of a call: of a span's page, or of a search.
type answer struct {
	span  *span
	page  page
	look  *search
	found folders
	err   error
}

// page is one answer to a span.
type page struct {
	objects     []catalog.Object // in the span
	first, last string           // of all
	more        bool             // in the span
	token       *string          // of the next page
}

// list lists prefixes, of which none begins with another, in the order in which they are given.
func list(ctx context.Context, roots []root) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		f := &frontier{ctx: ctx, answers: make(chan answer, 2*ahead), over: make(chan struct{})}
		defer close(f.over)
		for i := len(roots) - 1; i >= 0; i-- {
			r := roots[i]
			f.head = &span{root: r, look: &search{root: r, dir: r.prefix}, next: f.head}
		}
		f.start()
		for ; f.head != nil; f.head = f.head.next {
			if !f.give(f.head, yield) {
				return
			}
			f.head.objects = nil
			f.busy--
			f.start()
		}
	}
}

// give waits for a span's page and yields it. It answers false when the list is over.
func (f *frontier) give(s *span, yield func(listed, error) bool) bool {
	for s.state != held {
		f.take(<-f.answers)
	}
	if s.err != nil {
		yield(listed{}, s.bucket.fail(listing, s.prefix, s.err))
		return false
	}
	for _, o := range s.objects {
		if !yield(listed{o, s.bucket}, nil) {
			return false
		}
	}
	for { // what came meanwhile
		select {
		case a := <-f.answers:
			f.take(a)
		default:
			return true
		}
	}
}

// start asks for the first spans that nobody has asked for.
func (f *frontier) start() {
	for s, n := f.head, 0; s != nil && (n < near || f.busy < ahead); s, n = s.next, n+1 {
		if s.state == waiting {
			s.state = asked
			f.busy++
			go func() {
				p, err := s.fetch(f.ctx)
				f.say(answer{span: s, page: p, err: err})
			}()
		}
	}
}

// take puts an answer where it belongs, and asks for what follows from it.
func (f *frontier) take(a answer) {
	if a.look != nil {
		a.look.state, a.look.cuts, a.look.more = held, a.found.cuts, a.found.more // one that failed has found nothing
		f.busy--
	} else {
		a.span.state, a.span.objects, a.span.err = held, a.page.objects, a.err
		if a.page.more {
			f.search(a.span.split(a.page), a.page.last)
		}
	}
	f.start()
}

// search looks for places at which a span can be divided, if that may be of use and nobody does so.
func (f *frontier) search(s *span, last string) {
	look := s.look
	if look.state != waiting || look.over || f.busy >= 2*ahead {
		return
	}
	look.state = asked
	f.busy++
	go func() {
		found, err := look.find(f.ctx, last)
		f.say(answer{look: look, found: found, err: err})
	}()
}

// say gives an answer to whoever lists, if it is still wanted.
func (f *frontier) say(a answer) {
	select {
	case f.answers <- a:
	case <-f.over:
	}
}

// ask is a page's request.
func (r root) ask() *s3.ListObjectsV2Input {
	return &s3.ListObjectsV2Input{Bucket: &r.bucket.name, Prefix: aws.String(r.prefix), EncodingType: types.EncodingTypeUrl,
		ExpectedBucketOwner: r.bucket.owner(), RequestPayer: r.bucket.payer()}
}

// fetch gets a span's page.
func (s *span) fetch(ctx context.Context) (p page, _ error) {
	in := s.ask()
	if in.ContinuationToken = s.token; s.token == nil && s.after != "" {
		in.StartAfter = &s.after
	}
	out, err := s.bucket.client.ListObjectsV2(ctx, in)
	if err != nil {
		return p, err
	}
	p.last = s.after
	for i, o := range out.Contents {
		key, err := decode(out.EncodingType, aws.ToString(o.Key))
		if err != nil {
			return p, err
		}
		if p.last = key; i == 0 {
			p.first = key
		}
		folder := strings.HasSuffix(key, "/") && aws.ToInt64(o.Size) == 0 // as consoles make them
		if key >= s.from && (s.end == "" || key < s.end) && !folder {
			p.objects = append(p.objects, catalog.Object{Key: key, Size: aws.ToInt64(o.Size), ModTime: aws.ToTime(o.LastModified).UTC(), ETag: tag(o.ETag)})
		}
	}
	p.more = aws.ToBool(out.IsTruncated) && (s.end == "" || p.last < s.end)
	p.token = out.NextContinuationToken
	return p, nil
}

func decode(kind types.EncodingType, key string) (string, error) {
	if kind != types.EncodingTypeUrl {
		return key, nil
	}
	plain, err := url.QueryUnescape(key)
	if err != nil {
		return "", fmt.Errorf("a key in the list: %w", err)
	}
	return plain, nil
}
