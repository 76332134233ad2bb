package compact_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/hindcast/hindcast/lake/raw/frame"
	"github.com/hindcast/hindcast/lake/source"
)

// logins is a log whose events have ids of their own, with few columns, so that tests may run it often.
func logins(version string) *source.Source {
	return &source.Source{
		Name: "logins", Title: "Logins", Version: version, Keys: []string{`^logins/`}, OwnID: true,
		Looks:   func(head []byte) bool { return strings.HasPrefix(string(head), `{"logins":`) },
		Framing: frame.Framing{Kind: frame.JSON, Arrays: []string{"logins"}}, Divide: source.JSON,
		Map: []source.Mapping{
			{To: "@timestamp", From: "at"}, {To: "event.id", From: "id"}, {To: "user.name", From: "user"}, {To: "source.ip", From: "ip"},
			{To: "message", From: "text"},
		},
	}
}

// visits is a log of lines whose events have no ids.
func visits(version string) *source.Source {
	return &source.Source{
		Name: "visits", Title: "Visits", Version: version, Keys: []string{`^visits/`}, Skip: []string{`/index$`},
		Framing: frame.Framing{Kind: frame.Lines}, Divide: source.JSON,
		Map: []source.Mapping{{To: "@timestamp", From: "at"}, {To: "url.path", From: "path"}},
	}
}

// day1 is the day that most events of tests are on.
var day1 = time.Date(2026, 1, 30, 0, 0, 0, 0, time.UTC)

// login is a record of a login.
func login(id string, at time.Time) string {
	return fmt.Sprintf(`{"at":%q,"id":%q,"user":"alice","ip":"198.51.100.7"}`, at.Format(time.RFC3339), id)
}

// someLogins are logins a minute apart from a time on, whose ids begin with a name.
func someLogins(name string, from time.Time, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = login(fmt.Sprintf("%s-%d", name, i), from.Add(time.Duration(i)*time.Minute))
	}
	return all
}

// undated is a login that is rejected.
func undated(id string) string { return fmt.Sprintf(`{"id":%q,"user":"alice"}`, id) }

// delivery is an object of logins.
func delivery(records ...string) string { return `{"logins":[` + strings.Join(records, ",") + `]}` }

func loginKey(day time.Time, name string) string {
	return "logins/" + day.Format("2006/01/02/") + name + ".json.gz"
}

// visit is a line of a visit.
func visit(at time.Time, path string) string {
	return fmt.Sprintf("{\"at\":%q,\"path\":%q}\n", at.Format(time.RFC3339), path)
}

func visitKey(day time.Time, name string) string {
	return "visits/" + day.Format("2006/01/02/") + name + ".log"
}
