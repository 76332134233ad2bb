package jobs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	hindcastv1 "github.com/hindcast/hindcast/proto/hindcast/v1"
)

// store keeps each correlation in a folder of its own name:
//
//	<id>/job.json       the correlation as it stands, replaced as a whole
//	<id>/events.ndjson  its events, only added to; job.json says how many bytes of it count
//	<id>/summary.json   statistics, histogram and top values, once it has succeeded
//
// Folders that are being made or removed have a name that starts with a dot, which no id does.
type store struct{ dir string }

// record is job.json. Bytes counts once the correlation has ended.
type record struct {
	Correlation *hindcastv1.Correlation
	progress
}

// progress is what only servers know of a correlation.
type progress struct {
	Bytes int64     `json:"events_bytes"`
	Parts []int64   `json:"events_parts,omitempty"` // where each part of the events begins, of one in the archive
	Run   int       `json:"run,omitempty"`          // the how manieth time it is run, from 1; 0 is the first too
	Lost  int       `json:"lost,omitempty"`         // runs that ended with their server
	Owner string    `json:"owner,omitempty"`        // the server that has it, of one in the archive that has not ended; none if it was handed over
	Beat  time.Time `json:"beat,omitzero"`          // when the owner said last that it has it
}

type recordJSON struct {
	Correlation json.RawMessage `json:"correlation"`
	progress
}

const (
	jobFile     = "job.json"
	eventsFile  = "events.ndjson"
	summaryFile = "summary.json"
	newPrefix   = ".new-"
	trashPrefix = ".trash-"
)

func (s store) path(id, file string) string { return filepath.Join(s.dir, id, file) }

// create makes a correlation's folder; it appears with its job.json or not at all. Where there is one, the correlation
// begins anew in it.
func (s store) create(r record) error {
	id := r.Correlation.GetCorrelationId()
	if _, err := os.Stat(filepath.Join(s.dir, id)); err == nil {
		return s.save(r)
	}
	tmp := filepath.Join(s.dir, newPrefix+id)
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return fmt.Errorf("create correlation %s: %w", id, err)
	}
	if err := writeRecord(filepath.Join(tmp, jobFile), r); err != nil {
		return fmt.Errorf("create correlation %s: %w", id, err)
	}
	if err := os.Rename(tmp, filepath.Join(s.dir, id)); err != nil {
		return fmt.Errorf("create correlation %s: %w", id, err)
	}
	return syncDir(s.dir)
}

func (s store) save(r record) error {
	id := r.Correlation.GetCorrelationId()
	if err := writeRecord(s.path(id, jobFile), r); err != nil {
		return fmt.Errorf("save correlation %s: %w", id, err)
	}
	return nil
}

func (s store) load(id string) (record, error) {
	b, err := os.ReadFile(s.path(id, jobFile))
	if err != nil {
		return record{}, fmt.Errorf("read correlation %s: %w", id, err)
	}
	return decodeRecord(id, b)
}

// decodeError says that a correlation can't be understood.
type decodeError struct {
	id  string
	err error
}

func (e *decodeError) Error() string { return "decode correlation " + e.id + ": " + e.err.Error() }
func (e *decodeError) Unwrap() error { return e.err }

func decodeRecord(id string, b []byte) (record, error) {
	var j recordJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return record{}, &decodeError{id, err}
	}
	r := record{Correlation: &hindcastv1.Correlation{}, progress: j.progress}
	if err := decode(j.Correlation, r.Correlation); err != nil {
		return record{}, &decodeError{id, err}
	}
	return r, nil
}

func (s store) saveSummary(id string, sum *hindcastv1.Summary) error {
	b, err := protojson.Marshal(sum)
	if err == nil {
		err = writeFile(s.path(id, summaryFile), b)
	}
	if err != nil {
		return fmt.Errorf("save the summary of correlation %s: %w", id, err)
	}
	return nil
}

func (s store) loadSummary(id string) (*hindcastv1.Summary, error) {
	b, err := os.ReadFile(s.path(id, summaryFile))
	if err != nil {
		return nil, fmt.Errorf("read the summary of correlation %s: %w", id, err)
	}
	return decodeSummary(id, b)
}

func decodeSummary(id string, b []byte) (*hindcastv1.Summary, error) {
	sum := &hindcastv1.Summary{}
	if err := decode(b, sum); err != nil {
		return nil, fmt.Errorf("decode the summary of correlation %s: %w", id, err)
	}
	return sum, nil
}

// remove takes the folder out of sight in one step, then deletes it.
func (s store) remove(id string) error {
	trash := filepath.Join(s.dir, trashPrefix+id)
	if err := os.Rename(filepath.Join(s.dir, id), trash); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove correlation %s: %w", id, err)
	}
	return os.RemoveAll(trash)
}

// ids are the correlations that are kept. What a crash left half made or half removed is deleted.
func (s store) ids() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, fmt.Errorf("list correlations: %w", err)
	}
	var ids []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasPrefix(name, newPrefix), strings.HasPrefix(name, trashPrefix):
			if err := os.RemoveAll(filepath.Join(s.dir, name)); err != nil {
				return nil, fmt.Errorf("clean up %s: %w", name, err)
			}
		case e.IsDir() && ValidID(name):
			ids = append(ids, name)
		}
	}
	return ids, nil
}

func writeRecord(path string, r record) error {
	b, err := encodeRecord(r)
	if err != nil {
		return err
	}
	return writeFile(path, b)
}

func encodeRecord(r record) ([]byte, error) {
	c, err := protojson.Marshal(r.Correlation)
	if err != nil {
		return nil, err
	}
	return json.Marshal(recordJSON{c, r.progress})
}

// decode skips fields it does not know: a newer version may have written them.
func decode(b []byte, m proto.Message) error {
	return protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(b, m)
}

// writeFile replaces a file as a whole: after a crash it is the old one or the new one.
func writeFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
