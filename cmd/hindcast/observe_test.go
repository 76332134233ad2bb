package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

func TestMergesAndExpiriesLeaveMetricsAndTracesToo(t *testing.T) {
	c := &traced{names: map[string]int{}}
	server := httptest.NewServer(c)
	defer server.Close()
	rawDir, dir := t.TempDir(), t.TempDir()
	for _, key := range []string{"a", "b", "c"} { // a file of each
		place(t, rawDir, apacheKey+key, apacheLine)
		hindcast(t, "compact", "--raw", rawDir, "--dir", dir).want(t, exitDone)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", server.URL+"/v1/traces")
	for _, step := range []struct {
		stage string
		args  []string
	}{
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
	}
}
