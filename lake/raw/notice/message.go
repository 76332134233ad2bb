package notice

import "time"

// Message is a message of a queue, in the hands of whoever received it until it is deleted or its time is up.
type Message struct {
	ID       string
	Receipt  string // of this delivery; each gives another
	Body     string
	Sent     time.Time
	Received int       // how often it was delivered, this time included
	Until    time.Time // when it can be received again
	Notice
	Err error // why the body can't be read, in whole or, where there are objects, in part: see [Parse]
}
