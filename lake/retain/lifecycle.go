package retain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hindcast/hindcast/catalog"
)

// Lifecycle is a bucket's lifecycle configuration, in the JSON that "aws s3api put-bucket-lifecycle-configuration
// --lifecycle-configuration" takes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_BucketLifecycleConfiguration.html
type Lifecycle struct {
	Rules []LifecycleRule
}

// LifecycleRule is one rule of it.
type LifecycleRule struct {
	ID          string
	Status      string
	Filter      LifecycleFilter
	Transitions []LifecycleTransition `json:",omitempty"`

	AbortIncompleteMultipartUpload *AbortUploads `json:",omitempty"`
}

// LifecycleFilter selects objects: by prefix alone, or by both conditions of And.
type LifecycleFilter struct {
	Prefix *string       `json:",omitempty"`
	And    *LifecycleAnd `json:",omitempty"`
}

// LifecycleAnd selects objects of a prefix that are not small.
type LifecycleAnd struct {
	Prefix                string
	ObjectSizeGreaterThan int64
}

// LifecycleTransition moves objects so many days after they were created.
type LifecycleTransition struct {
	Days         int
	StorageClass string
}

// AbortUploads ends uploads that were never finished.
type AbortUploads struct{ DaysAfterInitiation int }

// maxRules is how many rules a bucket may have.
const maxRules = 1000

// ParquetLifecycle is the configuration of the lake's bucket. Nothing in it deletes: an apply does that, the partition and
// its objects together. S3 counts from an object's creation, so what was merged or loaded late moves later than its
// age by event time would have it, and never earlier.
func ParquetLifecycle(r Rules, tables []string) (Lifecycle, error) {
	prefixes := map[string][]string{}
	for _, t := range tables {
		prefixes[t] = []string{"tables/" + t + "/"}
	}
	return lifecycle("parquet", prefixes, func(t string) []catalog.Move { return r.Policy(t).Parquet })
}

// RawLifecycle is the configuration of the bucket of raw logs, given the prefixes of each table's objects.
func RawLifecycle(r Rules, prefixes map[string][]string) (Lifecycle, error) {
	return lifecycle("raw", prefixes, func(t string) []catalog.Move { return r.Policy(t).Raw })
}

func lifecycle(kind string, prefixes map[string][]string, moves func(string) []catalog.Move) (Lifecycle, error) {
	whole := ""
	l := Lifecycle{Rules: []LifecycleRule{{
		ID: "hindcast-" + kind + "-uploads", Status: "Enabled", Filter: LifecycleFilter{Prefix: &whole},
		AbortIncompleteMultipartUpload: &AbortUploads{DaysAfterInitiation: 7},
	}}}
	var tables []string
	for t := range prefixes {
		tables = append(tables, t)
	}
	slices.Sort(tables)
	for _, t := range tables {
		way := moves(t)
		if len(way) == 0 {
			continue
		}
		for i, prefix := range prefixes[t] {
			id := "hindcast-" + kind + "-" + t
			if len(prefixes[t]) > 1 {
				id = fmt.Sprintf("%s-%d", id, i+1)
			}
			l.Rules = append(l.Rules, transitions(id, prefix, way))
		}
	}
	if len(l.Rules) > maxRules {
		return l, fmt.Errorf("these are %d rules, and a bucket takes %d: give shorter prefixes", len(l.Rules), maxRules)
	}
	return l, nil
}

func transitions(id, prefix string, moves []catalog.Move) LifecycleRule {
	rule := LifecycleRule{ID: id, Status: "Enabled", Filter: LifecycleFilter{And: &LifecycleAnd{
		Prefix: prefix, ObjectSizeGreaterThan: leastMoved - 1,
	}}}
	for _, m := range moves {
		rule.Transitions = append(rule.Transitions, LifecycleTransition{Days: m.After, StorageClass: m.Class})
	}
	return rule
}

// PrefixTree finds by which prefixes a table's raw objects can be told from all others.
type PrefixTree struct {
	owner string // the table of all objects below; empty when there are several, or others
	seen  bool
	below map[string]*PrefixTree
}

// Add takes note of an object; an empty table is of none.
func (t *PrefixTree) Add(key, table string) {
	if table == "" {
		table = "?" // no table has such a name
	}
	for {
		if !t.seen {
			t.owner, t.seen = table, true
		} else if t.owner != table {
			t.owner = ""
		}
		folder, rest, deeper := strings.Cut(key, "/")
		if !deeper {
			return
		}
		if t.below == nil {
			t.below = map[string]*PrefixTree{}
		}
		if t.below[folder] == nil {
			t.below[folder] = &PrefixTree{}
		}
		t, key = t.below[folder], rest
	}
}

// Prefixes are, for each table, the shortest folders below which nothing but its objects lies. A table whose objects
// share their folder with others has none for them.
func (t *PrefixTree) Prefixes() map[string][]string {
	found := map[string][]string{}
	t.collect("", found)
	for _, prefixes := range found {
		slices.Sort(prefixes)
	}
	return found
}

func (t *PrefixTree) collect(path string, found map[string][]string) {
	if t.owner == "?" {
		return
	}
	if t.owner != "" && path != "" {
		found[t.owner] = append(found[t.owner], path)
		return
	}
	for name, below := range t.below {
		below.collect(path+name+"/", found)
	}
}
