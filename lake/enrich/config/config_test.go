package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/enrich/config"
	"github.com/hindcast/hindcast/lake/enrich/enrichtest"
	"github.com/hindcast/hindcast/lake/source/definition"
)

const files = "../../simulate/testdata/"

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFileSaysWhatRowsAreEnrichedBy(t *testing.T) {
	folder, err := filepath.Abs(files)
	if err != nil {
		t.Fatal(err)
	}
	list := write(t, "list.txt", "192.0.2.1\nnonsense\n")
	c, err := config.Load(write(t, "enrich.yaml", "geo: ["+folder+"/city.mmdb, "+folder+"/asn.mmdb]\nthreat_lists:\n  - {name: botnets, file: "+list+
		", confidence: 20, provider: Example}\nuser_agents: true\ndomains: true\nprotocols: true\ncommunity_id: true\n"))
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	set, err := c.Open(func(err error) { told = append(told, err.Error()) })
	if err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || !strings.Contains(told[0], "nonsense") {
		t.Errorf("told %q", told)
	}
	r := enrichtest.New(t, "@timestamp", "source.ip", "destination.ip", "source.port", "destination.port", "network.iana_number", "related.ip", "user_agent.original", "url.domain")
	r.Add("source.ip", "192.0.2.1", "destination.ip", "10.0.0.1", "source.port", "1", "destination.port", "2", "network.iana_number", "17",
		"related.ip", "192.0.2.1", "user_agent.original", "curl/8", "url.domain", "www.example.com")
	f := set.Begin(r.Schema())
	f.Fill(r.Batch)
	got := map[string]any{}
	for _, name := range []string{
		"source.geo.city_name", "source.as.number", "threat.feed.name", "threat.indicator.provider", "threat.indicator.confidence",
		"user_agent.name", "url.registered_domain", "network.transport",
	} {
		got[name] = r.Flat(0)[name]
	}
	want := map[string]any{
		"source.geo.city_name": "Seattle", "source.as.number": 64496.0, "threat.feed.name": "botnets", "threat.indicator.provider": "Example",
		"threat.indicator.confidence": "Low", "user_agent.name": "curl", "url.registered_domain": "example.com", "network.transport": "udp",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if id, _ := r.Flat(0)["network.community_id"].(string); !strings.HasPrefix(id, "1:") {
		t.Errorf("the Community ID is %q", id)
	}
	if v := f.Versions(); len(v) != 3 {
		t.Errorf("the versions are %v", v)
	}
}

func TestAMistakeIsToldWithItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"geo: [a.mmdb]\nthreat_list: []\n": ":2:1: ",
		"geo:\n  - {a: b}\n":               ":2:5: ",
		"user_agents: perhaps\n":           ":1:14: ",
		"geo: [\n":                         ":1:6: ",
	} {
		_, err := config.Load(write(t, "enrich.yaml", text))
		var wrong *definition.Error
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want a mistake at %s", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"threats: []": "right would be: geo, threat_lists", "threat_lists: [{name: a}]": "lacks its name or its file", "threat_lists: [{name: a, file: b, confidence: 101}]": "101",
		"threat_lists: [{name: a, file: b}, {name: a, file: c}]": "two threat lists",
	} {
		if _, err := config.Load(write(t, "enrich.yaml", text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, c := range []config.Config{{Geo: []string{"none.mmdb"}}, {Accounts: "none.csv"}, {ThreatLists: []config.List{{Name: "a", File: "none.txt"}}}} {
		if _, err := c.Open(nil); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestAnEmptyFileEnrichesByNothing(t *testing.T) {
	c, err := config.Load(write(t, "enrich.yaml", "# nothing yet\n"))
	if diff := cmp.Diff(config.Config{}, c); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
