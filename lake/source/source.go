package source

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw"
	"github.com/hindcast/hindcast/lake/raw/frame"
)

// Source declares a kind of log.
type Source struct {
	Name    string   // also its table's name
	Title   string   // what a person calls it
	Docs    []string // the pages that define its format
	Version string   // of the mapping; rows of two versions may differ

	Keys  []string               // regular expressions of the object keys that hold it
	Skip  []string               // of keys among those that hold something else, and why is said in Notes
	Looks func(head []byte) bool // tells it by the first bytes of an object, where the key is silent
	Notes string

	Framing frame.Framing // how an object divides into records
	Divide  Parser        // how a record divides into values

	Static []Static
	Map    []Mapping
	Extra  []ecs.Field // fields that only Finish fills; one of ECS needs but its name, and Strings if the log has several of it
	OwnID  bool        // event.id is the log's own, so that duplicates can be told by it
	Costly []string    // fields made from others that cost more than most ask for; [Set.Lean] leaves them out

	// Finish says what a mapping can't. It is called once to look its fields up, and returns what is done to every event.
	Finish func(*Binding) func(*Event) error
}

// Static gives every event of a source the same value. A list's values are separated by commas.
type Static struct{ To, Value string }

// Fixed are such fields and values in turn: "event.kind", "event", "event.category", "network".
func Fixed(pairs ...string) []Static {
	var fixed []Static
	for pair := range slices.Chunk(pairs, 2) {
		fixed = append(fixed, Static{To: pair[0], Value: pair[len(pair)-1]})
	}
	return fixed
}

// Mapping fills a field from a value of the record.
type Mapping struct {
	To   string // the ECS field, or the vendor's
	From string // the value's path; alternatives are separated by '|' and the first that has a value is taken
	As   As     // what is done to text on the way

	Layout string         // of a time, as package time writes layouts, instead of As
	Zone   *time.Location // of times whose layout has no zone; UTC unless it is set

	// What the field is, where ECS does not define it. Strings makes a list of a text or number of ECS too, for a log that
	// has several of it.
	Type    ecs.Type
	JSON    bool // raw JSON of an object or array
	Unique  bool
	Kind    ecs.Kind
	Related string
	Doc     string
}

// As is a change to text on its way into a column.
type As uint8

const (
	Verbatim As = iota
	Lower
	Epoch      // seconds since 1970, as a number or text
	EpochMilli // milliseconds since 1970
	EpochAny   // since 1970, in seconds or a thousandth, millionth or billionth of them as its size tells; or text as of Verbatim
	CommonLog  // 10/Oct/2000:13:55:36 -0700
)

// Parser makes a divider that finds the values of the paths wanted: the slot of a value is its path's position.
type Parser func(want []string) (Divider, error)

// Divider divides one worker's records into values.
type Divider interface {
	// Begin is called when the records of another object begin.
	Begin(key string)
	// Divide finds a record's values. ErrNoRecord says that there is none in it: a header, a comment.
	Divide(record []byte, v *Values) error
}

// ErrNoRecord is returned by a divider for what stands among the records without being one. It is not counted.
var ErrNoRecord = fmt.Errorf("not a record")

// fields are the columns of a source: the common ones, then those that it maps, in the order of the declaration, then
// those for what envelopes say.
func (s *Source) fields() ([]ecs.Field, error) {
	fields := ecs.Common()
	have := map[string]bool{}
	for _, f := range fields {
		have[f.Name] = true
	}
	add := func(f ecs.Field) {
		if !have[f.Name] {
			have[f.Name] = true
			fields = append(fields, f)
		}
	}
	for _, st := range s.Static {
		f, known := ecs.Lookup(st.To)
		if !known {
			f = ecs.Field{Name: st.To, Doc: "always " + st.Value}
		}
		add(f)
	}
	for _, m := range s.Map {
		f, err := m.field()
		if err != nil {
			return nil, fmt.Errorf("source %s: %w", s.Name, err)
		}
		add(f)
	}
	for _, f := range s.Extra {
		if known, ok := ecs.Lookup(f.Name); ok {
			several := f.Type == ecs.Strings
			if f = known; several {
				f.Type = ecs.Strings
			}
		}
		add(f)
	}
	return append(fields, ecs.Carried(fields)...), nil
}

