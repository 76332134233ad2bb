package compact

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/catalog"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/envelope"
)

// keptBytes is how much of a rejected record its quarantine file keeps; the raw object has the rest.
const keptBytes = 1 << 20

// Rejected is a line of a quarantine file: a record that was rejected, with its bytes.
type Rejected struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	Offset int64  `json:"offset"`
	Index  int    `json:"index,omitempty"`
	Length int64  `json:"length"`
	Reason string `json:"reason"`

	// What its object and its envelope said of it.
	Header   string            `json:"header,omitempty"` // what stood before it without being a record, such as the names of its fields
	Envelope map[string]string `json:"envelope,omitempty"`
	Account  string            `json:"account,omitempty"` // of an envelope, in files of earlier versions
	Region   string            `json:"region,omitempty"`

	Text  string `json:"text,omitempty"`  // the bytes, when they are UTF-8
	Bytes []byte `json:"bytes,omitempty"` // else in base64
	Cut   bool   `json:"cut,omitempty"`   // whether there are more in the raw object
}

// delivery is what its envelopes said; nil if it stood bare.
func (r Rejected) delivery() *raw.Envelope {
	if r.Envelope == nil && r.Account == "" && r.Region == "" {
		return nil
	}
	by := envelope.Recall(r.Envelope)
	if r.Account != "" {
		by.Account = []byte(r.Account)
	}
	if r.Region != "" {
		by.Region = []byte(r.Region)
	}
	return &by
}

// Data is the record's bytes.
func (r Rejected) Data() []byte {
	if r.Bytes != nil {
		return r.Bytes
	}
	return []byte(r.Text)
}

// quarantine writes the rejected records of a batch. The file is made with the first of them.
type quarantine struct {
	batch catalog.Batch
	path  string // of the local file
	rows  []catalog.QuarantineRow
	file  *os.File
	gzip  *gzip.Writer
}

func newQuarantine(dir string, b catalog.Batch) *quarantine {
	return &quarantine{batch: b, path: filepath.Join(dir, b.ID+".ndjson.gz")}
}

// name gives the file its key in the lake.
func (q *quarantine) name(stem string) string {
	key := "quarantine/" + q.batch.Table + "/" + stem + ".ndjson.gz"
	for i := range q.rows {
		q.rows[i].Path = key
	}
	return key
}

// add writes a record, of which data is the bytes or their beginning.
func (q *quarantine) add(r Rejected, data []byte) error {
	if q.file == nil {
		f, err := os.Create(q.path)
		if err != nil {
			return fmt.Errorf("write the quarantine: %w", err)
		}
		q.file, q.gzip = f, gzip.NewWriter(f)
	}
	r.ID = fmt.Sprintf("%s-%d", q.batch.ID, len(q.rows))
	kept := data[:min(len(data), keptBytes)]
	r.Cut = int64(len(kept)) < r.Length
	if utf8.Valid(kept) {
		r.Text = string(kept)
	} else {
		r.Bytes = kept
	}
	if err := json.NewEncoder(q.gzip).Encode(r); err != nil {
		return fmt.Errorf("write the quarantine: %w", err)
	}
	q.rows = append(q.rows, catalog.QuarantineRow{
		ID: r.ID, Object: r.Object, Offset: r.Offset, Length: r.Length, Reason: r.Reason,
	})
	return nil
}

func (q *quarantine) close() error {
	if q.file == nil {
		return nil
	}
	if err := errors.Join(q.gzip.Close(), q.file.Close()); err != nil {
		return fmt.Errorf("write the quarantine: %w", err)
	}
	return nil
}

// ReadQuarantine calls each with every line of a quarantine file.
func ReadQuarantine(ctx context.Context, lake raw.Bucket, path string, each func(Rejected) error) error {
	body, err := lake.Open(ctx, path)
	if err != nil {
		return err
	}
	defer body.Close()
	unpacked, err := gzip.NewReader(bufio.NewReader(body))
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	for d := json.NewDecoder(unpacked); ; {
		var rec Rejected
		if err := d.Decode(&rec); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		if err := each(rec); err != nil {
			return err
		}
	}
}
