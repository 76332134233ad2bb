package simulate

import (
	"bytes"
	"fmt"
	"time"

	"github.com/klauspost/compress/gzip"
)

// outbox collects the records of one object at a time, counts them, packs them and hands them on.
type outbox struct {
	put    Put
	first  time.Time // start of the first day that may hold an event
	raw    []byte    // the object being written
	tally  tally
	packed bytes.Buffer
	gz     *gzip.Writer
	sum    Summary
}

func newOutbox(put Put, first time.Time) *outbox {
	gz, _ := gzip.NewWriterLevel(nil, gzipLevel) // the level is a constant that it knows
	return &outbox{put: put, first: first, gz: gz, sum: Summary{Sources: map[string]Counts{}}}
}

const gzipLevel = 6

// event counts the record that was appended to raw last.
func (o *outbox) event(at time.Time) { o.tally.event(o.first, at) }

// malformed counts a record that was appended to raw last and that nobody can read.
func (o *outbox) malformed() {
	o.tally.records++
	o.tally.malformed++
}

// empty reports whether the object has no record yet.
func (o *outbox) empty() bool { return o.tally.records == 0 }

// send delivers the object and starts the next one.
func (o *outbox) send(source, key string, packed bool) error {
	err := o.deliver(source, key, packed)
	o.clear()
	return err
}

// sendTwice delivers the object under two keys: all records of the second are duplicates.
func (o *outbox) sendTwice(source, key, again string, packed bool) error {
	if err := o.deliver(source, key, packed); err != nil {
		return err
	}
	o.tally.duplicates = o.tally.records - o.tally.malformed
	o.tally.days = o.tally.days[:0]
	return o.send(source, again, packed)
}

func (o *outbox) clear() {
	o.raw = o.raw[:0]
	o.tally.reset()
}

func (o *outbox) deliver(source, key string, packed bool) error {
	body := o.raw
	if packed {
		o.packed.Reset()
		o.gz.Reset(&o.packed)
		if _, err := o.gz.Write(o.raw); err != nil {
			return fmt.Errorf("pack %s: %w", key, err)
		}
		if err := o.gz.Close(); err != nil {
			return fmt.Errorf("pack %s: %w", key, err)
		}
		body = o.packed.Bytes()
	}
	o.count(source, len(body))
	if err := o.put(key, body); err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	return nil
}

func (o *outbox) count(source string, size int) {
	o.sum.Objects++
	o.sum.Bytes += int64(size)
	o.sum.RawBytes += int64(len(o.raw))
	c := o.sum.Sources[source]
	if c.Days == nil {
		c.Days = map[string]int64{}
	}
	c.Objects++
	c.Bytes += int64(size)
	c.RawBytes += int64(len(o.raw))
	c.Records += o.tally.records
	c.Duplicates += o.tally.duplicates
	c.Malformed += o.tally.malformed
	for i, n := range o.tally.days {
		if n > 0 {
			c.Days[o.first.AddDate(0, 0, i).Format(time.DateOnly)] += n
		}
	}
	o.sum.Sources[source] = c
}

// awsKey is the key of a delivery in the layout that most services share.
func awsKey(account, folder, region string, at time.Time, file string) string {
	return "AWSLogs/" + account + "/" + folder + "/" + region + at.Format("/2006/01/02/") + file
}
