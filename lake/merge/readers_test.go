package merge_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/merge"
	"github.com/hindcast/hindcast/lake/trash"
)

// seen is what a reader sees of a table.
type seen struct {
	rows, distinct int64
	sum            string // of hashes of the events' ids and texts
}

const look = "SELECT count(*), count(DISTINCT event_id), CAST(sum(hash(event_id || ' ' || message)) AS VARCHAR) FROM "

func seenBy(r []any) seen { return seen{r[0].(int64), r[1].(int64), fmt.Sprint(r[2])} }

// read is what a query sees: the files that the catalog has at one moment, which are then read.
func (l *testLake) read(files []catalog.File) seen {
	var paths []string
	for _, f := range files {
		paths = append(paths, "'"+l.files.Path(f.Path)+"'")
	}
	return seenBy(l.query(look + "read_parquet([" + strings.Join(paths, ", ") + "], union_by_name=true)")[0])
}

// While late events are added, days merged and replaced files deleted, readers look all the time. Each must see what the
// table held after one of the deliveries: not a row less, none twice.
func TestReadersNeverSeeDoubledOrMissingRows(t *testing.T) {
	l := newLake(t)
	l.target, l.group = 16<<10, 1
	deliveries, n := 10, 200
	if !testing.Short() {
		deliveries = 20
	}
	states := make([]seen, deliveries+1)
	for i := range states {
		states[i] = seenBy(l.query(fmt.Sprintf(look+"(SELECT 'd' || d || '-' || i AS event_id, 'from d' || d AS message FROM range(%d) a(d), range(%d) b(i))", i+1, n))[0])
	}
	deliver := func(i int) {
		l.deliver(fmt.Sprint("d", i), day1.Add(time.Duration(i*7)*time.Minute), n, time.Minute)
	}
	deliver(0)

	var begun, done atomic.Int64 // deliveries
	var over atomic.Bool
	var merges, deleted, looks atomic.Int64
	var moment sync.RWMutex // time passes only between queries, deliveries and merges: files outlive who has seen them, and leases their work
	var workers sync.WaitGroup
	work := func(each func()) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			defer over.Store(true) // also when it is ended by a failure
			for !over.Load() {
				each()
			}
		}()
	}
	for range 2 {
		work(func() {
			moment.RLock()
			defer moment.RUnlock()
			from := done.Load()
			files := l.catalogFiles("logins")
			got := l.read(files)
			for i := from; i <= begun.Load(); i++ {
				if got == states[i] {
					looks.Add(1)
					return
				}
			}
			t.Errorf("a reader saw %+v between deliveries %d and %d", got, from, begun.Load())
			over.Store(true)
		})
	}
	work(func() {
		moment.RLock()
		defer moment.RUnlock()
		report, err := merge.Run(t.Context(), l.config(), merge.Selection{All: true})
		if err != nil {
			t.Error(err)
			over.Store(true)
		}
		merges.Add(report.Merged)
	})
	work(func() {
		moment.Lock()
		l.pass(61 * time.Minute)
		moment.Unlock()
		report, err := trash.Empty(t.Context(), l.store, l.files)
		if err != nil {
			t.Error(err)
			over.Store(true)
		}
		deleted.Add(report.Files)
	})
	for i := 1; i <= deliveries && !over.Load(); i++ {
		begun.Store(int64(i))
		moment.RLock()
		deliver(i)
		moment.RUnlock()
		done.Store(int64(i))
		for at := looks.Load(); looks.Load() < at+2 && !over.Load(); { // others get their turn
			l.catalogFiles("logins")
		}
	}
	over.Store(true)
	workers.Wait()
	t.Logf("%d looks while %d merges were done and %d files deleted", looks.Load(), merges.Load(), deleted.Load())
	if merges.Load() < 2 || deleted.Load() < 2 {
		t.Errorf("there were only %d merges and %d deletions", merges.Load(), deleted.Load())
	}
	l.merge(merge.Selection{All: true})
	if got := l.read(l.catalogFiles("logins")); got != states[deliveries] {
		t.Errorf("in the end there is %+v, want %+v", got, states[deliveries])
	}
}
