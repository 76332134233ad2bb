package merge

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/engine"
	"github.com/hindcast/hindcast/lake/engine/dialect"
)

// Remote is Athena, which merges days that are too large for one machine by UNLOAD.
//
// Its files are not as ours are: they have no bloom filters and no footers of enrichments, and are sorted each for itself
// in parts of the day. Whatever reads the lake reads them. The machine still reads the whole day, before and after, file by
// file: what Athena has written is taken only if it holds the same to the last value.
type Remote struct {
	Athena    Executor
	Root      string                  // the lake's URI, s3://bucket/prefix
	FromBytes int64                   // of Parquet in a day, from which on it is Athena's; 0 is the default of 32 GiB
	Published Published               // knows whether Athena sees a day as it is
	Price     func(bytes int64) int64 // for dry runs, in millionths of a US dollar; may be nil
}

// Executor runs statements without a result; athena.Engine does, and a budget around it.
type Executor interface {
	// Execute runs a statement to its end. Repeating it with the same token, from another process too, waits for the
	// same execution. engine.ErrPassing when another one may succeed.
	Execute(ctx context.Context, s engine.Statement, token string) (engine.Stats, error)
}

// Published says what Athena does not see as the catalog has it; catalog.Publications does.
type Published interface {
	// Unpublished are the partitions whose current version is not published, at most limit; 0 is all.
	Unpublished(ctx context.Context, limit int) ([]catalog.Unpublished, error)
}

const (
	byAthena    = "athena"
	defaultFrom = 32 << 30
	unseen      = "its newest files are not published to Athena yet"
)

// from is how many bytes of a day make it Athena's, 0 if nothing is.
func (c *Remote) from() int64 {
	switch {
	case c == nil:
		return 0
	case c.FromBytes <= 0:
		return defaultFrom
	}
	return c.FromBytes
}

// seen tells whether Athena sees a day as it is.
func (r *run) seen(ctx context.Context, s snapshot) (bool, error) {
	all, err := r.cfg.Remote.Published.Unpublished(ctx, 0)
	if err != nil {
		return false, fmt.Errorf("find what is not published: %w", err)
	}
	for _, u := range all {
		if u.Table == s.Table && u.Day == s.Day {
			return false, nil
		}
	}
	return true, nil
}

// statement has Athena write the day below a place in the lake.
func (d *dayMerge) statement(columns []catalog.Column, place string) engine.Statement {
	u := dialect.Unload{
		Table: d.Table, Day: d.Day, To: strings.TrimSuffix(d.cfg.Remote.Root, "/") + "/" + place, Cuts: d.cuts(),
	}
	for _, c := range columns {
		u.Columns = append(u.Columns, c.Name)
	}
	return engine.Statement{
		SQL: u.Statement().String(), Estimate: d.Bytes,
		Scans: []engine.Scan{{Table: d.Table, Columns: columns, Files: d.files}},
	}
}

// cuts divides the day into parts of about the target size, by how many rows there are at what time: each file is taken
// to have as many in every stretch of its time.
func (d *dayMerge) cuts() (cuts []time.Time) {
	parts := d.run.rules().parts(d.Bytes)
	var minutes [24 * 60]float64
	day, err := time.Parse(time.DateOnly, d.Day)
	if err != nil || parts < 2 {
		return nil
	}
	for _, f := range d.files {
		first, last := minuteOf(f.MinTime, day), minuteOf(f.MaxTime, day)
		for m := first; m <= last; m++ {
			minutes[m] += float64(f.Rows) / float64(last-first+1)
		}
	}
	sum := 0.0
	for m, rows := range minutes {
		if sum >= float64(d.Rows)*float64(len(cuts)+1)/float64(parts) && len(cuts) < int(parts)-1 {
			cuts = append(cuts, day.Add(time.Duration(m)*time.Minute))
		}
		sum += rows
	}
	return cuts
}

func minuteOf(t, day time.Time) int { return min(max(int(t.Sub(day)/time.Minute), 0), 24*60-1) }
