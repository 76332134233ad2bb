package main

import (
	"fmt"
	"time"

	"github.com/hindcast/hindcast/api/correlate"
)

// alike is events of a source in which the same was done by, from and to the same, one soon after the other.
type alike struct {
	newest correlate.Event
	oldest time.Time
	count  int64
}

// soon is how far apart events that are alike may be.
const soon = 15 * time.Minute

// likeness are the fields in which events that are alike agree.
var likeness = []string{
	"cloud.account.id", "event.action", "event.outcome", "user.name", "source.ip", "destination.ip", "http.response.status_code",
}

// group puts events, newest first, together with those that are like them; each keeps them apart.
func group(events []correlate.Event, each bool) []*alike {
	var all []*alike
	open := map[string]*alike{}
	for _, e := range events {
		key := e.Source
		for _, name := range likeness {
			key += fmt.Sprintf("\x00%v", e.Fields[name])
		}
		if g := open[key]; g != nil && !each && g.oldest.Sub(e.Time) <= soon {
			g.count++
			g.oldest = e.Time
			continue
		}
		g := &alike{newest: e, oldest: e.Time, count: 1}
		all, open[key] = append(all, g), g
	}
	return all
}