func (m Mapping) field() (ecs.Field, error) {
	f, known := ecs.Lookup(m.To)
	if !known {
		if !strings.Contains(m.To, ".") {
			return f, fmt.Errorf("%q is no ECS field; a vendor's field has the vendor's name before a dot", m.To)
		}
		f = ecs.Field{Name: m.To, Type: m.Type, JSON: m.JSON, IP: m.Kind == ecs.IP, Unique: m.Unique || m.JSON, Kind: m.Kind, Related: m.Related, Doc: m.Doc}
		if f.Kind != "" && f.Related == "" {
			f.Related = relatedOf[f.Kind]
		}
	}
	if m.Type == ecs.Strings {
		f.Type = ecs.Strings
	}
	if f.Doc == "" {
		f.Doc = "from " + m.From
	}
	return f, nil
}

// relatedOf is the list that receives an indicator's values.
var relatedOf = map[ecs.Kind]string{
	ecs.IP: "related.ip", ecs.User: "related.user", ecs.Instance: "related.hosts", ecs.Domain: "related.hosts", ecs.Hash: "related.hash",
}

// paths are the alternatives of a mapping.
func (m Mapping) paths() []string {
	paths := strings.Split(m.From, "|")
	for i := range paths {
		paths[i] = strings.TrimSpace(paths[i])
	}
	return paths
}

// Set is the sources that a lake knows, in the order in which they are asked whether a key is theirs.
type Set struct {
	all  []*Compiled
	keys [][]*regexp.Regexp
	skip [][]*regexp.Regexp
}

// NewSet compiles sources; a name that stands twice is an error.
func NewSet(sources ...*Source) (*Set, error) {
	set := &Set{}
	for _, s := range sources {
		if _, err := set.ByName(s.Name); err == nil {
			return nil, fmt.Errorf("source %s is defined twice", s.Name)
		}
		c, err := s.Compile()
		if err != nil {
			return nil, err
		}
		keys, err := patterns(s.Keys)
		if err != nil {
			return nil, fmt.Errorf("source %s: %w", s.Name, err)
		}
		skip, err := patterns(s.Skip)
		if err != nil {
			return nil, fmt.Errorf("source %s: %w", s.Name, err)
		}
		set.all, set.keys, set.skip = append(set.all, c), append(set.keys, keys), append(set.skip, skip)
	}
	return set, nil
}

func patterns(texts []string) ([]*regexp.Regexp, error) {
	out := make([]*regexp.Regexp, len(texts))
	for i, text := range texts {
		re, err := regexp.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("key pattern %q: %w", text, err)
		}
		out[i] = re
	}
	return out, nil
}

// Lean is the set without what its sources call costly.
func (s *Set) Lean() *Set {
	lean := *s
	lean.all = make([]*Compiled, len(s.all))
	for i, c := range s.all {
		without := *c
		without.left = c.Costly
		lean.all[i] = &without
	}
	return &lean
}

// All are the sources in their order.
func (s *Set) All() []*Compiled { return s.all }

// ByName finds a source; the error lists those there are.
func (s *Set) ByName(name string) (*Compiled, error) {
	names := make([]string, len(s.all))
	for i, c := range s.all {
		if names[i] = c.Name; c.Name == name {
			return c, nil
		}
	}
	slices.Sort(names)
	return nil, fmt.Errorf("no source is named %q; there are %s", name, strings.Join(names, ", "))
}

// ByKey finds the source whose objects have such a key, or nil. skip tells that the key is one that its source passes over.
func (s *Set) ByKey(key string) (c *Compiled, skip bool) {
	key = raw.InBucket(key)
	matches := func(res []*regexp.Regexp) bool {
		return slices.ContainsFunc(res, func(re *regexp.Regexp) bool { return re.MatchString(key) })
	}
	for i, c := range s.all {
		if matches(s.skip[i]) {
			return c, true
		}
		if matches(s.keys[i]) {
			return c, false
		}
	}
	return nil, false
}
