package main

import (
	"strings"
	"testing"
)

func TestWhoMergesDays(t *testing.T) {
	w := sharedWorld(t)
	for name, c := range map[string]struct {
		args []string
		exit int
		says string
	}{
		"Athena sees no folder":     {[]string{"--by", "athena"}, exitUsage, "Athena reads S3 alone"},
		"a size that is none":       {[]string{"--athena-from", "many"}, exitUsage, "--athena-from"},
		"a budget that is none":     {[]string{"--max-scan", "many"}, exitUsage, "--max-scan"},
		"this machine, in a folder": {[]string{"--by", "here"}, exitDone, ""},
	} {
		got := hindcast(t, append([]string{"merge", "--dry-run", "--dir", w.dir}, c.args...)...).want(t, c.exit)
		if !strings.Contains(got.err, c.says) {
			t.Errorf("%s: says %q", name, got.err)
		}
	}
}
