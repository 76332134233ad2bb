package retain

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/table"
)

// Catalog is what is asked about what the lake holds.
type Catalog interface {
	ruleBook
	Table(ctx context.Context, name string) (catalog.Table, error)
	Partition(ctx context.Context, table, day string) (catalog.Partition, error)
	Coverage(ctx context.Context, tables []string, fromDay, toDay string) ([]catalog.Partition, error)
	Files(ctx context.Context, q catalog.FileQuery) ([]catalog.File, error)
}

// Keeper says what policies and holds come to. It may be used by many at once.
type Keeper struct {
	catalog Catalog
	lake    raw.Opener
	scratch string
	now     func() time.Time

	mu    sync.Mutex
	known map[lookup]bool // what files were looked into for, and whether they had it: a file never changes
}

// lookup is a question to a file.
type lookup struct {
	path, account string
	from, to      int64
}

// maxKnown is how many answers of files are remembered.
const maxKnown = 100_000

// NewKeeper makes a keeper. Scratch is a folder for copies of files that a bucket does not read at any place; empty is
// the system's.
func NewKeeper(c Catalog, lake raw.Opener, scratch string, now func() time.Time) *Keeper {
	return &Keeper{catalog: c, lake: lake, scratch: scratch, now: now, known: map[lookup]bool{}}
}

// Rules are the policies and holds as they are now.
func (k *Keeper) Rules(ctx context.Context) (Rules, error) { return ReadRules(ctx, k.catalog) }

// stored is a file in the lake, of a table or in the trash.
type stored struct {
	path             string
	bytes            int64
	minTime, maxTime time.Time // of its events; zero when that is not known
}

// held gives the holds that keep events of files of a table's day. The answer is exact, or an error.
func (k *Keeper) held(ctx context.Context, r Rules, name, day string, files []stored) ([]catalog.Hold, error) {
	var keeping []catalog.Hold
	var columns []string
	for _, h := range r.holdsOn(name, day) {
		if h.Account != "" && columns == nil {
			t, err := k.catalog.Table(ctx, name)
			if err != nil {
				return nil, fmt.Errorf("look up table %s: %w", name, err)
			}
			columns = accountColumns(t)
		}
		keeps, err := k.keeps(ctx, h, columns, files)
		if err != nil {
			return nil, fmt.Errorf("look for events that hold %s keeps: %w", h.ID, err)
		}
		if keeps {
			keeping = append(keeping, h)
		}
	}
	return keeping, nil
}

// accountColumns are those that say whose account an event is of, or acts on.
func accountColumns(t catalog.Table) []string {
	columns := []string{}
	for _, c := range t.Columns {
		if c.Kind == ecs.Account {
			columns = append(columns, c.Name)
		}
	}
	return columns
}

// keeps tells whether a hold keeps events of any of the files.
func (k *Keeper) keeps(ctx context.Context, h catalog.Hold, columns []string, files []stored) (bool, error) {
	for _, f := range files {
		if !f.maxTime.IsZero() && !touches(h, f.minTime, f.maxTime.Add(time.Millisecond)) {
			continue
		}
		if h.Account == "" && (!f.maxTime.IsZero() || h.From.IsZero() && h.To.IsZero()) {
			return true, nil
		}
		found, err := k.lookInto(ctx, h, columns, f)
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// lookInto looks into a file for events of a hold.
func (k *Keeper) lookInto(ctx context.Context, h catalog.Hold, columns []string, f stored) (bool, error) {
	q := lookup{f.path, h.Account, math.MinInt64, math.MaxInt64}
	if !h.From.IsZero() {
		q.from = ceilMillis(h.From)
	}
	if !h.To.IsZero() {
		q.to = ceilMillis(h.To)
	}
	k.mu.Lock()
	found, known := k.known[q]
	k.mu.Unlock()
	if known {
		return found, nil
	}
	found, err := k.read(ctx, q, f.bytes, columns)
	if err != nil {
		return false, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.known) >= maxKnown {
		clear(k.known)
	}
	k.known[q] = found
	return found, nil
}

func (k *Keeper) read(ctx context.Context, q lookup, size int64, columns []string) (bool, error) {
	f, err := raw.OpenRandom(ctx, k.lake, q.path, size, k.scratch)
	if err != nil {
		return false, err
	}
	defer f.Close()
	m := table.Mention{Columns: columns, From: q.from, To: q.to}
	if q.account != "" {
		m.Value = []byte(q.account)
	}
	found, err := table.Mentions(f, size, m)
	if err != nil {
		return false, fmt.Errorf("%s: %w", q.path, err)
	}
	return found, nil
}

// ceilMillis is the first whole millisecond that is not before t, as events have whole ones.
func ceilMillis(t time.Time) int64 { return t.Add(time.Millisecond - 1).UnixMilli() }

// filesOf are the files of a table's day.
func (k *Keeper) filesOf(ctx context.Context, name, day string) ([]stored, error) {
	files, err := k.catalog.Files(ctx, catalog.FileQuery{Tables: []string{name}, FromDay: day, ToDay: day})
	if err != nil {
		return nil, fmt.Errorf("list the files of %s/%s: %w", name, day, err)
	}
	return storedOf(files), nil
}

func storedOf(files []catalog.File) []stored {
	out := make([]stored, len(files))
	for i, f := range files {
		out[i] = stored{f.Path, f.Bytes, f.MinTime, f.MaxTime}
	}
	return out
}
