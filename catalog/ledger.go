package catalog

import "time"

// Object is a raw object as its bucket lists it. Key and ETag together are its identity: a key that was written anew
// is another object.
type Object struct {
	Key     string
	Size    int64
	ModTime time.Time
	ETag    string
}

// Counts says what became of an object's records.
type Counts struct {
	RecordsIn  int64
	EventsOut  int64
	Duplicates int64
	Rejected   int64
}

// Balanced tells whether every record is accounted for: in = out + duplicates + rejected.
func (c Counts) Balanced() bool {
	return c.RecordsIn == c.EventsOut+c.Duplicates+c.Rejected &&
		c.RecordsIn >= 0 && c.EventsOut >= 0 && c.Duplicates >= 0 && c.Rejected >= 0
}

// Add is the sum of two counts.
func (c Counts) Add(d Counts) Counts {
	return Counts{
		RecordsIn:  c.RecordsIn + d.RecordsIn,
		EventsOut:  c.EventsOut + d.EventsOut,
		Duplicates: c.Duplicates + d.Duplicates,
		Rejected:   c.Rejected + d.Rejected,
	}
}

// State is how far a batch has come.
type State string

// A batch that is undone has no state: it is gone.
const (
	Planned   State = "planned"
	Committed State = "committed"
)

// ObjectResult is a raw object and what became of it.
type ObjectResult struct {
	Object
	Source   string
	SHA256   string // of the bytes as stored, in hex
	RawBytes int64  // unpacked
	Counts
	Problem string // why the object could not be read to its end, if so

	Batch string // set by the store
	State State  // of its batch, set by the store
}

// Batch is raw objects that are converted together into one table.
type Batch struct {
	ID             string // a hash of its objects' identities and of the mapping's version
	Table          string
	MappingVersion string
	PlannedAt      time.Time // the event.ingested of its rows; a batch that is repeated keeps the first
	State          State     // set by the store
	Objects        []Object
	Retry          []string // ids of quarantined records, for a batch that tries them again
	Rank           int64    // workers take batches of lower rank first
	Staged         []string // paths in the lake that may hold files of the batch; set by Stage
}

// TableTotals sums up a table.
type TableTotals struct {
	Table            string
	Events           int64
	Bytes            int64 // of Parquet
	Files            int64
	Days             int64
	FirstDay         string // empty when there is none
	LastDay          string
	MinTime, MaxTime time.Time
	Expired          int64 // events that retention took out
	Objects          int64 // committed
	RawBytes         int64 // unpacked
	Counts                 // of the committed objects
}

// Finding is a place where the books do not balance.
type Finding struct {
	Table  string
	Batch  string // the batch at fault, if it is one
	Object string // the raw object at fault, if it is one
	Day    string // the partition at fault, if it is one
	Text   string // what is wrong, with the numbers
}
