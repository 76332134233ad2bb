package compact

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/observe"
	"github.com/hindcast/hindcast/lake/source"
)

// Totals are the figures of a compaction, in all or of one source.
type Totals struct {
	Objects    int64   `json:"objects"`
	RecordsIn  int64   `json:"records_in"`
	EventsOut  int64   `json:"events_out"`
	Duplicates int64   `json:"duplicates"`
	Rejected   int64   `json:"rejected"`
	Partitions int64   `json:"partitions"`
	Files      int64   `json:"files"`
	BytesIn    int64   `json:"bytes_in"`  // as stored
	BytesRaw   int64   `json:"bytes_raw"` // unpacked
	BytesOut   int64   `json:"bytes_out"` // of Parquet
	Seconds    float64 `json:"seconds"`
	MBPerS     float64 `json:"mb_per_second"` // of unpacked bytes
}

// Problem is a raw object that was not loaded, or not to its end, and why.
type Problem struct {
	Source string `json:"source,omitempty"`
	Object string `json:"object"`
	Reason string `json:"reason"`
}

// Report is what a compaction did.
type Report struct {
	Totals
	Sources  map[string]*Totals `json:"sources"`
	Batches  int64              `json:"batches"`
	Listed   int64              `json:"listed"`      // objects of the bucket, or of the list of keys
	Passed   int64              `json:"passed_over"` // empty objects, and keys that hold no log
	Because  map[string]int64   `json:"passed_over_because,omitempty"`
	Silent   int64              `json:"signs_of_life"` // control messages and test events among the records
	Misfiled int64              `json:"misfiled"`      // objects that are of another source than their key says, and were loaded as of that
	Unknown  int64              `json:"unknown"`       // objects that are of no source, or not of one that was asked for
	Reloaded int64              `json:"reloaded"`      // objects that have changed since they were loaded, and were read again
	Changed  int64              `json:"changed"`       // objects that have changed, but cannot be read again without doubles
	Missed   int64              `json:"missed"`        // contents of objects that were overwritten before they were read
	Problems []Problem          `json:"problems,omitempty"`
	Failed   int64              `json:"failed"` // objects that could not be read, which the next run tries again

	TakenOver int64            `json:"taken_over,omitempty"` // batches that this run lost to others, since it was silent for too long
	Others    map[string]int64 `json:"others,omitempty"`     // batches that others are working on, by who they are

	mu         sync.Mutex
	left       func(Left) // nil if nobody is to be told
	watch      func(Progress)
	observe    *observe.Recorder
	done       Progress
	planned    map[string]bool             // batches that are to be converted
	waiting    map[string]*observe.Backlog // by source
	partitions map[string]map[string]bool
}

// shownProblems is how many problems a report names.
const shownProblems = 1000

func newReport(watch func(Progress), o *observe.Recorder) *Report {
	return &Report{
		Sources: map[string]*Totals{}, watch: watch, observe: o, partitions: map[string]map[string]bool{},
		planned: map[string]bool{}, waiting: map[string]*observe.Backlog{},
	}
}

func (r *Report) source(name string) *Totals {
	t := r.Sources[name]
	if t == nil {
		t = &Totals{}
		r.Sources[name] = t
		r.partitions[name] = map[string]bool{}
	}
	return t
}

// add counts a batch that was committed.
func (r *Report) add(b catalog.Batch, out *output) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Batches++
	r.Silent += out.silent
	t := r.source(b.Table)
	for _, o := range out.objects {
		t.Objects++
		t.RecordsIn += o.RecordsIn
		t.EventsOut += o.EventsOut
		t.Duplicates += o.Duplicates
		t.Rejected += o.Rejected
		t.BytesIn += o.Size
		t.BytesRaw += o.RawBytes
		if o.Problem != "" {
			r.problem(Problem{b.Table, o.Key, o.Problem})
		}
	}
	for _, f := range out.files {
		t.Files++
		t.BytesOut += f.info.Bytes
		r.partitions[b.Table][f.day] = true
	}
	t.Partitions = int64(len(r.partitions[b.Table]))
	r.wait(b, -1)
	r.observe.Committed(b.Table, out.objects)
}

