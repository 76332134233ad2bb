package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/hindcast/hindcast/lake/renormalise"
)

// audited is a definition, whose version is a hash of it.
const audited = `name: acme
title: ACME
keys: ['\.log$']
framing: lines
parse: json
time: {from: at}
map:
  user.name: who
%s`

// acme is raw logs with a definition that does not map all of them.
type acme struct{ raw, lake, definition string }

func newAcme(t *testing.T) acme {
	t.Helper()
	dir := t.TempDir()
	a := acme{filepath.Join(dir, "raw"), filepath.Join(dir, "lake"), filepath.Join(dir, "acme.yaml")}
	if err := os.Mkdir(a.raw, 0o755); err != nil {
		t.Fatal(err)
	}
	a.write(t, filepath.Join(a.raw, "a.log"), `{"at":"2026-01-30T01:02:03Z","who":"alice","from":"198.51.100.7"}`+"\n"+
		`{"at":"2026-01-31T01:02:03Z","who":"bob","from":"198.51.100.8","agent":"x"}`+"\n")
	a.define(t, "")
	return a
}

func (acme) write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// define writes the definition, with more fields that are mapped.
func (a acme) define(t *testing.T, more string) {
	t.Helper()
	a.write(t, a.definition, fmt.Sprintf(audited, more))
}

func (a acme) compact(more ...string) []string {
	return append([]string{"compact", "--raw", a.raw, "--dir", a.lake, "--definition", a.definition}, more...)
}

func TestRowsOfAnEarlierMappingAreRebuilt(t *testing.T) {
	a := newAcme(t)
	hindcast(t, a.compact()...).want(t, exitDone)
	a.define(t, "  source.ip: from\n")
	says(t, hindcast(t, a.compact("--renormalise", "--dry-run")...).want(t, exitDone).out, "Would rebuild 2 days")
	report := parsed[*renormalise.Report](t, hindcast(t, a.compact("--renormalise", "--json")...).want(t, exitDone).out)
	if len(report.Days) != 2 || report.Rebuilt != 2 || report.Kept != 0 {
		t.Errorf("the report is %+v", report)
	}
	says(t, hindcast(t, "query", "--dir", a.lake, "SELECT user_name, source_ip FROM acme ORDER BY 1").want(t, exitDone).out, "198.51.100.7", "198.51.100.8")
	says(t, hindcast(t, "verify", "--dir", a.lake, "--deep").want(t, exitDone).out, "The lake is whole")
	says(t, hindcast(t, a.compact("--renormalise")...).want(t, exitDone).out, "Every row is as its source's mapping of today has it.")
	hindcast(t, a.compact("--renormalise", "--every", "1m")...).want(t, exitUsage)
}

func TestDriftNamesWhatNoColumnTakes(t *testing.T) {
	a := newAcme(t)
	hindcast(t, a.compact()...).want(t, exitDone)
	drift := []string{"sources", "drift", "--dir", a.lake}
	says(t, hindcast(t, drift...).want(t, exitDone).out, "agent", "50.00 %", "2026-01-31", "from", "198.51.100.7")
	says(t, hindcast(t, append(drift, "--new")...).want(t, exitDone).out, "agent")
	hindcast(t, append(drift, "--source", "none")...).want(t, exitUsage)
	hindcast(t, append(drift, "--from", "nonsense")...).want(t, exitUsage)

	a.define(t, "  source.ip: from\n  user_agent.original: agent\n")
	hindcast(t, a.compact("--renormalise")...).want(t, exitDone)
	says(t, hindcast(t, drift...).want(t, exitDone).out, "Columns take all that arrives.")
}
