// Package threat marks rows that hold an indicator of a threat list: an address or one of a range, a domain or one below
// it, a URL, a file's hash. Lists are plain text, CSV, STIX 2 bundles and MISP events; what they are is told by their
// content.
//
// A million addresses take 16 MB, as many domains about 50. BenchmarkLookup says how long a look-up takes.
package threat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/lake/enrich"
)

// Options are what is said of a list where it is given.
type Options struct {
	Name       string
	Confidence int // of entries that the list itself gives none, 0 to 100; negative if it is not known
	Provider   string
}

// List is one list.
type List struct {
	Options
	*enrich.File[*index]
}

// Open reads a list.
func Open(path string, o Options) (*List, error) {
	f, err := enrich.Open(path, func(content []byte) (*index, enrich.Version, error) {
		x, err := read(content)
		if err != nil {
			return nil, enrich.Version{}, err
		}
		return x, enrich.Version{Kind: "threat", Name: o.Name, Entries: x.entries}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("threat list %s: %w", o.Name, err)
	}
	return &List{o, f}, nil
}

// Report says what was read of the list, and what was not.
type Report struct {
	Entries int64
	Bytes   int64            // of memory
	Skipped map[string]int64 // by the reason
	Samples []string
}

// Report is of the list as it was read last.
func (l *List) Report() Report {
	x := l.Now().Value
	return Report{x.entries, x.size(), x.skipped, x.samples}
}

func (r Report) String() string {
	text := fmt.Sprintf("%d entries", r.Entries)
	for _, why := range slices.Sorted(maps.Keys(r.Skipped)) {
		text += fmt.Sprintf("; passed over %d: %s", r.Skipped[why], why)
	}
	if len(r.Samples) > 0 {
		text += " (such as " + strings.Join(r.Samples, ", ") + ")"
	}
	return text
}

var errEmpty = errors.New("it has no entry")

// read reads a list, whatever it is.
func read(content []byte) (*index, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	x := newIndex()
	if head := bytes.TrimSpace(content); len(head) > 0 && (head[0] == '{' || head[0] == '[' && json.Valid(head)) {
		if err := readJSON(content, x); err != nil {
			return nil, err
		}
	} else {
		readLines(content, x)
	}
	if x.build(); x.entries == 0 && len(x.skipped) > 0 {
		return nil, fmt.Errorf("%w: %s", errEmpty, Report{Skipped: x.skipped, Samples: x.samples})
	}
	return x, nil
}

// document is what STIX and MISP wrap their objects in.
type document struct {
	Objects  []json.RawMessage `json:"objects"`
	Event    json.RawMessage   `json:"Event"`
	Response json.RawMessage   `json:"response"`
}

// errJSON is a document of another kind.
var errJSON = errors.New("JSON that is neither a STIX bundle nor an event of MISP")

// readJSON reads a STIX bundle, an event of MISP, or several of them in an array or one after the other.
func readJSON(content []byte, x *index) error {
	d := json.NewDecoder(bytes.NewReader(content))
	for d.More() {
		var one json.RawMessage
		if err := d.Decode(&one); err != nil {
			return fmt.Errorf("read its JSON: %w", err)
		}
		if err := readDocument(one, x); err != nil {
			return err
		}
	}
	return nil
}

func readDocument(text json.RawMessage, x *index) error {
	if text = bytes.TrimSpace(text); text[0] == '[' {
		var all []json.RawMessage
		if err := json.Unmarshal(text, &all); err != nil {
			return fmt.Errorf("read its JSON: %w", err)
		}
		for _, one := range all {
			if len(one) == 0 || one[0] != '{' {
				x.skip(string(one), errObject)
				continue
			}
			if err := readDocument(one, x); err != nil {
				return err
			}
		}
		return nil
	}
	var doc document
	if err := json.Unmarshal(text, &doc); err != nil {
		return fmt.Errorf("read its JSON: %w", err)
	}
	switch {
	case doc.Objects != nil:
		readSTIX(doc.Objects, x)
	case doc.Event != nil:
		var e mispEvent
		if json.Unmarshal(doc.Event, &e) != nil {
			x.skip(string(doc.Event), errObject)
			return nil
		}
		e.add(x)
	case doc.Response != nil:
		return readDocument(doc.Response, x)
	default:
		return errJSON
	}
	return nil
}
