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

func TestRowsOfAnEarlierMappingAreRebuilt(t *testing.T) {
	dir := t.TempDir()
	raw, lake, definition := filepath.Join(dir, "raw"), filepath.Join(dir, "lake"), filepath.Join(dir, "acme.yaml")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(raw, 0o755); err != nil {
		t.Fatal(err)
	}
	write(filepath.Join(raw, "a.log"), `{"at":"2026-01-30T01:02:03Z","who":"alice","from":"198.51.100.7"}`+"\n"+
		`{"at":"2026-01-31T01:02:03Z","who":"bob","from":"198.51.100.8"}`+"\n")
	write(definition, fmt.Sprintf(audited, ""))
	args := func(more ...string) []string {
		return append([]string{"compact", "--raw", raw, "--dir", lake, "--definition", definition}, more...)
	}
	hindcast(t, args()...).want(t, exitDone)
	write(definition, fmt.Sprintf(audited, "  source.ip: from\n"))

	says(t, hindcast(t, args("--renormalise", "--dry-run")...).want(t, exitDone).out, "Would rebuild 2 days")
	report := parsed[*renormalise.Report](t, hindcast(t, args("--renormalise", "--json")...).want(t, exitDone).out)
	if len(report.Days) != 2 || report.Rebuilt != 2 || report.Kept != 0 {
		t.Errorf("the report is %+v", report)
	}
	says(t, hindcast(t, "query", "--dir", lake, "SELECT user_name, source_ip FROM acme ORDER BY 1").want(t, exitDone).out, "198.51.100.7", "198.51.100.8")
	says(t, hindcast(t, "verify", "--dir", lake, "--deep").want(t, exitDone).out, "The lake is whole")
	says(t, hindcast(t, args("--renormalise")...).want(t, exitDone).out, "Every row is as its source's mapping of today has it.")
	hindcast(t, args("--renormalise", "--every", "1m")...).want(t, exitUsage)
}
