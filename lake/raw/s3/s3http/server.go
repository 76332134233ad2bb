package s3http

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hindcast/hindcast/lake/raw"
)

// Options are what a server serves, and how.
type Options struct {
	Root    string               // folder whose folders are buckets; if empty, new buckets are held in memory
	Buckets map[string]raw.Store // buckets that lie elsewhere
	Hosts   []string             // names of this server, before which a bucket's may stand; "localhost" if empty. S3's own names are known
	Scratch string               // folder for bodies that are being received; the system's if empty
	Strict  bool                 // requests without a signature are denied
	Now     func() time.Time     // the clock

	// Before, if set, is told of each call, and answers what goes wrong with it, if anything. What it waits is a delay.
	Before func(ctx context.Context, c *Call) *Fault
}

// Server is an http.Handler. It must be closed.
type Server struct {
	o       Options
	spaces  spaces
	notes   notes
	uploads uploads
	locks   [64]sync.RWMutex // of keys, by hash: what is put is seen with its notes
	served  atomic.Int64
}

// New makes a server.
func New(o Options) (*Server, error) {
	if o.Now == nil {
		return nil, errors.New("s3http: Options.Now is not set")
	}
	if len(o.Hosts) == 0 {
		o.Hosts = []string{"localhost"}
	}
	s := &Server{o: o, uploads: uploads{open: map[string]*upload{}}, notes: notes{of: map[place]note{}}}
	s.spaces = spaces{root: o.Root, now: o.Now, open: map[string]raw.Store{}, own: map[string]*raw.Folder{}, made: map[string]time.Time{}}
	for name, store := range o.Buckets {
		s.spaces.open[name] = store
	}
	return s, nil
}

// Close ends uploads that were not completed, and frees the folders. No call may be under way.
func (s *Server) Close() error { return errors.Join(s.uploads.close(), s.spaces.close()) }

// operations are the calls that are served, by S3's names.
var operations = map[string]func(*Server, http.ResponseWriter, *Call) error{
	"ListBuckets":             (*Server).listBuckets,
	"CreateBucket":            (*Server).createBucket,
	"HeadBucket":              (*Server).headBucket,
	"DeleteBucket":            (*Server).deleteBucket,
	"GetBucketLocation":       (*Server).bucketLocation,
	"GetBucketVersioning":     (*Server).bucketVersioning,
	"ListObjects":             (*Server).listObjects,
	"ListObjectsV2":           (*Server).listObjects,
	"GetObject":               (*Server).getObject,
	"HeadObject":              (*Server).getObject,
	"PutObject":               (*Server).putObject,
	"CopyObject":              (*Server).copyObject,
	"DeleteObject":            (*Server).deleteObject,
	"DeleteObjects":           (*Server).deleteObjects,
	"CreateMultipartUpload":   (*Server).createUpload,
	"UploadPart":              (*Server).uploadPart,
	"ListParts":               (*Server).listParts,
	"ListMultipartUploads":    (*Server).listUploads,
	"CompleteMultipartUpload": (*Server).completeUpload,
	"AbortMultipartUpload":    (*Server).abortUpload,
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := fmt.Sprintf("%016X", s.served.Add(1))
	w.Header().Set("x-amz-request-id", id)
	w.Header().Set("x-amz-id-2", id)
	w.Header().Set("Server", "AmazonS3")
	c := s.parse(r)
	var fault *Fault
	if s.o.Before != nil {
		fault = s.o.Before(r.Context(), c)
	}
	switch {
	case fault == nil:
		s.answer(w, c)
	case fault.Lose:
		s.answer(discard{http.Header{}}, c)
		cut(w)
	case fault.Status > 0:
		for name, values := range fault.Header {
			w.Header()[name] = values
		}
		refuse(w, c, &Error{Status: fault.Status, Code: fault.Code, Message: fault.Message})
	default:
		breaking := &cutting{ResponseWriter: w, left: fault.Cut}
		if fault.Stall {
			breaking.stall = r.Context().Done()
		}
		s.answer(breaking, c)
	}
}

// answer does a call.
func (s *Server) answer(w http.ResponseWriter, c *Call) {
	err := s.admit(c)
	if err == nil {
		err = operations[c.Operation](s, w, c)
	}
	if err != nil {
		refuse(w, c, err)
	}
}

// admit tells what is wrong with a call before anything is done.
func (s *Server) admit(c *Call) error {
	switch {
	case s.o.Strict && !signed(c.request):
		return errorf(http.StatusForbidden, "AccessDenied", "Access Denied")
	case c.refused != nil:
		return c.refused
	case operations[c.Operation] == nil:
		return errorf(http.StatusNotImplemented, "NotImplemented", "%s is not served here", c.Operation)
	case c.Bucket == "" || c.Operation == "CreateBucket":
		return nil
	case c.Key == "" && c.onObject:
		return errorf(http.StatusBadRequest, "InvalidRequest", "a key is needed")
	case len(c.Key) > maxKey:
		return errorf(http.StatusBadRequest, "KeyTooLongError", "Your key is too long")
	}
	var err error
	c.store, err = s.spaces.find(c.Bucket)
	return err
}

// maxKey is how many bytes a key may have.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const maxKey = 1024

// lock is that of a key.
func (s *Server) lock(bucket, key string) *sync.RWMutex {
	h := fnv.New32a()
	_, _ = h.Write([]byte(bucket + "/" + key))
	return &s.locks[h.Sum32()%uint32(len(s.locks))]
}
