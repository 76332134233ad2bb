package s3http

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hindcast/hindcast/lake/raw"
)

// spaces are the buckets.
type spaces struct {
	root string
	now  func() time.Time

	mu   sync.Mutex
	open map[string]raw.Store
	own  map[string]*raw.Folder // of those, what is to be closed
	made map[string]time.Time
}

var errNoSuchBucket = errorf(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")

// bucketName is what a bucket may be called.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// find answers a bucket that exists.
func (b *spaces) find(name string) (raw.Store, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if store, ok := b.open[name]; ok {
		return store, nil
	}
	if b.root == "" || !bucketName.MatchString(name) || strings.Contains(name, "..") {
		return nil, errNoSuchBucket
	}
	folder, err := raw.OpenFolder(filepath.Join(b.root, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNoSuchBucket
	}
	if err != nil {
		return nil, err
	}
	b.open[name], b.own[name] = folder, folder
	return folder, nil
}

func (b *spaces) create(name string) error {
	if !bucketName.MatchString(name) || strings.Contains(name, "..") {
		return errorf(http.StatusBadRequest, "InvalidBucketName", "The specified bucket is not valid.")
	}
	if _, err := b.find(name); err == nil {
		return errorf(http.StatusConflict, "BucketAlreadyOwnedByYou",
			"Your previous request to create the named bucket succeeded and you already own it.")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.root == "" {
		b.open[name], b.made[name] = NewMemory(b.now), b.now()
		return nil
	}
	if err := os.MkdirAll(filepath.Join(b.root, name), 0o755); err != nil {
		return fmt.Errorf("create bucket: %w", err)
	}
	return nil
}

// remove removes a bucket that is empty.
func (b *spaces) remove(ctx context.Context, name string, store raw.Store) error {
	for _, err := range store.List(ctx, "") {
		if err != nil {
			return err
		}
		return errorf(http.StatusConflict, "BucketNotEmpty", "The bucket you tried to delete is not empty")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.open, name)
	if folder := b.own[name]; folder != nil {
		delete(b.own, name)
		return errors.Join(folder.Close(), os.RemoveAll(filepath.Join(b.root, name)))
	}
	return nil
}

type bucketEntry struct {
	Name         string
	CreationDate string
}

// list answers all buckets by name.
func (b *spaces) list() (all []bucketEntry, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	times := map[string]time.Time{}
	for name := range b.open {
		times[name] = b.made[name]
	}
	if b.root != "" {
		entries, err := os.ReadDir(b.root)
		if err != nil {
			return nil, fmt.Errorf("list buckets: %w", err)
		}
		for _, e := range entries {
			if info, err := e.Info(); err == nil && e.IsDir() && bucketName.MatchString(e.Name()) {
				times[e.Name()] = info.ModTime()
			}
		}
	}
	for name, at := range times {
		all = append(all, bucketEntry{name, xmlTime(at)})
	}
	slices.SortFunc(all, func(x, y bucketEntry) int { return strings.Compare(x.Name, y.Name) })
	return all, nil
}

func (b *spaces) close() (err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, folder := range b.own {
		err = errors.Join(err, folder.Close())
	}
	return err
}

func xmlTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

type owner struct{ ID, DisplayName string }

var self = owner{"hindcast", "hindcast"}

func (s *Server) listBuckets(w http.ResponseWriter, _ *Call) error {
	all, err := s.spaces.list()
	if err != nil {
		return err
	}
	return answerXML(w, struct {
		XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListAllMyBucketsResult"`
		Owner   owner
		Buckets []bucketEntry `xml:"Buckets>Bucket"`
	}{Owner: self, Buckets: all})
}

func (s *Server) createBucket(w http.ResponseWriter, c *Call) error {
	if err := s.spaces.create(c.Bucket); err != nil {
		return err
	}
	w.Header().Set("Location", "/"+c.Bucket)
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Server) headBucket(w http.ResponseWriter, _ *Call) error {
	w.Header().Set("x-amz-bucket-region", "us-east-1")
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Server) deleteBucket(w http.ResponseWriter, c *Call) error {
	if err := s.spaces.remove(c.request.Context(), c.Bucket, c.store); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// bucketLocation answers that of us-east-1, which is empty.
func (s *Server) bucketLocation(w http.ResponseWriter, _ *Call) error {
	return answerXML(w, struct {
		XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LocationConstraint"`
	}{})
}

// bucketVersioning answers that there never was any.
func (s *Server) bucketVersioning(w http.ResponseWriter, _ *Call) error {
	return answerXML(w, struct {
		XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ VersioningConfiguration"`
	}{})
}
