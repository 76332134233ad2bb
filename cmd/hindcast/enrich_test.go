package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/enrich/config"
	"github.com/hindcast/hindcast/lake/simulate"
)

const loginRecord = `{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","userName":"alice"},"eventTime":"2026-01-31T10:00:00Z",` +
	`"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.77","userAgent":"curl/8.11.1",` +
	`"eventID":"00000000-0000-4000-8000-00000000000#","eventType":"AwsConsoleSignIn","recipientAccountId":"111122223333"}`

// known are the flags that enrich by the demo's files.
func known(t *testing.T) []string {
	t.Helper()
	k, err := simulate.WriteKnown(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"--geo-city", k.City, "--geo-asn", k.ASN, "--threat-list", "feed=" + k.Threats + ",confidence=30", "--accounts", k.Accounts,
		"--user-agents", "--domains", "--protocols",
	}
}

func TestNormalizeShowsWhatRowsAreEnrichedBy(t *testing.T) {
	path := place(t, t.TempDir(), "trail.json", strings.Replace(loginRecord, "#", "1", 1))
	plain := lined(t, hindcast(t, "normalize", "--source", "aws_cloudtrail", path).want(t, exitDone).out)
	docs := lined(t, hindcast(t, append([]string{"normalize", "--source", "aws_cloudtrail", path}, known(t)...)...).want(t, exitDone).out)
	for name, want := range map[string]any{
		"source.geo.country_iso_code": "NZ", "source.geo.location": "-36.85,174.76", "source.as.number": 64500.0,
		"threat.indicator.name": "203.0.113.64/26", "threat.indicator.ip": "203.0.113.77", "threat.indicator.confidence": "High",
		"threat.feed.name": "feed", "threat.indicator.marking.tlp": "GREEN", "cloud.account.name": "Example production", "user_agent.name": "curl",
	} {
		if got := field(docs[0], name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
		if got := field(plain[0], name); got != nil {
			t.Errorf("%s is %v without enrichment", name, got)
		}
	}
	for _, same := range []string{"event.id", "mapping_version", "log.offset"} {
		if field(docs[0], same) != field(plain[0], same) {
			t.Errorf("%s has changed", same)
		}
	}
}

func TestAnEnrichedLakeIsWholeBeforeAndAfterAMerge(t *testing.T) {
	rawDir, dir := t.TempDir(), filepath.Join(t.TempDir(), "lake")
	args := append([]string{"compact", "--raw", rawDir, "--dir", dir}, known(t)...)
	for _, n := range []string{"1", "2"} {
		key := "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/31/111122223333_CloudTrail_us-east-1_20260131T1000Z_" + n + ".json"
		place(t, rawDir, key, `{"Records":[`+strings.Replace(loginRecord, "#", n, 1)+`]}`)
		hindcast(t, args...).want(t, exitDone)
	}
	for _, step := range [][]string{{"verify", "--deep", "--dir", dir}, {"merge", "--dir", dir, "--all"}, {"verify", "--deep", "--dir", dir}} {
		hindcast(t, step...).want(t, exitDone)
	}
	says(t, hindcast(t, "tables", "--dir", dir, "aws_cloudtrail").want(t, exitDone).out,
		"The rows of the last day are enriched by:", "geo GeoLite2-City of 2026-01-01T00:00:00Z", "threat feed of ", "accounts accounts.csv")
	says(t, hindcast(t, "query", "--dir", dir, "SELECT threat_feed_name, source_geo_country_iso_code, count(*) AS n FROM aws_cloudtrail WHERE day = '2026-01-31' GROUP BY ALL").
		want(t, exitDone).out, "feed", "NZ", "2")
	says(t, hindcast(t, "correlate", "--dir", dir, "--ip", "203.0.113.77", "--from", "2026-01-31", "--to", "2026-02-01").want(t, exitDone).out,
		"from 203.0.113.77 (NZ, feed)")
}

func TestTheReadmesEnrichmentIsRead(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(readme), "## Enrichment")
	_, section, ok2 := strings.Cut(section, "```yaml\n")
	text, rest, ok3 := strings.Cut(section, "```")
	if !ok || !ok2 || !ok3 {
		t.Fatal("the README has no such section")
	}
	dir := t.TempDir()
	k, err := simulate.WriteKnown(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"GeoLite2-City.mmdb": k.City, "GeoLite2-ASN.mmdb": k.ASN, "botnets.csv": k.Threats} {
		if err := os.Rename(path, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	config := place(t, dir, "enrich.yaml", text)
	path := place(t, dir, "trail.json", strings.Replace(loginRecord, "#", "1", 1))
	doc := lined(t, hindcast(t, "normalize", "--source", "aws_cloudtrail", "--enrich", config, path).want(t, exitDone).out)[0]
	for name, want := range map[string]any{
		"source.geo.country_iso_code": "NZ", "source.as.number": 64500.0, "threat.feed.name": "botnets", "cloud.account.name": "Example production", "user_agent.name": "curl",
	} {
		if got := field(doc, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	help := hindcast(t, "compact", "--help").want(t, exitDone).out
	section, _, _ = strings.Cut(rest, "\n## ")
	flags := regexp.MustCompile("`?--[a-z-]+").FindAllString(section, -1)
	if len(flags) < 8 {
		t.Errorf("the section names the flags %q", flags)
	}
	for _, flag := range flags {
		says(t, help, strings.Trim(flag, "`"))
	}
}

func TestWrongFlagsOfAnEnrichmentAreTold(t *testing.T) {
	list := place(t, t.TempDir(), "list.txt", "192.0.2.1\n")
	bad := place(t, t.TempDir(), "enrich.yaml", "geo: []\nuser_agent: true\n")
	for said, flags := range map[string][]string{
		"NAME=FILE":              {"--threat-list", list},
		"between 0 and 100":      {"--threat-list", "a=" + list + ",confidence=200"},
		"two threat lists":       {"--threat-list", "a=" + list, "--threat-list", "a=" + list},
		"no such file":           {"--threat-list", "a=none.txt"},
		"enrich.yaml:2:1: ":      {"--enrich", bad},
		"invalid MaxMind DB fil": {"--geo-city", list},
		"names no account":       {"--accounts", list},
	} {
		got := hindcast(t, append([]string{"normalize", "--source", "aws_cloudtrail", list}, flags...)...).want(t, exitUsage)
		says(t, got.err, said)
	}
}

func TestAThreatListsFileMayHaveCommasInItsName(t *testing.T) {
	n := 5
	for text, want := range map[string]config.List{
		"a=b.txt": {Name: "a", File: "b.txt"}, "a=b,c.txt": {Name: "a", File: "b,c.txt"},
		"a=b,c.txt,confidence=5,provider=P Q": {Name: "a", File: "b,c.txt", Confidence: &n, Provider: "P Q"},
	} {
		got, err := parseList(text)
		if err != nil || got.Name != want.Name || got.File != want.File || got.Provider != want.Provider || (got.Confidence == nil) != (want.Confidence == nil) {
			t.Errorf("%s is %+v, %v", text, got, err)
		}
	}
}
