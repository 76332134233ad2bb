package main

import (
	"strings"
	"testing"
)

func TestHelpTeachesTheCommandLine(t *testing.T) {
	got := hindcast(t, "--help").want(t, exitDone)
	for _, command := range []string{"demo", "compact", "correlate", "query", "tables", "sources", "sources show", "sources identify", "sources drift", "attack", "normalize", "record", "quarantine list", "quarantine show", "quarantine retry", "retention plan", "retention hold add", "serve", "verify", "version"} {
		says(t, got.out, command)
	}
	says(t, got.out, "Exit status: 0 done, 1 failure, 2 wrong use, 3 records were rejected")
}

func TestEveryCommandTeachesItself(t *testing.T) {
	for _, c := range []struct {
		command string
		says    []string
	}{
		{"demo", []string{"--seed", "200,000"}},
		{"compact", []string{"put-targets", `"name":["LOGS"]`, "hindcast compact --raw", "--max-ratio", "--since", "-7d", "--list", "--dry-run", "--json"}},
		{"correlate", []string{"hindcast correlate --dir", "--access-key", "--from", "-7d", "--match", "--explain", "--format"}},
		{"query", []string{"hindcast query --dir", "--format", "--limit"}},
		{"tables", []string{"--dir", "--json"}},
		{"sources", []string{"hindcast sources aws_cloudtrail", "--definition"}},
		{"normalize", []string{"hindcast normalize --source", "--definition", "standard input"}},
		{"record", []string{"hindcast record --raw", "log_offset"}},
		{"quarantine list", []string{"--state", "--json"}},
		{"quarantine show", []string{"--json"}},
		{"quarantine retry", []string{"--definition", "--dry-run"}},
		{"retention set", []string{"hindcast retention set --dir", "--keep", "GLACIER_IR", "forever"}},
		{"retention hold add", []string{"hindcast retention hold add", "--account", "--reason"}},
		{"retention plan", []string{"--region", "--json"}},
		{"retention apply", []string{"--yes", "--delay"}},
		{"retention restore", []string{"--json"}},
		{"retention report", []string{"--what-if", "gaps"}},
		{"retention lifecycle", []string{"put-bucket-lifecycle-configuration", "--prefix"}},
		{"serve", []string{"--grpc", "--http", "curl", "INDICATOR_KIND_IP", "127.0.0.1"}},
		{"catalog", []string{"price_per_tb", "external_id", "kms_key"}},
		{"catalog sync", []string{"--dry-run", "--json", "--orphans", "hindcast catalog sync --lake"}},
		{"catalog show", []string{"--table", "hindcast catalog show --lake"}},
		{"catalog stop", []string{"hindcast catalog stop --lake"}},
		{"verify", []string{"--deep", "--json"}},
		{"version", []string{"--json"}},
	} {
		t.Run(c.command, func(t *testing.T) {
			got := hindcast(t, append(strings.Fields(c.command), "--help")...).want(t, exitDone)
			says(t, got.out, append(c.says, "Usage: hindcast "+c.command)...)
			for line := range strings.Lines(got.out) {
				if len([]rune(line)) > 160 {
					t.Errorf("a line of %d letters: %s", len([]rune(line)), line)
				}
			}
		})
	}
}

func TestWrongUseSaysWhereHelpIs(t *testing.T) {
	for name, args := range map[string][]string{
		"no command":            {},
		"an unknown command":    {"compat"},
		"an unknown flag":       {"tables", "--folder", "x"},
		"half a command":        {"quarantine"},
		"a missing argument":    {"query", "--dir", "x"},
		"an argument too many":  {"version", "now"},
		"a flag without a word": {"tables", "--dir"},
		"a number that is none": {"correlate", "--dir", "x", "--ip", "1.2.3.4", "--from", "-7d", "--to", "now", "--limit", "many"},
	} {
		t.Run(name, func(t *testing.T) {
			got := hindcast(t, args...).want(t, exitUsage)
			says(t, got.err, "hindcast: ", "--help")
			if got.out != "" {
				t.Errorf("printed %q", got.out)
			}
		})
	}
}

func TestEveryCommandNeedsALakeThatIsThere(t *testing.T) {
	for _, args := range [][]string{
		{"query", "SELECT 1"}, {"tables"}, {"quarantine", "list"}, {"quarantine", "show", "x"}, {"quarantine", "retry"}, {"serve"}, {"verify"},
	} {
		dir := t.TempDir()
		got := hindcast(t, append(args, "--dir", dir)...).want(t, exitFailed)
		says(t, got.err, "no lake in "+dir, "hindcast compact")
		if left := keys(t, dir); len(left) > 0 {
			t.Errorf("%v made %v", args, left)
		}
	}
}

func TestVersionSaysWhatWasBuilt(t *testing.T) {
	says(t, hindcast(t, "version").want(t, exitDone).out, "hindcast ", "go1.")
	if v := parsed[version](t, hindcast(t, "version", "--json").want(t, exitDone).out); v.Version == "" || v.Go == "" || v.Platform == "" {
		t.Errorf("%+v", v)
	}
}
