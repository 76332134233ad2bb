package host

import (
	"bytes"
	_ "embed" // the table
	"fmt"
	"strconv"
	"strings"
)

//go:embed windows_events.csv
var windowsTable string

// windowsEvent is what ECS says of an event of the Security log.
type windowsEvent struct {
	action, outcome []byte
	category, types [][]byte
}

// windowsEvents reads the table of events, by their id.
func windowsEvents() (map[int64]windowsEvent, error) {
	events := map[int64]windowsEvent{}
	for line := range strings.Lines(windowsTable) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, ",")
		if len(fields) != 5 {
			return nil, fmt.Errorf("table of Windows events: %d fields instead of 5 in %q", len(fields), line)
		}
		id, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("table of Windows events: id of %q: %w", line, err)
		}
		if _, twice := events[id]; twice {
			return nil, fmt.Errorf("table of Windows events: %d stands twice", id)
		}
		events[id] = windowsEvent{
			action: []byte(fields[1]), outcome: []byte(fields[4]), category: bytes.Fields([]byte(fields[2])), types: bytes.Fields([]byte(fields[3])),
		}
	}
	return events, nil
}
