package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/hindcast/hindcast/api/correlate"
)

// alike is events of a source in which the same was done by, from and to the same, one soon after the other.
type alike struct {
	first correlate.Event // of the timeline: the newest, or the oldest if that comes first
	last  time.Time
	count int64
	open  bool // there may be more of it beyond the timeline's end
}

// soon is how far apart events that are alike may be.
const soon = 15 * time.Minute

// likeness are the fields in which events that are alike agree.
var likeness = []string{
	"cloud.account.id", "event.action", "event.outcome", "user.name", "source.ip", "destination.ip", "http.response.status_code",
	"process.command_line", "mysql.slowlog.query",
}

// group puts events together with those that are like them; each keeps them apart. Of a timeline that is cut off, groups
// may go on beyond the cut.
func group(events []correlate.Event, each, cut bool) []*alike {
	var all []*alike
	open := map[string]*alike{}
	for _, e := range events {
		key := e.Source + "\x00" + deed(e)
		for _, name := range likeness {
			key += fmt.Sprintf("\x00%v", e.Fields[name])
		}
		if e.Fields["event.action"] == nil { // the message is all that tells what was done
			key += fmt.Sprintf("\x00%v", e.Fields["message"])
		}
		if g := open[key]; g != nil && !each && g.last.Sub(e.Time).Abs() <= soon {
			g.count++
			g.last = e.Time
			continue
		}
		g := &alike{first: e, last: e.Time, count: 1}
		all, open[key] = append(all, g), g
	}
	if cut && len(events) > 0 {
		end := events[len(events)-1].Time
		for _, g := range all {
			g.open = g.last.Sub(end).Abs() <= soon
		}
	}
	return all
}

// deed is what was acted on, without the name of an object in a bucket: reading a bucket's objects is one deed.
func deed(e correlate.Event) string {
	bucket, _ := e.Fields["aws.s3.bucket.name"].(string)
	if bucket != "" && strings.HasPrefix(e.Target, bucket+"/") {
		return bucket
	}
	return e.Target
}

// others says how many events are like the first of the group, and until when; "" when there are none.
func (g *alike) others(oldestFirst bool) string {
	if g.count == 1 {
		return ""
	}
	layout := time.TimeOnly
	if from := g.first.Time.UTC(); from.Format(time.DateOnly) != g.last.UTC().Format(time.DateOnly) {
		layout = time.DateTime
	}
	bound, beyond := "since", "earlier"
	if oldestFirst {
		bound, beyond = "until", "later"
	}
	n, when := count(g.count-1), g.last.UTC().Format(layout)
	if g.open {
		return fmt.Sprintf(" (and at least %s like it, %s %s or %s)", n, bound, when, beyond)
	}
	return fmt.Sprintf(" (and %s like it %s %s)", n, bound, when)
}
