package retain

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/hindcast/hindcast/catalog"
)

// Delivery is what a source's objects of one day came to.
type Delivery struct {
	Objects  int64
	Unpacked int64 // bytes
	Doubts   int64 // objects that could not be read to their end, and records that were rejected
	sizes
}

// Deliveries are those of a table by the objects' days.
type Deliveries map[string]Delivery

// Add counts an object.
func (d Deliveries) Add(o catalog.ObjectResult) {
	day := objectDay(o)
	n := d[day]
	n.Objects++
	n.Unpacked += o.RawBytes
	n.add(o.Size)
	n.Doubts += o.Rejected
	if o.Problem != "" {
		n.Doubts++
	}
	d[day] = n
}

// dates in keys, as AWS services and Firehose write them; the first that matches counts, and in it the last place.
var dates = []*regexp.Regexp{
	regexp.MustCompile(`/year=(\d{4})/month=(\d{2})/day=(\d{2})/`),
	regexp.MustCompile(`/(\d{4})/(\d{2})/(\d{2})/`),
	regexp.MustCompile(`(\d{4})-(\d{2})-(\d{2})`),
	regexp.MustCompile(`(\d{4})(\d{2})(\d{2})T\d{4}`),
}

// objectDay is the day that an object was delivered: the date in its key, which copies keep, or else when it was written.
func objectDay(o catalog.ObjectResult) string {
	for _, re := range dates {
		found := re.FindAllStringSubmatch("/"+o.Key, -1)
		if len(found) == 0 {
			continue
		}
		day := strings.Join(found[len(found)-1][1:], "-")
		if _, err := time.Parse(time.DateOnly, day); err == nil {
			return day
		}
	}
	return catalog.Day(o.ModTime)
}

// Absence is days without events, in a row and for one reason.
type Absence struct {
	From  string `json:"from"`
	To    string `json:"to"` // inclusive
	Days  int    `json:"days"`
	Quiet bool   `json:"quiet"` // nothing happened; else something is missing
	Why   string `json:"why"`
}

// A pause is usual in a source that has this many others, and if it is not rarer than this, going by the share of days
// without deliveries outside of it.
const (
	otherPauses = 2
	rarest      = 0.05
)

// absences tells gaps from quiet days among the days first to last of a table that have no events.
//
//   - Objects of that day came, all their records were read, and none was an event of that day: quiet.
//   - Objects of that day came, but some of their records could not be read: a gap, since events may be among them.
//   - No objects came from any source: a gap; the collection stood still.
//   - Other sources' objects came and this one's did not: quiet if such pauses are usual for the source, as for one that
//     writes only when something happens: it pauses at least twice more, and if it delivers nothing on a share q of the
//     other days, a pause of n days has the chance qⁿ of at least one in twenty. Else a gap.
//
// Where objects have neither dates in their keys nor times of their own, days are rather taken for gaps.
func absences(first, last string, has func(day string) bool, own Deliveries, others func(day string) bool) []Absence {
	pauses := pausesOf(first, last, own)
	var all []Absence
	for day := first; day <= last; day = addDays(day, 1) {
		if has(day) {
			continue
		}
		quiet, why := false, ""
		d := own[day]
		switch {
		case d.Objects > 0 && d.Doubts == 0:
			quiet, why = true, "its logs came, and hold no event of the day"
		case d.Objects > 0:
			why = "its logs came, and some of their records could not be read"
		case !others(day):
			why = "nothing came from any source"
		default:
			quiet, why = pauses.judge(day)
		}
		all = extendAbsence(all, Absence{From: day, To: day, Days: 1, Quiet: quiet, Why: why})
	}
	return all
}

func extendAbsence(all []Absence, next Absence) []Absence {
	if n := len(all); n > 0 {
		last := &all[n-1]
		if last.Quiet == next.Quiet && last.Why == next.Why && addDays(last.To, 1) == next.From {
			last.To, last.Days = next.To, last.Days+1
			return all
		}
	}
	return append(all, next)
}

// pauses are the days without deliveries of a source.
type pauses struct {
	length         map[string]int // by day: how long the pause is that it is in
	count, without int            // pauses, and the days in them
	days           int            // in all
}

func pausesOf(first, last string, own Deliveries) pauses {
	p := pauses{length: map[string]int{}}
	var run []string
	end := func() {
		for _, day := range run {
			p.length[day] = len(run)
		}
		if len(run) > 0 {
			p.count++
		}
		p.without += len(run)
		run = run[:0]
	}
	for day := first; day <= last; day = addDays(day, 1) {
		p.days++
		if own[day].Objects > 0 {
			end()
			continue
		}
		run = append(run, day)
	}
	end()
	return p
}

// judge tells whether the pause that a day is in is usual.
func (p pauses) judge(day string) (quiet bool, why string) {
	n := p.length[day]
	share := float64(p.without-n) / float64(max(1, p.days-n))
	if p.count-1 >= otherPauses && math.Pow(share, float64(n)) >= rarest {
		return true, fmt.Sprintf("its logs come on %.0f %% of days, and such pauses are usual", 100*float64(p.days-p.without)/float64(p.days))
	}
	return false, "its logs did not come, while those of other sources did"
}
