package threat

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

var (
	errNotForDetection = errors.New("an attribute that is not to be used for detection (to_ids)")
	errAttribute       = errors.New("an attribute of another type than addresses, domains, URLs and hashes")
)

// mispEvent is what is read of an event: https://www.misp-standard.org/rfc/misp-standard-core.html
type mispEvent struct {
	Info       string          `json:"info"`
	UUID       string          `json:"uuid"`
	Timestamp  flexible        `json:"timestamp"`
	Attributes []mispAttribute `json:"Attribute"`
	Objects    []struct {
		Deleted    bool            `json:"deleted"`
		Attributes []mispAttribute `json:"Attribute"`
	} `json:"Object"`
	Tags []struct {
		Name string `json:"name"`
	} `json:"Tag"`
}

type mispAttribute struct {
	Type      string   `json:"type"`
	Value     string   `json:"value"`
	Comment   string   `json:"comment"`
	IDS       bool     `json:"to_ids"`
	Deleted   bool     `json:"deleted"`
	Timestamp flexible `json:"timestamp"`
	FirstSeen flexible `json:"first_seen"`
	LastSeen  flexible `json:"last_seen"`
}

// flexible is a text that some write as a number.
type flexible string

// UnmarshalJSON reads a text, a number or null.
func (f *flexible) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) != nil {
		text = string(data)
	}
	if text == "null" {
		text = ""
	}
	*f = flexible(text)
	return nil
}

// when is the time that it writes, which may have fractions of a second.
func (f flexible) when() int64 {
	if seconds, err := strconv.ParseFloat(string(f), 64); err == nil && seconds > 1e8 && seconds < 1e11 {
		return int64(seconds * 1000)
	}
	return parseWhen(string(f))
}

func (e *mispEvent) add(x *index) {
	tlp := ""
	for _, t := range e.Tags {
		if mark := parseTLP(t.Name); mark != "" {
			tlp = mark
		}
	}
	for i := range e.Attributes {
		e.attribute(&e.Attributes[i], tlp, x)
	}
	for _, o := range e.Objects {
		for i := range o.Attributes {
			if !o.Deleted {
				e.attribute(&o.Attributes[i], tlp, x)
			}
		}
	}
}

func (e *mispEvent) attribute(a *mispAttribute, tlp string, x *index) {
	text, ok := a.indicator()
	switch {
	case !ok || a.Deleted:
		x.skip(a.Type, errAttribute)
		return
	case !a.IDS:
		x.skip(a.Value, errNotForDetection)
		return
	}
	d := none
	d.tlp, d.description = tlp, e.Info
	if a.Comment != "" {
		d.description = strings.TrimPrefix(e.Info+"; "+a.Comment, "; ")
	}
	d.first, d.last, d.modified = a.FirstSeen.when(), a.LastSeen.when(), a.Timestamp.when()
	x.add(text, d)
}

// indicator is what an attribute asks for. Of two values, the first is the name of a file, or the address that is told
// from a port.
func (a *mispAttribute) indicator() (string, bool) {
	first, second, _ := strings.Cut(a.Value, "|")
	switch a.Type {
	case "ip-src", "ip-dst", "domain", "hostname", "url", "link", "uri", "md5", "sha1", "sha256":
		return a.Value, true
	case "ip-src|port", "ip-dst|port", "hostname|port", "domain|ip":
		return first, true
	case "filename|md5", "filename|sha1", "filename|sha256", "malware-sample":
		return second, second != ""
	}
	return "", false
}
