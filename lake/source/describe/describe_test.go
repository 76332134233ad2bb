package describe

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hindcast/hindcast/lake/ecs"
	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
	"github.com/hindcast/hindcast/lake/source/builtin"
)

func described(t *testing.T) Source {
	t.Helper()
	c, err := (&source.Source{
		Name: "acme_audit", Title: "Audit trail of Acme", Version: "7", Docs: []string{"https://acme.example/audit"},
		Keys: []string{"^audit/"}, Skip: []string{"/debug/"}, Framing: frame.Framing{Arrays: []string{"entries"}}, Divide: source.JSON, OwnID: true,
		Static: []source.Static{{To: "event.kind", Value: "event"}},
		Map: []source.Mapping{
			{To: "@timestamp", From: "when"}, {To: "source.ip", From: "client.ip | client.forwarded"},
			{To: "acme.token", From: "token", Kind: ecs.AccessKey, Doc: "what the caller showed"}, {To: "acme.changes", From: "changes", JSON: true},
		},
		Extra: source.URLFields(),
	}).Compile()
	if err != nil {
		t.Fatal(err)
	}
	return Of(c)
}

func TestEachColumnSaysWhatFillsIt(t *testing.T) {
	s := described(t)
	for _, want := range []Column{
		{Name: "timestamp", ECS: "@timestamp", Type: "timestamp", Filled: ByMapping, From: []string{"when"}, Doc: "when the event happened"},
		{Name: "source_ip", ECS: "source.ip", Type: "string", Filled: ByMapping, From: []string{"client.ip", "client.forwarded"}, Kind: ecs.IP, Doc: "address of the source"},
		{Name: "acme_token", ECS: "acme.token", Type: "string", Filled: ByMapping, From: []string{"token"}, Kind: ecs.AccessKey, Doc: "what the caller showed"},
		{Name: "acme_changes", ECS: "acme.changes", Type: "string", Filled: ByMapping, From: []string{"changes"}, JSON: true, Doc: "from changes"},
		{Name: "event_kind", ECS: "event.kind", Type: "string", Filled: ByStatic, Value: "event", Doc: "alert, event, metric, state …"},
		{Name: "url_path", ECS: "url.path", Type: "string", Filled: ByRules, Doc: "path of the URL"},
		{Name: "related_ip", ECS: "related.ip", Type: "array<string>", Filled: ByLake, Kind: ecs.IP, Doc: "every address in the event"},
		{Name: "destination_ip", ECS: "destination.ip", Type: "string", Filled: Common, Kind: ecs.IP, Doc: "address of the destination"},
	} {
		at := slices.IndexFunc(s.Columns, func(c Column) bool { return c.ECS == want.ECS })
		if at < 0 {
			t.Errorf("%s is missing", want.ECS)
			continue
		}
		if diff := cmp.Diff(want, s.Columns[at]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.ECS, diff)
		}
	}
}

func TestADescriptionSurvivesJSON(t *testing.T) {
	s := described(t)
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Source
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, back); diff != "" {
		t.Error(diff)
	}
}

func TestTheTextShowsWhatIsReadAndWhatIsFilled(t *testing.T) {
	var b strings.Builder
	if err := described(t).Write(&b); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"acme_audit Audit trail of Acme", "keys ^audit/", "but not /debug/", "in the array entries", "the log's own event id", "https://acme.example/audit",
		"source_ip string source.ip client.ip, else client.forwarded ip address of the source",
		"acme_changes string (JSON) acme.changes changes", `event_kind string event.kind always "event"`, "url_path string url.path (by rules)",
		"Columns of every table, which rules may fill: event_category",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}

func TestTheListHasALineForEverySource(t *testing.T) {
	var b strings.Builder
	var all []Source
	for _, s := range builtin.Sources() {
		c, err := s.Compile()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Of(c))
	}
	if err := WriteList(&b, all); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(b.String(), "\n"); lines != len(all)+1 {
		t.Errorf("%d lines for %d sources:\n%s", lines, len(all), b.String())
	}
	if !strings.Contains(b.String(), "apache_access") {
		t.Errorf("apache_access is not in\n%s", b.String())
	}
}
