package raw

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"

	"github.com/hindcast/hindcast/catalog"
)

// Named is an object in a list of keys. What the list does not say is zero.
type Named struct {
	Bucket  string   // of s3://bucket/key
	Written []string // ETags of all contents that were written there lately and are to be loaded, as far as somebody told of them
	catalog.Object
}

// LineError is a line of a list of keys that can't be read.
type LineError struct {
	Line   int // the first is 1
	Text   string
	Reason string
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s: %q", e.Line, e.Reason, e.Text) }

// maxKeyLine is more than a key of S3's 1,024 bytes takes with all that may stand before it.
const maxKeyLine = 8 << 10

// listed is a line of `aws s3 ls`: a time, a size, one space and the key. Sizes may be for people.
var listed = regexp.MustCompile(`^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) +([\d.]+)( Bytes| [KMGTPE]iB)? (.*)$`)

// dated begins a line that means to be one of those.
var dated = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d `)

// ReadKeys reads a list of keys, one a line: bare, as s3://bucket/key, as `aws s3 ls --recursive` prints them, whose
// times are taken for UTC, or as S3 Inventory writes them as CSV. The list may be packed by gzip. Empty lines, comments
// (#) and totals are passed over. A line that can't be read is a *LineError,
// after which the list goes on; any other error ends it. No more than a line is held in memory.
func ReadKeys(r io.Reader) iter.Seq2[Named, error] {
	return func(yield func(Named, error) bool) {
		in, err := unzipped(r)
		if err != nil {
			yield(Named{}, fmt.Errorf("read list of keys: %w", err))
			return
		}
		for n := 1; ; n++ {
			line, err := readLine(in)
			if err != nil && !errors.Is(err, bufio.ErrBufferFull) && (err != io.EOF || len(line) == 0) {
				if err != io.EOF {
					yield(Named{}, fmt.Errorf("read list of keys: %w", err))
				}
				return
			}
			o, reason := parseKey(line)
			if errors.Is(err, bufio.ErrBufferFull) {
				line, reason = line[:64], "too long to be a key"
			}
			if reason != "" {
				if !yield(Named{}, &LineError{Line: n, Text: line, Reason: reason}) {
					return
				}
			} else if o.Key != "" && !yield(o, nil) {
				return
			}
		}
	}
}

// unzipped is a list's text.
func unzipped(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(r, maxKeyLine)
	if head, _ := in.Peek(2); string(head) != "\x1f\x8b" { // what goes wrong here is repeated by what reads next
		return in, nil
	}
	unpacked, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(unpacked, maxKeyLine), nil
}

// readLine answers a line without its end. Of one that is too long it answers the beginning, and passes over the rest.
func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	text := string(bytes.TrimRight(line, "\r\n"))
	for rest := err; rest == bufio.ErrBufferFull; {
		_, rest = in.ReadSlice('\n')
	}
	return text, err
}

// parseKey reads a line. Without a reason and without a key the line is passed over.
func parseKey(line string) (o Named, reason string) {
	line = strings.TrimPrefix(line, byteOrderMark)
	bare := strings.TrimSpace(line)
	switch {
	case bare == "", strings.HasPrefix(bare, "#"), isTotal(bare):
		return o, ""
	case !utf8.ValidString(line), strings.ContainsRune(line, 0):
		return o, "not text"
	case isInventory(bare):
		return parseInventory(bare)
	case line[0] <= '9' && dated.MatchString(line):
		return parseListed(line)
	case strings.HasPrefix(bare, "PRE "):
		return o, "a folder; list with --recursive"
	case !strings.HasPrefix(bare, "s3://"):
		o.Key = bare
		return o, ""
	}
	var found bool
	o.Bucket, o.Key, found = strings.Cut(bare[len("s3://"):], "/")
	if !found || o.Bucket == "" || o.Key == "" {
		return Named{}, "s3:// without a bucket and a key"
	}
	return o, ""
}

func parseListed(line string) (o Named, reason string) {
	m := listed.FindStringSubmatch(line)
	if m == nil {
		return o, "a time without a size and a key"
	}
	at, err := time.Parse(time.DateTime, m[1])
	if err != nil {
		return o, "not a time"
	}
	o.Key, o.ModTime = m[4], at
	if o.Key == "" {
		return o, "a size without a key"
	}
	if m[3] == "" || m[3] == " Bytes" { // else it is rounded, and of no use
		if o.Size, err = strconv.ParseInt(m[2], 10, 64); err != nil {
			return Named{}, "not a size"
		}
	}
	return o, ""
}

// isTotal tells what `aws s3 ls --summarize` adds at the end.
func isTotal(line string) bool {
	return strings.HasPrefix(line, "Total Objects: ") || strings.HasPrefix(line, "Total Size: ")
}
