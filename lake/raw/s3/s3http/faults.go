package s3http

import (
	"context"
	"net/http"
	"strings"
	"sync"
)

// Fault is what goes wrong with a call: an error instead of it, or a connection that breaks.
type Fault struct {
	Status        int // of an error, without any effect
	Code, Message string
	Header        http.Header

	Cut   int64 // the connection breaks after so many bytes of the answer's body
	Stall bool  // it does not break there: nothing comes any more
	Lose  bool  // the call is done, and the connection breaks before it is answered
}

// SlowDown is what S3 answers when there are too many requests.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
func SlowDown() Fault {
	return Fault{Status: http.StatusServiceUnavailable, Code: "SlowDown", Message: "Please reduce your request rate."}
}

// InternalError is what S3 answers when it fails.
func InternalError() Fault {
	return Fault{Status: http.StatusInternalServerError, Code: "InternalError", Message: "We encountered an internal error. Please try again."}
}

// Faults are faults that calls meet in the order in which they were added. Before is for Options.
type Faults struct {
	mu    sync.Mutex
	rules []*rule
	calls []Call
	met   int
}

type rule struct {
	operation, key string
	skip, times    int
	fault          Fault
}

// Add makes calls of an operation, whose keys contain a text, meet a fault: after so many that do not, so many that do.
func (f *Faults) Add(operation, key string, skip, times int, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = append(f.rules, &rule{operation, key, skip, times, fault})
}

// Before notes a call, and answers the fault that it meets.
func (f *Faults) Before(_ context.Context, c *Call) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, *c)
	for _, r := range f.rules {
		if r.operation != c.Operation || !strings.Contains(c.Key, r.key) || r.times == 0 {
			continue
		}
		if r.skip > 0 {
			r.skip--
			continue
		}
		r.times--
		f.met++
		return &r.fault
	}
	return nil
}

// Calls are the calls of an operation so far, of all if it is empty.
func (f *Faults) Calls(operation string) (calls []Call) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if operation == "" || c.Operation == operation {
			calls = append(calls, c)
		}
	}
	return calls
}

// Met is how many calls met a fault.
func (f *Faults) Met() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.met
}

// discard is an answer that is lost.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// cutting is an answer whose connection breaks after a number of bytes.
type cutting struct {
	http.ResponseWriter
	left   int64
	broken bool
	stall  <-chan struct{} // closed when whoever waits has gone; nil to break
}

func (c *cutting) Write(p []byte) (int, error) {
	if c.broken {
		return 0, http.ErrHijacked
	}
	n := min(int64(len(p)), c.left)
	written, err := c.ResponseWriter.Write(p[:n])
	c.left -= int64(written)
	if err == nil && c.left == 0 {
		c.broken, err = true, http.ErrHijacked
		_ = http.NewResponseController(c.ResponseWriter).Flush() // what was written goes out
		if c.stall != nil {
			<-c.stall
		}
		cut(c.ResponseWriter)
	}
	return written, err
}

// cut breaks a connection.
func cut(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	if conn, _, err := control.Hijack(); err == nil {
		_ = conn.Close()
	}
}
