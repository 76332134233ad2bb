package catalog

import (
	"fmt"
	"time"
)

// Commit makes a planned batch visible. It holds all that changes, so that a store can do it in one transaction.
type Commit struct {
	Batch  string
	Lease  Lease       // the commit is refused once it is lost; the zero lease demands none
	Expect []Partition // the partitions that Files go to, as they were seen; others are not looked at
	Files  []File

	Objects    []ObjectResult  // one for each object of the batch
	Quarantine []QuarantineRow // records of the batch's objects that were rejected
	Release    []Release       // records that the batch tried again, with success
}

// Validate checks what can be checked without a store: that names and days fit together, and that every record is
// accounted for, by object and in all.
func (c Commit) Validate() error {
	for _, check := range []func() error{c.checkFiles, c.checkObjects, c.checkQuarantine, c.checkSum} {
		if err := check(); err != nil {
			return fmt.Errorf("commit of batch %q: %w", c.Batch, err)
		}
	}
	return nil
}

// Touched are the expected partitions that files are added to, without those that none is.
func (c Commit) Touched() []Partition {
	days := make(map[string]bool, len(c.Expect))
	for _, f := range c.Files {
		days[f.Day] = true
	}
	var touched []Partition
	for _, p := range c.Expect {
		if days[p.Day] {
			touched = append(touched, p)
		}
	}
	return touched
}

func (c Commit) checkFiles() error {
	seen := make(map[string]Partition, len(c.Expect))
	for _, p := range c.Expect {
		if _, err := time.Parse(time.DateOnly, p.Day); err != nil {
			return fmt.Errorf("%q is not a day", p.Day)
		}
		if _, twice := seen[p.Day]; twice {
			return fmt.Errorf("the partition of day %s is expected twice", p.Day)
		}
		seen[p.Day] = p
	}
	paths := make(map[string]bool, len(c.Files))
	for _, f := range c.Files {
		if err := f.validate(c.Batch); err != nil {
			return err
		}
		p, ok := seen[f.Day]
		switch {
		case !ok || p.Table != f.Table:
			return fmt.Errorf("file %s: no version of its partition %s/%s is expected", f.Path, f.Table, f.Day)
		case p.Generation != f.Generation:
			return fmt.Errorf("file %s is of generation %d, but its partition of %d", f.Path, f.Generation, p.Generation)
		case paths[f.Path]:
			return fmt.Errorf("file %s stands twice", f.Path)
		}
		paths[f.Path] = true
	}
	return nil
}

func (c Commit) checkObjects() error {
	keys := make(map[string]bool, len(c.Objects))
	for _, o := range c.Objects {
		if keys[o.Key] {
			return fmt.Errorf("object %s stands twice", o.Key)
		}
		keys[o.Key] = true
		if !o.Balanced() {
			return fmt.Errorf("object %s: %d records in are not %d events out + %d duplicates + %d rejected: %w",
				o.Key, o.RecordsIn, o.EventsOut, o.Duplicates, o.Rejected, ErrUnbalanced)
		}
	}
	return nil
}

func (c Commit) checkQuarantine() error {
	room := make(map[string]int64, len(c.Objects))
	for _, o := range c.Objects {
		room[o.Key] = o.Rejected
	}
	ids := make(map[string]bool, len(c.Quarantine)+len(c.Release))
	for _, q := range c.Quarantine {
		if q.ID == "" || ids[q.ID] {
			return fmt.Errorf("quarantined record %q of object %s: its id is empty or stands twice", q.ID, q.Object)
		}
		ids[q.ID] = true
		if room[q.Object]--; room[q.Object] < 0 {
			return fmt.Errorf("object %s: more records are quarantined than the %d rejected ones: %w",
				q.Object, c.rejected(q.Object), ErrUnbalanced)
		}
	}
	for _, r := range c.Release {
		if ids[r.ID] {
			return fmt.Errorf("quarantined record %s stands twice", r.ID)
		}
		ids[r.ID] = true
	}
	return nil
}

func (c Commit) checkSum() error {
	var rows, events, released int64
	for _, f := range c.Files {
		rows += f.Rows
	}
	for _, o := range c.Objects {
		events += o.EventsOut
	}
	for _, r := range c.Release {
		if !r.Duplicate {
			released++
		}
	}
	if rows != events+released {
		return fmt.Errorf("%d rows in files are not %d events out of objects + %d out of quarantine: %w",
			rows, events, released, ErrUnbalanced)
	}
	return nil
}

func (c Commit) rejected(key string) (n int64) {
	for _, o := range c.Objects {
		if o.Key == key {
			n = o.Rejected
		}
	}
	return n
}
