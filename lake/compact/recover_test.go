package compact_test

import (
	"testing"
	"time"

	"github.com/hindcast/hindcast/lake/compact"
)

// threeObjects are an object with a bad record and events of two days, another that repeats some of them, and one of
// another source: three batches.
func threeObjects(l *testLake) {
	day2 := day1.AddDate(0, 0, 1)
	first := someLogins("a", day1.Add(23*time.Hour), 90)
	l.put(loginKey(day1, "a"), delivery(append(first, undated("bad"))...))
	l.put(loginKey(day2, "b"), delivery(append(someLogins("b", day2, 3), first[10:20]...)...))
	l.put(visitKey(day1, "c"), visit(day1, "/")+visit(day1, "/")+"nonsense\n"+visit(day2, "/a"))
}

func runAll(l *testLake) error {
	_, err := compact.Run(l.Context(), l.config(), compact.Selection{})
	return err
}

func TestARunThatIsDisturbedAnywhereIsMadeGoodByTheNext(t *testing.T) {
	scene{set: threeObjects, run: runAll, every: true}.everywhere(t)
}
