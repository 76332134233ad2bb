package glue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/hindcast/hindcast/catalog"
)

// Limits of one call: https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html and its neighbours.
const (
	maxWrite  = 100
	maxDelete = 25
	maxCalls  = 4 // at a time
)

// DaysError says which days were not written; all others were.
type DaysError struct {
	Table string
	Days  map[string]error
}

func (e *DaysError) Error() string {
	days := slices.Sorted(maps.Keys(e.Days))
	return fmt.Sprintf("%d days of table %s were not written, the first of them: %v", len(days), e.Table, e.Days[days[0]])
}

// Unwrap are the errors of the days, by day.
func (e *DaysError) Unwrap() (all []error) {
	for _, day := range slices.Sorted(maps.Keys(e.Days)) {
		all = append(all, e.Days[day])
	}
	return all
}

// Location is where the manifest of a published partition lies: the partition's location.
func (c *Catalog) Location(manifest string) string { return c.uri(path.Dir(manifest) + "/") }

// Day is a day of a table as it is to be shown.
type Day struct {
	catalog.Publication
	There bool // it is taken to be in Glue, which saves a call if it is
}

// Show makes the days of a table show their manifests, whether they are there or not. Each day changes at once, by
// itself. *DaysError names those that could not be written.
func (c *Catalog) Show(ctx context.Context, t catalog.Table, days []Day) error {
	columns := columnsOf(t, false)
	jobs := make([]job, len(days))
	for i, d := range days {
		storage := storage(c.format, c.Location(d.Manifest))
		storage.Columns = columns
		jobs[i] = job{day: d.Day, input: &types.PartitionInput{Values: []string{d.Day}, StorageDescriptor: storage,
			Parameters: map[string]string{paramVersion: strconv.FormatInt(d.Version, 10)}}}
		if d.There {
			jobs[i].do = updates
		}
	}
	return c.write(ctx, t.Name, jobs)
}

// Hide takes days out of a table; those that are not there are hidden. *DaysError names those that could not be taken out.
func (c *Catalog) Hide(ctx context.Context, table string, days []string) error {
	jobs := make([]job, len(days))
	for i, d := range days {
		jobs[i] = job{day: d, do: removes}
	}
	return c.write(ctx, table, jobs)
}

// deed is what is done with a day.
type deed int

const (
	creates deed = iota
	updates
	removes
	deeds
)

// job is one day to write.
type job struct {
	day   string
	do    deed
	input *types.PartitionInput // nil to remove
}

// write writes days until each is written or has failed for good. Days that turn out to be there are updated, and those
// to update that are not are created; days that failed for the moment are tried again after a pause.
func (c *Catalog) write(ctx context.Context, table string, jobs []job) error {
	w := &writing{c: c, table: table, failed: map[string]error{}}
	for n := 1; len(jobs) > 0; n++ {
		if err := w.round(ctx, jobs); err != nil {
			return err
		}
		if n > c.Tries { // once more than calls, since a day may have been taken to be there that is not
			for _, j := range w.again {
				w.failed[j.day] = w.why[j.day]
			}
			break
		}
		if jobs = w.again; len(jobs) > 0 && w.wait {
			if err := c.pause(ctx, n); err != nil {
				return fmt.Errorf("write days of table %s: %w", table, err)
			}
		}
	}
	if len(w.failed) > 0 {
		return &DaysError{table, w.failed}
	}
	return nil
}

// writing is days of a table under way.
type writing struct {
	c      *Catalog
	table  string
	failed map[string]error // for good

	mu    sync.Mutex
	again []job // of the round
	why   map[string]error
	wait  bool // some of them failed for the moment
}

// round sends every day once, a few calls at a time.
func (w *writing) round(ctx context.Context, jobs []job) error {
	w.again, w.why, w.wait = nil, map[string]error{}, false
	all := batches(jobs)
	errs := make([]error, len(all))
	slots := make(chan struct{}, maxCalls)
	var wg sync.WaitGroup
	for i, batch := range all {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			errs[i] = w.send(ctx, batch)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// batches divides days by what is done with them, and into as many as a call takes.
func batches(jobs []job) (all [][]job) {
	var by [deeds][]job
	for _, j := range jobs {
		by[j.do] = append(by[j.do], j)
	}
	for do, of := range by {
		size := maxWrite
		if deed(do) == removes {
			size = maxDelete
		}
		all = slices.AppendSeq(all, slices.Chunk(of, size))
	}
	return all
}

// send makes one call and sorts out what became of its days.
func (w *writing) send(ctx context.Context, batch []job) error {
	wrong, err := w.c.call(ctx, w.table, batch)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, j := range batch {
		if detail, ok := wrong[j.day]; ok {
			w.settle(j, detail)
		}
	}
	return nil
}

// settle decides what becomes of a day that was not written.
func (w *writing) settle(j job, detail types.ErrorDetail) {
	code := value(detail.ErrorCode)
	kind := kindOf(code)
	switch {
	case kind == ErrNotFound && j.do == removes:
		return
	case kind == ErrExists && j.do == creates:
		j.do = updates
	case kind == ErrNotFound && j.do == updates:
		j.do = creates
	case kind == ErrThrottled || kind == errMoment || kind == ErrConflict:
		w.wait = true
	default:
		w.failed[j.day] = itemError(j.day, kind, detail)
		return
	}
	w.again = append(w.again, j)
	w.why[j.day] = itemError(j.day, kind, detail)
}

func itemError(day string, kind error, d types.ErrorDetail) error {
	if kind == nil {
		return fmt.Errorf("day %s: %s: %s", day, value(d.ErrorCode), value(d.ErrorMessage))
	}
	return fmt.Errorf("day %s: %w: %s", day, kind, value(d.ErrorMessage))
}
