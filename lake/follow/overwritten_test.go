package follow_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/compact"
	"github.com/hindcast/hindcast/lake/follow"
	"github.com/hindcast/hindcast/lake/raw/sqs/sqsfake"
)

// What is read of a key is what is there when it is read, whatever version a message tells of: rows are told apart by key
// and place, so that two versions of a log that was written on, read as two objects, would double what both hold.

// versions are a log that is written anew: longer, or other lines altogether.
func (w *world) versions(key string, texts ...string) (messages []string) {
	w.Helper()
	for _, text := range texts {
		w.serial++
		m := w.putText("logs", key, text)
		messages = append(messages, strings.Replace(m, `"sequencer"`, fmt.Sprintf(`"versionId":"v%d","sequencer"`, w.serial), 1))
	}
	return messages
}

// identity is what the ledger knows of an object.
func (w *world) identity(one *worker, key string) (catalog.ObjectResult, string) {
	w.Helper()
	uri := scheme + "logs/" + key
	seen, err := one.catalog.Seen(w.Context(), []string{uri})
	w.must(err)
	text, err := os.ReadFile(filepath.Join(w.dir, "raw", "logs", filepath.FromSlash(key)))
	w.must(err)
	return seen[uri], etag(text)
}

func TestAKeyThatIsOverwrittenBeforeItIsRead(t *testing.T) {
	const key = accessKey + "a"
	old, longer, other := accessLine(1), accessLine(1)+accessLine(2), accessLine(3)
	for name, c := range map[string]struct {
		texts  []string
		send   []int // messages, by the texts they tell of
		lines  []string
		missed int64
	}{
		"both messages, in order":                   {[]string{old, longer}, []int{0, 1}, []string{"/1", "/2"}, 1},
		"both messages, the later first":            {[]string{old, longer}, []int{1, 0}, []string{"/1", "/2"}, 1},
		"the first message, and the second is late": {[]string{old, longer}, []int{0}, []string{"/1", "/2"}, 1},
		"the second message, and the first is lost": {[]string{old, longer}, []int{1}, []string{"/1", "/2"}, 0},
		"each message twice":                        {[]string{old, longer}, []int{0, 1, 0, 1}, []string{"/1", "/2"}, 1},
		"of the same size":                          {[]string{old, other}, []int{0, 1}, []string{"/3"}, 1},
		"by the same contents":                      {[]string{old, old}, []int{0, 1}, []string{"/1"}, 0},
		"thrice":                                    {[]string{old, other, longer}, []int{0, 1, 2}, []string{"/1", "/2"}, 2},
		"after it was made without contents":        {[]string{"", longer}, []int{0, 1}, []string{"/1", "/2"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 25, sqsfake.Options{})
			messages := w.versions(key, c.texts...)
			for _, i := range c.send {
				w.send(messages[i])
			}
			w.lines[scheme+"logs/"+key] = c.lines
			one := w.drain()
			w.whole()
			w.left(0, 0)
			if known, want := w.identity(one, key); known.ETag != want || known.State != catalog.Committed {
				t.Errorf("the ledger has %+v, and the key has ETag %s", known, want)
			}
			r := one.rounds[0]
			if r.Report.Missed != c.missed || len(r.Report.Problems) != int(c.missed) {
				t.Errorf("%d contents were missed: %+v", r.Report.Missed, r.Report.Problems)
			}
			for _, p := range r.Report.Problems {
				told := slices.ContainsFunc(c.texts, func(text string) bool { return strings.Contains(p.Reason, "ETag "+etag([]byte(text))) })
				if p.Object != scheme+"logs/"+key || !told {
					t.Errorf("%+v", p)
				}
			}
			for _, m := range messages { // which come again, or late
				w.send(m)
			}
			for _, r := range w.drain().rounds {
				if r.Report.EventsOut+r.Report.Reloaded+r.Report.Missed > 0 {
					t.Errorf("again: %+v", r.Report)
				}
			}
			w.whole()
			w.left(0, 0)
		})
	}
}

// One worker has read a key and not committed it yet. It is overwritten, of which another hears, whose compaction finds
// that somebody is at work on it; and before that settles its message, the first has committed what the key was.
func TestAKeyThatIsOverwrittenWhileAnotherReadsItIsReadAgain(t *testing.T) {
	const key = accessKey + "a"
	w := newWorld(t, 25, sqsfake.Options{})
	w.lines[scheme+"logs/"+key] = []string{"/1", "/2"}
	w.send(w.versions(key, accessLine(1))[0])
	first, err := w.place().open(t.Context(), "first")
	w.must(err)
	t.Cleanup(first.close)
	read, settle := make(chan struct{}), make(chan struct{})
	var once sync.Once
	first.watch = func(p compact.Progress) {
		if p.Objects > 0 {
			once.Do(func() { close(read); <-settle })
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	first.Drain, first.Tell = false, func(follow.Round) { stop() } // a drain would wait for what the second has in hand
	ended := make(chan error)
	go func() { ended <- follow.Run(ctx, first.Config) }()
	<-read
	w.send(w.versions(key, accessLine(1)+accessLine(2))[0])
	second := w.worker()
	load, rounds := second.Load, 0
	second.Load = func(ctx context.Context, sel compact.Selection) (*compact.Report, error) {
		report, err := load(ctx, sel)
		if rounds++; rounds == 1 {
			close(settle)
			w.must(<-ended)
		}
		return report, err
	}
	w.must(follow.Run(t.Context(), second.Config))
	w.whole()
	w.left(0, 0)
	if r := second.rounds[0]; r.Kept != 1 || r.Deleted != 0 {
		t.Errorf("%+v", r)
	}
}
