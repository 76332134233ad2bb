package compact

import (
	"maps"
	"slices"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/observe"
)

// Progress is how far a compaction has come.
type Progress struct {
	Objects, Records int64 // read
	Bytes, BytesRaw  int64 // of the objects read, as stored and unpacked

	Looked                       int64 // objects listed so far
	PlannedObjects, PlannedBytes int64 // that are to be read, as far as is known; with those that were
	Listed                       bool  // nothing more will be found
}

// progress tells whoever watches that an object was read.
func (r *Report) progress(o *catalog.ObjectResult) {
	r.tell(func(p *Progress) {
		p.Objects++
		p.Records += o.RecordsIn
		p.Bytes += o.Size
		p.BytesRaw += o.RawBytes
	})
}

// look tells that so many objects were listed.
func (r *Report) look(n int) {
	r.mu.Lock()
	r.Listed += int64(n)
	r.mu.Unlock()
	r.tell(func(p *Progress) { p.Looked += int64(n) })
}

// listed tells that the list is over.
func (r *Report) listed() { r.tell(func(p *Progress) { p.Listed = true }) }

// found tells of a batch that is to be converted, once: when this run plans it, or takes one that was planned.
func (r *Report) found(b catalog.Batch) {
	r.mu.Lock()
	known := r.planned[b.ID]
	r.planned[b.ID] = true
	if !known {
		r.wait(b, 1)
	}
	r.mu.Unlock()
	if known {
		return
	}
	r.tell(func(p *Progress) {
		p.PlannedObjects += int64(len(b.Objects))
		p.PlannedBytes += stored(b)
	})
}

func stored(b catalog.Batch) (n int64) {
	for _, o := range b.Objects {
		n += o.Size
	}
	return n
}

// wait counts a batch that waits, or that waits no more.
func (r *Report) wait(b catalog.Batch, sign int64) {
	if r.observe == nil {
		return
	}
	w := r.waiting[b.Table]
	if w == nil {
		w = &observe.Backlog{Source: b.Table}
		r.waiting[b.Table] = w
	}
	w.Objects += sign * int64(len(b.Objects))
	w.Bytes += sign * stored(b)
	for _, o := range b.Objects {
		if sign > 0 && (w.Oldest.IsZero() || o.ModTime.Before(w.Oldest)) {
			w.Oldest = o.ModTime
		}
	}
	if w.Objects <= 0 {
		*w = observe.Backlog{Source: b.Table}
	}
	r.observe.Waiting(slices.Collect(maps.Values(r.waiting)))
}

func (r *Report) tell(change func(*Progress)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.done)
	if r.watch != nil {
		r.watch(r.done)
	}
}

// idle tells that nothing waits any more: what others took is in their hands.
func (r *Report) idle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for source, w := range r.waiting {
		*w = observe.Backlog{Source: source}
	}
	r.observe.Waiting(slices.Collect(maps.Values(r.waiting)))
}
