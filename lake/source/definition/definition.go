// Package definition reads log sources from YAML files, so that a log of one's own needs no code and no build.
//
//	name: acme_shop                       # also its table's name
//	title: Shop of Acme
//	docs: [https://wiki.acme.example/shop-log]
//	keys: ['^UserLogs/shop/']             # regular expressions of the object keys that hold it
//	skip: ['/debug/']                     # of keys among those that do not
//	framing: lines                        # lines | json | {lines: {header: '^#'}} | {json: {records: [Records]}}
//	                                      #   | {multiline: {first: '^\d{4}-'}}
//	parse:                                # combined | common | json | kv, or with more to say:
//	  format: regexp                      #   regexp, csv and tsv
//	  regexp: '^(?P<ip>\S+) (?P<tenant>\S+) (?P<at>\S+) (?P<status>\d+)$'
//	time: {from: at, format: rfc3339}     # common_log | epoch | epoch_ms | a layout of Go or strptime, with a zone
//	id: request                           # the log's own id, if it has one: duplicates are told by it
//	map:                                  # ECS field: the raw value's name or path
//	  source.ip: ip
//	  http.response.status_code: status
//	  acme.shop.tenant: {from: tenant, type: string, indicator: user, lower: true}
//	static: {event.kind: event, event.category: [web]}
//	enrich: {url: url.original}           # splits a URL; outcome tells success by an HTTP status
//
// All mistakes of a file are reported at once, each with its place and with what would be right.
package definition

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// maxBytes is how long a definition may be.
const maxBytes = 1 << 20

// Load reads the definition in a file. Mistakes in it are an [*Error].
func Load(path string) (*source.Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("load definition: %w", err)
	}
	if info.Size() > maxBytes {
		return nil, fmt.Errorf("load definition %s: it has %d bytes, more than %d", path, info.Size(), maxBytes)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load definition: %w", err)
	}
	return Parse(path, text)
}

// LoadDir reads every .yaml and .yml file of a folder, in the order of their names. The mistakes of all are reported.
func LoadDir(dir string) ([]*source.Source, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("load definitions: %w", err)
	}
	var (
		all      []*source.Source
		problems []error
		files    = map[string]string{}
	)
	for _, entry := range entries {
		if ext := filepath.Ext(entry.Name()); entry.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		s, err := Load(path)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if other, taken := files[s.Name]; taken {
			problems = append(problems, fmt.Errorf("%s: the name %s is taken by %s", path, s.Name, other))
		}
		files[s.Name] = path
		all = append(all, s)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return all, nil
}

