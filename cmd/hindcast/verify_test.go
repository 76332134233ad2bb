package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/verify"
)

func TestALakeThatIsWholeIsSaidToBe(t *testing.T) {
	w := sharedWorld(t)
	out := hindcast(t, "verify", "--dir", w.dir).want(t, exitDone).out
	says(t, out, "The lake is whole", "--deep")
	if strings.Count(out, "\n") != 1 {
		t.Errorf("it takes more than a line to say so:\n%s", out)
	}
	deep := parsed[*verify.Report](t, hindcast(t, "verify", "--dir", w.dir, "--deep", "--json").want(t, exitDone).out)
	if deep.Files != w.report.Files || deep.Rows != w.report.EventsOut || deep.Bytes != w.report.BytesOut || len(deep.Findings) != 0 {
		t.Errorf("%+v; compacted %+v", deep, w.report.Totals)
	}
}

func TestWhatIsWrongWithALakeIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir, file string)
		deep  bool
	}{
		"a file is gone":         {spoil: func(t *testing.T, dir, file string) { do(t, os.Remove(filepath.Join(dir, file))) }},
		"a file is cut off":      {spoil: func(t *testing.T, dir, file string) { do(t, os.Truncate(filepath.Join(dir, file), 100)) }},
		"a file has other bytes": {deep: true, spoil: flip},
	} {
		t.Run(name, func(t *testing.T) {
			w, dir := sharedWorld(t), t.TempDir()
			hindcast(t, "compact", "--raw", w.raw, "--dir", dir, "--source", "aws_guardduty").want(t, exitDone)
			all := tables(keys(t, dir))
			if len(all) == 0 {
				t.Fatal("no files")
			}
			file := slices.Min(all)
			c.spoil(t, dir, file)
			args := []string{"verify", "--dir", dir}
			if c.deep {
				args = append(args, "--deep")
			}
			says(t, hindcast(t, args...).want(t, exitFailed).out, file, "not whole")
		})
	}
}

// flip changes a byte in the middle of a file.
func flip(t *testing.T, dir, file string) {
	t.Helper()
	path := filepath.Join(dir, file)
	body, err := os.ReadFile(path)
	do(t, err)
	body[len(body)/2] ^= 1
	do(t, os.WriteFile(path, body, 0o644))
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
