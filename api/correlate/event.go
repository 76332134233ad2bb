package correlate

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Event is an event of the timeline.
type Event struct {
	Time        time.Time
	Source      string         // the table
	ID          string         // event.id
	Summary     string         // what happened, in a line
	Target      string         // what was acted on, where the log says: bucket/key, a user, a role
	Matched     []int          // the request's indicators that it matches, by position
	LogFilePath string         // the raw object, and where in it
	LogOffset   int64          // the raw record is
	Fields      map[string]any // by ECS name, without nulls: string, int64, float64, bool, time.Time, []string, json.RawMessage
}

// Document is the event as a nested ECS document.
func (e Event) Document() ([]byte, error) {
	root := map[string]any{}
	for name, value := range e.Fields {
		if err := nest(root, name, value); err != nil {
			return nil, fmt.Errorf("event %s of %s: %w", e.ID, e.Source, err)
		}
	}
	return json.Marshal(root)
}

func nest(root map[string]any, name string, value any) error {
	if t, ok := value.(time.Time); ok {
		value = t.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	path := strings.Split(name, ".")
	at := root
	for i, key := range path[:len(path)-1] {
		next, there := at[key]
		if !there {
			next = map[string]any{}
			at[key] = next
		}
		inner, ok := next.(map[string]any)
		if !ok {
			return fmt.Errorf("field %s is below %s, which holds a value", name, strings.Join(path[:i+1], "."))
		}
		at = inner
	}
	last := path[len(path)-1]
	if _, taken := at[last]; taken {
		return fmt.Errorf("field %s holds a value and has fields below it", name)
	}
	at[last] = value
	return nil
}