// Parse reads a definition. name is the file's in messages. Mistakes are an [*Error].
func Parse(name string, text []byte) (*source.Source, error) {
	r := &reader{problems: problems{file: name}}
	if root := r.document(text); root != nil {
		r.read(root)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	r.source.Version = hex.EncodeToString(sum[:6])
	if _, err := r.source.Compile(); err != nil {
		r.wrong(r.mapAt, err.Error(), "")
		return nil, r.err()
	}
	return &r.source, nil
}

// reader reads one definition.
type reader struct {
	problems
	source source.Source
	mapAt  place
	filled map[string]filling // fields that have a value by now
	values rawValues
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// read reads the whole. The parse section comes first, since it says which raw values the others may name.
func (r *reader) read(root *node) {
	top := r.keys(root, "a definition", "name", "title", "docs", "notes", "keys", "skip", "framing", "parse", "time", "id", "map", "static", "enrich")
	if top == nil {
		return
	}
	r.filled = map[string]filling{}
	s := &r.source
	if s.Name = r.require(top, root, "name", "name: acme_shop").string(r); s.Name != "" && !nameForm.MatchString(s.Name) {
		r.wrong(top["name"].at, fmt.Sprintf("%q can't be a table's name", s.Name), "lower-case letters, digits and _, beginning with a letter")
	}
	if s.Title = top["title"].string(r); s.Title == "" {
		s.Title = s.Name
	}
	s.Notes = top["notes"].string(r)
	s.Docs = top["docs"].strings(r)
	s.Keys = r.patterns(r.require(top, root, "keys", "keys: ['^UserLogs/shop/'], regular expressions of the keys that hold the log"))
	s.Skip = r.patterns(top["skip"])
	r.readParse(r.require(top, root, "parse", "parse: combined, common, json or kv, or a mapping with format: regexp, csv or tsv"))
	r.readFraming(top["framing"])
	r.readTime(r.require(top, root, "time", "time: {from: NAME, format: rfc3339}"))
	r.readID(top["id"])
	r.readMap(r.require(top, root, "map", "map: with lines such as source.ip: NAME"))
	r.readStatic(top["static"])
	r.readEnrich(top["enrich"])
}

// require is the value of a key that must be there.
func (r *reader) require(have map[string]*node, in *node, key, example string) *node {
	n, ok := have[key]
	if !ok {
		r.wrong(in.at, "there is no "+key, example)
		return nil
	}
	if n.kind == nothing {
		r.wrong(n.at, key+" has no value", example)
		return nil
	}
	return n
}

func (r *reader) patterns(n *node) []string {
	var texts []string
	for _, item := range n.list() {
		if text := item.string(r); text != "" && r.pattern(item) != nil {
			texts = append(texts, text)
		}
	}
	return texts
}

// pattern compiles a regular expression; nil when it is none.
func (r *reader) pattern(n *node) *regexp.Regexp {
	text := n.string(r)
	if text == "" {
		return nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		r.wrong(n.at, err.Error(), "the syntax of https://golang.org/s/re2syntax, which has no look-around and no back references")
	}
	return re
}

func (r *reader) readFraming(n *node) {
	f := &r.source.Framing
	if f.Kind = frame.Lines; r.values.json {
		f.Kind = frame.JSON
	}
	if n == nil {
		return
	}
	kind, body := n.choice(r, "framing", "lines", "json", "multiline")
	switch kind {
	case "lines":
		f.Kind = frame.Lines
		if re := r.pattern(r.keys(body, "lines", "header")["header"]); re != nil {
			f.Header, f.HeaderAnywhere = re.Match, true
		}
	case "json":
		f.Kind = frame.JSON
		f.Arrays = r.keys(body, "json", "records")["records"].strings(r)
		if r.source.Divide != nil && !r.values.json {
			r.wrong(n.at, "records are framed as JSON, and parsed as something else", "parse: json, or framing: lines")
		}
	case "multiline":
		f.Kind = frame.Multiline
		first := r.keys(body, "multiline", "first")["first"]
		if first == nil {
			r.wrong(n.at, "multiline needs the regular expression of a record's first line", `multiline: {first: '^\d{4}-'}`)
		}
		if re := r.pattern(first); re != nil {
			f.First = re.Match
		}
	}
}

// filling is where a field gets its value.
type filling struct {
	at  place
	typ ecs.Type
}

// fill notes that a field gets a value, and refuses a second one.
func (r *reader) fill(at place, field string, typ ecs.Type) {
	if first, taken := r.filled[field]; taken {
		r.wrong(at, fmt.Sprintf("%s has a value already, from line %d", field, first.at.line), "one place for each field; alternatives are written from: [a, b]")
		return
	}
	r.filled[field] = filling{at, typ}
}

func (r *reader) readID(n *node) {
	if n == nil {
		return
	}
	if from := r.from(n); from != "" {
		r.source.OwnID = true
		r.source.Map = append(r.source.Map, source.Mapping{To: "event.id", From: from})
		r.fill(n.at, "event.id", ecs.String)
	}
}

func (r *reader) readEnrich(n *node) {
	have := r.keys(n, "enrich", "url", "outcome")
	var finish []func(*source.Binding) func(*source.Event) error
	if field := r.mapped(have["url"]); field != "" {
		r.source.Extra = append(r.source.Extra, source.URLFields()...)
		finish = append(finish, source.SplitURL(field))
	}
	if field := r.mapped(have["outcome"]); field != "" {
		if r.filled[field].typ != ecs.Int {
			r.wrong(have["outcome"].at, field+" is no number", "http.response.status_code")
		}
		r.source.Extra = append(r.source.Extra, ecs.Field{Name: "event.outcome"})
		finish = append(finish, source.OutcomeByStatus(field))
	}
	r.source.Finish = inTurn(finish)
}

// mapped is the name of a field that the mapping fills.
func (r *reader) mapped(n *node) string {
	field := n.string(r)
	if field == "" || slices.ContainsFunc(r.source.Map, func(m source.Mapping) bool { return m.To == field }) {
		return field
	}
	r.wrong(n.at, field+" is not among the fields that map fills", nearest(field, r.targets()))
	return ""
}

func (r *reader) targets() (names []string) {
	for _, m := range r.source.Map {
		names = append(names, m.To)
	}
	return names
}

// inTurn makes one Finish function of several.
func inTurn(all []func(*source.Binding) func(*source.Event) error) func(*source.Binding) func(*source.Event) error {
	if len(all) == 0 {
		return nil
	}
	return func(b *source.Binding) func(*source.Event) error {
		bound := make([]func(*source.Event) error, len(all))
		for i, f := range all {
			bound[i] = f(b)
		}
		return func(e *source.Event) error {
			for _, f := range bound {
				if err := f(e); err != nil {
					return err
				}
			}
			return nil
		}
	}
}
