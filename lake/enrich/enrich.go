// Package enrich adds to the rows of a batch what is known of their values from elsewhere: where an address is, which
// threat list a domain is on. Each kind of knowledge is a package below this one.
//
// An [Enricher] is asked once for each batch of raw objects, and its [Filler] then fills columns of all rows that are
// buffered, a column at a time: text columns are dictionary-coded, so a value is looked up once however many rows have
// it, and what was found goes into the other columns by the values' ids ([ecs.Batch.Derive]). The columns are in every
// table that has what they are derived from ([ecs.Derived]), filled or not. Without enrichers nothing is done.
package enrich

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hindcast/hindcast/lake/ecs"
)

// Enricher knows something that rows can be enriched with. It is for concurrent use.
type Enricher interface {
	// Fills tells whether it may fill a field that is derived from others; rows lack those that nobody fills.
	Fills(field string) bool
	// For makes what enriches rows of a schema, by what is known now. It belongs to one worker. ok is false if there is
	// nothing to be said of such rows.
	For(s *ecs.Schema) (f Filler, ok bool)
}

// Filler enriches rows of one schema. What it knows does not change.
type Filler interface {
	// Fill fills columns of all rows of the batch, which is between two rows. A value that a row has of its log stays.
	// It changes nothing that ids, partitions or duplicates are told by, and may be called again after a reset.
	Fill(b *ecs.Batch)
	// Versions are the lists and tables that it looks into.
	Versions() []Version
}

// Refresher is an Enricher whose files may change. Refresh takes what has changed since; the error says what could not
// be taken, in whose place the earlier state stays.
type Refresher interface{ Refresh() error }

// Set is enrichers in the order in which they are asked. A nil Set does nothing.
type Set struct {
	all  []Enricher
	warn func(error)
}

// NewSet makes a set. warn is told what could not be refreshed, from any goroutine.
func NewSet(warn func(error), all ...Enricher) *Set { return &Set{all: all, warn: warn} }

// Fills tells whether one of the enrichers may fill a field.
func (s *Set) Fills(field string) bool {
	return s != nil && slices.ContainsFunc(s.all, func(e Enricher) bool { return e.Fills(field) })
}

// Begin looks for files that have changed, and makes what enriches the batch of raw objects that begins.
func (s *Set) Begin(schema *ecs.Schema) *Fillers {
	f := &Fillers{}
	if s == nil {
		return f
	}
	for _, e := range s.all {
		if r, ok := e.(Refresher); ok {
			if err := r.Refresh(); err != nil {
				s.warn(err)
			}
		}
		if filler, ok := e.For(schema); ok {
			f.all = append(f.all, filler)
		}
	}
	return f
}

// Fillers enrich the rows of one batch of raw objects, all of them by the same state of what is known.
type Fillers struct{ all []Filler }

// Fill enriches all rows that are buffered.
func (f *Fillers) Fill(b *ecs.Batch) {
	if b.Rows() == 0 {
		return
	}
	for _, filler := range f.all {
		filler.Fill(b)
	}
}

// Versions are the lists and tables that the rows are enriched by.
func (f *Fillers) Versions() (all []Version) {
	for _, filler := range f.all {
		all = append(all, filler.Versions()...)
	}
	return all
}

// Version names the state of a list or table.
type Version struct {
	Kind    string `json:"kind"`              // geo, threat, accounts …
	Name    string `json:"name"`              // of the list, or its file's
	Date    string `json:"date,omitempty"`    // when it was made, as it says, or when its file was last changed: RFC 3339
	Entries int64  `json:"entries,omitempty"` // that it holds
	SHA256  string `json:"sha256,omitempty"`  // the first 16 digits
}

func (v Version) String() string {
	text := v.Kind + " " + v.Name
	if v.Date != "" {
		text += " of " + v.Date
	}
	if v.Entries > 0 {
		text += fmt.Sprintf(", %d entries", v.Entries)
	}
	if v.SHA256 != "" {
		text += ", " + v.SHA256
	}
	return text
}

// ErrKept marks the errors of files that changed into something that can't be used: the earlier state is kept.
var ErrKept = errors.New("the earlier one is kept")
