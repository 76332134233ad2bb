package source

import (
	"context"
	"errors"
	"time"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw"
)

// Tried is how many records an object is judged by.
const Tried = 10

// Reads tells whether the source can make an event of one of the first records of an object, of which head is the
// unpacked beginning.
func (c *Compiled) Reads(key string, head []byte) bool {
	rows := ecs.NewBatch(c.schema)
	n, err := c.New(rows)
	if err != nil {
		return false
	}
	n.Begin(Origin{Key: key, Ingested: time.Unix(0, 0)})
	records, err := raw.Open(context.Background(), bytesBucket(head), catalog.Object{Key: key}, c.Framing, raw.Limits{})
	if err != nil {
		return false
	}
	defer records.Close()
	for range Tried {
		rec, err := records.Next()
		var bad *raw.RecordError
		if errors.As(err, &bad) {
			continue
		}
		if err != nil {
			return false
		}
		n.Delivered(rec.Envelope)
		if n.Add(rec.Data, rec.Offset, rec.Index) == nil {
			return true
		}
	}
	return false
}