// plan counts a batch that a dry run would convert.
func (r *Report) plan(b catalog.Batch) {
	r.Batches++
	t := r.source(b.Table)
	for _, o := range b.Objects {
		t.Objects++
		t.BytesIn += o.Size
	}
	r.finish(0)
}

// finish sums the sources up.
func (r *Report) finish(elapsed time.Duration) {
	r.Totals = Totals{Seconds: elapsed.Seconds()}
	for _, t := range r.Sources {
		r.Objects += t.Objects
		r.RecordsIn += t.RecordsIn
		r.EventsOut += t.EventsOut
		r.Duplicates += t.Duplicates
		r.Rejected += t.Rejected
		r.Partitions += t.Partitions
		r.Files += t.Files
		r.BytesIn += t.BytesIn
		r.BytesRaw += t.BytesRaw
		r.BytesOut += t.BytesOut
		t.Seconds, t.MBPerS = r.Seconds, rate(t.BytesRaw, elapsed)
	}
	r.MBPerS = rate(r.BytesRaw, elapsed)
	slices.SortFunc(r.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Reason, b.Reason))
	})
}

func rate(bytes int64, elapsed time.Duration) float64 {
	if elapsed <= 0 {
		return 0
	}
	return float64(bytes) / 1e6 / elapsed.Seconds()
}

func (r *Report) problem(p Problem) {
	if len(r.Problems) < shownProblems {
		r.Problems = append(r.Problems, p)
	}
}

// fail notes an object that could not be read.
func (r *Report) fail(sourceName, key string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Failed++
	r.observe.Failed(sourceName)
	r.problem(Problem{sourceName, key, err.Error()})
	r.leave(Left{Key: key, Reason: err.Error(), Again: true})
}

// leave tells whoever wants to know of an object that is left out.
func (r *Report) leave(l Left) {
	if r.left != nil {
		r.left(l)
	}
}

// changed notes an object that was loaded before with other contents.
func (r *Report) changed(sourceName, key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Changed++
	r.problem(Problem{sourceName, key, "the object has changed since it was loaded, and is left as it was loaded, since its records could not be told from those: deliver new ones under a new key"})
}

// overwritten notes contents of an object that nobody has read.
func (r *Report) overwritten(key, tag string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Missed++
	r.problem(Problem{"", key, "it was overwritten before it was read: what it was with ETag " + tag + " is in no table. If the bucket keeps versions, copy that one to a key of its own"})
}

// again notes an object that is read again.
func (r *Report) again() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Reloaded++
}

// takenOver notes a batch whose lease was lost.
func (r *Report) takenOver() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.TakenOver++
}

// other notes a batch that another is working on.
func (r *Report) other(owner string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.Others == nil {
		r.Others = map[string]int64{}
	}
	r.Others[owner]++
}

// pass counts an object that is passed over, and why.
func (r *Report) pass(key, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.Passed++; r.Because == nil {
		r.Because = map[string]int64{}
	}
	r.Because[reason]++
	r.leave(Left{Key: key, Reason: reason})
}

// unasked notes an object that the selection does not mean.
func (r *Report) unasked(key, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leave(Left{Key: key, Reason: reason})
}

// busy notes an object that is in a batch as it was, and may be another by now.
func (r *Report) busy(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leave(Left{Key: key, Reason: "a run is at work on what it was", Busy: true})
}

// misfiled notes an object that is of another source than its key says.
func (r *Report) misfiled(o catalog.Object, from, to string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Misfiled++
	r.problem(Problem{to, o.Key, "its key says " + from + ", but it holds " + to + ", and is loaded as that"})
}

// unknown notes an object that is of no source, or of one that was not asked for.
func (r *Report) unknown(o catalog.Object, asked []string, looks *source.Compiled) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Unknown++
	reason := "of no source that is known: name one with --source, or define it"
	switch {
	case looks != nil:
		reason = fmt.Sprintf("looks like %s, which was not asked for", looks.Name)
	case len(asked) > 0:
		reason = "not of " + strings.Join(asked, " or ") + ", and of no other source that is known"
	}
	r.problem(Problem{"", o.Key, reason})
	r.leave(Left{Key: o.Key, Reason: reason})
}
