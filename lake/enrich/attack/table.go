package attack

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/hindcast/hindcast/lake/enrich"
)

//go:embed calls.csv
var callsCSV []byte

//go:embed findings.csv
var findingsCSV []byte

// Table says what calls and findings mean. It is an [enrich.Enricher].
type Table struct {
	matrix         matrix
	calls          []call
	findings       []finding
	rows           []Row
	ofCalls, ofAll enrich.Version
}

// call is a row of calls.csv.
type call struct {
	service, event string // "*" for any
	when           condition
	tags
}

// finding is a row of findings.csv.
type finding struct {
	kind string // that a type begins with
	tags
}

// Row is a row of a table, to be shown.
type Row struct {
	Of         string  `json:"of"`                // calls or findings
	Service    string  `json:"service,omitempty"` // of a call: the first part of its event source
	Event      string  `json:"event"`             // name of the call, or what the finding's type begins with
	When       string  `json:"when,omitempty"`    // the condition
	Tactics    []Entry `json:"tactics"`
	Techniques []Entry `json:"techniques"` // the most exact: sub-techniques where there are
	What       string  `json:"what,omitempty"`
}

// Builtin reads the tables that are part of the program.
func Builtin() (*Table, error) { return read(techniquesCSV, callsCSV, findingsCSV) }

func read(techniques, calls, findings []byte) (t *Table, err error) {
	t = &Table{}
	if t.matrix, err = readMatrix(techniques); err != nil {
		return t, fmt.Errorf("read the techniques: %w", err)
	}
	if err = t.readCalls(calls); err != nil {
		return t, fmt.Errorf("read the table of calls: %w", err)
	}
	if err = t.readFindings(findings); err != nil {
		return t, fmt.Errorf("read the table of findings: %w", err)
	}
	if t.ofCalls, err = version("calls", calls, len(t.calls)); err != nil {
		return t, err
	}
	t.ofAll, err = version("findings", findings, len(t.findings))
	return t, err
}

func (t *Table) readCalls(text []byte) error {
	have := map[string]bool{}
	return eachRow(text, []string{"service", "event", "when", "tactics", "techniques", "what"}, func(row []string) error {
		key := strings.Join(row[:3], ",")
		if have[key] {
			return fmt.Errorf("%s stands twice", key)
		}
		have[key] = true
		c := call{service: row[0], event: row[1]}
		if c.service == "" || c.event == "" {
			return fmt.Errorf("a row without a service or an event")
		}
		if c.event == "*" && row[2] == "" {
			return fmt.Errorf("any call without a condition")
		}
		var err error
		if c.when, err = parseCondition(row[2]); err != nil {
			return err
		}
		if c.tags, err = t.matrix.tags(row[3], row[4]); err != nil {
			return err
		}
		t.calls = append(t.calls, c)
		t.rows = append(t.rows, t.row("calls", row, row[4]))
		return nil
	})
}

func (t *Table) readFindings(text []byte) error {
	have := map[string]bool{}
	return eachRow(text, []string{"type", "tactics", "techniques", "what"}, func(row []string) error {
		f := finding{kind: row[0]}
		if f.kind == "" || have[f.kind] {
			return fmt.Errorf("%q is no type, or stands twice", f.kind)
		}
		have[f.kind] = true
		var err error
		if f.tags, err = t.matrix.tags(row[1], row[2]); err != nil {
			return err
		}
		t.findings = append(t.findings, f)
		t.rows = append(t.rows, t.row("findings", []string{"", row[0], "", row[1], row[2], row[3]}, row[2]))
		return nil
	})
}

func (t *Table) row(of string, row []string, techniques string) Row {
	return Row{Of: of, Service: row[0], Event: row[1], When: row[2], What: row[5],
		Tactics: t.entries(strings.Fields(row[3])), Techniques: t.entries(strings.Fields(techniques))}
}

func (t *Table) entries(ids []string) []Entry {
	all := make([]Entry, len(ids))
	for i, id := range ids {
		all[i] = Entry{id, t.matrix[id].name}
	}
	return all
}

// Rows are the rows of the tables.
func (t *Table) Rows() []Row { return t.rows }

// Versions say which tables these are.
func (t *Table) Versions() []enrich.Version { return []enrich.Version{t.ofCalls, t.ofAll} }

// version reads the line of a table that says which it is: # table: 1, 2026-11-27, MITRE ATT&CK 18.1
func version(of string, text []byte, entries int) (v enrich.Version, err error) {
	_, rest, _ := bytes.Cut(text, []byte("# table: "))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	parts := strings.Split(string(line), ", ")
	if len(parts) != 3 || !strings.HasPrefix(parts[2], Framework) {
		return v, fmt.Errorf("the table of %s does not say its version, date and that of %s", of, Framework)
	}
	sum := sha256.Sum256(text)
	return enrich.Version{
		Kind: "attack", Name: fmt.Sprintf("%s %s, %s", of, parts[0], parts[2]), Date: parts[1],
		Entries: int64(entries), SHA256: hex.EncodeToString(sum[:8]),
	}, nil
}
