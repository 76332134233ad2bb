package compact_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hindcast/hindcast/lake/compact"
)

// misfile puts logins where visits belong, beside visits, and answers the key.
func misfile(l *testLake) string {
	key := strings.TrimSuffix(visitKey(day1, "m"), ".gz")
	l.put(key, delivery(login("m1", day1), login("m2", day1)))
	l.put(visitKey(day1, "v"), visit(day1, "/"))
	l.put(loginKey(day1, "a"), delivery(login("a", day1)))
	return key
}

func TestAnObjectWhoseKeyIsWrongIsLoadedAsWhatItIs(t *testing.T) {
	l := newLake(t)
	l.batch = 1 << 20
	key := misfile(l)
	report := l.run()
	if report.Misfiled != 1 || report.EventsOut != 4 || report.Rejected != 0 || report.Failed != 0 || report.Sources["logins"].Objects != 2 {
		t.Errorf("%+v, %+v", report, report.Problems)
	}
	if len(report.Problems) != 1 || report.Problems[0].Object != key {
		t.Errorf("told is %+v", report.Problems)
	}
	if again := l.run(); again.Objects != 0 || again.Misfiled != 0 {
		t.Errorf("it was loaded again: %+v", again)
	}
}

func TestAnObjectOfASourceThatWasNotAskedForStays(t *testing.T) {
	l := newLake(t)
	key := misfile(l)
	report := l.selected(compact.Selection{Sources: []string{"visits"}})
	if report.Misfiled != 0 || report.Unknown != 1 || report.EventsOut != 1 || slices.Contains(l.loaded(), key) {
		t.Errorf("%+v", report)
	}
}

// Wherever a run ends that finds an object under a wrong key, the next leaves the lake as if it had not.
func TestARunThatEndsWhileAKeyIsFoundWrongIsFinishedByTheNext(t *testing.T) {
	quiet := newLake(t)
	misfile(quiet)
	recorded := quiet.record()
	quiet.run()
	want := quiet.state()
	for _, s := range recorded.steps() {
		if !s.changes() {
			continue
		}
		for _, how := range []disturbance{killedBefore, fails} {
			t.Run(string(how)+" "+s.String(), func(t *testing.T) {
				l := newLake(t)
				misfile(l)
				l.disturb(s, how)
				_, _ = compact.Run(l.Context(), l.config(), compact.Selection{}) // which the disturbance may end
				l.heal()
				l.run()
				l.sameState(want, whole)
			})
		}
	}
}

func TestKeysAreTakenLiterallyFirstAndThenWithoutEscapes(t *testing.T) {
	l := newLake(t)
	plain := "logins/2026/01/30/a b+c%2F.json"
	other := "logins/2026/01/30/d e.json"
	l.put(plain, delivery(login("p", day1)))
	l.put(other, delivery(login("o", day1)))
	keys := keysOf(plain, "logins/2026/01/30/d+e.json", "logins/2026/01/30/d%20e.json", "logins/none+x", "logins/2026/", "logins_$folder$", "logins/_SUCCESS")
	report := l.selected(compact.Selection{Keys: keys})
	if report.EventsOut != 2 || report.Failed != 1 || report.Passed != 3 || report.Because["it stands for a folder"] != 2 {
		t.Errorf("%+v, %+v", report, report.Problems)
	}
	if again := l.selected(compact.Selection{Keys: keys}); again.EventsOut != 0 || again.Objects != 0 {
		t.Errorf("loaded again: %+v", again)
	}
}

func TestSignsOfLifeArePassedOverAndCounted(t *testing.T) {
	const control = `{"messageType":"CONTROL_MESSAGE","logEvents":[]}`
	l := newLake(t)
	l.put("elsewhere/test", `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-01T00:00:00.000Z","Bucket":"b"}`)
	l.put(loginKey(day1, "a"), control+control+delivery(login("a", day1)))
	l.put(loginKey(day1, "b"), control)
	report := l.run()
	if report.Passed != 1 || report.Silent != 3 || report.EventsOut != 1 || report.Unknown != 0 || report.Failed != 0 {
		t.Errorf("%+v, %+v", report, report.Problems)
	}
}
