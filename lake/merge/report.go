package merge

import (
	"slices"
	"time"

	"github.com/hindcast/hindcast/lake/trash"
)

// Day is what was done with a day, or would be.
type Day struct {
	Table        string `json:"table"`
	Day          string `json:"day"`
	Merged       bool   `json:"merged"` // or would be, in a dry run
	Why          string `json:"why"`
	Error        string `json:"error,omitempty"`
	Rows         int64  `json:"rows"`
	FilesBefore  int64  `json:"files_before"`
	FilesAfter   int64  `json:"files_after"`
	BytesBefore  int64  `json:"bytes_before"`
	BytesAfter   int64  `json:"bytes_after"` // about, in a dry run
	GroupsBefore int64  `json:"row_groups_before"`
	GroupsAfter  int64  `json:"row_groups_after"`
	From         int    `json:"generation_before"`
	To           int    `json:"generation_after"`
	By           string `json:"by,omitempty"`              // athena, where it was not this machine
	Execution    string `json:"execution_id,omitempty"`    // there
	MicroUSD     int64  `json:"price_micro_usd,omitempty"` // of it, or about, in a dry run
}

// Report is what a run did, or would do.
type Report struct {
	Days        []Day        `json:"days"` // merged, failed, or passed over for a reason that may go away
	Merged      int64        `json:"merged"`
	Failed      int64        `json:"failed"`
	Left        int64        `json:"left_alone"`
	Writing     int64        `json:"still_written_to"`
	Rows        int64        `json:"rows"`
	FilesBefore int64        `json:"files_before"` // of the days merged
	FilesAfter  int64        `json:"files_after"`
	BytesBefore int64        `json:"bytes_before"`
	BytesAfter  int64        `json:"bytes_after"`
	Deleted     trash.Report `json:"deleted"` // out of the trash
	Seconds     float64      `json:"seconds"`

	watch func(Progress)
	at    Progress
}

// Progress is how far a run has come.
type Progress struct {
	Days, DaysTotal   int64
	Table, Day        string
	Rows, RowsTotal   int64 // of the days to be merged
	Bytes, BytesTotal int64 // of their files, by the rows that are done
}

func newReport(watch func(Progress)) *Report { return &Report{Days: []Day{}, watch: watch} }

func dayOf(j job, merged bool, why string) Day {
	return Day{
		Table: j.Table, Day: j.Day, Merged: merged, Why: why, Rows: j.Rows, FilesBefore: j.Files, BytesBefore: j.Bytes,
		FilesAfter: j.Files, BytesAfter: j.Bytes, From: j.Generation, To: j.Generation,
	}
}

// plan notes what is to be done.
func (r *Report) plan(jobs []job) {
	for _, j := range jobs {
		r.at.DaysTotal++
		r.at.RowsTotal += j.Rows
		r.at.BytesTotal += j.Bytes
	}
}

// leave notes a day that is left alone. Of days that need no merge only the number is kept: there may be years of them.
func (r *Report) leave(j job, why string) {
	r.Left++
	switch {
	case j.merge:
		r.Days = append(r.Days, dayOf(j, false, why))
	case len(j.files) > 1 && why == stillWritten:
		r.Writing++
	}
}

func (r *Report) fail(j job, err error) {
	r.Failed++
	r.at.Days++
	d := dayOf(j, false, j.reason)
	d.Error = err.Error()
	r.Days = append(r.Days, d)
}

func (r *Report) merged(j job, made result) {
	r.at.Days++
	d := dayOf(j, true, j.reason)
	d.FilesAfter, d.BytesAfter, d.Rows, d.To = int64(len(made.files)), made.bytes(), made.rows(), made.generation
	d.FilesBefore, d.BytesBefore = made.filesBefore, made.bytesBefore
	d.GroupsBefore, d.GroupsAfter = made.groupsBefore, made.groupsAfter
	if x := made.spent.Execution; x.ID != "" {
		d.By, d.Execution, d.MicroUSD = byAthena, x.ID, x.MicroUSD
	}
	r.Days = append(r.Days, d)
}

// finish sums the days up.
func (r *Report) finish(elapsed time.Duration) {
	r.Seconds = elapsed.Seconds()
	for _, d := range r.Days {
		if !d.Merged {
			continue
		}
		r.Merged++
		r.Rows += d.Rows
		r.FilesBefore += d.FilesBefore
		r.FilesAfter += d.FilesAfter
		r.BytesBefore += d.BytesBefore
		r.BytesAfter += d.BytesAfter
	}
	slices.SortStableFunc(r.Days, compareDays)
}

// progress tells whoever watches how many rows of a day were merged since the last call.
func (r *Report) progress(table, day string, rows, bytes int64) {
	r.at.Table, r.at.Day = table, day
	r.at.Rows += rows
	r.at.Bytes += bytes
	if r.watch != nil {
		r.watch(r.at)
	}
}
