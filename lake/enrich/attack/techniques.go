package attack

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
)

//go:embed techniques.csv
var techniquesCSV []byte

// Framework is whose tactics and techniques these are.
const Framework = "MITRE ATT&CK"

// Entry is a tactic, a technique or a sub-technique.
type Entry struct{ ID, Name string }

// Reference is the page about it.
func (e Entry) Reference() string {
	const site = "https://attack.mitre.org/"
	if isTactic(e.ID) {
		return site + "tactics/" + e.ID + "/"
	}
	return site + "techniques/" + strings.Replace(e.ID, ".", "/", 1) + "/"
}

func isTactic(id string) bool { return strings.HasPrefix(id, "TA") }

// matrix is all tactics and techniques.
type matrix map[string]known

type known struct {
	name    string
	tactics []string // that a technique serves
}

func readMatrix(text []byte) (matrix, error) {
	m := matrix{}
	err := eachRow(text, []string{"id", "name", "tactics"}, func(row []string) error {
		id, tactics := row[0], strings.Fields(row[2])
		if _, twice := m[id]; twice {
			return fmt.Errorf("%s stands twice", id)
		}
		for _, t := range tactics {
			if _, ok := m[t]; !ok {
				return fmt.Errorf("%s is of the tactic %s, which is not among them", id, t)
			}
		}
		m[id] = known{row[1], tactics}
		return nil
	})
	return m, err
}

// tags are what one row of a table says: ids in the order in which they are to be shown.
type tags struct{ tactics, techniques, subtechniques []string }

// tags reads a row's tactics and techniques. Each technique must serve one of the tactics, and each tactic be served by
// one of the techniques, if there are any.
func (m matrix) tags(tactics, techniques string) (t tags, err error) {
	served := map[string]bool{}
	t.tactics = strings.Fields(tactics)
	for _, id := range strings.Fields(techniques) {
		k, ok := m[id]
		if !ok || isTactic(id) {
			return t, fmt.Errorf("%q is no technique", id)
		}
		fits := false
		for _, tactic := range k.tactics {
			served[tactic] = true
			fits = fits || slices.Contains(t.tactics, tactic)
		}
		if !fits {
			return t, fmt.Errorf("%s serves %s, and not %s", id, strings.Join(k.tactics, " "), tactics)
		}
		t = t.with(tags{techniques: []string{id}})
	}
	for _, id := range t.tactics {
		if _, ok := m[id]; !ok || !isTactic(id) {
			return t, fmt.Errorf("%q is no tactic", id)
		}
		if len(served) > 0 && !served[id] {
			return t, fmt.Errorf("no technique of %q serves %s", techniques, id)
		}
	}
	if len(t.tactics) == 0 {
		return t, fmt.Errorf("a row without a tactic")
	}
	return t, nil
}

// with adds what is not there yet. A sub-technique comes with its technique.
func (t tags) with(o tags) tags {
	for _, id := range o.tactics {
		t.tactics = add(t.tactics, id)
	}
	for _, id := range slices.Concat(o.techniques, o.subtechniques) {
		technique, _, sub := strings.Cut(id, ".")
		t.techniques = add(t.techniques, technique)
		if sub {
			t.subtechniques = add(t.subtechniques, id)
		}
	}
	return t
}

// add never changes the list that it is given.
func add(list []string, id string) []string {
	if slices.Contains(list, id) {
		return list
	}
	return append(slices.Clip(list), id)
}

// eachRow calls f with the rows of a CSV text that has such a head.
func eachRow(text []byte, head []string, f func(row []string) error) error {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comment, r.FieldsPerRecord = '#', len(head)
	first, err := r.Read()
	if err != nil {
		return fmt.Errorf("read the head: %w", err)
	}
	if !slices.Equal(first, head) {
		return fmt.Errorf("the head is %q and should be %q", first, head)
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = f(row)
		}
		if err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}
