package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEachCommandLeavesMetricsAndTracesOfItsOwn(t *testing.T) {
	c := &traced{names: map[string]int{}}
	server := httptest.NewServer(c)
	defer server.Close()
	rawDir, dir := t.TempDir(), t.TempDir()
	for _, key := range []string{"a", "b", "c"} { // a file of each
		place(t, rawDir, apacheKey+key, apacheLine)
		hindcast(t, "compact", "--raw", rawDir, "--dir", dir).want(t, exitDone)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", server.URL+"/v1/traces")
	of := map[string]string{} // by series, whose file has it
	for _, step := range []struct {
		stage string
		args  []string
	}{
		{"run", []string{"compact", "--raw", rawDir, "--dir", dir}},
		{"merge", []string{"merge", "--dir", dir, "--all"}},
		{"expire", []string{"retention", "apply", "--dir", dir, "--yes"}},
	} {
		if step.stage == "expire" {
			hindcast(t, "retention", "set", "--dir", dir, "default", "--keep", "1d").want(t, exitDone)
		}
		file := filepath.Join(t.TempDir(), step.stage+".prom")
		hindcast(t, append(step.args, "--metrics-file", file)...).want(t, exitDone)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		says(t, string(text), `hindcast_stage_duration_seconds_count{stage="`+step.stage+`"} 1`)
		if c.names[step.stage] != 1 {
			t.Errorf("spans %v", c.names)
		}
		for line := range strings.Lines(string(text)) {
			series := line[:strings.LastIndexByte(line, ' ')]
			if other := of[series]; other != "" && line[0] != '#' {
				t.Errorf("%s is of %s and of %s: node-exporter takes one of them", series, other, step.stage)
			}
			of[series] = step.stage
		}
	}
}
