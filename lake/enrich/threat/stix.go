package threat

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// What a bundle or a feed has that is not matched, and why.
var (
	errRevoked  = errors.New("an indicator that was revoked")
	errLanguage = errors.New("an indicator of another pattern language than STIX's")
	errObject   = errors.New("an object that can't be read")
)

// stixIndicator is what is read of an indicator: https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html
type stixIndicator struct {
	Type        string   `json:"type"`
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Pattern     string   `json:"pattern"`
	PatternType string   `json:"pattern_type"`
	ValidFrom   string   `json:"valid_from"`
	ValidUntil  string   `json:"valid_until"`
	Modified    string   `json:"modified"`
	Revoked     bool     `json:"revoked"`
	Confidence  *int     `json:"confidence"`
	Labels      []string `json:"labels"`
	Types       []string `json:"indicator_types"`
	Markings    []string `json:"object_marking_refs"`
	References  []struct {
		URL string `json:"url"`
	} `json:"external_references"`
}

// stixMark is what is read of a marking.
type stixMark struct {
	Type       string `json:"type"`
	ID         string `json:"id"`
	Name       string `json:"name"`
	Definition struct {
		TLP string `json:"tlp"`
	} `json:"definition"`
}

// tlpMarks are the markings that STIX gives fixed ids.
var tlpMarks = map[string]string{
	"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "WHITE",
	"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "GREEN",
	"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "AMBER",
	"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "RED",
	"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "CLEAR",
	"marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "GREEN",
	"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "AMBER",
	"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "AMBER+STRICT",
	"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "RED",
}

// readSTIX reads the objects of a bundle. One that can't be read costs no more than itself.
func readSTIX(objects []json.RawMessage, x *index) {
	marks := map[string]string{}
	for id, tlp := range tlpMarks {
		marks[id] = tlp
	}
	for _, o := range objects {
		var m stixMark
		if json.Unmarshal(o, &m) == nil && m.Type == "marking-definition" {
			if tlp := parseTLP(m.Definition.TLP) + parseTLP(m.Name); tlp != "" && marks[m.ID] == "" {
				marks[m.ID] = tlp
			}
		}
	}
	for _, o := range objects {
		readIndicator(o, marks, x)
	}
}

func readIndicator(object json.RawMessage, marks map[string]string, x *index) {
	var kind struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(object, &kind); err != nil {
		x.skip(string(object), errObject)
		return
	}
	if kind.Type != "indicator" {
		return
	}
	var i stixIndicator
	if err := json.Unmarshal(object, &i); err != nil {
		x.skip(string(object), errObject)
		return
	}
	switch {
	case i.Revoked:
		x.skip(i.ID, errRevoked)
		return
	case i.PatternType != "" && i.PatternType != "stix":
		x.skip(i.Pattern, errLanguage)
		return
	}
	values, err := patternValues(i.Pattern)
	if err != nil {
		x.skip(i.Pattern, err)
		return
	}
	d := i.detail(marks)
	for _, v := range values {
		x.add(v, d)
	}
}

func (i *stixIndicator) detail(marks map[string]string) detail {
	d := none
	d.from, d.until, d.modified = parseWhen(i.ValidFrom), parseWhen(i.ValidUntil), parseWhen(i.Modified)
	if i.Confidence != nil && *i.Confidence >= 0 && *i.Confidence <= 100 {
		d.confidence = *i.Confidence
	}
	var parts []string
	for _, text := range []string{i.Name, i.Description, strings.Join(i.Types, ", "), strings.Join(i.Labels, ", ")} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	d.description = strings.Join(parts, "; ")
	for _, r := range i.References {
		if r.URL != "" {
			d.reference = r.URL
			break
		}
	}
	for _, m := range i.Markings {
		if tlp := marks[m]; tlp != "" {
			d.tlp = tlp
		}
	}
	return d
}

// errPattern is a pattern that can't be read, or asks for what no column holds.
type errPattern struct{ what string }

func (e *errPattern) Error() string { return "a pattern " + e.what }

func badPattern(format string, args ...any) error { return &errPattern{fmt.Sprintf(format, args...)} }
