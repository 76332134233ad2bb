package source

import (
	"bytes"
	"errors"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
)

// tried is how many records an object is judged by.
const tried = 10

// Reads tells whether the source can make an event of one of the first records of an object.
func (c *Compiled) Reads(key string, head []byte) bool {
	rows := ecs.NewBatch(c.schema)
	n, err := c.New(rows)
	if err != nil {
		return false
	}
	n.Begin(Origin{Key: key, Ingested: time.Unix(0, 0)})
	records := frame.New(bytes.NewReader(head), 0, c.Framing, frame.Limits{})
	for range tried {
		rec, err := records.Next()
		var bad *frame.RecordError
		if errors.As(err, &bad) {
			continue
		}
		if err != nil {
			return false
		}
		if n.Add(rec.Data, rec.Offset, 0) == nil {
			return true
		}
	}
	return false
}
