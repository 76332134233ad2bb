package compact

import (
	"context"

	"github.com/hindcast/hindcast/catalog"
)

// Surveyed is a raw object, and how far it has come.
type Surveyed struct {
	catalog.Object
	Source string
	State  catalog.State // empty when it is not planned yet
}

// Survey tells of each object that is selected and is of a source, without doing anything. The report says what else
// it met: objects of no source, and those that cannot be read.
func Survey(ctx context.Context, cfg Config, sel Selection, each func(Surveyed)) (*Report, error) {
	r := newRun(cfg, sel)
	r.known = func(o catalog.Object, known catalog.ObjectResult) {
		s := Surveyed{Object: o, Source: known.Source, State: known.State}
		if c, _ := cfg.Sources.ByKey(o.Key); s.Source == "" && c != nil { // of what is planned, the ledger knows no more
			s.Source = c.Name
		}
		each(s)
	}
	for wave, err := range r.find(ctx) {
		if err != nil {
			return r.report, err
		}
		for _, c := range wave {
			each(Surveyed{Object: c.Object, Source: c.source.Name})
		}
	}
	return r.report, nil
}
