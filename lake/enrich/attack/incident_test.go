package attack

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/simulate"
	"github.com/hindcast/hindcast/lake/source/aws"
)

// intrusion is what the trails and GuardDuty have of the simulated incident's intruder.
func intrusion(t *testing.T) (calls, findings [][]byte) {
	t.Helper()
	estate := simulate.Estate{Seed: 1, Days: 4, Scale: 0.05}
	var bodies [][]byte
	summary, err := estate.Generate(context.Background(), func(key string, body []byte) error {
		if strings.Contains(key, "/CloudTrail/") || strings.Contains(key, "/GuardDuty/") {
			bodies = append(bodies, bytes.Clone(body))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range bodies {
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var trail struct{ Records []json.RawMessage }
		if json.Unmarshal(text, &trail) != nil {
			trail.Records = nil
			for line := range bytes.Lines(text) {
				if bytes.Contains(line, []byte(summary.Incident.Address)) {
					findings = append(findings, bytes.TrimSpace(line))
				}
			}
		}
		for _, record := range trail.Records {
			if bytes.Contains(record, []byte(summary.Incident.Address)) {
				calls = append(calls, record)
			}
		}
	}
	return calls, findings
}

func TestTheSimulatedIncidentIsAChainOfTactics(t *testing.T) {
	calls, findings := intrusion(t)
	b := rows(t, aws.CloudTrail(), calls...)
	tag(t, builtin(t), b)
	type step struct {
		at      int64
		tactics string
	}
	var steps []step
	for row := range b.Rows() {
		at := b.Num(b.Schema().Col("@timestamp"), row)
		action := string(b.Str(b.Schema().Col("event.action"), row))
		steps = append(steps, step{at, action + " " + list(b, "threat.tactic.name", row)})
	}
	slices.SortStableFunc(steps, func(x, y step) int { return cmp.Compare(x.at, y.at) })
	next := 0
	want := []string{
		"ConsoleLogin Initial Access", "ListUsers Discovery", "AttachUserPolicy Persistence, Privilege Escalation, Discovery", "GetSecretValue Credential Access, Discovery",
		"CreateAccessKey Persistence, Privilege Escalation", "AuthorizeSecurityGroupIngress Defense Evasion", "GetObject Collection", "StopLogging Defense Evasion",
	}
	for _, s := range steps {
		if next < len(want) && s.tactics == want[next] {
			next++
		}
	}
	if next < len(want) {
		t.Errorf("no %q where the chain has it, in %v", want[next], steps)
	}
	f := rows(t, aws.GuardDuty(), findings...)
	tag(t, builtin(t), f)
	if f.Rows() == 0 {
		t.Fatal("no findings")
	}
	for row := range f.Rows() {
		if got := list(f, "threat.tactic.name", row); got != "Exfiltration, Collection" {
			t.Errorf("a finding is of %q", got)
		}
	}
}
