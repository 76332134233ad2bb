package raw

import (
	"bufio"
	"context"
	"crypto/md5"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/raw/rows"
)

// csv lists a file in CSV, whose columns the manifest names.
func (m manifest) csv(ctx context.Context, b Opener, file inventoryFile, _ string) iter.Seq2[Named, error] {
	return func(yield func(Named, error) bool) {
		body, err := b.Open(ctx, m.dir+file.Key)
		if err != nil {
			yield(Named{}, err)
			return
		}
		defer body.Close()
		sum := md5.New()
		src := &counted{Reader: io.TeeReader(body, sum)}
		goOn, err := m.lines(src, yield)
		if err == nil && goOn {
			_, err = io.Copy(io.Discard, src) // what stands behind the packed text
			err = errors.Join(err, file.verify(src.n, sum.Sum(nil)))
		}
		if err != nil {
			yield(Named{}, err)
		}
	}
}

// counted counts what is read.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// lines yields what the lines say. It answers false when nobody wants more.
func (m manifest) lines(src io.Reader, yield func(Named, error) bool) (goOn bool, _ error) {
	in, err := unzipped(src)
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	columns := m.columns()
	for n := 1; err == nil; n++ {
		var line string
		line, err = readLine(in)
		if errors.Is(err, bufio.ErrBufferFull) {
			err = nil
			if !yield(Named{}, &LineError{Line: n, Text: line[:64], Reason: "too long to be a key"}) {
				return false, nil
			}
			continue
		}
		if line == "" || err != nil && err != io.EOF {
			continue
		}
		o, reason := parseColumns(line, columns)
		if reason != "" {
			if !yield(Named{}, &LineError{Line: n, Text: line, Reason: reason}) {
				return false, nil
			}
		} else if o.Key != "" && !yield(o, nil) {
			return false, nil
		}
	}
	if err != io.EOF {
		return false, err
	}
	return true, nil
}

// parseColumns reads a line of fields that are all quoted, and have no quotes in them. Without a reason and without a
// key the line is passed over.
func parseColumns(line string, columns []string) (o Named, reason string) {
	if len(line) < 2 || line[0] != '"' || line[len(line)-1] != '"' {
		return o, "not the fields of an inventory"
	}
	fields := strings.Split(line[1:len(line)-1], `","`)
	if len(fields) != len(columns) {
		return o, fmt.Sprintf("%d fields instead of %d", len(fields), len(columns))
	}
	field := func(name string) string {
		if i := slices.Index(columns, name); i >= 0 {
			return fields[i]
		}
		return ""
	}
	if field("IsLatest") == "false" || field("IsDeleteMarker") == "true" {
		return o, ""
	}
	key, err := url.QueryUnescape(field("Key"))
	if err != nil || key == "" || field("Bucket") == "" {
		return o, "an inventory's line without a bucket and a key"
	}
	o.Bucket, o.Key, o.ETag = field("Bucket"), key, field("ETag")
	if text := field("Size"); text != "" {
		if o.Size, err = strconv.ParseInt(text, 10, 64); err != nil || o.Size < 0 {
			return Named{}, "not a size"
		}
	}
	if text := field("LastModifiedDate"); text != "" {
		if o.ModTime, err = time.Parse(time.RFC3339, text); err != nil {
			return Named{}, "not a time"
		}
	}
	return o, ""
}

// inventoryRow is a row of a file in Parquet.
type inventoryRow struct {
	Bucket         string    `json:"bucket"`
	Key            string    `json:"key"`
	IsLatest       *bool     `json:"is_latest"`
	IsDeleteMarker bool      `json:"is_delete_marker"`
	Size           int64     `json:"size"`
	LastModified   time.Time `json:"last_modified_date"`
	ETag           string    `json:"e_tag"`
}

// parquet lists a file in Parquet.
func (m manifest) parquet(ctx context.Context, b Opener, file inventoryFile, scratch string) iter.Seq2[Named, error] {
	return func(yield func(Named, error) bool) {
		at, err := OpenWhole(ctx, b, m.dir+file.Key, scratch)
		if err != nil {
			yield(Named{}, err)
			return
		}
		defer at.Close()
		sum := md5.New()
		size, err := io.Copy(sum, io.NewSectionReader(at, 0, file.Size+1))
		if err == nil {
			err = file.verify(size, sum.Sum(nil))
		}
		if err == nil {
			err = m.rows(at, size, yield)
		}
		if err != nil {
			yield(Named{}, err)
		}
	}
}

// rows yields what the rows say.
func (m manifest) rows(at io.ReaderAt, size int64, yield func(Named, error) bool) error {
	r, err := rows.New(at, size, rows.Limits{})
	if err != nil {
		return err
	}
	defer r.Close()
	for n := 1; ; n++ {
		text, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		var row inventoryRow
		if err := json.Unmarshal(text, &row); err != nil || row.Bucket == "" || row.Key == "" {
			if !yield(Named{}, &LineError{Line: n, Text: string(text[:min(len(text), 64)]), Reason: "an inventory's row without a bucket and a key"}) {
				return nil
			}
			continue
		}
		if row.IsDeleteMarker || row.IsLatest != nil && !*row.IsLatest {
			continue
		}
		o := Named{Bucket: row.Bucket}
		o.Key, o.Size, o.ModTime, o.ETag = row.Key, row.Size, row.LastModified, row.ETag
		if !yield(o, nil) {
			return nil
		}
	}
}
